"""HTML to blocks of readable text with places; menus, adverts, teasers and consent boxes are left out.

A page that was saved by a browser is walked tag by tag (html.parser gives the place of each), because a tree that a
repairing parser builds has lost the places that quotes need.
"""

import html
import re
from array import array
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Literal

from spillmark.reading.mapped import Mapped, joined

SKIPPED_TAGS = frozenset(
    [
        "script",
        "style",
        "noscript",
        "template",
        "nav",
        "aside",
        "footer",
        "form",
        "button",
        "select",
        "option",
        "svg",
        "iframe",
        "object",
        "video",
        "audio",
    ]
)
VOID_TAGS = frozenset(
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"]
)
BLOCK_TAGS = frozenset(
    [
        "p",
        "div",
        "li",
        "ul",
        "ol",
        "table",
        "tr",
        "td",
        "th",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "br",
        "hr",
        "article",
        "section",
        "header",
        "main",
        "body",
        "blockquote",
        "pre",
        "dd",
        "dt",
        "dl",
        "figure",
        "figcaption",
        "center",
        "address",
        "title",
        "summary",
        "details",
    ]
)
HEADINGS = frozenset(["h1", "h2", "h3", "h4", "h5", "h6"])
_NOISE = re.compile(
    r"(?:^|[\s_-])(?:ads?|advert\w{0,10}|sponsor\w{0,3}|promo\w{0,6}|teasers?|related\w{0,8}|recommend\w{0,7}|cookies?|"
    r"consent|gdpr|banner|menu|nav\w{0,6}|sidebar|newsletter|subscribe|ticker|topbar|footer|share|sharing|social|"
    r"comments?|breadcrumbs?|trending|most-?read|popular|outbrain|taboola|popup|modal|paywall|tags?|author-?bio)"
    r"(?:$|[\s_-])",
    re.IGNORECASE,
)
_MAX_DEPTH = 400
_LONG_TAG = 4096
_BROKEN_LONG_TAGS = 16


@dataclass
class Page:
    """What a page says: blocks in order (heading or not), and its metadata."""

    blocks: list[tuple[Mapped, bool]] = field(default_factory=list)
    meta: dict[str, str] = field(default_factory=dict)
    title: Mapped | None = None


def read_page(source: Mapped) -> Page:
    """Reads HTML, however broken; never raises."""
    walker = _Walker(source)
    last = source.text.rfind(">") + 1
    walker.feed(source.text[:last] + source.text[last:].replace("<", " "))  # what no ">" follows is no tag
    walker.close()
    return walker.finished()


class _Walker(HTMLParser):
    """Collects text between block tags with the offsets of every character."""

    def __init__(self, source: Mapped) -> None:
        super().__init__(convert_charrefs=False)
        self.page = Page()
        self._source = source
        self._lines = array("q", [0])
        for found in re.finditer("\n", source.text):
            self._lines.append(found.end())
        self._open: list[tuple[str, bool]] = []
        self._parts: list[Mapped] = []
        self._titles: list[Mapped] = []
        self._linked = 0
        self._heading = False
        self._unclosed: set[str] = set()
        self._patience = _BROKEN_LONG_TAGS

    def check_for_whole_start_tag(self, i: int) -> int:
        """Finds the end of a tag; a few broken tags are followed to the end of the page, further ones only a while."""
        whole = self.rawdata
        self.rawdata = whole[i : i + _LONG_TAG]
        try:
            end = int(super().check_for_whole_start_tag(0))
        finally:
            self.rawdata = whole
        if whole[i + end - 1 : i + end] == ">" or i + _LONG_TAG >= len(whole) or not self._patience:
            return end if end < 0 else i + end
        end = int(super().check_for_whole_start_tag(i))
        self._patience -= end < 0 or whole[end - 1] != ">"
        return end

    def parse_comment(self, i: int, report: int = 1) -> int:
        """Finds the end of a comment; where one has none, no later one has, and none is sought again."""
        return self._sought("comment", i, report)

    def parse_marked_section(self, i: int, report: int = 1) -> int:
        """Finds the end of a CDATA section, in the same way."""
        return self._sought("section", i, report)

    def _sought(self, kind: Literal["comment", "section"], i: int, report: int) -> int:
        if kind in self._unclosed:
            return -1
        parse = super().parse_comment if kind == "comment" else super().parse_marked_section
        end = int(parse(i, bool(report)))
        if end < 0:
            self._unclosed.add(kind)
        return end

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        self._note(tag, values)
        if tag in BLOCK_TAGS:
            self._flush()
            self._heading = tag in HEADINGS
        if tag in VOID_TAGS or len(self._open) >= _MAX_DEPTH:
            return
        if tag in {"li", "p", "td", "th", "tr", "option", "dd", "dt"}:
            self._close_same(tag)
        noise = tag in SKIPPED_TAGS or (
            tag not in {"body", "html", "article", "main", "head"}
            and bool(_NOISE.search(f"{values.get('class', '')} {values.get('id', '')}"))
        )
        self._open.append((tag, noise))

    def handle_endtag(self, tag: str) -> None:
        if tag in BLOCK_TAGS:
            self._flush()
            self._heading = False
        for place in range(len(self._open) - 1, -1, -1):
            if self._open[place][0] == tag:
                del self._open[place:]
                return

    def handle_data(self, data: str) -> None:
        at = self._at()
        self._add(self._source.cut(at, at + len(data)))

    def handle_entityref(self, name: str) -> None:
        self._reference(f"&{name}")

    def handle_charref(self, name: str) -> None:
        self._reference(f"&#{name}")

    def unknown_decl(self, data: str) -> None:
        """Reads the text of a CDATA section, as feeds wrap it."""
        if data.startswith("CDATA["):
            at = self._at() + len("<![CDATA[")
            self._add(self._source.cut(at, at + len(data) - len("CDATA[")))

    def finished(self) -> Page:
        """Gives the page after the last block."""
        self._flush()
        self.page.title = joined(self._titles) if self._titles else None
        return self.page

    def _at(self) -> int:
        line, column = self.getpos()
        return self._lines[min(line, len(self._lines)) - 1] + column

    def _reference(self, written: str) -> None:
        at = self._at()
        end = at + len(written)
        if self._source.text[end : end + 1] == ";":
            end += 1
        text = html.unescape(self._source.text[at:end]) or " "
        part = self._source.cut(at, end)
        if not part.starts:
            return
        self._add(Mapped(text, array("q", [part.starts[0]] * len(text)), array("q", [part.ends[-1]] * len(text))))

    def _note(self, tag: str, values: dict[str, str]) -> None:
        if tag == "meta":
            name = values.get("property") or values.get("name") or values.get("itemprop") or ""
            if name and values.get("content"):
                self.page.meta.setdefault(name.lower(), values["content"])
        elif tag == "link" and values.get("rel", "").lower() == "canonical":
            self.page.meta.setdefault("canonical", values.get("href", ""))
        elif tag == "time" and values.get("datetime"):
            self.page.meta.setdefault("time", values["datetime"])

    def _close_same(self, tag: str) -> None:
        for place in range(len(self._open) - 1, -1, -1):
            name = self._open[place][0]
            if name == tag:
                del self._open[place:]
                return
            if name in {"ul", "ol", "table", "div", "tr", "article", "section"} and name != tag:
                return

    def _add(self, part: Mapped) -> None:
        if any(noise for _, noise in self._open) or not part.text:
            return
        if any(tag == "title" for tag, _ in self._open):
            self._titles.append(part)
            return
        if any(tag == "a" for tag, _ in self._open):
            self._linked += len(part.text.strip())
        self._parts.append(part)

    def _flush(self) -> None:
        block = joined(self._parts).strip()
        linked, self._linked, self._parts = self._linked, 0, []
        if block.text and not _is_link_list(block.text, linked):
            self.page.blocks.append((block, self._heading))


def _is_link_list(text: str, linked: int) -> bool:
    """A block that is mostly links is a menu or a teaser, not the report."""
    letters = len(re.sub(r"[\W_]", "", text))
    return linked > 0 and len(text) < 400 and linked >= 0.5 * max(letters, 1)
