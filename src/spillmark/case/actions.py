"""What to do now, today, this week: the playbooks that what was seen calls for, filled with the names of the case."""

import re
from collections.abc import Sequence

from spillmark.case.playbooks import Playbook, Seen, applies, load_playbooks
from spillmark.model.case import Action, Weakness
from spillmark.model.duty import Duty
from spillmark.model.finding import Finding, TimelineRow
from spillmark.model.scope import Scope

PROOFS = 4
GRAVEST = ("critical", "high", "medium", "low", "informational")
LISTED = 5


def actions(
    *,
    findings: Sequence[Finding],
    timeline: Sequence[TimelineRow],
    scope: Scope,
    duties: Sequence[Duty],
    weaknesses: Sequence[Weakness],
    platforms: Sequence[str],
    claimed: Sequence[str],
) -> tuple[Action, ...]:
    """Gives the steps in the order in which to take them.

    `platforms` are products whose logs or settings were given; `claimed` are proofs of what reports recommend.
    """
    findings = _telling(findings, timeline)
    names = _names(findings, scope, timeline)
    seen = _seen(findings, timeline, scope, duties, weaknesses, platforms, claimed, names)
    chosen = [one for one in load_playbooks() if applies(one, seen)]
    return tuple(
        Action(
            id=f"A{number}",
            what=_filled(one.what, names),
            why=_filled(one.why, names),
            when=one.when,
            owner=one.owner,
            verify=_filled(one.verify, names),
            proof=(*_proof(one, findings, duties), f"P{one.id}"),
        )
        for number, one in enumerate(chosen, start=1)
    )


def _seen(
    findings: Sequence[Finding],
    timeline: Sequence[TimelineRow],
    scope: Scope,
    duties: Sequence[Duty],
    weaknesses: Sequence[Weakness],
    platforms: Sequence[str],
    claimed: Sequence[str],
    names: dict[str, str],
) -> Seen:
    needs = {
        "theft": bool(timeline),
        "duties": bool(duties),
        "open_bound": scope.upper == "open" and bool(scope.objects),
        "weaknesses": any(one.verdict == "found" for one in weaknesses),
        "app": bool(names["app"]),
        "address": bool(names["ips"]),
        "user": bool(names["user"]),
        "claims": bool(claimed),
    }
    return Seen(
        platforms=tuple(platforms),
        techniques=tuple(sorted({t for finding in findings for t in finding.techniques})),
        phases=tuple(sorted({row.phase for row in timeline})),
        classes=tuple(sorted({name for taken in scope.objects for name in taken.data_classes})),
        needs=tuple(name for name, holds in needs.items() if holds),
    )


def _names(findings: Sequence[Finding], scope: Scope, timeline: Sequence[TimelineRow]) -> dict[str, str]:
    grave = [f for f in findings if f.severity in {"high", "critical"}] or list(findings)
    return {
        "user": _listed({f.actor.user for f in grave if f.actor.user}),
        "app": _listed({f.actor.app for f in grave if f.actor.app}),
        "ips": _listed({ip for f in grave for ip in f.actor.ips}),
        "objects": _listed({taken.object for taken in scope.objects}),
        "first": timeline[0].time if timeline else "",
    }


def _listed(names: set[str]) -> str:
    ordered = sorted(names)
    rest = len(ordered) - LISTED
    return ", ".join(ordered[:LISTED]) + (f" and {rest} more" if rest > 0 else "")


def _filled(template: str, names: dict[str, str]) -> str:
    return re.sub(r"\{(\w+)\}", lambda found: names.get(found[1]) or f"(unknown {found[1]})", template)


def _proof(one: Playbook, findings: Sequence[Finding], duties: Sequence[Duty]) -> tuple[str, ...]:
    if "duties" in one.applies.needs:
        return tuple(duty.id for duty in duties[:PROOFS])
    wanted = set(one.applies.techniques)
    matching = [finding for finding in findings if not wanted or wanted & set(_with_parents(finding.techniques))]
    phases = set(one.applies.phases)
    narrowed = [finding for finding in matching if not phases or finding.phase in phases] or matching
    return tuple(finding.id for finding in narrowed[:PROOFS])


def _telling(findings: Sequence[Finding], timeline: Sequence[TimelineRow]) -> list[Finding]:
    """The findings that tell of the thief, the gravest first; honest work that a building block saw is none of them."""
    named = {ident for row in timeline for ident in row.findings}
    ours = [finding for finding in findings if finding.id in named]
    return sorted(ours, key=lambda finding: GRAVEST.index(finding.severity))


def _with_parents(techniques: Sequence[str]) -> tuple[str, ...]:
    return (*techniques, *(technique.partition(".")[0] for technique in techniques))
