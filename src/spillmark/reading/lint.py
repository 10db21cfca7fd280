"""The lexicons about themselves: `lint` runs their own samples, `explain` tells what one of them holds."""

from collections.abc import Iterator, Mapping
from typing import Any

from spillmark.errors import ContentError
from spillmark.model.content import Explanation, Problem
from spillmark.reading.lexicon import Lexicon, built, compiled, places
from spillmark.reading.roster import known_in

_HEAD = ("id", "version", "source", "checked_on")
_ROSTERS = ("actors", "platforms")


def lint() -> tuple[Problem, ...]:
    """Checks every lexicon: head fields, patterns that compile and are bounded, and the file's own samples."""
    return tuple(problem for place, document in places() for problem in _problems(place, document))


def explain(id: str) -> Explanation | None:  # noqa: A002 - the name is the rooms' common one
    """Explains the lexicon with this id ("reading/vectors"); None where there is no such lexicon."""
    for place, document in places():
        if document.get("id") == id:
            entries = document.get("entries") or {}
            facts = tuple((str(name), f"{len(patterns)} patterns") for name, patterns in entries.items())
            names = tuple((str(each["name"]), ", ".join(each["also"])) for each in document.get("names") or ())
            text = (f"Words that the reading of reports knows, from {place}.", f"Source: {document.get('source')}.")
            return Explanation(id, "lexicon", f"Lexicon {id.rpartition('/')[2]}", text, facts or names)
    return None


def _problems(place: str, document: Mapping[str, Any]) -> Iterator[Problem]:
    for name in _HEAD:
        if not document.get(name):
            yield Problem(place, f"{name} is missing", "every lexicon says what it is and where it comes from")
    try:
        content = built(place, document)
        for phrase in content.phrases:
            compiled(phrase.written, place=f"{place} {phrase.id}")
    except ContentError as error:
        yield Problem(error.where or place, error.what, error.why or "")
        return
    for sample in document.get("tests") or ():
        yield from _sample(place, content, sample)


def _sample(place: str, content: Lexicon, sample: Mapping[str, Any]) -> Iterator[Problem]:
    found = _found(place, content, str(sample["text"]))
    wanted = sorted(str(each) for each in sample["gives"])
    if found != wanted:
        yield Problem(
            place, f"sample {sample['text']!r} gives {found}, not {wanted}", "change the pattern or the sample"
        )


def _found(place: str, content: Lexicon, text: str) -> list[str]:
    kind = place.rpartition("/")[2].removesuffix(".yaml")
    if kind in _ROSTERS:
        return sorted({known.name for known in known_in(kind, text)})
    return sorted({hit.id for hit in content.find(text)})
