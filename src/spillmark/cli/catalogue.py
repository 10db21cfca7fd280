"""All content of the product in one list: counted, checked by its own samples, explained by its ids."""

from collections.abc import Callable, Mapping

from spillmark.case import acts, playbooks, severity
from spillmark.case import explain as cases
from spillmark.detect import lint as detection
from spillmark.detect.rules import load_rules
from spillmark.duties import lint as law
from spillmark.duties.packs import load_packs
from spillmark.errors import ContentError, UsageError
from spillmark.model.case import Case, CitedRow
from spillmark.model.content import Checked, Explanation, Problem
from spillmark.normal import lint as mappings
from spillmark.normal import vocabulary
from spillmark.normal.mapping import load_mappings
from spillmark.output import mask
from spillmark.progress import SILENT, Progress
from spillmark.reading import lint as reading
from spillmark.rehearse import samples as scenarios
from spillmark.review import checks
from spillmark.scope import classes
from spillmark.scope import lint as scope

Lint = Callable[[], tuple[Problem, ...]]
KINDS: tuple[tuple[str, Callable[[], int] | None, Lint], ...] = (
    ("mappings", lambda: len(load_mappings().every), mappings.lint),
    ("rules", lambda: len(load_rules().rules), detection.lint),
    ("laws", lambda: len(load_packs()), law.lint),
    ("checks", lambda: len(checks.load_checks()), checks.lint),
    ("playbooks", lambda: len(playbooks.load_playbooks()), playbooks.lint),
    ("lexicons of reports", None, reading.lint),
    ("data classes and places", None, scope.lint),
    ("vocabularies", None, lambda: (*acts.lint(), *severity.lint(), *vocabulary.lint())),
    ("masking", None, mask.lint),
    ("scenarios", None, scenarios.lint),
)


def lint(progress: Progress = SILENT) -> Checked:
    """Checks all content; a file that cannot even be loaded is a problem like any other."""
    counts: list[tuple[str, int]] = []
    problems: list[Problem] = []
    for done, (kind, count, check) in enumerate(KINDS):
        progress.stage(f"Checking {kind}")
        progress.advance(done, len(KINDS))
        try:
            if count is not None:
                counts.append((kind, count()))
            problems += check()
        except ContentError as error:
            problems.append(Problem(error.where or kind, error.what, error.why or error.hint or ""))
    return Checked(tuple(counts), tuple(problems))


def explain(ident: str, case: Case | None, cited: Mapping[str, CitedRow]) -> Explanation:
    """Explains one id of a case or of content.

    Raises:
        UsageError: nothing is known by that id.
    """
    makers: tuple[Callable[[], Explanation | None], ...] = (
        lambda: cases.explain(ident, case, cited),
        lambda: reading.explain(ident),
        lambda: classes.explain(ident),
        lambda: scenarios.explain(ident),
    )
    found = next((one for make in makers if (one := make()) is not None), None)
    if found is None:
        hint = "ids of a case (F1, D1, A1, E3:14) need --case; rules, laws, playbooks, checks and mappings do not"
        raise UsageError(f"nothing is known by the id {ident!r}", hint=hint)
    return found
