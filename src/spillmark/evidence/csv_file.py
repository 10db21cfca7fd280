"""CSV as RFC 4180 has it, read record by record with care: the number and the line of each record stay right."""

import csv
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from spillmark.evidence.item import LONGEST
from spillmark.evidence.lines import Line, Repairs, read_lines

MOST_LINES = 20_000
"""Lines that one record may span; a quote that is never closed must not swallow the rest of the file."""
MOST_RETRIES = 2_000_000
"""Lines that may be read again after such quotes, so that a file made of them ends in reasonable time."""
DELIMITERS = (",", ";", "\t", "|")


class CsvRecord(NamedTuple):
    """One record from 1 and the line that it starts on; `cells` is None where it was rejected and `why` says it."""

    row: int
    line: int
    cells: Sequence[str] | None
    why: str | None


@dataclass(frozen=True)
class Header:
    """Names of the columns as they stand, the physical lines up to and with them, and the delimiter."""

    names: tuple[str, ...]
    lines: int
    delimiter: str


class UnreadableError(ValueError):
    """The file cannot be read as CSV at all; the text says why and what to do."""


class _TooLongError(ValueError):
    pass


class _Feed(Iterator[str]):
    """Gives lines to the csv module and remembers those of the record that is being read."""

    def __init__(self, lines: Iterator[Line]) -> None:
        self._lines = lines
        self._again: deque[Line] = deque()
        self._size = 0
        self.taken: list[Line] = []
        self.retries = 0

    def __next__(self) -> str:
        line = self._again.popleft() if self._again else next(self._lines)
        self.taken.append(line)
        if line.text is None:
            raise _TooLongError(f"a line longer than {LONGEST:,} bytes")
        self._size += len(line.text)
        if self._size > LONGEST or len(self.taken) > MOST_LINES:
            raise _TooLongError("a quote is opened and not closed")
        return line.text

    def begin(self) -> None:
        """Starts the next record."""
        self.taken = []
        self._size = 0

    def rest_again(self) -> None:
        """Gives back every line of the broken record but its first."""
        self._again.extendleft(reversed(self.taken[1:]))
        self.retries += len(self.taken) - 1


def looks_like_csv(head: str) -> bool:
    """Tells whether the first line that is not blank splits into names as a header does."""
    first = next((line for line in head.split("\n", 50) if line.strip()), "")
    names = [name.strip().strip('"') for name in first.split(delimiter_of(first))]
    return len(names) > 1 and all(len(name) < 256 for name in names) and sum(map(bool, names)) * 2 > len(names)


def read_header(path: Path) -> Header:
    """Reads the names of the columns.

    Raises:
        UnreadableError: there is no header line, or it has more cells than a table can have.
    """
    feed = _Feed(read_lines(path, Repairs()))
    lines = 0
    try:
        for text in feed:
            lines += 1
            if text.strip():
                return _header(text, feed, lines)
    except (csv.Error, _TooLongError, StopIteration) as error:
        raise UnreadableError(f"the header line cannot be read ({error})") from error
    raise UnreadableError("the file has no header line")


def _header(text: str, feed: _Feed, lines: int) -> Header:
    delimiter = delimiter_of(text)
    csv.field_size_limit(LONGEST)
    before = len(feed.taken)
    names = next(csv.reader(_chain(text, feed), delimiter=delimiter, strict=True))
    if len(names) > 5_000:
        raise UnreadableError(f"the header names {len(names):,} columns; no export has so many")
    return Header(tuple(names), lines + len(feed.taken) - before, delimiter)


def _chain(text: str, feed: _Feed) -> Iterator[str]:
    yield text
    yield from feed


def delimiter_of(header: str) -> str:
    """Gives the delimiter that splits a header line into the most names; the comma where none does better."""
    return max(DELIMITERS, key=lambda sign: (header.count(sign), -DELIMITERS.index(sign)))


def read_records(path: Path, header: Header, repairs: Repairs) -> Iterator[CsvRecord]:
    """Gives every record after the header: blank ones have no cells and no `why`, broken ones are rejected with it.

    A record with more or fewer cells than the header and a header repeated as data are rejected.

    Raises:
        UnreadableError: after so many unclosed quotes that reading on would not end in reasonable time.
    """
    csv.field_size_limit(LONGEST)
    feed = _Feed(read_lines(path, repairs))
    for _ in range(header.lines):
        next(feed, None)
    row = 0
    names = [name.strip() for name in header.names]
    reader = csv.reader(feed, delimiter=header.delimiter, strict=True)
    while True:
        feed.begin()
        why: str | None = None
        cells: list[str] | None = None
        try:
            cells = next(reader)
        except StopIteration:
            return
        except (csv.Error, _TooLongError) as error:
            why = str(error)
            feed.rest_again()
            reader = csv.reader(feed, delimiter=header.delimiter, strict=True)
        row += 1
        yield _checked(row, feed.taken[0].number, cells, why, names)
        if feed.retries > MOST_RETRIES:
            raise UnreadableError(f"from record {row} on, too many quotes are opened and not closed")


def _checked(row: int, line: int, cells: list[str] | None, why: str | None, names: list[str]) -> CsvRecord:
    if cells is None:
        return CsvRecord(row, line, None, why)
    if not cells:
        return CsvRecord(row, line, None, None)
    while len(cells) > len(names) and not cells[-1]:
        cells.pop()  # a delimiter at the end of a line opens no further column
    if len(cells) != len(names):
        return CsvRecord(row, line, None, f"{len(cells)} cells where the header names {len(names)}")
    if [cell.strip() for cell in cells] == names:
        return CsvRecord(row, line, None, "the header line repeated as data")
    return CsvRecord(row, line, cells, None)
