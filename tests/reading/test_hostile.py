"""Reports made to hurt: any text ends, in time in proportion to its length, and never stops the others."""

import pytest

from spillmark.reading.read import ReportText, read
from tests.reading.reports import NEWS, report

SIZE = 100_000
UNITS = [
    *("x", "X", "1", "é", "(", '"', "'", "<", "&#", "%", "\n", "\t", "\u00a0", "\u200f", "\u0301", "\U0001f600"),
    *("Aa ", "A&", "A-a", "a (", "1 000 ", "$1 ", "no ", "of ", "customers ", "million ", "We ", "July "),
    *("the Acme of ", "Acme and ", "Acme Corp. ", "attack on Acme, ", "3 July 2025 ", "names and ", "http://a@b."),
    "&lt;",
]
MARKUP = [
    *("<!--", "<![CDATA[", "<a href=", '<a b="x>', "<title>a<b>", "</a", "<li>", "<b>x", "<", "&#"),
]
# One head and then one sign without an end: what backtracking needs.
HEADS = ["A", "1", "On 3 July ", "a@", "Dear A"]
ENDLESS = [".", "&", "a", "1", " ", "-", ",", "1,", "A "]
HEADERS = ["From: ", "Subject: ", "Date: ", "Content-Type: multipart/mixed; boundary="]


def bytes_of(unit: str, size: int = SIZE) -> bytes:
    return (unit * (size // len(unit.encode()) + 1)).encode()[:size]


def assert_read(name: str, data: bytes) -> None:
    """The hostile report is read (in part at most), and the report beside it is read as if alone."""
    result = read([ReportText("E1", name, data), report(NEWS, "E2")])
    assert not [skip for skip in result.skipped if skip.level == "failed"]
    assert "Harrow Pellman Insurance" in {each.victim.name for each in result.reading.incidents}


@pytest.mark.parametrize("unit", UNITS, ids=ascii)
def test_one_unit_without_end(unit: str) -> None:
    assert_read("a.txt", bytes_of(unit))
    assert_read("a.html", b"<html><body><p>x</p>" + bytes_of(unit, SIZE // 5))


@pytest.mark.parametrize("unit", MARKUP, ids=ascii)
@pytest.mark.parametrize("end", ["", '">', "-->"])
def test_markup_without_end(unit: str, end: str) -> None:
    assert_read("a.html", b"<html><body><p>x</p>" + bytes_of(unit, SIZE // 4) + end.encode())


@pytest.mark.parametrize("head", HEADS, ids=ascii)
@pytest.mark.parametrize("unit", ENDLESS, ids=ascii)
def test_a_head_and_no_end(head: str, unit: str) -> None:
    assert_read("a.txt", b"Orvale Bank confirmed a data breach.\n\n" + head.encode() + bytes_of(unit, 20_000))


@pytest.mark.parametrize("header", HEADERS)
@pytest.mark.parametrize("unit", ["<", " ", '"', "=?utf-8?q?", "(", "\n\t"], ids=ascii)
def test_a_header_without_end(header: str, unit: str) -> None:
    assert_read("a.eml", header.encode() + bytes_of(unit, 20_000) + b"\nTo: x\n\nOrvale Bank confirmed a data breach.")


def test_text_after_broken_markup_is_still_read() -> None:
    page = (
        "<html><body><p>x</p>"
        + "<!--" * 40
        + '<a b="'
        + "</p>"
        + "".join(f"<p>{each}</p>" for each in NEWS.split("\n"))
    )
    (incident,) = read([ReportText("E1", "a.html", page.encode())]).reading.incidents
    assert incident.victim.name == "Harrow Pellman Insurance"


def test_a_long_picture_inside_a_tag_is_no_text() -> None:
    picture = f'<img src="data:image/png;base64,{"QUJD" * 2_500}">'
    page = f"<html><body>{picture * 20}" + "".join(f"<p>{each}</p>" for each in NEWS.split("\n")) + "</body></html>"
    (incident,) = read([ReportText("E1", "a.html", page.encode())]).reading.incidents
    assert incident.victim.name == "Harrow Pellman Insurance"
    assert all("QUJD" not in statement.quote for statement in incident.statements)
