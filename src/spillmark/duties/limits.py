"""From a notice's limits to its clock: which limit is law, when it started, when it is due, how that was counted."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from spillmark.duties import clocks, moments, periods
from spillmark.duties.clocks import Clock, Started
from spillmark.duties.judgement import View, judge
from spillmark.duties.moments import Moment
from spillmark.duties.packs import Limit, Notice, in_force
from spillmark.duties.periods import Due, Period
from spillmark.duties.truth import unique
from spillmark.model.duty import Alternative


@dataclass(frozen=True)
class Reckoned:
    """The clock of one notice: its event and start, the due date with its sum, the law's words, what is missing."""

    started: Started
    due: Due | None
    promptness: str
    unit: str | None
    missing: tuple[str, ...] = ()


def reckon(notice: Notice, view: View, clock: Clock, place: str | None, day: date) -> Reckoned | None:
    """Finds the clock of a notice on the day whose law is applied; None where no limit is law on that day.

    Where it is not known which of several limits applies, the earliest due date is the plan and the others are
    alternatives; the facts that would decide are missing.
    """
    open_ones: list[Reckoned] = []
    for limit in notice.limits:
        if not in_force(limit.start, limit.until, day):
            continue
        holds = judge(limit.when, view)
        if holds.value is False:
            continue
        one = _one(limit, _imputed(limit, view, clock), place)
        open_ones.append(replace(one, missing=unique((*one.missing, *holds.missing))))
        if holds.value:
            break
    return _earliest(open_ones) if open_ones else None


def _one(limit: Limit, clock: Clock, place: str | None) -> Reckoned:
    started = clocks.start(limit.event, clock)
    missing = () if started.moment is not None else (limit.event,)
    if limit.value is None or limit.unit is None or started.moment is None:
        return Reckoned(started, None, limit.promptness, limit.unit, missing)
    where = limit.holidays or place
    period = Period(limit.value, limit.unit, limit.counting, where, limit.roll, limit.roll_at)
    found = periods.due(started.moment, period)
    if started.how is not None:
        found = replace(found, basis=f"{limit.event.replace('_', ' ')}: {started.how}; {found.basis}")
    for cap in limit.caps:
        other = clocks.start(cap.event, clock).moment
        if other is None:
            continue
        capped = periods.due(other, Period(cap.value, cap.unit, limit.counting, where))
        waived = cap.waived_if_passed and moments.earlier(capped.end, started.moment) is capped.end
        if not waived and moments.earlier(capped.end, found.end) is capped.end:
            found = replace(capped, basis=f"whichever is sooner: {capped.basis}, before {found.end.text}")
    return Reckoned(started, found, limit.promptness, limit.unit, missing)


def _imputed(limit: Limit, view: View, clock: Clock) -> Clock:
    """What an agent of ours knew, we knew: the earlier of its event and ours."""
    if not limit.imputes_agents:
        return clock
    merged: dict[str, Moment] = dict(clock)
    for party, theirs in zip(view.facts.parties, view.facts.party_clocks, strict=True):
        found = clocks.start(limit.event, theirs).moment if party.agent else None
        if found is not None:
            ours = merged.get(limit.event)
            merged[limit.event] = found if ours is None else moments.earlier(ours, found)
    return merged


def _earliest(found: list[Reckoned]) -> Reckoned:
    dated = [one for one in found if one.due is not None]
    if len(found) == 1 or not dated:
        return replace(found[0], missing=unique(fact for one in found for fact in one.missing))
    first = dated[0]
    for one in dated[1:]:
        if one.due is not None and first.due is not None and moments.earlier(one.due.end, first.due.end) is one.due.end:
            first = one
    others = tuple(
        Alternative(one.due.end.text, one.due.basis) for one in dated if one is not first and one.due is not None
    )
    missing = unique(fact for one in found for fact in one.missing)
    due = None if first.due is None else replace(first.due, alternatives=(*first.due.alternatives, *others))
    return replace(first, due=due, missing=missing)


def given(event: str, clock: Mapping[str, Moment]) -> Moment | None:
    """The moment of an event, where it is given."""
    return clocks.start(event, clock).moment
