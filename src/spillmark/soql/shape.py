"""Rules that a query can break without any look at objects and fields.

Source: Salesforce SOQL and SOSL Reference, chapters on each clause ("FIELDS()", "GROUP BY ROLLUP", "COUNT()", "OFFSET",
"Semi-Joins with IN and Anti-Joins with NOT IN", "Relationship Query Limitations", "Date Functions"); limits as of v67.
"""

from collections.abc import Iterator

from spillmark.soql.dates import Anchor, days_of, instants_of, time_of
from spillmark.soql.printer import operand_text, value_text
from spillmark.soql.taken import is_aggregate, is_count
from spillmark.soql.tree import (
    Call,
    Child,
    Date,
    Expression,
    FieldGroup,
    InList,
    InQuery,
    Instant,
    Not,
    Or,
    Path,
    Query,
    Selected,
    Text,
    Time,
    TypeOf,
    Value,
)
from spillmark.soql.vocabulary import AGGREGATES, DATE_FUNCTIONS, KNOWN_FUNCTIONS, WRAPPERS
from spillmark.soql.walk import calls, children, expressions, filters, leaves, paths, semi_joins, values

Finding = tuple[int, str, tuple[str, ...]]
"""Offset, message, and the words that may have been meant."""

LONGEST_STRING = 4_000
LONGEST_STATEMENT = 100_000
_DEEPEST_PATH = 5
_MOST_JOINS = 2
_MOST_CHILDREN = 20
_FARTHEST = 2_000
_NO_CLOCK = "a date or time that no calendar has"


def shape_findings(query: Query, anchor: Anchor, *, depth: int = 1) -> Iterator[Finding]:
    """Gives what is wrong with a query and its child subqueries."""
    yield from _functions(query)
    yield from _totals(query)
    yield from _field_groups(query)
    yield from _rows(query, top=depth == 1)
    yield from _paths(query)
    yield from _literals(query, anchor)
    yield from _semi_joins(query)
    yield from _children(query, anchor, depth)


def _functions(query: Query) -> Iterator[Finding]:
    for expression in expressions(query):
        for call in calls(expression):
            if call.upper not in KNOWN_FUNCTIONS:
                yield call.at, f"there is no function {call.name}", tuple(sorted(KNOWN_FUNCTIONS))
            elif not _arity_fits(call):
                yield call.at, f"{call.name} takes one argument, not {len(call.arguments)}", ()
    for item in query.select:
        if isinstance(item, Selected) and isinstance(item.expression, Call) and item.expression.upper == "GEOLOCATION":
            yield item.at, "GEOLOCATION stands only inside DISTANCE", ()


def _arity_fits(call: Call) -> bool:
    if call.upper == "COUNT":
        return len(call.arguments) <= 1
    if call.upper in DATE_FUNCTIONS | AGGREGATES | WRAPPERS | {"GROUPING"}:
        return len(call.arguments) == 1
    return True


def _totals(query: Query) -> Iterator[Finding]:
    bare = [call for item in query.select if isinstance(item, Selected) for call in calls(item.expression)]
    if any(call.upper == "COUNT" and not call.arguments for call in bare) and len(query.select) > 1:
        yield query.select[0].at, "a COUNT() query cannot select anything else", ()
        return
    if is_count(query) and query.order:
        yield query.order[0].at, "COUNT() cannot be sorted", ()
    if not is_aggregate(query):
        yield from _ungrouped_dates(query)
        return
    if query.group is None and query.limit is not None and not is_count(query):
        yield query.at, "a total with LIMIT needs GROUP BY", ()
    if query.group is not None and query.group.kind != "plain" and len(query.group.items) > 3:
        yield query.group.at, f"{query.group.kind.upper()} takes at most three fields", ()
    yield from _ungrouped(query)


def _ungrouped_dates(query: Query) -> Iterator[Finding]:
    for item in query.select:
        if isinstance(item, Selected) and isinstance(item.expression, Call) and item.expression.upper in DATE_FUNCTIONS:
            yield item.at, f"{operand_text(item.expression)} must be grouped to be selected", ()


def _ungrouped(query: Query) -> Iterator[Finding]:
    grouped = {_plain(item) for item in (query.group.items if query.group is not None else ())}
    for item in query.select:
        if isinstance(item, TypeOf | Child):
            yield item.at, "TYPEOF and child subqueries cannot be grouped", ()
        elif isinstance(item.expression, FieldGroup):
            yield item.at, "FIELDS() cannot be grouped", ()
        elif _plain(item.expression) not in grouped and not _is_total(item.expression):
            yield item.at, f"{operand_text(item.expression)} must be grouped or totalled", ()


def _plain(expression: Expression) -> str:
    """The text without case and without the functions that show a field in another dress."""
    if isinstance(expression, Call) and expression.upper in WRAPPERS and len(expression.arguments) == 1:
        inner = expression.arguments[0]
        if isinstance(inner, Path | Call):
            return _plain(inner)
    return operand_text(expression).lower()


def _is_total(expression: Expression) -> bool:
    return any(call.upper in AGGREGATES or call.upper == "GROUPING" for call in calls(expression))


def _field_groups(query: Query) -> Iterator[Finding]:
    for item in query.select:
        if not isinstance(item, Selected) or not isinstance(item.expression, FieldGroup):
            continue
        if item.expression.group != "STANDARD" and not _is_small(query):
            yield item.at, f"FIELDS({item.expression.group}) needs LIMIT 200 or less, or as many ids", ()


def _is_small(query: Query) -> bool:
    """At most 200 rows, by LIMIT or because their ids are listed."""
    if isinstance(query.limit, int) and query.limit <= 200:
        return True
    return any(
        isinstance(leaf, InList)
        and not leaf.negated
        and operand_text(leaf.left).lower().rpartition(".")[2] == "id"
        and len(leaf.values) <= 200
        for leaf in leaves(query.where)
    )


def _rows(query: Query, *, top: bool) -> Iterator[Finding]:
    if isinstance(query.offset, int) and query.offset > _FARTHEST:
        yield query.at, f"OFFSET goes up to {_FARTHEST:,}", ()
    if query.offset is not None and not top:
        yield query.at, "OFFSET cannot stand in a subquery", ()


def _paths(query: Query) -> Iterator[Finding]:
    for expression in expressions(query):
        for path in paths(expression):
            if len(path.names) - 1 > _DEEPEST_PATH + 1:
                yield path.at, f"{path} goes over more than {_DEEPEST_PATH} parents", ()


def _literals(query: Query, anchor: Anchor) -> Iterator[Finding]:
    for leaf in filters(query):
        for value in values(leaf):
            if isinstance(value, Text) and len(value.value) > LONGEST_STRING:
                yield value.at, f"a string in WHERE holds at most {LONGEST_STRING:,} characters", ()
            if not _is_on_calendar(value, anchor):
                yield value.at, f"{value_text(value)} is {_NO_CLOCK}", ()


def _is_on_calendar(value: Value, anchor: Anchor) -> bool:
    match value:
        case Date():
            return days_of(value, anchor) is not None
        case Instant():
            return instants_of(value, anchor) is not None
        case Time():
            return time_of(value) is not None
        case _:
            return True


def _semi_joins(query: Query) -> Iterator[Finding]:
    joins = semi_joins(query)
    if len(joins) > _MOST_JOINS:
        yield joins[_MOST_JOINS].at, f"a query holds at most {_MOST_JOINS} subqueries in WHERE", ()
    for join in joins:
        yield from _semi_join(query, join)


def _semi_join(query: Query, join: InQuery) -> Iterator[Finding]:
    inner = join.query
    item = inner.select[0]
    if not isinstance(join.left, Path):
        yield join.at, "the left side of a subquery is an id or reference field", ()
    if len(inner.select) > 1 or not isinstance(item, Selected) or not isinstance(item.expression, Path):
        yield inner.at, "a subquery in WHERE selects exactly one field", ()
    if (
        inner.object.lower() == query.object.lower()
        and isinstance(join.left, Path)
        and join.left.names[-1].lower() == "id"
    ):
        yield inner.at, "a subquery in WHERE reads another object than the query", ()
    if inner.order or inner.limit is not None or inner.fors or inner.group is not None:
        yield inner.at, "a subquery in WHERE takes no GROUP BY, ORDER BY, LIMIT or FOR", ()
    if isinstance(inner.where, Or | Not):
        yield inner.at, "a subquery in WHERE takes no OR and no NOT", ()
    if any(isinstance(leaf, InQuery) for leaf in leaves(inner.where)):
        yield inner.at, "a subquery in WHERE holds no further one", ()


def _children(query: Query, anchor: Anchor, depth: int) -> Iterator[Finding]:
    found = children(query)
    if len(found) > _MOST_CHILDREN:
        yield found[_MOST_CHILDREN].at, f"a query holds at most {_MOST_CHILDREN} child subqueries", ()
    for child in found:
        if depth > 4:
            yield child.at, "child subqueries go at most five levels deep", ()
        yield from shape_findings(child.query, anchor, depth=depth + 1)
