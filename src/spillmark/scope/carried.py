"""All ways out together: the table `taken`, one row for each record that left or may have left.

Columns as in contract case/1 (object, record_id, fields, data_classes, first_taken, certainty, findings) and the place
of the record in the snapshot (evidence, row; null where it stands in none). `fields` names what left besides the id.
A record's data classes are those of the taken fields that hold a value; where the record was changed since, those of
all taken fields.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from spillmark.engine.interface import Engine, Step, identifier, literal
from spillmark.scope.classes import FREE_TEXT, FieldClass, inside_rules
from spillmark.scope.fields import Fields
from spillmark.scope.loot import Loot, Part
from spillmark.scope.snapshot import Snapshot, SnapshotObject

TAKEN = {
    "object": "VARCHAR",
    "record_id": "VARCHAR",
    "fields": "VARCHAR[]",
    "data_classes": "VARCHAR[]",
    "first_taken": "TIMESTAMP",
    "certainty": "VARCHAR",
    "findings": "VARCHAR[]",
    "evidence": "VARCHAR",
    "row": "BIGINT",
}


@dataclass(frozen=True)
class Carried:
    """One object after all ways out: the fields that left (as far as known) and what each holds."""

    object: str
    fields: tuple[str, ...]
    classes: tuple[FieldClass, ...]
    parts: tuple[Part, ...]
    table: str
    inside: tuple[str, ...] = ()

    @property
    def data_classes(self) -> tuple[str, ...]:
        """The classes of all fields that left, and of what their free text holds."""
        return tuple(sorted({name for found in self.classes for name in found.classes} | set(self.inside)))


def carry(engine: Engine, loot: Loot, snapshot: Snapshot, fields: Fields) -> tuple[Carried, ...]:
    """Joins all parts to the table `taken` and gives what each object lost."""
    loot.close()
    grouped: dict[str, list[Part]] = {}
    for part in loot.parts:
        grouped.setdefault(part.object, []).append(part)
    found = []
    for number, name in enumerate(sorted(grouped), 1):
        source = loot.select(name)
        found.append(_object(engine, f"taken_{number}", source, grouped[name], snapshot.named(name), fields))
    columns = ", ".join(identifier(column) for column in TAKEN)
    if found:
        union = "\nUNION ALL\n".join(f"SELECT {columns} FROM {identifier(one.table)}" for one in found)
        engine.run([Step("taken", union)])
    else:
        engine.register("taken", TAKEN, ())
    return tuple(found)


def _object(
    engine: Engine, table: str, source: str, parts: Sequence[Part], snap: SnapshotObject | None, fields: Fields
) -> Carried:
    name = parts[0].object
    names = {part.id: part.fields if part.fields is not None else fields.all_of(name) for part in parts}
    listed = tuple(dict.fromkeys(field for part in parts for field in names[part.id]))
    classes = tuple(fields.of(name, field) for field in listed)
    engine.run([Step(f"{table}_ways", _ways(source))])
    shapes = _sets(engine, table, parts, names)
    engine.run([Step(table, _rows(table, name, _held(shapes, classes, snap), snap))])
    return Carried(name, listed, classes, tuple(parts), table, _inside(engine, table, classes))


def _inside(engine: Engine, table: str, classes: Sequence[FieldClass]) -> tuple[str, ...]:
    """Classes that some record's free text was found to hold."""
    if not any(FREE_TEXT in found.classes for found in classes):
        return ()
    searched = {rule.data_class for rule in inside_rules()}
    query = f"SELECT DISTINCT unnest(data_classes) AS name FROM {identifier(table)} ORDER BY name"
    return tuple(str(name) for (name,) in engine.rows(query) if name in searched)


def _ways(source: str) -> str:
    """One row a record: by which parts it left, whether one of them proves it, and when first."""
    return f"""
        SELECT
            record_id,
            list_sort(list(DISTINCT part)) AS parts,
            bool_or(certain) AS certain,
            bool_or(changed) AS changed,
            coalesce(min(left_at) FILTER (WHERE certain), min(left_at)) AS first_taken
        FROM ({source})
        GROUP BY record_id
    """


def _sets(
    engine: Engine, table: str, parts: Sequence[Part], names: Mapping[str, tuple[str, ...]]
) -> list[tuple[str, ...]]:
    """Few different sets of parts stand behind many records: fields and findings are put together once for each set.

    Makes `<table>_sets` and gives the different lists of fields; `shape` in the table is a place in that list.
    """
    by_id = {part.id: part for part in parts}
    shapes: dict[tuple[str, ...], int] = {}
    rows: list[tuple[object, ...]] = []
    for (found,) in engine.rows(f"SELECT DISTINCT parts FROM {identifier(f'{table}_ways')} ORDER BY parts"):
        chosen = sorted(found, key=number_of) if isinstance(found, list) else []
        fields = tuple(dict.fromkeys(field for part in chosen for field in names[part]))
        findings = {finding for part in chosen for finding in by_id[part].outcome.exit.findings}
        shape = shapes.setdefault(fields, len(shapes))
        rows.append((found, shape, list(fields), sorted(findings, key=number_of)))
    columns = {"parts": "VARCHAR[]", "shape": "INTEGER", "fields": "VARCHAR[]", "findings": "VARCHAR[]"}
    engine.register(f"{table}_sets", columns, rows)
    return list(shapes)


def number_of(name: str) -> tuple[int, str]:
    """Sorts F2 before F10, X2 before X10."""
    digits = re.match(r"\D*(\d+)", name)
    return (int(digits[1]) if digits else 0, name)


def _rows(table: str, name: str, held: str, snap: SnapshotObject | None) -> str:
    join = (
        "" if snap is None else f'LEFT JOIN {identifier(snap.table)} AS snap\n            ON snap."Id" = ways.record_id'
    )
    evidence, row = ("snap._evidence", "snap._row") if snap else ("CAST(NULL AS VARCHAR)", "CAST(NULL AS BIGINT)")
    return f"""
        SELECT
            {literal(name)} AS object,
            ways.record_id,
            sets.fields,
            list_filter([
                {held}
            ]::VARCHAR[], lambda x: x IS NOT NULL) AS data_classes,
            ways.first_taken,
            CASE WHEN ways.certain THEN 'certain' ELSE 'possible' END AS certainty,
            sets.findings,
            {evidence} AS evidence,
            {row} AS "row"
        FROM {identifier(f"{table}_ways")} AS ways
        JOIN {identifier(f"{table}_sets")} AS sets
            ON sets.parts = ways.parts
        {join}
    """


def _held(shapes: Sequence[tuple[str, ...]], classes: Sequence[FieldClass], snap: SnapshotObject | None) -> str:
    """One entry a class: its id where a taken field of it holds a value, or may have held one."""
    tests: dict[str, list[str]] = {}
    for found in classes:
        numbers = [number for number, fields in enumerate(shapes) if found.field in fields]
        column = snap.column(found.field) if snap else None
        listed = ", ".join(map(str, numbers)) or "NULL"
        chosen = "TRUE" if len(numbers) == len(shapes) else f"sets.shape IN ({listed})"
        value = f'(snap.{identifier(column)} IS NOT NULL OR ways.changed OR snap."Id" IS NULL)' if column else "TRUE"
        for name in found.classes:
            tests.setdefault(name, []).append(f"{chosen} AND {value}")
        if FREE_TEXT in found.classes and column is not None:
            for rule in inside_rules():
                held = f"regexp_matches(snap.{identifier(column)}, {literal(rule.pattern)})"
                tests.setdefault(rule.data_class, []).append(f"{chosen} AND {held}")
    entries = [f"CASE WHEN {' OR '.join(tests[name])} THEN {literal(name)} END" for name in sorted(tests)]
    return ",\n                ".join(entries)
