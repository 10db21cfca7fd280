"""The left sides of comparisons: a field or a date function as a typed SQL value.

Source: Salesforce SOQL and SOSL Reference, "Date Functions" (date-time fields are read in UTC unless convertTimezone
wraps them; DAY_IN_WEEK 1 is Sunday; the first week of a month or year is its days 1 to 7).
"""

from dataclasses import dataclass

from spillmark.soql.dates import Anchor
from spillmark.soql.kinds import Kind
from spillmark.soql.printer import operand_text
from spillmark.soql.relation import Missing, Relation
from spillmark.soql.sql import FALSE, any_of, typed
from spillmark.soql.tree import Call, Operand, Path

_PARTS = {
    "CALENDAR_MONTH": "month({0})",
    "CALENDAR_QUARTER": "quarter({0})",
    "CALENDAR_YEAR": "year({0})",
    "DAY_IN_MONTH": "day({0})",
    "DAY_IN_WEEK": "dayofweek({0}) + 1",
    "DAY_IN_YEAR": "dayofyear({0})",
    "HOUR_IN_DAY": "hour({0})",
    "WEEK_IN_MONTH": "(day({0}) - 1) // 7 + 1",
    "WEEK_IN_YEAR": "(dayofyear({0}) - 1) // 7 + 1",
}
_PARSED: frozenset[Kind] = frozenset(["flag", "number", "day", "instant", "time"])


@dataclass(frozen=True)
class Typed:
    """A value of a relation by its names.

    `text` is null exactly where the field is, `value` compares, `doubt` is true where the value is not known.
    """

    name: str
    kind: Kind
    text: str
    value: str
    doubt: str
    owners: tuple[tuple[str, str], ...]
    over_parent: bool = False


def typed_operand(operand: Operand, relation: Relation, anchor: Anchor) -> Typed | Missing:
    """Gives the typed value, or why there is none."""
    if isinstance(operand, Path):
        return _field(operand, relation)
    if isinstance(operand, Call) and len(operand.arguments) == 1 and isinstance(operand.arguments[0], Path):
        return _function(operand, operand.arguments[0], relation, anchor)
    return Missing(f"{operand_text(operand)} cannot be computed here")


def _field(path: Path, relation: Relation) -> Typed | Missing:
    found = relation.find(path)
    if isinstance(found, Missing):
        return found
    text = relation.named("text", found.text)
    parsed = typed(found.kind, found.text)
    value = text if parsed == found.text else relation.named("value", parsed)
    unread = f"({text} IS NOT NULL AND {value} IS NULL)" if found.kind in _PARSED else FALSE
    doubt = any_of([relation.named("lost", found.doubt), unread])
    return Typed(str(path), found.kind, text, value, doubt, found.owners, found.over_parent)


def _function(call: Call, argument: Path, relation: Relation, anchor: Anchor) -> Typed | Missing:
    inner = _field(argument, relation)
    if isinstance(inner, Missing):
        return inner
    if inner.kind not in ("day", "instant"):
        return Missing(f"{operand_text(call)} cannot be computed here")
    if call.upper == "DAY_ONLY":
        return Typed(operand_text(call), "day", inner.text, f"CAST({inner.value} AS DATE)", inner.doubt, inner.owners)
    formula = _PARTS.get(call.upper) or _fiscal(call.upper, anchor)
    if formula is None or (call.upper == "HOUR_IN_DAY" and inner.kind == "day"):
        return Missing(f"{operand_text(call)} cannot be computed here")
    value = f"({formula.format(f'({inner.value})')})"
    return Typed(operand_text(call), "number", inner.text, value, inner.doubt, inner.owners)


def _fiscal(name: str, anchor: Anchor) -> str | None:
    """Month and quarter of a fiscal year; its number is named by start or end, a setting that is not known here."""
    shift = anchor.fiscal_year_start - 1
    month = f"(month({{0}}) - 1 + 12 - {shift}) % 12"
    if name == "FISCAL_MONTH":
        return f"{month} + 1"
    if name == "FISCAL_QUARTER":
        return f"({month}) // 3 + 1"
    return "year({0})" if name == "FISCAL_YEAR" and shift == 0 else None
