"""A file of evidence as a relation that the engine reads in one pass, in the order of the file.

The fast way lets the engine read the file itself; the place of a record in the result is its number then, which holds
where each record takes one line: the number of records that come out must be the number of lines in the file, which
is counted beside. Everything else goes the careful way, through a plain copy with a number and a line for each record.
"""

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from spillmark.engine.interface import CsvForm, Engine
from spillmark.evidence import csv_file, json_file, w3c_file
from spillmark.evidence.careful import Layout, Tally, copied, renamed
from spillmark.evidence.item import LONGEST, Item
from spillmark.evidence.lines import encoding_of
from spillmark.evidence.names import unique_names
from spillmark.evidence.shape import Shape, shape_of
from spillmark.model.evidence import Skip

HEAD = 1 << 20
NEVER = "\x01"
"""A delimiter that no text log has."""


@dataclass(frozen=True)
class Relation:
    """`sql` reads the file; `columns` gives its columns by the vendor's names, or `record` alone where it is JSON.

    Where it is `placed`, columns `row` and `line` tell where a record stands; else its position tells, after `before`
    lines of header. `tally` is what a careful reader saw.
    """

    sql: str
    form: Literal["table", "json"]
    columns: dict[str, str]
    placed: bool = False
    before: int = 0
    tally: Tally | None = None
    skipped: tuple[Skip, ...] = ()


class Proof:
    """The lines of a file, counted in the background while the engine reads it."""

    def __init__(self, shape: Future[Shape], before: int) -> None:
        self._shape = shape
        self._before = before

    @property
    def lines(self) -> int | None:
        """Physical lines after the header; None where bytes stand in the file that readers take differently."""
        shape = self._shape.result()
        return shape.lines - self._before if shape.plain else None


def layout_of(path: Path) -> Layout:
    """Tells how a file is laid out, from its beginning.

    Raises:
        OSError: it cannot be read.
    """
    with path.open("rb") as handle:
        data = handle.read(HEAD)
    head = data.decode(encoding_of(data), errors="replace")
    found = json_file.layout_of(head)
    if found is not None:
        return found
    if w3c_file.looks_like_w3c(head):
        return "w3c"
    return "csv" if csv_file.looks_like_csv(head) else "text"


@contextmanager
def fast(engine: Engine, item: Item, layout: Layout) -> Iterator[tuple[Relation, Proof] | None]:
    """Gives the relation of the file itself and the count of its lines, or None where only care can read it."""
    found = _fast(engine, item, layout)
    if found is None:
        yield None
        return
    with ThreadPoolExecutor(1) as pool:
        yield found, Proof(pool.submit(shape_of, item.local), found.before)


def _fast(engine: Engine, item: Item, layout: Layout) -> Relation | None:
    if layout == "lines":
        sql = engine.json_lines(item.local, column="record", longest=LONGEST)
        return Relation(sql, "json", {"record": "record"})
    if layout == "text":
        form = CsvForm({"text": "VARCHAR"}, NEVER, 0, quoted=False)
        return Relation(engine.csv(item.local, form), "table", {"text": "text"})
    if layout == "csv":
        header = csv_file.read_header(item.local)
        columns = unique_names(header.names)
        form = CsvForm(dict.fromkeys(columns, "VARCHAR"), header.delimiter, header.lines)
        if len(columns) > 1:
            sql = engine.csv(item.local, form)
            return Relation(sql, "table", columns, before=header.lines, skipped=renamed(item, columns))
    return None


def careful(engine: Engine, item: Item, layout: Layout, work: Path) -> Relation:
    """Gives the relation of a plain copy of the file, written into the folder `work`.

    Raises:
        UnreadableError: it cannot be read as the table that it looked like.
        OSError: it cannot be read.
    """
    copy = copied(engine, item, layout, work / "copy.csv")
    form: Literal["table", "json"] = "table" if layout in ("csv", "w3c", "text") else "json"
    return Relation(copy.relation, form, copy.columns, placed=True, tally=copy.tally, skipped=copy.skipped)
