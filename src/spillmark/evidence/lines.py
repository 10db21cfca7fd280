"""Text files line by line in bounded memory: encodings are found, long lines refused, what was repaired is counted."""

import codecs
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, NamedTuple, TypeVar

from spillmark.evidence.item import LONGEST

CHUNK = 1 << 20
T = TypeVar("T", str, bytes)
Encoding = Literal["utf-8", "utf-8-sig", "utf-16-le", "utf-16-be"]
BOMS: tuple[tuple[bytes, Encoding], ...] = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


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


def read_lines(path: Path, repairs: Repairs, *, longest: int = LONGEST) -> Iterator[Line]:
    """Gives the lines of a file, ended by LF alone; a line longer than `longest` (bytes) comes without its text."""
    with path.open("rb") as handle:
        encoding = encoding_of(handle.peek(4096)[:4096])
        if encoding.startswith("utf-16"):
            text = io.TextIOWrapper(handle, encoding=encoding, errors="replace", newline="\n")
            lines = _split(text.readline, "\n", longest)
            yield from (Line(n, None if t is None else _clean(t, n, repairs)) for n, t in enumerate(lines, 1))
        else:
            raw = _split(handle.readline, b"\n", longest)
            yield from (Line(n, None if r is None else _decode(r, n, repairs)) for n, r in enumerate(raw, 1))


def _split(readline: Callable[[int], T], end: T, longest: int) -> Iterator[T | None]:
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
