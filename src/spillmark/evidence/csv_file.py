"""CSV as RFC 4180 has it, read record by record with care: the number and the line of each record stay right."""

import csv
import re
from collections import deque
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from spillmark.evidence.csv_header import Header, header_place, is_header_again, widened
from spillmark.evidence.item import LONGEST
from spillmark.evidence.lines import Line, Repairs, read_lines

MOST_LINES = 20_000
"""Lines that one record may span; a quote that is never closed must not swallow the rest of the file."""
MOST_RETRIES = 2_000_000
"""Lines that may be read again after such quotes, so that a file made of them ends in reasonable time."""
MOST_COLUMNS = 5_000
LOOKED_AT = 60
"""Lines in which the header is looked for, and that must agree with it."""
LONGEST_HEADER = 200_000
MARKS = 3
"""Names at the beginning of a header by one of which a later header is found."""
LONGEST_SHOWN = 40
LINE_END = re.compile("\r\n?|\n")
BARE_CR = "a carriage return that no line feed follows stands outside of quotes"


__all__ = [
    "CsvRecord",
    "Header",
    "TooWideError",
    "UnreadableError",
    "looks_like_csv",
    "read_header",
    "read_records",
    "with_later_names",
]


class CsvRecord(NamedTuple):
    """One record from 1 and the line that it starts on; `cells` is None where it was rejected and `why` says it."""

    row: int
    line: int
    cells: Sequence[str] | None
    why: str | None


class UnreadableError(ValueError):
    """The file cannot be read as CSV at all; the text says why and what to do."""


class TooWideError(UnreadableError):
    """The header names more columns than are read."""


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
    """Tells whether a line near the beginning splits into names as a header does."""
    lines = LINE_END.split(head, LOOKED_AT)[:LOOKED_AT]
    place = header_place(lines)
    if place is None:
        return False
    names = [name.strip().strip('"') for name in lines[place.at].split(place.delimiter)]
    return len(names) > 1 and all(len(name) < 256 for name in names) and sum(map(bool, names)) * 2 > len(names)


def read_header(path: Path) -> Header:
    """Reads the names of the columns; titles and blank lines before them are passed over and counted as lines.

    Raises:
        TooWideError: it has more cells than a table can have.
        UnreadableError: there is no header line, or it cannot be read.
    """
    begun = [line.text for line in islice(read_lines(path, Repairs()), LOOKED_AT)]
    place = header_place([text or "" for text in begun])
    if place is None and None in begun:
        raise UnreadableError(f"the header line cannot be read (a line longer than {LONGEST:,} bytes)")
    if place is None:
        raise UnreadableError("the file has no header line")
    feed = _Feed(islice(read_lines(path, Repairs()), place.at, None))
    csv.field_size_limit(LONGEST)
    feed.begin()
    try:
        names = next(csv.reader(feed, delimiter=place.delimiter, strict=True))
    except (csv.Error, _TooLongError, StopIteration) as error:
        raise UnreadableError(f"the header line cannot be read ({error})") from error
    if len(names) > MOST_COLUMNS:
        raise TooWideError(f"the header names {len(names):,} columns, of which {MOST_COLUMNS:,} at most are read")
    return Header(tuple(names), place.at + len(feed.taken), place.delimiter)


def with_later_names(path: Path, header: Header) -> Header:
    """Gives the header with the names that later headers of the same file add at its end (joined exports).

    Reads the whole file once, a line at a time; a name is looked for, nothing else is.
    """
    known = frozenset(name.strip().lower() for name in header.names)
    marks = [name.strip().lower() for name in header.names[:MARKS] if name.strip()]
    names = header.names
    for line in islice(read_lines(path, Repairs()), header.lines, None):
        text = line.text
        if text is None or len(text) > LONGEST_HEADER or not any(mark in text.lower() for mark in marks):
            continue
        try:
            cells = next(csv.reader([text], delimiter=header.delimiter, strict=True), [])
        except csv.Error:
            continue
        if is_header_again(cells, known):
            names = widened(names, cells)
            known |= {name.strip().lower() for name in cells}
    return Header(names[:MOST_COLUMNS], header.lines, header.delimiter, header.first or header.names)


def read_records(path: Path, header: Header, repairs: Repairs) -> Iterator[CsvRecord]:
    """Gives every record after the header: blank ones have no cells and no `why`, broken ones are rejected with it.

    Cells stand in the order of `header.names`. A record with more or fewer cells than its header is rejected, and so is
    a header among the records: the same names again, or others, by which the records after it are then read. A record
    that has a value in a column that `header.names` does not know is rejected too; see `with_later_names`.

    Raises:
        UnreadableError: after so many unclosed quotes that reading on would not end in reasonable time.
    """
    csv.field_size_limit(LONGEST)
    feed = _Feed(islice(read_lines(path, repairs), header.lines, None))
    row = 0
    form = _Form(header)
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
            why = BARE_CR if "new-line character" in str(error) else str(error)
        if cells is not None and len(feed.taken) > 1 and form.swallowed(cells, feed.taken):
            cells, why = None, "a quote is opened and not closed"
        if cells is None:
            feed.rest_again()
            reader = csv.reader(feed, delimiter=header.delimiter, strict=True)
        row += 1
        line = feed.taken[0].number
        yield CsvRecord(row, line, None, why) if cells is None else form.record(row, line, cells)
        if feed.retries > MOST_RETRIES:
            raise UnreadableError(f"from record {row} on, too many quotes are opened and not closed")


class _Form:
    """The header in force, and how the cells of a record fall into the columns of the whole file."""

    def __init__(self, header: Header) -> None:
        self._delimiter = header.delimiter
        self._names = [name.strip() for name in header.names]
        self._known = frozenset(name.lower() for name in self._names)
        self._take([name.strip() for name in header.first or header.names])

    def _take(self, names: list[str]) -> None:
        """Reads by these names from now on."""
        self._now = names
        self._least = len(names) - next((n for n, name in enumerate(reversed(names)) if name), 0)
        free: dict[str, list[int]] = {}
        for place, name in enumerate(names):
            free.setdefault(name.lower(), []).append(place)
        found = (free.get(name.lower(), []) for name in self._names)
        self._places = None if names == self._names else [places.pop(0) if places else None for places in found]
        self._over = sorted(place for places in free.values() for place in places) if self._places else []

    def swallowed(self, cells: list[str], lines: list[Line]) -> bool:
        """Tells whether a record of several lines does not fit, though one of these lines would fit alone."""
        if self._least <= len(cells) <= len(self._now):
            return False
        signs = len(self._now) - 1
        return any(line.text is not None and line.text.count(self._delimiter) == signs for line in lines[1:])

    def record(self, row: int, line: int, cells: list[str]) -> CsvRecord:
        """Checks one record and brings its cells into the order of the columns."""
        now = self._now
        if not cells or (len(cells) == 1 < len(now) and not cells[0].strip()):
            return CsvRecord(row, line, None, None)
        while len(cells) > len(now) and not cells[-1]:
            cells.pop()  # a delimiter at the end of a line opens no further column
        if cells[0].strip().lower() in self._known or len(cells) != len(now):
            if (why := self._header(cells)) is not None:
                return CsvRecord(row, line, None, why)
            if not self._least <= len(cells) <= len(now):
                return CsvRecord(row, line, None, f"{len(cells)} cells where the header names {len(now)}")
            cells += [""] * (len(now) - len(cells))  # columns without a name at the end
        if self._places is None:
            return CsvRecord(row, line, cells, None)
        if beyond := [now[place] for place in self._over if cells[place]]:
            names = ", ".join(name[:LONGEST_SHOWN] or "(blank)" for name in beyond[:5])
            return CsvRecord(row, line, None, f"it has values in columns that the first header does not name: {names}")
        placed = ["" if place is None else cells[place] for place in self._places]
        return CsvRecord(row, line, placed, None)

    def _header(self, cells: list[str]) -> str | None:
        """Takes in a header that stands among the records and says so; None where the cells are none."""
        names = [cell.strip() for cell in cells]
        if names == self._now:
            return "the header line repeated as data"
        if not is_header_again(cells, self._known):
            return None
        self._take(names)
        return f"another header, with {len(names)} columns; the records after it are read by it"
