"""Which fields a query shows: FIELDS() spread out, parent paths and TYPEOF resolved to the objects that hold them.

FORMAT, toLabel and convertCurrency show the field itself. Source: Salesforce SOQL and SOSL Reference, "FIELDS()",
"TYPEOF", "FORMAT ()".
"""

from collections.abc import Iterator
from dataclasses import dataclass

from spillmark.soql.relation import Missing, Relation
from spillmark.soql.schema import Schema
from spillmark.soql.tree import Argument, Call, Child, FieldGroup, Path, Query, Selected, TypeOf
from spillmark.soql.vocabulary import AGGREGATES


@dataclass(frozen=True)
class TakenField:
    """A field that the query shows; `known` is false where the schema does not have it."""

    object: str
    field: str
    path: str
    known: bool = True


def taken_fields(query: Query, relation: Relation, schema: Schema) -> tuple[TakenField, ...]:
    """Gives the fields of the query itself (not of its child subqueries), each once, in order."""
    found: dict[tuple[str, str], TakenField] = {}
    for taken in _all(query, relation, schema):
        found.setdefault((taken.object.lower(), taken.field.lower()), taken)
    return tuple(found.values())


def named_fields(query: Query, holder: str) -> tuple[TakenField, ...]:
    """Gives the fields of a query whose object is not known, as they are named, under the name of their holder."""
    paths = [item.expression for item in query.select if isinstance(item, Selected)]
    return tuple(TakenField(holder, p.names[-1], str(p), known=False) for p in paths if isinstance(p, Path))


def is_count(query: Query) -> bool:
    """Tells a bare SELECT COUNT(), which shows a number and no record."""
    items = [item for item in query.select if not isinstance(item, Child | TypeOf)]
    return len(query.select) == len(items) == 1 and _is_bare_count(items[0].expression)


def is_aggregate(query: Query) -> bool:
    """Tells a query that shows groups or totals instead of records."""
    expressions = [item.expression for item in query.select if not isinstance(item, Child | TypeOf)]
    return query.group is not None or any(_has_aggregate(expression) for expression in expressions)


def _is_bare_count(expression: Path | Call | FieldGroup) -> bool:
    return isinstance(expression, Call) and expression.upper == "COUNT" and not expression.arguments


def _has_aggregate(expression: Argument | FieldGroup) -> bool:
    if not isinstance(expression, Call):
        return False
    return expression.upper in AGGREGATES or any(_has_aggregate(argument) for argument in expression.arguments)


def _all(query: Query, relation: Relation, schema: Schema) -> Iterator[TakenField]:
    for item in query.select:
        match item:
            case Child():
                continue
            case TypeOf():
                yield from _typeof(item, relation, schema)
            case _:
                yield from _expression(item.expression, relation)


def _expression(expression: Argument | FieldGroup, relation: Relation) -> Iterator[TakenField]:
    if isinstance(expression, FieldGroup):
        yield from _group(expression, relation)
    if isinstance(expression, Path):
        yield from _path(expression, relation)
    if isinstance(expression, Call) and expression.upper not in ("COUNT", "COUNT_DISTINCT", "GROUPING"):
        for argument in expression.arguments:
            yield from _expression(argument, relation)


def _group(group: FieldGroup, relation: Relation) -> Iterator[TakenField]:
    for field in relation.base.fields:
        if group.group == "ALL" or field.custom == (group.group == "CUSTOM"):
            yield TakenField(relation.base.name, field.name, field.name)


def _path(path: Path, relation: Relation) -> Iterator[TakenField]:
    found = relation.find(path)
    names = relation.expand(path)
    if isinstance(found, Missing):
        holder = relation.base.name if len(names) == 1 else ".".join(names[:-1])
        yield TakenField(holder, names[-1], ".".join(names), known=False)
        return
    for owner, field in found.owners:
        yield TakenField(owner, field, ".".join(names))


def _typeof(item: TypeOf, relation: Relation, schema: Schema) -> Iterator[TakenField]:
    reference = ".".join(relation.expand(item.reference))
    for when in item.whens:
        target = schema.object(when.object)
        for path in when.fields:
            field = None if target is None or len(path.names) > 1 else target.field(path.names[0])
            owner = when.object if target is None else target.name
            holder = owner if len(path.names) == 1 else ".".join((owner, *path.names[:-1]))
            name = path.names[-1] if field is None else field.name
            yield TakenField(holder, name, f"{reference}.{path}", known=field is not None)
    for path in item.otherwise:
        yield from _path(Path((*item.reference.names, *path.names)), relation)
