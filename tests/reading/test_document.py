# ruff: noqa: E501 - raw mails, pages and paragraphs stand as they would in a file
"""Bytes to readable text: places, mojibake, HTML, mail, feeds, and hostile input."""

import base64

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spillmark.model.report import Report
from spillmark.reading.document import MAX_CHARACTERS, Document, documents_of
from spillmark.reading.read import ReportText, read
from tests.reading.reports import NEWS, assert_quoted, only, reading_of

PAGE = """<!DOCTYPE html>
<html><head><title>Harrow Pellman loses data | Quayside Ledger</title>
<meta property="article:published_time" content="2025-03-14T08:00:00Z">
<script>var x = "Ostler Foods was hacked";</script></head>
<body><nav><a href="/">Ostler Foods hacked</a></nav>
<div class="cookie-banner">We and our 847 partners store information</div>
<article><h1>Harrow Pellman loses data</h1>
<p>Harrow&nbsp;Pellman confirmed a breach. The files contained <b>names</b> and
e&#8209;mail addresses of 40,000 customers &mdash; but <i>no passwords</i>.</p>
<div class="ad">ADVERTISEMENT Ostler Foods was hacked: 9 million records stolen</div>
</article>
<aside><ul><li><a href="/x">Ostler Foods: 9 million records stolen</a></li></ul></aside>
<ul><li><a href="/y">Corvane Bank: 3 million records stolen</a></li></ul>
</body></html>
"""


def document_of(data: bytes, path: str = "a.txt") -> Document:
    documents, _ = documents_of(Report("a", path), data)
    return documents[0]


def test_page_without_menus_adverts_and_teasers() -> None:
    document = document_of(PAGE.encode(), "a.html")
    assert "Ostler" not in document.text
    assert "Corvane" not in document.text
    assert "847" not in document.text
    assert "Harrow Pellman confirmed a breach." in document.text


def test_quotes_of_a_page_span_no_tag_and_no_line_end() -> None:
    reading = reading_of(ReportText("a.html", "a.html", PAGE.encode()))
    assert_quoted(reading, {"a.html": PAGE})
    (incident,) = reading.incidents
    assert all("<" not in each.quote for each in incident.statements)
    assert incident.data_not_taken == ("credentials",)
    assert {"name", "email"} == set(incident.data_taken)
    assert reading.reports[0].published == "2025-03-14"


def test_mojibake_is_read_mended_and_quoted_raw() -> None:
    broken = NEWS.replace("No passwords", "It wasn’t all – no passwords").encode().decode("cp1252")
    document = document_of(broken.encode())
    assert "wasn't all" in document.text
    start = document.text.index("wasn't all")
    first, last = document.quote(start, start + len("wasn't all")) or (0, 0)
    assert document.raw[first:last] == "wasnâ€™t all"


def test_text_without_mojibake_keeps_its_accents() -> None:
    assert "Préfecture élue" in document_of("Préfecture élue à Évry".encode()).text


def test_hard_line_ends_of_a_paragraph_are_undone() -> None:
    wrapped = (
        "Harrow Pellman confirmed a data breach in which the names and the e-mail\n"
        "addresses of 40,000 customers were stolen from a database that belongs to\n"
        "the company.\n"
    )
    document = document_of(wrapped.encode())
    assert len(document.blocks) == 1
    incident = only(wrapped)
    assert {"name", "email"} <= set(incident.data_taken)
    assert_quoted(reading_of(wrapped), {"a.txt": wrapped})


def mail(body: str, kind: str = "text/plain; charset=utf-8", encoding: str = "8bit") -> str:
    head = "From: Harrow Pellman <news@pellman.example>\r\nTo: a@example.com\r\nSubject: Your data\r\n"
    return f"{head}Date: Fri, 14 Mar 2025 08:00:00 +0000\r\nMIME-Version: 1.0\r\nContent-Type: {kind}\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n{body}"


SENTENCE = "Harrow Pellman confirmed a breach. The files contained names and phone numbers of 40,000 customers."


def test_mail_with_headers() -> None:
    raw = mail(SENTENCE + "\r\n")
    reading = reading_of(ReportText("a.eml", "a.eml", raw.encode()))
    assert reading.reports[0].published == "2025-03-14"
    assert_quoted(reading, {"a.eml": raw})
    assert set(reading.incidents[0].data_taken) == {"name", "phone"}


def test_quoted_printable_mail_is_quoted_raw() -> None:
    raw = mail(
        "Harrow Pellman confirmed a breach=2E The files contained na=\r\nmes and phone numbers=E2=80=94of 40,000 customers.",
        encoding="quoted-printable",
    )
    reading = reading_of(ReportText("a.eml", "a.eml", raw.encode()))
    assert_quoted(reading, {"a.eml": raw})
    assert set(reading.incidents[0].data_taken) == {"name", "phone"}


def test_multipart_mail_prefers_plain_text() -> None:
    body = f"--B\r\nContent-Type: text/plain\r\n\r\n{SENTENCE}\r\n--B\r\nContent-Type: text/html\r\n\r\n<p>Ostler Foods was hacked</p>\r\n--B--\r\n"
    raw = mail(body, 'multipart/alternative; boundary="B"')
    assert [each.victim.name for each in reading_of(ReportText("a.eml", "a.eml", raw.encode())).incidents] == [
        "Harrow Pellman"
    ]


def test_base64_mail_is_named_as_unread() -> None:
    raw = mail(base64.b64encode(SENTENCE.encode()).decode(), encoding="base64")
    result = read([ReportText("a.eml", "a.eml", raw.encode())])
    assert any("base64" in skip.why for skip in result.skipped)


def test_feed_with_two_items_is_one_report_with_two_incidents() -> None:
    feed = (
        '<?xml version="1.0"?><rss version="2.0"><channel><title>Ledger</title>'
        "<item><title>Harrow Pellman hacked</title><pubDate>Fri, 14 Mar 2025 08:00:00 +0000</pubDate>"
        "<description><![CDATA[<p>Harrow Pellman confirmed a breach. Names of 40,000 customers were stolen yesterday.</p>]]></description></item>"
        "<item><title>Ilex Mutual hacked</title><pubDate>Sat, 15 Mar 2025 08:00:00 +0000</pubDate>"
        "<description>&lt;p&gt;Ilex Mutual confirmed a breach. Names of 70,000 customers were stolen.&lt;/p&gt;</description></item>"
        "</channel></rss>"
    )
    reading = reading_of(ReportText("a.xml", "a.xml", feed.encode()))
    assert len(reading.reports) == 1
    assert {each.victim.name: [entry.value for entry in each.affected] for each in reading.incidents} == {
        "Harrow Pellman": [40_000],
        "Ilex Mutual": [70_000],
    }
    assert_quoted(reading, {"a.xml": feed})


def test_windows_line_ends_stay_in_the_raw_text() -> None:
    text = NEWS.replace("\n", "\r\n")
    assert_quoted(reading_of(text), {"a.txt": text})
    assert only(text).victim.name == "Harrow Pellman Insurance"


def test_huge_report_is_cut_and_that_is_said() -> None:
    result = read([ReportText("a.txt", "a.txt", NEWS.encode() + b"\n" * (MAX_CHARACTERS + 1))])
    assert [each.victim.name for each in result.reading.incidents] == ["Harrow Pellman Insurance"]
    assert any(skip.level == "partial" and "first" in skip.why for skip in result.skipped)


@pytest.mark.parametrize(
    "data",
    [
        b"\xff\xfe\x00\x01" * 50,
        b"<" * 4_000,
        b"<div>" * 1_000 + b"names were stolen",
        b"&" * 1_000,
        b"A " * 4_000,
        ("no passwords, " * 800).encode(),
        ("Acme " * 1_500 + "was hacked").encode(),
        b"From: a\r\nTo: b\r\nDate: x\r\nContent-Type: multipart/mixed; boundary=B\r\n\r\n" + b"--B\r\n" * 500,
        b"<rss><item><title><![CDATA[" * 400,
        ("1,234," * 1_000).encode(),
        ("=E2" * 1_000).encode(),
    ],
)
def test_hostile_input_neither_crashes_nor_hangs(data: bytes) -> None:
    for name in ("a.txt", "a.html", "a.eml", "a.xml"):
        result = read([ReportText(name, name, data)])
        assert all(skip.level != "failed" for skip in result.skipped)
        assert_quoted(result.reading, {name: data.decode("utf-8", errors="replace")})


@given(st.text(max_size=200), st.sampled_from(["a.txt", "a.html", "a.eml"]))
@settings(max_examples=40, deadline=None)
def test_any_text_around_a_report_keeps_quotes_exact(noise: str, name: str) -> None:
    text = f"{noise}\n\n{NEWS}\n\n{noise}"
    data = text.encode("utf-8", errors="replace")
    result = read([ReportText(name, name, data)])
    assert all(skip.level != "failed" for skip in result.skipped)
    assert_quoted(result.reading, {name: data.decode("utf-8", errors="replace")})
