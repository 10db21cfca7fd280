"""CSV as it really comes: titles, joined exports, odd line ends, broken quotes; nothing is lost unsaid."""

import csv
import io
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from spillmark.evidence.csv_file import (
    CsvRecord,
    Header,
    TooWideError,
    UnreadableError,
    looks_like_csv,
    read_header,
    read_records,
    with_later_names,
)
from spillmark.evidence.lines import Repairs

PROPERTY = settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], derandomize=True
)


def read(folder: Path, data: str | bytes) -> tuple[Header, list[CsvRecord]]:
    path = folder / "file"
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    header = with_later_names(path, read_header(path))
    return header, list(read_records(path, header, Repairs()))


def cells(found: list[CsvRecord]) -> list[list[str]]:
    return [list(one.cells) for one in found if one.cells is not None]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("sign", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le"])
def test_line_ends_delimiters_and_encodings(tmp_path: Path, end: str, sign: str, encoding: str) -> None:
    text = end.join([f"NAME{sign}CITY", f'"Zoë{sign} ""Z"""{sign}Lyon', f"B{sign}Nice", ""])
    header, found = read(tmp_path, text.encode(encoding))
    assert header.names == ("NAME", "CITY")
    assert [(one.row, one.line) for one in found] == [(1, 2), (2, 3)]
    assert cells(found) == [[f'Zoë{sign} "Z"', "Lyon"], ["B", "Nice"]]


@pytest.mark.parametrize(
    "title",
    [
        "Login History\n",
        "Login History\n\n",
        "Audit log,,\n\n",
        '"Admin audit, all events"\n"1 July 2025 to 20 July 2025"\n\n',
        "Report,Login History\nGenerated,2025-07-20\n\n",
        "sep=,\n",
        "\n\n",
    ],
)
def test_titles_before_the_header_are_passed_over(tmp_path: Path, title: str) -> None:
    body = "TIME,USER,IP\n2025-07-15,a@x.example,192.0.2.1\n2025-07-16,b@x.example,192.0.2.2\n"
    header, found = read(tmp_path, title + body)
    assert header.names == ("TIME", "USER", "IP")
    assert [(one.row, one.line) for one in found] == [(1, title.count("\n") + 2), (2, title.count("\n") + 3)]
    assert looks_like_csv(title + body)


@pytest.mark.parametrize(
    "text",
    [
        "A caller talked to us\n\nOn 3 July, the firm said, it began.\nLater, it was, they said, over.\n",
        "# Report\n\nSome long story of what was said, with commas, all day.\n\n| a | b |\n|---|---|\n| 1 | 2 |\n",
        "Title\n\nFirst, second\nthird\nfourth, fifth, sixth\n",
    ],
)
def test_prose_is_no_table(text: str) -> None:
    assert not looks_like_csv(text)


@pytest.mark.parametrize("body", ["A,B\n1\n", "A,B\n\n1,x\n2,y\n", "A,B\nx,y,z\nx,y,z\nx,y,z\n", "A,B\n", "A,B\n\n\n"])
def test_a_first_line_of_names_stays_the_header(tmp_path: Path, body: str) -> None:
    assert read(tmp_path, body)[0].names == ("A", "B")


def test_joined_exports_are_read_each_by_its_header(tmp_path: Path) -> None:
    one = "EVENT_TYPE,TIMESTAMP,USER_ID\nLogin,20250715141031.000,005\n"
    two = "EVENT_TYPE,TIMESTAMP,URI,USER_ID\nURI,20250715141032.000,/x,006\n"
    header, found = read(tmp_path, one + two + one)
    assert header.names == ("EVENT_TYPE", "TIMESTAMP", "USER_ID", "URI")
    assert cells(found) == [
        ["Login", "20250715141031.000", "005", ""],
        ["URI", "20250715141032.000", "006", "/x"],
        ["Login", "20250715141031.000", "005", ""],
    ]
    assert [(one.row, (one.why or "")[:14]) for one in found if one.cells is None] == [
        (2, "another header"),
        (4, "another header"),
    ]


def test_columns_in_another_order_are_put_right(tmp_path: Path) -> None:
    _, found = read(tmp_path, "Time,User\n1,a\nUser,Time\nb,2\nuser,time\nc,3\n")
    assert cells(found) == [["1", "a"], ["2", "b"], ["3", "c"]]


def test_values_of_unknown_columns_are_not_dropped_unsaid(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text("A,B\n1,x\nA,B,C\n2,y,\n3,z,lost\n")
    found = list(read_records(path, read_header(path), Repairs()))
    assert cells(found) == [["1", "x"], ["2", "y"]]
    assert "columns that the first header does not name: C" in (found[3].why or "")


def test_the_same_header_again_is_rejected(tmp_path: Path) -> None:
    _, found = read(tmp_path, "A,B\n1,x\nA,B\n2,y\n")
    assert [one.why for one in found] == [None, "the header line repeated as data", None]


def test_data_that_names_a_column_is_data(tmp_path: Path) -> None:
    _, found = read(tmp_path, "Action,Target,User\nTarget,x,y\naction,Z,w\nTarget,b c,2025-07-15\n")
    assert len(cells(found)) == 3


def test_ragged_and_blank(tmp_path: Path) -> None:
    _, found = read(tmp_path, "A,B,\n1,x\n2,y,\n3,z,,,\n4\n5,a,b,c\n \n\n,,\n")
    assert cells(found) == [["1", "x", ""], ["2", "y", ""], ["3", "z", ""], ["", "", ""]]
    assert [(one.row, one.why) for one in found if one.cells is None] == [
        (4, "1 cells where the header names 3"),
        (5, "4 cells where the header names 3"),
        (6, None),
        (7, None),
    ]


def test_a_quote_too_few_never_swallows_a_good_record(tmp_path: Path) -> None:
    for broken in ('"2,y', '2,"y', '"2","y', '2,y"z"', '"2"x,y', '2,"y""'):
        _, found = read(tmp_path, f'A,B\n1,x\n{broken}\n3,z\n4,"w, w"\n"5","v"\n6,"q"\n')
        assert [one for one in cells(found) if one[0] in "13456"] == [
            *(["1", "x"], ["3", "z"], ["4", "w, w"], ["5", "v"], ["6", "q"])
        ], broken


def test_a_bare_carriage_return_is_said(tmp_path: Path) -> None:
    _, found = read(tmp_path, 'A,B\n1,x\n2,y\rz,w\n"3\r",z\n')
    assert "carriage return" in (found[1].why or "")
    assert cells(found) == [["1", "x"], ["3\r", "z"]]


def test_too_many_columns_are_refused_with_the_reason(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text(",".join(f"c{n}" for n in range(5_001)) + "\n")
    with pytest.raises(TooWideError, match="5,001 columns"):
        read_header(path)
    path.write_text(",".join(f"c{n}" for n in range(5_000)) + "\n")
    assert len(read_header(path).names) == 5_000


def test_no_header(tmp_path: Path) -> None:
    path = tmp_path / "file"
    for data in (b"", b"\n\n", b'"A,B\n1,2\n'):
        path.write_bytes(data)
        with pytest.raises(UnreadableError):
            read_header(path)


CELL = st.text(st.sampled_from("ab1 ,;\"\n\r\té'"), max_size=5)


@PROPERTY
@given(
    rows=st.lists(st.lists(CELL, min_size=3, max_size=3), max_size=6),
    sign=st.sampled_from(",;\t|"),
    end=st.sampled_from(["\n", "\r\n"]),
    at=st.integers(0, 6),
)
def test_a_record_of_too_few_cells_costs_itself(
    tmp_path: Path, rows: list[list[str]], sign: str, end: str, at: int
) -> None:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=sign, quoting=csv.QUOTE_ALL, lineterminator=end)
    writer.writerow(["Id", "When", "Who"])  # no record says the names again
    for number, row in enumerate(rows):
        if number == at:
            text.write("short" + end)
        writer.writerow(row)
    _, found = read(tmp_path, text.getvalue())
    assert cells(found) == rows
    assert [one.row for one in found if one.why] == ([at + 1] if at < len(rows) else [])


def test_a_header_is_no_title_of_another_export_below_it(tmp_path: Path) -> None:
    path = tmp_path / "joined.csv"
    path.write_text("A,B,C\n1,2,3\n\nA,B\n4,5\n6,7\n8,9\n", encoding="utf-8")
    header = read_header(path)
    assert (header.names, header.lines) == (("A", "B", "C"), 1)
    wide = with_later_names(path, header)
    assert [record.cells for record in read_records(path, wide, Repairs()) if record.cells is not None] == [
        ["1", "2", "3"],
        ["4", "5", ""],
        ["6", "7", ""],
        ["8", "9", ""],
    ]
