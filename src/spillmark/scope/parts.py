"""What one way out carried: of which objects which fields, for the records it read, their parents and their children.

`SELECT Policy_Number__c, Insured__r.Email FROM Policy__c` carries fields of policies and an e-mail address of contacts.
Parents are found by the reference that the record holds today, so they are certain only where the record is certain
and unchanged. Source: Salesforce SOQL and SOSL Reference, "Relationship Queries".
"""

from collections.abc import Sequence

from spillmark.engine.interface import Engine, Step, identifier
from spillmark.scope.loot import Loot, Part
from spillmark.scope.replay import Outcome
from spillmark.soql.emit import ChildRows
from spillmark.soql.schema import ObjectSchema, Schema
from spillmark.soql.taken import TakenField
from spillmark.soql.tree import Path, Query, Selected

UNSHOWN = ("count", "count_distinct", "grouping")
ID = "id"


def carry_off(engine: Engine, outcome: Outcome, loot: Loot) -> None:
    """Adds the parts of one way out to the loot; one that returned a number only has none."""
    if not outcome.exit.counts_only and outcome.object is not None:
        _carry_off(engine, outcome, outcome.object, loot)
    loot.settle()


def _carry_off(engine: Engine, outcome: Outcome, name: str, loot: Loot) -> None:
    number = outcome.exit.id
    if outcome.replay is None or outcome.schema is None:
        own = shown_fields(outcome.exit.query) if outcome.exit.query else None
        loot.add(Part(number, outcome, loot.name(name), own), outcome.table)
        return
    base = outcome.schema.object(name)
    assert base is not None
    loot.add(Part(number, outcome, loot.name(name), _own(outcome.replay.fields, base)), outcome.table)
    _parents(engine, outcome, base, loot)
    _children(engine, outcome, outcome.replay.children, number, loot)


def shown_fields(query: Query) -> tuple[str, ...] | None:
    """Gives the fields of the query's own object as its text names them; None where FIELDS() hides the names."""
    found: dict[str, None] = {}
    for item in query.select:
        if not isinstance(item, Selected):
            continue
        expression = item.expression
        if isinstance(expression, Path):
            if len(expression.names) == 1:
                found[expression.names[0]] = None
        elif hasattr(expression, "group"):
            return None
        elif expression.name.lower() not in UNSHOWN:
            found.update((str(a), None) for a in expression.arguments if isinstance(a, Path) and len(a.names) == 1)
    return tuple(name for name in found if name.lower() != ID)


def _own(taken: Sequence[TakenField], base: ObjectSchema) -> tuple[str, ...]:
    own = (t.field for t in taken if t.object.lower() == base.name.lower() and "." not in t.path)
    return tuple(dict.fromkeys(field for field in own if field.lower() != ID))


def _parents(engine: Engine, outcome: Outcome, base: ObjectSchema, loot: Loot) -> None:
    assert outcome.replay is not None
    assert outcome.schema is not None
    reached: dict[tuple[tuple[str, ...], str], list[str]] = {}
    for taken in outcome.replay.fields:
        way = tuple(taken.path.split(".")[:-1])
        if way and "." not in taken.object and taken.field.lower() != ID:
            reached.setdefault((way, taken.object), []).append(taken.field)
    for number, ((way, target), names) in enumerate(reached.items(), 1):
        select = _walk(outcome, base, outcome.schema, way, target)
        if select is None:
            continue
        table = loot.slot()
        engine.run([Step(table, select)])
        part = Part(f"{outcome.exit.id}.p{number}", outcome, loot.name(target), tuple(dict.fromkeys(names)))
        loot.add(part, table)


def _walk(outcome: Outcome, base: ObjectSchema, schema: Schema, way: tuple[str, ...], target: str) -> str | None:
    """Follows references from the records that left to the parents whose fields were shown."""
    joins: list[str] = []
    holders, alias = base, "base"
    for number, name in enumerate(way[:-1], 1):
        link = holders.relationship(name)
        parents = [found for t in (link.references if link else ()) if (found := schema.object(t)) is not None]
        if link is None or not parents:
            return None
        step = f"step_{number}"
        joins.append(
            f'LEFT JOIN {identifier(parents[0].table)} AS {step}\n            ON left({step}."Id", 15) = '
            f"left({alias}.{identifier(link.column)}, 15)"
        )
        holders, alias = parents[0], step
    last = holders.relationship(way[-1])
    parent = schema.object(target)
    if last is None or parent is None:
        return None
    held = f'left(parent."Id", 15) = left({alias}.{identifier(last.column)}, 15)'
    # Over a reference to several objects only a record that stands in the copy tells which one it is.
    kind = "JOIN" if len(last.references) > 1 else "LEFT JOIN"
    listed = "\n        ".join(joins)
    return f"""
        SELECT
            coalesce(parent."Id", {alias}.{identifier(last.column)}) AS record_id,
            bool_or(gone.certain AND NOT gone.changed) AS certain,
            bool_or(coalesce(parent._changed, TRUE)) AS changed
        FROM {identifier(outcome.table)} AS gone
        JOIN {identifier(base.table)} AS base
            ON base."Id" = gone.record_id
        {listed}
        {kind} {identifier(parent.table)} AS parent
            ON {held}
        WHERE {alias}.{identifier(last.column)} IS NOT NULL
        GROUP BY 1
    """


def _children(engine: Engine, outcome: Outcome, rows: Sequence[ChildRows], prefix: str, loot: Loot) -> None:
    """Rows of subqueries; no log counts them, so that they stay possible."""
    for number, child in enumerate(rows, 1):
        if child.table is None:
            continue
        table, name = loot.slot(), f"{prefix}.c{number}"
        select = f"""
            SELECT
                child."Id" AS record_id,
                FALSE AS certain,
                TRUE AS changed
            FROM {identifier(child.table)} AS child
            GROUP BY child."Id"
        """
        engine.run([Step(table, select)])
        own = tuple(dict.fromkeys(t.field for t in child.fields if "." not in t.path and t.field.lower() != ID))
        loot.add(Part(name, outcome, loot.name(child.object), own), table)
        _children(engine, outcome, child.children, name, loot)
