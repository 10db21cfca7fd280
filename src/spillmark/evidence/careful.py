"""The careful way to read a file: record by record in Python, into a plain copy that the engine reads.

It takes every encoding, broken record and odd line end there is, numbers the records and says what it could not read.
"""

import csv
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, TextIO

from spillmark.engine.interface import CsvForm, Engine
from spillmark.evidence import csv_file, json_file, w3c_file
from spillmark.evidence.item import LONGEST, Item
from spillmark.evidence.lines import Repairs, read_lines
from spillmark.evidence.names import unique_names
from spillmark.model.evidence import Skip

OWN = {"row": "BIGINT", "line": "BIGINT"}
LEAST = 1 << 20
Layout = Literal["csv", "w3c", "text"] | json_file.Layout


@dataclass
class Tally:
    """What the careful reader saw: all records, blank ones, and those that it could not read."""

    rows: int = 0
    blank: int = 0
    rejected: int = 0
    examples: list[str] = field(default_factory=list)

    def count(self, row: int, line: int, why: str | None) -> None:
        """Counts a record that gives no row: a blank one, or one that was rejected for a reason."""
        if why is None:
            self.blank += 1
            return
        self.rejected += 1
        if len(self.examples) < 5:
            self.examples.append(f"record {row} (line {line}): {why}")


@dataclass(frozen=True)
class Copy:
    """A plain copy: `relation` is its SQL with the columns `row`, `line` and `columns` (column -> vendor's name).

    A JSON record is one column, `record`.
    """

    relation: str
    columns: dict[str, str]
    tally: Tally
    skipped: tuple[Skip, ...]


def copied(engine: Engine, item: Item, layout: Layout, copy: Path) -> Copy:
    """Writes the plain copy of a file to `copy`, in bounded memory.

    Raises:
        UnreadableError: it is no table after all.
        OSError: it cannot be read, or the copy not written.
    """
    tally, repairs = Tally(), Repairs()
    broken: list[Skip] = []
    columns, rows, more = _rows(item, layout, tally, repairs, broken)
    longest = _write(copy, [*OWN, *columns], rows)
    form = CsvForm(OWN | dict.fromkeys(columns, "VARCHAR"), ",", 1, max(LEAST, 2 * longest))
    return Copy(engine.csv(copy, form), columns, tally, (*more, *broken, *_said(item, tally, repairs)))


def _rows(
    item: Item, layout: Layout, tally: Tally, repairs: Repairs, broken: list[Skip]
) -> tuple[dict[str, str], Iterator[Sequence[object]], tuple[Skip, ...]]:
    if layout == "csv":
        header = csv_file.with_later_names(item.local, csv_file.read_header(item.local))
        columns = unique_names(header.names)
        return columns, _csv_rows(item, header, tally, repairs, broken), renamed(item, columns)
    if layout == "w3c":
        names = w3c_file.read_columns(item.local)
        return unique_names(names), _placed(w3c_file.read_records(item.local, names, repairs), tally), ()
    if layout == "text":
        return {"text": "text"}, _text_rows(item, tally, repairs), ()
    return {"record": "record"}, _json_rows(item, layout, tally, repairs), ()


def _write(copy: Path, names: Sequence[str], rows: Iterable[Sequence[object]]) -> int:
    """Writes the copy; gives the bytes of its longest record, at most."""
    with copy.open("w", encoding="utf-8", newline="", errors="replace") as handle:
        measured = _Measured(handle)
        writer = csv.writer(measured, quoting=csv.QUOTE_ALL, lineterminator="\n")
        # The engine takes the first line end that it meets for the file's, so a line of our own comes first.
        writer.writerow(names)
        writer.writerows(rows)
    return measured.longest


class _Measured:
    """A text sink that remembers the longest record in bytes, at most."""

    def __init__(self, handle: TextIO) -> None:
        self._handle = handle
        self.longest = 0

    def write(self, text: str) -> int:
        self.longest = max(self.longest, 4 * len(text) if not text.isascii() else len(text))
        return self._handle.write(text)


def _csv_rows(
    item: Item, header: csv_file.Header, tally: Tally, repairs: Repairs, broken: list[Skip]
) -> Iterator[Sequence[object]]:
    try:
        yield from _placed(csv_file.read_records(item.local, header, repairs), tally)
    except csv_file.UnreadableError as error:
        broken.append(Skip(item.evidence.id, item.evidence.path, f"{error}; the rest was not read", "partial"))


def _placed(records: Iterable[csv_file.CsvRecord | w3c_file.W3cRecord], tally: Tally) -> Iterator[Sequence[object]]:
    """The rows of a table with their place; what gives none is counted."""
    for record in records:
        tally.rows += 1
        if record.cells is not None:
            yield (record.row, record.line, *record.cells)
        else:
            tally.count(record.row, record.line, record.why)


def _json_rows(item: Item, layout: json_file.Layout, tally: Tally, repairs: Repairs) -> Iterator[Sequence[object]]:
    for record in json_file.read_records(item.local, layout, repairs):
        tally.rows += 1
        if record.text is not None:
            yield (record.row, record.line, record.text)
        else:
            tally.count(record.row, record.line, record.why)


def _text_rows(item: Item, tally: Tally, repairs: Repairs) -> Iterator[Sequence[object]]:
    for number, text in read_lines(item.local, repairs):
        tally.rows += 1
        if text is None:
            tally.count(number, number, f"a line longer than {LONGEST:,} bytes")
        elif not text.strip():
            tally.count(number, number, None)
        else:
            yield (number, number, text.rstrip("\r\n"))


def renamed(item: Item, columns: dict[str, str]) -> tuple[Skip, ...]:
    """Says which names of columns had to be made unique."""
    changed = [f"{name or '(blank)'} as {column}" for column, name in columns.items() if column != name]
    if not changed:
        return ()
    why = "names of columns that are blank, stand twice or differ only in case were made unique: " + ", ".join(
        changed[:10]
    )
    return (Skip(item.evidence.id, item.evidence.path, why, "note"),)


def _said(item: Item, tally: Tally, repairs: Repairs) -> Iterator[Skip]:
    """What could not be read as it stands, as skips."""
    identity = (item.evidence.id, item.evidence.path)
    if tally.rejected:
        examples = "; ".join(tally.examples)
        yield Skip(*identity, f"{tally.rejected} of {tally.rows} records could not be read: {examples}", "partial")
    if tally.blank:
        yield Skip(*identity, f"{tally.blank} of {tally.rows} records are blank", "note")
    if repairs.windows_1252:
        line = repairs.first["windows_1252"]
        why = f"{repairs.windows_1252} lines are not UTF-8 and were read as Windows-1252, the first is line {line}"
        yield Skip(*identity, why, "partial")
    if repairs.nul:
        why = f"{repairs.nul} lines hold NUL bytes, shown as U+FFFD, the first is line {repairs.first['nul']}"
        yield Skip(*identity, why, "partial")
    if "surrogate" in repairs.first:
        line = repairs.first["surrogate"]
        why = f"half characters (a text cut within an emoji) are shown as U+FFFD, first in line {line}"
        yield Skip(*identity, why, "note")
    if "unclosed" in repairs.first:
        why = "the file ends within its list; it may have been cut off, so ask for it again"
        yield Skip(*identity, why, "partial")
