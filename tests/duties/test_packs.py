"""The law content checks itself, and the check finds what is wrong."""

from dataclasses import replace
from typing import Any

import pytest
import yaml

from spillmark import content
from spillmark.duties.explain import explain
from spillmark.duties.lint import check, lint
from spillmark.duties.packs import FOLDER, load_packs, read_pack
from spillmark.errors import ContentError

CALIFORNIA = f"{FOLDER}/us-ca.yaml"


def document() -> dict[str, Any]:
    return content.document(CALIFORNIA, content.text(CALIFORNIA))


def test_all_law_content_is_right() -> None:
    assert lint() == ()


@pytest.mark.parametrize("pack", load_packs(), ids=lambda pack: pack.id)
def test_every_pack_has_what_a_lawyer_asks_for(pack: Any) -> None:
    assert pack.source
    assert pack.citation
    assert {sample.kind for sample in pack.tests} == {"positive", "boundary", "negative"}
    assert all(limit.promptness for notice in pack.notices for limit in notice.limits)


def faults(change: Any) -> str:
    raw = document()
    change(raw)
    return "\n".join(what for what, _ in check(read_pack(raw, CALIFORNIA)))


def test_a_wrong_threshold_fails_the_boundary_test() -> None:
    assert "test 4" in faults(lambda raw: raw["notices"][1]["threshold"].update(op=">="))


def test_a_wrong_number_fails_the_tests() -> None:
    assert "test 1" in faults(lambda raw: raw["notices"][0]["limits"][1].update(value=31))


def test_a_wrong_day_of_law_fails_the_tests() -> None:
    def earlier(raw: dict[str, Any]) -> None:
        raw["notices"][0]["limits"][0].pop("until")

    assert "test 1" in faults(earlier)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda raw: raw["notices"][0]["limits"][0].update(event="discovry"), "`discovry` is no clock event"),
        (lambda raw: raw["notices"][0].update(unless=["no_harm"]), "`no_harm` is no exception"),
        (lambda raw: raw["notices"].append(raw["notices"][0]), "two notices have the id individuals"),
        (lambda raw: raw["notices"][0]["limits"][1].pop("unit"), "value and unit go together"),
        (lambda raw: raw["confidence"]["verified"].append("letter"), "confidence names `letter`"),
        (lambda raw: raw.update(tests=[]), "no boundary test"),
        (lambda raw: raw.update(reach={"lives": ["US-XX"]}), "`US-XX` is no place"),
        (lambda raw: raw.update(trigger=[{"when": {"data": {"any": ["snn"]}}}]), "`snn` is no element"),
        (lambda raw: raw.update(trigger=[{"when": {"count": {"op": ">", "count": 1}}}]), "cannot count persons"),
        (lambda raw: raw["notices"][0].update(when={"harm": "possible"}), "harm is likely or unlikely"),
        (lambda raw: raw["notices"][0].update(when={"flag": ["nowhere"]}), "the flag `nowhere` has no question"),
        (lambda raw: raw["notices"][0].update(when={"given": ["beleif"]}), "`beleif` is no clock event"),
        (lambda raw: raw.update(exceptions={"x": {"when": {"harm": "unlikely"}}}), "no notice uses the exception x"),
    ],
)
def test_the_check_names_what_is_wrong(change: Any, says: str) -> None:
    assert says in faults(change)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda raw: raw.update(reach={"livs": ["US-CA"]}), "did you mean `lives`"),
        (lambda raw: raw.update(reach={"all": {"lives": ["US-CA"]}}), "expected a list of conditions"),
        (lambda raw: raw.update(reach={"is": ["protectd"]}), "did you mean `protected`"),
        (lambda raw: raw.update(reach={"any": [{}]}), "a condition is a mapping"),
        (lambda raw: raw.update(reach={"lives": ["US-CA"], "harm": "likely"}), "a condition has one key"),
        (lambda raw: raw["notices"][0].update(when={"count": {"op": "=>", "count": 5}}), "expected op, count and of"),
        (lambda raw: raw["notices"][0].update(audience="everyone"), "notices.0.audience"),
        (lambda raw: raw["notices"][0]["limits"][0].update(counted="plain"), "counted"),
        (lambda raw: raw.pop("source"), "source"),
    ],
)
def test_what_is_no_pack_is_refused_with_its_key(change: Any, says: str) -> None:
    raw = document()
    change(raw)
    with pytest.raises(ContentError) as caught:
        read_pack(raw, CALIFORNIA)
    assert says in str(caught.value)
    assert caught.value.where == CALIFORNIA


def test_packs_survive_a_round_trip_through_yaml() -> None:
    again = yaml.safe_load(yaml.safe_dump(document(), allow_unicode=True))
    assert read_pack(again, CALIFORNIA) == next(pack for pack in load_packs() if pack.id == "us-ca")


def test_explain_by_id_and_reference() -> None:
    found = explain("us-ca")
    assert found is not None
    assert found == explain("Lus-ca")
    assert any("> 500 persons" in line for line in found.text)
    assert any("30 calendar days" in line for line in found.text)
    assert ("confidence", "part-verified") in found.facts
    assert explain("us-zz") is None


def test_what_rests_on_memory_is_called_unconfirmed() -> None:
    from tests.duties.cases import answer, one

    facts = "role: owner\nincident: {kind: acquisition, encrypted: false}\nclock: {discovery: 2026-01-10}\npeople: "
    people = "[{residence: US-CA, count: 1, data_classes: [name, national_id]}]"
    (pack,) = [pack for pack in load_packs() if pack.id == "us-ca"]
    sure = one(answer(facts + people, packs=(pack,)), "us-ca", "individuals").confidence
    assert sure == "part-verified; unconfirmed, from memory: trigger"
    memory = replace(pack, confidence=replace(pack.confidence, level="unconfirmed"))
    assert one(answer(facts + people, packs=(memory,)), "us-ca", "individuals").confidence.startswith("unconfirmed")
