"""One file of evidence -> its records in stored form, each by the mapping that fits it.

A file that holds one log, a record a line, is read in one pass straight into its stored form. Every other one is read
into a raw form first, numbered with care, and stored from there, mapping by mapping.
"""

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import orjson

from spillmark.clock import iso
from spillmark.engine.interface import AT, Engine, ReadError, identifier, literal
from spillmark.evidence import json_table
from spillmark.evidence.csv_file import UnreadableError
from spillmark.evidence.item import Item
from spillmark.evidence.records import line_ends
from spillmark.evidence.relation import Proof, Relation, careful, fast, layout_of
from spillmark.normal.columns import RecordFields, TableFields
from spillmark.normal.compile import Selected, choice, condition, selected
from spillmark.normal.mapping import Mapping
from spillmark.normal.stored import Entry, Note, Piece, Store

SAMPLE = 2_000
"""Records from which is guessed which log a file holds; that all are of it is proven afterwards."""
PLACE = ("row", "line", "part")
OBJECT = "json_type(record) = 'OBJECT'"
ENDS, CHOICE = '"#ends"', '"#choice"'
"""Columns of the raw form; the names are ones that no export has."""


class UnreadableLogError(ValueError):
    """The file cannot be read; the text says why and what to do."""


def read_log(
    engine: Engine, item: Item, mappings: Sequence[Mapping], store: Store, name: str, work: Path | None
) -> Entry:
    """Reads a file into the store; its stored files bear the `name` of its entry.

    Raises:
        UnreadableLogError: nothing of it can be read.
    """
    reader = _Reader(engine, item, tuple(mappings), store, name)
    try:
        layout = "text" if item.lines else layout_of(item.local)
        with fast(engine, item, layout) as found:
            entry = None if found is None else reader.quickly(*found)
        if entry is not None:
            return entry
        with tempfile.TemporaryDirectory(dir=work, prefix="careful-") as folder:
            return reader.staged(careful(engine, item, layout, Path(folder)))
    except UnreadableError as error:
        raise UnreadableLogError(f"{error}; give the file with a header line as it was exported") from error
    except (ReadError, OSError) as error:
        raise UnreadableLogError(f"it cannot be read: {error}") from error


@dataclass(frozen=True)
class _Reader:
    engine: Engine
    item: Item
    mappings: tuple[Mapping, ...]
    store: Store
    name: str

    def quickly(self, relation: Relation, proof: Proof) -> Entry | None:
        """Reads a file in one pass, or with its raw form; None where only care can tell its records apart."""
        try:
            return self._at_once(relation, proof) or self._numbered(relation, proof)
        except ReadError:
            return None

    def _at_once(self, relation: Relation, proof: Proof) -> Entry | None:
        """Stores a file of one log while it is read; None where it turns out to hold anything else."""
        fields, source = self._fields(relation, f"(SELECT * FROM {relation.sql} LIMIT {SAMPLE})")
        number = None if source is None else self._sole(fields, source)
        if number is None:
            return None
        mapping = self.mappings[number]
        path = self.store.incoming / "once.parquet"
        one, count = self._stored(mapping, number, fields, relation, path)
        if isinstance(fields, RecordFields) and (more := self._later(path, fields)) is not None:
            # Fields that the first records do not have: now all are known.
            fields = more
            one, count = self._stored(mapping, number, fields, relation, path)
        seen = self._seen(path)
        # JSON records without a time may spell their fields otherwise.
        sure = seen.records == count if relation.form == "json" else seen.records > 0
        if proof.lines != count or seen.fitting != count or not sure:
            path.unlink()
            return None
        notes = self._notes(relation, path, mapping, seen, count)
        return Entry(count, (self._piece(mapping, relation, one, path, seen),), notes)

    def _stored(
        self, mapping: Mapping, number: int, fields: TableFields | RecordFields, relation: Relation, path: Path
    ) -> tuple[Selected, int]:
        """Reads the file into its stored form; gives how many records came out, too."""
        fits = self._fits(number, fields, relation)
        one = selected(mapping, fields, _opened(relation, self._unwrap()), place=(), fits=fits)
        return one, self.engine.store(one.sql, path)

    def _later(self, path: Path, fields: RecordFields) -> RecordFields | None:
        """The fields of all records, where the first ones did not have them all."""
        keys = f"SELECT DISTINCT keys FROM {self.engine.parquet([path])} WHERE keys IS NOT NULL"
        names = {name for (text,) in self.engine.rows(keys) for name in orjson.loads(str(text))} | set(fields.names)
        return None if names == set(fields.names) else RecordFields(tuple(sorted(names)), fields.texts)

    def _numbered(self, relation: Relation, proof: Proof) -> Entry | None:
        """Stores the raw form of a file that the engine reads; None where its records' numbers cannot be proven."""
        raw = self.store.incoming / "numbered.parquet"
        ends = line_ends(relation.columns) if relation.form == "table" else "0"
        count = self.engine.store(f"SELECT *, {ends} AS {ENDS} FROM {relation.sql}", raw)
        lines = proof.lines
        stored = self.engine.parquet([raw])
        total = int(str(self.engine.one(f"SELECT count(*) + coalesce(sum({ENDS}), 0)::BIGINT FROM {stored}")[0]))
        if lines is None or total != lines:
            raw.unlink()
            return None
        before = f"sum(1 + {ENDS}) OVER (ORDER BY {AT} ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)"
        line = f"{AT} + 1" if total == count else f"1 + coalesce({before}, 0)::BIGINT"
        columns = ", ".join(map(identifier, relation.columns))
        sql = f'(SELECT {AT} + 1 AS "row", {line} + {relation.before} AS "line", {columns} FROM {stored})'
        entry = self.staged(replace(relation, sql=sql, placed=True), count)
        raw.unlink()
        return entry

    def staged(self, relation: Relation, rows: int | None = None) -> Entry:
        """Stores a file whose records are placed, mapping by mapping."""
        raw = self.store.incoming / "raw.parquet"
        table = self._as_table(relation)
        fields: TableFields | RecordFields
        if table:
            fields = TableFields(relation.columns)
            opened = f'(SELECT "row", "line", NULL::INTEGER AS "part", * EXCLUDE ("row", "line") FROM {relation.sql})'
            kind = choice(self.mappings, fields, self.item.evidence.kind)
            self.engine.store(f"SELECT r.*, {kind} AS {CHOICE} FROM {opened} AS r", raw)
        else:
            fields = self._store_records(relation, raw)
        stored = self.engine.parquet([raw])
        counted = (
            f'SELECT {CHOICE}, count(DISTINCT "row"), min("row") FROM {stored} GROUP BY {CHOICE} ORDER BY {CHOICE}'
        )
        found = [
            (None if c is None else int(str(c)), int(str(n)), int(str(f))) for c, n, f in self.engine.rows(counted)
        ]
        pieces, notes = [], [Note(skip.why, skip.level) for skip in relation.skipped]
        for number, count, first in found:
            if number is None:
                why = f"{count} records are of no kind that a mapping knows, the first is record {first}"
                notes.append(Note(why, "partial"))
            elif number < 0:
                notes.append(Note(f"{count} records are no JSON objects, the first is record {first}", "partial"))
            else:
                piece, more = self._stage(relation, fields, stored, number, count)
                pieces.append(piece)
                notes += more
        raw.unlink()
        if rows is None:
            rows = relation.tally.rows if relation.tally is not None else sum(count for _, count, _ in found)
        return Entry(rows, tuple(pieces), tuple(notes))

    def _store_records(self, relation: Relation, raw: Path) -> RecordFields:
        opened = json_table.opened_records(self._records(relation), self._unwrap(), self._each())
        fields = self._named(f"({opened})")
        kind = choice(self.mappings, fields, self.item.evidence.kind)
        source = fields.relation(f"({opened})", '"row", "line", "part", record')
        place = 'r."row", r."line", r."part", r.record'
        case = f"CASE WHEN {OBJECT} THEN {kind} ELSE -1 END AS {CHOICE}"
        self.engine.store(f"SELECT {place}, {case} FROM {source} AS r", raw)
        return fields.anew()

    def _stage(
        self, relation: Relation, fields: TableFields | RecordFields, stored: str, number: int, count: int
    ) -> tuple[Piece, tuple[Note, ...]]:
        mapping = self.mappings[number]
        if isinstance(fields, RecordFields):
            fields = fields.anew()
        chosen = f"(SELECT * FROM {stored} WHERE {CHOICE} = {number})"
        one = selected(mapping, fields, chosen, place=PLACE, fits="TRUE")
        path = self.store.incoming / f"staged-{number}.parquet"
        self.engine.store(one.sql, path)
        seen = self._seen(path, 'count(DISTINCT "row") FILTER ("time" IS NOT NULL)')
        placed = replace(relation, form="table" if isinstance(fields, TableFields) else "json", skipped=())
        notes = self._notes(placed, path, mapping, seen, count)
        return self._piece(mapping, placed, one, path, seen), notes

    def _as_table(self, relation: Relation) -> bool:
        """Tells that the columns of a file are the fields of its records, and none of them an envelope or a list of
        events."""
        wrapped = {name.partition(".")[0].lower() for name in (*self._unwrap(), *self._each())}
        return relation.form == "table" and not any(name.lower() in wrapped for name in relation.columns.values())

    def _records(self, relation: Relation) -> str:
        """The records as JSON; of a table each row is an object, of which cells that hold JSON are opened."""
        if relation.form == "json":
            return relation.sql
        taken = list(relation.columns.values())
        pairs = ", ".join(
            f"{literal(name)}, CASE WHEN regexp_matches({cell}, '^\\s*[{{\\[]')"
            f" THEN coalesce(TRY({cell}::JSON), to_json({cell})) ELSE to_json({cell}) END"
            for cell, name in (
                # A name that stands twice would give one value only.
                (identifier(column), name if name and taken.count(name) == 1 else column)
                for column, name in relation.columns.items()
            )
        )
        return f'(SELECT "row", "line", json_object({pairs}) AS record FROM {relation.sql})'

    def _unwrap(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(path for mapping in self.mappings for path in mapping.unwrap))

    def _each(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(mapping.each for mapping in self.mappings if mapping.each is not None))

    def _fields(self, relation: Relation, sample: str) -> tuple[TableFields | RecordFields, str | None]:
        """The fields of a file as its first records show them, and these records; no records where a list of events
        or an envelope asks for the raw form."""
        if relation.form == "table":
            return TableFields(relation.columns), sample if self._as_table(relation) else None
        opened = f"(SELECT {json_table.unwrapped(self._unwrap())} AS record FROM {sample})"
        fields = self._named(opened)
        split = {name.lower() for name in self._each()} & {name.lower() for name in fields.names}
        return fields, None if split else opened

    def _named(self, records: str) -> RecordFields:
        """The outermost fields of records, and those that hold JSON as a text."""
        keys = f"SELECT DISTINCT unnest(json_keys(record)) AS name FROM {records} WHERE {OBJECT} ORDER BY name"
        names = tuple(str(name) for (name,) in self.engine.rows(keys))
        if not names:
            return RecordFields(())
        # One call for all names: each call of its own would hold the parsed records again.
        places = ", ".join(literal(json_table.pointer(name)) for name in names)
        texts = ", ".join(
            f"bool_or(kinds[{n}] = 'VARCHAR' AND starts_with(cells[{n}], '{{'))" for n in range(1, len(names) + 1)
        )
        every = f"json_type(record, [{places}]) AS kinds, json_extract_string(record, [{places}]) AS cells"
        found = self.engine.one(f"SELECT {texts} FROM (SELECT {every} FROM {records} WHERE {OBJECT})")
        return RecordFields(names, frozenset(name for name, text in zip(names, found, strict=True) if text))

    def _sole(self, fields: TableFields | RecordFields, source: str) -> int | None:
        """The number of the one mapping that all records of a sample belong to."""
        asked = fields.anew() if isinstance(fields, RecordFields) else fields
        kind = choice(self.mappings, asked, self.item.evidence.kind)
        if isinstance(asked, RecordFields):
            kind = f"CASE WHEN {OBJECT} THEN {kind} ELSE -1 END"
            source = asked.relation(source, "record")
        found = [number for (number,) in self.engine.rows(f"SELECT DISTINCT {kind} FROM {source} AS r LIMIT 2")]
        number = found[0] if len(found) == 1 else None
        return None if number is None or int(str(number)) < 0 else int(str(number))

    def _fits(self, number: int, fields: TableFields | RecordFields, relation: Relation) -> str:
        """That a record belongs to this mapping: its own condition, and none of those before that could hold too."""
        kind = self.item.evidence.kind
        before = [m for m in self.mappings[:number] if not _apart(m, self.mappings[number])]
        tests = [condition(self.mappings[number], fields, kind)]
        tests += [f"NOT ({condition(mapping, fields, kind)})" for mapping in before]
        if relation.form == "json":
            tests.append(OBJECT)
        return " AND ".join(f"({test})" for test in tests)

    def _seen(self, path: Path, records: str = 'count("time")') -> "_Seen":
        counted = f'count(*) FILTER (fits), count(*) FILTER (local AND "time" IS NOT NULL), {records}, count("time")'
        sql = f'SELECT {counted}, min("time"), max("time") FROM {self.engine.parquet([path])}'
        *numbers, first, last = self.engine.one(sql)
        moments = [moment if isinstance(moment, datetime) else None for moment in (first, last)]
        fitting, local, timed, events = (int(str(number)) for number in numbers)
        return _Seen(fitting, local, timed, events, *moments)

    def _piece(self, mapping: Mapping, relation: Relation, one: Selected, path: Path, seen: "_Seen") -> Piece:
        first, last = seen.first, seen.last
        day = None if first is None else f"{first:%Y-%m-%d}"
        place = self.store.settle(path, mapping.id, day, self.name)
        return Piece(
            source=mapping.id,
            path=place,
            form=relation.form,
            placed=relation.placed,
            before=relation.before,
            columns=one.columns,
            vendor=one.vendor,
            held=one.held,
            records=seen.records,
            events=seen.events,
            start=None if first is None else iso(first),
            end=None if last is None else iso(last),
        )

    def _notes(self, relation: Relation, path: Path, mapping: Mapping, seen: "_Seen", count: int) -> tuple[Note, ...]:
        """What is to be said of a stored file: what its reader said, times without a zone, records without a time."""
        notes = [Note(skip.why, skip.level) for skip in relation.skipped]
        if seen.local:
            why = f"{seen.local} times name no zone and were read in {mapping.assumed}; name the zone with --zone"
            notes.append(Note(why, "note"))
        missing = count - seen.records
        if missing:
            row = '"row"' if relation.placed else f"{AT} + 1"
            source = self.engine.parquet([path])
            sql = f'SELECT DISTINCT {row} AS n FROM {source} WHERE "time" IS NULL ORDER BY n LIMIT 5'
            rows = ", ".join(str(row) for (row,) in self.engine.rows(sql))
            fields = ", ".join(name for one in mapping.fields["time"] for name in one.fields)
            why = f"{missing} of {count} records have no time that can be read in {fields}, such as record {rows}"
            notes.append(Note(why, "partial"))
        return tuple(notes)


@dataclass(frozen=True)
class _Seen:
    """Of one stored file: rows that fit, times without a zone, records and events with a time, first and last time."""

    fitting: int
    local: int
    records: int
    events: int
    first: datetime | None
    last: datetime | None


def _apart(one: Mapping, other: Mapping) -> bool:
    """Tells that no record can be of both: each pair of their conditions asks other values of some field."""
    return bool(one.when and other.when) and all(
        any(
            {value.lower() for value in values}.isdisjoint(value.lower() for value in theirs.values.get(name, values))
            for name, values in ours.values.items()
        )
        for ours in one.when
        for theirs in other.when
    )


def _opened(relation: Relation, unwrap: Sequence[str]) -> str:
    """Gives the relation with its records out of their envelopes."""
    if relation.form == "table":
        return relation.sql
    return f"(SELECT {json_table.unwrapped(unwrap)} AS record FROM {relation.sql})"
