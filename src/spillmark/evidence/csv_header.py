"""The header of a CSV file: found behind titles, told from data, and met again in the middle of a file.

Consoles write a title, a period and a blank line before the names of the columns; spreadsheets write `sep=;`; whoever
joins exports with `cat` leaves a header in the middle. A line is taken for a header only where the lines around it
agree, since every mistake here costs a file.
"""

import csv
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

DELIMITERS = (",", ";", "\t", "|")
PREAMBLE = 30
"""Lines, blank ones not counted, within which a header may stand."""
LONGEST_TITLE = 200
LONGEST_NAME = 120
SEP = re.compile(r"^sep=(.)\s*$", re.IGNORECASE)
QUOTED = re.compile(r'"[^"]*"')
DATA = re.compile(
    r"[-+]?[\d.,:]+|\d{4}[-/]\d{2}[-/]\d{2}.*|\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}.*|\S+@\S+\.\S+|(?:\d{1,3}\.){3}\d{1,3}"
    r"|https?://.*|true|false|null|n/a",
    re.IGNORECASE,
)
CODED = re.compile(r"[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*")


@dataclass(frozen=True)
class Header:
    """Names of the columns as they stand, the physical lines up to and with them, and the delimiter.

    `first` are the names of the header line itself where `names` has more: those that a later header of the file adds.
    """

    names: tuple[str, ...]
    lines: int
    delimiter: str
    first: tuple[str, ...] | None = None


@dataclass(frozen=True)
class Place:
    """Where the header line stands, as an index of the lines looked at, and the delimiter."""

    at: int
    delimiter: str


def delimiter_of(line: str) -> str:
    """Gives the delimiter that splits a header line into the most names; the comma where none does better."""
    bare = QUOTED.sub("", line)
    return max(DELIMITERS, key=lambda sign: (bare.count(sign), -DELIMITERS.index(sign)))


def header_place(lines: Sequence[str]) -> Place | None:
    """Finds the header among the first lines of a file; None where there is no line at all.

    The first line is the header, unless a line with names stands further on with rows of as many cells below it, and
    the first has one filled cell, or is part of a preamble (pairs of words, or a line alone) that a blank line ends.
    """
    filled = [at for at, line in enumerate(lines) if line.strip()]
    if not filled:
        return None
    if (found := SEP.match(lines[filled[0]])) is not None and len(filled) > 1:
        return Place(filled[1], found[1])
    first = lines[filled[0]]
    plain = Place(filled[0], delimiter_of(first))
    cells = _cells(first, plain.delimiter)
    titled = sum(map(bool, cells)) < 2
    if len(cells) > 2 and _names(cells) and filled[1:2] == [filled[0] + 1]:
        return plain  # names with something right below them; a header further on is that of another export
    for position, at in enumerate(filled[1:PREAMBLE], 1):
        before = lines[filled[position - 1]].strip()
        if len(before) > LONGEST_TITLE or before.endswith("."):
            break
        if not titled and at == filled[position - 1] + 1:
            continue
        sign = delimiter_of(lines[at])
        names = _cells(lines[at], sign)
        rows = [_cells(lines[below], sign) for below in filled[position + 1 :]]
        if len(names) > (1 if titled else 2) and _names(names) and _agree(names, rows):
            return Place(at, sign) if titled or len(_cells(first, sign)) != len(names) else plain
    return plain


def _cells(line: str, delimiter: str) -> list[str]:
    try:
        return [cell.strip() for cell in next(csv.reader([line.rstrip("\r\n")], delimiter=delimiter), [])]
    except csv.Error:
        return []


def _names(cells: Sequence[str]) -> bool:
    """Tells names from the parts of a sentence and from data."""
    filled = [cell for cell in cells if cell]
    if 2 * len(filled) <= len(cells) or len({cell.lower() for cell in filled}) < len(filled):
        return False
    return all(
        len(cell) <= LONGEST_NAME and not cell.endswith((".", ":")) and not DATA.fullmatch(cell) for cell in filled
    )


def _agree(names: Sequence[str], rows: Sequence[Sequence[str]]) -> bool:
    """Tells whether nearly all rows have as many cells as there are names."""
    good = sum(len(row) == len(names) and any(row) for row in rows)
    return bool(good) and 5 * good >= 4 * len(rows)


def is_header_again(cells: Sequence[str], known: frozenset[str]) -> bool:
    """Tells a header that stands among records; `known` are the names of the headers before it, in lower case.

    At least half of its names are known, or two and three in ten (exports that share the vendor's common block), or
    all are codes such as `EVENT_TYPE`, as no record has them.
    """
    names = [cell.strip() for cell in cells]
    while names and not names[-1]:
        names.pop()
    if len(names) < 2 or not _names(names):
        return False
    shared = sum(name.lower() in known for name in names)
    if shared > 1 and (2 * shared >= len(names) or 10 * shared >= 3 * min(len(names), len(known))):
        return True
    coded = sum(CODED.fullmatch(name) is not None for name in names)
    return len(names) > 3 and coded == len(names) and 2 * sum("_" in name for name in names) >= len(names)


def widened(names: Iterable[str], more: Iterable[str]) -> tuple[str, ...]:
    """Gives `names` and those of `more` that are not among them; case and blanks around a name do not count."""
    found = list(names)
    known = {name.strip().lower() for name in found}
    for name in more:
        if name.strip() and name.strip().lower() not in known:
            known.add(name.strip().lower())
            found.append(name)
    return tuple(found)
