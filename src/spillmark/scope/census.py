"""How many records of an object are gone for good, by what somebody counted who reads all of it and sees everything.

Where sharing hides records from the thief's user, fewer rows are logged than replayed, and nothing tells how many of
them were deleted for good since. A nightly copy by an integration that sees all data counts the whole object; what
stands in the snapshot of that time is fewer by the records that are gone. Each of them may be among the thief's rows.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from spillmark.clock import iso
from spillmark.engine.interface import Engine, Step, identifier
from spillmark.scope.exits import Exit, group_exits
from spillmark.scope.snapshot import Snapshot
from spillmark.scope.visibility import Sight
from spillmark.soql.sql import timestamp
from spillmark.soql.tree import And, Boolean, Comparison, Condition, Path

NEAR = timedelta(days=7)
LATEST = timedelta(days=3)
CENSUS = "census_events"


@dataclass(frozen=True)
class Census:
    """Records of one object that a whole read counted and no copy holds, the sentence on it, and its proof."""

    gone: int
    says: str
    proof: tuple[str, ...]


def take_census(
    engine: Engine, objects: Sequence[str], snapshot: Snapshot, sight: Sight, theft: tuple[datetime, datetime]
) -> dict[str, Census]:
    """Gives for each of the objects the highest count of records gone, from the whole reads nearest to the theft."""
    watchers = sorted(sight.all_seeing())
    if not watchers or not objects:
        return {}
    engine.register("census_users", {"name": "VARCHAR"}, ((name,) for name in watchers))
    engine.register("census_objects", {"name": "VARCHAR"}, ((name.lower(),) for name in objects))
    engine.run([Step(CENSUS, _events(theft))])
    reads, _ = group_exits(engine, CENSUS)
    found: dict[str, Census] = {}
    for name in objects:
        held = snapshot.named(name)
        whole = [read for read in reads if _is_whole(read) and (read.object or "").lower() == name.lower()]
        if held is None or not held.dated:
            continue
        for read in _nearest(whole, theft):
            census = _compare(engine, read, name, held.table)
            if name not in found or census.gone > found[name].gone:
                found[name] = census
    return found


def _events(theft: tuple[datetime, datetime]) -> str:
    """What those who see everything asked of these objects, around the theft and not as part of it."""
    first, last = theft
    return f"""
        SELECT
            events.evidence,
            events."row",
            CAST([] AS VARCHAR[]) AS findings
        FROM events
        SEMI JOIN census_users
            ON census_users.name = left(events.user_id, 15)
            OR census_users.name = lower(events."user")
        SEMI JOIN census_objects
            ON census_objects.name = lower(events.object)
        ANTI JOIN theft_events
            ON theft_events.evidence = events.evidence
            AND theft_events."row" = events."row"
        WHERE events.time BETWEEN {timestamp(first - NEAR)} AND {timestamp(last + LATEST)}
            AND (events.query IS NOT NULL OR events.job_id IS NOT NULL)
    """


def _is_whole(read: Exit) -> bool:
    """Tells a query without a limit and with no filter but that on deleted records."""
    query = read.query
    if query is None or read.rows is None or read.counts_only or read.deleted_too or query.group is not None:
        return False
    plain = query.limit is None and query.offset is None and query.scope is None and not query.withs
    return plain and (query.where is None or _only_undeleted(query.where))


def _only_undeleted(where: Condition) -> bool:
    if isinstance(where, And):
        return all(_only_undeleted(part) for part in where.parts)
    if not isinstance(where, Comparison) or not isinstance(where.left, Path) or where.operator != "=":
        return False
    return where.left.names[-1].lower() == "isdeleted" and isinstance(where.value, Boolean) and not where.value.value


def _nearest(whole: Sequence[Exit], theft: tuple[datetime, datetime]) -> list[Exit]:
    """The last one before the theft and the first one after it."""
    before = [read for read in whole if read.asked <= theft[0]]
    after = [read for read in whole if read.asked > theft[0]]
    return [*before[-1:], *after[:1]]


def _compare(engine: Engine, read: Exit, name: str, table: str) -> Census:
    moment = timestamp(read.asked)
    (stood,) = engine.one(f"""
        SELECT count(*)
        FROM {identifier(table)}
        WHERE _created <= {moment}
            AND (NOT _deleted OR coalesce(_modified > {moment}, TRUE))
    """)
    gone = max(0, (read.rows or 0) - int(str(stood)))
    says = (
        f"on {iso(read.asked)} a whole read of {name} by another user counted {read.rows:,} records, of which {gone:,} "
        "stand in no copy; each of these may be among the rows logged"
    )
    return Census(gone, says, read.proof[:3])
