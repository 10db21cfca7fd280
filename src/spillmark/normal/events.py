"""Raw records -> the table `events`: each record by the mapping that fits it, nothing lost without a word."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from spillmark.clock import iso
from spillmark.engine.interface import Engine, Step, identifier, literal
from spillmark.errors import SpillmarkError
from spillmark.evidence.item import Item
from spillmark.evidence.records import Records, open_records
from spillmark.model.event import EVENT_COLUMNS
from spillmark.model.evidence import Evidence, Skip
from spillmark.normal.compile import Columns, choice, named_fields, select
from spillmark.normal.joins import join
from spillmark.normal.mapping import Mapping, Mappings, load_mappings
from spillmark.normal.repeats import Repeated, leave_out
from spillmark.progress import SILENT, Progress


@dataclass(frozen=True)
class Normalised:
    """`evidence` as given, logs with `rows`, `events`, `rejected` and times; `unmapped` lists fields of a log that no
    mapping names (they are kept in `detail`), by evidence id."""

    evidence: tuple[Evidence, ...]
    skipped: tuple[Skip, ...]
    unmapped: dict[str, tuple[str, ...]]


@dataclass(frozen=True)
class _Part:
    """The records of one file that one mapping turns into events."""

    item: Item
    mapping: Mapping
    records: int
    sql: str
    columns: Columns
    where: str


def normalise(
    engine: Engine,
    items: Sequence[Item],
    progress: Progress = SILENT,
    *,
    mappings: Mappings | None = None,
    work: Path | None = None,
) -> Normalised:
    """Makes the table `events` of all logs among the items; other items come back as they are.

    Records that fit no mapping or have no time that can be read are counted and said. The same evidence gives the
    same rows in the same order. `work` is where temporary copies may stand.
    """
    known = load_mappings() if mappings is None else mappings
    progress.stage("Reading logs")
    logs = [item for item in items if known.of_product(item.evidence.kind)]
    opened: dict[str, Records] = {}
    parts: list[_Part] = []
    skipped: list[Skip] = []
    for number, item in enumerate(logs, 1):
        try:
            opened[item.evidence.id] = _open(engine, item, known, work)
            parts.extend(_parts(engine, item, opened[item.evidence.id], known, skipped))
        except Exception as error:  # noqa: BLE001 - one log must not stop the others
            why = f"it could not be read: {_named(error)}"
            skipped.append(Skip(item.evidence.id, item.evidence.path, why, "unread"))
        progress.advance(number, len(logs))
    parts = _mapped(engine, parts, skipped)
    counts = _counts(engine)
    repeated = leave_out(engine, "events_mapped", "events_once")
    join(engine, "events_once", "events")
    skipped.extend(skip for records in opened.values() for skip in records.skipped)
    skipped.extend(_told(parts, repeated))
    skipped.extend(_untimed(engine, parts, counts))
    skipped.extend(_unmapped_kinds(items, known))
    evidence = tuple(_counted(item.evidence, opened, counts, repeated) for item in items)
    return Normalised(evidence, tuple(skipped), _unmapped(parts))


def _named(error: Exception) -> str:
    """A fault in words; an engine's own text may quote cells, so only its kind is told."""
    return str(error) if isinstance(error, SpillmarkError) else f"a fault of ours ({type(error).__name__})"


def _open(engine: Engine, item: Item, known: Mappings, work: Path | None) -> Records:
    mappings = known.of_product(item.evidence.kind)
    unwrap = dict.fromkeys(path for mapping in mappings for path in mapping.unwrap)
    each = dict.fromkeys(mapping.each for mapping in mappings if mapping.each is not None)
    return open_records(engine, item, unwrap=tuple(unwrap), each=tuple(each), work=work)


def _parts(engine: Engine, item: Item, records: Records, known: Mappings, skipped: list[Skip]) -> Iterator[_Part]:
    """Finds which mappings fit the records of a file and makes the SELECT of each."""
    columns = Columns(records.columns, "part" in engine.columns(records.table))
    mappings = known.of_product(item.evidence.kind)
    case = choice(mappings, columns, item.evidence.kind)
    counted = f"""
        SELECT {case} AS choice, {"count(DISTINCT r.row)" if columns.parts else "count(*)"}, min(r."row")
        FROM {identifier(records.table)} AS r
        GROUP BY 1
        ORDER BY 1
    """
    found = list(engine.rows(counted))
    for number, count, first in found:
        if number is None:
            why = f"{count} records are of no kind that a mapping knows, the first is record {first}"
            skipped.append(Skip(item.evidence.id, item.evidence.path, why, "partial"))
            continue
        mapping = mappings[int(str(number))]
        where = "TRUE" if len(found) == 1 else f"{case} = {number}"
        sql = select(mapping, columns, table=records.table, evidence=item.evidence.id, where=where)
        yield _Part(item, mapping, int(str(count)), sql, columns, where)


def _unmapped_kinds(items: Sequence[Item], known: Mappings) -> Iterator[Skip]:
    """Names logs that are recognised and cannot be read yet."""
    kinds = {mapping.kind for mapping in known.every}
    for item in items:
        kind = item.evidence.kind
        if kind in kinds and not known.of_product(kind):
            why = f"other product: recognised as {kind}, no mapping yet; a mapping file makes events of it"
            yield Skip(item.evidence.id, item.evidence.path, why, "unread")


def _mapped(engine: Engine, parts: list[_Part], skipped: list[Skip]) -> list[_Part]:
    """Makes the table of all mapped events; where that fails, finds the log that is to blame and leaves it out."""
    try:
        engine.run([Step("events_mapped", _union(parts))])
    except Exception:  # noqa: BLE001 - one log must not stop the others
        good = []
        for part in parts:
            try:
                engine.run([Step("events_mapped", part.sql)])
                good.append(part)
            except Exception as error:  # noqa: BLE001 - this is the one
                why = f"{part.mapping.id} cannot be applied: {_named(error)}"
                skipped.append(Skip(part.item.evidence.id, part.item.evidence.path, why, "unread"))
        engine.run([Step("events_mapped", _union(good))])
        return good
    return parts


def _union(parts: Sequence[_Part]) -> str:
    if parts:
        return "\nUNION ALL\n".join(part.sql for part in parts)
    nothing = ", ".join(f"NULL::{kind} AS {identifier(name)}" for name, kind in EVENT_COLUMNS.items())
    return f"SELECT {nothing} WHERE FALSE"


@dataclass(frozen=True)
class _Count:
    records: int
    first: datetime
    last: datetime


def _counts(engine: Engine) -> dict[tuple[str, str], _Count]:
    counted = """
        SELECT
            evidence,
            source,
            count(*) FILTER ("part" IS NULL) + count(DISTINCT "row") FILTER ("part" IS NOT NULL),
            min(time),
            max(time)
        FROM events_mapped
        GROUP BY evidence, source
    """
    return {(str(e), str(s)): _Count(n, first, last) for e, s, n, first, last in engine.rows(counted)}  # type: ignore[arg-type]


def _untimed(engine: Engine, parts: Sequence[_Part], counts: dict[tuple[str, str], _Count]) -> Iterator[Skip]:
    """Says which records have no time that can be read."""
    for part in parts:
        key = (part.item.evidence.id, part.mapping.id)
        missing = part.records - (counts[key].records if key in counts else 0)
        if missing:
            fields = ", ".join(name for one in part.mapping.fields["time"] for name in one.fields)
            why = f"{missing} of {part.records} records have no time that can be read in {fields}"
            rows = ", ".join(str(row) for row in _first_untimed(engine, part))
            yield Skip(part.item.evidence.id, part.item.evidence.path, f"{why}, such as record {rows}", "partial")


def _told(parts: Sequence[_Part], repeated: dict[tuple[str, str], Repeated]) -> Iterator[Skip]:
    """Says which records are repetitions of others."""
    for part in parts:
        item = part.item.evidence
        found = repeated.get((item.id, part.mapping.id))
        if found is not None:
            why = (
                f"{found.count} of {part.records} records stand word for word in another file or row of the same log,"
                f" the first is record {found.first}; each was counted once"
            )
            yield Skip(item.id, item.path, why, "note")


def _first_untimed(engine: Engine, part: _Part) -> Iterator[int]:
    evidence = part.item.evidence.id
    found = f"""
        SELECT r."row"
        FROM {identifier(f"raw_{evidence}")} AS r
        WHERE ({part.where})
            AND r."row" NOT IN (
                SELECT e."row"
                FROM events_mapped AS e
                WHERE e.evidence = {literal(evidence)}
            )
        ORDER BY r."row"
        LIMIT 5
    """
    return (int(str(row)) for (row,) in engine.rows(found))


def _counted(
    evidence: Evidence,
    opened: dict[str, Records],
    counts: dict[tuple[str, str], _Count],
    repeated: dict[tuple[str, str], Repeated],
) -> Evidence:
    records = opened.get(evidence.id)
    if records is None:
        return evidence
    own = [count for (owner, _), count in counts.items() if owner == evidence.id]
    timed = sum(count.records for count in own)
    again = sum(one.count for (owner, _), one in repeated.items() if owner == evidence.id)
    return replace(
        evidence,
        rows=records.rows,
        events=timed - again,
        rejected=records.rows - timed,
        repeated=again,
        start=iso(min(count.first for count in own)) if own else None,
        end=iso(max(count.last for count in own)) if own else None,
    )


def _unmapped(parts: Sequence[_Part]) -> dict[str, tuple[str, ...]]:
    found: dict[str, set[str]] = {}
    for part in parts:
        fields = {vendor for vendor in part.columns.of.values() if vendor}
        named = named_fields(part.mapping)
        free = {name for name in fields if name.lower() not in named}
        key = part.item.evidence.id
        found[key] = found[key] & free if key in found else free
    return {key: tuple(sorted(names)) for key, names in sorted(found.items()) if names}
