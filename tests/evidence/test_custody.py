"""The custody log grows, shows every change, and survives being killed in the middle of a line."""

import json
import stat
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from spillmark.errors import EvidenceError
from spillmark.evidence.custody import START, CustodyLog, verify_log

TIME = "2025-07-21T09:00:00Z"


def written(path: Path, count: int = 4) -> str:
    log = CustodyLog(path)
    for number in range(count):
        log.add(TIME, "took in", {"evidence": f"E{number}"})
    return log.head


def test_the_chain_holds(tmp_path: Path) -> None:
    path = tmp_path / "log.jsonl"
    head = written(path)
    verdict = verify_log(path, head)
    assert (verdict.intact, verdict.lines, verdict.head) == (True, 4, head)
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    assert lines[0]["prev"] == START
    assert len({line["prev"] for line in lines}) == 4
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_it_goes_on_where_it_ended(tmp_path: Path) -> None:
    path = tmp_path / "log.jsonl"
    written(path, 2)
    written(path, 2)
    assert verify_log(path, None).lines == 4


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], derandomize=True)
@given(place=st.integers(0, 10_000), flip=st.integers(1, 255))
def test_every_changed_byte_is_seen(tmp_path: Path, place: int, flip: int) -> None:
    path = tmp_path / "log.jsonl"
    path.unlink(missing_ok=True)
    head = written(path)
    data = bytearray(path.read_bytes())
    data[place % len(data)] ^= flip
    path.write_bytes(data)
    assert not verify_log(path, head).intact


@pytest.mark.parametrize(
    "change", [lambda lines: lines[:2] + lines[3:], lambda lines: lines[:1] + lines[:1] + lines[1:]]
)
def test_lines_taken_out_or_put_in_name_the_first_broken_line(tmp_path: Path, change: object) -> None:
    path = tmp_path / "log.jsonl"
    head = written(path)
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(change(lines)))  # type: ignore[operator]
    verdict = verify_log(path, head)
    assert not verdict.intact
    assert verdict.broken in (2, 3)


def test_a_cut_end_is_seen_with_the_head(tmp_path: Path) -> None:
    path = tmp_path / "log.jsonl"
    head = written(path)
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:3]))
    assert verify_log(path, None).intact
    assert not verify_log(path, head).intact


def test_a_torn_last_line_is_told_and_not_mended(tmp_path: Path) -> None:
    path = tmp_path / "log.jsonl"
    written(path)
    torn = path.read_bytes()[:-30]
    path.write_bytes(torn)
    verdict = verify_log(path, None)
    assert (verdict.intact, verdict.torn, verdict.lines, verdict.broken) == (False, True, 3, 4)
    with pytest.raises(EvidenceError, match="broken"):
        CustodyLog(path)
    assert path.read_bytes() == torn


def test_own_names_cannot_be_overwritten(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="prev"):
        CustodyLog(tmp_path / "log.jsonl").add(TIME, "x", {"prev": "y"})


def test_a_log_that_is_a_link_is_not_written(tmp_path: Path) -> None:
    (tmp_path / "log.jsonl").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(OSError, match="symbolic"):
        CustodyLog(tmp_path / "log.jsonl").add(TIME, "x")
    assert not (tmp_path / "elsewhere").exists()
