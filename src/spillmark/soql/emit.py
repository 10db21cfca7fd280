"""A query tree to named SQL steps over snapshot tables: the records that it returned, or that it can have returned.

The result table has one row for each base record that cannot be excluded: `Id`, `certain` (true where it surely
matches, under either rule for empty fields), and with `columns="all"` every field of the object by its name.
Dates are anchored at the moment of the query in the sender's zone. The tables are read as they are given: rows created,
changed or deleted since the query are the caller's to judge (`filters` names the fields that decide).
"""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from zoneinfo import ZoneInfo

from spillmark.engine.interface import Step, identifier
from spillmark.errors import SpillmarkError
from spillmark.soql.conditions import Bounds, Conditions, Nulls
from spillmark.soql.dates import Anchor, WeekStart
from spillmark.soql.ledger import Ledger
from spillmark.soql.narrowing import narrowing
from spillmark.soql.placing import SortKey, sort_keys, sureness, window
from spillmark.soql.relation import BASE, Relation
from spillmark.soql.schema import Field, ObjectSchema, Schema
from spillmark.soql.sql import FALSE, all_of, column, id_key, indented
from spillmark.soql.taken import TakenField, is_aggregate, is_count, named_fields, taken_fields
from spillmark.soql.tree import Bind, Child, Query

Columns = Literal["id", "all"]
ReplayKind = Literal["records", "count", "aggregate"]
_OWN_NAMES = frozenset(
    [
        "id",
        "parent_id",
        "parent_certain",
        "certain",
        "sure",
        "sure_before",
        "last_place",
        "everyone",
        "sorted",
        "earliest",
        "latest",
    ]
)
_OWN_NUMBERED = re.compile(r"(?:key|text|value|lost)_\d+")
"""Names that the steps use themselves; no field of Salesforce is called so."""


class ReplayError(SpillmarkError):
    """A query cannot be replayed at all: there is no copy of its object, or the copy has no ids."""


@dataclass(frozen=True)
class ChildRows:
    """A child subquery: the table of its rows (Id, parent_id, certain) and the fields that it shows.

    `table` is None where the relationship is not known; the fields then are named by the relationship.
    """

    relationship: str
    object: str
    table: str | None
    fields: tuple[TakenField, ...]
    children: tuple["ChildRows", ...] = ()


@dataclass(frozen=True)
class Replay:
    """Steps to run and how to read their result.

    `table` is the last step's name. `exact` is false where a part of the query could not be told, so that rows stand
    which it may not have returned, or where children are missing; `notes` says why. `limit` and `offset` as asked;
    `total_order` tells whether the sort leaves no two records in one place. For a count or an aggregate the table holds
    the records behind it, never cut by LIMIT.
    """

    steps: tuple[Step, ...]
    table: str
    kind: ReplayKind
    exact: bool
    notes: tuple[str, ...]
    object: str
    fields: tuple[TakenField, ...]
    filters: tuple[tuple[str, str], ...]
    limit: int | None
    offset: int
    total_order: bool
    children: tuple[ChildRows, ...] = ()


def replay(
    query: Query,
    schema: Schema,
    *,
    at: datetime,
    zone: ZoneInfo,
    nulls: Nulls = "include",
    fiscal_year_start: int = 1,
    week_start: WeekStart = "monday",
    columns: Columns = "id",
    name: str = "replay",
) -> Replay:
    """Gives the steps that find the query's records; their tables' names begin with `name`.

    `at` is the moment of the query, `fiscal_year_start` a month from 1.

    Raises:
        ReplayError: there is no copy of the object, or it has no ids.
    """
    anchor = Anchor(at, zone, fiscal_year_start, week_start)
    base = schema.object(query.object)
    if base is None:
        raise ReplayError(f"there is no copy of the object {query.object}", hint="Give a snapshot that holds it.")
    emitter = _Emitter(schema, anchor, nulls, columns, Ledger())
    kind: ReplayKind = "count" if is_count(query) else "aggregate" if is_aggregate(query) else "records"
    found = emitter.rows(query, base, name, kind)
    return Replay(
        steps=found.steps,
        table=name,
        kind=kind,
        exact=emitter.ledger.exact,
        notes=emitter.ledger.notes,
        object=base.name,
        fields=() if kind == "count" else found.fields,
        filters=emitter.ledger.filters,
        limit=_known_rows(query.limit),
        offset=_known_rows(query.offset) or 0,
        total_order=found.total_order,
        children=found.children,
    )


@dataclass(frozen=True)
class _Rows:
    steps: tuple[Step, ...]
    fields: tuple[TakenField, ...]
    total_order: bool
    children: tuple[ChildRows, ...]


@dataclass(frozen=True)
class _Parent:
    """The table of parents that a child subquery's rows hang on, and the child's reference to them."""

    table: str
    link: Field


@dataclass(frozen=True)
class _Emitter:
    schema: Schema
    anchor: Anchor
    nulls: Nulls
    columns: Columns
    ledger: Ledger

    def rows(
        self, query: Query, base: ObjectSchema, name: str, kind: ReplayKind, parent: _Parent | None = None
    ) -> _Rows:
        """The steps for one SELECT and its child subqueries."""
        relation = Relation(self.schema, base, query)
        fields = taken_fields(query, relation, self.schema)
        relation = Relation(self.schema, base, query)  # without the joins that only the shown fields need
        keys = sort_keys(query, relation, self.anchor, self.ledger) if kind == "records" else ()
        bounds = self._bounds(query, relation)
        cut = kind == "records" and _is_cut(query)
        match_name = f"{name}_candidates" if cut else name
        steps = [Step(match_name, self._match(relation, bounds, keys if cut else None, parent))]
        if cut:
            limit, offset = _known_rows(query.limit), _known_rows(query.offset) or 0
            source = identifier(match_name)
            placed = window(keys, source, limit=limit, offset=offset, per_parent=parent is not None)
            steps.append(Step(name, placed))
        children = [self._child(child, base, name, number) for number, child in enumerate(_children(query), 1)]
        total = len(keys) == len(query.order) and any(key.unique for key in keys)
        return _Rows(
            tuple(steps) + tuple(step for _, inner in children for step in inner),
            fields,
            total,
            tuple(rows for rows, _ in children),
        )

    def _bounds(self, query: Query, relation: Relation) -> Bounds:
        """Upper by the chosen rule for empty fields; lower by the strict one, because sources disagree."""
        both = self.nulls == "include"
        chosen = Conditions(self.schema, relation, self.anchor, self.nulls, self.ledger, both_inside=both)
        strict = Conditions(self.schema, relation, self.anchor, "exclude", Ledger())
        upper, lower = chosen.bounds(query.where).upper, strict.bounds(query.where).lower
        reasons = narrowing(query)
        for reason in reasons:
            self.ledger.widen(reason)
        return Bounds(upper, FALSE if reasons else lower)

    def _match(
        self, relation: Relation, bounds: Bounds, keys: tuple[SortKey, ...] | None, parent: _Parent | None
    ) -> str:
        base = relation.base
        others = [field for field in base.fields if self.columns == "all" and not _is_own(field.name)]
        certain = all_of([bounds.lower, *(["parent_certain"] if parent else [])])
        shown = [identifier("Id"), *(["parent_id"] if parent else []), f"coalesce({certain}, FALSE) AS certain"]
        if keys is not None:
            shown.append(f"{sureness(keys)} AS sure")
            shown.extend(f"{key.sql} AS key_{number}" for number, key in enumerate(keys, 1))
        shown.extend(identifier(field.name) for field in others)
        columns = [f"{column(BASE, field.column)} AS {identifier(field.name)}" for field in (_key(base), *others)]
        given = relation.given(*_joined(columns, parent))
        rows = ",\n  ".join(shown)
        return f"""-- the object's records, each value read once under a short name
WITH given AS (
{indented(given)}
)
-- all that the query can have returned; certain: that it must have
SELECT
  {rows}
FROM given
WHERE {bounds.upper}"""

    def _child(self, child: Child, base: ObjectSchema, name: str, number: int) -> tuple[ChildRows, tuple[Step, ...]]:
        relationship = child.query.sources[0].path.names[-1]
        found = self.schema.child(base, relationship)
        if found is None:
            self.ledger.widen(f"the children {relationship} of {base.name} are not known, so their rows are missing")
            return ChildRows(relationship, relationship, None, named_fields(child.query, relationship)), ()
        target, link = found
        table = f"{name}_child_{number}"
        rows = self.rows(child.query, target, table, "records", _Parent(name, link))
        return ChildRows(relationship, target.name, table, rows.fields, rows.children), rows.steps


def _is_own(name: str) -> bool:
    return name.lower() in _OWN_NAMES or _OWN_NUMBERED.fullmatch(name.lower()) is not None


def _is_cut(query: Query) -> bool:
    return _known_rows(query.limit) is not None or bool(_known_rows(query.offset))


def _joined(columns: list[str], parent: _Parent | None) -> tuple[list[str], str | None]:
    """Adds what a child subquery's rows take from their parents."""
    if parent is None:
        return columns, None
    key = identifier("Id")
    on = f"{id_key(f'parent.{key}')} = {id_key(column(BASE, parent.link.column))}"
    join = f"JOIN {identifier(parent.table)} AS parent\n  ON {on}"
    return [*columns, f"parent.{key} AS parent_id", "parent.certain AS parent_certain"], join


def _children(query: Query) -> list[Child]:
    return [item for item in query.select if isinstance(item, Child)]


def _known_rows(rows: int | Bind | None) -> int | None:
    return rows if isinstance(rows, int) else None


def _key(base: ObjectSchema) -> Field:
    found = base.field("Id")
    if found is None:
        raise ReplayError(f"the copy of {base.name} has no Id", hint="Give a snapshot with the Id column.")
    return found
