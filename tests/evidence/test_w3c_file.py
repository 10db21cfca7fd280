"""Extended log files: the header says what the values are, wherever it stands; nothing is guessed, nothing is lost."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spillmark.evidence.lines import Repairs
from spillmark.evidence.w3c_file import W3cRecord, looks_like_w3c, read_columns, read_records

IIS = """#Software: Microsoft Internet Information Services 10.0
#Version: 1.0
#Date: 2025-07-15 14:00:00
#Fields: date time cs-method cs-uri-stem cs-username c-ip cs(User-Agent) sc-status
2025-07-15 14:10:31 GET /portal/customer - 203.0.113.77 Mozilla/5.0+(X11;++bot) 200
"""


def read(folder: Path, text: str | bytes) -> tuple[tuple[str, ...], list[W3cRecord]]:
    path = folder / "u_ex250715.log"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    columns = read_columns(path)
    return columns, list(read_records(path, columns, Repairs()))


def rows(folder: Path, text: str) -> list[dict[str, str]]:
    columns, records = read(folder, text)
    return [dict(zip(columns, one.cells, strict=True)) for one in records if one.cells is not None]


def test_the_header_names_the_values(tmp_path: Path) -> None:
    columns, (record,) = read(tmp_path, IIS)
    assert columns[:3] == ("date", "time", "cs-method")
    assert (record.row, record.line) == (5, 5)
    assert rows(tmp_path, IIS) == [
        {
            "date": "2025-07-15",
            "time": "14:10:31",
            "cs-method": "GET",
            "cs-uri-stem": "/portal/customer",
            "cs-username": "",
            "c-ip": "203.0.113.77",
            "cs(User-Agent)": "Mozilla/5.0 (X11; +bot)",
            "sc-status": "200",
        }
    ]


def test_the_header_may_change_within_the_file(tmp_path: Path) -> None:
    text = IIS + "#Fields: time c-ip date x-extra\n14:11:00 198.51.100.9 2025-07-15 odd\n"
    first, second = rows(tmp_path, text)
    assert (first["x-extra"], first["c-ip"]) == ("", "203.0.113.77")
    assert (second["x-extra"], second["c-ip"], second["sc-status"]) == ("odd", "198.51.100.9", "")
    assert second["date"] == "2025-07-15"


def test_the_day_may_stand_in_a_directive_only(tmp_path: Path) -> None:
    first = "#Date: 2025-07-15 00:00:01\n#Fields: time c-ip\n14:00:00 192.0.2.1\n"
    text = first + "#Date: 2025-07-16 00:00:01\n00:10:00 192.0.2.1\n"
    assert [row["date"] for row in rows(tmp_path, text)] == ["2025-07-15", "2025-07-16"]


def test_what_does_not_fit_the_header_is_rejected_and_said(tmp_path: Path) -> None:
    _, records = read(tmp_path, "early 1\n" + IIS + "\n2025-07-15 14:10:31 GET\n")
    assert [(one.row, one.cells is None, one.why) for one in records] == [
        (1, True, "it stands before any #Fields: line"),
        (6, False, None),
        (7, True, None),
        (8, True, "3 values where #Fields: names 8"),
    ]


@pytest.mark.parametrize(
    ("header", "line", "agent"),
    [
        ("date time cs(User-Agent)", "2025-07-15\t14:10:31\tcurl/8%20x", "curl/8 x"),
        ("date\ttime\tcs(User-Agent)", "2025-07-15\t14:10:31\ta b", "a b"),
        ("date,time,cs(User-Agent)", '2025-07-15,14:10:31,"a, b"', "a, b"),
        ("date time cs(User-Agent)", '2025-07-15 14:10:31 "a ""b"" c"', 'a "b" c'),
        ("date time cs(User-Agent)", "2025-07-15 14:10:31 -", ""),
    ],
)
def test_other_writers(tmp_path: Path, header: str, line: str, agent: str) -> None:
    (row,) = rows(tmp_path, f"#Version: 1.0\n#Fields: {header}\n{line}\n")
    assert row["cs(User-Agent)"] == agent


def test_what_it_looks_like() -> None:
    assert looks_like_w3c(IIS)
    assert looks_like_w3c("\ufeff#Fields: a b\n")
    assert not looks_like_w3c("# a comment\nname,city\n")
    assert not looks_like_w3c("a b\n#Fields: a b\n")
    assert not looks_like_w3c("#Fields:\n")
    assert not looks_like_w3c("")


def test_hostile_lines_cost_one_record(tmp_path: Path) -> None:
    long = b"x" * 17_000_000
    _, records = read(tmp_path, b"#Fields: a b\n1 2\n" + long + b"\n\0 \xff\n3 4\n")
    assert [one.cells for one in records] == [["1", "2"], None, ["\ufffd", "ÿ"], ["3", "4"]]
    assert "longer than" in str(records[1].why)


VALUE = st.text(st.characters(codec="ascii", exclude_characters='"#', categories=["L", "N", "P"]), min_size=1)


@given(st.lists(st.lists(VALUE.filter(lambda v: v != "-"), min_size=3, max_size=3), max_size=6), st.integers(0, 6))
def test_a_second_header_changes_no_value(
    tmp_path_factory: pytest.TempPathFactory, table: list[list[str]], at: int
) -> None:
    folder = tmp_path_factory.mktemp("w3c")
    plain = [f"{a} {b} {c}" for a, b, c in table]
    turned = [f"{c} {a} {b}" for a, b, c in table]
    at = min(at, len(plain))
    once = rows(folder, "\n".join(["#Fields: a b c", *plain]))
    twice = rows(folder, "\n".join(["#Fields: a b c", *plain[:at], "#Fields: c a b", *turned[at:]]))
    assert once == twice == [dict(zip("abc", row, strict=True)) for row in table]
