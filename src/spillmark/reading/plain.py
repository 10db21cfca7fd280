"""Plain text and Markdown to blocks: headings, list items, form lines, paragraphs with their line ends undone."""

import re
from collections.abc import Iterator

from spillmark.reading.mapped import Mapped, joined

_LINE = re.compile(r"[^\n]*\n?")
_ITEM = re.compile(r"\s{0,12}(?:[-*•‣–·]|\(?[a-z0-9]{1,2}[.)])\s{1,8}\S")
_FORM = re.compile(r"[A-Z][^:?!]{3,80}?\s?\.{0,30}:\s{0,3}(?!//)")
_WRAP = 110
_RULE = re.compile(r"[\s=_*#~-]{3,}$")
_QUOTED = re.compile(r"^(?:>\s?)+")
_CELLS = re.compile(r" {4,}")


def blocks_of(source: Mapped) -> list[tuple[Mapped, bool]]:
    """Gives blocks in order, each with whether it is a heading."""
    blocks: list[tuple[Mapped, bool]] = []
    pending: list[Mapped] = []
    wrapped = max((len(line) for line in source.text.splitlines()), default=0) <= _WRAP
    for line in _lines(source):
        bare = line.strip()
        if not bare.text or _RULE.fullmatch(bare.text):
            _close(pending, blocks)
            continue
        if pending and not _continues(pending[-1].text, line.text, wrapped=wrapped):
            _close(pending, blocks)
        pending.append(line)
    _close(pending, blocks)
    return blocks


def _lines(source: Mapped) -> Iterator[Mapped]:
    for found in _LINE.finditer(source.text):
        if not found.group():
            return
        line = source.cut(found.start(), found.end()).strip("\r\n")
        quoted = _QUOTED.match(line.text)
        line = line.cut(quoted.end(), len(line.text)) if quoted else line
        yield from _columns(line)


def _columns(line: Mapped) -> Iterator[Mapped]:
    """Columns of a form that stand side by side are blocks of their own; yields the gap's neighbours apart."""
    at = 0
    stripped = len(line.text) - len(line.text.lstrip())
    for gap in _CELLS.finditer(line.text, stripped):
        yield line.cut(at, gap.start())
        at = gap.end()
    yield line.cut(at, len(line.text))


def _continues(above: str, below: str, *, wrapped: bool) -> bool:
    """Says whether a line goes on with the paragraph of the line above it."""
    above, under = above.strip(), below.strip()
    if (
        _ITEM.match(below)
        or (_FORM.match(under) and _FORM.match(above))
        or (above.startswith(("#", "**")) and above.endswith("**"))
    ):
        return False
    if above.endswith((".", "!", "?", ":")):
        return False
    if under[:1].islower():
        return True
    if _ITEM.match(above) and len(above) < 60:
        return False
    return wrapped and len(above) >= 56 and not under.isupper()


def _close(pending: list[Mapped], blocks: list[tuple[Mapped, bool]]) -> None:
    if not pending:
        return
    block = joined([line.strip() for line in pending], " ").strip()
    pending.clear()
    marked = block.text.startswith(("#", "**", "__"))
    block = block.strip("#*_ ")
    if block.text:
        blocks.append((block, (marked and len(block.text) < 120) or _is_heading(block.text)))


def _is_heading(text: str) -> bool:
    """A short line without a full stop, in capitals or title case or as a question, heads what follows."""
    if len(text) > 110 or text.endswith((".", ",", ";")) or _ITEM.match(text):
        return False
    words = re.findall(r"[^\W\d_]+", text)
    if not words or len(words) > 16:
        return False
    if text.isupper() or (text.endswith(("?", ":")) and len(words) <= 8):
        return True
    return len(words) <= 8 and ":" not in text and not any(character.isdigit() for character in text)
