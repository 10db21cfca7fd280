"""The ways by which records left: requests of the thief that returned record content, each one counted once.

One request stands in several logs. What belongs together is joined by request id, by bulk job, by the query's text and
user within seconds, and a bulk job (rows, no text) with the download of its result (text, no rows) by user, login key,
object and time. Sources: Salesforce Object Reference, "EventLogFile Supported Event Types"; Platform Events Developer
Guide, ApiEvent and BulkApiResultEventStore (no job id, no rows: one row for each download of a result).
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from spillmark.engine.interface import Engine, Step
from spillmark.scope.ids import id18
from spillmark.scope.sightings import Sighting, normal_text, read_sightings
from spillmark.soql.fault import SoqlError
from spillmark.soql.parser import parse
from spillmark.soql.tree import Call, Query

FIRST = datetime(1970, 1, 1)  # noqa: DTZ001 - naive UTC, as all times in the engine
NEAR = timedelta(seconds=10)
EARLY = timedelta(seconds=5)
RUNNING = timedelta(seconds=60)
UNSEEN = timedelta(minutes=10)  # a job of which only the end is logged
KEPT = timedelta(days=7)  # results of Bulk API 2.0 query jobs are kept seven days
NUMBERS = ("COUNT", "COUNT_DISTINCT")
COUNTING = re.compile(r"\s*SELECT\s+COUNT\s*\(\s*\)", re.IGNORECASE)
FROM = re.compile(r"\bFROM\s+([A-Za-z_][\w.]*)", re.IGNORECASE)
Form = Literal["query", "bulk", "read", "rows"]


@dataclass
class Group:
    """Sightings of one request, while it is being put together."""

    sightings: list[Sighting]
    text: str | None = None
    object: str | None = None
    start: datetime = FIRST
    end: datetime = FIRST
    asked: datetime = FIRST
    downloads: list[datetime] = field(default_factory=list)

    def settle(self) -> "Group":
        """Draws text, object and times from the sightings."""
        self.sightings.sort(key=lambda s: (s.time, s.evidence, s.row))
        texts = [s.text for s in self.sightings if s.text]
        self.text = max(texts, key=lambda text: (len(text), text)) if texts else None
        named = [s.object for s in self.sightings if s.object]
        self.object = object_of(self.text) or (named[0] if named else None)
        jobs = [s for s in self.sightings if s.job] or self.sightings
        worked = [s for s in jobs if s.rows is not None and not s.gone] or [s for s in jobs if not s.gone] or jobs
        self.asked = min(s.time for s in jobs)
        self.end = max(self.asked, *(s.time for s in worked))
        self.downloads = sorted(s.time for s in self.sightings if s.download)
        self.start = self.asked - self._before()
        return self

    def _before(self) -> timedelta:
        """How long before its first sighting the request may have begun."""
        if self.sightings and all(s.download for s in self.sightings):
            return KEPT  # only the fetching of a result that may have waited
        return UNSEEN if self.job and self.asked == self.end else EARLY

    @property
    def job(self) -> str | None:
        """The bulk job, 15 characters."""
        return next((s.job for s in self.sightings if s.job), None)


@dataclass(frozen=True)
class Exit:
    """One request that returned record content, as all logs together show it.

    `asked` is when it is first seen; `start` and `end` bound the time at which the platform read the data; `left` is
    when the content was handed over.
    `rows` is what the logs count as returned; `ids` is above zero where they list record ids (table `exit_ids`).
    `query` is None where there is no text, or none that can be read (`why_unread`).
    """

    id: str
    form: Form
    object: str | None
    text: str | None
    query: Query | None
    why_unread: str | None
    asked: datetime
    start: datetime
    end: datetime
    left: datetime
    rows: int | None
    ids: int
    user: str | None
    internal: bool
    deleted_too: bool
    downloaded: bool | None
    findings: tuple[str, ...]
    proof: tuple[str, ...]

    @property
    def counts_only(self) -> bool:
        """Tells a query that returns numbers and no record."""
        return self.query is not None and is_count(self.query)


def find_exits(engine: Engine) -> tuple[Exit, ...]:
    """Puts the thief's events together to exits, in order of time, and makes `exit_ids(exit, record_id)`."""
    exits, groups = group_exits(engine, "theft_events")
    _list_ids(engine, exits, groups)
    return exits


def group_exits(engine: Engine, chosen: str) -> tuple[tuple[Exit, ...], list[Group]]:
    """Puts the chosen events (a table of evidence, row, findings) together, in order of time."""
    sightings = read_sightings(engine, chosen)
    groups = _by_request(sightings)
    groups = _by_text(groups)
    groups = _pair_jobs(groups)
    groups = _gather_reads(groups)
    groups.sort(key=lambda g: (g.asked, g.text or "", g.object or "", _first(g)))
    return tuple(_exit(f"X{number}", group) for number, group in enumerate(groups, 1)), groups


def object_of(text: str | None) -> str | None:
    """Gives the object that a query text reads, also where the text is cut off or not SOQL."""
    if text is None:
        return None
    # The last FROM that stands outside of parentheses is the query's own.
    depth = 0
    flat = []
    for character in text:
        depth += (character == "(") - (character == ")")
        flat.append(character if depth <= 0 else " ")
    found = FROM.search("".join(flat))
    return found[1].rpartition(".")[2] if found else None


def is_count(query: Query) -> bool:
    """Tells a query whose answer holds no content of a record: nothing but COUNT(), COUNT(x), COUNT_DISTINCT(x)."""
    if query.group is not None:
        return False
    calls = [getattr(item, "expression", None) for item in query.select]
    return all(isinstance(call, Call) and call.upper in NUMBERS for call in calls)


def _by_request(sightings: Sequence[Sighting]) -> list[Group]:
    """Joins what shares a request id or a bulk job; everything else stands alone for now."""
    leader = list(range(len(sightings)))

    def root(number: int) -> int:
        while leader[number] != number:
            leader[number] = leader[leader[number]]
            number = leader[number]
        return number

    seen: dict[tuple[str, str], int] = {}
    for number, sighting in enumerate(sightings):
        for key in _keys(sighting):
            first = seen.setdefault(key, number)
            leader[root(number)] = root(first)
    grouped: dict[int, list[Sighting]] = {}
    for number, sighting in enumerate(sightings):
        grouped.setdefault(root(number), []).append(sighting)
    return [Group(found).settle() for found in grouped.values()]


def _keys(sighting: Sighting) -> Iterable[tuple[str, str]]:
    if sighting.request:
        yield ("request", sighting.request)
    if sighting.job:
        yield ("job", sighting.job)


def _by_text(groups: list[Group]) -> list[Group]:
    """Joins the same text of the same user seen by different logs within seconds, and the pages of one query."""
    texts: dict[tuple[str, str], list[Group]] = {}
    rest: list[Group] = []
    for group in groups:
        if group.text is None or group.job is not None:
            rest.append(group)
        else:
            texts.setdefault((normal_text(group.text), _user(group) or ""), []).append(group)
    merged = [joined for key in sorted(texts) for joined in _near(texts[key])]
    return [*_pages(merged, rest)]


def _near(groups: list[Group]) -> list[Group]:
    groups.sort(key=lambda g: (g.asked, _first(g)))
    found: list[Group] = []
    for group in groups:
        last = found[-1] if found else None
        if last is not None and (_paging(group) or _same_request(last, group)):
            last.sightings += group.sightings
            last.settle()
        else:
            found.append(group)
    return found


def _paging(group: Group) -> bool:
    return all(s.more for s in group.sightings)


def _same_request(left: Group, right: Group) -> bool:
    """Within seconds and in other logs: one log writes one request once, except for each download of a bulk result."""
    if all(s.download for s in (*left.sightings, *right.sightings)):
        return right.asked - left.end <= KEPT
    shared = {s.source for s in left.sightings} & {s.source for s in right.sightings}
    return not shared and right.asked - left.end <= NEAR


def _pages(texts: list[Group], rest: list[Group]) -> Iterable[Group]:
    """Gives pages without a text to the latest query of the same user and object before them."""
    for group in rest:
        if not _paging(group):
            yield group
            continue
        before = [
            g
            for g in texts
            if _user(g) == _user(group)
            and g.asked <= group.asked
            and (group.object is None or _same(g.object, group.object))
        ]
        if before:
            latest = max(before, key=lambda g: (g.asked, _first(g)))
            latest.sightings += group.sightings
            latest.settle()
        else:
            yield group
    yield from texts


def _pair_jobs(groups: list[Group]) -> list[Group]:
    """Gives each bulk job the download that fits: same user, login, object and text, fetched after the job ended."""
    jobs = sorted((g for g in groups if g.job), key=lambda g: (g.asked, _first(g)))
    texts = sorted((g for g in groups if g.job is None and g.text is not None), key=lambda g: (g.asked, _first(g)))
    chosen = {id(group) for group in (*jobs, *texts)}
    others = [group for group in groups if id(group) not in chosen]
    left: list[Group] = []
    for text in texts:
        fits = [job for job in jobs if _fits(job, text)]
        if not fits:
            left.append(text)
            continue
        # The latest one that fits; a second download of the same result finds the same job again.
        job = max(fits, key=lambda g: (g.end, _first(g)))
        job.sightings += text.sightings
    for job in jobs:
        job.settle()
    return [*others, *left, *jobs]


def _gather_reads(groups: list[Group]) -> list[Group]:
    """Joins requests without a text to one way out for each user and object; single reads may be many."""
    found: list[Group] = []
    gathered: dict[tuple[bool, str, str], Group] = {}
    for group in sorted(groups, key=lambda g: (g.asked, _first(g))):
        if group.text is not None or group.job is not None:
            found.append(group)
            continue
        single = all(s.read for s in group.sightings)
        key = (single, _user(group) or "", (group.object or "").lower())
        if key in gathered:
            gathered[key].sightings += group.sightings
        else:
            gathered[key] = group
    return [*found, *(group.settle() for group in gathered.values())]


def _fits(job: Group, text: Group) -> bool:
    if COUNTING.match(text.text or "") or any(s.source.endswith(".rest_api") for s in text.sightings):
        return False  # a bulk query takes no COUNT(), and a call of /query is a request of its own
    if any(s.rows is not None for s in text.sightings if not s.bulk):
        return False  # a request with rows of its own is not the download of a job's result
    if job.text is not None and normal_text(job.text) != normal_text(text.text or ""):
        return False
    if _user(job) != _user(text) or not _same(job.object, text.object):
        return False
    keys = [{s.login for s in group.sightings if s.login} for group in (job, text)]
    if all(keys) and not keys[0] & keys[1]:
        return False
    if any(s.download for s in text.sightings):
        return job.end - EARLY <= text.asked <= job.end + KEPT
    return job.asked - EARLY <= text.asked <= job.end + RUNNING


def _same(left: str | None, right: str | None) -> bool:
    return left is None or right is None or left.lower() == right.lower()


def _user(group: Group) -> str | None:
    return next((s.user for s in group.sightings if s.user), None)


def _first(group: Group) -> tuple[str, int]:
    return min((s.evidence, s.row) for s in group.sightings)


def _exit(number: str, group: Group) -> Exit:
    query, why = _read(group.text)
    download = group.downloads[0] if group.downloads else None
    return Exit(
        id=number,
        form="bulk"
        if group.job
        else "query"
        if group.text
        else "read"
        if any(s.read for s in group.sightings)
        else "rows",
        object=group.object,
        text=group.text,
        query=query,
        why_unread=why,
        asked=group.asked,
        start=group.start,
        end=group.end,
        left=download or group.end,
        rows=_rows(group),
        ids=sum(s.ids for s in group.sightings) + sum(s.record is not None for s in group.sightings),
        user=_user(group),
        internal=not any(s.outside for s in group.sightings),
        deleted_too=any(s.deleted_too for s in group.sightings) or (query is not None and query.all_rows),
        downloaded=(download is not None) if group.job else None,
        findings=tuple(sorted({finding for s in group.sightings for finding in s.findings})),
        proof=tuple(f"{s.evidence}:{s.row}" for s in group.sightings),
    )


def _read(text: str | None) -> tuple[Query | None, str | None]:
    if text is None:
        return None, "the logs hold no text of the query"
    try:
        return parse(text), None
    except SoqlError as error:
        return None, f"the text of the query cannot be read as SOQL: {error.message}"


def _rows(group: Group) -> int | None:
    """What the logs count: of one log the sum over its requests (pages), of several logs the highest sum.

    A bulk job's count is repeated and grows from state to state, so its highest one stands. A total that a log
    repeats on each page is not summed.
    """
    sums: dict[str, int] = {}
    for source in sorted({s.source for s in group.sightings}):
        own = [s for s in group.sightings if s.source == source and s.rows is not None]
        if not own:
            continue
        counts = [s.rows or 0 for s in own]
        repeated = any(s.job or s.total for s in own)
        sums[source] = max(counts) if repeated else sum(counts)
    return max(sums.values()) if sums else None


def _list_ids(engine: Engine, exits: Sequence[Exit], groups: Sequence[Group]) -> None:
    """Lists the record ids that logs show as returned; those of columns never come into memory."""
    together = [(found.id, s) for found, group in zip(exits, groups, strict=True) for s in group.sightings]
    events = [(number, s.evidence, s.row) for number, s in together if s.ids]
    engine.register("exit_events", {"exit": "VARCHAR", "evidence": "VARCHAR", "row": "BIGINT"}, events)
    records = [(number, s.record) for number, s in together if s.record is not None]
    engine.register("exit_records", {"exit": "VARCHAR", "record_id": "VARCHAR"}, records)
    engine.run([Step("exit_ids", IDS)])


IDS = f"""
    SELECT DISTINCT
        exit,
        {id18("record_id")} AS record_id
    FROM (
        SELECT
            exit_events.exit,
            unnest(events.record_ids) AS record_id
        FROM exit_events
        JOIN events
            ON events.evidence = exit_events.evidence
            AND events."row" = exit_events."row"
        UNION ALL
        SELECT exit, record_id
        FROM exit_records
    )
    WHERE record_id IS NOT NULL
"""
