"""Evidence opened as a table of numbered records: `raw_<E>` with `row`, `line` and the vendor's own columns as text.

Two ways lead to the same table. The engine's own reader is fast, but its record numbers are right only in a file
without blank lines or broken records: each record takes one line and one more for each line end in its cells, so
the sum over all records must be the number of physical lines, which proves it. Otherwise a careful reader copies
the file, record by record with number and line, into a plain form that the engine then reads.
"""

import csv
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO

from spillmark.engine.interface import CsvForm, Engine, ReadError, Step, identifier
from spillmark.evidence import csv_file, json_file, json_table
from spillmark.evidence.item import LONGEST, Item
from spillmark.evidence.lines import Repairs, encoding_of, read_lines
from spillmark.evidence.names import unique_names
from spillmark.evidence.shape import Shape, shape_of
from spillmark.model.evidence import Skip

HEAD = 1 << 20
OWN = {"row": "BIGINT", "line": "BIGINT"}


@dataclass(frozen=True)
class Records:
    """An opened file: `table` holds the records that could be read, `columns` gives table column -> vendor's name.

    `rows` counts all records, blank and rejected ones included; `rejected` those that could not be read.
    """

    table: str
    columns: dict[str, str]
    rows: int
    rejected: int
    blank: int
    skipped: tuple[Skip, ...]


@dataclass
class _Tally:
    """What the careful reader saw."""

    rows: int = 0
    blank: int = 0
    rejected: int = 0
    longest: int = 0
    examples: list[str] = field(default_factory=list)

    def reject(self, row: int, line: int, why: str) -> None:
        self.rejected += 1
        if len(self.examples) < 5:
            self.examples.append(f"record {row} (line {line}): {why}")


def open_records(
    engine: Engine, item: Item, *, unwrap: Sequence[str] = (), each: Sequence[str] = (), work: Path | None = None
) -> Records:
    """Makes the table `raw_<E>` of one CSV, JSON or text file; an empty text is NULL, a nested JSON value JSON text.

    `unwrap` names envelopes (`data.payload`) out of which the record is taken. Names of columns that are blank, stand
    twice or differ only in case are made unique and reported. `work` is where a temporary copy may stand.
    A file that cannot be read at all gives no table, no rows and an unread skip.
    """
    table = f"raw_{item.evidence.id}"
    try:
        head = _head(item.local)
        layout = json_file.layout_of(head)
        if layout is not None:
            return _open_json(engine, item, table, layout, (unwrap, each), work)
        if csv_file.looks_like_csv(head):
            return _open_csv(engine, item, table, work)
        return _open_text(engine, item, table, work)
    except csv_file.UnreadableError as error:
        return _unread(engine, item, table, f"{error}; give the file with a header line as it was exported")
    except (ReadError, OSError) as error:
        return _unread(engine, item, table, f"it cannot be read: {error}")


def _head(path: Path) -> str:
    with path.open("rb") as handle:
        data = handle.read(HEAD)
    return data.decode(encoding_of(data), errors="replace")


def _unread(engine: Engine, item: Item, table: str, why: str) -> Records:
    engine.register(table, OWN, ())
    return Records(table, {}, 0, 0, 0, (Skip(item.evidence.id, item.evidence.path, why, "unread"),))


def _open_csv(engine: Engine, item: Item, table: str, work: Path | None) -> Records:
    header = csv_file.read_header(item.local)
    columns = unique_names(header.names)
    shape = shape_of(item.local)
    renamed = _renamed(item, columns)
    if (
        len(columns) > 1
        and shape.plain
        and shape.longest < HEAD
        and _fast_csv(engine, item, table, header, columns, shape)
    ):
        count = int(str(engine.one(f"SELECT count(*) FROM {identifier(table)}")[0]))
        return Records(table, columns, count, 0, 0, renamed)
    tally, repairs = _Tally(), Repairs()
    broken: list[Skip] = []
    rows = _csv_rows(item, header, tally, repairs, broken)
    _load_copy(engine, table, dict.fromkeys(columns, "VARCHAR"), rows, work)
    return Records(
        table, columns, tally.rows, tally.rejected, tally.blank, (*renamed, *broken, *_said(item, tally, repairs))
    )


def _fast_csv(
    engine: Engine, item: Item, table: str, header: csv_file.Header, columns: dict[str, str], shape: Shape
) -> bool:
    """Lets the engine read the file; tells whether its record numbers are proven right."""
    form = CsvForm(dict.fromkeys(columns, "VARCHAR"), header.delimiter, header.lines, shape.longest)
    source = f"file_{table}"
    try:
        count = engine.load_csv(source, item.local, form, ordinal="row")
    except ReadError:
        return False
    body = shape.lines - header.lines
    names = ", ".join(map(identifier, columns))
    if count == body:
        engine.run([Step(table, f'SELECT "row", "row" + {header.lines} AS "line", {names} FROM {source}', "view")])
        return True
    ends = " + ".join(f"length({c}) - length(replace({c}, chr(10), ''))" for c in _coalesced(columns))
    total = int(str(engine.one(f"SELECT coalesce(sum({ends}), 0) FROM {source}")[0]))
    if count + total != body:
        return False
    # The line of a record is one more than all lines that the records before it took.
    before = f'sum(1 + {ends}) OVER (ORDER BY "row" ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)'
    line = f'(1 + {header.lines} + coalesce({before}, 0))::BIGINT AS "line"'
    engine.run([Step(table, f'SELECT "row", {line}, {names} FROM {source}')])
    return True


def _coalesced(columns: Iterable[str]) -> Iterator[str]:
    return (f"coalesce({identifier(column)}, '')" for column in columns)


def _csv_rows(
    item: Item, header: csv_file.Header, tally: _Tally, repairs: Repairs, broken: list[Skip]
) -> Iterator[Sequence[object]]:
    try:
        for record in csv_file.read_records(item.local, header, repairs):
            tally.rows += 1
            if record.cells is not None:
                yield (record.row, record.line, *record.cells)
            elif record.why is None:
                tally.blank += 1
            else:
                tally.reject(record.row, record.line, record.why)
    except csv_file.UnreadableError as error:
        broken.append(Skip(item.evidence.id, item.evidence.path, f"{error}; the rest was not read", "partial"))


def _load_copy(
    engine: Engine, table: str, columns: dict[str, str], rows: Iterable[Sequence[object]], work: Path | None
) -> None:
    """Writes the records into a plain CSV of our own and lets the engine read that, in bounded memory.

    Raises:
        ReadError: the engine did not read what was written.
    """
    with tempfile.TemporaryDirectory(dir=work, prefix="records-") as folder:
        copy = Path(folder) / "copy.csv"
        with copy.open("w", encoding="utf-8", newline="", errors="replace") as handle:
            measured = _Measured(handle)
            writer = csv.writer(measured, quoting=csv.QUOTE_ALL, lineterminator="\n")
            # The reader takes the first line end that it meets for the file's, so a line of our own comes first.
            writer.writerow(OWN | columns)
            written = 0
            for row in rows:
                writer.writerow(row)
                written += 1
        form = CsvForm(OWN | columns, ",", 1, max(HEAD, 2 * measured.longest))
        if engine.load_csv(table, copy, form) != written:
            raise ReadError("the engine counts other records than were written")


class _Measured:
    """A text sink that remembers the longest record in bytes, at most."""

    def __init__(self, handle: TextIO) -> None:
        self._handle = handle
        self.longest = 0

    def write(self, text: str) -> int:
        self.longest = max(self.longest, 4 * len(text) if not text.isascii() else len(text))
        return self._handle.write(text)


def _open_json(
    engine: Engine,
    item: Item,
    table: str,
    layout: json_file.Layout,
    envelopes: tuple[Sequence[str], Sequence[str]],
    work: Path | None,
) -> Records:
    source = f"json_{table}"
    tally, repairs = _Tally(), Repairs()
    if not (layout == "lines" and _fast_json(engine, item, source, tally)):
        rows = _json_rows(item, layout, tally, repairs)
        _load_copy(engine, source, {"record": "VARCHAR"}, rows, work)
    flat = json_table.flatten(engine, source, table, *envelopes)
    columns = unique_names(flat.names)
    skips = (*_renamed(item, columns), *_said(item, tally, repairs), *_left_out(item, flat.left_out))
    return Records(table, columns, tally.rows, tally.rejected, tally.blank, skips)


def _fast_json(engine: Engine, item: Item, source: str, tally: _Tally) -> bool:
    shape = shape_of(item.local)
    if shape.nul or shape.longest > LONGEST:
        return False
    try:
        count = engine.load_json_lines(f"file_{source}", item.local, ordinal="row", column="record", longest=LONGEST)
    except ReadError:
        return False
    if count != shape.lines:
        return False
    tally.rows = count
    other = f'SELECT "row" FROM "file_{source}" WHERE json_type(record) IS DISTINCT FROM \'OBJECT\' ORDER BY "row"'
    for (row,) in engine.rows(other):
        tally.reject(int(str(row)), int(str(row)), "not a JSON object")
    select = f"""
        SELECT "row", "row" AS "line", record
        FROM "file_{source}"
        WHERE json_type(record) = 'OBJECT'
    """
    engine.run([Step(source, select, "view")])
    return True


def _json_rows(item: Item, layout: json_file.Layout, tally: _Tally, repairs: Repairs) -> Iterator[Sequence[object]]:
    for record in json_file.read_records(item.local, layout, repairs):
        tally.rows += 1
        if record.text is not None:
            yield (record.row, record.line, record.text)
        elif record.why is None:
            tally.blank += 1
        else:
            tally.reject(record.row, record.line, record.why)


def _open_text(engine: Engine, item: Item, table: str, work: Path | None) -> Records:
    """A text log: each line is a record with one column, `text`."""
    tally, repairs = _Tally(), Repairs()
    _load_copy(engine, table, {"text": "VARCHAR"}, _text_rows(item, tally, repairs), work)
    return Records(table, {"text": "text"}, tally.rows, tally.rejected, tally.blank, tuple(_said(item, tally, repairs)))


def _text_rows(item: Item, tally: _Tally, repairs: Repairs) -> Iterator[Sequence[object]]:
    for number, text in read_lines(item.local, repairs):
        tally.rows += 1
        if text is None:
            tally.reject(number, number, f"a line longer than {LONGEST:,} bytes")
        elif not text.strip():
            tally.blank += 1
        else:
            yield (number, number, text.rstrip("\r\n"))


def _renamed(item: Item, columns: dict[str, str]) -> tuple[Skip, ...]:
    changed = [f"{name or '(blank)'} as {column}" for column, name in columns.items() if column != name]
    if not changed:
        return ()
    why = "names of columns that are blank, stand twice or differ only in case were made unique: " + ", ".join(
        changed[:10]
    )
    return (Skip(item.evidence.id, item.evidence.path, why, "note"),)


def _said(item: Item, tally: _Tally, repairs: Repairs) -> Iterator[Skip]:
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


def _left_out(item: Item, names: Sequence[str]) -> tuple[Skip, ...]:
    if not names:
        return ()
    why = f"{len(names)} rare fields were not read as columns, such as {', '.join(names[:5])}"
    return (Skip(item.evidence.id, item.evidence.path, why, "partial"),)
