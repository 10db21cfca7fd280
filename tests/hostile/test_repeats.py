"""Nothing is counted twice: downloads that overlap, files given twice, rows that stand twice."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.run import run
from tests.hostile.program import LOGIN, NOW, logins, table


def built(folder: Path, files: dict[str, str]) -> dict[str, Any]:
    place = folder / "e"
    place.mkdir()
    for name, text in files.items():
        (place / name).write_text(text, encoding="utf-8")
    ran = run("build", place, "--out", folder / "case", "--now", NOW, "--format", "json", "--keep-events", "all")
    assert ran.code == 0, ran.err
    made: dict[str, Any] = json.loads(ran.out)
    return made


def total(case: dict[str, Any]) -> int:
    return sum(item["events"] or 0 for item in case["evidence"])


def test_downloads_that_overlap(tmp_path: Path) -> None:
    case = built(tmp_path, {"a.csv": table(logins(10)), "b.csv": table(logins(10, 5)), "a2.csv": table(logins(10))})
    assert total(case) == 15
    assert sorted(item["rows"] for item in case["evidence"]) == [10, 10]
    told = [skip for skip in case["skipped"] if "word for word" in skip["why"]]
    assert len(told) == 1
    assert "5 of 10" in told[0]["why"]
    assert all(item["rejected"] == 0 for item in case["evidence"])
    spans = {(item["from"], item["to"]) for item in case["evidence"]}
    assert spans == {
        ("2025-07-15T14:00:00Z", "2025-07-15T14:00:09Z"),
        ("2025-07-15T14:00:05Z", "2025-07-15T14:00:14Z"),
    }


def test_the_same_log_in_another_form(tmp_path: Path) -> None:
    lines = "".join(json.dumps(row) + "\n" for row in logins(4))
    assert total(built(tmp_path, {"a.csv": table(logins(4)), "b.jsonl": lines})) == 4


def test_the_same_row_twice_in_one_file(tmp_path: Path) -> None:
    assert total(built(tmp_path, {"a.csv": table([*logins(3), *logins(2)])})) == 3


def test_rows_that_differ_in_any_field_all_count(tmp_path: Path) -> None:
    rows = [{**LOGIN, "CPU_TIME": str(number)} for number in range(4)]
    assert total(built(tmp_path, {"a.csv": table(rows), "b.csv": table([*rows, {**LOGIN, "CPU_TIME": "9"}])})) == 5


@pytest.mark.parametrize("again", [False, True], ids=["one file", "and a copy with one row more"])
def test_acts_without_an_id_may_be_alike_in_one_file(tmp_path: Path, again: bool) -> None:
    line = '192.0.2.1 - - [15/Jul/2025:14:10:31 +0000] "GET /export?page=1 HTTP/1.1" 200 512 "-" "curl/8.0"\n'
    other = line.replace("page=1", "page=2")
    files = {"access.log": line * 3}
    if again:
        files["copy.log"] = line * 3 + other
    case = built(tmp_path, files)
    assert [item["kind"] for item in case["evidence"]] == ["web_access"] * len(files)
    assert total(case) == 3 + again


def test_the_order_of_files_and_their_names_change_no_count(tmp_path: Path) -> None:
    one, two = table(logins(6)), table(logins(6, 3))
    (tmp_path / "x").mkdir()
    (tmp_path / "y").mkdir()
    first = built(tmp_path / "x", {"a.csv": one, "b.csv": two})
    second = built(tmp_path / "y", {"z.csv": one, "c.csv": two})
    counts = [sorted((item["sha256"], item["events"]) for item in case["evidence"]) for case in (first, second)]
    assert counts[0] == counts[1]
