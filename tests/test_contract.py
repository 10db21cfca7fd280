"""The built case keeps its contract: names, value lists, and proofs that end in evidence, law or playbook."""

import json
import re
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import duckdb
import pytest

from spillmark.case.playbooks import load_playbooks
from spillmark.duties.packs import load_packs
from spillmark.model import terms
from tests.golden import Outcome

Json = dict[str, Any]
PROOF = re.compile(r"^(E\d+:\d+(-\d+)?|[FDA]\d+|L[a-z0-9-]+|P[a-z0-9-]+)$")
NAMES = {
    "evidence": {"id", "path", "sha256", "bytes", "kind", "rows", "events", "rejected", "from", "to"},
    "coverage": {"source", "from", "to", "gaps", "retention_ends"},
    "skipped": {"evidence", "what", "why", "level"},
    "findings": {
        "id",
        "rule",
        "title",
        "severity",
        "confidence",
        "phase",
        "techniques",
        "first",
        "last",
        "count",
        "actor",
        "proof",
    },
    "timeline": {"time", "phase", "actor", "act", "object", "rows", "findings", "proof"},
    "conflicts": {"statement", "says", "measured", "proof"},
    "actions": {"id", "what", "why", "when", "owner", "verify", "proof"},
    "duties": {
        "id",
        "regime",
        "to",
        "audience",
        "obliged",
        "mandatory",
        "residence",
        "status",
        "starts",
        "due",
        "due_basis",
        "promptness",
        "order",
        "alternatives",
        "missing",
        "why",
        "citation",
        "confidence",
        "content",
    },
}
VALUES = {
    "evidence.kind": terms.Kind,
    "findings.phase": terms.Phase,
    "findings.severity": terms.Severity,
    "findings.confidence": terms.Confidence,
    "timeline.phase": terms.Phase,
    "skipped.level": terms.SkipLevel,
    "duties.status": terms.DutyStatus,
    "duties.audience": terms.Audience,
}


@pytest.fixture(scope="module")
def case(example_case: Outcome) -> Json:
    loaded: Json = example_case.case
    return loaded


def proofs(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            if key == "proof":
                yield from inner
            else:
                yield from proofs(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from proofs(inner)


@pytest.mark.parametrize("part", sorted(NAMES))
def test_entries_have_the_contract_s_names(case: Json, part: str) -> None:
    assert case[part], f"the example has no {part}"
    for entry in case[part]:
        assert set(entry) >= NAMES[part]


def test_top_level_and_nested_names(case: Json) -> None:
    assert case["schema"] == "case/1"
    assert {"id", "title", "built_at", "tool", "content", "log_head", "reports", "incidents", "campaigns"} <= set(case)
    assert {"not_triggered", "questions", "severity", "story"} <= set(case)
    assert set(case["scope"]) >= {"upper", "why_open", "objects", "people", "not_taken", "requests"}
    for taken in case["scope"]["objects"]:
        assert set(taken) >= {"object", "fields", "data_classes", "records", "queries"}
        assert set(taken["records"]) >= {"certain", "possible", "logged", "unseen"}
        for query in taken["queries"]:
            assert set(query) >= {"text", "time", "rows_logged", "rows_replayed", "explained"}
    assert set(case["severity"]) >= {"method", "level", "score", "factors"}
    assert set(case["story"]) == {"what_happened", "why_it_matters", "whose_data", "what_to_do"}


@pytest.mark.parametrize("place", sorted(VALUES))
def test_values_come_from_the_contract_s_lists(case: Json, place: str) -> None:
    part, name = place.split(".")
    allowed = set(get_args(VALUES[place]))
    assert {entry[name] for entry in case[part]} <= allowed


def test_every_sentence_row_and_exclusion_is_proven(case: Json) -> None:
    for answer in case["story"].values():
        assert answer
        assert all(sentence["text"] and sentence["proof"] for sentence in answer)
    for part in ("findings", "timeline", "conflicts", "actions", "duties"):
        assert all(entry["proof"] for entry in case[part]), part
    assert all(exclusion["proof"] and exclusion["holds_if"] for exclusion in case["scope"]["not_taken"])


def test_every_reference_resolves_and_every_chain_ends_outside_the_case(case: Json, example_case: Outcome) -> None:
    rows = {item["id"]: item["rows"] for item in case["evidence"]}
    laws = {f"L{pack.id}" for pack in load_packs()}
    steps = {f"P{playbook.id}" for playbook in load_playbooks()}
    chained = {entry["id"]: entry["proof"] for part in ("findings", "duties", "actions") for entry in case[part]}
    cited = {json.loads(line)["ref"] for line in (example_case.folder / "cited.jsonl").read_text().splitlines()}
    for ref in set(proofs(case)):
        assert PROOF.match(ref), ref
        if ref.startswith("E"):
            ident, _, place = ref.partition(":")
            assert ident in rows, ref
            assert ref in cited, f"{ref} cannot be followed"
            if "-" not in place and rows[ident] is not None:
                assert 1 <= int(place) <= rows[ident], ref
        elif ref[0] in "FDA":
            assert ref in chained, ref
            assert ends(ref, chained), f"{ref} ends in nothing"
        else:
            assert ref in laws | steps, ref


def ends(ref: str, chained: dict[str, list[str]], seen: frozenset[str] = frozenset()) -> bool:
    """Tells whether a chain of proofs comes to evidence, a law or a playbook."""
    if ref not in chained:
        return ref[0] in "ELP"
    return ref not in seen and any(ends(inner, chained, seen | {ref}) for inner in chained[ref])


def test_evidence_is_numbered_by_hash_then_path(case: Json) -> None:
    order = [(item["sha256"], item["path"]) for item in case["evidence"]]
    assert order == sorted(order)
    assert [item["id"] for item in case["evidence"]] == [f"E{number}" for number in range(1, len(order) + 1)]
    assert not any(Path(item["path"]).is_absolute() for item in case["evidence"])


def test_files_are_there_and_readable_by_their_owner_only(example_case: Outcome) -> None:
    names = {path.name for path in example_case.folder.iterdir()}
    assert names >= {"case.json", "report.html", "events.parquet", "taken.parquet", "people.parquet", "log.jsonl"}
    assert ".work" not in names
    assert stat.S_IMODE(example_case.folder.stat().st_mode) == 0o700
    for path in example_case.folder.rglob("*"):
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600), path.name


@pytest.mark.parametrize(
    ("name", "columns"),
    [
        ("taken", {"object", "record_id", "fields", "data_classes", "first_taken", "certainty", "findings"}),
        ("people", {"person_id", "records", "data_classes", "country", "region", "minor", "certainty"}),
        ("events", {"evidence", "row", "time", "source", "class_uid", "activity", "user", "src_ip", "findings"}),
    ],
)
def test_tables_have_the_contract_s_columns(example_case: Outcome, name: str, columns: set[str]) -> None:
    with duckdb.connect() as connection:
        source = f"read_parquet('{example_case.folder / name}.parquet')"
        found = {row[0]: row[1] for row in connection.execute(f"DESCRIBE SELECT * FROM {source}").fetchall()}
        assert set(found) >= columns
        if name == "taken":
            certainty = connection.execute(f"SELECT DISTINCT certainty FROM {source}").fetchall()
            assert {row[0] for row in certainty} <= {"certain", "possible"}
            assert "WITH TIME ZONE" in found["first_taken"]


def test_counts_of_the_document_equal_the_tables(case: Json, example_case: Outcome) -> None:
    folder = example_case.folder
    with duckdb.connect() as connection:
        listed = connection.execute(
            f"SELECT object, certainty, count(*) FROM read_parquet('{folder}/taken.parquet') GROUP BY ALL"
        ).fetchall()
        counted = connection.execute(
            f"SELECT certainty, count(*) FROM read_parquet('{folder}/people.parquet') GROUP BY ALL"
        ).fetchall()
    taken = {(name, certainty): count for name, certainty, count in listed}
    people = dict(counted)
    for entry in case["scope"]["objects"]:
        for certainty in ("certain", "possible"):
            assert taken.get((entry["object"], certainty), 0) == entry["records"][certainty]
    for certainty in ("certain", "possible"):
        assert people.get(certainty, 0) == case["scope"]["people"][certainty]


def test_claimed_and_measured_never_share_a_sentence(case: Json) -> None:
    reports = {report["id"] for report in case["reports"]}
    for sentence in case["story"]["what_happened"] + case["story"]["whose_data"]:
        kinds = {ref.partition(":")[0] in reports for ref in sentence["proof"] if ref.startswith("E")}
        assert len(kinds) < 2, sentence
