"""A report's bytes to readable text in blocks, with the place of every character in the raw file."""

import re
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from spillmark.model.report import Report
from spillmark.reading.feed import looks_like_feed, read_feed
from spillmark.reading.mail import looks_like_mail, read_mail
from spillmark.reading.mapped import Mapped, joined, repaired, whole
from spillmark.reading.markup import read_page
from spillmark.reading.plain import blocks_of

# The longest annual reports stay below this; what is longer is read so far, and that is said.
MAX_CHARACTERS = 300_000
_HTML = re.compile(r"<(?:!doctype html|html|head|body|article|div|p|h1)[\s>]", re.IGNORECASE)


@dataclass(frozen=True)
class Block:
    """One paragraph, heading or list item of the document's text."""

    start: int
    end: int
    heading: bool


@dataclass(frozen=True)
class Hints:
    """What the container says of a report: headers of a mail, metadata of a page, fields of a feed item."""

    title: str | None = None
    url: str | None = None
    publisher: str | None = None
    published: str | None = None


@dataclass(frozen=True)
class Document:
    """One report, or one item of a feed, as text with a map back to the raw file."""

    report: Report
    hints: Hints
    raw: str
    text: str
    starts: "array[int]"
    ends: "array[int]"
    blocks: tuple[Block, ...]

    def quote(self, start: int, end: int) -> tuple[int, int] | None:
        """Gives the raw [start:end) of text[start:end): its longest piece without tag and line end, or None."""
        best: tuple[int, int] | None = None
        for first, last in _pieces(self, start, end):
            while first < last and self.raw[first].isspace():
                first += 1
            while last > first and self.raw[last - 1].isspace():
                last -= 1
            if last > first and (best is None or last - first > best[1] - best[0]):
                best = (first, last)
        return best


def _pieces(document: Document, start: int, end: int) -> Iterator[tuple[int, int]]:
    first, last = -1, -1
    for place in range(max(0, start), min(end, len(document.text))):
        left, right = document.starts[place], document.ends[place]
        if left == right:
            continue
        between = document.raw[last:left] if first >= 0 else ""
        if "\n" in document.raw[left:right] or "\r" in document.raw[left:right]:
            if first >= 0:
                yield first, last
            first = -1
            continue
        if first >= 0 and (
            left < last or (between.strip() and not between.isspace()) or "\n" in between or "\r" in between
        ):
            yield first, last
            first = -1
        first, last = (left if first < 0 else first), right
    if first >= 0:
        yield first, last


def documents_of(report: Report, data: bytes) -> tuple[tuple[Document, ...], tuple[str, ...]]:
    """Reads one file: gives its documents (several for a feed) and, in words, what of it was not read."""
    # A character has at most 4 bytes, so this many bytes always suffice and a huge file is never decoded whole.
    raw = data[: MAX_CHARACTERS * 4].decode("utf-8", errors="replace")
    notes = []
    if len(raw) > MAX_CHARACTERS or len(data) > MAX_CHARACTERS * 4:
        raw = raw[:MAX_CHARACTERS]
        notes.append(f"only the first {MAX_CHARACTERS:,} characters were read")
    source = whole(raw)
    if looks_like_feed(raw):
        return _feed(report, source), tuple(notes)
    if looks_like_mail(raw):
        document, unread = _mail(report, source)
        return (document,), (*notes, *unread)
    if _is_html(report.path, raw):
        return (_page(report, source),), tuple(notes)
    return (_made(report, raw, Hints(), blocks_of(repaired(source))),), tuple(notes)


def _is_html(path: str, raw: str) -> bool:
    if path.lower().endswith((".html", ".htm", ".xhtml", ".mhtml")):
        return True
    return bool(re.match(r"\s{0,50}<(?:!doctype html|html)", raw, re.IGNORECASE)) or len(_HTML.findall(raw[:5000])) >= 3


def _page(report: Report, source: Mapped) -> Document:
    page = read_page(source)
    title = page.meta.get("og:title") or (None if page.title is None else repaired(page.title).text.strip()) or None
    published = next((page.meta[name] for name in _DATES if name in page.meta), None)
    hints = Hints(
        title, page.meta.get("canonical") or page.meta.get("og:url"), page.meta.get("og:site_name"), published
    )
    blocks = [(repaired(block), heading) for block, heading in page.blocks]
    return _made(report, source.text, hints, blocks)


_DATES = (
    "article:published_time",
    "datepublished",
    "date",
    "pubdate",
    "publish-date",
    "dc.date",
    "dcterms.created",
    "parsely-pub-date",
    "time",
)


def _mail(report: Report, source: Mapped) -> tuple[Document, tuple[str, ...]]:
    mail = read_mail(source)
    sender = re.sub(r"<[^<>]{0,400}>", "", mail.headers.get("from", "")).strip(' "') or None
    hints = Hints(mail.headers.get("subject") or None, None, sender, mail.headers.get("date"))
    blocks: list[tuple[Mapped, bool]] = []
    for part in mail.parts:
        if part.html:
            blocks.extend((repaired(block), heading) for block, heading in read_page(part.body).blocks)
        else:
            blocks.extend(blocks_of(repaired(part.body)))
    return _made(report, source.text, hints, blocks), mail.unread


def _feed(report: Report, source: Mapped) -> tuple[Document, ...]:
    feed = read_feed(source)
    made = []
    for item in feed.items:
        blocks = [] if item.title is None else [(repaired(item.title), True)]
        if item.body is not None:
            page = read_page(item.body)
            blocks.extend((repaired(block), heading) for block, heading in page.blocks)
        title = None if item.title is None else item.title.text.strip()
        made.append(_made(report, source.text, Hints(title, item.link, feed.title, item.published), blocks))
    return tuple(made)


def _made(report: Report, raw: str, hints: Hints, blocks: Sequence[tuple[Mapped, bool]]) -> Document:
    kept = [(block.strip(), heading) for block, heading in blocks]
    kept = [(block, heading) for block, heading in kept if block.text]
    everything = joined([block for block, _ in kept], "\n\n")
    marks, at = [], 0
    for block, heading in kept:
        marks.append(Block(at, at + len(block.text), heading))
        at += len(block.text) + 2
    return Document(report, hints, raw, everything.text, everything.starts, everything.ends, tuple(marks))


def titled(document: Document, report: Report) -> Document:
    """Gives the document with the report's finished metadata."""
    return replace(document, report=report)
