"""Markdown as far as the tests of the documents need it: code blocks, code spans, links, tables."""

import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent
FENCE = "```"
SPAN = re.compile(r"`([^`]+)`")
LINK = re.compile(r"!?\[[^\]]*\]\(<?([^)>\s]+)>?(?:\s+\"[^\"]*\")?\)")
HEADING = re.compile(r"^#{1,6} +(.+?) *#*$", re.MULTILINE)


@dataclass(frozen=True)
class Block:
    """One fenced block: its language, the document's line (from 1) of its first line, and its lines."""

    language: str
    first: int
    lines: tuple[str, ...]


def documents() -> list[Path]:
    """Lists the documents for readers: those at the top, in docs/ and beside the examples."""
    return sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("examples/*/*.md")])


def blocks(text: str) -> list[Block]:
    """Gives the fenced blocks of a document."""
    found: list[Block] = []
    start: int | None = None
    lines = text.splitlines()
    for number, line in enumerate(lines):
        if not line.lstrip().startswith(FENCE):
            continue
        if start is None:
            start = number
        else:
            language = lines[start].strip().removeprefix(FENCE).strip()
            found.append(Block(language, start + 2, tuple(lines[start + 1 : number])))
            start = None
    assert start is None, "a block is not closed"
    return found


def prose(text: str) -> str:
    """Gives a document without its blocks, its lines in place."""
    lines = text.splitlines()
    for block in blocks(text):
        for number in range(block.first - 2, block.first + len(block.lines)):
            lines[number] = ""
    return "\n".join(lines)


def spans(text: str) -> list[str]:
    """Gives the code spans of the prose, their white space made plain."""
    return [" ".join(span.split()) for span in SPAN.findall(prose(text))]


def links(text: str) -> list[str]:
    """Gives the targets of the links of the prose."""
    return LINK.findall(SPAN.sub("", prose(text)))


def anchors(text: str) -> set[str]:
    """Gives the anchors that the headings of a document make, in the way of the usual hosts."""
    plain = (re.sub(r"[^\w\- ]", "", SPAN.sub(r"\1", heading).lower()) for heading in HEADING.findall(prose(text)))
    return {title.strip().replace(" ", "-") for title in plain}


def section(text: str, heading: str) -> str:
    """Gives what stands under the heading of the second level that begins with these words."""
    parts = re.split(r"^## ", text, flags=re.MULTILINE)
    found = [part for part in parts if part.startswith(heading)]
    assert len(found) == 1, heading
    return found[0]


def tables(text: str) -> list[list[list[str]]]:
    """Gives the tables of a text as rows of cells, without header and rule."""
    found: list[list[list[str]]] = []
    rows: list[list[str]] = []
    for line in [*text.splitlines(), ""]:
        if line.startswith("|"):
            rows.append([cell.strip() for cell in line.strip("|").split(" | ")])
        elif rows:
            found.append(rows[2:])
            rows = []
    return found
