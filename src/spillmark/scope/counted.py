"""How many records of one object left: proven, not excluded, as logged, and logged but in no copy."""

from collections.abc import Sequence
from dataclasses import replace

from spillmark.engine.interface import Engine, identifier
from spillmark.model.scope import RecordCount, ReplayedQuery, TakenObject
from spillmark.scope.carried import Carried
from spillmark.scope.census import Census
from spillmark.scope.loot import Part
from spillmark.scope.reconcile import reconcile, unseen
from spillmark.scope.replay import Outcome
from spillmark.scope.sightings import normal_text
from spillmark.scope.visibility import Seen

LARGEST = 50
"""Of so many of the largest requests it is looked at whether they hold all records of another one."""


def count_object(
    engine: Engine,
    one: Carried,
    outcomes: Sequence[Outcome],
    seen: dict[str, Seen],
    *,
    missing: int | None,
    census: Census | None,
) -> TakenObject:
    """Gives one object as the case shows it; `missing` are rows logged of records that are in no copy."""
    certain, possible = engine.one(f"""
        SELECT
            count(*) FILTER (WHERE certainty = 'certain'),
            count(*) FILTER (WHERE certainty = 'possible')
        FROM {identifier(one.table)}
    """)
    own = [o for o in outcomes if (o.object or "").lower() == one.object.lower()]
    counts = RecordCount(int(str(certain)), int(str(possible)), _logged(engine, one), missing)
    return TakenObject(one.object, one.fields, one.data_classes, counts, tuple(_queries(own, seen, census)))


def _queries(outcomes: Sequence[Outcome], seen: dict[str, Seen], census: Census | None) -> list[ReplayedQuery]:
    found = []
    for outcome in outcomes:
        query = reconcile(outcome, visibility=seen[outcome.exit.id].says)
        if census is not None and is_unsettled(outcome):
            query = replace(query, explained=(*query.explained, census.says), proof=(*query.proof, *census.proof))
        found.append(query)
    return sorted(found, key=lambda query: (query.time, query.text))


def is_unsettled(outcome: Outcome) -> bool:
    """Tells a request of which the rows do not say how many of its records are gone for good."""
    found = outcome.exit
    if outcome.counts is None or found.counts_only or outcome.complete_ids or outcome.certain_by_count:
        return False
    return not found.rows or found.rows <= outcome.counts.candidates


def count_unseen(engine: Engine, one: Carried, outcomes: Sequence[Outcome], census: Census | None) -> int | None:
    """Gives the rows beyond the known records, over all requests; the same query asked twice counts once.

    Where the rows do not tell, as many records as a whole read by others shows to be gone may be among them, less
    those that are known by their id.
    """
    gone = 0
    if census is not None:
        known = engine.one(f"SELECT count(*) FROM {identifier(one.table)} WHERE evidence IS NULL")[0]
        gone = max(0, census.gone - int(str(known)))
    worst: dict[str, int] = {}
    for outcome in outcomes:
        if (outcome.object or "").lower() != one.object.lower():
            continue
        rows = unseen(outcome)
        if census is not None and is_unsettled(outcome):
            rows = max(rows or 0, gone if outcome.exit.rows is None else min(gone, outcome.exit.rows))
        if rows is not None:
            key = normal_text(outcome.exit.text) if outcome.exit.text else outcome.exit.id
            worst[key] = max(worst.get(key, 0), rows)
    return sum(worst.values()) if worst else None


def _logged(engine: Engine, one: Carried) -> int | None:
    """Distinct records as the logs count them: a request whose records a larger one returned as well counts no more."""
    main = {p.id: p for p in one.parts if p.id == p.outcome.exit.id and p.outcome.exit.rows is not None}
    if not main:
        return None
    order = sorted(main, key=lambda name: (-(main[name].outcome.exit.rows or 0), main[name].outcome.exit.start, name))
    largest = order[:LARGEST]
    totals, both = _overlaps(engine, one, main, largest)
    kept: list[str] = []
    for name in order:
        held = totals.get(name, 0)
        if not any(held and both.get((name, larger)) == held for larger in kept if larger in largest):
            kept.append(name)
    return sum(main[name].outcome.exit.rows or 0 for name in kept)


def _overlaps(
    engine: Engine, one: Carried, main: dict[str, Part], largest: Sequence[str]
) -> tuple[dict[str, int], dict[tuple[str, str], int]]:
    """Records of each request, and of each pair of one and a large one."""
    query = f"""
        SELECT parts, count(*)
        FROM {identifier(f"{one.table}_ways")}
        GROUP BY parts
    """
    totals: dict[str, int] = {}
    both: dict[tuple[str, str], int] = {}
    for parts, number in engine.rows(query):
        present = [str(part) for part in parts if part in main] if isinstance(parts, list) else []
        large = [part for part in largest if part in present]
        for part in present:
            totals[part] = totals.get(part, 0) + int(str(number))
            for other in large:
                both[part, other] = both.get((part, other), 0) + int(str(number))
    return totals, both
