"""`detail`: the vendor's fields that no event column holds, made of what is stored when somebody asks for it."""

import json
from collections.abc import Mapping as Map
from collections.abc import Sequence

from spillmark.engine.interface import identifier, literal
from spillmark.evidence.json_table import pointer
from spillmark.normal.compile import converted
from spillmark.normal.mapping import Mapping, Source


def of_table(mapping: Mapping, vendor: Map[str, str]) -> str:
    """Gives the SQL of a JSON object of the stored columns (-> vendor's name) that are filled and not held."""
    return _object(mapping, [(name or column, identifier(column)) for column, name in vendor.items()])


def of_record(mapping: Mapping, names: Map[str, str]) -> str:
    """Gives the SQL of the same object of the fields of a stored JSON record; what is nested in it is JSON text."""
    ordered = sorted(names)
    # One call in the same words for every field: the engine parses a record once.
    cells = f"json_extract_string(record, [{', '.join(literal(pointer(name)) for name in ordered)}])"
    return _object(mapping, [(name, f"nullif(({cells})[{n}], '')") for n, name in enumerate(ordered, 1)])


def _object(mapping: Mapping, cells: Sequence[tuple[str, str]]) -> str:
    """By name, so that the same record is the same text whatever the order and form of its file."""
    parts = []
    for name, cell in sorted(cells):
        key = literal(json.dumps(name, ensure_ascii=False) + ":")
        loose = " AND ".join((f"{cell} IS NOT NULL", *_loose(mapping, name, cell)))
        parts.append(f"CASE WHEN {loose} THEN {key} || to_json({cell})::VARCHAR END")
    if not parts:
        return "NULL"
    joined = ",\n                ".join(parts)
    return f"'{{' || nullif(concat_ws(',',\n                {joined}), '') || '}}'"


def _loose(mapping: Mapping, name: str, cell: str) -> list[str]:
    """That no column shows this very value, converted: another candidate may have come first."""
    tests = [
        _shown(source, identifier(column), cell, mapping.zone or mapping.assumed)
        for column, sources in mapping.fields.items()
        for source in sources
        if source.holds and name.lower() in (one.lower() for one in source.from_)
    ]
    return [f"({' OR '.join(tests)}) IS NOT TRUE"] if tests else []


def _shown(source: Source, column: str, cell: str, zone: str) -> str:
    if source.as_ in ("ids", "list"):
        # The ids are what counts in a list of records; the rest of it stays in the evidence.
        return f"{column} IS NOT NULL"
    return f"({converted(source, cell, zone)}) = {column}"
