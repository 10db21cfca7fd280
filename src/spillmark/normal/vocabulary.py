"""What fields of logs are usually called, and words that say what was done and how it ended (vocab/fields.yaml)."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Literal

from spillmark import content
from spillmark.content.shelf import single
from spillmark.model.content import Problem
from spillmark.model.event import EVENT_COLUMNS

PLACE = "vocab/fields.yaml"
ACTIVITIES = "vocab/activities.yaml"
WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
Score = Literal[0, 1, 2, 3]


@dataclass(frozen=True)
class _Tests:
    columns: list[dict[str, str | None]]
    activities: list[dict[str, str | None]]
    outcomes: list[dict[str, str | None]]


@dataclass(frozen=True)
class Vocabulary:
    """The file as it stands; lists by event column, activity and outcome."""

    id: str
    version: int
    source: str
    checked_on: str
    columns: dict[str, list[str]]
    not_time: list[str]
    activities: dict[str, list[str]]
    outcomes: dict[str, list[str]]
    tests: _Tests


@cache
def vocabulary() -> Vocabulary:
    """Reads the file.

    Raises:
        ContentError: it has not the shape.
    """
    return single(PLACE, Vocabulary)


def words_of(name: str) -> tuple[str, ...]:
    """Gives the words of a name in any style (`loginName`, `LOGIN_NAME`), in lower case and without accents."""
    plain = unicodedata.normalize("NFKD", name.replace("ß", "ss"))
    plain = "".join(sign for sign in plain if not unicodedata.combining(sign))
    return tuple(word.lower() for word in WORD.findall(plain))


def score(name: str, column: str) -> Score:
    """Tells how well a name suits an event column: 3 as a whole, 2 by its last word, 1 by any word, 0 not at all."""
    known = vocabulary().columns.get(column, [])
    words = words_of(name)
    if "".join(words) in known:
        return 3
    if words and (words[-1] in known or "".join(words[-2:]) in known):
        return 2
    return 1 if any(word in known for word in words) else 0


def is_other_date(name: str) -> bool:
    """Tells that a name is that of a date which is no time of an event, such as a birth date."""
    words = words_of(name)
    return any(word in vocabulary().not_time for word in (*words, "".join(words)))


def activity_of(word: str) -> tuple[str, str] | None:
    """Gives the activity that a word tells of, and the beginning by which it was known."""
    return _begun(word, vocabulary().activities)


def outcome_of(word: str) -> tuple[str, str] | None:
    """Gives `success` or `failure`, and the beginning by which it was known."""
    return _begun(word, vocabulary().outcomes)


def _begun(text: str, lists: dict[str, list[str]]) -> tuple[str, str] | None:
    """The longest beginning that the first word, or all words together, has; a word of one or two letters is whole."""
    words = words_of(text)
    if not words:
        return None
    tries = {words[0], "".join(words)}
    found = [
        (len(start), meaning, start)
        for meaning, starts in lists.items()
        for start in starts
        for word in tries
        if word == start or (len(start) > 2 and word.startswith(start))
    ]
    return None if not found else max(found)[1:]


def lint() -> tuple[Problem, ...]:
    """Checks that columns and activities exist and that the file's own samples hold."""
    return tuple(Problem(PLACE, what) for what in _faults())


def _faults() -> Iterator[str]:
    found = vocabulary()
    known = content.document(ACTIVITIES, content.text(ACTIVITIES))["activities"]
    yield from (f"{name} is no event column" for name in found.columns if name not in EVENT_COLUMNS)
    yield from (f"{name} is no activity" for name in found.activities if name not in known)
    lists = [*found.columns.values(), *found.activities.values(), *found.outcomes.values(), found.not_time]
    yield from (f"{word!r} is not one word in lower case" for one in lists for word in one if words_of(word) != (word,))
    for test in found.tests.columns:
        best = max(found.columns, key=lambda column: score(str(test["field"]), column))
        got = best if score(str(test["field"]), best) else None
        if got != test["column"]:
            yield f"{test['field']!r} is taken for {got}, expected {test['column']}"
    for test in found.tests.activities:
        activity = activity_of(str(test["word"]))
        if (activity and activity[0]) != test["activity"]:
            yield f"{test['word']!r} is taken for {activity}, expected {test['activity']}"
    for test in found.tests.outcomes:
        outcome = outcome_of(str(test["word"]))
        if (outcome and outcome[0]) != test["outcome"]:
            yield f"{test['word']!r} is taken for {outcome}, expected {test['outcome']}"
