"""From a law to duties: one for each addressee of each notice, with its truth, its clock and its status."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from spillmark.duties import limits, moments
from spillmark.duties.clocks import Clock
from spillmark.duties.competence import competent
from spillmark.duties.given import Facts, Residents
from spillmark.duties.judgement import View, judge
from spillmark.duties.limits import Reckoned
from spillmark.duties.moments import Moment
from spillmark.duties.packs import Notice, Pack, Rule, in_force
from spillmark.duties.places import authority_name, authority_place, lives_in, plain, within_any
from spillmark.duties.tally import Judged, Tally, span, whole
from spillmark.duties.truth import Truth, all_of, any_of, decided, false, negation, true, unique, unknown
from spillmark.model.duty import Duty, Start
from spillmark.model.terms import DutyStatus, Role

SOON_HOURS = timedelta(hours=24)
SOON_DAYS = 3
"""A duty is due soon within 24 hours of an instant, or where its date is at most three days away."""
MET_BY = {
    "authority": "notice_to_authority",
    "individuals": "notice_to_individuals",
    "owner": "notice_to_owner",
    "credit_bureaus": "notice_to_bureaus",
    "media": "notice_to_media",
}


@dataclass(frozen=True)
class Target:
    """One addressee: its words, its place or the persons' residence, whose persons count, who owes, whose clock."""

    to: str
    residence: str | None
    rows: tuple[Residents, ...]
    truth: Truth
    clock: Clock
    place: str | None = None


@dataclass(frozen=True)
class Draft:
    """A duty and the notice of the pack that it comes from; the duty's id is set last."""

    notice: str
    duty: Duty


@dataclass(frozen=True)
class Off:
    """A notice that is not due, and why; `nobody`: there are no persons whom it could be about."""

    notice: Notice
    why: tuple[str, ...]
    nobody: bool = False


@dataclass(frozen=True)
class Case:
    """A pack on the facts: the day whose law is applied, now, what other laws ask, what brings it into play."""

    pack: Pack
    facts: Facts
    day: date
    now: datetime
    elsewhere: Truth
    reach: Truth
    triggers: dict[Residents, Truth] = field(default_factory=dict, compare=False)  # judged once for each row

    def view(self, row: Residents | None = None, tally: Tally | None = None) -> View:
        """What conditions are judged on."""
        return View(self.facts, row, tally, self.elsewhere)


def drafts(case: Case) -> Iterator[Draft | Off]:
    """Gives the duties of a pack, and the notices that are not due."""
    for notice in case.pack.notices:
        if not in_force(notice.start, notice.until, case.day):
            continue
        for target in _targets(notice, case):
            yield _draft(notice, target, case)


def _draft(notice: Notice, target: Target, case: Case) -> Draft | Off:
    judged = _judged(target.rows, case)
    tally = _tally(notice, target, judged, case)
    view = case.view(None, tally)
    truth = all_of((target.truth, _rows_truth(notice, target.rows, tally, case), _threshold(notice, view)))
    if truth.value is False:
        return Off(notice, truth.why, nobody=not target.rows)
    clock = limits.reckon(notice, view, target.clock, target.place, case.day)
    if clock is None:
        return Off(notice, ("no such duty in the law of that day",))
    return Draft(notice.id, _duty(notice, target, truth, clock, case))


def _duty(notice: Notice, target: Target, truth: Truth, clock: Reckoned, case: Case) -> Duty:
    met = _met(notice, target, case)
    due = clock.due
    moment = clock.started.moment
    return Duty(
        id="",
        regime=case.pack.id,
        to=target.to,
        audience=notice.audience,
        obliged=notice.obliged,
        mandatory=notice.mandatory,
        residence=target.residence,
        status=_status(truth, clock, met, case.now),
        starts=Start(clock.started.event, moment.text if moment is not None else None),
        due=due.end.text if due is not None else None,
        due_basis=due.basis if due is not None else None,
        promptness=clock.promptness,
        order=notice.order,
        alternatives=due.alternatives if due is not None else (),
        missing=unique((*truth.missing, *clock.missing)),
        why=unique((*case.reach.why, *truth.why, *_notes(clock, met, case))),
        citation=notice.cite or case.pack.citation,
        confidence=_confidence(notice, case.pack),
        content=_content(notice, target.rows, case),
        proof=(f"L{case.pack.id}",),
    )


def _targets(notice: Notice, case: Case) -> Iterator[Target]:
    facts, rows = case.facts, _persons(notice, case)
    role, clock = _role(notice.obliged, facts), facts.clock
    place = notice.place or case.pack.place
    match notice.each:
        case "once":
            yield Target(notice.to, notice.place, rows, role, clock, place)
        case "residence":
            for home in sorted({plain(row.residence) for row in rows if row.residence is not None}):
                theirs = tuple(row for row in rows if row.residence is not None and plain(row.residence) == home)
                yield Target(notice.to, home, theirs, role, clock, home)
        case "authority":
            yield from _authorities(rows, role, facts)
        case "seat":
            seats = [one for one in competent(facts) if not one.local]
            for one in seats:
                yield Target(notice.to, one.place, rows, all_of((role, one.truth)), clock, one.place)
            if not seats:
                yield Target(notice.to, None, rows, role, clock)
        case "owner":
            yield from _owners(notice, rows, role, place, facts)


def _authorities(rows: tuple[Residents, ...], role: Truth, facts: Facts) -> Iterator[Target]:
    found = competent(facts)
    for one in found:
        theirs = tuple(row for row in rows if _lives_under(row, one.place)) if one.local else rows
        known = one.truth if one.place != "EU" else all_of((one.truth, true("the Member State is not known")))
        yield Target(authority_name(one.place), one.place, theirs, all_of((role, known)), facts.clock, one.place)
    if not found:
        where = unknown("people.residence", "which authority is competent is not known")
        yield Target("the competent supervisory authority", None, rows, all_of((role, where)), facts.clock)


def _lives_under(row: Residents, place: str) -> bool:
    if row.residence is None:
        return False
    return plain(row.residence) == place or (place != "EU" and authority_place(row.residence) == place)


def _owners(
    notice: Notice, rows: tuple[Residents, ...], role: Truth, place: str | None, facts: Facts
) -> Iterator[Target]:
    """The owners that we process for, one by one; and, where we are the owner, what a processor of ours owes us."""
    owners = sorted(party.name for party in facts.parties if party.role == "owner")
    for name in owners or [notice.to]:
        yield Target(name, notice.place, rows, role, facts.clock, place)
    for party, clock in zip(facts.parties, facts.party_clocks, strict=True):
        if facts.role == "owner" and party.role == "processor" and clock:
            us = facts.organisation.name or "us, the owner"
            told = {"notice_to_owner": facts.clock["notification"]} if "notification" in facts.clock else {}
            owes = true(f"{party.name} holds the data for us")
            yield Target(f"{us}, by {party.name}", notice.place, rows, owes, {**told, **clock}, place)


def _role(obliged: Role, facts: Facts) -> Truth:
    if facts.role is None:
        roles = {party.role for party in facts.parties}
        if roles == {"owner"} or roles == {"processor"}:
            ours = "processor" if roles == {"owner"} else "owner"
            return decided(
                ours == obliged, "role", f"the parties make us the {ours}", f"the parties make us the {ours}"
            )
        return unknown("role")
    other = "the owner owes it, not its processor" if obliged == "owner" else "we own the data: nobody above us to tell"
    return decided(facts.role == obliged, "role", f"we are the {facts.role}", other)


def _persons(notice: Notice, case: Case) -> tuple[Residents, ...]:
    areas = notice.persons if notice.persons is not None else case.pack.persons
    people = tuple(row for row in case.facts.people or () if row.count != 0)
    if areas == "none":
        return ()
    if isinstance(areas, str):
        return people
    return tuple(row for row in people if row.residence is not None and lives_in(row.residence, areas))


def _judged(rows: Sequence[Residents], case: Case) -> tuple[Judged, ...]:
    return tuple((row, _trigger_of(case, row)) for row in rows)


def _trigger_of(case: Case, row: Residents) -> Truth:
    if row not in case.triggers:
        case.triggers[row] = _trigger(case, case.view(row))
    return case.triggers[row]


def _trigger(case: Case, view: View) -> Truth:
    rules = _law(case.pack.trigger, case.day)
    return any_of(judge(rule.predicate, view) for rule in rules) if rules else false("not law on that day")


def _law(rules: Sequence[Rule], day: date) -> tuple[Rule, ...]:
    return tuple(rule for rule in rules if in_force(rule.start, rule.until, day))


def _rows_truth(notice: Notice, rows: Sequence[Residents], tally: Tally, case: Case) -> Truth:
    """Trigger, condition and exceptions together hold for at least one row of persons, or for the incident as such."""
    areas = notice.persons if notice.persons is not None else case.pack.persons
    if areas != "none" and not rows and case.facts.people is not None:
        return false("no persons of these residences are concerned")
    whom: Sequence[Residents | None] = rows or (None,)
    return any_of(_row_truth(notice, case.view(row, tally), case) for row in whom)


def _row_truth(notice: Notice, view: View, case: Case) -> Truth:
    exceptions = [case.pack.exceptions[name] for name in notice.unless]
    return all_of(
        (
            _trigger(case, view) if view.row is None else _trigger_of(case, view.row),
            judge(notice.when, view),
            *(negation(judge(rule.predicate, view)) for rule in _law(exceptions, case.day)),
        )
    )


def _threshold(notice: Notice, view: View) -> Truth:
    return true() if notice.threshold is None else judge(notice.threshold, view)


def _tally(notice: Notice, target: Target, judged: tuple[Judged, ...], case: Case) -> Tally:
    everybody = tuple(row for row in case.facts.people or () if row.count != 0)
    elsewhere = [row for row in everybody if _coarse(row, target.place)] if target.place is not None else []
    if not target.rows and target.place is not None:  # a law that looks at the incident may still count residents
        here = [row for row in everybody if row.residence is not None and within_any(row.residence, (target.place,))]
        judged = _judged(here, case)
    residents = span(judged, f"in {target.place}" if target.place else "", _judged(elsewhere, case))
    listed = _judged(everybody, case)
    reached = span(_judged(_persons(notice, case), case), "concerned")
    counts = [row.count or 0 for row in everybody]
    return Tally(residents, reached, whole(span(listed, "in total"), sum(counts), case.facts.total))


def _coarse(row: Residents, place: str) -> bool:
    return row.residence is None or within_any(row.residence, (place,)) is None


def _met(notice: Notice, target: Target, case: Case) -> Moment | None:
    event = notice.met_by or MET_BY.get(notice.audience)
    return limits.given(event, target.clock) if event is not None and event in target.clock else None


def _status(truth: Truth, clock: Reckoned, met: Moment | None, now: datetime) -> DutyStatus:
    if met is not None and not _ahead(met, now):
        return "met"
    if truth.value is None:
        return "needs_fact"
    if clock.due is None:
        return "running"
    end = clock.due.end
    if end.instant is not None:
        left = end.instant - now
        return "overdue" if left < timedelta(0) else "due_soon" if left <= SOON_HOURS else "running"
    start = clock.started.moment
    days = (end.day - moments.today(now, start if start is not None else end)).days
    return "overdue" if days < 0 else "due_soon" if days <= SOON_DAYS else "running"


def _ahead(moment: Moment, now: datetime) -> bool:
    if moment.instant is not None:
        return moment.instant > now
    return moment.day > now.date()


def _notes(clock: Reckoned, met: Moment | None, case: Case) -> Iterator[str]:
    start = clock.started
    if start.moment is not None and _ahead(start.moment, case.now):
        yield f"{start.event.replace('_', ' ')} lies after now ({start.moment.text})"
    if met is not None and _ahead(met, case.now):
        yield f"the notice is planned for {met.text}, after now"
    elif met is not None:
        late = clock.due is not None and _after(met, clock.due.end)
        yield f"the notice was given {met.text}" + (", after it was due" if late else "")


def _after(moment: Moment, end: Moment) -> bool:
    if moment.instant is not None and end.instant is not None:
        return moment.instant > end.instant
    return moment.day > end.day


def _confidence(notice: Notice, pack: Pack) -> str:
    sure = pack.confidence
    if sure.level == "unconfirmed":
        return "unconfirmed: from memory, confirm against the official text"
    parts = [part for part in (notice.id, "trigger") if part not in sure.verified]
    words: str = sure.level
    if parts and "all" not in sure.verified:
        words += f"; unconfirmed, from memory: {', '.join(parts)}"
    return words


def _content(notice: Notice, rows: Sequence[Residents], case: Case) -> tuple[str, ...]:
    lines = list(notice.content)
    whom: Sequence[Residents | None] = rows or (None,)
    for also in notice.also:
        if not in_force(also.start, also.until, case.day):
            continue
        found = any_of(judge(also.when, case.view(row)) for row in whom)
        if found.value is None:
            lines.append(f"{also.says} (if so: not known yet)")
        elif found.value:
            lines.append(also.says)
    return tuple(lines)


def numbered(found: Sequence[Draft]) -> tuple[Draft, ...]:
    """Sets the ids D1, D2 ... in the given order."""
    return tuple(replace(one, duty=replace(one.duty, id=f"D{number}")) for number, one in enumerate(found, start=1))
