"""What an event means in plain words: the act and its phase, from content/vocab/acts.yaml."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from spillmark.content.shelf import single
from spillmark.model.content import Problem
from spillmark.model.terms import Phase

PLACE = "vocab/acts.yaml"
LONGEST = 4000  # of a value that a pattern is tried on: evidence must not cost unbounded time


@dataclass(frozen=True)
class Act:
    """One entry: conditions on event columns, the phase, the wording, and whether record content leaves by it.

    A minor act repeats what another says better; it stands in the timeline, not in the story.
    """

    when: dict[str, str]
    phase: Phase
    act: str
    content: bool = True
    minor: bool = False


@dataclass(frozen=True)
class Sample:
    """An event and the wording that it must get."""

    event: dict[str, str]
    expect: dict[str, str]


@dataclass(frozen=True)
class Acts:
    """The whole file."""

    id: str
    version: int
    source: str
    checked_on: Any
    acts: tuple[Act, ...]
    tests: tuple[Sample, ...]


@dataclass(frozen=True)
class Meaning:
    """The phase and wording of one event; whether record content leaves by it, and whether another says it better."""

    phase: Phase
    act: str
    content: bool
    minor: bool = False


@cache
def load_acts() -> Acts:
    """Reads the vocabulary.

    Raises:
        ContentError: it is not in the shape above.
    """
    return single(PLACE, Acts)


def meaning(event: Mapping[str, str | None]) -> Meaning:
    """Names the act of an event: the first entry whose conditions all hold."""
    for act, patterns in _compiled():
        if all(pattern.search((event.get(column) or "")[:LONGEST]) for column, pattern in patterns):
            return Meaning(act.phase, _worded(act.act, event), act.content, act.minor)
    return Meaning("collection", "did something that the log does not name", content=True)


def lint() -> tuple[Problem, ...]:
    """Runs the samples of the vocabulary."""
    found = []
    for number, sample in enumerate(load_acts().tests, start=1):
        got = meaning(sample.event)
        if {"phase": got.phase, "act": got.act} != sample.expect:
            found.append(Problem(PLACE, f"test {number}: expected {sample.expect}, got {got.phase}: {got.act}"))
    return tuple(found)


@cache
def _compiled() -> tuple[tuple[Act, tuple[tuple[str, re.Pattern[str]], ...]], ...]:
    return tuple(
        (act, tuple((column, re.compile(pattern, re.IGNORECASE)) for column, pattern in act.when.items()))
        for act in load_acts().acts
    )


def _worded(template: str, event: Mapping[str, str | None]) -> str:
    filled = re.sub(r"\{(\w+)\}", lambda found: event.get(found[1]) or "", template)
    words = " ".join(filled.split())
    return words if words != template or "{" not in template else template
