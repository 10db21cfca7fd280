"""Stored pieces -> the table `events`: numbered evidence, repetitions left out, what other logs tell filled in."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from spillmark.engine.interface import AT, FILE, Engine, Step, identifier, literal
from spillmark.model.event import EVENT_COLUMNS
from spillmark.normal import detail
from spillmark.normal.compile import VENDOR
from spillmark.normal.convert import soql_object
from spillmark.normal.joins import FILLED, fill
from spillmark.normal.mapping import Mapping, Mappings
from spillmark.normal.repeats import Repeated, find_repeats
from spillmark.normal.stored import Piece

LONG = 1_000_000
"""Events from which on the table stays on disk, and `detail` is made when somebody asks for it."""
FILES = 16
"""Files that are read where they lie; of more, opening them for every question would cost more than a copy."""
KEYS = ("evidence", "row", "part")
LOCAL = ("evidence", "row", "line", "part")


@dataclass(frozen=True)
class Filed:
    """A piece with the number of its evidence and the file that holds it."""

    evidence: str
    path: Path
    piece: Piece


@dataclass(frozen=True)
class _Group:
    """The pieces of one log in one form, as one relation."""

    number: int
    mapping: Mapping
    form: Literal["table", "json"]
    pieces: tuple[Filed, ...]

    @property
    def columns(self) -> list[str]:
        """The event columns that any of the pieces has."""
        known = {name for one in self.pieces for name in one.piece.columns}
        return [name for name in EVENT_COLUMNS if name in known]

    @property
    def vendor(self) -> dict[str, str]:
        """The stored columns of the vendor's fields; a name in several cases is one."""
        found: dict[str, tuple[str, str]] = {}
        for one in self.pieces:
            for column, name in one.piece.vendor.items():
                key = column if self.form == "json" else column.lower()
                found[key] = min(found.get(key, (column, name)), (column, name))
        return dict(sorted(found.values()))


def make_events(
    engine: Engine, pieces: Sequence[Filed], known: Mappings, *, lasting: bool
) -> dict[tuple[str, str], Repeated]:
    """Makes the table `events`; gives what was left out as a repetition, by evidence id and log.

    Where the pieces are not `lasting`, nothing of the table is read from their files afterwards.
    """
    groups = _groups(pieces, known)
    count = sum(one.piece.events for one in pieces)
    keep: Literal["table", "disk"] = "disk" if count > LONG else "table"
    _map(engine, groups)
    repeated = find_repeats(engine, "events_mapped", "repeats")
    source = "events_mapped"
    if repeated:
        source = "events_once"
        engine.run([Step(source, f"SELECT e.* FROM events_mapped AS e {_without_repeats()}", "view")])
    filled = fill(engine, source, "joined_filled", keep=keep)
    tables = []
    for group in groups:
        name = f"final_{group.number}"
        changed = bool(repeated) or filled or len(group.pieces) > FILES or not lasting
        how: Literal["table", "disk", "view"] = keep if changed and keep == "disk" else "view"
        engine.run([Step(name, _final(group, repeats=bool(repeated), filled=filled), how)])
        tables.append(_event(group, name, joined=filled))
    engine.run([Step("events", _union(tables), "view" if keep == "disk" else "table")])
    return repeated


def map_events(engine: Engine, pieces: Sequence[Filed], known: Mappings) -> None:
    """Makes the view `events_mapped`: every event as its own record tells it, repetitions among them."""
    _map(engine, _groups(pieces, known))


def _map(engine: Engine, groups: Sequence[_Group]) -> None:
    for group in groups:
        engine.run([Step(f"stored_{group.number}", _stored(engine, group), "view")])
    engine.run([Step("events_mapped", _union([_event(group, f"stored_{group.number}") for group in groups]), "view")])


def _groups(pieces: Sequence[Filed], known: Mappings) -> list[_Group]:
    found: dict[tuple[str, Literal["table", "json"]], list[Filed]] = {}
    for one in sorted(pieces, key=lambda one: (one.piece.source, one.piece.form, len(one.evidence), one.evidence)):
        if one.piece.events:
            found.setdefault((one.piece.source, one.piece.form), []).append(one)
    groups = []
    for number, ((source, form), members) in enumerate(found.items()):
        mapping = known.find(source)
        if mapping is not None:
            groups.append(_Group(number, mapping, form, tuple(members)))
    return groups


def _stored(engine: Engine, group: _Group) -> str:
    """The records of a group that have a time, with their evidence and place."""
    files = f"files_{group.number}"
    rows = [(str(one.path), one.evidence, one.piece.before) for one in group.pieces]
    engine.register(files, {"file": "VARCHAR", "evidence": "VARCHAR", "before": "BIGINT"}, rows)
    placed = any(one.piece.placed for one in group.pieces)
    row, line = f"p.{AT} + 1", f"p.{AT} + 1 + f.before"
    if placed:
        row, line = f'coalesce(p."row", {row})', f'coalesce(p."line", {line})'
    part = 'p."part"' if placed else "NULL::INTEGER"
    kept = [*group.columns, *(group.vendor if group.form == "table" else ["record"])]
    columns = ",\n            ".join(f"p.{identifier(name)}" for name in kept)
    return f"""
        SELECT
            f.evidence,
            {row} AS "row",
            {line} AS "line",
            {part} AS "part",
            {columns}
        FROM {engine.parquet([one.path for one in group.pieces])} AS p
        JOIN {files} AS f
            ON f.file = p.{FILE}
        WHERE p."time" IS NOT NULL
    """


def _event(group: _Group, table: str, *, joined: bool = False) -> str:
    """The columns of events of a group; those that it never fills are NULL."""
    made = detail.of_table(group.mapping, group.vendor) if group.form == "table" else ""
    made = made or detail.of_record(group.mapping, group.vendor)
    if joined:
        told = "('{\"joined\":{' || joined || '}}')::JSON"
        both = f"json_merge_patch(coalesce({made}, '{{}}')::JSON, {told})::VARCHAR"
        made = f"CASE WHEN joined IS NULL THEN {made} ELSE {both} END"
    own = group.mapping.class_uid
    fixed = {"source": literal(group.mapping.id), "class_uid": "NULL" if own is None else str(own), "detail": made}
    filled = {*group.columns, *KEYS, *(FILLED if joined else ())}
    values = {name: fixed.get(name) or (identifier(name) if name in filled else "NULL") for name in EVENT_COLUMNS}
    listed = ",\n            ".join(
        f"({values[name]})::{kind} AS {identifier(name)}" for name, kind in EVENT_COLUMNS.items()
    )
    return f"""
        SELECT
            {listed}
        FROM {identifier(table)}
    """


def _final(group: _Group, *, repeats: bool, filled: bool) -> str:
    """The records of a group that count, with what other logs tell of them."""
    anti = _without_repeats() if repeats else ""
    if not filled:
        return f"SELECT e.* FROM stored_{group.number} AS e {anti}"
    columns = []
    for name in (*LOCAL, *(name for name in EVENT_COLUMNS if name in {*group.columns, *FILLED} and name not in LOCAL)):
        if name == "object" and group.mapping.product == "salesforce":
            # The query that another log tells names the object, too.
            columns.append(f"coalesce(e.object, {soql_object('l.query')}) AS object")
            continue
        own, told = f"e.{identifier(name)}", f"l.{identifier(name)}"
        if name not in FILLED:
            columns.append(own)
        else:
            both = f"coalesce({own}, {told})" if name in group.columns else told
            columns.append(f"{both} AS {identifier(name)}")
    columns += [f"e.{identifier(name)}" for name in (group.vendor if group.form == "table" else ["record"])]
    listed = ",\n            ".join([*columns, "l.joined"])
    return f"""
        SELECT
            {listed}
        FROM stored_{group.number} AS e
        {anti}
        LEFT JOIN joined_filled AS l
            ON l.evidence = e.evidence
            AND l."row" = e."row"
            AND l."part" IS NOT DISTINCT FROM e."part"
    """


def _without_repeats() -> str:
    return """
        ANTI JOIN repeats AS r
            ON r.evidence = e.evidence
            AND r."row" = e."row"
            AND r."part" IS NOT DISTINCT FROM e."part"
    """


def _union(parts: Sequence[str]) -> str:
    if parts:
        return "\nUNION ALL\n".join(parts)
    nothing = ", ".join(f"NULL::{kind} AS {identifier(name)}" for name, kind in EVENT_COLUMNS.items())
    return f"SELECT {nothing} WHERE FALSE"


def raw_relation(engine: Engine, pieces: Sequence[Filed]) -> str | None:
    """Gives the SQL of the records of one file as they stand: `row`, `line`, and the vendor's fields or `record`."""
    parts = []
    for one in pieces:
        piece = one.piece
        place = ['"row"', '"line"']
        if not piece.placed:
            place = [f'{AT} + 1 AS "row"', f'{AT} + 1 + {piece.before} AS "line"']
        if piece.form == "json":
            shown = ["record"]
        else:
            shown = [f"{identifier(column)} AS {identifier(vendor)}" for vendor, column in sorted(piece.held.items())]
            shown += [f"{identifier(column)} AS {identifier(column.removeprefix(VENDOR))}" for column in piece.vendor]
        parts.append(f"SELECT {', '.join([*place, *shown])} FROM {engine.parquet([one.path])}")
    return "\nUNION ALL BY NAME\n".join(parts) if parts else None
