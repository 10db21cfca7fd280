"""`detail`: the vendor's fields that no event column holds, made of what is stored when somebody asks for it."""

import json
from collections.abc import Mapping as Map

from spillmark.engine.interface import identifier, literal
from spillmark.evidence.json_table import pointer
from spillmark.normal.compile import converted
from spillmark.normal.mapping import Mapping, Source


def of_table(mapping: Mapping, vendor: Map[str, str]) -> str:
    """Gives the SQL of a JSON object of the stored columns (-> vendor's name) that are filled and not held.

    By name, so that the same record is the same text whatever the order of columns in its file.
    """
    parts = []
    for column, name in sorted(vendor.items(), key=lambda pair: (pair[1], pair[0])):
        cell = identifier(column)
        key = literal(json.dumps(name or column, ensure_ascii=False) + ":")
        loose = " AND ".join((f"{cell} IS NOT NULL", *_loose(mapping, name, cell)))
        parts.append(f"CASE WHEN {loose} THEN {key} || to_json({cell})::VARCHAR END")
    if not parts:
        return "NULL"
    joined = ",\n                ".join(parts)
    return f"'{{' || nullif(concat_ws(',',\n                {joined}), '') || '}}'"


def of_record(mapping: Mapping, names: Map[str, str]) -> str:
    """Gives the SQL of the stored record without its fields that are empty or held."""
    holes = []
    for name in sorted(names):
        cell = f"json_extract_string(record, {literal(pointer(name))})"
        loose = " AND ".join((f"nullif({cell}, '') IS NOT NULL", *_loose(mapping, name, cell)))
        hole = literal(json.dumps(name, ensure_ascii=False) + ":null")
        holes.append(f"CASE WHEN ({loose}) IS NOT TRUE THEN {hole} END")
    if not holes:
        return "nullif(record, '{}')"
    joined = ",\n                ".join(holes)
    patch = f"('{{' || concat_ws(',',\n                {joined}) || '}}')::JSON"
    return f"nullif(json_merge_patch(record::JSON, {patch})::VARCHAR, '{{}}')"


def _loose(mapping: Mapping, name: str, cell: str) -> list[str]:
    """That no column shows this very value, converted: another candidate may have come first."""
    tests = [
        _shown(source, identifier(column), cell)
        for column, sources in mapping.fields.items()
        for source in sources
        if source.holds and name.lower() in (one.lower() for one in source.from_)
    ]
    return [f"({' OR '.join(tests)}) IS NOT TRUE"] if tests else []


def _shown(source: Source, column: str, cell: str) -> str:
    if source.as_ in ("ids", "list"):
        # The ids are what counts in a list of records; the rest of it stays in the evidence.
        return f"{column} IS NOT NULL"
    return f"({converted(source, cell)}) = {column}"
