"""Three-valued truth with its reasons: true, false, or unknown with the facts that would settle it.

Logic of S. C. Kleene (strong three-valued): a conjunction with a false part is false whatever is unknown, and so on.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Truth:
    """`value` is None where it is unknown; `why` are sentences, `missing` names of facts (empty unless unknown)."""

    value: bool | None
    why: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()


def true(why: str = "") -> Truth:
    """It is so, and why."""
    return Truth(value=True, why=_said(why))


def false(why: str = "") -> Truth:
    """It is not so, and why."""
    return Truth(value=False, why=_said(why))


def unknown(missing: str | Iterable[str], why: str = "") -> Truth:
    """It is not known, and which fact or facts would settle it."""
    facts = (missing,) if isinstance(missing, str) else tuple(missing)
    return Truth(value=None, why=_said(why), missing=facts)


def decided(value: bool | None, missing: str, why: str, why_not: str) -> Truth:  # noqa: FBT001 - a truth value
    """Makes a truth of a fact as given: `why` where it holds, `why_not` where it does not."""
    if value is None:
        return unknown(missing)
    return true(why) if value else false(why_not)


def all_of(parts: Iterable[Truth]) -> Truth:
    """Conjunction: false for the reasons of its false parts, unknown for the facts of its unknown ones."""
    given = tuple(parts)
    wrong = [part for part in given if part.value is False]
    if wrong:
        return Truth(value=False, why=_whys(wrong[:1]))
    if any(part.value is None for part in given):
        return Truth(value=None, why=_whys(given), missing=_missing(given))
    return Truth(value=True, why=_whys(given))


def any_of(parts: Iterable[Truth]) -> Truth:
    """Disjunction: true for the reasons of its true parts; of nothing at all it is false."""
    given = tuple(parts)
    right = [part for part in given if part.value is True]
    if right:
        return Truth(value=True, why=_whys(right))
    if any(part.value is None for part in given):
        open_ones = [part for part in given if part.value is None]
        return Truth(value=None, why=_whys(open_ones), missing=_missing(open_ones))
    return Truth(value=False, why=_whys(given))


def negation(part: Truth) -> Truth:
    """Negation; the reasons stay, the facts that are missing too."""
    return part if part.value is None else replace(part, value=not part.value)


def known(part: Truth) -> Truth:
    """Reads "where a fact states it": what is unknown does not hold."""
    return Truth(value=False, why=part.why) if part.value is None else part


def unique(items: Iterable[str]) -> tuple[str, ...]:
    """Drops what was said before, keeping the order."""
    return tuple(dict.fromkeys(items))


def _said(why: str) -> tuple[str, ...]:
    return (why,) if why else ()


def _whys(parts: Iterable[Truth]) -> tuple[str, ...]:
    return unique(sentence for part in parts for sentence in part.why)


def _missing(parts: Iterable[Truth]) -> tuple[str, ...]:
    return unique(fact for part in parts for fact in part.missing)
