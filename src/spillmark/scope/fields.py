"""Every field of the snapshot's objects classified once, with a sample of its values."""

from spillmark.engine.interface import Engine, identifier
from spillmark.scope.classes import FieldClass, classify
from spillmark.scope.snapshot import Snapshot
from spillmark.soql.schema import ObjectSchema, Schema

SAMPLE = 200


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
