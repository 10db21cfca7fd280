"""Lexicons: lists of patterns, as content, that say which words of a report mean which value.

A pattern is a regular expression with two shorthands, so that it reads like the phrase it finds: a blank stands for
one to three blanks or hyphens, and `~` for up to 40 characters inside one clause. Patterns are bounded on both sides by
word edges and hold no unbounded repetition (that is checked), so no text can make them run away.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from spillmark.content import documents
from spillmark.errors import ContentError
from spillmark.reading.needles import alternatives, needles

FOLDER = "lexicons"
_GAP = r"[^.;:!?\n]{0,40}?"
_CLASSES = re.compile(r"(\[[^\]]*\])")
_UNBOUNDED = re.compile(r"(?<!\\)[*+](?![^\[]*\])|\{\d*,\}")


@dataclass(frozen=True)
class Hit:
    """One entry `id` found at [start:end) of the text."""

    id: str
    start: int
    end: int


@dataclass(frozen=True)
class Phrase:
    """One compiled pattern of entry `id`; a text (lower case) without one of `needles` cannot hold it."""

    id: str
    written: str
    needles: tuple[str, ...]

    @property
    def pattern(self) -> "re.Pattern[str]":
        """The compiled pattern; compiled when first needed, because most texts need few."""
        return compiled(self.written, place=self.id)


@dataclass(frozen=True)
class Lexicon:
    """One lexicon file."""

    id: str
    place: str
    phrases: tuple[Phrase, ...]
    document: Mapping[str, Any]
    index: Mapping[str, tuple[int, ...]]

    def find(self, text: str) -> tuple[Hit, ...]:
        """Gives every hit, longest first at one place; a hit inside a longer one of the same entry is dropped."""
        lowered = text.lower()
        places = {place for word, indexes in self.index.items() if word in lowered for place in indexes}
        hits = [
            Hit(phrase.id, found.start(), found.end())
            for phrase in (self.phrases[place] for place in sorted(places))
            for start, end in _lines(text, lowered, phrase.needles)
            for found in phrase.pattern.finditer(text, start, end)
        ]
        return _outermost(hits)

    def names(self) -> tuple[str, ...]:
        """Gives the ids of all entries, in the order of the file."""
        return tuple(dict.fromkeys(phrase.id for phrase in self.phrases))


@cache
def lexicon(name: str) -> Lexicon:
    """Gives the lexicon `content/lexicons/<name>.yaml`.

    Raises:
        ContentError: there is no such file.
    """
    for place, document in _files():
        if place == f"{FOLDER}/{name}.yaml":
            return built(place, document)
    raise ContentError("no such lexicon", where=f"{FOLDER}/{name}.yaml")


def places() -> tuple[tuple[str, dict[str, Any]], ...]:
    """Gives place and document of every lexicon file."""
    return _files()


@cache
def _files() -> tuple[tuple[str, dict[str, Any]], ...]:
    return tuple(documents(FOLDER))


def built(place: str, document: Mapping[str, Any]) -> Lexicon:
    """Prepares one lexicon document; a wrong pattern shows when it is first used, and in lint."""
    phrases = [
        Phrase(entry, each, needles(each))
        for entry, patterns in (document.get("entries") or {}).items()
        for pattern in patterns
        for each in alternatives(str(pattern))
    ]
    index: dict[str, list[int]] = {}
    for number, phrase in enumerate(phrases):
        for word in phrase.needles or ("",):
            index.setdefault(word, []).append(number)
    return Lexicon(
        str(document.get("id", place)),
        place,
        tuple(phrases),
        document,
        {word: tuple(each) for word, each in index.items()},
    )


def compiled(pattern: str, *, place: str = "pattern") -> "re.Pattern[str]":
    """Compiles one pattern of the lexicons' notation, case-insensitive, with word edges.

    Raises:
        ContentError: it is no regular expression, or holds an unbounded repetition.
    """
    return _compile(pattern, place)


@cache
def _compile(pattern: str, place: str) -> "re.Pattern[str]":
    if _UNBOUNDED.search(pattern):
        raise ContentError("unbounded repetition", where=place, why=pattern, hint="write {0,n} or ~ instead of * and +")
    body = "".join(
        piece if piece.startswith("[") else piece.replace("~", _GAP).replace(" ", r"(?:[ \-]{1,3})")
        for piece in _CLASSES.split(pattern)
    )
    try:
        return re.compile(rf"(?<![\w])(?:{body})(?![\w])", re.IGNORECASE)
    except re.error as error:
        raise ContentError("not a regular expression", where=place, why=f"{pattern}: {error}") from error


def _lines(text: str, lowered: str, needles: tuple[str, ...]) -> list[tuple[int, int]]:
    """Gives [start:end) of the lines with a needle, since no hit goes on across a line's end."""
    if not needles or len(lowered) != len(text):  # a few letters grow when lowered, and places would no longer agree
        return [(0, len(text))]
    spans: set[tuple[int, int]] = set()
    for word in needles:
        at = lowered.find(word)
        while at >= 0:
            end = lowered.find("\n", at)
            end = len(text) if end < 0 else end
            spans.add((lowered.rfind("\n", 0, at) + 1, end))
            at = lowered.find(word, end)
    return sorted(spans)


def _outermost(hits: list[Hit]) -> tuple[Hit, ...]:
    kept: list[Hit] = []
    furthest: dict[str, int] = {}
    for hit in sorted(hits, key=lambda each: (each.start, -each.end, each.id)):
        if hit.end > furthest.get(hit.id, -1):
            kept.append(hit)
            furthest[hit.id] = hit.end
    return tuple(kept)
