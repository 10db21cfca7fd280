"""One comparison of a typed value with literals, by the rules of its kind.

Source: Salesforce SOQL and SOSL Reference, "Comparison Operators", "Querying Multi-Select Picklists", "Filtering on
Boolean Fields"; an empty text is stored as null.
"""

import re
from dataclasses import dataclass
from typing import assert_never

from spillmark.engine.interface import literal
from spillmark.soql.dates import Anchor, days_of, instants_of, time_of
from spillmark.soql.operand import Typed
from spillmark.soql.sql import (
    FALSE,
    PLAIN,
    any_of,
    date_value,
    folded,
    has_all,
    id_value,
    id_values,
    not_true,
    number_value,
    options_value,
    plain,
    text_value,
    time_value,
    timestamp,
)
from spillmark.soql.tree import Boolean, Date, Instant, Null, Number, Operator, RelativeDate, Text, Time, Value


@dataclass(frozen=True)
class Atom:
    """A test in SQL: `sql` is null where the field is null and the rule does not say otherwise; `doubt` never is."""

    sql: str
    doubt: str


@dataclass(frozen=True)
class _Span:
    """A literal in SQL: a point, or from `start` to before `end`."""

    start: str
    end: str | None = None


def equals(left: Typed, value: Value, anchor: Anchor) -> Atom | None:
    """`left = value`; None where the two do not fit."""
    if isinstance(value, Null) or (isinstance(value, Text) and value.value == ""):
        return _is_null(left)
    if left.kind == "flag":
        return Atom(_flag(left, on=value.value), left.doubt) if isinstance(value, Boolean) else None
    if left.kind == "id":
        return Atom(_listed(left, id_values(value.value)), left.doubt) if isinstance(value, Text) else None
    span = _span(left, value, anchor)
    if span is None:
        return None
    return Atom(_compare(_folded(left), "=", span), left.doubt)


def orders(left: Typed, operator: Operator, value: Value, anchor: Anchor) -> Atom | None:
    """`left < value` and its kin; None where the two do not fit or have no order."""
    if left.kind in ("flag", "options", "opaque") or isinstance(value, Null):
        return None
    span = _span(left, value, anchor)
    if span is None:
        return None
    return Atom(_compare(_folded(left), operator, span), any_of([left.doubt, _unordered(left, value)]))


def among(left: Typed, values: tuple[Value, ...], anchor: Anchor) -> tuple[list[Atom], list[Value]]:
    """`left IN (values)` as tests of which one must hold, and the values that do not fit."""
    points: list[str] = []
    atoms: list[Atom] = []
    unfit: list[Value] = []
    for value in values:
        listed = _points(left, value, anchor)
        atom = None if listed else equals(left, value, anchor)
        points.extend(listed)
        if atom is not None:
            atoms.append(atom)
        elif not listed:
            unfit.append(value)
    if points:
        atoms.insert(0, Atom(_listed(left, points), left.doubt))
    return atoms, unfit


def like(left: Typed, pattern: Value) -> Atom | None:
    """`left LIKE pattern`: % any run, _ one character, without case; None where the two do not fit."""
    if left.kind not in ("text", "options") or not isinstance(pattern, Text):
        return None
    if pattern.raw == "":
        return _is_null(left)
    return Atom(_matches(folded(left.text), pattern_parts(pattern.raw)), left.doubt)


def includes(left: Typed, value: Value) -> Atom | None:
    """`left INCLUDES (value)`: all options of the value are chosen; None where the two do not fit."""
    if left.kind != "options" or not isinstance(value, Text):
        return None
    return Atom(has_all(options_value(value.value), left.value), left.doubt)


def pattern_parts(raw: str) -> tuple[str, ...]:
    """Cuts the inside of a LIKE string: `%` and `_` are wildcards, every other part is literal and starts with `=`."""
    parts: list[str] = []
    for token in re.findall(r"\\u[0-9A-Fa-f]{4}|\\.|[^\\]", raw, re.DOTALL):
        if token in ("%", "_"):
            parts.append(token)
        elif parts and parts[-1].startswith("="):
            parts[-1] += token
        else:
            parts.append("=" + token)
    return tuple("=" + Text(part[1:]).value if part.startswith("=") else part for part in parts)


def _matches(text: str, parts: tuple[str, ...]) -> str:
    match parts:
        case (one,) if one.startswith("="):
            return f"{text} = {text_value(one[1:])}"
        case (one, "%") if one.startswith("="):
            return f"starts_with({text}, {text_value(one[1:])})"
        case ("%", one) if one.startswith("="):
            return f"ends_with({text}, {text_value(one[1:])})"
        case ("%", one, "%") if one.startswith("="):
            return f"contains({text}, {text_value(one[1:])})"
        case _:
            return f"regexp_full_match({text}, {folded(literal('(?s)' + _expression(parts)))})"


def _expression(parts: tuple[str, ...]) -> str:
    """A regular expression of linear time whose escapes survive lower-casing."""
    pieces = {"%": ".*", "_": "."}
    return "".join(pieces[part] if part in pieces else _quoted(part[1:]) for part in parts)


def _quoted(text: str) -> str:
    return "".join(c if c.isalnum() or ord(c) > 127 else f"\\x{{{ord(c):02x}}}" for c in text)


def _points(left: Typed, value: Value, anchor: Anchor) -> list[str]:
    """The SQL literals that a value stands for in a list; none where it is no point, is null, or does not fit."""
    if left.kind == "flag" or value == Text(""):
        return []
    if left.kind == "id":
        return id_values(value.value) if isinstance(value, Text) else []
    span = _span(left, value, anchor)
    return [] if span is None or span.end is not None else [span.start]


def _listed(left: Typed, points: list[str]) -> str:
    tested = left.text if left.kind == "id" else _folded(left)
    return f"{tested} IN ({', '.join(dict.fromkeys(points))})"


def _is_null(left: Typed) -> Atom:
    if left.kind == "flag":
        return Atom(_flag(left, on=False), left.doubt)
    return Atom(f"{left.text} IS NULL", left.doubt)


def _flag(left: Typed, *, on: bool) -> str:
    """A boolean that is null counts as false."""
    known = f"coalesce({left.value}, FALSE)"
    return known if on else f"NOT {known}"


def _folded(left: Typed) -> str:
    return folded(left.value) if left.kind == "text" else left.value


def _compare(left: str, operator: Operator, span: _Span) -> str:
    if span.end is None:
        return f"{left} {operator} {span.start}"
    match operator:
        case "=":
            return f"({left} >= {span.start} AND {left} < {span.end})"
        case "!=":
            return f"({left} < {span.start} OR {left} >= {span.end})"
        case "<" | ">=":
            return f"{left} {operator} {span.start}"
        case "<=":
            return f"{left} < {span.end}"
        case ">":
            return f"{left} >= {span.end}"
        case _:
            assert_never(operator)


def _unordered(left: Typed, value: Value) -> str:
    """Where the order of two texts depends on the reader's language."""
    if left.kind != "text":
        return FALSE
    if isinstance(value, Text) and PLAIN.fullmatch(value.value):
        return f"({left.text} IS NOT NULL AND {not_true(plain(left.text))})"
    return f"({left.text} IS NOT NULL)"


def _span(left: Typed, value: Value, anchor: Anchor) -> _Span | None:
    match left.kind:
        case "text":
            return _Span(text_value(value.value)) if isinstance(value, Text) else None
        case "id":
            return _Span(id_value(value.value)) if isinstance(value, Text) else None
        case "options":
            return _Span(options_value(value.value)) if isinstance(value, Text) else None
        case "number":
            return _Span(number_value(value.text)) if isinstance(value, Number) else None
        case "day" | "instant" | "time":
            return _time_span(left, value, anchor)
        case "flag" | "opaque":
            return None
        case _:
            assert_never(left.kind)


def _time_span(left: Typed, value: Value, anchor: Anchor) -> _Span | None:
    if left.kind == "time":
        moment = time_of(value) if isinstance(value, Time) else None
        return None if moment is None else _Span(time_value(moment))
    if left.kind == "day":
        days = days_of(value, anchor) if isinstance(value, Date | RelativeDate) else None
        return None if days is None else _Span(date_value(days.first), date_value(days.end))
    instants = instants_of(value, anchor) if isinstance(value, Date | Instant | RelativeDate) else None
    return None if instants is None else _Span(timestamp(instants.start), timestamp(instants.end))
