"""Logs -> the table `events`: each record by the mapping that fits it, nothing lost without a word."""

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from spillmark.engine.interface import Engine
from spillmark.errors import SpillmarkError
from spillmark.evidence.item import Item
from spillmark.model.evidence import Evidence, Skip
from spillmark.normal.compile import named_fields
from spillmark.normal.log import UnreadableLogError, read_log
from spillmark.normal.mapping import Mappings, load_mappings
from spillmark.normal.repeats import Repeated
from spillmark.normal.stored import Entry, Store, entry_name
from spillmark.normal.table import Filed, make_events, map_events, raw_relation
from spillmark.progress import SILENT, Progress


@dataclass(frozen=True)
class Normalised:
    """`evidence` as given, logs with `rows`, `events`, `rejected`, `repeated` and times; `unmapped` lists fields of a
    log that no mapping names (they are kept in `detail`), by evidence id, and `raw` gives the SQL of a log's records as
    they stand (`row`, `line`, the vendor's fields)."""

    evidence: tuple[Evidence, ...]
    skipped: tuple[Skip, ...]
    unmapped: dict[str, tuple[str, ...]]
    raw: dict[str, str]


def normalise(
    engine: Engine,
    items: Sequence[Item],
    progress: Progress = SILENT,
    *,
    mappings: Mappings | None = None,
    work: Path | None = None,
    store: Path | None = None,
) -> Normalised:
    """Makes the table `events` of all logs among the items; other items come back as they are.

    Records that fit no mapping or have no time that can be read are counted and said. The same evidence gives the
    same rows. `work` is where temporary copies may stand, `store` where the stored form is kept: what it holds from an
    earlier run is not read again. Without one the events live as long as the engine.
    """
    known = load_mappings() if mappings is None else mappings
    progress.stage("Reading logs")
    logs = [item for item in items if known.of_product(item.evidence.kind)]
    skipped: list[Skip] = []
    with _kept(store, work) as (stored, lasting):
        entries: dict[str, Entry] = {}
        for number, item in enumerate(logs, 1):
            try:
                entries[item.evidence.id] = _entry(engine, item, known, stored, work)
            except Exception as error:  # noqa: BLE001 - one log must not stop the others
                skipped.append(Skip(item.evidence.id, item.evidence.path, _named(error), "unread"))
            progress.advance(number, len(logs))
        pieces = [Filed(id_, stored.path(piece), piece) for id_, entry in entries.items() for piece in entry.pieces]
        repeated = make_events(engine, pieces, known, lasting=lasting)
        stored.prune()
    paths = {item.evidence.id: item.evidence.path for item in items}
    for id_, entry in entries.items():
        skipped += (Skip(id_, paths[id_], note.why, note.level) for note in entry.notes)
        skipped += _told(id_, paths[id_], entry, repeated)
    skipped.extend(_unmapped_kinds(items, known))
    return Normalised(
        evidence=tuple(_counted(item.evidence, entries.get(item.evidence.id), repeated) for item in items),
        skipped=tuple(skipped),
        unmapped=_unmapped(entries, known),
        raw={id_: sql for id_ in entries if (sql := raw_relation(engine, [p for p in pieces if p.evidence == id_]))},
    )


def map_alone(engine: Engine, item: Item, known: Mappings, store: Path) -> None:
    """Makes the view `events_mapped` of one log, without what other rows would add.

    Raises:
        UnreadableLogError: nothing of it can be read.
    """
    kept = Store(store)
    entry = read_log(engine, item, known.of_product(item.evidence.kind), kept, "alone", None)
    map_events(engine, [Filed(item.evidence.id, kept.path(piece), piece) for piece in entry.pieces], known)


@contextmanager
def _kept(store: Path | None, work: Path | None) -> Iterator[tuple[Store, bool]]:
    """The store, and whether it outlives the events."""
    if store is not None:
        yield Store(store), True
        return
    with tempfile.TemporaryDirectory(dir=work, prefix="stored-") as folder:
        yield Store(Path(folder)), False


def _entry(engine: Engine, item: Item, known: Mappings, store: Store, work: Path | None) -> Entry:
    """Takes a log out of the store, or reads it into it."""
    mappings = known.of_product(item.evidence.kind)
    name = entry_name(item.evidence.sha256, item.evidence.kind, mappings)
    entry = store.load(name)
    if entry is None:
        entry = read_log(engine, item, mappings, store, name, work)
        store.save(name, entry)
    return entry


def _named(error: Exception) -> str:
    """A fault in words; an engine's own text may quote cells, so only its kind is told."""
    if isinstance(error, UnreadableLogError):
        return str(error)
    told = str(error) if isinstance(error, SpillmarkError) else f"a fault of ours ({type(error).__name__})"
    return f"it could not be read: {told}"


def _unmapped_kinds(items: Sequence[Item], known: Mappings) -> Iterator[Skip]:
    """Names logs that are recognised and cannot be read yet."""
    kinds = {mapping.kind for mapping in known.every}
    for item in items:
        kind = item.evidence.kind
        if kind in kinds and not known.of_product(kind):
            why = f"other product: recognised as {kind}, no mapping yet; a mapping file makes events of it"
            yield Skip(item.evidence.id, item.evidence.path, why, "unread")


def _told(id_: str, path: str, entry: Entry, repeated: dict[tuple[str, str], Repeated]) -> Iterator[Skip]:
    """Says which records are repetitions of others."""
    for piece in entry.pieces:
        found = repeated.get((id_, piece.source))
        if found is not None:
            why = (
                f"{found.count} of {piece.records} records stand word for word in another file or row of the same log,"
                f" the first is record {found.first}; each was counted once"
            )
            yield Skip(id_, path, why, "note")


def _counted(evidence: Evidence, entry: Entry | None, repeated: dict[tuple[str, str], Repeated]) -> Evidence:
    if entry is None:
        return evidence
    timed = sum(piece.records for piece in entry.pieces)
    again = sum(one.count for (owner, _), one in repeated.items() if owner == evidence.id)
    return replace(
        evidence,
        rows=entry.rows,
        events=timed - again,
        rejected=entry.rows - timed,
        repeated=again,
        start=min((piece.start for piece in entry.pieces if piece.start is not None), default=None),
        end=max((piece.end for piece in entry.pieces if piece.end is not None), default=None),
    )


def _unmapped(entries: dict[str, Entry], known: Mappings) -> dict[str, tuple[str, ...]]:
    found: dict[str, set[str]] = {}
    for id_, entry in entries.items():
        for piece in entry.pieces:
            mapping = known.find(piece.source)
            named = named_fields(mapping) if mapping is not None else set()
            free = {name for name in piece.vendor.values() if name and name.lower() not in named}
            found[id_] = found[id_] & free if id_ in found else free
    return {id_: tuple(sorted(names)) for id_, names in sorted(found.items()) if names}
