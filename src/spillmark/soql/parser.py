"""SOQL text to tree: a recursive descent over all clauses, each error with its exact place.

Source: Salesforce SOQL and SOSL Reference, "SOQL SELECT Syntax", and its chapters for each clause.
"""

from spillmark.soql.cursor import Cursor
from spillmark.soql.grammar_values import expression, name, path, whole
from spillmark.soql.grammar_where import condition
from spillmark.soql.grammar_with import with_clause
from spillmark.soql.tree import (
    Bind,
    Child,
    Condition,
    Expression,
    FieldGroup,
    ForKind,
    Grouping,
    OrderItem,
    Path,
    Query,
    Selected,
    SelectItem,
    Source,
    TypeOf,
    When,
    With,
)
from spillmark.soql.vocabulary import FIELD_GROUPS, NOT_AN_ALIAS


def parse(text: str) -> Query:
    """Reads one whole query; a semicolon may end it.

    Raises:
        SoqlError: the text is not SOQL; with offset, line and column of the first thing that does not fit.
    """
    cursor = Cursor(text)
    found = _query(cursor)
    cursor.accept_symbol(";")
    if cursor.here.kind != "end":
        raise cursor.unexpected("the end of the query")
    return found


def _query(cursor: Cursor) -> Query:
    at = cursor.expect("SELECT").at
    select = _select(cursor)
    cursor.expect("FROM")
    sources = _sources(cursor)
    scope = name(cursor, "a scope").text if _using_scope(cursor) else None
    where = condition(cursor, _query) if cursor.accept("WHERE") else None
    withs = _withs(cursor)
    group = _group(cursor) if _two_words(cursor, "GROUP", "BY") else None
    order = _order(cursor) if _two_words(cursor, "ORDER", "BY") else ()
    limit = _rows(cursor, "LIMIT")
    offset = _rows(cursor, "OFFSET")
    fors, updates, all_rows = _endings(cursor)
    return Query(select, sources, scope, where, withs, group, order, limit, offset, fors, updates, all_rows, at=at)


def _using_scope(cursor: Cursor) -> bool:
    return _two_words(cursor, "USING", "SCOPE")


def _two_words(cursor: Cursor, first: str, second: str) -> bool:
    if not cursor.accept(first):
        return False
    cursor.expect(second)
    return True


def _select(cursor: Cursor) -> tuple[SelectItem, ...]:
    items = [_select_item(cursor)]
    while cursor.accept_symbol(","):
        items.append(_select_item(cursor))
    return tuple(items)


def _select_item(cursor: Cursor) -> SelectItem:
    start = cursor.here
    if cursor.accept_symbol("("):
        with cursor.deeper():
            inner = _query(cursor)
        cursor.expect_symbol(")")
        return Child(inner, _alias(cursor), at=start.at)
    if cursor.at_word("TYPEOF") and cursor.ahead().kind == "word" and cursor.ahead().upper not in NOT_AN_ALIAS:
        return _typeof(cursor)
    if cursor.at_word("FIELDS") and cursor.ahead().text == "(":
        return Selected(_field_group(cursor), at=start.at)
    return Selected(expression(cursor), _alias(cursor), at=start.at)


def _field_group(cursor: Cursor) -> FieldGroup:
    start = cursor.take()
    cursor.expect_symbol("(")
    if cursor.here.kind != "word" or cursor.here.upper not in FIELD_GROUPS:
        raise cursor.unexpected("ALL, CUSTOM or STANDARD")
    group = cursor.take().upper
    cursor.expect_symbol(")")
    return FieldGroup("ALL" if group == "ALL" else "CUSTOM" if group == "CUSTOM" else "STANDARD", at=start.at)


def _alias(cursor: Cursor) -> str | None:
    if cursor.here.kind != "word" or cursor.here.upper in NOT_AN_ALIAS:
        return None
    return cursor.take().text


def _typeof(cursor: Cursor) -> TypeOf:
    at = cursor.expect("TYPEOF").at
    reference = path(cursor, "a reference after TYPEOF")
    whens: list[When] = []
    while cursor.at_word("WHEN"):
        start = cursor.take()
        target = name(cursor, "an object after WHEN").text
        cursor.expect("THEN")
        whens.append(When(target, _paths(cursor), at=start.at))
    if not whens:
        raise cursor.unexpected("WHEN")
    otherwise = _paths(cursor) if cursor.accept("ELSE") else ()
    cursor.expect("END")
    return TypeOf(reference, tuple(whens), otherwise, at=at)


def _paths(cursor: Cursor) -> tuple[Path, ...]:
    paths = [path(cursor)]
    while cursor.accept_symbol(","):
        paths.append(path(cursor))
    return tuple(paths)


def _sources(cursor: Cursor) -> tuple[Source, ...]:
    sources = [_source(cursor)]
    while cursor.accept_symbol(","):
        sources.append(_source(cursor))
    return tuple(sources)


def _source(cursor: Cursor) -> Source:
    target = path(cursor, "an object after FROM")
    if cursor.accept("AS"):
        return Source(target, name(cursor, "an alias after AS").text, at=target.at)
    return Source(target, None if _clause_follows(cursor) else _alias(cursor), at=target.at)


def _clause_follows(cursor: Cursor) -> bool:
    """Tells a clause from an alias: words such as OFFSET may be aliases where no clause can be meant."""
    if cursor.at_word("FOR") or cursor.at_word("ORDER", "BY") or cursor.at_word("ALL", "ROWS"):
        return True
    if cursor.at_word("UPDATE", "TRACKING") or cursor.at_word("UPDATE", "VIEWSTAT"):
        return True
    return cursor.at_word("OFFSET") and (cursor.ahead().kind in ("number", "string") or cursor.ahead().text == ":")


def _withs(cursor: Cursor) -> tuple[With, ...]:
    withs: list[With] = []
    while cursor.accept("WITH"):
        withs.append(with_clause(cursor, _query))
    return tuple(withs)


def _group(cursor: Cursor) -> Grouping:
    start = cursor.here
    for word in ("ROLLUP", "CUBE"):
        if cursor.at_word(word) and cursor.ahead().text == "(":
            cursor.take()
            cursor.expect_symbol("(")
            items = _expressions(cursor)
            cursor.expect_symbol(")")
            return Grouping(items, "rollup" if word == "ROLLUP" else "cube", _having(cursor), at=start.at)
    return Grouping(_expressions(cursor), "plain", _having(cursor), at=start.at)


def _having(cursor: Cursor) -> Condition | None:
    return condition(cursor, _query) if cursor.accept("HAVING") else None


def _expressions(cursor: Cursor) -> tuple[Expression, ...]:
    items = [expression(cursor)]
    while cursor.accept_symbol(","):
        items.append(expression(cursor))
    return tuple(items)


def _order(cursor: Cursor) -> tuple[OrderItem, ...]:
    items = [_order_item(cursor)]
    while cursor.accept_symbol(","):
        items.append(_order_item(cursor))
    return tuple(items)


def _order_item(cursor: Cursor) -> OrderItem:
    key = expression(cursor)
    descending = cursor.accept("DESC")
    if not descending:
        cursor.accept("ASC")
    if not cursor.accept("NULLS"):
        return OrderItem(key, descending, at=key.at)
    if cursor.accept("FIRST"):
        return OrderItem(key, descending, "FIRST", at=key.at)
    cursor.expect("LAST")
    return OrderItem(key, descending, "LAST", at=key.at)


def _rows(cursor: Cursor, word: str) -> int | Bind | None:
    if not cursor.accept(word):
        return None
    colon = cursor.here
    if cursor.accept_symbol(":"):
        names = path(cursor, "the name of a variable")
        return Bind(str(names), at=colon.at)
    if cursor.here.kind != "number":
        raise cursor.unexpected(f"a whole number after {word}")
    return whole(cursor, cursor.take())


def _endings(cursor: Cursor) -> tuple[tuple[ForKind, ...], tuple[str, ...], bool]:
    """FOR, UPDATE and ALL ROWS, in any order."""
    fors: list[ForKind] = []
    updates: list[str] = []
    all_rows = False
    while cursor.at_word("FOR") or cursor.at_word("UPDATE") or cursor.at_word("ALL"):
        if cursor.accept("FOR"):
            fors.append(_for(cursor))
        elif cursor.accept("UPDATE"):
            updates.extend(_updates(cursor))
        else:
            all_rows = _two_words(cursor, "ALL", "ROWS")
    return tuple(fors), tuple(updates), all_rows


def _for(cursor: Cursor) -> ForKind:
    if cursor.accept("VIEW"):
        return "VIEW"
    if cursor.accept("REFERENCE"):
        return "REFERENCE"
    if cursor.accept("UPDATE"):
        return "UPDATE"
    raise cursor.unexpected("VIEW, REFERENCE or UPDATE after FOR")


def _updates(cursor: Cursor) -> list[str]:
    found: list[str] = []
    while True:
        if not (cursor.at_word("TRACKING") or cursor.at_word("VIEWSTAT")):
            raise cursor.unexpected("TRACKING or VIEWSTAT")
        found.append(cursor.take().upper)
        if not cursor.accept_symbol(","):
            return found
