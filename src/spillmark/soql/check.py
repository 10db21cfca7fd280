"""What Salesforce would refuse in a query that reads well: unknown names, types that do not fit, broken rules.

Source: Salesforce SOQL and SOSL Reference, "Comparison Operators", "Aggregate Functions", "Date Functions".
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from difflib import get_close_matches
from zoneinfo import ZoneInfo

from spillmark.soql.dates import Anchor
from spillmark.soql.fault import QueryProblem, problem
from spillmark.soql.kinds import Kind
from spillmark.soql.operand import Typed, typed_operand
from spillmark.soql.printer import value_text
from spillmark.soql.relation import Found, Missing, Relation
from spillmark.soql.schema import ObjectSchema, Schema
from spillmark.soql.shape import LONGEST_STATEMENT, Finding, shape_findings
from spillmark.soql.tree import (
    Bind,
    Boolean,
    Call,
    Comparison,
    Currency,
    Date,
    FieldGroup,
    Includes,
    InList,
    Instant,
    Like,
    Null,
    Number,
    Operand,
    Path,
    Query,
    RelativeDate,
    Selected,
    Text,
    Time,
    TypeOf,
    Value,
)
from spillmark.soql.vocabulary import DATE_FUNCTIONS
from spillmark.soql.walk import Leaf, calls, children, expressions, filters, paths, semi_joins, values

_ANCHOR = Anchor(datetime(2000, 1, 1, tzinfo=UTC), ZoneInfo("UTC"))
"""Whether a date exists depends on no moment."""

_FITS: dict[Kind, tuple[type[Value], ...]] = {
    "text": (Text,),
    "id": (Text,),
    "options": (Text,),
    "flag": (Boolean,),
    "number": (Number, Currency),
    "day": (Date, RelativeDate),
    "instant": (Instant, RelativeDate),
    "time": (Time,),
    "opaque": (),
}
_TOTALS: dict[str, tuple[Kind, ...]] = {
    "SUM": ("number",),
    "AVG": ("number",),
    "MIN": ("number", "day", "instant", "time", "text", "id"),
    "MAX": ("number", "day", "instant", "time", "text", "id"),
}


def check(query: Query, text: str, schema: Schema | None = None) -> tuple[QueryProblem, ...]:
    """Gives all problems of a query by their place; without a schema only those that need none.

    `text` is what the query was read from.
    """
    found: list[Finding] = list(shape_findings(query, _ANCHOR))
    if len(text) > LONGEST_STATEMENT:
        found.append((LONGEST_STATEMENT, f"a query holds at most {LONGEST_STATEMENT:,} characters", ()))
    if schema is not None:
        found.extend(_named(query, schema))
    ordered = sorted(set(found))
    return tuple(problem(text, at, message, hint=_meant(message, near)) for at, message, near in ordered)


def _meant(message: str, near: Sequence[str]) -> str | None:
    """The known name that is most like the unknown one, which ends the message."""
    by_lower = {name.lower(): name for name in sorted(near)}
    close = get_close_matches(message.rsplit(" ", 1)[-1].lower(), sorted(by_lower), n=1)
    return f"Did you mean {by_lower[close[0]]}?" if close else None


def _named(query: Query, schema: Schema) -> Iterator[Finding]:
    base = schema.object(query.object)
    if base is None:
        at = query.sources[0].at
        yield at, f"there is no object {query.object}", tuple(known.name for known in schema.objects)
        return
    yield from _object(query, base, schema)


def _object(query: Query, base: ObjectSchema, schema: Schema) -> Iterator[Finding]:
    relation = Relation(schema, base, query)
    yield from _aliases(query, relation)
    for expression in expressions(query):
        yield from _operand(expression, relation)
    for leaf in filters(query):
        yield from _test(leaf, relation)
    yield from _typeofs(query, schema)
    yield from _repeats(query, base)
    for join in semi_joins(query):
        yield from _named(join.query, schema)
    for child in children(query):
        name = child.query.sources[0].path.names[-1]
        found = schema.child(base, name)
        if found is None:
            yield child.query.sources[0].at, f"{base.name} has no known children {name}", ()
        else:
            yield from _object(child.query, found[0], schema)


def _aliases(query: Query, relation: Relation) -> Iterator[Finding]:
    for source in query.sources[1:]:
        found = relation.find(Path((*source.path.names, "Id"), at=source.at))
        if isinstance(found, Missing):
            yield source.at, found.why, found.near


def _operand(expression: Operand | FieldGroup, relation: Relation) -> Iterator[Finding]:
    for path in paths(expression):
        found = relation.find(path)
        if isinstance(found, Missing):
            yield path.at, found.why, found.near
    for call in calls(expression):
        yield from _argument(call, relation)


def _argument(call: Call, relation: Relation) -> Iterator[Finding]:
    if len(call.arguments) != 1 or not isinstance(call.arguments[0], Path):
        return
    found = relation.find(call.arguments[0])
    if not isinstance(found, Found):
        return
    dates: tuple[Kind, ...] = ("day", "instant")
    fit = dates if call.upper in DATE_FUNCTIONS else _TOTALS.get(call.upper)
    if fit is not None and found.kind not in fit:
        yield call.at, f"{call.name} cannot be used on {found.name}, which is of kind {found.kind}", ()


def _test(leaf: Leaf, relation: Relation) -> Iterator[Finding]:
    left = typed_operand(leaf.left, relation, _ANCHOR)
    if isinstance(left, Missing):
        return
    if isinstance(leaf, Includes) and left.kind != "options":
        yield leaf.at, f"INCLUDES and EXCLUDES work on multi-select picklists, not on {left.name}", ()
    elif isinstance(leaf, Like) and left.kind not in ("text", "options"):
        yield leaf.at, f"LIKE works on text, not on {left.name}", ()
    elif isinstance(leaf, Comparison | InList | Like | Includes):
        yield from _literals(leaf, left)


def _literals(leaf: Leaf, left: Typed) -> Iterator[Finding]:
    for value in values(leaf):
        if not isinstance(value, (Null, Bind, *_FITS[left.kind])):
            yield value.at, f"{left.name} is of kind {left.kind} and cannot be compared with {value_text(value)}", ()


def _typeofs(query: Query, schema: Schema) -> Iterator[Finding]:
    for item in query.select:
        if not isinstance(item, TypeOf):
            continue
        for when in item.whens:
            target = schema.object(when.object)
            if target is None:
                yield when.at, f"there is no object {when.object}", tuple(known.name for known in schema.objects)
                continue
            relation = Relation(schema, target, query)
            for path in when.fields:
                found = relation.find(path)
                if isinstance(found, Missing):
                    yield path.at, found.why, found.near


def _repeats(query: Query, base: ObjectSchema) -> Iterator[Finding]:
    """A field beside a FIELDS() that holds it already."""
    groups = [
        s.expression.group for s in query.select if isinstance(s, Selected) and isinstance(s.expression, FieldGroup)
    ]
    for item in query.select:
        if not isinstance(item, Selected) or not isinstance(item.expression, Path) or len(item.expression.names) > 1:
            continue
        field = base.field(item.expression.names[0])
        if field is not None and any(group == "ALL" or field.custom == (group == "CUSTOM") for group in groups):
            yield item.at, f"FIELDS() selects this field already: {field.name}", ()
