"""Correlation over time: pure functions on the hits of one group, sorted by time; no engine.

Windows slide: a window ends at an event and reaches back by the time span, both ends included, so a burst that
straddles the full hour is one burst. Events at the same instant stand in the same window, and count as in order, as
logs are often only exact to the second; but one event never stands for two steps of a sequence.

Source: Sigma Specification 2.1, correlation rules (event_count, value_count, temporal, temporal_ordered, value_sum,
value_avg, value_percentile, value_median).
"""

from bisect import bisect_left, insort
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import ceil
from typing import Protocol


@dataclass(frozen=True)
class Hit:
    """One event that at least one of the correlated rules found; `steps` are the positions of those rules."""

    evidence: str
    row: int
    time: datetime
    steps: frozenset[int]
    value: str | None = None


class Tally(Protocol):
    """What a window knows of the hits in it."""

    def add(self, hit: Hit) -> None:
        """Takes in a hit."""

    def drop(self, hit: Hit) -> None:
        """Lets go of a hit that was taken in before."""

    def fires(self) -> bool:
        """Tells whether the hits that are in now meet the condition."""


@dataclass
class Events:
    """Number of events."""

    meets: Callable[[float], bool]
    count: int = 0

    def add(self, hit: Hit) -> None:
        """Counts the hit."""
        del hit
        self.count += 1

    def drop(self, hit: Hit) -> None:
        """Uncounts the hit."""
        del hit
        self.count -= 1

    def fires(self) -> bool:
        """Compares the number of events."""
        return self.meets(self.count)


@dataclass
class Values:
    """Number of different values; an event without a value adds none."""

    meets: Callable[[float], bool]
    seen: Counter[str] = field(default_factory=Counter)

    def add(self, hit: Hit) -> None:
        """Counts the hit's value."""
        if hit.value is not None:
            self.seen[hit.value] += 1

    def drop(self, hit: Hit) -> None:
        """Uncounts the hit's value."""
        if hit.value is not None:
            self.seen[hit.value] -= 1
            if not self.seen[hit.value]:
                del self.seen[hit.value]

    def fires(self) -> bool:
        """Compares the number of different values."""
        return self.meets(len(self.seen))


@dataclass
class Rules:
    """Which rules have a hit in the window."""

    meets: Callable[[frozenset[int]], bool]
    seen: Counter[int] = field(default_factory=Counter)

    def add(self, hit: Hit) -> None:
        """Counts the hit for each of its rules."""
        self.seen.update(hit.steps)

    def drop(self, hit: Hit) -> None:
        """Uncounts the hit for each of its rules."""
        self.seen.subtract(hit.steps)

    def fires(self) -> bool:
        """Asks about the set of rules."""
        return self.meets(frozenset(step for step, count in self.seen.items() if count))


@dataclass
class Numbers:
    """A figure over the numbers in the window: `figure` takes them sorted; a value that is no number adds none."""

    meets: Callable[[float], bool]
    figure: Callable[[Sequence[float]], float]
    numbers: list[float] = field(default_factory=list)

    def add(self, hit: Hit) -> None:
        """Takes in the hit's number."""
        number = _number(hit.value)
        if number is not None:
            insort(self.numbers, number)

    def drop(self, hit: Hit) -> None:
        """Lets go of the hit's number."""
        number = _number(hit.value)
        if number is not None:
            del self.numbers[bisect_left(self.numbers, number)]

    def fires(self) -> bool:
        """Compares the figure; without numbers there is none."""
        return bool(self.numbers) and self.meets(self.figure(self.numbers))


def _number(text: str | None) -> float | None:
    try:
        number = float(text) if text is not None else None
    except ValueError:
        return None
    return number if number is not None and abs(number) < float("inf") else None


def percentile(share: float) -> Callable[[Sequence[float]], float]:
    """Gives the nearest-rank percentile of sorted numbers; `share` is 0 to 100."""
    return lambda numbers: numbers[max(0, ceil(share / 100 * len(numbers)) - 1)]


def sliding(hits: Sequence[Hit], span: timedelta, tally: Tally) -> list[Hit]:
    """Gives the hits that stand in at least one window that fires; `hits` are sorted by time. Linear time."""
    marked: list[Hit] = []
    left = right = done = 0
    while right < len(hits):
        now = hits[right].time
        while right < len(hits) and hits[right].time == now:
            tally.add(hits[right])
            right += 1
        while hits[left].time < now - span:
            tally.drop(hits[left])
            left += 1
        if tally.fires():
            marked.extend(hits[max(left, done) : right])
            done = right
    return marked


def ordered(hits: Sequence[Hit], span: timedelta, steps: int) -> list[Hit]:
    """Gives the hits that are part of a sequence step 0, 1, ... `steps`-1 within the span; linear time.

    A hit is part of one exactly if the tightest chain through it fits: the latest start from which it can be reached
    and the earliest end that can be reached from it are not further apart than the span.
    """
    sequence = sorted(hits, key=lambda h: (h.time, max(h.steps), min(h.steps), h.evidence, h.row))
    starts: list[dict[int, datetime]] = []
    latest: dict[int, datetime] = {}
    for hit in sequence:
        reached = {
            step: hit.time if step == 0 else latest[step - 1] for step in hit.steps if step == 0 or step - 1 in latest
        }
        starts.append(reached)
        for step, start in reached.items():
            latest[step] = max(latest.get(step, start), start)
    marked: list[Hit] = []
    earliest: dict[int, datetime] = {}
    for hit, reached in zip(reversed(sequence), reversed(starts), strict=True):
        ends = {
            step: hit.time if step == steps - 1 else earliest[step + 1]
            for step in hit.steps
            if step == steps - 1 or step + 1 in earliest
        }
        if any(step in reached and end - reached[step] <= span for step, end in ends.items()):
            marked.append(hit)
        for step, end in ends.items():
            earliest[step] = min(earliest.get(step, end), end)
    return marked[::-1]
