"""A copy of data opened as a table of numbered records: `raw_<E>` with `row`, `line` and the columns as they stand.

The fast way lets the engine read the file itself; its record numbers are right only in a file without blank lines or
broken records: each record takes one line and one more for each line end in its cells, so the sum over all records must
be the number of physical lines, which proves it. Otherwise the careful reader copies the file first.
"""

import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from spillmark.engine.interface import CsvForm, Engine, ReadError, Step, identifier
from spillmark.evidence import csv_file, json_table
from spillmark.evidence.careful import OWN, Copy, Layout, Tally, copied, renamed
from spillmark.evidence.item import LONGEST, Item
from spillmark.evidence.names import unique_names
from spillmark.evidence.relation import layout_of
from spillmark.evidence.shape import shape_of
from spillmark.model.evidence import Skip


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


def open_records(engine: Engine, item: Item, *, work: Path | None = None) -> Records:
    """Makes the table `raw_<E>` of one CSV, JSON or text file; an empty text is NULL, a nested JSON value JSON text.

    Names of columns that are blank, stand twice or differ only in case are made unique and reported. `work` is where a
    temporary copy may stand.
    A file that cannot be read at all gives no table, no rows and an unread skip.
    """
    table = f"raw_{item.evidence.id}"
    try:
        layout = "text" if item.lines else layout_of(item.local)
        if layout == "csv" and (found := _fast_csv(engine, item, table)) is not None:
            return found
        if layout in ("csv", "w3c", "text"):
            copy = _copied(engine, item, table, layout, work)
            return _records(table, copy.columns, copy.tally, copy.skipped)
        return _open_json(engine, item, table, layout, work)
    except csv_file.UnreadableError as error:
        return _unread(engine, item, table, f"{error}; give the file with a header line as it was exported")
    except (ReadError, OSError) as error:
        return _unread(engine, item, table, f"it cannot be read: {error}")


def _unread(engine: Engine, item: Item, table: str, why: str) -> Records:
    engine.register(table, OWN, ())
    return Records(table, {}, 0, 0, 0, (Skip(item.evidence.id, item.evidence.path, why, "unread"),))


def _records(table: str, columns: dict[str, str], tally: Tally, skipped: tuple[Skip, ...]) -> Records:
    return Records(table, columns, tally.rows, tally.rejected, tally.blank, skipped)


def _copied(engine: Engine, item: Item, table: str, layout: Layout, work: Path | None) -> Copy:
    """Loads the careful reader's copy."""
    with tempfile.TemporaryDirectory(dir=work, prefix="records-") as folder:
        copy = copied(engine, item, layout, Path(folder) / "copy.csv")
        engine.run([Step(table, f"SELECT * FROM {copy.relation}")])
    return copy


def _fast_csv(engine: Engine, item: Item, table: str) -> Records | None:
    """Lets the engine read the file; None where its record numbers are not proven right."""
    header = csv_file.read_header(item.local)
    columns = unique_names(header.names)
    shape = shape_of(item.local)
    source = f"file_{table}"
    if len(columns) < 2 or not shape.plain:
        return None
    try:
        form = CsvForm(dict.fromkeys(columns, "VARCHAR"), header.delimiter, header.lines)
        count = engine.load_csv(source, item.local, form, ordinal="row")
    except ReadError:
        return None
    if not _numbered(engine, source, table, columns, header.lines, shape.lines - header.lines - count):
        return None
    return Records(table, columns, count, 0, 0, renamed(item, columns))


def _numbered(engine: Engine, source: str, table: str, columns: dict[str, str], before: int, more: int) -> bool:
    """Makes the table where the records' cells hold exactly the `more` line ends that are left."""
    names = ", ".join(map(identifier, columns))
    if more == 0:
        engine.run([Step(table, f'SELECT "row", "row" + {before} AS "line", {names} FROM {source}', "view")])
        return True
    ends = line_ends(columns)
    if int(str(engine.one(f"SELECT coalesce(sum({ends}), 0) FROM {source}")[0])) != more:
        return False
    # The line of a record is one more than all lines that the records before it took.
    taken = f'sum(1 + {ends}) OVER (ORDER BY "row" ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)'
    line = f'(1 + {before} + coalesce({taken}, 0))::BIGINT AS "line"'
    engine.run([Step(table, f'SELECT "row", {line}, {names} FROM {source}')])
    return True


def line_ends(columns: Iterable[str]) -> str:
    """Gives the SQL of the number of line ends in the cells of a record."""
    cells = (f"coalesce({identifier(column)}, '')" for column in columns)
    return " + ".join(f"length({cell}) - length(replace({cell}, chr(10), ''))" for cell in cells)


def _open_json(engine: Engine, item: Item, table: str, layout: Layout, work: Path | None) -> Records:
    source = f"json_{table}"
    tally, skipped = Tally(), tuple[Skip, ...]()
    if not (layout == "lines" and _fast_json(engine, item, source, tally)):
        copy = _copied(engine, item, source, layout, work)
        tally, skipped = copy.tally, copy.skipped
    flat = json_table.flatten(engine, source, table)
    columns = unique_names(flat.names)
    return _records(table, columns, tally, (*renamed(item, columns), *skipped, *_left_out(item, flat.left_out)))


def _fast_json(engine: Engine, item: Item, source: str, tally: Tally) -> bool:
    """Lets the engine read JSON lines that are objects all."""
    shape = shape_of(item.local)
    if shape.nul:
        return False
    try:
        count = engine.load_json_lines(f"file_{source}", item.local, ordinal="row", column="record", longest=LONGEST)
    except ReadError:
        return False
    odd = f"SELECT 1 FROM \"file_{source}\" WHERE json_type(record) IS DISTINCT FROM 'OBJECT' LIMIT 1"
    if count != shape.lines or any(True for _ in engine.rows(odd)):
        return False
    tally.rows = count
    engine.run([Step(source, f'SELECT "row", "row" AS "line", record FROM "file_{source}"', "view")])
    return True


def _left_out(item: Item, names: Sequence[str]) -> tuple[Skip, ...]:
    if not names:
        return ()
    why = f"{len(names)} rare fields were not read as columns, such as {', '.join(names[:5])}"
    return (Skip(item.evidence.id, item.evidence.path, why, "partial"),)
