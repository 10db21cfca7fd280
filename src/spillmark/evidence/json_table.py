"""JSON records: out of their envelopes, one for each event in them, and as a table of a column a field."""

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


def flatten(engine: Engine, source: str, table: str) -> Flat:
    """Makes `table` of `source` (row, line, record): a column a field, sorted by name.

    A JSON text is kept as text, a number or a nested value as JSON text, null and the empty text as NULL.
    """
    every = _names(engine, source)
    kept, left_out = tuple(sorted(every[:MOST_COLUMNS])), tuple(sorted(every[MOST_COLUMNS:]))
    engine.run([Step(table, _columns(source, kept))])
    return Flat(kept, left_out)


def opened_records(source: str, unwrap: Sequence[str], each: Sequence[str]) -> str:
    """Gives the SELECT of the records of the relation `source` (row, line, record) without envelopes, one a `part`."""
    plain = f"""
        SELECT "row", "line", NULL::INTEGER AS "part", {unwrapped(unwrap)} AS record
        FROM {source}
    """
    for name in each:
        plain = _split(plain, name)
    return plain


def unwrapped(unwrap: Sequence[str]) -> str:
    """Gives the SQL of the column `record` out of its envelopes."""
    record = "record::JSON"
    for path in unwrap:
        record = _unwrapped(record, path.split("."))
    return record


def _unwrapped(record: str, parts: Sequence[str]) -> str:
    """The content over the rest of its envelope: a merge patch (RFC 7396) does both."""
    hole = "null"
    for part in reversed(parts):
        hole = f"{{{_quoted(part)}: {hole}}}"
    place = literal(pointer(*parts))
    inner = f"json_extract({record}, {place})"
    # The content may also be JSON written as a text, as in a cell of a table.
    text = f"TRY(json_extract_string({record}, {place})::JSON)"
    rest = f"json_merge_patch({record}, {literal(hole)}::JSON)"
    return (
        f"CASE WHEN json_type({inner}) = 'OBJECT' THEN json_merge_patch({rest}, {inner})"
        f" WHEN json_type({inner}) = 'VARCHAR' AND json_type({text}) = 'OBJECT' THEN json_merge_patch({rest}, {text})"
        f" ELSE {record} END"
    )


def _split(records: str, name: str) -> str:
    """One row an element of a list of objects; records without such a list stay as they are."""
    elements = f"json_extract(record, {literal('$.' + _quoted(name) + '[*]')})"
    return f"""
        SELECT "row", "line", "part", record
        FROM ({records})
        WHERE len({elements}) IS NULL OR len({elements}) = 0
        UNION ALL
        SELECT
            "row",
            "line",
            "part",
            json_merge_patch(record, json_object({literal(name)}, element)) AS record
        FROM (
            SELECT
                "row",
                "line",
                record,
                unnest({elements}) AS element,
                generate_subscripts({elements}, 1)::INTEGER AS "part"
            FROM ({records})
        )
    """


def _names(engine: Engine, source: str) -> list[str]:
    """Names of all fields, the most frequent first where they are more than a table can hold."""
    found = f"""
        SELECT name, count(*) AS records
        FROM (
            SELECT unnest(json_keys(record)) AS name
            FROM {identifier(source)}
        )
        GROUP BY name
        ORDER BY records DESC, name
    """
    return [str(name) for name, _ in engine.rows(found)]


def _columns(source: str, names: Sequence[str]) -> str:
    columns = list(unique_names(names))
    pointers = ", ".join(literal(pointer(name)) for name in names)
    cells = "".join(f", nullif(cells[{n}], '') AS {identifier(column)}" for n, column in enumerate(columns, 1))
    # One call with a list of paths reads the record once; a call a field would read it as often as it has fields.
    cells_of = f", json_extract_string(record, [{pointers}]) AS cells" if names else ""
    return f"""
        SELECT "row", "line"{cells}
        FROM (
            SELECT "row", "line"{cells_of}
            FROM {identifier(source)}
        )
    """


def pointer(*parts: str) -> str:
    """Writes a JSON Pointer (RFC 6901), which can name any field, however hostile its name."""
    return "".join("/" + part.replace("~", "~0").replace("/", "~1") for part in parts)


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
