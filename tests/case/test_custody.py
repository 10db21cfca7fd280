"""What a build writes into the custody log, and that building again does not grow it without need."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from spillmark.case.custody import case_id, record
from spillmark.errors import EvidenceError
from spillmark.evidence.custody import verify_log
from spillmark.model.case import Case, Content
from spillmark.model.evidence import Evidence, Skip

EVIDENCE = (Evidence("E1", "a.csv", "0" * 64, 10, "salesforce.elf"),)
CASE = Case(
    "case/1", "case-1", "t", "2025-07-20T12:00:00Z", "spillmark 0", Content("c" * 64, {}), "", evidence=EVIDENCE
)


def lines(log: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]


def test_the_log_names_evidence_refusals_and_content(tmp_path: Path) -> None:
    log = tmp_path / "log.jsonl"
    head = record(log, replace(CASE, skipped=(Skip(None, "b.zip", "half a zip", "unread"),)))
    assert [line["what"] for line in lines(log)] == ["evidence", "refused", "built"]
    assert lines(log)[0]["sha256"] == "0" * 64
    assert verify_log(log, head).intact


def test_building_the_same_again_adds_nothing(tmp_path: Path) -> None:
    log = tmp_path / "log.jsonl"
    assert record(log, CASE) == record(log, CASE)
    assert len(lines(log)) == 2


def test_another_clock_or_content_goes_on_in_the_same_chain(tmp_path: Path) -> None:
    log = tmp_path / "log.jsonl"
    first = record(log, CASE)
    second = record(log, replace(CASE, built_at="2025-07-21T12:00:00Z"))
    assert first != second
    assert len(lines(log)) == 4
    assert verify_log(log, second).intact


def test_a_torn_line_is_taken_off_and_said(tmp_path: Path) -> None:
    log = tmp_path / "log.jsonl"
    record(log, CASE)
    with log.open("ab") as handle:
        handle.write(b'{"prev":"torn')
    head = record(log, CASE)
    assert "torn_line_taken_off" in [line["what"] for line in lines(log)]
    assert verify_log(log, head).intact


def test_a_broken_chain_is_not_built_upon(tmp_path: Path) -> None:
    log = tmp_path / "log.jsonl"
    record(log, CASE)
    log.write_text(log.read_text(encoding="utf-8").replace("a.csv", "b.csv"), encoding="utf-8")
    with pytest.raises(EvidenceError):
        record(log, CASE)


def test_a_case_keeps_its_name_by_what_it_is_about() -> None:
    assert case_id(["us", "2025", None]) == case_id(["us", "2025", ""])
    assert case_id(["us", "2025"]) != case_id(["us", "2026"])
