"""Readable text that remembers, for every character, where it stands in the raw file."""

import re
from array import array
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

import ftfy

_NON_ASCII = re.compile(r"[^\x00-\x7f]+")
# Two code pages read as one another leave these pairs; a text without them is never "repaired".
_MOJIBAKE = re.compile(r"â€|Ã[\x80-\xbf ©¨ª«§´®]|Â[\xa0-\xbf]|â\x80")
# One reading form for quotes, spaces and apostrophes keeps every grammar short; each is one character for one.
_PLAIN = str.maketrans(
    {
        "\u2019": "'", "\u2018": "'", "\u02bc": "'", "\u201c": '"', "\u201d": '"', "\u201e": '"', "\u00ab": '"',
        "\u00bb": '"', "\u00a0": " ", "\u202f": " ", "\u2009": " ", "\u2007": " ", "\u200b": " ", "\ufeff": " ",
        "\t": " ", "\u2010": "-", "\u2011": "-", "\u2012": "-", "\u2028": " ", "\u2029": " ", "\x0b": " ", "\x0c": " ",
        "\x00": " ", "\u00ad": " ", "\u2022": "\u2022",
    }
)  # fmt: skip


@dataclass(frozen=True)
class Mapped:
    """`text[i]` was read from raw characters `[starts[i], ends[i])`; both arrays are as long as `text`."""

    text: str
    starts: "array[int]"
    ends: "array[int]"

    def cut(self, start: int, end: int) -> "Mapped":
        """Gives the part [start:end)."""
        return Mapped(self.text[start:end], self.starts[start:end], self.ends[start:end])

    def strip(self, characters: str | None = None) -> "Mapped":
        """Drops white space, or the given characters, at both ends."""
        left = len(self.text) - len(self.text.lstrip(characters))
        right = len(self.text.rstrip(characters))
        return self.cut(left, max(left, right))


def whole(raw: str) -> Mapped:
    """Maps a raw text onto itself."""
    return Mapped(raw, array("q", range(len(raw))), array("q", range(1, len(raw) + 1)))


def joined(parts: Iterable[Mapped], glue: str = "") -> Mapped:
    """Puts parts after one another; glue stands at the end of the part before it and is nothing in the raw file."""
    text: list[str] = []
    starts, ends = array("q"), array("q")
    for part in parts:
        if text and glue:
            at = ends[-1] if ends else 0
            text.append(glue)
            starts.extend([at] * len(glue))
            ends.extend([at] * len(glue))
        text.append(part.text)
        starts.extend(part.starts)
        ends.extend(part.ends)
    return Mapped("".join(text), starts, ends)


def repaired(source: Mapped) -> Mapped:
    """Mends text that was decoded with the wrong code page (by ftfy) and brings quotes and spaces to one form.

    Only runs of non-ASCII characters change, so the map stays exact; the raw file, and every quote of it, keeps its
    broken characters.
    """
    if not _MOJIBAKE.search(source.text):
        return Mapped(source.text.translate(_PLAIN), source.starts, source.ends)
    parts: list[Mapped] = []
    done = 0
    for run in _NON_ASCII.finditer(source.text):
        parts.append(source.cut(done, run.start()))
        parts.append(_mended(source.cut(run.start(), run.end())))
        done = run.end()
    parts.append(source.cut(done, len(source.text)))
    mended = joined(parts)
    return Mapped(mended.text.translate(_PLAIN), mended.starts, mended.ends)


def _mended(run: Mapped) -> Mapped:
    text: list[str] = []
    starts, ends = array("q"), array("q")
    place = 0
    while place < len(run.text):
        width, character = _first_mended(run.text[place : place + 4])
        text.append(character)
        starts.append(run.starts[place])
        ends.append(run.ends[place + width - 1])
        place += width
    return Mapped("".join(text), starts, ends)


@lru_cache(maxsize=4096)
def _first_mended(text: str) -> tuple[int, str]:
    for width in range(min(4, len(text)), 1, -1):
        fixed = ftfy.fix_encoding(text[:width])
        if len(fixed) == 1:
            return width, fixed
    if text.startswith("â€"):  # a closing quote whose third byte got lost
        return 2, "\u201d"
    return 1, text[0]
