"""Extended log files of the W3C (IIS, CloudFront and others): a table whose header is the `#Fields:` line.

Directives are lines that begin with `#`. `#Fields:` names the columns of the lines that follow and may change within
the file, so a file is read as one table with every column that any of its headers names. A line is one record and its
number is the line's number, as in any text log: a header may stand anywhere. Times are in UTC.

Sources: W3C Working Draft WD-logfile-960323; Microsoft Learn, "W3C Logging" and "Log file formats in IIS" (a blank
within a value is written as `+`, an empty value as `-`); Amazon CloudFront Developer Guide, "Standard logging".
"""

import csv
import re
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote

from spillmark.evidence.item import LONGEST
from spillmark.evidence.lines import Repairs, read_lines

FIELDS = re.compile(r"#fields:\s*(?P<names>.*)", re.IGNORECASE)
DATE = re.compile(r"#date:\s*(?P<day>\d{4}-\d{2}-\d{2})", re.IGNORECASE)
QUOTED = re.compile(r'"(?:[^"]|"")*"|[^\s"]\S*')
PLUS = re.compile(r"\+(\+?)")
DAY = "date"
AGENT = "cs(user-agent)"
NOTHING = "-"
MOST_COLUMNS = 1_000
LOOKED_AT = 50


class W3cRecord(NamedTuple):
    """One line and its number, as `row` and `line`; `cells` is None where it was rejected (`why`) or blank (no `why`).

    Cells stand in the order of the file's columns; a column that the header in force does not name is empty.
    """

    row: int
    line: int
    cells: Sequence[str] | None
    why: str | None


def looks_like_w3c(head: str) -> bool:
    """Tells whether a file begins with directives, `#Fields:` among them."""
    for line in head.removeprefix("\ufeff").split("\n", LOOKED_AT)[:LOOKED_AT]:
        if FIELDS.match(line) and _names(line):
            return True
        if line.strip() and not line.startswith("#"):
            return False
    return False


def read_columns(path: Path, *, lines: int | None = None) -> tuple[str, ...]:
    """Gives the columns that the headers of a file name, each once (case does not count), in order of appearance.

    The whole file is looked through, or its first `lines`. `date` is added where a header has only `time` and a
    `#Date:` directive tells the day.
    """
    found: dict[str, str] = {}
    day = False
    for _, text in islice(read_lines(path, Repairs()), lines):
        if text is not None and text.startswith("#"):
            for name in _names(text):
                found.setdefault(name.lower(), name)
            day = day or DATE.match(text) is not None
    if day and DAY not in found and "time" in found:
        found[DAY] = DAY
    return tuple(found.values())[:MOST_COLUMNS]


def read_records(path: Path, columns: Sequence[str], repairs: Repairs) -> Iterator[W3cRecord]:
    """Gives every line that is no directive; one with other than the header's number of values is rejected.

    An empty value (`-`) is an empty text. Of the agent's name, in which every writer hides blanks, the blanks are put
    back; all else stays as it stands.
    """
    header = _Header(columns)
    for number, text in read_lines(path, repairs):
        if text is None:
            yield W3cRecord(number, number, None, f"a line longer than {LONGEST:,} bytes")
        elif text.startswith("#"):
            header.directive(text)
        elif not text.strip():
            yield W3cRecord(number, number, None, None)
        else:
            cells, why = header.cells(text.rstrip("\r\n"))
            yield W3cRecord(number, number, cells, why)


class _Header:
    """The `#Fields:` line in force, and how its values fall into the columns of the whole file."""

    def __init__(self, columns: Sequence[str]) -> None:
        self._place = {name.lower(): place for place, name in enumerate(columns)}
        self._width = len(columns)
        self._names: list[str] = []
        self._sign: str | None = None
        self._day = ""

    def directive(self, text: str) -> None:
        """Takes in a directive: columns that follow, or the day."""
        if names := _names(text):
            self._names = [name.lower() for name in names]
            self._sign = _sign(text)
        elif found := DATE.match(text):
            self._day = found["day"]

    def cells(self, text: str) -> tuple[list[str] | None, str | None]:
        """Gives the values of a line in the order of the columns, or why they cannot be told apart."""
        if not self._names:
            return None, "it stands before any #Fields: line"
        values = _split(text, self._sign, len(self._names))
        if len(values) != len(self._names):
            return None, f"{len(values)} values where #Fields: names {len(self._names)}"
        cells = [""] * self._width
        if self._day and DAY in self._place:
            cells[self._place[DAY]] = self._day
        for name, value in zip(self._names, values, strict=True):
            place = self._place.get(name)
            if place is not None and value != NOTHING:
                cells[place] = _agent(value) if name == AGENT else value
        return cells, None


def _names(line: str) -> list[str]:
    found = FIELDS.match(line)
    return [] if found is None else re.split(r"[\s,]+", found["names"].strip()) if found["names"].strip() else []


def _sign(line: str) -> str | None:
    """The sign between values: the header's tab or comma, else (None) blanks."""
    found = FIELDS.match(line)
    names = "" if found is None else found["names"].strip()
    return next((sign for sign in ("\t", ",") if sign in names), None)


def _split(text: str, sign: str | None, count: int) -> list[str]:
    """Splits a line at its signs; where that gives another number of values, quotes are taken to hold blanks."""
    if sign == ",":
        try:
            return next(csv.reader([text]), [])
        except csv.Error:
            return text.split(",")
    plain = text.split(sign)
    if len(plain) == count:
        return plain
    quoted = [_unquoted(value) for value in QUOTED.findall(text)]
    return quoted if len(quoted) == count else plain


def _unquoted(value: str) -> str:
    if len(value) > 1 and value[0] == value[-1] == '"':
        return value[1:-1].replace('""', '"')
    return value


def _agent(value: str) -> str:
    """Puts the blanks back: `+` for IIS (a plus after a blank is `++`), `%20` for CloudFront."""
    if " " in value:
        return value
    return unquote(value) if "%20" in value else PLUS.sub(r" \1", value)
