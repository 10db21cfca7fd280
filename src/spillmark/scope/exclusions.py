"""What can be shown not to have left, why that follows, and on which conditions it holds.

A kind of data is excluded only where every field that holds it is known, no request selected one of them, and the text
of each request on the objects that hold it is known. A request on an unknown object, or a gap in the logs within the
theft, leaves nothing to exclude.
"""

from collections.abc import Iterable, Iterator, Sequence

from spillmark.clock import iso
from spillmark.engine.interface import Engine, identifier
from spillmark.model.scope import Exclusion
from spillmark.scope.bounds import Logs, Opening
from spillmark.scope.carried import Carried
from spillmark.scope.classes import FREE_TEXT, FieldClass
from spillmark.scope.fields import Fields
from spillmark.scope.replay import Outcome
from spillmark.scope.snapshot import Snapshot

PROOFS = 12


def exclusions(
    engine: Engine,
    carried: Sequence[Carried],
    outcomes: Sequence[Outcome],
    opened: Sequence[Opening],
    logs: Logs,
    snapshot: Snapshot,
    fields: Fields,
) -> tuple[Exclusion, ...]:
    """Gives the exclusions by class, by field and by object; none where nothing was shown to leave."""
    if not carried or any(opening.fields and opening.object is None for opening in opened):
        return ()
    unknown = {opening.object.lower() for opening in opened if opening.fields and opening.object is not None}
    proof = tuple(dict.fromkeys(place for outcome in outcomes for place in outcome.exit.proof[:2]))[:PROOFS]
    conditions = _conditions(outcomes, logs)
    holders = _holders(engine, snapshot, fields)
    return (
        *_by_class(carried, holders, unknown, conditions, proof),
        *_by_field(carried, holders, unknown, conditions, proof),
        *_by_object(carried, outcomes, snapshot, conditions, proof),
    )


def _conditions(outcomes: Sequence[Outcome], logs: Logs) -> tuple[str, ...]:
    asked = sum(1 for outcome in outcomes if outcome.exit.query is not None)
    found = [f"the text of every request is known ({asked} queries)"]
    if logs.theft is not None:
        first, last = (f"{moment:%Y-%m-%d %H:%M} UTC" for moment in logs.theft)
        found.append(f"the logs of requests are complete from {first} to {last}, the thief's first and last event")
    found.append("every event of the thief was attributed to the theft, also under other users and apps")
    return tuple(found)


def _holders(engine: Engine, snapshot: Snapshot, fields: Fields) -> dict[str, list[FieldClass]]:
    """Fields of the snapshot that hold personal data of a known kind and at least one value, by class."""
    found: dict[str, list[FieldClass]] = {}
    for name, held in sorted(snapshot.objects.items()):
        known = [fields.of(name, field) for field in fields.all_of(name)]
        filled = _filled(engine, held.table, held.columns)
        for entry in known:
            column = held.column(entry.field)
            if column is None or column not in filled or entry.how == "object":
                continue
            for data_class in entry.classes:
                found.setdefault(data_class, []).append(entry)
    return found


def _filled(engine: Engine, table: str, columns: Sequence[str]) -> set[str]:
    counts = ", ".join(f"count({identifier(column)}) > 0" for column in columns)
    row = engine.one(f"SELECT {counts} FROM {identifier(table)}")
    return {column for column, there in zip(columns, row, strict=True) if there}


def _by_class(
    carried: Sequence[Carried],
    holders: dict[str, list[FieldClass]],
    unknown: set[str],
    conditions: tuple[str, ...],
    proof: tuple[str, ...],
) -> Iterator[Exclusion]:
    left = {name for one in carried for name in one.data_classes}
    texts = sorted({f"{c.object}.{c.field}" for one in carried for c in one.classes if FREE_TEXT in c.classes})
    for data_class, held in sorted(holders.items()):
        if data_class in left or any(entry.object.lower() in unknown for entry in held):
            continue
        listed = ", ".join(f"{entry.object}.{entry.field}" for entry in held)
        holds = (*conditions, f"no other field holds {data_class.replace('_', ' ')}")
        if texts:
            holds = (*holds, f"the free text that left ({', '.join(texts)}) holds none")
        yield Exclusion(
            what=f"No {data_class} left: {listed}",
            why=f"no query of the thief selected {'this field' if len(held) == 1 else 'one of these fields'}",
            holds_if=holds,
            proof=proof,
        )


def _by_field(
    carried: Sequence[Carried],
    holders: dict[str, list[FieldClass]],
    unknown: set[str],
    conditions: tuple[str, ...],
    proof: tuple[str, ...],
) -> Iterator[Exclusion]:
    """Fields of kinds that left by other fields: the record's own such value did not."""
    taken_classes = {name for one in carried for name in one.data_classes}
    for one in carried:
        if one.object.lower() in unknown:
            continue
        gone = {field.lower() for field in one.fields}
        kept = sorted(
            {
                entry.field
                for data_class, held in holders.items()
                if data_class in taken_classes
                for entry in held
                if entry.object == one.object and entry.field.lower() not in gone
            }
        )
        if kept:
            yield Exclusion(
                what=f"Of {one.object} these fields did not leave: {', '.join(kept)}",
                why="no query of the thief selected them",
                holds_if=conditions,
                proof=proof,
            )


def _by_object(
    carried: Sequence[Carried],
    outcomes: Sequence[Outcome],
    snapshot: Snapshot,
    conditions: tuple[str, ...],
    proof: tuple[str, ...],
) -> Iterator[Exclusion]:
    read = {one.object.lower() for one in carried}
    counted = {o.exit.object.lower() for o in outcomes if o.exit.counts_only and o.exit.object}
    for name, held in sorted(snapshot.objects.items()):
        if name.lower() in read or held.rows == 0:
            continue
        why = "it was only counted" if name.lower() in counted else "no request of the thief read it"
        yield Exclusion(what=f"No record of {name} left", why=why, holds_if=conditions, proof=proof)


def spans(outcomes: Iterable[Outcome]) -> tuple[str, str] | None:
    """Gives the first and last time at which content left, ISO 8601 UTC."""
    times = sorted(outcome.exit.left for outcome in outcomes if not outcome.exit.counts_only)
    return (iso(times[0]), iso(times[-1])) if times else None
