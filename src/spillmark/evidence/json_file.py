"""JSON in each way that logs come in: one value a line, an array, `{"records": [..]}`, values one after the other."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Literal, NamedTuple, TextIO

import orjson

from spillmark.evidence.item import LONGEST
from spillmark.evidence.lines import Repairs, encoding_of, read_lines

WRAPPERS = ("records", "Records", "value", "events", "items", "results")
"""Names under which an API answer keeps its list; `value` is Microsoft Graph's, `records` Salesforce's."""
Layout = Literal["lines", "array", "wrapped", "values"]
LONE_SURROGATE = re.compile(
    r"(?<!\\)((?:\\\\)*)\\u[dD](?:[89abAB][0-9a-fA-F]{2}(?!\\u[dD][c-fC-F])|[c-fC-F][0-9a-fA-F]{2})"
)
WRAPPED = re.compile(
    r'\{\s*(?:"(?:[^"\\]|\\.)*"\s*:\s*(?:"(?:[^"\\]|\\.)*"|[-+.\w]+)\s*,\s*)*"(' + "|".join(WRAPPERS) + r')"\s*:\s*\['
)
STEP = 1 << 20


class JsonRecord(NamedTuple):
    """One record from 1 and its line; `text` is None where it was rejected (`why`) or blank (no `why`)."""

    row: int
    line: int
    text: str | None
    why: str | None


def layout_of(head: str) -> Layout | None:
    """Tells how a JSON file is laid out from its beginning, or None where it does not begin like JSON."""
    start = head.lstrip("\ufeff \t\r\n")
    if start.startswith("["):
        # An array on one line may still be one of many lines; only objects are records, so an array is the file.
        return "array"
    if not start.startswith("{"):
        return None
    if WRAPPED.match(start):
        return "wrapped"
    whole, _, cut = start.rpartition("\n")
    if not whole:
        # One line: a record of its own, or a long one of which the end was not looked at, or values side by side.
        return "lines" if len(start) >= STEP or isinstance(_loads(start), dict) else "values"
    lines = [line for line in (*whole.split("\n"), *([] if len(head) >= STEP else [cut])) if line.strip()]
    records = sum(isinstance(_loads(line), dict) for line in lines[:100])
    return "lines" if 2 * records >= len(lines[:100]) else "values"


def read_records(path: Path, layout: Layout, repairs: Repairs) -> Iterator[JsonRecord]:
    """Gives every record; what is not an object is rejected."""
    if layout == "lines":
        yield from _from_lines(path, repairs)
    else:
        yield from _from_values(path, layout, repairs)


def _from_lines(path: Path, repairs: Repairs) -> Iterator[JsonRecord]:
    for number, text in read_lines(path, repairs):
        if text is None:
            yield JsonRecord(number, number, None, f"a line longer than {LONGEST:,} bytes")
        elif not text.strip():
            yield JsonRecord(number, number, None, None)
        else:
            yield _record(number, number, text.strip(), repairs)


def _record(row: int, line: int, text: str, repairs: Repairs) -> JsonRecord:
    value = _loads(text)
    if value is None:
        mended = LONE_SURROGATE.sub(lambda found: found[1] + "\\ufffd", text)
        value = _loads(mended)
        if mended != text and value is not None:
            repairs.note("surrogate", line)
        text = mended
    if value is None:
        return JsonRecord(row, line, None, "not valid JSON")
    if not isinstance(value, dict):
        return JsonRecord(row, line, None, "not a JSON object")
    return JsonRecord(row, line, text, None)


def _loads(text: str) -> object | None:
    """Gives the value, or None where it is not JSON (or is the bare word null, which is no record either)."""
    try:
        loaded: object = orjson.loads(text)
    except (orjson.JSONDecodeError, UnicodeEncodeError):
        try:
            loaded = json.loads(text)  # knows NaN and Infinity, as the engine's reader does
            text.encode("utf-8")
            orjson.dumps(loaded)  # refuses lone surrogates
        except (ValueError, RecursionError, TypeError):
            return None
    return loaded


class _Window:
    """A sliding view of a text file that grows until a whole value is in it, up to the longest record."""

    def __init__(self, handle: TextIO) -> None:
        self._handle = handle
        self.text = ""
        self.at = 0
        self.line = 1

    def more(self) -> bool:
        """Reads on; doubles what is read each time, so that a long value is not tried too often."""
        fresh = self._handle.read(max(STEP, len(self.text) - self.at))
        self.text = self.text[self.at :] + fresh
        self.at = 0
        return bool(fresh)

    def move(self, to: int) -> None:
        """Steps forward and counts the lines passed."""
        self.line += self.text.count("\n", self.at, to)
        self.at = to

    def skip(self, signs: str) -> str:
        """Steps over white space and `signs`; gives the next character, or an empty text at the end of the file."""
        while True:
            at = self.at
            while at < len(self.text) and self.text[at] in signs:
                at += 1
            self.move(at)
            if at < len(self.text):
                return self.text[at]
            if not self.more():
                return ""


def _from_values(path: Path, layout: Layout, repairs: Repairs) -> Iterator[JsonRecord]:
    with path.open("rb") as raw:
        encoding = encoding_of(raw.peek(4096)[:4096])
    with path.open(encoding=encoding, errors="replace", newline="\n") as handle:
        window = _Window(handle)
        window.more()
        window.skip(" \t\r\n\ufeff")
        closing = _enter(window, layout)
        row = 0
        while (sign := window.skip(" \t\r\n,")) and sign != closing:
            row += 1
            record = _next(window, row, repairs)
            yield record
            if record.text is None and record.why != "not a JSON object":
                return
        if closing and not sign:
            repairs.note("unclosed", window.line)


def _enter(window: _Window, layout: Layout) -> str:
    if layout == "values":
        return ""
    found = WRAPPED.match(window.text, window.at) if layout == "wrapped" else None
    window.move(found.end() if found else window.at + 1)
    return "]"


def _next(window: _Window, row: int, repairs: Repairs) -> JsonRecord:
    line = window.line
    decoder = json.JSONDecoder()
    while True:
        try:
            _, end = decoder.raw_decode(window.text, window.at)
        except RecursionError:
            return JsonRecord(row, line, None, "nested too deeply; nothing after it was read")
        except ValueError:
            if len(window.text) - window.at > LONGEST:
                return JsonRecord(row, line, None, f"longer than {LONGEST:,} characters; nothing after it was read")
            if not window.more():
                return JsonRecord(row, line, None, "not valid JSON; nothing after it was read")
            continue
        text = window.text[window.at : end]
        # A number or word that touches the end of what was read may go on.
        if end == len(window.text) and text[-1] not in '}]"' and window.more():
            continue
        window.move(end)
        return _record(row, line, text, repairs)
