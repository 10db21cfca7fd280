"""RSS 2.0 and Atom feeds to items, each with its text and the place of every character in the raw file."""

import html
import re
from array import array
from dataclasses import dataclass

from spillmark.reading.mapped import Mapped, joined

_ITEM = re.compile(r"<(item|entry)[\s>]", re.IGNORECASE)
_REFERENCE = re.compile(r"&(?:#\d{1,7}|#x[0-9a-fA-F]{1,6}|\w{2,8});")
_MAX_ITEMS = 500


@dataclass(frozen=True)
class FeedItem:
    """One item: `body` is HTML."""

    title: Mapped | None
    link: str | None
    published: str | None
    body: Mapped | None


@dataclass(frozen=True)
class Feed:
    """The channel's own title and its items."""

    title: str | None
    items: tuple[FeedItem, ...]


def looks_like_feed(text: str) -> bool:
    """Says whether the text is RSS or Atom by its first tags."""
    return bool(re.search(r"<(?:rss|feed|rdf:RDF)[\s>]", text[:2000]))


def read_feed(source: Mapped) -> Feed:
    """Reads a feed without resolving entities or DTDs, so nothing can expand."""
    starts = [found.start() for found in _ITEM.finditer(source.text)][:_MAX_ITEMS]
    head = source.cut(0, starts[0] if starts else len(source.text))
    ends = [*starts[1:], len(source.text)]
    items = tuple(_item(source.cut(start, end)) for start, end in zip(starts, ends, strict=True))
    title = _element(head, "title")
    return Feed(None if title is None else title.text.strip() or None, items)


def _item(source: Mapped) -> FeedItem:
    link = _element(source, "link")
    address = re.search(r'<link[^>]{0,300}href="([^"]{1,500})"', source.text)
    body = next(
        (part for name in ("content:encoded", "content", "description", "summary") if (part := _element(source, name))),
        None,
    )
    published = next(
        (part for name in ("pubDate", "published", "updated", "dc:date") if (part := _element(source, name))), None
    )
    return FeedItem(
        title=_element(source, "title"),
        link=link.text.strip() if link and link.text.strip() else (address.group(1) if address else None),
        published=None if published is None else published.text.strip(),
        body=body,
    )


def _element(source: Mapped, name: str) -> Mapped | None:
    opened = re.search(rf"<{name}(?:\s[^>]{{0,300}})?>", source.text, re.IGNORECASE)
    if opened is None:
        return None
    end = source.text.lower().find(f"</{name.lower()}>", opened.end())
    inner = source.cut(opened.end(), len(source.text) if end < 0 else end).strip()
    if inner.text.startswith("<![CDATA["):
        close = inner.text.find("]]>")
        return inner.cut(len("<![CDATA["), len(inner.text) if close < 0 else close).strip()
    return _unescaped(inner)


def _unescaped(source: Mapped) -> Mapped:
    parts: list[Mapped] = []
    done = 0
    for found in _REFERENCE.finditer(source.text):
        parts.append(source.cut(done, found.start()))
        text = html.unescape(found.group())
        first, last = source.starts[found.start()], source.ends[found.end() - 1]
        parts.append(Mapped(text, array("q", [first] * len(text)), array("q", [last] * len(text))))
        done = found.end()
    parts.append(source.cut(done, len(source.text)))
    return joined(parts)
