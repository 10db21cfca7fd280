"""Copies of the data as one table an object, `snap_<Object>`: its own columns, when each row was made and changed.

Besides the vendor's columns (text, `Id` in its long form) a table has `_evidence`, `_row` (where the record stands),
`_created`, `_modified` (naive UTC), `_deleted` and `_seen`: the latest time that the copy itself shows to be past when
it was made (of all files of one archive or folder), null where it shows none. Several files of one object are joined;
of two versions of one record the later one stands. Source of the meaning of the time fields: Salesforce Object
Reference, "System Fields".
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from spillmark.engine.interface import Engine, Step, identifier, literal
from spillmark.evidence.item import Item
from spillmark.evidence.records import open_records
from spillmark.model.evidence import Skip
from spillmark.progress import SILENT, Progress
from spillmark.scope.describe import Described
from spillmark.scope.ids import PREFIXES, id18
from spillmark.soql import sql

KINDS = ("salesforce.export", "snapshot")
CREATED = ("createddate",)
MODIFIED = ("systemmodstamp", "lastmodifieddate")
DELETED = ("isdeleted",)
PAST = (
    *CREATED,
    *MODIFIED,
    "lastlogindate",
    "lastvieweddate",
    "lastreferenceddate",
    "converteddate",
    "lastcurequestdate",
)
"""Times that never lie in the future, so that a copy was made after each of them."""
DAY = re.compile(r"(?<!\d)(20\d\d)[-_.]?([01]\d)[-_.]?([0-3]\d)(?!\d)")
OURS = ("row", "line", "attributes", "_evidence", "_row", "_created", "_modified", "_deleted", "_seen")
PREFIX_SAMPLE = 1000
STEM = re.compile(r"(?:.*[/!\\])?([^/!\\]+?)(?:\.(?:csv|tsv|json|jsonl|ndjson|txt|gz|zst|parquet))*$", re.IGNORECASE)
SERIAL = re.compile(r"(?:[_\- (]+(?:\d[\d_\-T:Z.]*|export|extract|copy|part\d*)\)?)+$", re.IGNORECASE)


@dataclass(frozen=True)
class SourceTable:
    """One opened export: where it is from, its table, and its column names in order."""

    evidence: str
    path: str
    table: str
    columns: tuple[str, ...]

    @property
    def container(self) -> str:
        """The archive or folder in which the file lies: what was exported together."""
        archive, mark, _ = self.path.rpartition("!")
        return archive if mark else self.path.rpartition("/")[0]


@dataclass(frozen=True)
class SnapshotObject:
    """One object of the snapshot; `dated` and `stamped` tell whether creation and last change of rows are known.

    `taken_at` is the latest time that its copies show to be past.
    """

    name: str
    table: str
    columns: tuple[str, ...]
    evidence: tuple[str, ...]
    rows: int
    taken_at: datetime | None
    dated: bool
    stamped: bool
    synthetic_ids: bool = False

    def column(self, name: str) -> str | None:
        """Gives the column of that name, in any case of letters."""
        return next((column for column in self.columns if column.lower() == name.lower()), None)


@dataclass(frozen=True)
class Snapshot:
    """All objects of which there is a copy, by name; `opened` counts records and rejected ones by evidence id."""

    objects: dict[str, SnapshotObject] = field(default_factory=dict)
    skipped: tuple[Skip, ...] = ()
    opened: dict[str, tuple[int, int]] = field(default_factory=dict)

    def named(self, name: str) -> SnapshotObject | None:
        """Gives the object of that name, in any case of letters."""
        return next((found for key, found in self.objects.items() if key.lower() == name.lower()), None)


def load_snapshot(engine: Engine, items: Sequence[Item], described: Described, progress: Progress = SILENT) -> Snapshot:
    """Opens every copy of data and joins them to one table an object; a file that cannot be used becomes a Skip."""
    sources: list[SourceTable] = []
    skipped: list[Skip] = []
    opened: dict[str, tuple[int, int]] = {}
    wanted = [item for item in items if item.evidence.kind in KINDS]
    for done, item in enumerate(wanted, 1):
        try:
            records = open_records(engine, item)
        except Exception as error:  # noqa: BLE001 - one broken copy must not stop the others
            skipped.append(
                Skip(item.evidence.id, item.evidence.path, f"the copy of the data was not read: {error}", "unread")
            )
            continue
        skipped += records.skipped
        opened[item.evidence.id] = (records.rows, records.rejected)
        if records.columns:
            sources.append(SourceTable(item.evidence.id, item.evidence.path, records.table, tuple(records.columns)))
        progress.advance(done, len(wanted))
    found = join_sources(engine, sources, described)
    return Snapshot(found.objects, (*skipped, *found.skipped), opened)


def join_sources(engine: Engine, sources: Sequence[SourceTable], described: Described) -> Snapshot:
    """Joins opened exports to one table an object; the order of the sources changes nothing."""
    grouped: dict[str, list[SourceTable]] = {}
    for source in sorted(sources, key=lambda source: source.table):
        grouped.setdefault(object_name(engine, source, described), []).append(source)
    objects: dict[str, SnapshotObject] = {}
    skipped: list[Skip] = []
    seen = _seen(engine, sources)
    for name in sorted(grouped):
        objects[name] = _join(engine, name, grouped[name], seen)
        skipped += _without_ids(engine, objects[name], grouped[name])
    return Snapshot(objects, tuple(skipped))


def object_name(engine: Engine, source: SourceTable, described: Described) -> str:
    """Tells which object a file holds: by its records' `attributes`, its name, or the key prefix of its ids."""
    lowered = {column.lower(): column for column in source.columns}
    if "attributes" in lowered and (said := _attribute_type(engine, source.table, lowered["attributes"])):
        return said
    found = STEM.match(source.path)
    stem = SERIAL.sub("", found[1] if found else source.path)
    if known := described.named(stem):
        return known.name
    if standard := next((name for name in PREFIXES.values() if name.lower() == stem.lower()), None):
        return standard
    prefix = _prefix(engine, source.table, lowered["id"]) if "id" in lowered else None
    by_prefix = (described.prefixed(prefix) or PREFIXES.get(prefix)) if prefix else None
    return by_prefix or stem or source.table


def _attribute_type(engine: Engine, table: str, column: str) -> str | None:
    query = f"""
        SELECT json_extract_string({identifier(column)}, '$.type') AS said
        FROM (SELECT {identifier(column)} FROM {identifier(table)} ORDER BY "row" LIMIT {PREFIX_SAMPLE})
        WHERE json_valid({identifier(column)})
        GROUP BY said
        ORDER BY count(*) DESC, said
        LIMIT 1
    """
    return next((str(row[0]) for row in engine.rows(query) if row[0] is not None), None)


def _prefix(engine: Engine, table: str, column: str) -> str | None:
    query = f"""
        SELECT left({identifier(column)}, 3) AS prefix
        FROM (SELECT {identifier(column)} FROM {identifier(table)} ORDER BY "row" LIMIT {PREFIX_SAMPLE})
        WHERE length({identifier(column)}) IN (15, 18)
        GROUP BY prefix
        ORDER BY count(*) DESC, prefix
        LIMIT 1
    """
    return next((str(row[0]) for row in engine.rows(query)), None)


def _seen(engine: Engine, sources: Sequence[SourceTable]) -> dict[str, datetime]:
    """The latest time that each container shows to be past: in the records, or as a day in its files' names."""
    found: dict[str, datetime] = {}
    for source in sources:
        lowered = {column.lower(): column for column in source.columns}
        texts = [sql.instant(identifier(lowered[name])) for name in PAST if name in lowered]
        moments: list[object] = [_day_of(source.path)]
        if texts:
            latest = ", ".join(f"max({text})" for text in texts)
            moments += engine.one(f"SELECT {latest} FROM {identifier(source.table)}")
        for moment in moments:
            if isinstance(moment, datetime):
                found[source.container] = max(found.get(source.container, moment), moment)
    return found


def _day_of(path: str) -> datetime | None:
    """The last day that a path names, as its midnight."""
    for year, month, day in reversed(DAY.findall(path)):
        try:
            return datetime(int(year), int(month), int(day))  # noqa: DTZ001 - naive UTC, as all times in the engine
        except ValueError:
            continue
    return None


def _join(engine: Engine, name: str, sources: list[SourceTable], seen: dict[str, datetime]) -> SnapshotObject:
    table = f"snap_{name}"
    columns = _columns(sources)
    synthetic = not any(_id_column(source) for source in sources)
    parts = [_part(engine, source, seen.get(source.container)) for source in sources]
    union = "\nUNION ALL BY NAME\n".join(parts)
    engine.run([Step(table, union, "view")])
    if len(sources) > 1 or _repeated(engine, table):
        engine.run([Step(f"{table}_all", union, "view"), Step(table, _latest(f"{table}_all", columns))])
    rows, taken_at, dated, stamped = engine.one(f"""
        SELECT count(*), max(_seen), count(_created), count(_modified)
        FROM {identifier(table)}
    """)
    count = int(str(rows))
    return SnapshotObject(
        name,
        table,
        columns,
        tuple(source.evidence for source in sources),
        count,
        taken_at if isinstance(taken_at, datetime) else None,
        dated=dated == count,
        stamped=stamped == count,
        synthetic_ids=synthetic,
    )


def _columns(sources: list[SourceTable]) -> tuple[str, ...]:
    """All vendor columns of all files, each once in any case of letters, `Id` first."""
    found: dict[str, str] = {"id": "Id"}
    for source in sources:
        for column in source.columns:
            if column.lower() not in OURS:
                found.setdefault(column.lower(), column)
    return tuple(found.values())


def _id_column(source: SourceTable) -> str | None:
    return next((column for column in source.columns if column.lower() == "id"), None)


def _part(engine: Engine, source: SourceTable, seen: datetime | None) -> str:
    lowered = {column.lower(): column for column in source.columns}
    own = [column for key, column in lowered.items() if key != "id" and key not in OURS]
    listed = "".join(f",\n            {identifier(column)}" for column in own)
    return f"""
        SELECT
            {_id(engine, source)} AS "Id"{listed},
            {literal(source.evidence)} AS _evidence,
            "row" AS _row,
            {_time(lowered, CREATED)} AS _created,
            {_time(lowered, MODIFIED)} AS _modified,
            {_flag(lowered, DELETED)} AS _deleted,
            {"CAST(NULL AS TIMESTAMP)" if seen is None else sql.timestamp(seen)} AS _seen
        FROM {identifier(source.table)}
    """


def _id(engine: Engine, source: SourceTable) -> str:
    """The record's id in its long form; where the file has none, the place of the record stands for it."""
    place = f'{literal(source.evidence + ":")} || "row"'
    column = _id_column(source)
    if column is None:
        return place
    quoted = identifier(column)
    short = engine.one(f"SELECT count(*) FROM {identifier(source.table)} WHERE length({quoted}) = 15")[0]
    return f"coalesce({quoted if short == 0 else id18(quoted)}, {place})"


def _time(lowered: dict[str, str], names: tuple[str, ...]) -> str:
    texts = [sql.instant(identifier(lowered[name])) for name in names if name in lowered]
    if not texts:
        return "CAST(NULL AS TIMESTAMP)"
    return texts[0] if len(texts) == 1 else f"coalesce({', '.join(texts)})"


def _flag(lowered: dict[str, str], names: tuple[str, ...]) -> str:
    found = next((lowered[name] for name in names if name in lowered), None)
    return "FALSE" if found is None else f"coalesce({sql.flag(identifier(found))}, FALSE)"


def _repeated(engine: Engine, table: str) -> bool:
    rows, different = engine.one(f'SELECT count(*), count(DISTINCT "Id") FROM {identifier(table)}')
    return rows != different


def _latest(table: str, columns: tuple[str, ...]) -> str:
    """Of several versions of one record the last changed one; where that is a tie, the later copy, then the values."""
    values = ", ".join(map(identifier, columns))
    return f"""
        SELECT *
        FROM {identifier(table)}
        QUALIFY row_number() OVER (
            PARTITION BY "Id"
            ORDER BY _modified DESC NULLS LAST, _seen DESC NULLS LAST, {values}, _evidence, _row
        ) = 1
    """


def _without_ids(engine: Engine, found: SnapshotObject, sources: list[SourceTable]) -> Iterator[Skip]:
    if found.synthetic_ids:
        why = "the records carry no Id; each is named by its place in the file, and references to it cannot be followed"
        yield Skip(sources[0].evidence, found.name, why, "note")
        return
    for source in sources:
        column = identifier(_id_column(source) or "Id")
        missing = engine.one(f"SELECT count(*) FROM {identifier(source.table)} WHERE {column} IS NULL")[0]
        if missing:
            yield Skip(
                source.evidence, found.name, f"{missing} records have no Id and are named by their place", "note"
            )
