"""Text files line by line in bounded memory: encodings are found, long lines refused, what was repaired is counted.

Lines end with LF or CR LF; in a file that has no LF near its beginning but has CR (as programs for the classic Mac OS
and some exports of spreadsheets write), CR ends a line too.
"""

import codecs
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, Literal, NamedTuple, TypeVar

from spillmark.evidence.item import LONGEST

CHUNK = 1 << 20
LOOKED_AT = 1 << 20
T = TypeVar("T", str, bytes)
Encoding = Literal["utf-8", "utf-8-sig", "utf-16-le", "utf-16-be"]
BOMS: tuple[tuple[bytes, Encoding], ...] = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
ESCAPED = re.compile("[\udc80-\udcff]+")


class Line(NamedTuple):
    """One physical line with its end, from 1; `text` is None where it was too long to be read."""

    number: int
    text: str | None


@dataclass
class Repairs:
    """How many lines had to be read otherwise than as they stand, to be said in a skip."""

    windows_1252: int = 0
    nul: int = 0
    first: dict[str, int] = field(default_factory=dict)  # kind of repair -> first line

    def note(self, what: str, line: int) -> None:
        """Remembers the first line of a kind of repair."""
        self.first.setdefault(what, line)


def encoding_of(head: bytes) -> Encoding:
    """Tells the encoding from the byte order mark or, for UTF-16 without one, from the zeros in every second byte.

    Every other text is taken as UTF-8; `read_lines` reads single lines that are not as Windows-1252.
    """
    for mark, encoding in BOMS:
        if head.startswith(mark):
            return encoding
    sample = head[: 4096 - len(head) % 2]
    half = max(1, len(sample) // 2)
    if sample[1::2].count(0) > 0.4 * half and sample[0::2].count(0) < 0.1 * half:
        return "utf-16-le"
    if sample[0::2].count(0) > 0.4 * half and sample[1::2].count(0) < 0.1 * half:
        return "utf-16-be"
    return "utf-8"


def ends_with_cr(head: bytes) -> bool:
    """Tells whether the lines of a file end with CR alone, from its beginning."""
    return b"\r" in head and b"\n" not in head


def read_lines(path: Path, repairs: Repairs, *, longest: int = LONGEST) -> Iterator[Line]:
    """Gives the lines of a file; a line longer than `longest` (bytes) comes without its text."""
    with path.open("rb") as handle:
        head = handle.read(LOOKED_AT)
        encoding = encoding_of(head[:4096])
        by_cr = ends_with_cr(head)
        if not by_cr and not encoding.startswith("utf-16"):
            handle.seek(0)
            raw = _split(handle.readline, b"\n", longest)
            yield from (Line(n, None if r is None else _decode(r, n, repairs)) for n, r in enumerate(raw, 1))
            return
    # Without UTF-16, each byte passes through as the character of its number: only the ends of lines are looked for.
    plain = not encoding.startswith("utf-16")
    newline = "" if by_cr else "\n"
    with path.open(encoding="latin-1" if plain else encoding, errors="replace", newline=newline) as text:
        lines = _split(text.readline, ("\r", "\n") if by_cr else "\n", longest)
        for number, line in enumerate(lines, 1):
            if line is None:
                yield Line(number, None)
            elif plain:
                yield Line(number, _decode(line.encode("latin-1"), number, repairs))
            else:
                yield Line(number, _clean(line, number, repairs))


def _split(readline: Callable[[int], T], end: T | tuple[T, ...], longest: int) -> Iterator[T | None]:
    while line := readline(longest + 1):
        if len(line) > longest and not line.endswith(end):
            while (rest := readline(CHUNK)) and not rest.endswith(end):
                pass
            yield None
        else:
            yield line


def _decode(raw: bytes, number: int, repairs: Repairs) -> str:
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        text = raw.decode("cp1252", errors="replace")
        repairs.windows_1252 += 1
        repairs.note("windows_1252", number)
    return _clean(text, number, repairs)


def _clean(text: str, number: int, repairs: Repairs) -> str:
    text = text.removeprefix("\ufeff") if number == 1 else text
    if "\0" in text:
        repairs.nul += 1
        repairs.note("nul", number)
        text = text.replace("\0", "\ufffd")
    return text


def _as_windows(found: re.Match[str]) -> str:
    return found[0].encode(errors="surrogateescape").decode("cp1252", "replace")


class Text:
    """The text of a file piece by piece, not line by line; bytes that are no UTF-8 are read as Windows-1252."""

    def __init__(self, handle: BinaryIO, repairs: Repairs) -> None:
        """Begins at the beginning of `handle`; what is repaired is counted in `repairs`."""
        encoding = encoding_of(handle.read(4096))
        handle.seek(0)
        self._handle = handle
        self._repairs = repairs
        self._line = 1
        errors = "replace" if encoding.startswith("utf-16") else "surrogateescape"
        self._decoder = codecs.getincrementaldecoder(encoding)(errors)

    def read(self, size: int) -> str:
        """Gives about `size` more characters; an empty text is the end of the file."""
        while raw := self._handle.read(size):
            if text := self._decoder.decode(raw):
                return self._cleaned(text)
        return self._cleaned(self._decoder.decode(b"", final=True))

    def _cleaned(self, text: str) -> str:
        if not text.isascii() and ESCAPED.search(text):
            bad = [number for number, line in enumerate(text.split("\n"), self._line) if ESCAPED.search(line)]
            self._repairs.windows_1252 += len(bad)
            self._repairs.note("windows_1252", bad[0])
            text = ESCAPED.sub(_as_windows, text)
        if "\0" in text:
            lines = [number for number, line in enumerate(text.split("\n"), self._line) if "\0" in line]
            self._repairs.nul += len(lines)
            self._repairs.note("nul", lines[0])
            text = text.replace("\0", "\ufffd")
        self._line += text.count("\n")
        return text
