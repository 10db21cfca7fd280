"""Records keep their number and line whatever stands between them, and both readers agree."""

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from spillmark.engine.duckdb import DuckDBEngine
from spillmark.engine.interface import Engine
from spillmark.evidence import records as module
from spillmark.evidence.item import Item
from spillmark.evidence.records import Records, open_records
from spillmark.model.evidence import Evidence

PROPERTY = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], derandomize=True
)


@pytest.fixture
def engine() -> Iterator[Engine]:
    made = DuckDBEngine()
    yield made
    made.close()


def opened(engine: Engine, folder: Path, data: bytes) -> Records:
    path = folder / "file"
    path.write_bytes(data)
    return open_records(engine, Item(Evidence("E1", "file", "0" * 64, len(data), "unknown"), path))


def table(engine: Engine) -> list[tuple[object, ...]]:
    return list(engine.rows('SELECT * FROM "raw_E1" ORDER BY "row"'))


def test_plain_csv(engine: Engine, tmp_path: Path) -> None:
    found = opened(engine, tmp_path, b'"A","B"\n"1","x"\n"2",""\n')
    assert (found.rows, found.rejected, found.blank, found.skipped) == (2, 0, 0, ())
    assert table(engine) == [(1, 2, "1", "x"), (2, 3, "2", None)]


def test_cells_over_several_lines_shift_the_line_and_not_the_row(engine: Engine, tmp_path: Path) -> None:
    found = opened(engine, tmp_path, b'A,B\n1,"x\ny\r\nz"\n2,b\n3,c\n')
    assert table(engine) == [(1, 2, "1", "x\ny\r\nz"), (2, 5, "2", "b"), (3, 6, "3", "c")]
    assert found.rows == 3


def test_blank_and_broken_records_are_counted(engine: Engine, tmp_path: Path) -> None:
    found = opened(engine, tmp_path, b'A,B\n1,x\n\n2\n3,y,z\nA,B\n"4"q,w\n5,"v\nv"\n')
    assert table(engine) == [(1, 2, "1", "x"), (7, 8, "5", "v\nv")]
    assert (found.rows, found.rejected, found.blank) == (7, 4, 1)
    partial = next(skip for skip in found.skipped if skip.level == "partial")
    assert "record 3 (line 4): 1 cells where the header names 2" in partial.why
    assert "the header line repeated as data" in partial.why


def test_a_quote_that_is_never_closed_costs_one_record(engine: Engine, tmp_path: Path) -> None:
    found = opened(engine, tmp_path, b'A,B\n1,x\n"2,y\n3,z\n4,w\n')
    assert [row[0] for row in table(engine)] == [1, 3, 4]
    assert found.rejected == 1


def test_names_are_made_unique_and_said(engine: Engine, tmp_path: Path) -> None:
    found = opened(engine, tmp_path, b"Name,name,,row,Name\n1,2,3,4,5\n")
    assert found.columns == {"Name": "Name", "name_2": "name", "column_3": "", "row_2": "row", "Name_3": "Name"}
    assert table(engine) == [(1, 2, "1", "2", "3", "4", "5")]
    assert [skip.level for skip in found.skipped] == ["note"]


@pytest.mark.parametrize(
    ("encoding", "mark"),
    [("utf-8", ""), ("utf-8-sig", ""), ("utf-16-le", "\ufeff"), ("utf-16-be", "\ufeff"), ("utf-16-le", "")],
)
def test_encodings(engine: Engine, tmp_path: Path, encoding: str, mark: str) -> None:
    opened(engine, tmp_path, (mark + "NAME,CITY\nZoë,Besançon\n").encode(encoding))
    assert table(engine) == [(1, 2, "Zoë", "Besançon")]


def test_single_lines_in_another_encoding(engine: Engine, tmp_path: Path) -> None:
    found = opened(engine, tmp_path, b"NAME,CITY\nZo\xc3\xab,Paris\nZo\xeb,Lyon\nA\0B,Nice\n")
    assert [row[2] for row in table(engine)] == ["Zoë", "Zoë", "A\ufffdB"]
    assert [skip.why.split(",")[0] for skip in found.skipped] == [
        "1 lines are not UTF-8 and were read as Windows-1252",
        "1 lines hold NUL bytes",
    ]


def test_a_line_without_end_is_refused_in_bounded_memory(engine: Engine, tmp_path: Path) -> None:
    path = tmp_path / "file"
    with path.open("wb") as handle:
        handle.write(b"A,B\n1,x\n2,")
        for _ in range(40):
            handle.write(b"y" * 1_000_000)
        handle.write(b"\n3,z\n")
    found = open_records(engine, Item(Evidence("E1", "file", "0" * 64, 1, "unknown"), path))
    assert [row[0] for row in table(engine)] == [1, 3]
    assert "longer than 16,000,000 bytes" in found.skipped[0].why


def test_long_cells_are_read(engine: Engine, tmp_path: Path) -> None:
    opened(engine, tmp_path, b"A,B\n1," + b"y" * 3_000_000 + b"\n2,z\n")
    assert [len(str(row[3])) for row in table(engine)] == [3_000_000, 1]


def test_an_empty_body_gives_an_empty_table(engine: Engine, tmp_path: Path) -> None:
    assert opened(engine, tmp_path, b"A,B\n").rows == 0
    assert table(engine) == []
    assert opened(engine, tmp_path, b"A,B\n1\n").rejected == 1
    assert table(engine) == []


def test_json_lines(engine: Engine, tmp_path: Path) -> None:
    found = opened(engine, tmp_path, b'{"a":1.50,"b":{"c":[1,2]}}\n\n[1]\n{"a":"","B":true,"a/b":"s"}\nnope\n')
    assert (found.rows, found.rejected, found.blank) == (5, 2, 1)
    assert list(found.columns) == ["B", "a", "a/b", "b_2"]
    assert table(engine) == [(1, 1, None, "1.5", None, '{"c":[1,2]}'), (4, 4, "true", None, "s", None)]


@pytest.mark.parametrize(
    "text",
    [
        '[{"a":"x"},\n{"a":"y"},5,{"a":"z"}]',
        '{"totalSize":4,"done":true,"records":[{"a":"x"},\n{"a":"y"},5,{"a":"z"}]}',
        '{"a":"x"}\n{"a":"y"}\n5\n{"a":"z"}',
        '{"a":\n"x"}{"a":"y"} 5 {"a":\n"z"}',
    ],
)
def test_json_layouts_give_the_same_rows(engine: Engine, tmp_path: Path, text: str) -> None:
    found = opened(engine, tmp_path, text.encode())
    assert [(row[0], row[2]) for row in table(engine)] == [(1, "x"), (2, "y"), (4, "z")]
    assert (found.rows, found.rejected) == (4, 1)


def test_cut_json(engine: Engine, tmp_path: Path) -> None:
    found = opened(engine, tmp_path, b'[{"a":1},{"a":2},{"a":')
    assert [row[2] for row in table(engine)] == ["1", "2"]
    assert "nothing after it was read" in found.skipped[0].why
    found = opened(engine, tmp_path, b'[{"a":1},')
    assert found.rows == 1
    assert "cut off" in found.skipped[0].why


def test_hostile_json(engine: Engine, tmp_path: Path) -> None:
    deep = b'{"a":' + b"[" * 50_000 + b"]" * 50_000 + b"}"
    found = opened(engine, tmp_path, b'{"a":"\\ud83d"}\n{"a":"\\ud83d\\ude00"}\n' + deep + b"\n")
    assert [row[2] for row in table(engine)][:2] == ["\ufffd", "\U0001f600"]
    assert found.rows == 3
    many = json.dumps({f"k{n}": n for n in range(1200)}).encode()
    found = opened(engine, tmp_path, many)
    assert len(found.columns) == 1000
    assert "200 rare fields" in found.skipped[0].why


CELL = st.text(st.sampled_from("ab \"',;é\n\r\0 \t"), max_size=6)
SHARED = DuckDBEngine(threads=1)


@PROPERTY
@given(rows=st.lists(st.lists(CELL, min_size=2, max_size=2), max_size=6), end=st.sampled_from(["\n", "\r\n"]))
def test_what_is_written_is_read(tmp_path: Path, rows: list[list[str]], end: str) -> None:
    text = io.StringIO()
    writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator=end)
    writer.writerows([["A", "B"], *rows])
    found = opened(SHARED, tmp_path, text.getvalue().encode())
    assert [row[2:] for row in table(SHARED)] == [tuple(c.replace("\0", "\ufffd") or None for c in row) for row in rows]
    assert [row[0] for row in table(SHARED)] == list(range(1, found.rows + 1))
    assert [row[1] for row in table(SHARED)] == [
        2 + n + sum("".join(r).count("\n") for r in rows[:n]) for n in range(len(rows))
    ]


@PROPERTY
@given(body=st.text(st.sampled_from('ab"",,,\n\n\n\r '), max_size=40))
def test_the_fast_reader_never_differs_from_the_careful_one(
    tmp_path: Path, body: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = SHARED
    data = b"A,B\n" + body.encode()
    first = opened(engine, tmp_path, data)
    fast = table(engine)
    with monkeypatch.context() as patch:
        patch.setattr(module, "_fast_csv", lambda *_: None)
        second = opened(engine, tmp_path, data)
    assert fast == table(engine)
    assert (first.rows, first.rejected, first.blank) == (second.rows, second.rejected, second.blank)


JSON_VALUE = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**20), 10**20)
    | st.text(max_size=5)
    | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=6,
)


@PROPERTY
@given(records=st.lists(st.dictionaries(st.text(max_size=4), JSON_VALUE, max_size=4), min_size=1, max_size=5))
def test_json_lines_and_arrays_give_the_same_table(tmp_path: Path, records: list[dict[str, object]]) -> None:
    engine = SHARED
    opened(engine, tmp_path, "\n".join(json.dumps(record) for record in records).encode())
    lines = [(row[0], *row[2:]) for row in table(engine)]
    opened(engine, tmp_path, json.dumps(records).encode())
    assert lines == [(row[0], *row[2:]) for row in table(engine)]
    assert len(lines) == len(records)


BASES = (
    b'"EVENT_TYPE","TIMESTAMP","URI"\n"Login","20250715141031.482","/a ""b"", c"\r\n"URI","x","y\nz"\n' * 3,
    b'{"EVENT_TYPE":"Login","n":1.5,"r":{"a":[1,2]}}\n{"EVENT_TYPE":"\\ud83d\\ude00"}\n' * 3,
    b'{"totalSize":2,"records":[{"Id":"1","a":null},\n {"Id":"2","b":"x"}]}',
    '"A","B"\n"é","ü"\n'.encode("utf-16"),
    b'198.51.100.23 - - [15/Jul/2025:16:10:31 +0200] "GET / HTTP/1.1" 200 5\n' * 4,
)
SPLINTERS = (b'"', b"\n", b"\r", b"\0", b",", b"\\", b"{", b"}", b"]", b"\xff\xfe", b"\n\n", b'""', b"\\ud800", b"\xe9")


@PROPERTY
@given(
    base=st.sampled_from(BASES),
    edits=st.lists(
        st.tuples(st.floats(0, 1), st.sampled_from(SPLINTERS) | st.binary(max_size=4), st.integers(0, 9)), max_size=4
    ),
)
def test_damaged_files_are_accounted_for(tmp_path: Path, base: bytes, edits: list[tuple[float, bytes, int]]) -> None:
    data = bytearray(base)
    for place, fresh, gone in edits:
        at = int(place * len(data))
        data[at : at + gone] = fresh
    found = opened(SHARED, tmp_path, bytes(data))
    rows = table(SHARED)
    assert len(rows) + found.rejected + found.blank == found.rows
    assert len({row[0] for row in rows}) == len(rows)
    assert not found.rejected or any(skip.level in ("partial", "unread") for skip in found.skipped)
