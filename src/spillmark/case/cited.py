"""The cited pieces of evidence themselves, so that every reference of the case can be followed without the evidence."""

import json
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass
from itertools import islice
from pathlib import Path

from spillmark.engine.interface import Engine, Step, identifier
from spillmark.model.case import Case, CitedRow

ROW = re.compile(r"^(E\d+):(\d+)$")
SPAN = re.compile(r"^(E\d+):(\d+)-(\d+)$")
WIDTH = 2_000  # characters of one field that are kept here; the evidence has the rest
TEXT = 20_000_000  # bytes of a text that are looked at for its lines


def references(value: object) -> Iterator[str]:
    """Gives every reference under any `proof` of a value, in order, with repetitions."""
    if is_dataclass(value):
        for one in fields(value):
            inner = getattr(value, one.name)
            if one.name == "proof":
                yield from inner
            else:
                yield from references(inner)
    elif isinstance(value, tuple | list):
        for inner in value:
            yield from references(inner)


def cited_rows(engine: Engine, case: Case, local: Mapping[str, Path], raw: Mapping[str, str]) -> tuple[CitedRow, ...]:
    """Gives each cited row or passage once, in the order of evidence and row.

    `local` tells where the bytes of each evidence id lie, `raw` the SQL of the records of logs as they stand.
    """
    names = {item.id: item.path for item in case.evidence}
    rows: dict[str, set[int]] = defaultdict(set)
    spans: dict[str, set[tuple[int, int]]] = defaultdict(set)
    for ref in references(case):
        if found := ROW.match(ref):
            rows[found[1]].add(int(found[2]))
        elif found := SPAN.match(ref):
            spans[found[1]].add((int(found[2]), int(found[3])))
    for incident in case.incidents:
        for said in incident.statements:
            spans[said.report].add((said.start, said.end))
    result: list[CitedRow] = []
    for ident in sorted({*rows, *spans}, key=lambda e: int(e[1:])):
        wanted = sorted(rows[ident])
        table = f"raw_{ident}"
        if ident in raw:
            engine.run([Step(table, raw[ident], "view")])
        if wanted and engine.exists(table):
            result += _from_table(engine, ident, names.get(ident, ident), table, wanted)
        elif wanted and ident in local:
            result += _from_lines(ident, names.get(ident, ident), local[ident], wanted)
        if spans[ident] and ident in local:
            result += _from_text(ident, names.get(ident, ident), local[ident], sorted(spans[ident]))
    return tuple(result)


def _from_table(engine: Engine, ident: str, name: str, table: str, wanted: list[int]) -> Iterator[CitedRow]:
    columns = [column for column in engine.columns(table) if column not in {"row", "line", "part"}]
    listed = ", ".join(f"{identifier(column)}::VARCHAR" for column in columns)
    sql = f"SELECT row, {listed} FROM {identifier(table)} WHERE row IN (SELECT unnest(?::BIGINT[])) ORDER BY ALL"
    seen: set[object] = set()
    for row, *values in engine.rows(sql, [wanted]):
        if row in seen:  # another event of the same record
            continue
        seen.add(row)
        filled = dict(_filled(columns, values))
        yield CitedRow(f"{ident}:{row}", f"{name}, record {row}", {c: v[:WIDTH] for c, v in filled.items()})


def _filled(columns: Sequence[str], values: Sequence[object]) -> Iterator[tuple[str, str]]:
    """The fields of a record that say something; a JSON record is opened."""
    if columns == ["record"]:
        fields = json.loads(str(values[0]))
        columns, values = list(fields), [v if isinstance(v, str) else _json(v) for v in fields.values()]
    yield from ((c, str(v)) for c, v in zip(columns, values, strict=True) if v not in (None, ""))


def _json(value: object) -> str | None:
    return None if value is None else json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _from_lines(ident: str, name: str, path: Path, wanted: list[int]) -> Iterator[CitedRow]:
    last = set(wanted)
    with path.open("rb") as handle:
        for number, line in enumerate(islice(handle, max(wanted)), start=1):
            if number in last:
                text = line[: WIDTH * 4].decode("utf-8", errors="replace").rstrip("\r\n")
                yield CitedRow(f"{ident}:{number}", f"{name}, line {number}", {"text": text[:WIDTH]})


def _from_text(ident: str, name: str, path: Path, spans: list[tuple[int, int]]) -> Iterator[CitedRow]:
    with path.open("rb") as handle:
        text = handle.read(TEXT).decode("utf-8", errors="replace")
    for start, end in spans:
        place = f"{name}, characters {start} to {end}"
        yield CitedRow(f"{ident}:{start}-{end}", place, {"text": text[start:end][:WIDTH]})
