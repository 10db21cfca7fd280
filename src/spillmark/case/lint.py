"""The content check: every file of every kind is loaded and runs its own samples."""

from collections.abc import Callable

from spillmark.case import acts, playbooks, severity
from spillmark.detect import rules as detection
from spillmark.detect.lint import lint as lint_rules
from spillmark.duties import packs as law
from spillmark.duties.lint import lint as lint_laws
from spillmark.errors import ContentError
from spillmark.model.content import Checked, Problem
from spillmark.normal import mapping as mappings
from spillmark.normal.lint import lint as lint_mappings
from spillmark.progress import SILENT, Progress
from spillmark.reading.lint import lint as lint_lexicons
from spillmark.review import checks
from spillmark.scope.classes import lint as lint_classes

Lint = Callable[[], tuple[Problem, ...]]


def lint(progress: Progress = SILENT) -> Checked:
    """Checks all content; a file that cannot even be loaded is a problem like any other."""
    kinds: tuple[tuple[str, Callable[[], int], Lint], ...] = (
        ("mappings", lambda: len(mappings.load_mappings().every), lint_mappings),
        ("rules", lambda: len(detection.load_rules().rules), lint_rules),
        ("laws", lambda: len(law.load_packs()), lint_laws),
        ("checks", lambda: len(checks.load_checks()), checks.lint),
        ("playbooks", lambda: len(playbooks.load_playbooks()), playbooks.lint),
        ("lexicons", lambda: 1, lint_lexicons),
        ("data classes", lambda: 1, lint_classes),
        ("vocabularies", lambda: 2, lambda: (*acts.lint(), *severity.lint())),
    )
    counts: list[tuple[str, int]] = []
    problems: list[Problem] = []
    for done, (kind, count, check) in enumerate(kinds):
        progress.stage(f"Checking {kind}")
        progress.advance(done, len(kinds))
        try:
            counts.append((kind, count()))
            problems += check()
        except ContentError as error:
            problems.append(Problem(error.where or kind, error.what, error.why or error.hint or ""))
    return Checked(tuple(counts), tuple(problems))
