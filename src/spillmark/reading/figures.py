"""Figures of several accounts to the list of affected: one entry for one figure, with its most qualified bound."""

from collections.abc import Sequence
from typing import get_args

from spillmark.model.report import Affected, Json
from spillmark.model.terms import ClaimSource
from spillmark.reading.accounts import Account
from spillmark.reading.facts import Fact

# "more than" and "up to" qualify more than "about", and that more than nothing.
_QUALIFIED = {"exact": 0, "about": 1, "at_least": 2, "at_most": 2, "most_of": 3, "some_of": 3}
_ROUNDING = 0.015


def figures_of(kept: Sequence[tuple[Account, Fact]]) -> tuple[Affected, ...]:
    """Gives the affected entries in order of appearance; a headline's rounded figure gives way to the text's own."""
    entries: list[Affected] = []
    headline = {id(fact) for account, fact in kept if fact.field == "affected" and _in_title(account, fact)}
    ordered = sorted((pair for pair in kept if pair[1].field == "affected"), key=lambda pair: id(pair[1]) in headline)
    for account, fact in ordered:
        entry = _entry(account, fact)
        if id(fact) in headline and any(_rounds(entry, other) for other in entries):
            continue
        place = next((number for number, other in enumerate(entries) if _same(entry, other)), None)
        if place is None:
            entries.append(entry)
        elif _QUALIFIED[entry.bound] > _QUALIFIED[entries[place].bound]:
            entries[place] = entry
    return tuple(entries)


def _in_title(account: Account, fact: Fact) -> bool:
    blocks = [block for block in account.document.blocks if block.start <= fact.start < block.end]
    return bool(blocks) and (blocks[0].heading or blocks[0] is account.document.blocks[0])


def _entry(account: Account, fact: Fact) -> Affected:
    value = fact.value if isinstance(fact.value, dict) else {}
    joint = account.companions if fact in account.joint and value.get("value") is not None else ()
    source = fact.src if fact.src in get_args(ClaimSource) else None
    return Affected(
        value=_number(value.get("value")),
        unit=str(value.get("unit")),  # type: ignore[arg-type]
        bound=str(value.get("bound")),  # type: ignore[arg-type]
        of=_number(value.get("of")),
        scope=fact.scope,
        source=source,  # type: ignore[arg-type]
        joint_with=tuple(sorted(joint)),
    )


def _number(value: Json) -> int | None:
    return value if isinstance(value, int) else None


def _same(one: Affected, other: Affected) -> bool:
    if one.value is None or other.value is None:
        return one.value is other.value and one.bound == other.bound and (one.of == other.of or one.bound == "some_of")
    return one.value == other.value


def _rounds(one: Affected, other: Affected) -> bool:
    """True where `one` is `other`, rounded to whole millions or thousands as headlines do."""
    if one.value is None or other.value is None:
        return False
    return abs(one.value - other.value) <= max(_ROUNDING * other.value, 0.0)
