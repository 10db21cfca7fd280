"""What a measurement gives, and how it is taken: medians of several runs, ratios of runs that stand side by side."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import perf_counter, process_time

REPEAT = 3


@dataclass(frozen=True)
class Bar:
    """What a figure must reach: at least, or at most, this value."""

    value: float
    least: bool = True

    def met(self, value: float) -> bool:
        """Tells whether a value reaches it."""
        return value >= self.value if self.least else value <= self.value

    def __str__(self) -> str:
        return f"{'>=' if self.least else '<='} {self.value:g}"


@dataclass(frozen=True)
class Figure:
    """One figure of a measurement: `unit` is `x` for a ratio; `about` says of what size."""

    name: str
    value: float
    unit: str
    about: str = ""
    bar: Bar | None = None


@dataclass(frozen=True)
class Plan:
    """How to measure: `size` multiplies the default sizes, `repeat` runs give the median, `work` is a free folder."""

    work: Path
    size: float = 1.0
    repeat: int = REPEAT

    def scaled(self, number: int) -> int:
        """Gives a default size multiplied."""
        return max(1, round(number * self.size))


def seconds(act: Callable[[], object]) -> float:
    """Runs something once and gives how long it took."""
    begun = perf_counter()
    act()
    return perf_counter() - begun


def processor_seconds(act: Callable[[], object]) -> float:
    """Runs something once and gives the time that it kept processors busy, all threads together."""
    begun = process_time()
    act()
    return process_time() - begun


def middle(plan: Plan, act: Callable[[], object]) -> float:
    """Gives the median time of several runs."""
    return median(seconds(act) for _ in range(plan.repeat))


@dataclass(frozen=True)
class Pair:
    """Median seconds of both sides, and the median of the ratios of neighbouring runs: other / ours."""

    ours: float
    other: float
    ratio: float


def side_by_side(plan: Plan, ours: Callable[[], object], other: Callable[[], object]) -> Pair:
    """Runs both in turns, so that what else happens on the machine meets both."""
    runs = [(seconds(ours), seconds(other)) for _ in range(plan.repeat)]
    return Pair(
        median(first for first, _ in runs),
        median(second for _, second in runs),
        median(second / first for first, second in runs),
    )
