"""Names that the field knows: actors, platforms and vendors, authorities; and where a text holds them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

from spillmark.reading.lexicon import lexicon


@dataclass(frozen=True)
class Known:
    """One known name found at [start:end); `written` as the text has it."""

    name: str
    role: str
    written: str
    start: int
    end: int


@dataclass(frozen=True)
class KnownNames:
    """All spellings, in lower case, by kind."""

    actors: frozenset[str]
    platforms: frozenset[str]
    authorities: frozenset[str]


@dataclass(frozen=True)
class _Entry:
    name: str
    role: str
    pattern: "re.Pattern[str]"
    spellings: tuple[str, ...]
    needs: tuple[str, ...]


@cache
def known_names() -> KnownNames:
    """Gives the names of the lexicons `actors`, `platforms` and `authorities`."""
    return KnownNames(
        frozenset(
            each.lower() for entry in lexicon("actors").document["names"] for each in (entry["name"], *entry["also"])
        ),
        frozenset(
            each.lower() for entry in lexicon("platforms").document["names"] for each in (entry["name"], *entry["also"])
        ),
        frozenset(
            re.sub(r"\(.*?\)\??|[?\\]", "", pattern).strip().lower()
            for name, patterns in lexicon("authorities").document["entries"].items()
            for pattern in (name, *patterns)
        ),
    )


@cache
def _entries(kind: str) -> tuple[_Entry, ...]:
    return tuple(
        _Entry(
            entry["name"],
            entry.get("role", kind),
            re.compile(
                ("" if entry.get("needs") or min(map(len, (entry["name"], *entry["also"]))) < 4 else "(?i)")
                + "|".join(
                    rf"(?<![\w-]){re.escape(each)}(?![\w])"
                    for each in sorted((entry["name"], *entry["also"]), key=len, reverse=True)
                )
            ),
            tuple(each.lower() for each in (entry["name"], *entry["also"])),
            tuple(need.lower() for need in entry.get("needs", ())),
        )
        for entry in lexicon(kind).document["names"]
    )


@lru_cache(maxsize=4096)
def known_in(kind: str, text: str) -> tuple[Known, ...]:
    """Gives the names of lexicon `kind` in one sentence; an ambiguous one only beside a word that it needs."""
    found = tuple(_each_known(kind, text))
    return tuple(known for known in found if not any(_inside(known, other) for other in found))


def _inside(known: Known, other: Known) -> bool:
    return other.start <= known.start and known.end <= other.end and other.end - other.start > known.end - known.start


def _each_known(kind: str, text: str) -> Iterator[Known]:
    lowered = text.lower()
    for entry in _entries(kind):
        if not any(each in lowered for each in entry.spellings):
            continue
        if entry.needs and not any(need in lowered for need in entry.needs):
            continue
        for found in entry.pattern.finditer(text):
            yield Known(entry.name, entry.role, found.group(), found.start(), found.end())
