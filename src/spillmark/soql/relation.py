"""The table that one SELECT reads and the parents that its paths reach, each joined once.

A missing parent gives null and the row stays (outer join). A reference whose record stands in no snapshot leaves the
value open: such rows are in doubt, because the parent may have been there when the query ran.
Source: Salesforce SOQL and SOSL Reference, "Using Relationship Queries", "Understanding Relationship Fields and
Polymorphic Fields" (fields over a polymorphic reference resolve on Name, whose Type names the object).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from spillmark.engine.interface import identifier, literal
from spillmark.soql.kinds import Kind, kind_of
from spillmark.soql.schema import Field, ObjectSchema, Schema
from spillmark.soql.sql import FALSE, TRUE, any_of, column, id_key
from spillmark.soql.tree import Path, Query

BASE = "base"


@dataclass(frozen=True)
class Found:
    """A field that a path reaches: its text in SQL, where that text is in doubt, and the objects that hold it."""

    name: str
    kind: Kind
    text: str
    doubt: str
    owners: tuple[tuple[str, str], ...]
    over_parent: bool


@dataclass(frozen=True)
class Missing:
    """A path that leads nowhere, why, the name that is not known and those that stand in its place."""

    why: str
    name: str = ""
    near: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Branch:
    alias: str
    object: ObjectSchema


class Relation:
    """One SELECT's object with its aliases; what paths need is noted as they are asked for, and `given` lists it.

    Conditions speak of values by short names (text_1, value_1), so that each is read once and the SQL stays readable.
    """

    def __init__(self, schema: Schema, base: ObjectSchema, query: Query) -> None:
        self.base = base
        self._schema = schema
        self._aliases = aliases(query, base)
        self._joins: dict[tuple[str, str, str], tuple[str, str]] = {}
        self._values: dict[str, str] = {}

    def named(self, prefix: str, sql: str) -> str:
        """Gives the short name of an expression; TRUE and FALSE need none."""
        if sql in (TRUE, FALSE):
            return sql
        return self._values.setdefault(sql, f"{prefix}_{len(self._values) + 1}")

    def given(self, columns: Sequence[str] = (), join: str | None = None) -> str:
        """The SELECT of the object's rows with all named values; `columns` and an inner `join` come on top."""
        shown = [*columns, *(f"{sql} AS {name}" for sql, name in self._values.items())]
        joins = [] if join is None else [join]
        joins.extend(clause for _, clause in self._joins.values())
        table = f"FROM {identifier(self.base.table)} AS {BASE}"
        return "\n".join(["SELECT", "  " + ",\n  ".join(shown), table, *joins])

    def find(self, path: Path) -> Found | Missing:
        """Resolves a path; aliases and the object's own name may lead it."""
        names = self.expand(path)
        branches, doubts, polymorphic = [_Branch(BASE, self.base)], [FALSE], False
        for name in names[:-1]:
            links = [(branch, branch.object.relationship(name)) for branch in branches]
            known = [(branch, link) for branch, link in links if link is not None]
            if not known:
                return _no_parent(branches, name)
            polymorphic = any(len(link.references) > 1 for _, link in known)
            branches = []
            for branch, link in known:
                reached, doubt = self._step(branch, link)
                branches.extend(reached)
                doubts.append(doubt)
            if not branches:
                return Missing(f"there is no copy of the object that {name} leads to")
        found = _type_of(branches) if polymorphic and names[-1].lower() == "type" else _field_of(branches, names[-1])
        if isinstance(found, Missing):
            return found
        return Found(found.name, found.kind, found.text, any_of([*doubts, found.doubt]), found.owners, len(names) > 1)

    def expand(self, path: Path) -> tuple[str, ...]:
        """Gives the names behind aliases, from the object on."""
        first, rest = path.names[0].lower(), path.names[1:]
        if not rest:
            return path.names
        if first in self._aliases:
            return (*self._aliases[first], *rest)
        if first == self.base.name.lower() and self.base.relationship(first) is None:
            return rest
        return path.names

    def _step(self, branch: _Branch, link: Field) -> tuple[list[_Branch], str]:
        """Follows one reference to every object that it may point to and that has a table."""
        reference = column(branch.alias, link.column)
        reached: list[_Branch] = []
        misses = [f"{reference} IS NOT NULL"]
        for name in link.references:
            target = self._schema.object(name)
            key = None if target is None else target.field("Id")
            if target is None or key is None:
                continue
            alias = self._join(branch, link, reference, target, key)
            reached.append(_Branch(alias, target))
            misses.append(f"{alias}.{identifier(key.column)} IS NULL")
        return reached, "(" + " AND ".join(misses) + ")"

    def _join(self, branch: _Branch, link: Field, reference: str, target: ObjectSchema, key: Field) -> str:
        wanted = (branch.alias, link.name.lower(), target.name.lower())
        if wanted not in self._joins:
            alias = f"parent_{len(self._joins) + 1}"
            matched = f"{id_key(column(alias, key.column))} = {id_key(reference)}"
            self._joins[wanted] = (alias, f"LEFT JOIN {identifier(target.table)} AS {alias}\n  ON {matched}")
        return self._joins[wanted][0]


def aliases(query: Query, base: ObjectSchema) -> dict[str, tuple[str, ...]]:
    """Gives alias in lower case to the path behind it; the base's own alias and relationship name stand for nothing."""
    first = query.sources[0]
    known: dict[str, tuple[str, ...]] = {}
    if base.relationship(first.path.names[-1]) is None:
        known[first.path.names[-1].lower()] = ()
    if first.alias is not None:
        known[first.alias.lower()] = ()
    for source in query.sources[1:]:
        head, rest = source.path.names[0].lower(), source.path.names[1:]
        way = (*known[head], *rest) if head in known and rest else source.path.names
        known[(source.alias or source.path.names[-1]).lower()] = way
    return known


def _field_of(branches: list[_Branch], name: str) -> Found | Missing:
    held = [(branch, branch.object.field(name)) for branch in branches]
    fields = [(branch, field) for branch, field in held if field is not None]
    if not fields:
        return _no_field(branches, name)
    texts = [column(branch.alias, field.column) for branch, field in fields]
    text = texts[0] if len(texts) == 1 else f"coalesce({', '.join(texts)})"
    blank = [_is_there(branch) for branch, field in held if field is None]
    owners = tuple((branch.object.name, field.name) for branch, field in fields)
    return Found(fields[0][1].name, kind_of(fields[0][1].type), text, any_of(blank), owners, over_parent=False)


def _no_parent(branches: list[_Branch], name: str) -> Missing:
    parents = [field.relationship for branch in branches for field in branch.object.fields if field.relationship]
    return Missing(f"{branches[0].object.name} has no known parent {name}", name, tuple(parents))


def _no_field(branches: list[_Branch], name: str) -> Missing:
    owners = " or ".join(branch.object.name for branch in branches)
    if any(branch.object.relationship(name) for branch in branches):
        return Missing(f"{name} is a relationship of {owners}: a field must follow it", name)
    fields = tuple(field.name for branch in branches for field in branch.object.fields)
    return Missing(f"{owners} has no known field {name}", name, fields)


def _type_of(branches: list[_Branch]) -> Found:
    cases = " ".join(f"WHEN {_is_there(branch)} THEN {literal(branch.object.name)}" for branch in branches)
    owners = tuple((branch.object.name, "Type") for branch in branches)
    return Found("Type", "text", f"CASE {cases} END", FALSE, owners, over_parent=False)


def _is_there(branch: _Branch) -> str:
    key = branch.object.field("Id")
    return FALSE if key is None else f"{branch.alias}.{identifier(key.column)} IS NOT NULL"
