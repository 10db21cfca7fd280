"""The case as one self-contained HTML page: no script, no network, no link that evidence could have made.

The page holds to WCAG 2.2 level AA and prints on A4 and Letter. Every string passes through one gate (`_shown`) which
makes it inert before the template engine escapes it; an unfilled placeholder is an error. The content security policy
allows nothing but the page's own style, by its hash (CSP Level 3).
"""

import hashlib
from base64 import b64encode
from collections.abc import Mapping
from functools import cache
from typing import Any

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup

from spillmark import content
from spillmark.model.case import Case, CitedRow
from spillmark.output import annex, claims, clocks, inert, lanes, mask, page, wording
from spillmark.output.annex import ProofRow
from spillmark.output.page import Limits, cut
from spillmark.output.proof import Citations, parse

__all__ = ["ProofRow", "references", "render"]

LARGEST = 2_000_000
"""Bytes that a page may have; a heavier one is written again with less of each list."""
LADDER = (
    Limits(),
    Limits(proofs=4, items=8, text=600),
    Limits(rows=100, proofs=3, items=6, text=300),
    Limits(rows=50, proofs=2, items=5, text=200),
    Limits(rows=25, proofs=2, items=4, text=120),
    Limits(rows=8, proofs=1, items=2, text=80),
)
"""Lists inside cells and long texts give way first, whole rows last."""
WIDE, NARROW = (1000.0, 120.0), (360.0, 92.0)
"""Width of the two drawings of the timeline and the part of it that names the lanes, in units of their view boxes."""
_List = tuple[tuple[object, ...], str]
NO_ROWS: Mapping[str, CitedRow | ProofRow] = {}


def render(case: Case, rows: Mapping[str, CitedRow | ProofRow] = NO_ROWS) -> str:
    """Writes the page; `rows` gives, by reference (`E3:142`), the cited rows that the annex is to show.

    A `CitedRow` is masked here, a `ProofRow` is shown as it is. The page stays below 2 MB whatever the case.
    """
    text = ""
    lists = _lists(case)
    for limits in LADDER:
        text = _written(case, lists, rows, limits)[0]
        if len(text.encode()) < LARGEST:
            break
    return text


def references(case: Case) -> tuple[str, ...]:
    """Gives the rows and quotes (`E3:142`, `E1:5-80`) that the page cites at its fullest: what `rows` can answer."""
    return annex.rows_cited(_written(case, _lists(case), NO_ROWS, LADDER[0])[1])


def _written(
    case: Case, lists: Mapping[str, _List], rows: Mapping[str, CitedRow | ProofRow], limits: Limits
) -> tuple[str, Citations]:
    citations = Citations()
    view: dict[str, Any] = {name: cut(full, limits.rows, where) for name, (full, where) in lists.items()}
    actions = page.actions(case, limits.rows)
    groups = page.by_rule(case.findings, limits.rows)
    on_page = annex.anchors(
        [one.id for one in view["duties"].shown]
        + [one.id for group in groups[: limits.rows] for one in group.findings]
        + [one.id for _, group in actions for one in group]
        + [one.id for one in view["evidence"].shown]
    )
    environment = _environment(limits)
    text = environment.get_template("page.html").render(
        case=case,
        cite=lambda proof: citations.cite(tuple(proof)[: limits.proofs]),
        annex=lambda: annex.parts(case, citations, rows, on_page=on_page),
        policy=_policy(environment),
        limits=limits,
        actions=actions,
        groups=cut(groups, limits.rows),
        glance=page.glance(case),
        languages=page.languages(case),
        shared=page.exclusions(case.scope.not_taken).shared,
        **_drawings(case),
        **view,
    )
    return text, citations


def _drawings(case: Case) -> dict[str, lanes.Picture | None]:
    drawn = {"wide": WIDE, "narrow": NARROW}
    return {
        name: lanes.draw(case.timeline, case.coverage, width=width, left=left) for name, (width, left) in drawn.items()
    }


def _lists(case: Case) -> dict[str, _List]:
    """Gives every list of the page in full, with the file that holds it."""
    scope = case.scope
    lists: dict[str, tuple[object, ...]] = {
        "duties": page.open_duties(case),
        "idle": page.idle_laws(case),
        "questions": case.questions,
        "queries": page.queries(scope.objects),
        "classes": page.classes(case),
        "claimed": page.claimed(case),
        "conflicts": case.conflicts,
        "not_taken": page.exclusions(scope.not_taken).each,
        "requests": scope.requests,
        "weaknesses": page.weaknesses(case.weaknesses),
        "skipped": page.skips(case.skipped),
        "coverage": page.measured_sources(case.coverage),
        "evidence": case.evidence,
        "rules": page.rules(case),
        "packs": tuple(sorted(case.content.packs.items())),
        "incidents": case.incidents,
        "statements": page.statements(case),
    }
    return {name: (full, "case.json") for name, full in lists.items()} | {
        "moments": (tuple(page.moments(case)), "case.json and events.parquet"),
        "objects": (scope.objects, "taken.parquet"),
        "regions": (page.regions(scope.people), "people.parquet"),
    }


@cache
def _environment(limits: Limits) -> Environment:
    """Makes the template engine: everything escaped, an absent value an error, every string through the gate."""
    environment = Environment(
        loader=FunctionLoader(_template),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=lambda value: _shown(value, limits.text),
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "when": wording.when,
        "span": lambda pair: wording.span(*pair),
        "words": lambda ident: wording.words(inert.cut(ident, limits.text)),
        "capital": wording.capital,
        "sentence": wording.sentence,
        "number": wording.number,
        "count": wording.count,
        "unlinked": inert.unlinked,
        "query": lambda text: mask.query(inert.cut(text, limits.text)),
        "anchor": lambda ident: parse(ident).anchor,
        "some": lambda items: cut(items, limits.items),
        "stated": claims.stated,
        "reference": claims.reference,
    }
    environment.globals |= {
        "of": wording.of,
        "due": clocks.due,
        "STATUSES": wording.STATUSES,
        "PHASES": wording.PHASES,
        "LEVELS": wording.LEVELS,
        "VERDICTS": wording.VERDICTS,
        "SOURCES": claims.SOURCES,
    }
    return environment


def _template(name: str) -> str | None:
    try:
        return content.text(f"templates/report/{name}")
    except FileNotFoundError:
        return None


def _shown(value: object, limit: int) -> object:
    """The gate: a text is cut, made visible and defanged; a figure gets thousands marks; nothing is "not known"."""
    if isinstance(value, Markup):
        return value
    if isinstance(value, str):
        return inert.cut(inert.defanged(inert.visible(inert.cut(value, limit))), 2 * limit)
    if value is None:
        return "not known"
    if isinstance(value, int | float) and not isinstance(value, bool):
        return wording.number(value)
    return value


def _policy(environment: Environment) -> str:
    """Allows the inline style by its SHA-256 and nothing else."""
    style = environment.get_template("style.css").render()
    digest = b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
