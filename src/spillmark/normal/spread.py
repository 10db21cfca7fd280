"""A sample of an unknown log, spread over the whole file, as fields with their values."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import orjson

from spillmark.engine.interface import Engine, identifier
from spillmark.errors import EvidenceError
from spillmark.evidence import csv_file, json_file
from spillmark.evidence.head import Head, is_header, look
from spillmark.evidence.item import Item
from spillmark.evidence.lines import encoding_of
from spillmark.evidence.records import open_records
from spillmark.model.evidence import Evidence
from spillmark.normal.holds import Field
from spillmark.normal.skeleton import Skeleton, skeleton

WHOLE = 16_000_000
"""Bytes up to which a file is looked at as a whole."""
CHUNKS = 64
CHUNK = 160_000
RECORDS = 2_000
DEEPEST = 3
NAME = re.compile(r"[^\[\]{}\x00-\x1f\x7f-\x9f\u2028\u2029]{1,100}")
KEY = re.compile(r"[A-Za-z_@$][\w@$ -]{0,60}")
HINT = "give a log as CSV, JSON or text; unpack an archive first"


@dataclass(frozen=True)
class Sample:
    """`fields` with the values of `records` records; `item` is the sample as a file of evidence.

    A text log has a `skeleton`.
    """

    form: Literal["table", "json", "text"]
    fields: tuple[Field, ...]
    records: int
    item: Item
    skeleton: Skeleton | None = None


def sample_of(engine: Engine, path: Path, shown: str, work: Path) -> Sample:
    """Takes a sample of a file; `work` is where it may be written.

    Raises:
        EvidenceError: the file holds no records.
        OSError: it cannot be read.
    """
    head = look(path)
    if head.form in ("empty", "binary"):
        raise EvidenceError("no log", where=shown, why=head.what or "the file is empty", hint=HINT)
    if head.form in ("xml", "html", "mail"):
        raise EvidenceError("no log", where=shown, why=f"it is {head.form}", hint=HINT)
    table = head.form == "table" and is_header(head.names)
    form: Literal["table", "json", "text"] = "json" if head.form == "json" else "table" if table else "text"
    local = _spread(path, head, form, work)
    size = local.stat().st_size
    item = Item(Evidence("E1", shown, "0" * 64, size, "other"), local, form == "text")
    records = open_records(engine, item, work=work)
    count = records.rows - records.rejected - records.blank
    if count <= 0:
        why = records.skipped[0].why if records.skipped else "no record could be read"
        raise EvidenceError("no log", where=shown, why=why, hint=HINT)
    rows = _rows(engine, records.table, list(records.columns), count)
    if form == "text":
        found = skeleton([row[0] or "" for row in rows])
        if found is None:
            why = "its lines have no part in common that could be named"
            raise EvidenceError("no log", where=shown, why=why, hint=HINT)
        return Sample(form, found.fields, len(rows), item, found)
    names = list(records.columns.values())
    columns = [(name, tuple(row[at] or "" for row in rows)) for at, name in enumerate(names)]
    usable = [(name, values) for name, values in columns if NAME.fullmatch(name) and _once(name, names)]
    fields = [field for name, values in usable for field in _fields(name, values)]
    return Sample(form, tuple(fields), len(rows), item)


def _once(name: str, names: list[str]) -> bool:
    return bool(name.strip()) and [other.lower() for other in names].count(name.lower()) == 1


def _rows(engine: Engine, table: str, columns: list[str], count: int) -> list[tuple[str | None, ...]]:
    listed = ", ".join(map(identifier, columns))
    sql = f'SELECT {listed} FROM {identifier(table)} WHERE "row" % ? = 0 ORDER BY "row" LIMIT {RECORDS}'
    step = max(1, count // RECORDS)
    found = list(engine.rows(sql, [step])) or list(engine.rows(sql, [1]))
    return [tuple(None if cell is None else str(cell) for cell in row) for row in found]


def _fields(name: str, values: tuple[str, ...]) -> Iterator[Field]:
    """The field, or the fields within it where it holds JSON objects."""
    objects = [_object(value) for value in values]
    if not any(objects):
        yield Field(name, {"from": name}, values)
        return
    inner: dict[tuple[str, ...], dict[int, str]] = {}
    for number, value in enumerate(objects):
        for keys, text in _flat(value, (name,)):
            inner.setdefault(keys, {})[number] = text
    for keys, found in sorted(inner.items()):
        path = ".".join(keys)
        filled = tuple(found.get(number, "") for number in range(len(values)))
        yield Field(path, {"from": path}, filled, keys=keys)


def _object(value: str) -> dict[str, Any]:
    if not value.startswith("{"):
        return {}
    try:
        loaded = orjson.loads(value)
    except orjson.JSONDecodeError:
        return {}
    return loaded if isinstance(loaded, dict) else {}


def _flat(value: dict[str, Any], before: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], str]]:
    """Plain values with the path that leads to them; what looks like data instead of a name leads nowhere."""
    for key, inner in value.items():
        if not KEY.fullmatch(key):
            continue
        keys = (*before, key)
        if isinstance(inner, dict):
            if len(before) < DEEPEST:
                yield from _flat(inner, keys)
        elif not isinstance(inner, list) and inner is not None:
            yield keys, inner if isinstance(inner, str) else orjson.dumps(inner).decode()


def _spread(path: Path, head: Head, form: str, work: Path) -> Path:
    """The file itself, or pieces of it in their order, each of whole lines, after its header."""
    size = path.stat().st_size
    with path.open("rb") as handle:
        start = handle.read(1 << 20)
        wide = encoding_of(start).startswith("utf-16")
        layout = json_file.layout_of(head.text) if form == "json" else None
        if size <= WHOLE or wide or layout not in (None, "lines"):
            return path
        target = work / "sample"
        before = csv_file.read_header(path).lines if form == "table" and not start.startswith(b"#") else 0
        with target.open("wb") as out:
            handle.seek(0)
            out.writelines(handle.readline(1 << 20) for _ in range(before))
            for number in range(CHUNKS):
                at = max(handle.tell() if number == 0 else 0, number * (size - CHUNK) // (CHUNKS - 1))
                handle.seek(at)
                piece = handle.read(CHUNK)
                first = piece.find(b"\n") + 1 if number else 0
                last = piece.rfind(b"\n") + 1
                out.write(piece[first:last] if last > first else b"")
        return target
