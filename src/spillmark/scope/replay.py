"""Each way out replayed on the snapshot: which records it returned for sure, and which it may have returned.

What is proven follows contract case/1: a record's id is logged as returned; or the logged count agrees with the
replay, nothing that could change the match was altered since, and the reader's visibility is unrestricted. Every other
record that cannot be excluded is possible.
"""

from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass, replace
from zoneinfo import ZoneInfo

from spillmark.engine.interface import Engine, Step, identifier, literal
from spillmark.scope.exits import Exit
from spillmark.scope.snapshot import Snapshot
from spillmark.scope.then import schema_then
from spillmark.soql.emit import Replay, ReplayError, replay
from spillmark.soql.schema import ObjectSchema, Schema
from spillmark.soql.sql import timestamp
from spillmark.soql.tree import Child, InQuery, Path, Query, TypeOf

FIXED = ("id", "createddate", "createdbyid", "isdeleted", "systemmodstamp")
"""Fields that no later change of a record alters, or that the state at the time accounts for."""
DIRECT = 2
MATCH, POOL = "match", "pool"


@dataclass(frozen=True)
class Setting:
    """How a query's sender divides time."""

    zone: ZoneInfo
    fiscal_year_start: int = 1
    week_start: str = "monday"


@dataclass(frozen=True)
class Counts:
    """What the replay of one way out gave, for reconciling it with the log.

    `replayed` matches now as it stood then; `sure` of these match under every reading; `changed` were altered since
    and may match or not; `kept` of the candidates do not match now; `restored` were deleted since; `later` were made
    since and are left out; `fresh` were made while the request ran; `strangers` are listed by the log but not among the
    candidates; `old` of the matching ones stand in a copy that may be older than the request. `candidates` is
    everything that may have left.
    """

    replayed: int
    sure: int
    candidates: int
    changed: int
    kept: int
    restored: int
    later: int
    fresh: int
    strangers: int
    old: int


@dataclass(frozen=True)
class Outcome:
    """One way out after its replay; `table` holds record_id, certain, changed.

    `counts` and `replay` are None where nothing could be replayed, `why_not` then says why. `mutable` tells a filter
    whose answer later changes can alter, `altered` that such changes are there. `complete_ids` tells that the log
    lists each returned record, `listed` how many it lists. `stamped` tells a copy with times of last change.
    """

    exit: Exit
    object: str | None
    table: str
    schema: Schema | None
    replay: Replay | None
    counts: Counts | None
    why_not: str | None
    mutable: bool
    altered: bool
    agrees: bool
    certain_by_count: bool
    complete_ids: bool
    listed: int
    stamped: bool


def replay_exit(
    engine: Engine, found: Exit, snapshot: Snapshot, schema: Schema, *, setting: Setting, visible: bool, table: str
) -> Outcome:
    """Replays one way out; makes `table`. Tables of the replay itself stand until the next one."""
    known = snapshot.named(found.object) if found.object else None
    listed = _listed(engine, found) if found.ids else 0
    # A single record that was opened is what left, whether or not a log counts it.
    complete = listed > 0 and (listed == found.rows or (found.form == "read" and (found.rows or 0) <= listed))
    if known is None:
        why = _no_copy(found)
        return _by_ids_alone(engine, found, why, complete=complete, listed=listed, table=table)
    then = schema_then(
        engine,
        snapshot,
        schema,
        start=found.start,
        end=found.end,
        deleted_too=found.deleted_too,
        only=None if _reaches_out(found.query) else known.name,
    )
    base = then.object(known.name)
    assert base is not None
    played, why_not = _play(found, then, setting)
    if played is not None:
        # Each is read once, so that nothing is gained by storing them.
        engine.run(replace(step, keep="view") for step in played.steps)
    matched = MATCH
    engine.run([Step(matched, _matched(played, base), "view")])
    doubt = _Doubt.of(engine, found.query, played, base, snapshot, then)
    engine.run([Step(POOL, _pool(matched, base, doubt))])
    counts = _counts(engine, found, known.table)
    altered = doubt.altered or counts.fresh > 0 or counts.old > 0
    limited = _limit_binds(played, found)
    agrees = found.rows is not None and found.rows in (counts.replayed, counts.sure)
    proven = bool(played is not None and played.exact and played.kind == "records" and agrees and visible) and not (
        altered or limited or found.counts_only
    )
    engine.run([Step(table, _left(found, known.table, complete=complete, proven=proven))])
    return Outcome(
        found,
        known.name,
        table,
        then,
        played,
        counts,
        why_not,
        doubt.mutable,
        altered,
        agrees,
        proven,
        complete,
        listed,
        known.stamped,
    )


def _reaches_out(query: Query | None) -> bool:
    """Tells a query that reads other objects too: over a path, a subquery or a second source."""
    if query is None:
        return False
    inner = any(isinstance(node, InQuery | Child | TypeOf) for node in _nodes(query))
    return inner or len(query.sources) > 1 or any(isinstance(n, Path) and len(n.names) > 1 for n in _nodes(query))


def _no_copy(found: Exit) -> str:
    if found.object is None:
        return "the logs do not tell which object was read"
    return f"there is no copy of {found.object} among the evidence"


def _listed(engine: Engine, found: Exit) -> int:
    return int(str(engine.one("SELECT count(*) FROM exit_ids WHERE exit = ?", [found.id])[0]))


def _by_ids_alone(engine: Engine, found: Exit, why: str, *, complete: bool, listed: int, table: str) -> Outcome:
    select = f"""
        SELECT
            record_id,
            TRUE AS certain,
            TRUE AS changed
        FROM exit_ids
        WHERE exit = {literal(found.id)}
    """
    engine.run([Step(table, select)])
    return Outcome(
        found,
        found.object,
        table,
        None,
        None,
        None,
        why,
        mutable=False,
        altered=False,
        agrees=False,
        certain_by_count=False,
        complete_ids=complete,
        listed=listed,
        stamped=False,
    )


def _play(found: Exit, then: Schema, setting: Setting) -> tuple[Replay | None, str | None]:
    if found.query is None:
        return None, found.why_unread
    week = setting.week_start if setting.week_start in ("monday", "sunday", "saturday") else "monday"
    try:
        return replay(
            found.query,
            then,
            at=found.asked,
            zone=setting.zone,
            fiscal_year_start=setting.fiscal_year_start,
            week_start=week,  # type: ignore[arg-type]
            name="replay",
        ), None
    except ReplayError as error:
        return None, str(error)


def _matched(played: Replay | None, base: ObjectSchema) -> str:
    """The matching set; a LIMIT without more knowledge keeps no record out, so that the uncut set stands."""
    if played is None:
        return f'SELECT "Id" AS record_id, FALSE AS sure FROM {identifier(base.table)}'
    names = [step.name for step in played.steps]
    uncut = f"{played.table}_candidates"
    source = uncut if uncut in names else played.table
    return f"""
        SELECT
            "Id" AS record_id,
            bool_or(certain) AS sure
        FROM {identifier(source)}
        GROUP BY record_id
    """


@dataclass(frozen=True)
class _Doubt:
    """Which rows of the base may have matched then though they do not now; `sql` selects them."""

    mutable: bool
    altered: bool
    sql: str

    @classmethod
    def of(
        cls,
        engine: Engine,
        query: Query | None,
        played: Replay | None,
        base: ObjectSchema,
        snapshot: Snapshot,
        then: Schema,
    ) -> "_Doubt":
        if played is None or query is None:
            return cls(mutable=True, altered=True, sql="FALSE")
        filters = [(o, f) for o, f in played.filters if f.lower() not in FIXED]
        own = any(o == base.name for o, _ in filters)
        others = sorted({o for o, _ in filters if o != base.name})
        parts = ["_changed"] if own else []
        altered = own and _any(engine, base.table)
        for other in others:
            table = then.object(other)
            if table is None or not _any(engine, table.table):
                continue
            altered = True
            parts.append(_through(query, base, table))
        ordered = bool(query.order) and (played.limit is not None or played.offset > 0)
        altered = altered or (ordered and _any(engine, base.table))
        sql = "(" + "\n                OR ".join(parts) + ")" if parts else "FALSE"
        return cls(mutable=bool(filters), altered=altered, sql=sql)


def _any(engine: Engine, view: str) -> bool:
    return bool(engine.one(f"SELECT coalesce(bool_or(_changed), FALSE) FROM {identifier(view)}")[0])


def _through(query: Query, base: ObjectSchema, other: ObjectSchema) -> str:
    """Rows whose direct parent was altered since; through a longer way or a subquery no row can be told apart."""
    if any(isinstance(node, InQuery) for node in _nodes(query.where)):
        return "TRUE"
    if any(isinstance(node, Path) and len(node.names) > DIRECT for node in _nodes(query.where)):
        return "TRUE"
    links = [field for field in base.fields if other.name.lower() in (target.lower() for target in field.references)]
    if not links:
        return "TRUE"
    return " OR ".join(
        f'left({identifier(link.column)}, 15) IN (SELECT left("Id", 15) FROM {identifier(other.table)} WHERE _changed)'
        for link in links
    )


def _nodes(node: object) -> Iterator[object]:
    """All parts of a tree."""
    if isinstance(node, tuple):
        for part in node:
            yield from _nodes(part)
    elif is_dataclass(node) and not isinstance(node, type):
        yield node
        for field in fields(node):
            yield from _nodes(getattr(node, field.name))


def _pool(matched: str, base: ObjectSchema, doubt: _Doubt) -> str:
    """Everything that may have left: what matches now, and what may have matched then."""
    return f"""
        SELECT
            base."Id" AS record_id,
            matched.record_id IS NOT NULL AS matched,
            coalesce(matched.sure, FALSE) AS sure,
            base._changed AS changed,
            base._fresh AS fresh,
            base._old AS old,
            base._deleted AS deleted
        FROM (
            SELECT
                *,
                {doubt.sql} AS _doubted
            FROM {identifier(base.table)}
        ) AS base
        LEFT JOIN {identifier(matched)} AS matched
            ON matched.record_id = base."Id"
        WHERE matched.record_id IS NOT NULL
            OR base._doubted
    """


def _counts(engine: Engine, found: Exit, snap: str) -> Counts:
    row = engine.one(f"""
        SELECT
            count(*) FILTER (WHERE matched AND NOT fresh),
            count(*) FILTER (WHERE matched AND sure AND NOT fresh),
            count(*),
            count(*) FILTER (WHERE matched AND changed AND NOT deleted),
            count(*) FILTER (WHERE NOT matched),
            count(*) FILTER (WHERE matched AND deleted),
            count(*) FILTER (WHERE matched AND fresh),
            count(*) FILTER (WHERE matched AND old)
        FROM {POOL}
    """)
    replayed, sure, candidates, changed, kept, restored, fresh, old = (int(str(value)) for value in row)
    ended = timestamp(found.end)
    (made,) = engine.one(f"SELECT count(*) FROM {identifier(snap)} WHERE _created > {ended}")
    return Counts(
        replayed, sure, candidates, changed, kept, restored, int(str(made)), fresh, _strangers(engine, found), old
    )


def _strangers(engine: Engine, found: Exit) -> int:
    if not found.ids:
        return 0
    query = f"""
        SELECT count(*)
        FROM exit_ids
        ANTI JOIN {POOL} AS pool
            ON pool.record_id = exit_ids.record_id
        WHERE exit_ids.exit = {literal(found.id)}
    """
    return int(str(engine.one(query)[0]))


def _limit_binds(played: Replay | None, found: Exit) -> bool:
    """Tells whether LIMIT or OFFSET may have kept matching records from being returned."""
    if played is None:
        return False
    if played.offset:
        return True
    return played.limit is not None and (found.rows is None or found.rows >= played.limit)


def _left(found: Exit, snap: str, *, complete: bool, proven: bool) -> str:
    """Records that left by this way: where the log lists each one, these alone; else what may have left too."""
    return f"""
        WITH listed AS (
            SELECT record_id
            FROM exit_ids
            WHERE exit = {literal(found.id)}
        ),
        joined AS (
            SELECT
                coalesce(pool.record_id, listed.record_id) AS record_id,
                listed.record_id IS NOT NULL OR ({"pool.sure" if proven else "FALSE"}) AS certain
            FROM {POOL} AS pool
            FULL JOIN listed
                ON listed.record_id = pool.record_id
            {"WHERE listed.record_id IS NOT NULL" if complete else ""}
        )
        SELECT
            joined.record_id,
            joined.certain,
            coalesce(snap._modified > {timestamp(found.start)}, TRUE) AS changed
        FROM joined
        LEFT JOIN {identifier(snap)} AS snap
            ON snap."Id" = joined.record_id
    """
