"""JSON in each way that logs come in: one value a line, an array, `{"records": [..]}`, values one after the other."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from spillmark.evidence.item import LONGEST
from spillmark.evidence.json_envelope import is_envelope
from spillmark.evidence.json_values import SEPARATOR, JsonRecord, Values, loads, record
from spillmark.evidence.json_window import Window
from spillmark.evidence.lines import Repairs, read_lines

__all__ = ["JsonRecord", "Layout", "layout_of", "read_records"]

Layout = Literal["lines", "array", "wrapped", "values"]
AROUND = " \t\r\n" + SEPARATOR
SAMPLE = 100
LOOKED_AT = 1 << 20
"""Characters of the beginning that callers give; a line that is longer was not seen to its end."""
LINE_END = re.compile("\r\n?|\n")


def layout_of(head: str) -> Layout | None:
    """Tells how a JSON file is laid out from its beginning, or None where it does not begin like JSON."""
    start = head.lstrip("\ufeff" + AROUND)
    if start.startswith("["):
        # An array on one line may still be one of many lines; only objects are records, so an array is the file.
        return "array"
    lines = [line for line in LINE_END.split(start) if line.strip(AROUND)]
    if not start.lstrip("," + AROUND).startswith("{"):
        # One or a few lines of something else before the records are rejected one by one.
        objects = sum(_bare(line).startswith("{") and isinstance(loads(_bare(line)), dict) for line in lines[:SAMPLE])
        return "lines" if objects > 1 and 2 * objects > len(lines[:SAMPLE]) else None
    if is_envelope(start, 0):
        return "wrapped"
    if len(lines) == 1:
        # One line: a record of its own, or a long one of which the end was not looked at, or values side by side.
        return "lines" if len(start) >= LOOKED_AT or isinstance(loads(_bare(lines[0])), dict) else "values"
    sample = (lines[:-1] if len(head) >= LOOKED_AT else lines)[:SAMPLE]
    records = sum(isinstance(loads(_bare(line)), dict) for line in sample)
    return "lines" if 2 * records >= len(sample) else "values"


def read_records(path: Path, layout: Layout, repairs: Repairs) -> Iterator[JsonRecord]:
    """Gives every record; what is not an object is rejected.

    In lines the number of a record is its line's, else its place among the elements or values of the file. Answers
    around records may follow each other (pages), and lists may stand in a list of pages: elements are numbered on.
    A broken element or value is one rejected record, and what follows it is read; see `json_values`.
    """
    if layout == "lines":
        yield from _from_lines(path, repairs)
    else:
        with Window(path, repairs) as window:
            yield from Values(window, repairs).read()


def _from_lines(path: Path, repairs: Repairs) -> Iterator[JsonRecord]:
    for number, text in read_lines(path, repairs):
        if text is None:
            yield JsonRecord(number, number, None, f"a line longer than {LONGEST:,} bytes")
        elif not (bare := _bare(text)):
            yield JsonRecord(number, number, None, None)
        else:
            yield record(number, number, bare, repairs)


def _bare(line: str) -> str:
    """A line without white space and record separators (RFC 7464), and without the comma of a list around it."""
    return line.strip(AROUND).removesuffix(",").removeprefix(",").strip(AROUND)
