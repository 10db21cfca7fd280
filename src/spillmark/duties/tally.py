"""How many persons a law concerns: at least and at most, since counts, data and residences may be unknown."""

from collections.abc import Sequence
from dataclasses import dataclass

from spillmark.duties.given import Residents
from spillmark.duties.predicates import Count, Operator
from spillmark.duties.truth import Truth, false, true, unique, unknown

Judged = tuple[Residents, Truth]


@dataclass(frozen=True)
class Span:
    """At least `low` persons, at most `high` (None: no bound), and the facts that would narrow it."""

    low: int
    high: int | None
    missing: tuple[str, ...] = ()
    of: str = ""


@dataclass(frozen=True)
class Tally:
    """The persons of one residence, those whom the law reaches, and those of the whole incident."""

    residents: Span
    reached: Span
    total: Span


def span(rows: Sequence[Judged], of: str, coarse: Sequence[Judged] = ()) -> Span:
    """Counts rows whose trigger holds (at least) or may hold (at most).

    `coarse` are rows whose residence is too coarse to say whether they belong here, such as US for US-CA.
    """
    low = sum(1 if row.count is None else row.count for row, truth in rows if truth.value)
    possible = [(row, truth) for row, truth in rows if truth.value is not False]
    outside = [(row, truth) for row, truth in coarse if truth.value is not False and row.count != 0]
    counts = [row.count for row, _ in (*possible, *outside)]
    missing = [fact for _, truth in possible if truth.value is None for fact in truth.missing]
    if any(row.count is None for row, _ in possible):
        missing.append("people.count")
    if outside:
        missing.append("people.residence")
    high = None if None in counts else sum(count for count in counts if count is not None)
    return Span(low, high, unique(missing), of)


def whole(reached: Span, listed: int, total: int | None) -> Span:
    """The persons of the whole incident: those listed, and the rest where the total is more than the list.

    The rest counts as certain where everybody who is listed is concerned, otherwise as possible.
    """
    rest = max((total or 0) - listed, 0)
    if not rest:
        return Span(reached.low, reached.high, reached.missing, "in total")
    certain = reached.high is not None and reached.low == reached.high == listed
    low = reached.low + (rest if certain else 0)
    high = None if reached.high is None else reached.high + rest
    missing = reached.missing if certain else unique((*reached.missing, "people"))
    return Span(low, high, missing, "in total")


def compare(wanted: Count, tally: Tally) -> Truth:
    """Compares a count exactly: "> 500" is 501 or more."""
    found = {"residents": tally.residents, "reached": tally.reached, "total": tally.total}[wanted.of]
    words = f"{WORDS[wanted.op]} {wanted.count:,}"
    low, high = _holds(found.low, wanted), None if found.high is None else _holds(found.high, wanted)
    if found.high is None:
        high = wanted.op in {">", ">="}
    if low and high:
        return true(f"{_number(found)} {found.of}: {words}")
    if not low and not high:
        return false(f"{_number(found)} {found.of}: not {words}")
    return unknown(found.missing or ("people.count",), f"{_number(found)} {found.of}: {words} is not decided")


WORDS: dict[Operator, str] = {
    ">": "more than",
    ">=": "at least",
    "<": "fewer than",
    "<=": "at most",
}


def _holds(number: int, wanted: Count) -> bool:
    match wanted.op:
        case ">":
            return number > wanted.count
        case ">=":
            return number >= wanted.count
        case "<":
            return number < wanted.count
        case "<=":
            return number <= wanted.count


def _number(found: Span) -> str:
    if found.high is None:
        return f"{found.low:,} or more persons"
    if found.low == found.high:
        return f"{found.low:,} persons"
    return f"{found.low:,} to {found.high:,} persons"
