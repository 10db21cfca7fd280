"""Explains any id: content (rule, law, playbook, check, mapping) or, with a case, its findings, duties, rows ..."""

import re
from collections.abc import Callable, Mapping, Sequence

from spillmark.case import playbooks
from spillmark.detect.explain import explain as explain_rule
from spillmark.duties.explain import explain as explain_law
from spillmark.model.case import Case, CitedRow
from spillmark.model.content import Explanation
from spillmark.model.duty import Duty
from spillmark.model.evidence import Evidence
from spillmark.model.finding import Finding
from spillmark.normal.explain import explain as explain_mapping
from spillmark.review.checks import explain as explain_check

PLACE = re.compile(r"(?P<evidence>E[0-9]{1,9}):(?P<start>[0-9]{1,15})(?:-(?P<end>[0-9]{1,15}))?")
Facts = tuple[tuple[str, str], ...]


def explain(ident: str, case: Case | None = None, cited: Mapping[str, CitedRow] | None = None) -> Explanation | None:
    """Explains one id, if it is known here; ids of a case (F1, D1, A1, E3:14) need the case."""
    return (_of_case(ident, case, cited or {}) if case is not None else None) or _of_content(ident)


def _of_content(ident: str) -> Explanation | None:
    regime = ident[1:] if ident.startswith("L") else ident
    makers: tuple[Callable[[], Explanation | None], ...] = (
        lambda: explain_rule(ident),
        lambda: explain_law(regime),
        lambda: playbooks.explain(ident),
        lambda: explain_check(ident),
        lambda: explain_mapping(ident),
    )
    return next((found for make in makers if (found := make()) is not None), None)


def _of_case(ident: str, case: Case, cited: Mapping[str, CitedRow]) -> Explanation | None:
    for finding in case.findings:
        if finding.id == ident:
            return _finding(finding, case)
    for duty in case.duties:
        if duty.id == ident:
            return _duty(duty)
    for action in case.actions:
        if action.id == ident:
            step: Facts = (("when", action.when), ("owner", action.owner or ""), ("proof", _listed(action.proof)))
            return Explanation(ident, "action", action.what, (action.why, f"Verify: {action.verify}"), step)
    if ident in cited:
        return Explanation(ident, "evidence row", cited[ident].place, (), tuple(cited[ident].fields.items()))
    for item in case.evidence:
        if (place := PLACE.fullmatch(ident)) is not None and place["evidence"] == item.id and _may_be(place, item):
            why = "The case cites other rows of this file; this one stands in the evidence only."
            return Explanation(ident, "evidence row", f"{item.path}, {ident.partition(':')[2]}", (why,))
        if item.id == ident:
            facts: Facts = (("kind", item.kind), ("sha256", item.sha256), ("bytes", f"{item.bytes:,}"))
            counts: Facts = (
                ("rows", _number(item.rows)),
                ("events", _number(item.events)),
                ("repeated", _number(item.repeated)),
                ("rejected", _number(item.rejected)),
            )
            span: Facts = (("from", item.start or ""), ("to", item.end or ""))
            return Explanation(ident, "evidence", item.path, (), (*facts, *counts, *span))
    return None


def _may_be(place: re.Match[str], item: Evidence) -> bool:
    """Tells whether a file can have such a row or such characters; what is not counted cannot be excluded."""
    last = int(place["end"] or place["start"])
    most = item.bytes if place["end"] or item.rows is None else item.rows
    return int(place["start"]) <= last <= most and last > 0


def _finding(finding: Finding, case: Case) -> Explanation:
    rule = explain_rule(finding.rule)
    rows = [row for row in case.timeline if finding.id in row.findings]
    facts: Facts = (
        ("rule", finding.rule),
        ("severity", finding.severity),
        ("confidence", finding.confidence),
        ("phase", finding.phase),
        ("techniques", ", ".join(finding.techniques)),
        ("hits", f"{finding.count:,} from {finding.first} to {finding.last}"),
        ("user", finding.actor.user or ""),
        ("app", finding.actor.app or ""),
        ("addresses", ", ".join(finding.actor.ips)),
        ("agents", ", ".join(finding.actor.agents)),
        ("proof", _listed(finding.proof)),
        ("timeline", "; ".join(f"{row.time} {row.act}" for row in rows[:5])),
    )
    return Explanation(finding.id, "finding", finding.title, rule.text if rule is not None else (), facts)


def _duty(duty: Duty) -> Explanation:
    facts: Facts = (
        ("status", duty.status.replace("_", " ")),
        ("runs from", f"{duty.starts.event}: {duty.starts.time or 'not known'}"),
        ("due", duty.due or ""),
        ("sum", duty.due_basis or ""),
        ("promptness", duty.promptness or ""),
        ("order", duty.order or ""),
        ("missing", ", ".join(duty.missing)),
        ("content", "; ".join(duty.content)),
        ("law", f"{duty.regime}: {duty.citation}"),
        ("confidence", duty.confidence),
        ("proof", _listed(duty.proof)),
    )
    return Explanation(duty.id, "duty", f"Tell {duty.to}", duty.why, facts)


def _listed(proof: Sequence[str]) -> str:
    return ", ".join(proof)


def _number(value: int | None) -> str:
    return "" if value is None else f"{value:,}"
