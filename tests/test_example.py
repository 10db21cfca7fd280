"""The example against its truth: what a build says of examples/brackwater is what really happened there."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import duckdb
import pytest

from spillmark.rehearse.generate import generate
from tests.conftest import EXAMPLE, NOW
from tests.golden import Outcome, build, keep, remove_rows
from tests.rehearse.play import files

HONEST = {"low", "informational"}
Truth = dict[str, Any]


@pytest.fixture(scope="module")
def truth() -> Truth:
    loaded: Truth = json.loads((EXAMPLE / "truth.json").read_text(encoding="utf-8"))
    return loaded


@pytest.fixture(scope="module")
def built(example_case: Outcome) -> Outcome:
    return example_case


def table(built: Outcome, name: str, columns: str = "*") -> list[tuple[Any, ...]]:
    """Gives the rows of one of the case's Parquet files."""
    with duckdb.connect() as connection:
        return connection.execute(f"SELECT {columns} FROM read_parquet('{built.folder / name}')").fetchall()


def test_the_example_is_what_its_scenario_makes(tmp_path: Path) -> None:
    generate("helpdesk-call", tmp_path)
    stored, made = dict(files(EXAMPLE)), dict(files(tmp_path))
    stored = {name: data for name, data in stored.items() if name.startswith("evidence/") or name == "truth.json"}
    assert sorted(stored) == sorted(made)
    assert [name for name in stored if stored[name] != made[name]] == []
    assert sum(map(len, stored.values())) < 3_000_000


def test_everything_was_read(built: Outcome) -> None:
    assert [skip for skip in built.case["skipped"] if skip["level"] in {"unread", "failed"}] == []
    assert built.code == 0, built.printed
    assert {one["kind"] for one in built.case["evidence"]} >= {
        "salesforce.elf",
        "salesforce.realtime",
        "salesforce.object",
        "salesforce.export",
        "salesforce.describe",
        "salesforce.settings",
        "report",
    }


def test_certain_records_are_true_and_true_records_are_not_missed(built: Outcome, truth: Truth) -> None:
    rows = table(built, "taken.parquet", "object, record_id, certainty")
    for name, taken in truth["taken"].items():
        certain = {record for entity, record, certainty in rows if entity == name and certainty == "certain"}
        every = {record for entity, record, _ in rows if entity == name}
        true = set(taken["records"])
        assert certain <= true, f"{name}: called certain and was not taken: {sorted(certain - true)[:5]}"
        unseen = set(taken["unseen"])
        assert true - every <= unseen, f"{name}: taken, in the copy, and not found"
        assert set(taken["provable"]) - unseen <= certain, f"{name}: can be proven and is not called certain"
    assert {entity for entity, *_ in rows} == set(truth["taken"])


def test_counts_of_the_scope_hold_the_truth(built: Outcome, truth: Truth) -> None:
    scope = built.case["scope"]
    assert scope["upper"] == "bounded"
    for entry in scope["objects"]:
        true, counts = truth["taken"][entry["object"]], entry["records"]
        assert counts["certain"] <= len(true["records"])
        assert len(true["records"]) <= counts["certain"] + counts["possible"] + counts["unseen"]
        assert counts["logged"] is not None
        assert set(true["data_classes"]) <= set(entry["data_classes"])
        assert set(entry["fields"]) >= set(true["fields"])


def test_people_are_exact(built: Outcome, truth: Truth) -> None:
    """The persons behind the records that the case lists are exactly those of the truth, with their residence."""
    listed = {f"{entity}/{record}" for entity, record in table(built, "taken.parquet", "object, record_id")}
    expected = [person for person in truth["people"] if listed & set(person["records"])]
    people = built.case["scope"]["people"]
    assert people["certain"] + people["possible"] == len(expected)
    regions = Counter(person["residence"] for person in expected if person["residence"])
    counted = {region: total(value) for region, value in people["by_region"].items()}
    assert {region: counted.get(region, 0) for region in regions} == dict(regions)
    true = sum(1 for person in truth["people"] if person["taken"])
    assert people["certain"] <= true <= people["certain"] + people["possible"]


def test_each_person_is_one_person(built: Outcome, truth: Truth) -> None:
    owner = {record: person["number"] for person in truth["people"] for record in person["records"]}
    for _, records in table(built, "people.parquet", "person_id, records"):
        assert len({owner[record] for record in records if record in owner}) == 1, records


def total(value: Any) -> int:
    """Gives a count that may be split into certain and possible."""
    return int(value["certain"] + value["possible"]) if isinstance(value, dict) else int(value)


def test_the_understatement_is_contradicted(built: Outcome, truth: Truth) -> None:
    said = [conflict["says"] for conflict in built.case["conflicts"]]
    assert any(str(truth["claims"]["people"]) in text for text in said), said
    assert any("insurance policy" in text for text in said), said
    assert all(conflict["proof"] for conflict in built.case["conflicts"])


def test_what_did_not_leave_is_said_and_true(built: Outcome, truth: Truth) -> None:
    kept = {entry["data_class"] for entry in truth["not_taken"]}
    sentences = built.case["scope"]["not_taken"]
    about = [s for s in sentences if "national_id" in s["what"] or "national id" in s["what"].lower()]
    assert about, [sentence["what"] for sentence in sentences]
    assert "national_id" in kept
    assert all(sentence["holds_if"] and sentence["proof"] for sentence in about)
    taken = {name for one in truth["taken"].values() for name in one["data_classes"]}
    for name in taken:
        assert not any(s["what"].startswith(f"{name} ") or s["what"] == name for s in sentences), name


def test_every_event_of_the_thief_is_found(built: Outcome, truth: Truth) -> None:
    paths = {one["id"]: one["path"] for one in built.case["evidence"]}
    attributed = {(paths[evidence], row) for evidence, row in table(built, "events.parquet", "evidence, row")}
    missed = [
        (trace["file"], trace["row"], trace["step"])
        for trace in truth["events"]
        if not any(row == trace["row"] and path.endswith(trace["file"]) for path, row in attributed)
    ]
    assert missed == []


def test_the_timeline_tells_each_step(built: Outcome, truth: Truth) -> None:
    timeline = built.case["timeline"]
    assert [row["time"] for row in timeline] == sorted(row["time"] for row in timeline)
    phases = {row["phase"] for row in timeline}
    assert phases >= {"access", "discovery", "collection", "exfiltration", "evasion"}
    places = {place for row in timeline for place in row["proof"]}
    named = {one["id"]: one["path"] for one in built.case["evidence"]}
    told = {f"{named[place.split(':')[0]]}:{place.split(':')[1]}" for place in places if place.startswith("E")}
    for span in truth["phases"]:
        rows = [trace for trace in truth["events"] if trace["step"] == span["step"]]
        assert any(f"{trace['file']}:{trace['row']}" in told or endswith(told, trace) for trace in rows), span


def endswith(told: set[str], trace: dict[str, Any]) -> bool:
    """Tells whether a place ends in the trace's file and row, whatever stands before it."""
    return any(place.endswith(f"/{trace['file']}:{trace['row']}") for place in told)


def test_first_probe_counts_jobs_and_deletion_are_in_order(built: Outcome, truth: Truth) -> None:
    acts = [(row["time"], row["phase"], row["object"]) for row in built.case["timeline"]]
    discovery = [time for time, phase, _ in acts if phase == "discovery"]
    taken = [(time, entity) for time, phase, entity in acts if phase == "exfiltration"]
    evasion = [time for time, phase, _ in acts if phase == "evasion"]
    assert discovery[0].startswith("2025-07-15T14:12")
    assert {entity for _, entity in taken} >= {"Contact", "Policy__c"}
    assert evasion
    assert evasion[0].startswith("2025-07-15T15:22")


def test_a_true_statement_is_not_contradicted(built: Outcome) -> None:
    """Both reports say 15 July, which is when it happened; the other dates in them are of other things."""
    assert [conflict for conflict in built.case["conflicts"] if "began" in conflict["statement"]] == []


def test_duties_reach_every_residence(built: Outcome) -> None:
    """Washington lists a full birth date, the European laws any personal data; California lists nothing that left."""
    triggered, considered = built.case["duties"], built.case["not_triggered"]
    told = {duty["residence"] for duty in triggered if duty["audience"] == "individuals"}
    assert told >= {"FR", "DE", "GB", "US-WA"}
    assert {duty["regime"] for duty in triggered} >= {"eu-gdpr", "fr-cnil", "uk-gdpr", "us-wa"}
    assert "us-ca" in {regime["regime"] for regime in considered}


def test_every_sentence_has_a_proof(built: Outcome) -> None:
    story = built.case["story"]
    assert story["what_happened"]
    assert all(sentence["proof"] for part in story.values() for sentence in part)


def test_an_honest_month_gives_no_finding_of_weight(truth: Truth, tmp_path: Path) -> None:
    made = generate("helpdesk-call", tmp_path / "made", contacts=200, seed=9)
    evidence = tmp_path / "made" / "evidence"
    remove_rows(evidence, made.events)
    keep(evidence, ["logs/*", "org.yaml"])
    outcome = build([evidence], tmp_path / "case", NOW)
    assert outcome.case is not None, outcome.printed
    assert [f for f in outcome.case["findings"] if f["severity"] not in HONEST] == []


def test_honest_rows_of_the_example_are_not_accused(built: Outcome, truth: Truth) -> None:
    """No finding of weight rests on a row that the thief did not cause."""
    named = {one["id"]: one["path"] for one in built.case["evidence"]}
    guilty = {(trace["file"], trace["row"]) for trace in truth["events"]}
    for finding in built.case["findings"]:
        if finding["severity"] in HONEST:
            continue
        for place in finding["proof"]:
            evidence, _, row = place.partition(":")
            path = named.get(evidence, "")
            if "logs/" in path and row.isdigit():
                assert (path[path.index("logs/") :], int(row)) in guilty, (finding["rule"], place)
