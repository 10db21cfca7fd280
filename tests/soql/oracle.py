"""A second opinion on WHERE: a tree evaluated row by row in Python, sharing no rule with the SQL."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

from spillmark.soql import tree

Row = dict[str, Any]
"""Field path in lower case to a Python value: str, float, bool, date, datetime, frozenset, or None."""


def holds(condition: tree.Condition, row: Row, related: dict[str, list[Row]], *, include: bool) -> bool | None:
    """Three-valued truth; `include` turns unknown to false before it is negated."""

    def negate(truth: bool | None) -> bool | None:
        if include:
            return not truth
        return None if truth is None else not truth

    match condition:
        case tree.And():
            truths = [holds(part, row, related, include=include) for part in condition.parts]
            return False if False in truths else None if None in truths else True
        case tree.Or():
            truths = [holds(part, row, related, include=include) for part in condition.parts]
            return True if True in truths else None if None in truths else False
        case tree.Not():
            return negate(holds(condition.part, row, related, include=include))
        case tree.Comparison(operator="!="):
            return negate(_compare(_left(condition, row), "=", _value(condition.value)))
        case tree.Comparison():
            return _compare(_left(condition, row), condition.operator, _value(condition.value))
        case tree.Like():
            return _any([_like(_left(condition, row), pattern) for pattern in condition.patterns])
        case tree.InList():
            truth = _any([_compare(_left(condition, row), "=", _value(value)) for value in condition.values])
            return negate(truth) if condition.negated else truth
        case tree.Includes():
            truth = _any([_includes(_left(condition, row), value) for value in condition.values])
            return negate(truth) if condition.negated else truth
        case tree.InQuery():
            truth = _among(condition, row, related, include=include)
            return negate(truth) if condition.negated else truth


def _among(condition: tree.InQuery, row: Row, related: dict[str, list[Row]], *, include: bool) -> bool | None:
    left = _left(condition, row)
    if left is None:
        return None
    item = condition.query.select[0]
    assert isinstance(item, tree.Selected)
    where = condition.query.where
    inner = [
        other[str(item.expression).lower()]
        for other in related[condition.query.object.lower()]
        if where is None or holds(where, other, related, include=include)
    ]
    return left in inner


def _left(condition: Any, row: Row) -> Any:
    return row[str(condition.left).lower()]


def _value(value: Any) -> Any:
    match value:
        case tree.Null() | tree.Text(raw=""):
            return None
        case tree.Text():
            return value.value
        case tree.Number():
            return float(value.text)
        case tree.Boolean():
            return value.value
        case tree.Date():
            return datetime.strptime(value.text, "%Y-%m-%d").replace(tzinfo=UTC).date()
        case tree.Instant():
            return datetime.fromisoformat(value.text)
        case _:
            raise AssertionError(value)


def _compare(left: Any, operator: str, right: Any) -> bool | None:
    if isinstance(left, Flag):
        truth = left.on
        return truth == bool(right) if operator == "=" else None
    if right is None:
        return left is None
    if left is None:
        return None
    if isinstance(left, Options):
        return left.chosen == frozenset(right.lower().split(";"))
    if isinstance(left, datetime):
        right = right.replace(microsecond=0)
    if isinstance(left, str):
        left, right = left.lower(), right.lower()
    truths: dict[str, bool] = {
        "=": left == right,
        "<": left < right,
        "<=": left <= right,
        ">": left > right,
        ">=": left >= right,
    }
    return truths[operator]


class Flag:
    """A boolean field; one without a value is false."""

    def __init__(self, on: bool | None) -> None:
        self.on = bool(on)


class Options:
    """The chosen options of a multi-select field."""

    def __init__(self, text: str) -> None:
        self.chosen = frozenset(text.lower().split(";"))


def _includes(left: Any, value: tree.Value) -> bool | None:
    assert isinstance(value, tree.Text)
    return None if left is None else left.chosen >= frozenset(value.value.lower().split(";"))


def _like(left: Any, pattern: tree.Value) -> bool | None:
    assert isinstance(pattern, tree.Text)
    if left is None:
        return None
    expression = "".join({"%": ".*", "_": "."}.get(sign, re.escape(sign)) for sign in pattern.raw)
    return re.fullmatch(expression, left, re.IGNORECASE | re.DOTALL) is not None


def _any(truths: list[bool | None]) -> bool | None:
    return True if True in truths else None if None in truths else False


def at_offset(moment: datetime, hours: int) -> str:
    """A UTC moment as an export writes it, with an offset."""
    local = moment.replace(tzinfo=UTC) + timedelta(hours=hours)
    return local.strftime("%Y-%m-%dT%H:%M:%S.000") + f"{hours:+03d}00"
