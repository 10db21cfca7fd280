"""The ten lines that `build` prints: enough to brief a director on the telephone."""

from collections.abc import Iterable

from spillmark.model.case import Case
from spillmark.model.finding import TimelineRow
from spillmark.model.scope import TakenObject
from spillmark.model.terms import SkipLevel
from spillmark.output import clocks, inert, page, wording
from spillmark.output.proof import parse

LABEL = 12
LONGEST = 240
"""Characters of one line; what is longer stands in the report."""
REGIONS = 5
OBJECTS = 4


def render(case: Case, report_path: str) -> str:
    """Says in ten lines what happened, when, how, how much, who, what is due, what to do, and where the report lies."""
    lines = (
        ("Happened", _happened(case)),
        ("When", _when(case)),
        ("How", _how(case)),
        ("Records", _records(case)),
        ("People", _people(case)),
        ("Next duty", _duty(case)),
        ("First action", _action(case)),
        ("Conflicts", _conflicts(case)),
        ("Not read", _unread(case)),
        ("Report", f"{report_path} (log head {case.log_head})"),
    )
    return "\n".join(_line(name, said) for name, said in lines) + "\n"


def _line(name: str, said: str) -> str:
    if name == "Report":
        return f"{name:<{LABEL}} {inert.one_line(said)}"
    shown = inert.defanged(inert.one_line(said[:LONGEST]))
    return f"{name:<{LABEL}} {shown}{' …' if len(said) > LONGEST else ''}"


def _happened(case: Case) -> str:
    if case.story.what_happened:
        return wording.sentence(case.story.what_happened[0].text)
    if case.findings:
        return f"{wording.count(len(case.findings), 'finding')}, the gravest: {_gravest(case)}."
    return "No act of an intruder was found." if case.evidence else "No evidence to check: none was given."


def _gravest(case: Case) -> str:
    return min(case.findings, key=lambda one: wording.SEVERITIES.index(one.severity)).title


def _when(case: Case) -> str:
    acts = [row.time for row in case.timeline if row.phase != "response" and _logged(row)]
    times = acts or [time for one in case.findings for time in (one.first, one.last)]
    if not times:
        return "Not known: no log shows an act of an intruder."
    return f"{wording.span(min(times), max(times))}, by the logs."


def _logged(row: TimelineRow) -> bool:
    """Whether a record of a log proves the act; a passage of a report does not."""
    return any(parse(ref).kind == "row" for ref in row.proof)


def _how(case: Case) -> str:
    users, apps, addresses = _actors(case)
    parts = [
        _named("as user", users),
        _named("through app", apps),
        _named("from", addresses),
    ]
    said = " ".join(part for part in parts if part)
    return wording.capital(f"{said}.") if said else "Not known: no finding names a user, an app or an address."


def _actors(case: Case) -> tuple[list[str], list[str], list[str]]:
    """Users, apps and addresses of the findings that tell of the thief, those of most events first."""
    named = {ident for row in case.timeline for ident in row.findings}
    telling = [one for one in case.findings if one.id in named and one.severity not in wording.SEVERITIES[-2:]]
    counts: tuple[dict[str, int], dict[str, int], dict[str, int]] = ({}, {}, {})
    for one in telling or case.findings:
        for seen, names in zip(counts, ((one.actor.user,), (one.actor.app,), one.actor.ips), strict=True):
            for name in names:
                if name:
                    seen[name] = seen.get(name, 0) + one.count
    ranked = (sorted(seen, key=lambda name: (-seen[name], name)) for seen in counts)
    users, apps, addresses = ranked
    return users, apps, addresses


def _named(lead: str, names: list[str]) -> str:
    if not names:
        return ""
    return f"{lead} {', '.join(names[:2])}" + (f" and {len(names) - 2:,} more" if len(names) > 2 else "")


def _records(case: Case) -> str:
    objects = case.scope.objects
    if not objects:
        return "None was measured as taken."
    said = [_counts(one) for one in objects[:OBJECTS]]
    rest = [f"{wording.count(len(objects) - OBJECTS, 'more object')}"] if len(objects) > OBJECTS else []
    return f"{'; '.join(said + rest)}; upper bound {case.scope.upper}."


def _counts(taken: TakenObject) -> str:
    count = taken.records
    unseen = f", {count.unseen:,} in no copy" if count.unseen else ""
    return f"{taken.object} {count.certain:,} certain, {count.possible:,} possible{unseen}"


def _people(case: Case) -> str:
    people = case.scope.people
    if not (people.certain or people.possible):
        return "None was counted."
    places = page.regions(people)
    said = f"{people.certain:,} certain, {people.possible:,} possible"
    listed = _list((f"{row.code} {row.people:,}" for row in places), REGIONS, "more place")
    return f"{said}: {listed}." if listed else f"{said}; residence not known."


def _list(items: Iterable[str], limit: int, rest: str) -> str:
    full = list(items)
    more = [wording.count(len(full) - limit, rest)] if len(full) > limit else []
    return ", ".join(full[:limit] + more)


def _duty(case: Case) -> str:
    first = clocks.next_due(case)
    waiting = sum(1 for one in case.duties if one.status == "needs_fact")
    asks = f" {wording.count(waiting, 'duty needs a fact', 'duties need a fact')}." if waiting else ""
    if first is None:
        return f"No clock with a date runs.{asks}" if case.duties else "None was derived from the facts given."
    said = clocks.due(first, case.built_at)
    left = f" ({said.left})" if said.left else ""
    return f"{wording.capital(first.to)}, {first.citation}: due {said.utc}{left}.{asks}"


def _action(case: Case) -> str:
    groups = page.actions(case, 1)
    if not groups:
        return "None was derived."
    title, found = groups[0]
    return f"{title}: {wording.sentence(found[0].what)}"


def _conflicts(case: Case) -> str:
    if not case.conflicts:
        return "None between what is claimed and what was measured."
    first = case.conflicts[0]
    more = f" ({len(case.conflicts) - 1:,} more)" if len(case.conflicts) > 1 else ""
    said, measured = wording.sentence(first.says), wording.sentence(first.measured)
    return f"Claimed: {said} Measured: {measured}{more}"


def _unread(case: Case) -> str:
    grave: tuple[SkipLevel, ...] = ("unread", "failed", "partial")
    counts = {level: sum(1 for one in case.skipped if one.level == level) for level in grave}
    said = [f"{number:,} {wording.LEVELS[level].lower()}" for level, number in counts.items() if number]
    if not said:
        return "Nothing: all that was given was read, and every rule and law was evaluated."
    first = page.skips(case.skipped)[0]
    return f"{', '.join(said)}; first: {first.what}: {first.why}"
