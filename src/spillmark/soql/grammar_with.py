"""Grammar rules of the WITH clauses.

Source: Salesforce SOQL and SOSL Reference, "WITH", "WITH DATA CATEGORY"; Apex Developer Guide, "Enforce User Mode".
"""

from spillmark.soql.cursor import Cursor
from spillmark.soql.grammar_values import name, value
from spillmark.soql.grammar_where import Subquery, condition
from spillmark.soql.tree import CategoryFilter, Value, With, WithCall, WithCategory, WithFilter, WithMode
from spillmark.soql.vocabulary import NOT_AN_ALIAS, SELECTORS

_COMPARES = {"=", "!=", "<>", "<", "<=", ">", ">="}


def with_clause(cursor: Cursor, subquery: Subquery) -> With:
    """Takes what follows one WITH.

    Raises:
        SoqlError: it is none of the known forms.
    """
    first = cursor.here
    if cursor.accept("DATA", "CATEGORY"):
        return _categories(cursor, at=first.at)
    if first.kind != "word" or first.upper in NOT_AN_ALIAS:
        raise cursor.unexpected("what follows WITH")
    behind = cursor.ahead()
    if behind.kind == "symbol" and behind.text == "(":
        return _call(cursor)
    if behind.kind == "symbol" and (behind.text in _COMPARES or behind.text == "."):
        return WithFilter(condition(cursor, subquery), at=first.at)
    if behind.kind == "word" and behind.upper in ("IN", "LIKE"):
        return WithFilter(condition(cursor, subquery), at=first.at)
    return WithMode(cursor.take().text, at=first.at)


def _categories(cursor: Cursor, *, at: int) -> WithCategory:
    filters = [_category(cursor)]
    while cursor.accept("AND"):
        filters.append(_category(cursor))
    return WithCategory(tuple(filters), at=at)


def _category(cursor: Cursor) -> CategoryFilter:
    group = name(cursor, "a data category group")
    if cursor.here.kind != "word" or cursor.here.upper not in SELECTORS:
        raise cursor.unexpected("one of AT, ABOVE, BELOW, ABOVE_OR_BELOW")
    selector = cursor.take().upper
    if not cursor.accept_symbol("("):
        return CategoryFilter(group.text, selector, (name(cursor, "a data category").text,), at=group.at)
    categories = [name(cursor, "a data category").text]
    while cursor.accept_symbol(","):
        categories.append(name(cursor, "a data category").text)
    cursor.expect_symbol(")")
    return CategoryFilter(group.text, selector, tuple(categories), at=group.at)


def _call(cursor: Cursor) -> WithCall:
    start = cursor.take()
    cursor.expect_symbol("(")
    settings = [_setting(cursor)]
    while cursor.accept_symbol(","):
        settings.append(_setting(cursor))
    cursor.expect_symbol(")")
    return WithCall(start.text, tuple(settings), at=start.at)


def _setting(cursor: Cursor) -> tuple[str, Value]:
    key = name(cursor, "the name of a setting")
    cursor.expect_symbol("=")
    return key.text, value(cursor)
