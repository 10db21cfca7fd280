"""Chance that repeats: named streams of one seed, each drawn with algorithms that are written down here."""

import random
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import TypeVar

T = TypeVar("T")
KEY_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"


class Dice:
    """One stream of draws.

    Only `random()` of the Mersenne Twister is used, the one method whose sequence Python promises to keep for a seed;
    everything else is made of it here, so that a scenario gives the same bytes under every version. Streams are
    named, so that more draws in one place move nothing in another.
    """

    def __init__(self, seed: int, stream: str) -> None:
        self._source = random.Random(f"{seed}:{stream}")  # noqa: S311 - chance for examples, no secret

    def share(self) -> float:
        """Draws a number in [0, 1)."""
        return self._source.random()

    def below(self, limit: int) -> int:
        """Draws an integer in [0, limit)."""
        return int(self.share() * limit)

    def chance(self, probability: float) -> bool:
        """Tells whether an event of this probability happened."""
        return self.share() < probability

    def pick(self, choices: Sequence[T]) -> T:
        """Draws one of the choices, each as likely as the others."""
        return choices[self.below(len(choices))]

    def weighted(self, weights: Mapping[T, float]) -> T:
        """Draws one of the keys, as likely as its weight is heavy."""
        left = self.share() * sum(weights.values())
        for choice, weight in weights.items():
            left -= weight
            if left < 0:
                return choice
        return list(weights)[-1]

    def several(self, choices: Sequence[T], count: int) -> list[T]:
        """Draws `count` different choices (all, where there are fewer), in the order drawn (Fisher and Yates)."""
        rest = list(choices)
        for place in range(min(count, len(rest))):
            other = place + self.below(len(rest) - place)
            rest[place], rest[other] = rest[other], rest[place]
        return rest[:count]

    def text(self, length: int, letters: str = KEY_LETTERS) -> str:
        """Draws a text of so many letters."""
        return "".join(letters[self.below(len(letters))] for _ in range(length))

    def digits(self, pattern: str) -> str:
        """Fills each # of the pattern with a digit."""
        return "".join(str(self.below(10)) if letter == "#" else letter for letter in pattern)

    def moment(self, start: datetime, end: datetime) -> datetime:
        """Draws an instant in [start, end), to the millisecond."""
        span = int((end - start) / timedelta(milliseconds=1))
        return start + timedelta(milliseconds=self.below(span))

    def after(self, moment: datetime, low: float, high: float) -> datetime:
        """Draws an instant between `low` and `high` seconds after the moment, to the millisecond."""
        return moment + timedelta(milliseconds=int(1000 * low) + self.below(max(1, int(1000 * (high - low)))))
