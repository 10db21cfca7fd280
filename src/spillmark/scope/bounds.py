"""Why the upper bound is open: what the evidence does not show, so that more may have left than is counted."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from spillmark.clock import iso, parse_instant, to_utc
from spillmark.engine.interface import Engine
from spillmark.model.evidence import Coverage
from spillmark.scope.replay import Outcome

Lack = Literal["no_text", "job_without_text", "no_rows", "no_snapshot", "gaps", "no_object"]
SEVERAL = 3


@dataclass(frozen=True)
class Opening:
    """One reason: the sentence, the object that it concerns (None: any), and whether fields are unknown too."""

    says: str
    lack: Lack
    object: str | None
    fields: bool
    subject: str
    proof: tuple[str, ...] = ()


@dataclass(frozen=True)
class Logs:
    """What the logs of requests cover: the thief's first and last event, and the span of logs that hold query texts."""

    theft: tuple[datetime, datetime] | None
    texts: tuple[datetime, datetime] | None


def read_logs(engine: Engine) -> Logs:
    """Reads the times; both are None without events."""
    if not (engine.exists("events") and engine.exists("theft_events")):
        return Logs(None, None)
    theft = engine.one("""
        SELECT min(events.time), max(events.time)
        FROM theft_events
        JOIN events
            ON events.evidence = theft_events.evidence
            AND events."row" = theft_events."row"
    """)
    texts = engine.one("""
        SELECT min(events.time), max(events.time)
        FROM events
        SEMI JOIN (
            SELECT DISTINCT source
            FROM events
            WHERE query IS NOT NULL
        ) AS telling
            ON telling.source = events.source
    """)
    return Logs(_span(theft), _span(texts))


def _span(row: Sequence[object]) -> tuple[datetime, datetime] | None:
    first, last = row
    return (first, last) if isinstance(first, datetime) and isinstance(last, datetime) else None


def openings(outcomes: Sequence[Outcome], logs: Logs, coverage: Sequence[Coverage]) -> tuple[Opening, ...]:
    """Gives every reason, each once, in the order of the requests."""
    found = [opening for outcome in outcomes for opening in _of(outcome)]
    found += _coverage(logs, coverage)
    if logs.theft is not None and logs.texts is None:
        says = "no log of the evidence holds the text of queries: which records and fields left cannot be bounded"
        found.append(Opening(says, "no_text", None, fields=True, subject="all requests"))
    return tuple({opening.says: opening for opening in found}.values())


def _of(outcome: Outcome) -> Iterator[Opening]:
    found = outcome.exit
    if found.counts_only or outcome.complete_ids:
        yield from _fields_unknown(outcome)
        return
    when, name = iso(found.left), found.object
    if name is None:
        says = f"a request at {when} returned content, and no log tells of which object"
        yield Opening(
            says, "no_object", None, fields=True, subject=f"the request at {when}", proof=found.proof[:SEVERAL]
        )
        return
    yield from _fields_unknown(outcome)
    if outcome.counts is None:
        says = f"there is no copy of {name}, so its records are counted but not named"
        yield Opening(says, "no_snapshot", name, fields=False, subject=name, proof=found.proof[:SEVERAL])
    if found.rows is None:
        says = f"no log counts the rows of the request at {when} on {name}; records deleted since cannot be told"
        yield Opening(says, "no_rows", name, fields=False, subject=name, proof=found.proof[:SEVERAL])


def _fields_unknown(outcome: Outcome) -> Iterator[Opening]:
    found = outcome.exit
    if found.query is not None or found.form == "read":
        return
    name, when = found.object or "an unknown object", iso(found.left)
    if found.form == "bulk":
        says = f"the bulk job at {when} on {name} has no text in the logs: filter and fields are unknown"
        job = f"of {name} at {when}"
        yield Opening(says, "job_without_text", found.object, fields=True, subject=job, proof=found.proof[:SEVERAL])
    elif found.text is None:
        says = f"requests from {when} on {name} have no text in the logs: filter and fields are unknown"
        yield Opening(says, "no_text", found.object, fields=True, subject=name, proof=found.proof[:SEVERAL])
    else:
        says = f"the text of the query at {when} on {name} could not be read: {found.why_unread}"
        yield Opening(says, "no_text", found.object, fields=True, subject=name, proof=found.proof[:SEVERAL])


def _coverage(logs: Logs, coverage: Sequence[Coverage]) -> Iterator[Opening]:
    if logs.theft is None:
        return
    first, last = logs.theft
    for source in coverage:
        for gap in source.gaps:
            start, end = (to_utc(parse_instant(text)).replace(tzinfo=None) for text in (gap.start, gap.end))
            if start <= last and end >= first:
                says = f"the log {source.source} is silent from {gap.start} to {gap.end}, within the theft: {gap.why}"
                subject = f"{source.source}, {gap.start} to {gap.end}"
                yield Opening(says, "gaps", None, fields=True, subject=subject, proof=source.proof[:SEVERAL])
