"""All ways out together: the table `taken`, one row for each record that left or may have left.

Columns as in contract case/1 (object, record_id, fields, data_classes, first_taken, certainty, findings) and the place
of the record in the snapshot (evidence, row; null where it stands in none). `fields` names what left besides the id.
A record's data classes are those of the taken fields that hold a value; where the record was changed since, those of
all taken fields.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from spillmark.engine.interface import Engine, Step, identifier, literal
from spillmark.scope.classes import FieldClass, classify
from spillmark.scope.parts import Part
from spillmark.scope.snapshot import Snapshot, SnapshotObject
from spillmark.soql.schema import ObjectSchema, Schema
from spillmark.soql.sql import timestamp

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
SAMPLE = 200


@dataclass(frozen=True)
class Carried:
    """One object after all ways out: the fields that left (as far as known) and what each holds."""

    object: str
    fields: tuple[str, ...]
    classes: tuple[FieldClass, ...]
    parts: tuple[Part, ...]
    table: str

    @property
    def data_classes(self) -> tuple[str, ...]:
        """The classes of all fields that left."""
        return tuple(sorted({name for found in self.classes for name in found.classes}))


class Fields:
    """Classifies fields of the schema's objects once each, with a sample of their values."""

    def __init__(self, engine: Engine, snapshot: Snapshot, schema: Schema) -> None:
        self._engine = engine
        self._snapshot = snapshot
        self._schema = schema
        self._known: dict[tuple[str, str], FieldClass] = {}

    def of(self, object_name: str, field_name: str) -> FieldClass:
        """Tells what a field of an object holds."""
        key = (object_name.lower(), field_name.lower())
        if key not in self._known:
            self._known[key] = self._classify(object_name, field_name)
        return self._known[key]

    def all_of(self, object_name: str) -> tuple[str, ...]:
        """Gives the names of all fields of an object in the snapshot, its id left out."""
        known = self._schema.object(object_name)
        return () if known is None else tuple(field.name for field in known.fields if field.type != "id")

    def _classify(self, object_name: str, field_name: str) -> FieldClass:
        known = self._schema.object(object_name)
        field = known.field(field_name) if known else None
        if known is None or field is None:
            return classify(object_name, field_name)
        if field.type in ("id", "reference"):
            return FieldClass(
                known.name, field.name, (), "high", "a reference to another record", "standard", technical=True
            )
        return classify(known.name, field.name, sample=self._values(known, field.column))

    def _values(self, known: ObjectSchema, column: str) -> tuple[str, ...]:
        sample = f"sample_{known.name}"
        query = f"""
            SELECT DISTINCT {identifier(column)} AS value
            FROM {identifier(sample)}
            WHERE {identifier(column)} IS NOT NULL
            ORDER BY value
            LIMIT {SAMPLE}
        """
        return tuple(str(row[0]) for row in self._engine.rows(query))


def carry(engine: Engine, parts: Sequence[Part], snapshot: Snapshot, fields: Fields) -> tuple[Carried, ...]:
    """Joins all parts to the table `taken` and gives what each object lost."""
    grouped: dict[str, list[Part]] = {}
    for part in parts:
        grouped.setdefault(part.object, []).append(part)
    found = []
    for number, name in enumerate(sorted(grouped), 1):
        found.append(_object(engine, f"taken_{number}", name, grouped[name], snapshot.named(name), fields))
    columns = ", ".join(identifier(column) for column in TAKEN)
    if found:
        union = "\nUNION ALL\n".join(f"SELECT {columns} FROM {identifier(one.table)}" for one in found)
        engine.run([Step("taken", union)])
    else:
        engine.register("taken", TAKEN, ())
    return tuple(found)


def _object(
    engine: Engine, table: str, name: str, parts: Sequence[Part], snap: SnapshotObject | None, fields: Fields
) -> Carried:
    names = {part.id: part.fields if part.fields is not None else fields.all_of(name) for part in parts}
    listed = tuple(dict.fromkeys(field for part in parts for field in names[part.id]))
    classes = tuple(fields.of(name, field) for field in listed)
    engine.run([Step(f"{table}_ways", _ways(parts))])
    _signatures(engine, table, parts, names)
    engine.run([Step(table, _rows(table, name, names, classes, snap, engine))])
    return Carried(name, listed, classes, tuple(parts), table)


def _ways(parts: Sequence[Part]) -> str:
    """One row a record: by which parts it left, whether one of them proves it, and when first."""
    union = "\n            UNION ALL\n".join(
        f"            SELECT record_id, certain, changed, {literal(part.id)} AS part, "
        f"{timestamp(part.outcome.exit.left)} AS left_at\n            FROM {identifier(part.table)}"
        for part in parts
    )
    return f"""
        SELECT
            record_id,
            list_sort(list_distinct(list(part))) AS parts,
            bool_or(certain) AS certain,
            bool_or(changed) AS changed,
            coalesce(min(left_at) FILTER (WHERE certain), min(left_at)) AS first_taken
        FROM (
{union}
        )
        GROUP BY record_id
    """


def _signatures(engine: Engine, table: str, parts: Sequence[Part], names: Mapping[str, tuple[str, ...]]) -> None:
    """Few different sets of parts stand behind many records: fields and findings are put together once for each set."""
    by_id = {part.id: part for part in parts}
    rows = []
    query = f"SELECT DISTINCT parts FROM {identifier(f'{table}_ways')} ORDER BY parts"
    for number, (sets,) in enumerate(engine.rows(query)):
        assert isinstance(sets, list)
        fields = list(dict.fromkeys(field for part in sets for field in names[part]))
        findings = sorted({f for part in sets for f in by_id[part].outcome.exit.findings}, key=_number)
        rows.append((number, sets, fields, findings))
    columns = {"signature": "INTEGER", "parts": "VARCHAR[]", "fields": "VARCHAR[]", "findings": "VARCHAR[]"}
    engine.register(f"{table}_sets", columns, _nested(rows))


def _nested(rows: Iterable[tuple[int, list[str], list[str], list[str]]]) -> Iterable[tuple[object, ...]]:
    return rows


def _number(finding: str) -> tuple[int, str]:
    digits = "".join(c for c in finding if c.isdigit())
    return (int(digits) if digits else 0, finding)


def _rows(
    table: str,
    name: str,
    names: Mapping[str, tuple[str, ...]],
    classes: Sequence[FieldClass],
    snap: SnapshotObject | None,
    engine: Engine,
) -> str:
    sets = {
        int(str(number)): {str(field) for field in fields}
        for number, fields in engine.rows(
            f"SELECT signature, fields FROM {identifier(f'{table}_sets')} ORDER BY signature"
        )
        if isinstance(fields, list)
    }
    held = _held(sets, classes, snap)
    join = (
        "" if snap is None else f'LEFT JOIN {identifier(snap.table)} AS snap\n            ON snap."Id" = ways.record_id'
    )
    place = ("snap._evidence", "snap._row") if snap is not None else ("CAST(NULL AS VARCHAR)", "CAST(NULL AS BIGINT)")
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
            {place[0]} AS evidence,
            {place[1]} AS "row"
        FROM {identifier(f"{table}_ways")} AS ways
        JOIN {identifier(f"{table}_sets")} AS sets
            ON sets.parts = ways.parts
        {join}
    """


def _held(sets: Mapping[int, set[str]], classes: Sequence[FieldClass], snap: SnapshotObject | None) -> str:
    """One entry a class: its id where a taken field of it holds a value, or may have held one."""
    tests: dict[str, list[str]] = {}
    for found in classes:
        numbers = sorted(number for number, fields in sets.items() if found.field in fields)
        column = snap.column(found.field) if snap else None
        chosen = (
            "TRUE" if len(numbers) == len(sets) else f"sets.signature IN ({', '.join(map(str, numbers)) or 'NULL'})"
        )
        value = f'(snap.{identifier(column)} IS NOT NULL OR ways.changed OR snap."Id" IS NULL)' if column else "TRUE"
        for name in found.classes:
            tests.setdefault(name, []).append(f"{chosen} AND {value}")
    entries = [f"CASE WHEN {' OR '.join(tests[name])} THEN {literal(name)} END" for name in sorted(tests)]
    return ",\n                ".join(entries)
