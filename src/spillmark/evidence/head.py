"""The beginning of a file, looked at in bounds: its form, and its first records where it has any."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Literal

import orjson

from spillmark.evidence import csv_file, json_file, w3c_file
from spillmark.evidence.lines import Repairs, encoding_of

SIZE = 1 << 20
SAMPLE = 50
Form = Literal["empty", "binary", "json", "xml", "html", "mail", "table", "text"]
BINARY: tuple[tuple[bytes, str], ...] = (
    (b"%PDF", "a PDF document: save it as text and give that"),
    (b"PK\x03\x04", "an office document: save it as text or CSV and give that"),
    (b"\xd0\xcf\x11\xe0", "an old office document: save it as text or CSV and give that"),
    (b"PAR1", "a Parquet file: export it as CSV or JSON lines"),
    (b"SQLite format 3", "a SQLite database: export its tables as CSV"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive: unpack it and give the folder"),
    (b"Rar!", "a RAR archive: unpack it and give the folder"),
    (b"BZh", "a bzip2 file: unpack it and give the content"),
    (b"\xfd7zXZ", "an xz file: unpack it and give the content"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"\x7fELF", "a program"),
    (b"MZ", "a program"),
)
MAIL = re.compile(r"(?:[A-Za-z-]+: .*(?:\r?\n[ \t].*)*\r?\n)*(?:From|Received|Return-Path|Message-ID): ", re.IGNORECASE)
PRIORITY = re.compile(r"<\d{1,3}>")
"""What a line of syslog begins with (RFC 5424, section 6.2.1)."""
HTML = re.compile(r"<(?:!doctype\s+html|html|head|body|article|div|p|h1)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Head:
    """What the first megabyte shows: `text` of it, the `form`, and for JSON and tables the first `records`.

    `what` names a binary form in words. `whole` tells that the file is not longer than what was looked at.
    """

    form: Form
    text: str
    records: tuple[Mapping[str, object], ...] = ()
    names: tuple[str, ...] = ()
    whole: bool = True
    what: str = ""


def look(path: Path) -> Head:
    """Looks at the beginning of a file.

    Raises:
        OSError: it cannot be read.
    """
    with path.open("rb") as handle:
        data = handle.read(SIZE)
        whole = not handle.read(1)
    if not data.strip():
        return Head("empty", "")
    if (what := _binary(data)) is not None:
        return Head("binary", "", what=what)
    text = data.decode(encoding_of(data), errors="replace").removeprefix("\ufeff")
    start = text.lstrip()
    if start[:1] in ("{", "[") and (records := _json(path, text)):
        return Head("json", text, records, tuple(records[0]), whole)
    if w3c_file.looks_like_w3c(text):
        columns, rows = _extended(path)
        return Head("table", text, rows, columns, whole)
    if start.startswith("<") and PRIORITY.match(start) is None:
        return Head("html" if HTML.search(start[:4096]) and "<?xml" not in start[:100] else "xml", text, whole=whole)
    if MAIL.match(start[:65_536]):
        return Head("mail", text, whole=whole)
    if csv_file.looks_like_csv(text) and (table := _table(path)) is not None:
        return Head("table", text, table[1], table[0], whole)
    return Head("text", text, whole=whole)


def _binary(data: bytes) -> str | None:
    for magic, what in BINARY:
        if data.startswith(magic):
            return what
    if data[257:262] == b"ustar":
        return "a tar archive: unpack it and give the folder"
    if encoding_of(data).startswith("utf-16"):
        return None
    sample = data[:65_536]
    control = sum(map(sample.count, (bytes([code]) for code in (*range(9), *range(14, 27), *range(28, 32)))))
    return "binary data" if control > len(sample) // 20 else None


def _json(path: Path, text: str) -> tuple[Mapping[str, object], ...]:
    layout = json_file.layout_of(text)
    if layout is None:
        return ()
    found: list[Mapping[str, object]] = []
    for record in islice(json_file.read_records(path, layout, Repairs()), SAMPLE):
        if record.text is not None:
            try:
                value = orjson.loads(record.text)
            except orjson.JSONDecodeError:
                continue
            found.append(value)
    return tuple(found)


def _table(path: Path) -> tuple[tuple[str, ...], tuple[Mapping[str, object], ...]] | None:
    """Names and first rows of a CSV file, or None where its first line is no header or nothing fits it."""
    try:
        header = csv_file.read_header(path)
        rows = list(islice(csv_file.read_records(path, header, Repairs()), SAMPLE))
    except csv_file.UnreadableError:
        return None
    good = [row.cells for row in rows if row.cells is not None]
    filled = [row for row in rows if row.cells is not None or row.why is not None]
    if len(header.names) < 2 or (filled and 2 * len(good) < len(filled)):
        return None
    return header.names, tuple(dict(zip(header.names, cells, strict=False)) for cells in good)


def _extended(path: Path) -> tuple[tuple[str, ...], tuple[Mapping[str, object], ...]]:
    columns = w3c_file.read_columns(path, lines=2 * SAMPLE)
    rows = islice(w3c_file.read_records(path, columns, Repairs()), SAMPLE)
    return columns, tuple(dict(zip(columns, row.cells, strict=True)) for row in rows if row.cells is not None)


def is_header(names: Sequence[str]) -> bool:
    """Tells names of columns from data: no number, time, address or id among them, and hardly a blank."""
    filled = [name.strip() for name in names if name.strip()]
    if 2 * len(filled) < len(names) or not filled:
        return False
    return not any(DATA.fullmatch(name) for name in filled)


DATA = re.compile(
    r"[-+]?[\d.,]+|\d{4}-\d{2}-\d{2}.*|\d{1,2}[/.]\d{1,2}[/.]\d{2,4}.*|\S+@\S+\.\S+|(?:\d{1,3}\.){3}\d{1,3}"
    r"|[0-9A-Za-z]{3}[0-9A-Za-z]{2}0{2,}[0-9A-Za-z]+|\+?\d[\d ()-]{6,}"
)
