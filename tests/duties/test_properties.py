"""Invariances: no guessing, no fallback, no influence of one law's facts on another's dates."""

from dataclasses import replace
from datetime import datetime

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from spillmark.duties import clocks
from spillmark.duties.evaluate import evaluate
from spillmark.duties.facts import load_facts
from spillmark.duties.moments import parse
from spillmark.duties.packs import load_packs
from spillmark.duties.terms import events
from spillmark.duties.truth import Truth, all_of, any_of, false, negation, true, unknown
from spillmark.model.duty import DutyAnswer

NOW = datetime.fromisoformat("2025-03-05T12:00:00+00:00")
unhurried = settings(deadline=None, max_examples=60)
RESIDENCES = ["FR", "DE-BE", "EU", "GB", "US-CA", "US", "CH"]
CLASSES = ["name", "email", "national_id", "bank_account", "credentials", "health", "corporate"]
three = st.sampled_from([True, False, "unknown"])
moment = st.one_of(
    st.dates(datetime(2024, 1, 1).date(), datetime(2026, 12, 31).date()).map(str),  # noqa: DTZ001
    st.sampled_from(["2025-03-04T09:30-08:00", "2025-12-31T23:59+01:00", "2026-01-01T00:00Z"]),
)
truths = st.sampled_from([true("t"), false("f"), unknown("u"), unknown("v")])
rows = st.fixed_dictionaries(
    {"residence": st.sampled_from(RESIDENCES)},
    optional={
        "count": st.one_of(st.integers(0, 1200), st.just("unknown")),
        "data_classes": st.lists(st.sampled_from(CLASSES), unique=True, max_size=4),
        "minors": st.integers(0, 3),
    },
)
facts_files = st.fixed_dictionaries(
    {},
    optional={
        "role": st.sampled_from(["owner", "processor", "unknown"]),
        "organisation": st.fixed_dictionaries(
            {},
            optional={
                "domicile": st.sampled_from(["FR", "US-OR", "GB"]),
                "establishments": st.lists(st.sampled_from(["FR", "DE", "US", "GB"]), unique=True),
                "main_establishment": st.sampled_from(["FR", "US"]),
                "types": st.just(["retailer"]),
                "flags": st.dictionaries(st.sampled_from(["glba", "ny_dfs", "eea_context"]), three),
            },
        ),
        "incident": st.fixed_dictionaries(
            {},
            optional={
                "kind": st.sampled_from(["access", "acquisition", "use", "loss", "unavailability", "unknown"]),
                "acquisition_excluded": three,
                "encrypted": three,
                "key_taken": three,
                "harm": st.sampled_from(["likely", "unlikely", "unknown"]),
            },
        ),
        "clock": st.dictionaries(
            st.sampled_from(
                ["occurrence", "discovery", "awareness", "notification", "notice_to_individuals", "notice_to_authority"]
            ),
            moment,
        ),
        "people": st.lists(rows, max_size=4),
        "total": st.integers(0, 5000),
    },
)


def evaluated(document: object) -> DutyAnswer:
    return evaluate(load_facts(yaml.safe_dump(document), "facts.yaml"), load_packs(), NOW)


@unhurried
@given(facts_files)
def test_every_answer_is_sound(document: dict[str, object]) -> None:
    found = evaluated(document)
    asked = {question.fact for question in found.questions}
    assert [duty.id for duty in found.duties] == [f"D{number}" for number in range(1, len(found.duties) + 1)]
    for duty in found.duties:
        # A date is only shown with the event that it is counted from and the sum.
        assert (duty.due is None) == (duty.due_basis is None)
        assert duty.due is None or duty.starts.time is not None
        assert duty.promptness
        assert duty.why
        assert duty.status != "needs_fact" or duty.missing
        assert duty.status == "met" or set(duty.missing) <= asked
    both = {duty.regime for duty in found.duties} & {entry.regime for entry in found.not_triggered}
    assert both == set()


@unhurried
@given(facts_files)
def test_no_clock_no_date(document: dict[str, object]) -> None:
    found = evaluated({key: value for key, value in document.items() if key != "clock"})
    assert [duty.due for duty in found.duties if duty.due] == []


@unhurried
@given(facts_files, st.permutations(range(4)))
def test_the_order_of_rows_changes_nothing(document: dict[str, object], order: list[int]) -> None:
    people = document.get("people")
    if isinstance(people, list):
        shuffled = {**document, "people": [people[number] for number in order if number < len(people)]}
        before, after = evaluated(document), evaluated(shuffled)
        keyed = [
            {(duty.regime, duty.to, duty.residence): (duty.status, duty.due) for duty in found.duties}
            for found in (before, after)
        ]
        assert keyed[0] == keyed[1]


@unhurried
@given(facts_files, st.sampled_from(["CH", "NZ", "US-GU"]), st.integers(1, 9))
def test_an_unrelated_row_moves_no_date_of_another_law(document: dict[str, object], home: str, count: int) -> None:
    people = document.get("people")
    if not isinstance(people, list) or not people:
        return
    more = {**document, "people": [*people, {"residence": home, "count": count, "data_classes": ["email"]}]}
    before, after = evaluated(document), evaluated(more)
    dates = {(duty.regime, duty.to, duty.residence): (duty.due, duty.starts) for duty in after.duties}
    for duty in before.duties:
        key = (duty.regime, duty.to, duty.residence)
        assert dates.get(key, (duty.due, duty.starts)) == (duty.due, duty.starts)
    states = [
        [replace(duty, id="") for duty in found.duties if duty.regime.startswith("us-")] for found in (before, after)
    ]
    assert states[0] == states[1]


@unhurried
@given(facts_files, st.sampled_from(sorted(events().events)), moment)
def test_another_event_moves_no_clock_that_does_not_run_from_it(
    document: dict[str, object], event: str, time: str
) -> None:
    clock = document.get("clock")
    given_clock = clock if isinstance(clock, dict) else {}
    parts = {"discovery", "notification", "key_compromise_known"}
    if event in given_clock or event in parts:
        return
    law = {**document, "law_as_of": "2026-02-01"}
    before = evaluated({**law, "clock": given_clock})
    after = evaluated({**law, "clock": {**given_clock, event: time}})
    dates = {(duty.regime, duty.to, duty.residence): duty for duty in after.duties}
    for duty in before.duties:
        now = dates.get((duty.regime, duty.to, duty.residence))
        if now is not None and event not in {duty.starts.event, "notice_to_individuals"}:
            assert now.due == duty.due


@unhurried
@given(st.lists(truths, max_size=4))
def test_de_morgan(parts: list[Truth]) -> None:
    assert negation(all_of(parts)).value == any_of(negation(part) for part in parts).value


@unhurried
@given(st.lists(truths, max_size=4))
def test_only_the_unknown_misses_facts(parts: list[Truth]) -> None:
    for found in (all_of(parts), any_of(parts)):
        assert (found.value is None) == bool(found.missing)


@unhurried
@given(moment, moment)
def test_or_is_the_earlier_and_and_the_later(one: str, other: str) -> None:
    clock = {"discovery": parse(one), "notification": parse(other)}
    first = clocks.start("discovery_or_notification", clock).moment
    both = {"awareness": parse(one), "scope_identified": parse(other)}
    last = clocks.start("awareness_and_scope_identified", both).moment
    assert first is not None
    assert last is not None
    assert {first.text, last.text} == {one, other} or one == other or first.day == last.day
    assert first.day <= last.day or (first.instant is not None and last.instant is not None)
