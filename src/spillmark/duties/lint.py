"""The check of the law content: terms and packs are loaded, held against each other, and run their own tests."""

from collections.abc import Iterator, Mapping
from typing import Any

import yaml

from spillmark.clock import parse_instant
from spillmark.duties import clocks, elements, moments, organisation
from spillmark.duties.evaluate import OfPack, of_pack
from spillmark.duties.facts import load_facts
from spillmark.duties.given import Residents
from spillmark.duties.packs import FOLDER, Notice, Pack, load_packs
from spillmark.duties.places import OUTSIDE, within
from spillmark.duties.predicates import Atom, Count, Data, Predicate, atoms
from spillmark.duties.terms import elements as element_terms
from spillmark.duties.terms import events, kinds, places, questions
from spillmark.duties.truth import unknown
from spillmark.errors import SpillmarkError
from spillmark.evidence.codes import is_place
from spillmark.model.content import Problem
from spillmark.model.duty import Duty
from spillmark.model.org import Organisation

KINDS = ("positive", "boundary", "negative")


def lint() -> tuple[Problem, ...]:
    """Checks terms and packs; each pack must have and pass positive, boundary and negative tests.

    Raises:
        ContentError: a file cannot be loaded at all.
    """
    found = [Problem(f"laws/terms/{name}", what) for name, what in _terms()]
    for pack in load_packs():
        found += [Problem(f"{FOLDER}/{pack.id}.yaml", what, hint) for what, hint in check(pack)]
    return tuple(found)


def check(pack: Pack) -> Iterator[tuple[str, str]]:
    """Tells the faults of one pack, each with a hint."""
    static = list(_static(pack))
    yield from static
    for kind in KINDS:
        if not any(sample.kind == kind for sample in pack.tests):
            yield f"no {kind} test", "Add facts and the duties that follow from them."
    if static:
        return  # a pack that is wrong as it is written cannot be run
    for number, sample in enumerate(pack.tests, start=1):
        for what in run(pack, sample.facts, sample.now, sample.expect, in_play=sample.in_play):
            yield f"test {number} ({sample.name}): {what}", "Is the test or the rule wrong?"


def _static(pack: Pack) -> Iterator[tuple[str, str]]:
    yield from _shape(pack)
    for notice in pack.notices:
        yield from _notice(notice, pack)
    for rule in (*pack.applies, *pack.trigger, *pack.exceptions.values()):
        yield from _words(rule.predicate)


def run(
    pack: Pack, facts: Mapping[str, Any], now: Any, expect: tuple[Mapping[str, Any], ...], *, in_play: bool
) -> Iterator[str]:
    """Runs one test of a pack and tells what differs."""
    try:
        given = load_facts(yaml.safe_dump(dict(facts), allow_unicode=True), "facts")
        made = of_pack(pack, given, parse_instant(str(now)), unknown("told_elsewhere"))
    except SpillmarkError as error:
        yield str(error)
        return
    if made.in_play != in_play:
        yield f"in play: {made.in_play}"
    yield from _compared(made, expect)


def _compared(made: OfPack, expect: tuple[Mapping[str, Any], ...]) -> Iterator[str]:
    left = list(made.drafts)
    for wanted in expect:
        match = next((one for one in left if _same(wanted, one.notice, one.duty)), None)
        if match is None:
            shown = "; ".join(f"{one.notice} {_shown(one.duty)}" for one in left) or "none"
            yield f"expected {dict(wanted)}, found {shown}"
            return
        left.remove(match)
    for one in left:
        yield f"not expected: {one.notice} {_shown(one.duty)}"


def _same(wanted: Mapping[str, Any], notice: str, duty: Duty) -> bool:
    have = {
        "notice": notice,
        "status": duty.status,
        "residence": duty.residence,
        "due": duty.due,
        "missing": list(duty.missing),
        "to": duty.to,
        "event": duty.starts.event,
    }
    return all(
        have[key] == (value if value is None or isinstance(value, list) else str(value))
        for key, value in wanted.items()
    )


def _shown(duty: Duty) -> str:
    return f"{duty.residence} {duty.status} due {duty.due} missing {list(duty.missing)}"


def _shape(pack: Pack) -> Iterator[tuple[str, str]]:
    ids = [notice.id for notice in pack.notices]
    for ident in sorted({ident for ident in ids if ids.count(ident) > 1}):
        yield f"two notices have the id {ident}", ""
    known = {*ids, "trigger", "letters", "all", *pack.exceptions}
    for part in pack.confidence.verified:
        if part not in known:
            yield f"confidence names `{part}`, which is no part of the pack", ""
    used = {name for notice in pack.notices for name in notice.unless}
    for name in pack.exceptions:
        if name not in used:
            yield f"no notice uses the exception {name}", "Name it in `unless`, or drop it."
    yield from _words(pack.reach)
    if any(isinstance(leaf, Count) for rule in pack.trigger for leaf in atoms(rule.predicate)):
        yield "a trigger cannot count persons", "Counts belong to `threshold` or `when` of a notice."


def _notice(notice: Notice, pack: Pack) -> Iterator[tuple[str, str]]:
    if not notice.limits:
        yield f"notice {notice.id} has no limit", "Name the event and the law's words on promptness."
    for limit in notice.limits:
        if not limit.promptness:
            yield f"notice {notice.id}: a limit without the law's words", "Fill `promptness`."
        if (limit.value is None) != (limit.unit is None):
            yield f"notice {notice.id}: value and unit go together", ""
        for event in (limit.event, *(cap.event for cap in limit.caps)):
            if event not in events().events:
                yield f"notice {notice.id}: `{event}` is no clock event", "See laws/terms/events.yaml."
        yield from _words(limit.when)
    if notice.met_by is not None and notice.met_by not in events().events:
        yield f"notice {notice.id}: `{notice.met_by}` is no clock event", "See laws/terms/events.yaml."
    for name in notice.unless:
        if name not in pack.exceptions:
            yield f"notice {notice.id}: `{name}` is no exception of the pack", ""
    for condition in (notice.when, *(also.when for also in notice.also)):
        yield from _words(condition)
    if notice.persons is not None and not isinstance(notice.persons, str):
        yield from _areas(notice.persons)


def _words(condition: Predicate) -> Iterator[tuple[str, str]]:
    for leaf in atoms(condition):
        if isinstance(leaf, Data):
            known = {*element_terms().elements, *element_terms().classes}
            for name in (*leaf.all, *leaf.any):
                if name not in known:
                    yield f"`{name}` is no element", "See laws/terms/elements.yaml."
        elif isinstance(leaf, Atom):
            yield from _atom(leaf)


def _atom(leaf: Atom) -> Iterator[tuple[str, str]]:
    if leaf.name in {"lives", "domicile", "established", "only_established", "licensed"}:
        yield from _areas(leaf.words)
    for word in leaf.words:
        if leaf.name in {"given", "started"} and word not in events().events:
            yield f"`{word}` is no clock event", "See laws/terms/events.yaml."
        if leaf.name == "harm" and word not in {"likely", "unlikely"}:
            yield f"harm is likely or unlikely, not `{word}`", ""
        name = word.partition("=")[0]
        if (
            leaf.name == "flag"
            and name not in kinds().flags
            and f"organisation.flags.{name}" not in questions().questions
        ):
            yield f"the flag `{name}` has no question", "See laws/terms/organisation.yaml and questions.yaml."


def _areas(words: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    for word in words:
        if word.removeprefix(OUTSIDE) not in places().areas and not is_place(word.removeprefix(OUTSIDE)):
            yield f"`{word}` is no place", "Use ISO 3166 or an area of laws/terms/places.yaml."


def _terms() -> Iterator[tuple[str, str]]:
    for one in element_terms().tests:
        row = Residents(one["residence"], 1, one.get("data_classes"), tuple(one.get("elements", ())))
        yield from _differs("elements.yaml", one, elements.has(row, one["element"]).value)
    for one in places().tests:
        yield from _differs("places.yaml", one, within(one["place"], one["within"]))
    for one in kinds().tests:
        ours = Organisation(types=None if "types" not in one else tuple(one["types"]))
        yield from _differs("organisation.yaml", one, organisation.flagged(one["flag"], ours).value)
    for one in events().tests:
        clock = {name: moments.parse(str(time)) for name, time in one["clock"].items()}
        moment = clocks.start(one["event"], clock).moment
        if (moment.text if moment else None) != (None if one["is"] is None else str(one["is"])):
            yield "events.yaml", f"test {dict(one)}: found {moment.text if moment else None}"
    for name, holds in element_terms().classes.items():
        for key in [*holds.get("is", ()), *holds.get("may", ())]:
            if key not in element_terms().elements:
                yield "elements.yaml", f"the class {name} names `{key}`, which is no element"


def _differs(file: str, sample: Mapping[str, Any], value: bool | None) -> Iterator[tuple[str, str]]:  # noqa: FBT001
    if value != (None if sample["is"] == "unknown" else sample["is"]):
        yield file, f"test {dict(sample)}: found {value}"
