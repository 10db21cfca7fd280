"""The timeline: every act attributed to the thief, once, in order, with the rows that prove it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from spillmark.case.acts import Meaning, meaning
from spillmark.clock import iso
from spillmark.engine.interface import Engine, Step
from spillmark.model.finding import TimelineRow

PROOFS = 6  # rows named for one act; the rest is in events.parquet
TOGETHER = timedelta(minutes=30)  # the same act again within this time is one row of the timeline
COLUMNS = ("activity_name", "status", "operation", "object", "object_name", "query", "user", "app", "src_ip", "setting")

# One request stands in several logs (REST, total usage, real-time, unique query), one login in three: one act each,
# joined by the request id, for a login by user and second, else by user, job or object and second. The row that says
# most names the act: a bulk job's state before a query, a query before a plain request.
THEFT_ACTS = Step(
    "theft_acts",
    """
    WITH attributed AS (
        SELECT
            e.*,
            t.findings AS named,
            CASE
                WHEN e.activity_name = 'login'
                THEN concat_ws('|', 'login', coalesce(e.user_id, e."user"), e.status, date_trunc('second', e.time))
                ELSE coalesce(
                    e.request_id,
                    concat_ws(
                        '|', e.activity_name, coalesce(e.user_id, e."user"), e.job_id, e.object, e.object_name, e.query,
                        date_trunc('second', e.time)
                    )
                )
            END AS act,
            CASE
                WHEN e.activity_name = 'api_request' THEN 0
                WHEN e.activity_name = 'query' THEN 1
                WHEN starts_with(e.activity_name, 'bulk_') THEN 3
                ELSE 2
            END AS says
        FROM theft_events t
        JOIN events e USING (evidence, row)
    )
    SELECT
        act,
        min(time) AS time,
        max(rows) AS rows,
        first(activity_name ORDER BY says DESC, activity_name) AS activity_name,
        max(status) AS status,
        max(operation) AS operation,
        max(object) AS object,
        max(object_name) AS object_name,
        max(query) AS query,
        max("user") AS "user",
        max(app) AS app,
        max(src_ip) AS src_ip,
        max(setting) AS setting,
        list_distinct(flatten(list(coalesce(named, [])))) AS findings,
        list({'evidence': evidence, 'row': row} ORDER BY length(evidence), evidence, row)[1:6] AS proof
    FROM attributed
    GROUP BY act
    """,
)


@dataclass(frozen=True)
class Deed:
    """One act of the thief, before it is put in words: when, what it means, on which object, with how many rows."""

    time: datetime
    until: datetime
    meaning: Meaning
    object: str | None
    rows: int | None
    user: str | None
    app: str | None
    ip: str | None
    query: str | None
    times: int
    findings: tuple[str, ...]
    proof: tuple[str, ...]


def deeds(engine: Engine) -> tuple[Deed, ...]:
    """Gives the thief's acts in order; the same act repeated within half an hour is one, with how many times."""
    if not engine.exists("theft_events"):
        return ()
    engine.run([THEFT_ACTS])
    return tuple(_joined(_read(engine)))


def rows(acts: Iterable[Deed]) -> tuple[TimelineRow, ...]:
    """Words each act as a row of the timeline."""
    return tuple(_row(act) for act in acts)


def actor(act: Deed) -> str:
    """Names who did it: user, app and address as far as any log has them."""
    parts = [act.user or "unknown user"]
    if act.app:
        parts.append(f"through {act.app}")
    if act.ip:
        parts.append(f"from {act.ip}")
    return " ".join(parts)


def _read(engine: Engine) -> Iterator[Deed]:
    sql = f"""
    SELECT time, rows, findings, proof, {", ".join(f'"{c}"' for c in COLUMNS)}
    FROM theft_acts
    ORDER BY time, activity_name, object, object_name, query, act
    """
    for time, count, named, proof, *values in engine.rows(sql):
        event = dict(zip(COLUMNS, (None if v is None else str(v) for v in values), strict=True))
        assert isinstance(time, datetime)
        named_act = meaning(event)
        counts = count is not None and (named_act.content or named_act.minor)
        yield Deed(
            time=time,
            until=time,
            meaning=named_act,
            object=event["object"],
            rows=int(str(count)) if counts else None,
            user=event["user"],
            app=event["app"],
            ip=event["src_ip"],
            query=event["query"],
            times=1,
            findings=tuple(sorted((str(f) for f in named or ()), key=_number)),  # type: ignore[attr-defined]
            proof=tuple(f"{place['evidence']}:{place['row']}" for place in proof),  # type: ignore[attr-defined]
        )


def _joined(acts: Iterator[Deed]) -> Iterator[Deed]:
    last: Deed | None = None
    for act in acts:
        if last is not None and _same(last, act):
            last = _merged(last, act)
            continue
        if last is not None:
            yield last
        last = act
    if last is not None:
        yield last


def _same(last: Deed, act: Deed) -> bool:
    alike = (last.meaning, last.object, last.user, last.app, last.ip, last.query) == (
        act.meaning,
        act.object,
        act.user,
        act.app,
        act.ip,
        act.query,
    )
    return alike and act.time - last.until <= TOGETHER


def _merged(last: Deed, act: Deed) -> Deed:
    counted = [count for count in (last.rows, act.rows) if count is not None]
    return replace(
        last,
        until=act.time,
        rows=sum(counted) if counted else None,
        times=last.times + 1,
        findings=tuple(sorted({*last.findings, *act.findings}, key=_number)),
        proof=(*last.proof, *act.proof)[:PROOFS],
    )


def _row(act: Deed) -> TimelineRow:
    words = act.meaning.act
    if act.times > 1:
        words += f" ({act.times} times until {act.until:%H:%M:%S})"
    return TimelineRow(
        iso(act.time), act.meaning.phase, actor(act), words, act.object, act.rows, act.findings, act.proof
    )


def _number(ident: str) -> tuple[int, str]:
    digits = ident[1:]
    return (int(digits) if digits.isdigit() else 0, ident)
