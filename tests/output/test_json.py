"""The case document goes out and comes back; what cannot be read says why."""

import json as stdlib
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spillmark.errors import SpillmarkError
from spillmark.model.case import Case
from spillmark.output import json
from tests.output import cases

TEXTS = st.text(st.characters(codec="utf-8"), max_size=40)


@pytest.mark.parametrize("case", [cases.empty(), cases.rich(), cases.hostile()], ids=["empty", "rich", "hostile"])
def test_round_trip(case: Case) -> None:
    text = json.render(case)
    assert json.load(text, "case.json") == case
    assert json.render(json.load(text, "case.json")) == text


@settings(max_examples=60)
@given(title=TEXTS, where=TEXTS, regions=st.dictionaries(TEXTS, st.integers(0, 10**12), max_size=5))
def test_round_trip_of_any_text(title: str, where: str, regions: dict[str, int]) -> None:
    rich = cases.rich()
    people = replace(rich.scope.people, by_region=regions)
    case = replace(rich, title=title, log_head=where, scope=replace(rich.scope, people=people))
    assert json.load(json.render(case), "case.json") == case


def test_form_follows_the_contract() -> None:
    text = json.render(cases.rich())
    document = stdlib.loads(text)
    assert text.startswith('{\n  "schema": "case/1",\n  "id"')
    assert text.endswith("}\n")
    assert document["evidence"][2]["from"] == "2025-07-01T00:02:11Z"
    assert list(document)[-1] == "story"
    assert "é" in json.render(replace(cases.empty(), title="Société"))


def test_half_a_character_is_an_error_that_says_so() -> None:
    with pytest.raises(SpillmarkError, match="UTF-8"):
        json.render(replace(cases.empty(), title="\ud800"))


def test_unknown_keys_are_left_out_and_noted() -> None:
    document = stdlib.loads(json.render(cases.rich()))
    document["mood"] = "grim"
    document["findings"][1]["weather"] = "rain"
    case = json.load(stdlib.dumps(document), "old/case.json")
    notes = case.skipped[len(cases.rich().skipped) :]
    assert [(one.what, one.level) for one in notes] == [("findings[].weather", "note"), ("mood", "note")]
    assert "old/case.json" in notes[0].why
    assert replace(case, skipped=cases.rich().skipped) == cases.rich()


def test_unknown_regions_and_values_of_statements_are_data_not_keys() -> None:
    assert json.load(json.render(cases.rich()), "case.json").skipped == cases.rich().skipped


@pytest.mark.parametrize(
    ("schema", "hint"),
    [("case/2", "newer"), ("case/0", "build the case again"), (None, "build the case again"), ("sarif", "again")],
)
def test_another_schema(schema: str | None, hint: str) -> None:
    document = stdlib.loads(json.render(cases.empty())) | {"schema": schema}
    with pytest.raises(SpillmarkError) as caught:
        json.load(stdlib.dumps(document), "x/case.json")
    assert caught.value.where == "x/case.json"
    assert hint in (caught.value.hint or "")
    assert "case/1" in (caught.value.why or "")


def test_a_damaged_value_is_named_with_its_path() -> None:
    document = stdlib.loads(json.render(cases.rich()))
    document["scope"]["objects"][1]["records"]["certain"] = "many"
    document["findings"][0]["phase"] = "afterlife"
    with pytest.raises(SpillmarkError) as caught:
        json.load(stdlib.dumps(document), "case.json")
    assert "scope.objects[1].records.certain" in (caught.value.why or "")
    assert "findings[0].phase" in (caught.value.why or "")


def test_many_faults_are_counted() -> None:
    document = stdlib.loads(json.render(cases.rich()))
    document["findings"] = [{}] * 30
    with pytest.raises(SpillmarkError, match=r"and \d+ more"):
        json.load(stdlib.dumps(document), "case.json")


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "null", "[" * 100_000, '{"schema": "case/1"}', "\ufeff{}", '{"a":"\\ud800"}']
)
def test_what_is_no_case_document(text: str) -> None:
    with pytest.raises(SpillmarkError):
        json.load(text, "case.json")


def test_a_file_cut_off_anywhere_is_an_error() -> None:
    text = json.render(cases.rich())
    for end in range(0, len(text) - 2, 997):
        with pytest.raises(SpillmarkError):
            json.load(text[:end], "case.json")
