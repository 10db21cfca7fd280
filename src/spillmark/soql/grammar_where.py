"""Grammar rules of conditions: WHERE, HAVING and WITH field filters.

AND and OR do not mix without parentheses, and NOT opens a condition or a pair of parentheses but never follows AND or
OR directly; Salesforce refuses both. Source: Salesforce SOQL and SOSL Reference, "Condition Expression Syntax".
"""

from collections.abc import Callable
from typing import Literal

from spillmark.soql.cursor import Cursor
from spillmark.soql.grammar_values import call, operand, value
from spillmark.soql.tree import (
    And,
    Call,
    Comparison,
    Condition,
    Includes,
    InList,
    InQuery,
    Like,
    Not,
    Operand,
    Operator,
    Or,
    Query,
    Value,
)

Subquery = Callable[[Cursor], Query]
_OPERATORS: dict[str, Operator] = {
    "=": "=",
    "!=": "!=",
    "<>": "!=",
    "<": "<",
    "<=": "<=",
    ">": ">",
    ">=": ">=",
}


def condition(cursor: Cursor, subquery: Subquery) -> Condition:
    """Takes a whole condition; `subquery` reads the SELECT of a semi-join.

    Raises:
        SoqlError: it is none.
    """
    with cursor.deeper():
        if cursor.at_word("NOT"):
            at = cursor.take().at
            return Not(_unit(cursor, subquery), at=at)
        first = _unit(cursor, subquery)
        for word in ("AND", "OR"):
            if cursor.at_word(word):
                return _chain(cursor, subquery, first, "AND" if word == "AND" else "OR")
    return first


def _chain(cursor: Cursor, subquery: Subquery, first: Condition, word: Literal["AND", "OR"]) -> Condition:
    parts = [first]
    while cursor.accept(word):
        parts.append(_unit(cursor, subquery))
    if cursor.at_word("AND") or cursor.at_word("OR"):
        raise cursor.wrong(cursor.here, "AND and OR cannot be mixed without parentheses")
    return And(tuple(parts), at=first.at) if word == "AND" else Or(tuple(parts), at=first.at)


def _unit(cursor: Cursor, subquery: Subquery) -> Condition:
    if cursor.at_word("NOT"):
        raise cursor.wrong(cursor.here, "NOT cannot stand here without parentheses", hint="Write (NOT ...).")
    if not cursor.accept_symbol("("):
        return _field_condition(cursor, subquery)
    inner = condition(cursor, subquery)
    cursor.expect_symbol(")")
    return inner


def _field_condition(cursor: Cursor, subquery: Subquery) -> Condition:
    left = operand(cursor)
    at = left.at
    token = cursor.here
    if token.kind == "symbol" and token.text in _OPERATORS:
        return Comparison(left, _OPERATORS[cursor.take().text], _right(cursor), at=at)
    if cursor.accept("LIKE"):
        return Like(left, _list(cursor) if cursor.at_symbol("(") else (value(cursor),), at=at)
    if cursor.accept("IN"):
        return _membership(cursor, subquery, left, negated=False)
    if cursor.accept("NOT", "IN"):
        return _membership(cursor, subquery, left, negated=True)
    if cursor.at_word("INCLUDES") or cursor.at_word("EXCLUDES"):
        negated = cursor.take().upper == "EXCLUDES"
        return Includes(left, _values(cursor), negated, at=at)
    raise cursor.unexpected("one of = != < <= > >= LIKE IN, NOT IN, INCLUDES or EXCLUDES")


def _right(cursor: Cursor) -> Value | Call:
    if cursor.at_word("FORMULA") and cursor.ahead().text == "(":
        return call(cursor)
    return value(cursor)


def _membership(cursor: Cursor, subquery: Subquery, left: Operand, *, negated: bool) -> Condition:
    if cursor.at_symbol("(") and cursor.ahead().kind == "word" and cursor.ahead().upper == "SELECT":
        cursor.expect_symbol("(")
        with cursor.deeper():
            inner = subquery(cursor)
        cursor.expect_symbol(")")
        return InQuery(left, inner, negated, at=left.at)
    return InList(left, _values(cursor), negated, at=left.at)


def _values(cursor: Cursor) -> tuple[Value, ...]:
    """A list in parentheses, or one bind variable that stands for a list."""
    return (value(cursor),) if cursor.at_symbol(":") else _list(cursor)


def _list(cursor: Cursor) -> tuple[Value, ...]:
    cursor.expect_symbol("(")
    values = [value(cursor)]
    while cursor.accept_symbol(","):
        values.append(value(cursor))
    cursor.expect_symbol(")")
    return tuple(values)
