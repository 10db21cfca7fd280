"""What stands on the page: the case sorted, grouped and cut to what a person can read, before any markup."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

from spillmark.model.case import Action, Case, Weakness
from spillmark.model.duty import Duty
from spillmark.model.evidence import Coverage, Gap, Skip
from spillmark.model.finding import Finding, TimelineRow
from spillmark.model.report import Statement
from spillmark.model.scope import Exclusion, PeopleCount, ReplayedQuery, TakenObject
from spillmark.output import claims, clocks, inert, places, wording

T = TypeVar("T")
SHORT = 60
"""Characters of a name among the figures at a glance."""


@dataclass(frozen=True)
class Limits:
    """How much of a long list or text a page shows: rows of a table, references of a sentence, items, characters."""

    rows: int = 200
    proofs: int = 8
    items: int = 40
    text: int = 2_000


@dataclass(frozen=True)
class Cut(Generic[T]):
    """The first rows of a list, how many there are in all, and the file that holds the full list."""

    shown: tuple[T, ...]
    total: int
    where: str

    @property
    def note(self) -> str:
        """Says what was left out; empty where nothing was."""
        if len(self.shown) == self.total:
            return ""
        return f"{wording.of(len(self.shown), self.total)} shown, full list in {self.where}."


def cut(rows: Iterable[T], limit: int, where: str = "case.json") -> Cut[T]:
    """Keeps the first `limit` rows."""
    full = tuple(rows)
    return Cut(full[:limit], len(full), where)


@dataclass(frozen=True)
class Silence:
    """A gap in the logging of one source, to be drawn as a row of the timeline."""

    source: str
    gap: Gap
    proof: tuple[str, ...]


@dataclass(frozen=True)
class RuleGroup:
    """The findings of one rule: how often, when first and last, and the findings themselves."""

    rule: str
    title: str
    severity: str
    total: int
    events: int
    first: str
    last: str
    findings: tuple[Finding, ...]


@dataclass(frozen=True)
class ClassRow:
    """One kind of data: in which objects it left, and how many people it concerns (None: not counted)."""

    name: str
    objects: tuple[str, ...]
    people: int | None


@dataclass(frozen=True)
class RegionRow:
    """People of one place of residence, with their share of all counted people."""

    code: str
    name: str
    people: int
    whole: int


@dataclass(frozen=True)
class QueryRow:
    """One query of the thief with the object that it read."""

    object: str
    query: ReplayedQuery


@dataclass(frozen=True)
class Exclusions:
    """What did not leave: the conditions that all exclusions share, and each exclusion with its own conditions."""

    shared: tuple[str, ...]
    each: tuple[Exclusion, ...]


@dataclass(frozen=True)
class Figure:
    """One figure at a glance: what is counted, the number, and what limits it."""

    name: str
    value: str
    note: str


def glance(case: Case) -> tuple[Figure, ...]:
    """Gives the figures that a director asks for first: people, records of each object, the next duty."""
    people = case.scope.people
    figures = [Figure("People affected", _range(people.certain, people.possible), _bounds(case))]
    for taken in case.scope.objects[:3]:
        note = _logged(taken.records.logged, taken.records.unseen)
        figures.append(
            Figure(
                f"{inert.cut(taken.object, SHORT)} records", _range(taken.records.certain, taken.records.possible), note
            )
        )
    first = clocks.next_due(case)
    if first:
        said = clocks.due(first, case.built_at)
        to = wording.capital(inert.cut(first.to, SHORT))
        figures.append(Figure("Next duty due", inert.cut(said.utc, SHORT), f"{to}; {said.left}" if said.left else to))
    elif case.duties:
        figures.append(Figure("Next duty due", "No clock runs", "see the clocks for the facts that are missing"))
    return tuple(figures)


def moments(case: Case) -> list[TimelineRow | Silence]:
    """Merges the acts and the gaps in logging by time; equal times keep the order of the case."""
    rows: list[TimelineRow | Silence] = list(case.timeline)
    rows += [Silence(source.source, gap, source.proof) for source in case.coverage for gap in source.gaps]
    return sorted(rows, key=_moment)


def by_rule(findings: Sequence[Finding], limit: int) -> tuple[RuleGroup, ...]:
    """Groups findings by rule, the gravest first; shows at most `limit` findings in all, small groups whole."""
    groups: dict[str, list[Finding]] = {}
    for finding in findings:
        groups.setdefault(finding.rule, []).append(finding)
    ordered = sorted(groups.values(), key=lambda group: (_gravest(group), group[0].first, group[0].rule))
    kept, left = ordered[:limit], limit
    shares: dict[str, int] = {}
    for index, group in enumerate(sorted(kept, key=len)):
        shares[group[0].rule] = min(len(group), left // (len(kept) - index))
        left -= shares[group[0].rule]
    return tuple(_group(group, shares.get(group[0].rule, 0)) for group in ordered)


def classes(case: Case) -> tuple[ClassRow, ...]:
    """Gives the kinds of data that left, those of most people first."""
    people = case.scope.people.by_data_class or {}
    objects: dict[str, list[str]] = {name: [] for name in people}
    for taken in case.scope.objects:
        for name in taken.data_classes:
            objects.setdefault(name, []).append(taken.object)
    rows = [ClassRow(wording.words(name), tuple(held), people.get(name)) for name, held in objects.items()]
    return tuple(sorted(rows, key=lambda row: (-(row.people or 0), row.name)))


def regions(people: PeopleCount) -> tuple[RegionRow, ...]:
    """Gives the places of residence, those of most people first."""
    counted = people.by_region or {}
    whole = sum(counted.values())
    rows = [RegionRow(code, places.name(code), number, whole) for code, number in counted.items()]
    return tuple(sorted(rows, key=lambda row: (-row.people, row.code)))


def queries(objects: Sequence[TakenObject]) -> tuple[QueryRow, ...]:
    """Gives all queries in the order of their time."""
    rows = [QueryRow(taken.object, query) for taken in objects for query in taken.queries]
    return tuple(sorted(rows, key=lambda row: (row.query.time, row.object, row.query.text)))


def actions(case: Case, limit: int) -> tuple[tuple[str, tuple[Action, ...]], ...]:
    """Groups the first `limit` actions by when they are to be done; a group without actions is left out."""
    kept = sorted(case.actions, key=lambda one: list(wording.WHENS).index(one.when))[:limit]
    groups = ((title, tuple(one for one in kept if one.when == key)) for key, title in wording.WHENS.items())
    return tuple((title, found) for title, found in groups if found)


def rules(case: Case) -> tuple[tuple[str, str, int], ...]:
    """Gives the rules that found something: id, title, number of findings."""
    counted: dict[tuple[str, str], int] = {}
    for finding in case.findings:
        key = (finding.rule, finding.title)
        counted[key] = counted.get(key, 0) + 1
    return tuple((rule, title, number) for (rule, title), number in sorted(counted.items()))


def statements(case: Case) -> tuple[tuple[str, Statement], ...]:
    """Gives all statements of reports with the title of their incident."""
    return tuple((incident.title, one) for incident in case.incidents for one in incident.statements)


def exclusions(not_taken: Sequence[Exclusion]) -> Exclusions:
    """Takes the conditions that hold for all exclusions out of each, so that they are read once."""
    if len(not_taken) < 2:
        return Exclusions((), tuple(not_taken))
    held = [set(one.holds_if) for one in not_taken]
    shared = tuple(one for one in not_taken[0].holds_if if all(one in holds for holds in held))
    own = (replace(one, holds_if=tuple(hold for hold in one.holds_if if hold not in shared)) for one in not_taken)
    return Exclusions(shared, tuple(own))


def languages(case: Case) -> dict[str, str]:
    """Gives the language of each report that has a well-formed one, so that quotes can be read aloud in it."""
    known = {one.id: one.language for one in case.reports if one.language}
    return {ident: tag for ident, tag in known.items() if re.fullmatch(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})?", tag)}


def weaknesses(found: Sequence[Weakness]) -> tuple[Weakness, ...]:
    """Sorts the checks: those that found something first, the gravest first."""
    verdicts = list(wording.VERDICTS)
    return tuple(sorted(found, key=lambda one: (verdicts.index(one.verdict), _grave(one.severity), one.check)))


def skips(skipped: Sequence[Skip]) -> tuple[Skip, ...]:
    """Sorts what was not read or evaluated, the gravest level first."""
    levels = list(wording.LEVELS)
    return tuple(sorted(skipped, key=lambda one: levels.index(one.level)))


def open_duties(case: Case) -> tuple[Duty, ...]:
    """Gives the duties that are to be shown as clocks, those that press first."""
    return clocks.pressing(tuple(duty for duty in case.duties if duty.status != "not_triggered"))


def idle_laws(case: Case) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Gives the laws that were considered and do not apply, with the reasons."""
    idle = [(one.regime, one.why) for one in case.not_triggered]
    return tuple(idle + [(one.regime, one.why) for one in case.duties if one.status == "not_triggered"])


def measured_sources(coverage: Sequence[Coverage]) -> tuple[Coverage, ...]:
    """Gives the log sources, those that will be deleted first at the top."""
    return tuple(sorted(coverage, key=lambda one: (one.retention_ends or "9999", one.source)))


def claimed(case: Case) -> tuple[claims.Claim, ...]:
    """Gives what reports say about the exposure."""
    return tuple(claims.exposure(case.incidents))


def _range(certain: int, possible: int) -> str:
    if not possible:
        return wording.number(certain)
    return f"{wording.number(certain)} to {wording.number(certain + possible)}"


def _bounds(case: Case) -> str:
    people = case.scope.people
    if not case.scope.objects and not (people.certain or people.possible):
        return "nothing was measured"
    split = f"{people.certain:,} certain, {people.possible:,} possible"
    return split if case.scope.upper == "bounded" else f"{split}; upper bound open"


def _logged(logged: int | None, unseen: int | None) -> str:
    parts = [f"{logged:,} logged" if logged is not None else "number logged not known"]
    if unseen:
        parts.append(f"{unseen:,} in no snapshot")
    return ", ".join(parts)


def _moment(row: TimelineRow | Silence) -> str:
    text = row.time if isinstance(row, TimelineRow) else row.gap.start
    moment = wording.instant(text)
    return moment.isoformat() if moment else text


def _grave(severity: str) -> int:
    return wording.SEVERITIES.index(severity) if severity in wording.SEVERITIES else len(wording.SEVERITIES)


def _gravest(group: Sequence[Finding]) -> int:
    return min(_grave(one.severity) for one in group)


def _group(group: Sequence[Finding], share: int) -> RuleGroup:
    return RuleGroup(
        rule=group[0].rule,
        title=group[0].title,
        severity=wording.SEVERITIES[_gravest(group)],
        total=len(group),
        events=sum(one.count for one in group),
        first=min(one.first for one in group),
        last=max(one.last for one in group),
        findings=tuple(group[:share]),
    )
