"""JSON records -> a table: one text column for each field of the record, envelopes taken off."""

from collections.abc import Sequence
from dataclasses import dataclass

from spillmark.engine.interface import Engine, Step, identifier, literal
from spillmark.evidence.names import unique_names

MOST_COLUMNS = 1_000


@dataclass(frozen=True)
class Flat:
    """Names of the record's fields in the order of the table's columns, and those beyond what a table can hold."""

    names: tuple[str, ...]
    left_out: tuple[str, ...]


def flatten(engine: Engine, source: str, table: str, unwrap: Sequence[str]) -> Flat:
    """Makes `table` of `source` (row, line, record): a column a field, sorted by name.

    A JSON text is kept as text, a number or a nested value as JSON text, null and the empty text as NULL.
    A record that has an envelope of `unwrap` gives the fields within it, and the envelope's other fields beside them.
    """
    opened = f"opened_{table}"
    engine.run([Step(opened, _opened(source, unwrap), "view")])
    every = _names(engine, opened)
    kept, left_out = tuple(sorted(every[:MOST_COLUMNS])), tuple(sorted(every[MOST_COLUMNS:]))
    engine.run([Step(table, _columns(opened, kept))])
    return Flat(kept, left_out)


def _opened(source: str, unwrap: Sequence[str]) -> str:
    record = "record::JSON"
    for path in unwrap:
        parts = path.split(".")
        hole = "null"
        for part in reversed(parts):
            hole = f"{{{_quoted(part)}: {hole}}}"
        inner = f"json_extract({record}, {literal(pointer(*parts))})"
        # The envelope without its content first, then the content over it: a merge patch (RFC 7396) does both.
        rest = f"json_merge_patch({record}, {literal(hole)}::JSON)"
        record = f"CASE WHEN json_type({inner}) = 'OBJECT' THEN json_merge_patch({rest}, {inner}) ELSE {record} END"
    return f"""
        SELECT "row", "line", {record} AS record
        FROM {identifier(source)}
    """


def _names(engine: Engine, opened: str) -> list[str]:
    """Names of all fields, the most frequent first where they are more than a table can hold."""
    found = f"""
        SELECT name, count(*) AS records
        FROM (
            SELECT unnest(json_keys(record)) AS name
            FROM {identifier(opened)}
        )
        GROUP BY name
        ORDER BY records DESC, name
    """
    return [str(name) for name, _ in engine.rows(found)]


def _columns(opened: str, names: Sequence[str]) -> str:
    columns = list(unique_names(names))
    pointers = ", ".join(literal(pointer(name)) for name in names)
    cells = "".join(f", nullif(cells[{n}], '') AS {identifier(column)}" for n, column in enumerate(columns, 1))
    # One call with a list of paths reads the record once; a call a field would read it as often as it has fields.
    cells_of = f", json_extract_string(record, [{pointers}]) AS cells" if names else ""
    return f"""
        SELECT "row", "line"{cells}
        FROM (
            SELECT "row", "line"{cells_of}
            FROM {identifier(opened)}
        )
    """


def pointer(*parts: str) -> str:
    """Writes a JSON Pointer (RFC 6901), which can name any field, however hostile its name."""
    return "".join("/" + part.replace("~", "~0").replace("/", "~1") for part in parts)


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
