"""The four answers in plain sentences, each with its proof: what happened, why it matters, whose data, what to do."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, get_args

from pydantic import TypeAdapter

from spillmark import content
from spillmark.case import claimed
from spillmark.case.timeline import Deed
from spillmark.clock import is_date, parse_instant, to_utc
from spillmark.model.case import Action, Conflict, Sentence, SeverityScore, Story
from spillmark.model.duty import Duty
from spillmark.model.evidence import Coverage
from spillmark.model.finding import Finding
from spillmark.model.org import Org
from spillmark.model.report import Incident
from spillmark.model.scope import Scope, TakenObject
from spillmark.model.terms import Phase

SETTLED = ("met", "not_triggered", "needs_fact")
PROOFS = 4
ACTS = 7
REASONS = 3
RISKS = "vocab/risks.yaml"
PHASES: tuple[Phase, ...] = get_args(Phase)


@dataclass(frozen=True)
class Plot:
    """All that the story tells of."""

    deeds: Sequence[Deed]
    findings: Sequence[Finding]
    coverage: Sequence[Coverage]
    scope: Scope
    severity: SeverityScore
    incidents: Sequence[Incident]
    conflicts: Sequence[Conflict]
    duties: Sequence[Duty]
    actions: Sequence[Action]
    org: Org
    logs_read: bool


def story(plot: Plot) -> Story:
    """Tells the case; what was measured comes before what is only claimed, and the two never share a sentence."""
    told = claimed.Told.of(plot.incidents, plot.org, measured=bool(plot.deeds))
    return Story(
        what_happened=(*_what_happened(plot), *claimed.happened(told)),
        why_it_matters=(*_why_it_matters(plot), *claimed.matters(told)),
        whose_data=(*_whose_data(plot), *claimed.whose(told)),
        what_to_do=(*_what_to_do(plot), *claimed.advised(told)),
    )


def _what_happened(plot: Plot) -> Iterator[Sentence]:
    if plot.deeds:
        yield _opening(plot)
        for phase in PHASES:
            acts = [deed for deed in plot.deeds if deed.meaning.phase == phase]
            if acts:
                yield _phase(phase, acts)
    elif plot.logs_read:
        proof = tuple(dict.fromkeys(ref for one in plot.coverage for ref in one.proof))[:PROOFS]
        yield Sentence(
            "The logs that were given show no theft that the rules know; that is no proof of absence.", proof
        )


def _opening(plot: Plot) -> Sentence:
    first, last = plot.deeds[0], max(plot.deeds, key=lambda deed: deed.until)
    actors = list(dict.fromkeys((deed.user or "an unknown user") for deed in plot.deeds))
    addresses = list(dict.fromkeys(deed.ip for deed in plot.deeds if deed.ip))
    took = " and took records of " + _listed([t.object for t in plot.scope.objects]) if plot.scope.objects else ""
    where = f", coming from {_listed(addresses)}" if addresses else ""
    text = (
        f"Between {_day(first.time)} and {_day(last.until)} UTC somebody acted as {_listed(actors)}{where},"
        f" {_apps(plot.deeds)}{took}."
    )
    grave = [finding.id for finding in plot.findings if finding.severity in {"high", "critical"}]
    return Sentence(text.replace(", and took", " and took"), tuple(grave[:PROOFS]) or first.proof)


def _apps(acts: Sequence[Deed]) -> str:
    apps = list(dict.fromkeys(deed.app for deed in acts if deed.app))
    return f"used the app {_listed(apps)}" if apps else "used the platform's interfaces"


def _phase(phase: Phase, acts: Sequence[Deed]) -> Sentence:
    told = [deed for deed in acts if not deed.meaning.minor] or list(acts)
    times: dict[str, int] = {}
    rows: dict[str, int] = {}
    for deed in told:
        act = deed.meaning.act
        times[act] = times.get(act, 0) + deed.times
        if deed.meaning.content and deed.rows is not None:
            rows[act] = rows.get(act, 0) + deed.rows
    words = [_counted(act, count, rows.get(act)) for act, count in times.items()]
    when = _moment(acts[0].time) if len(acts) == 1 else f"{_moment(acts[0].time)} to {_moment(acts[-1].until)}"
    proof = tuple(dict.fromkeys(ref for deed in told for ref in deed.proof[:1]))[:PROOFS]
    return Sentence(f"{phase.capitalize()}, {when}: {_listed(words, ACTS)}.", proof)


def _counted(act: str, times: int, rows: int | None) -> str:
    notes = [*([f"{times} times"] if times > 1 else []), *([_number(rows, "row")] if rows is not None else [])]
    return f"{act} ({', '.join(notes)})" if notes else act


def _why_it_matters(plot: Plot) -> Iterator[Sentence]:
    proof = tuple(dict.fromkeys(p for taken in plot.scope.objects for q in taken.queries for p in q.proof))[:PROOFS]
    if plot.severity.score is not None and plot.severity.level is not None:
        level = plot.severity.level.replace("_", " ")
        scale = f"ENISA 2013: score {plot.severity.score:g}; 4 and more is very high"
        text = f"Severity for the persons concerned is {level} ({scale})."
        yield Sentence(text, plot.severity.factors[0].proof or proof)
    taken = {name for one in plot.scope.objects for name in one.data_classes}
    for risk in _risks():
        combo = next((c for c in risk.any if set(c) <= taken), None)
        if combo is not None and proof:
            named = sorted({name for c in risk.any if set(c) <= taken for name in c})
            yield Sentence(risk.says.replace("{classes}", _listed([n.replace("_", " ") for n in named], 8)), proof)
    for conflict in plot.conflicts:
        yield Sentence(
            f"A public statement is contradicted: it says {conflict.says}; measured: {conflict.measured}.",
            conflict.proof,
        )


def _whose_data(plot: Plot) -> Iterator[Sentence]:
    scope = plot.scope
    for taken in scope.objects:
        yield _object(taken)
    people = scope.people
    proof = tuple(dict.fromkeys(p for one in scope.objects for q in one.queries for p in q.proof))[:PROOFS]
    if people.certain + people.possible and proof:
        total = people.certain + people.possible
        regions = sorted((people.by_region or {}).items(), key=lambda pair: (-pair[1], pair[0]))
        where = _listed([f"{count:,} in {place}" for place, count in regions], 8)
        yield Sentence(
            f"{total:,} people are affected: {people.certain:,} certainly, {people.possible:,} possibly"
            + (f"; {where}." if where else "."),
            proof,
        )
    if scope.why_open and proof:
        reasons = "; ".join(why.rstrip(".") for why in scope.why_open[:REASONS])
        more = len(scope.why_open) - REASONS
        rest = f"; {more} more {'reason stands' if more == 1 else 'reasons stand'} under Exposure" if more > 0 else ""
        yield Sentence(f"More may have left, the upper bound is open: {reasons}{rest}.", proof)
    if scope.not_taken:
        kept = "; ".join(_kept(exclusion.what) for exclusion in scope.not_taken)
        refs = tuple(dict.fromkeys(ref for exclusion in scope.not_taken for ref in exclusion.proof))[:PROOFS]
        yield Sentence(f"What did not leave, on the conditions that stand under Exposure: {kept}.", refs)


def _object(taken: TakenObject) -> Sentence:
    count = taken.records
    logged = (
        f"; the logs count {_number(count.logged, 'row')}"
        if count.logged is not None
        else "; the logs give no row count"
    )
    unseen = f"; {count.unseen:,} of them stand in no copy of the data" if count.unseen else ""
    classes = _listed([name.replace("_", " ") for name in taken.data_classes], 10) or (
        "no personal data known" if taken.fields else "which fields is not known"
    )
    proof = tuple(dict.fromkeys(p for query in taken.queries for p in query.proof))[:PROOFS]
    return Sentence(
        f"{taken.object}: {_number(count.certain, 'record')} certainly and {count.possible:,} possibly left"
        f" ({classes}){logged}{unseen}.",
        proof,
    )


def _what_to_do(plot: Plot) -> Iterator[Sentence]:
    dated = sorted((duty for duty in plot.duties if duty.due and duty.status not in SETTLED), key=_by_time)
    if dated:
        first = dated[0]
        text = (
            f"First clock: tell {first.to} by {_due(first.due or '')} ({first.citation});"
            f" {len(dated)} of {len(plot.duties)} duties have a date that runs."
        )
        yield Sentence(text, (first.id, f"L{first.regime}"))
    for action in plot.actions:
        if action.when == "now":
            yield Sentence(f"Now: {action.what}", (action.id, *action.proof[-1:]))
    later = [action for action in plot.actions if action.when != "now"]
    if later:
        steps = "step stands" if len(later) == 1 else "steps stand"
        text = f"{len(later)} further {steps} under Actions, for today and later."
        yield Sentence(text, tuple(action.id for action in later[:PROOFS]))


@dataclass(frozen=True)
class Danger:
    """What a combination of data classes opens the door to."""

    risk: str
    any: tuple[tuple[str, ...], ...]
    says: str


@cache
def _risks() -> tuple[Danger, ...]:
    document: dict[str, Any] = content.document(RISKS, content.text(RISKS))
    return TypeAdapter(tuple[Danger, ...]).validate_python(document["risks"])


def _listed(words: Sequence[str], most: int = 4) -> str:
    if len(words) > most:
        return ", ".join(words[: most - 1]) + f" and {len(words) - most + 1} more"
    return words[0] if len(words) == 1 else ", ".join(words[:-1]) + " and " + words[-1] if words else ""


def _by_time(duty: Duty) -> tuple[datetime, int]:
    return (to_utc(parse_instant(duty.due or "")), int(duty.id[1:]))


def _kept(what: str) -> str:
    """Begins with a small letter and writes the id of a data class in words; names of fields stay as they are."""
    words = re.sub(r"^No (\w+) left", lambda found: f"no {found[1].replace('_', ' ')} left", what.rstrip("."))
    return words[:1].lower() + words[1:]


def _due(text: str) -> str:
    if is_date(text):
        return text
    moment = to_utc(parse_instant(text))
    return f"{moment.day} {moment:%B %Y %H:%M} UTC"


def _number(count: int, one: str) -> str:
    return f"{count:,} {one if count == 1 else one + 's'}"


def _day(time: datetime) -> str:
    return f"{time.day} {time:%B %Y %H:%M}"


def _moment(time: datetime) -> str:
    return f"{time.day} {time:%b %H:%M:%S} UTC"
