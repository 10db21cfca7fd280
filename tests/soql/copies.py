"""Small copies of a Salesforce org for tests: objects and rows as data, loaded into an engine."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from io import StringIO
from typing import Any
from zoneinfo import ZoneInfo

from spillmark.engine.duckdb import DuckDBEngine
from spillmark.engine.interface import Engine
from spillmark.soql.emit import Replay, replay
from spillmark.soql.parser import parse
from spillmark.soql.schema import Field, ObjectSchema, Schema

AT = datetime(2025, 7, 15, 14, 2, 11, tzinfo=UTC)


@dataclass(frozen=True)
class Copy:
    """A schema and the engine that holds its rows."""

    schema: Schema
    engine: Engine

    def run(self, query: str, **options: Any) -> tuple[Replay, list[tuple[str, bool]]]:
        """Replays a query; gives the replay and its rows (Id, certain), sorted."""
        settings: dict[str, Any] = {"at": AT, "zone": ZoneInfo("UTC"), **options}
        found = replay(parse(query), self.schema, **settings)
        self.engine.run(found.steps)
        return found, self.rows(found.table)

    def rows(self, table: str) -> list[tuple[str, bool]]:
        """The rows (Id, certain) of a result table."""
        return [(str(r[0]), bool(r[1])) for r in self.engine.rows(f'SELECT "Id", certain FROM "{table}" ORDER BY 1')]

    def ids(self, query: str, **options: Any) -> list[str]:
        """The ids that cannot be excluded."""
        return [row for row, _ in self.run(query, **options)[1]]


def load(objects: Mapping[str, Any]) -> Copy:
    """Makes a copy from `{object: {fields: {name: type or mapping}, rows: csv text}}`."""
    engine = DuckDBEngine(threads=1)
    schemas = []
    for name, spec in objects.items():
        fields = tuple(field(key, value) for key, value in spec["fields"].items())
        table = f"copy of {name}"
        schemas.append(ObjectSchema(name, table, fields))
        engine.register(table, {f.column: "VARCHAR" for f in fields}, rows(fields, spec.get("rows", "")))
    return Copy(Schema(tuple(schemas)), engine)


def field(name: str, spec: Any) -> Field:
    """A field from its type, or from a mapping with what a reference needs."""
    given = {"type": spec} if isinstance(spec, str) else dict(spec)
    references = tuple(given.pop("references", ()))
    return Field(name, column=given.pop("column", name), references=references, **given)


def rows(fields: tuple[Field, ...], text: str) -> list[tuple[str | None, ...]]:
    """Rows of a CSV text in the order of the fields; an empty cell is null."""
    found = csv.DictReader(StringIO(text), skipinitialspace=True)
    return [tuple((row.get(f.name) or "").strip() or None for f in fields) for row in found]
