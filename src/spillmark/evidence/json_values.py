"""JSON values that stand one after the other, in lists and in the answers around lists; a broken one costs itself.

After a broken value the reader goes on where the next one seems to begin: at a record separator (RFC 7464), at a brace
that stands where the broken value's brace stood in its line, after as many closing brackets as were opened, or at an
object that has the names of the last good one. What lay between counts as one rejected record.
"""

import json
import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

import orjson

from spillmark.evidence.item import LONGEST
from spillmark.evidence.json_envelope import DECODER, SPACE, holds_list, holds_more, is_envelope, step
from spillmark.evidence.json_window import BEHIND, Window
from spillmark.evidence.lines import Repairs

SEPARATOR = "\x1e"
BETWEEN = SPACE + "," + SEPARATOR + "\ufeff"
NEAR = 32
"""Characters before the end of what was read in which a fault may only mean that more must be read."""
DEEPEST = 3
"""Lists within lists that are opened: pages of pages."""
PATIENCE = 64_000_000
"""What the search for the next value may cost over a whole file, in characters looked at."""
LABOUR = 32
"""What a bracket or a name costs in that measure."""
ENVELOPE = 1 << 20
"""Characters of an object in which an answer around records is recognised."""
MOST_SHAPES = 16
"""Sets of names of good records that are remembered."""
MOST_TRIED = 50
DEEP = 1_000
"""Brackets that are counted open at once."""
PAIRS = {"}": "{", "]": "["}
BEGIN = re.compile(SEPARATOR + r'|\{\s*(?:"((?:[^"\\]|\\.){0,200})"\s*:)')
TOKEN = re.compile(r'"(?:[^"\\]+|\\.?)*+(?:"|\Z)|[{}\[\]]', re.DOTALL)
STRING = re.compile(r'"(?:[^"\\]+|\\.?)*+(?:"|\Z)', re.DOTALL)
CONTROL = re.compile(r"[\x00-\x1f]")
LONE_SURROGATE = re.compile(
    r"(?<!\\)((?:\\\\)*)\\u[dD](?:[89abAB][0-9a-fA-F]{2}(?!\\u[dD][c-fC-F])|[c-fC-F][0-9a-fA-F]{2})"
)
NO_OBJECT = "not a JSON object"


class JsonRecord(NamedTuple):
    """One record from 1 and its line; `text` is None where it was rejected (`why`) or blank (no `why`)."""

    row: int
    line: int
    text: str | None
    why: str | None


def loads(text: str) -> object | None:
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


def record(row: int, line: int, text: str, repairs: Repairs) -> JsonRecord:
    """Gives one value as a record; half characters and bare control characters in its texts are mended."""
    value = loads(text)
    if value is None:
        mended = LONE_SURROGATE.sub(lambda found: found[1] + "\\ufffd", text)
        value = loads(mended)
        if mended != text and value is not None:
            repairs.note("surrogate", line)
        if value is None and CONTROL.search(mended):
            mended = STRING.sub(_escaped, mended)
            value = loads(mended)
        text = mended
    if value is None:
        return JsonRecord(row, line, None, "not valid JSON")
    if not isinstance(value, dict):
        return JsonRecord(row, line, None, NO_OBJECT)
    return JsonRecord(row, line, text, None)


def _escaped(found: re.Match[str]) -> str:
    return CONTROL.sub(lambda sign: f"\\u{ord(sign[0]):04x}", found[0])


class Values:
    """Reads the values of one file in order; `pages` tells that its first object is an answer around records."""

    def __init__(self, window: Window, repairs: Repairs) -> None:
        """Begins where `window` stands."""
        self._window = window
        self._repairs = repairs
        self._row = 0
        self._shapes: dict[tuple[str, ...], None] = {}
        self._pages = False
        self._patience = PATIENCE

    def read(self) -> Iterator[JsonRecord]:
        """Gives every record of the file."""
        window = self._window
        window.see(ENVELOPE)
        sign = window.skip(BETWEEN)
        first = window.at
        while first < len(window.text) and window.text[first] in "[" + SPACE:
            first += 1
        self._pages = window.text[first : first + 1] == "{" and is_envelope(window.text, first)
        while sign:
            yield from self._next(sign, 0)
            sign = window.skip(BETWEEN)

    def _next(self, sign: str, depth: int) -> Iterator[JsonRecord]:
        window = self._window
        if sign == "[" and (depth == 0 or (depth < DEEPEST and window.after(SPACE) in ("[", "{"))):
            yield from self._elements(depth + 1)
        elif sign == "{" and self._pages and self._is_page():
            window.move(window.at + 1)
            yield from self._members(depth, None)
        else:
            yield self._value()

    def _is_page(self) -> bool:
        self._window.see(ENVELOPE)
        return is_envelope(self._window.text, self._window.at)

    def _elements(self, depth: int) -> Iterator[JsonRecord]:
        """The elements of a list, of which the opening bracket is ahead."""
        window = self._window
        window.move(window.at + 1)
        while (sign := window.skip(BETWEEN)) and sign != "]":
            yield from self._next(sign, depth)
        if sign:
            window.move(window.at + 1)
        else:
            self._repairs.note("unclosed", window.line)

    def _members(self, depth: int, within: str | None) -> Iterator[JsonRecord]:
        """The members of an answer around records: lists of objects are read, all else is stepped over."""
        window = self._window
        while (sign := window.skip(SPACE + ",")) and sign != "}":
            name = self._name() if sign == '"' else None
            if name is None:
                yield self._value()  # broken: said, and gone on after it
                continue
            sign = window.skip(SPACE + ":")
            if sign == "[" and holds_list(name, within=within) and window.after(SPACE) == "{":
                yield from self._elements(depth + 1)
            elif sign == "{" and within is None and holds_more(name):
                window.move(window.at + 1)
                yield from self._members(depth, name.lower())
            else:
                end, why = self._end()
                if why is None:
                    window.move(end)
                else:
                    yield self._broken(why)
        if sign:
            window.move(window.at + 1)
        else:
            self._repairs.note("unclosed", window.line)

    def _name(self) -> str | None:
        """Steps over the name of a member and gives it; None where it is none, with nothing stepped over."""
        window = self._window
        end, why = self._end()
        if why is not None:
            return None
        if step(window.text, end, SPACE) >= len(window.text):
            reached = end - window.at
            window.more()
            end = window.at + reached
        colon = step(window.text, end, SPACE)
        if window.text[colon : colon + 1] != ":":
            return None
        name = str(loads(window.text[window.at : end]))
        window.move(colon + 1)
        return name

    def _value(self) -> JsonRecord:
        window = self._window
        end, why = self._end()
        if why is not None:
            return self._broken(why)
        text = window.text[window.at : end]
        if text[0] != "{" and self._is_member(end):
            return self._broken("not valid JSON, its opening brace is missing")
        self._row += 1
        line = window.line
        window.move(end)
        found = record(self._row, line, text, self._repairs)
        if found.text is not None and (self._row < MOST_SHAPES or self._row % MOST_SHAPES == 0):
            if len(self._shapes) >= MOST_SHAPES:
                del self._shapes[next(iter(self._shapes))]
            self._shapes[tuple(loads_keys(found.text))] = None
        return found

    def _is_member(self, end: int) -> bool:
        """Tells whether a colon follows what was taken for an element."""
        after = step(self._window.text, end, SPACE)
        return self._window.text[after : after + 1] == ":"

    def _end(self) -> tuple[int, str | None]:
        """Gives the place after the value ahead, or why it is none."""
        window = self._window
        while True:
            try:
                _, end = DECODER.raw_decode(window.text, window.at)
            except RecursionError:
                return window.at, "nested too deeply"
            except json.JSONDecodeError as error:
                unsure = error.msg.startswith("Unterminated string") or error.pos > len(window.text) - NEAR
                if not unsure:
                    return window.at, "not valid JSON"
                if window.ahead > LONGEST:
                    return window.at, f"longer than {LONGEST:,} characters"
                if not window.more():
                    return window.at, "not valid JSON"
                continue
            # A number or word that touches the end of what was read may go on.
            if end == len(window.text) and window.text[end - 1] not in '}]"' and window.more():
                continue
            return end, None

    def _broken(self, why: str) -> JsonRecord:
        self._row += 1
        row, line = self._row, self._window.line
        if not self._go_on():
            why += "; nothing after it was read"
        return JsonRecord(row, line, None, why)

    def _go_on(self) -> bool:
        """Steps over a broken value to where the next one seems to begin; False where there is none."""
        window = self._window
        search = _Search(window, self._shapes)
        while self._patience > 0:
            before = window.ahead
            place = search.next()
            self._patience -= search.cost
            if place is not None:
                window.move(window.at + place)
                return True
            if window.ahead > LONGEST:
                window.move(len(window.text) - NEAR)
                search.forget()
            if not window.more() and window.ahead <= before:
                break
        self._to_the_end()
        return False

    def _to_the_end(self) -> None:
        window = self._window
        window.move(len(window.text))
        while window.more():
            window.move(len(window.text))


class _Search:
    """The search for the value after the broken one that lies ahead in `window`; places are counted from there."""

    def __init__(self, window: Window, shapes: Iterable[tuple[str, ...]]) -> None:
        self._window = window
        self._shapes = [frozenset(names) for names in shapes]
        self._firsts = {names[0] for names in shapes if names}
        self._indent = _indent(window.text, window.at)
        self._end: int | None = None
        self._looked = 1
        self._begun = False
        self.cost = 0

    def _begin(self) -> None:
        """Counts brackets and, where no record was good yet, learns from the next ones what a record looks like."""
        window = self._window
        self._begun = True
        self._end, self.cost = _closed(window.text, window.at)
        if not self._shapes:
            names = self._largest(window.text, window.at + 1)
            self._shapes, self._firsts = [frozenset(names)] if names else [], set(names[:1])

    def _largest(self, text: str, at: int) -> list[str]:
        """Gives the names of the largest whole object among the next ones: a nested one is smaller than its own."""
        largest, tried = "", 0
        while tried < MOST_TRIED and (found := BEGIN.search(text, at)):
            at = found.end()
            tried += 1
            if found[1] is None or _before(text, found.start()) == ":":
                continue
            try:
                _, end = DECODER.raw_decode(text, found.start())
            except (ValueError, RecursionError) as error:
                self.cost += getattr(error, "pos", at + DEEP) - found.start()
                continue
            self.cost += end - found.start()
            largest = max(largest, text[found.start() : end], key=len)
            at = end
        return loads_keys(largest)

    def forget(self) -> None:
        """Begins anew where the window now stands: what lay before is too long to be kept."""
        self._looked = 0
        self._indent = None
        self._end = None

    def next(self) -> int | None:
        """Gives where the next value seems to begin, or None where nothing that was read looks like it."""
        window = self._window
        self.cost = 0
        if not self._begun:
            self._begin()
        begin = window.at + self._looked
        for found in BEGIN.finditer(window.text, begin):
            place = found.start() - window.at
            if self._end is not None and place >= self._end:
                return self._end
            self.cost += LABOUR
            if self._begins(found):
                self.cost += place - self._looked
                return place
            if self.cost > PATIENCE:
                return None
        self.cost += window.ahead - self._looked
        self._looked = max(self._looked, window.ahead - NEAR)
        return self._end

    def _begins(self, found: re.Match[str]) -> bool:
        text, place = self._window.text, found.start()
        if text[place] == SEPARATOR:
            return True
        if self._indent is not None and _indent(text, place) == self._indent:
            return True
        before = _before(text, place)
        if before == ":" or found[1] is None:
            return False
        if not any(found[1] in names for names in self._shapes):
            return False
        try:
            value, end = DECODER.raw_decode(text, place)
        except (ValueError, RecursionError) as error:
            self.cost += getattr(error, "pos", place + DEEP) - place
            return self._end is None and before in ("}", ",") and found[1] in self._firsts
        self.cost += end - place
        keys = set(value)
        return any(2 * len(keys & names) >= len(keys | names) for names in self._shapes)


def loads_keys(text: str) -> list[str]:
    """Gives the names of an object in their order."""
    value = loads(text)
    return list(value) if isinstance(value, dict) else []


def _before(text: str, place: int) -> str:
    """Gives the sign before a place, white space left out."""
    return text[max(0, place - BEHIND) : place].rstrip(SPACE)[-1:]


def _indent(text: str, place: int) -> str | None:
    """Gives the white space before a place that is the first of its line, or None."""
    begin = text.rfind("\n", max(0, place - BEHIND), place) + 1
    before = text[begin:place] if begin or place < BEHIND else "?"
    return before if not before.strip(" \t") else None


def _closed(text: str, at: int) -> tuple[int | None, int]:
    """Gives how far it is to the place where all brackets are closed and a value may follow, and what that cost."""
    opened: list[str] = []
    end, cost = at, 0
    for found in TOKEN.finditer(text, at) if text[at] in "{[" else ():
        cost += LABOUR + found.end() - end
        end = found.end()
        sign = found[0]
        if sign in ("{", "["):
            opened.append(sign)
        elif sign in ("}", "]") and opened.pop() != PAIRS[sign]:
            break
        if len(opened) > DEEP:
            break
        if not opened:
            after = step(text, end, SPACE)
            follows = text[after : after + 1]
            return (end - at if follows in ("", ",", "]", "{", "[", SEPARATOR) else None), cost
    return None, cost
