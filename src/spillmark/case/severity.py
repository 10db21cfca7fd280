"""Severity for the persons concerned by the ENISA 2013 method: SE = DPC x EI + CB, each factor with its reason.

Source: ENISA, Recommendations for a methodology of the assessment of severity of personal data breaches, v1.0. The
score is an indication; it never replaces a legal test.
"""

from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any

from pydantic import Field

from spillmark.content.shelf import single
from spillmark.model.case import Factor, SeverityScore
from spillmark.model.content import Problem
from spillmark.model.terms import EnisaLevel

PLACE = "vocab/enisa.yaml"
METHOD = "ENISA 2013 v1.0: SE = DPC x EI + CB"


@dataclass(frozen=True)
class Category:
    """A data processing context with its basic score."""

    category: str
    score: float
    classes: tuple[str, ...]


@dataclass(frozen=True)
class Ease:
    """An ease of identification: it holds if all classes of one combination were taken."""

    score: float
    name: str
    because: str
    any: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Circumstance:
    """Something about the breach that adds to the score."""

    score: float
    because: str


@dataclass(frozen=True)
class Band:
    """A level and the score from which it holds."""

    level: EnisaLevel
    start: Annotated[float, Field(alias="from")]


@dataclass(frozen=True)
class Sample:
    """Classes and the score that they must give in a malicious breach."""

    classes: tuple[str, ...]
    score: float
    level: EnisaLevel


@dataclass(frozen=True)
class Enisa:
    """The whole content file."""

    id: str
    version: int
    source: str
    checked_on: Any
    context: tuple[Category, ...]
    identification: tuple[Ease, ...]
    circumstances: dict[str, Circumstance]
    bands: tuple[Band, ...]
    tests: tuple[Sample, ...]


@cache
def load_enisa() -> Enisa:
    """Reads the method's tables.

    Raises:
        ContentError: they are not in the shape above.
    """
    return single(PLACE, Enisa)


def assess(classes: Collection[str], proof: tuple[str, ...]) -> SeverityScore:
    """Scores a malicious theft of these data classes; without any class nothing can be scored."""
    method = load_enisa()
    category = next((entry for entry in method.context if set(entry.classes) & set(classes)), None)
    if category is None:
        return SeverityScore(METHOD, None, None, ())
    ease = next(entry for entry in method.identification if any(set(combo) <= set(classes) for combo in entry.any))
    highest = ", ".join(sorted(set(category.classes) & set(classes)))
    factors = (
        Factor("data processing context", category.score, f"{category.category} data were taken: {highest}", proof),
        Factor("ease of identification", ease.score, f"{ease.name}: {ease.because}", proof),
        *(Factor(name.replace("_", " "), one.score, one.because, proof) for name, one in method.circumstances.items()),
    )
    score = category.score * ease.score + sum(one.score for one in method.circumstances.values())
    level = next(band.level for band in method.bands if score >= band.start)
    return SeverityScore(METHOD, level, round(score, 2), factors)


def lint() -> tuple[Problem, ...]:
    """Runs the samples of the tables, and checks that every data class stands in exactly one category."""
    found = []
    for number, sample in enumerate(load_enisa().tests, start=1):
        got = assess(sample.classes, ("Fx",))
        if (got.score, got.level) != (sample.score, sample.level):
            found.append(Problem(PLACE, f"test {number}: expected {sample.score} {sample.level}, got {got.score}"))
    placed = [name for entry in load_enisa().context for name in entry.classes]
    found += [
        Problem(PLACE, f"{name} stands in two categories")
        for name in sorted({n for n in placed if placed.count(n) > 1})
    ]
    return tuple(found)
