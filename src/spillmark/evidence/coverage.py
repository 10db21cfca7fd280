"""What each log covers in time: first and last event, days or hours that are missing, when the platform deletes it."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from spillmark.clock import iso
from spillmark.engine.interface import Engine
from spillmark.model.evidence import Coverage, Gap

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
BUSY_HOURS = 0.98
"""Share of the hours of its days in which a source must speak before a silent hour counts as a gap."""
BUSY_DAYS = 0.8
"""Share of days in which a source must speak before a silent day counts as a gap ..."""
LOUD_DAYS, LOUD = 0.5, 20
"""... or this share, where it says so much on a usual day (median) that silence is no accident."""
LEAST_DAYS = 5


@dataclass(frozen=True)
class Retention:
    """How long the platform keeps a log: `days`, and `free_days` where it keeps less without a paid add-on."""

    days: int
    free_days: int | None = None
    why: str = ""


def coverage(engine: Engine, retention: Mapping[str, Retention]) -> tuple[Coverage, ...]:
    """Gives the coverage of each source of the table `events`, sorted by source.

    Gaps are judged against the source's own rhythm and with restraint: a missing day counts where the source speaks on
    at least four of five days (of five or more), or on every second one with twenty events and more; on weekends only
    where it speaks so on weekends too; a missing hour where it speaks in nearly every hour. Days and hours are UTC, in
    which event log files are cut.
    `retention_ends` is the time from which the platform deletes what is covered, the oldest first; where less is kept
    without an add-on, nobody can tell from the logs which holds, and the longer time is given.
    """
    if not engine.exists("events"):
        return ()
    hours: dict[str, dict[datetime, int]] = {}
    spoken = """
        SELECT source, date_trunc('hour', time) AS hour, count(*) AS events
        FROM events
        WHERE source IS NOT NULL
        GROUP BY source, hour
        ORDER BY source, hour
    """
    for source, hour, events in engine.rows(spoken):
        if isinstance(hour, datetime):
            hours.setdefault(str(source), {})[hour] = int(str(events))
    ends = _ends(engine)
    return tuple(
        _coverage(source, ends[source], spoken_in, retention.get(source)) for source, spoken_in in hours.items()
    )


@dataclass(frozen=True)
class _Ends:
    first: datetime
    last: datetime
    proof: tuple[str, ...]


def _ends(engine: Engine) -> dict[str, _Ends]:
    """First and last event of each source, with the rows that show them."""
    found = """
        SELECT
            source,
            min(time),
            max(time),
            arg_min(evidence || ':' || "row"::VARCHAR, (time, evidence, "row")),
            arg_max(evidence || ':' || "row"::VARCHAR, (time, evidence, "row"))
        FROM events
        WHERE source IS NOT NULL
        GROUP BY source
    """
    return {
        str(source): _Ends(first, last, tuple(dict.fromkeys((str(early), str(late)))))
        for source, first, last, early, late in engine.rows(found)
        if isinstance(first, datetime) and isinstance(last, datetime)
    }


def _coverage(source: str, ends: _Ends, spoken: Mapping[datetime, int], kept: Retention | None) -> Coverage:
    gaps = tuple(_gaps(spoken))
    end = None if kept is None else iso(ends.first + timedelta(days=kept.days))
    return Coverage(source, iso(ends.first), iso(ends.last), gaps, end, ends.proof)


def _gaps(spoken: Mapping[datetime, int]) -> Iterator[Gap]:
    """Missing days, then missing hours of days that are not missing, in order of time."""
    counts: Counter[datetime] = Counter()
    for hour, events in spoken.items():
        counts[hour.replace(hour=0)] += events
    found = [(start, end, "no event on a day") for start, end in _runs(_missing_days(counts), DAY)]
    hours = _missing_hours(sorted(spoken), set(counts))
    found += [(start, end, "no event in an hour") for start, end in _runs(hours, HOUR)]
    for start, end, what in sorted(found):
        yield Gap(iso(start), iso(end), f"{what}, though this log speaks in nearly every one; a file may be missing")


def _missing_days(counts: Mapping[datetime, int]) -> list[datetime]:
    if len(counts) < LEAST_DAYS:
        return []
    every = _every(min(counts), max(counts), DAY)
    missing: list[datetime] = []
    for group in ([day for day in every if day.weekday() < 5], [day for day in every if day.weekday() >= 5]):
        said = [counts[day] for day in group if day in counts]
        share = LOUD_DAYS if said and median(said) >= LOUD else BUSY_DAYS
        if group and len(said) >= share * len(group):
            missing.extend(day for day in group if day not in counts)
    return sorted(missing)


def _missing_hours(spoken: Sequence[datetime], days: Set[datetime]) -> list[datetime]:
    """Hours without an event in a source that is never silent; first and last day are cut at their events."""
    known = set(spoken)
    every = [hour for hour in _every(spoken[0], spoken[-1], HOUR) if hour.replace(hour=0) in days]
    if len(every) < LEAST_DAYS * 24 or len(known) < BUSY_HOURS * len(every):
        return []
    return [hour for hour in every if hour not in known]


def _every(first: datetime, last: datetime, step: timedelta) -> list[datetime]:
    count = int((last - first) / step) + 1
    # A log whose times span centuries is broken; its rhythm says nothing.
    return [first + number * step for number in range(count)] if count < 400 * 366 else []


def _runs(missing: Sequence[datetime], step: timedelta) -> Iterator[tuple[datetime, datetime]]:
    """Joins neighbours: start of the first, end of the last."""
    start: datetime | None = None
    last: datetime | None = None
    for moment in missing:
        if start is not None and last is not None and moment - last > step:
            yield start, last + step
            start = None
        start = moment if start is None else start
        last = moment
    if start is not None and last is not None:
        yield start, last + step
