"""The thief's events that speak of record content leaving, each as one log shows it.

What an event is follows from its columns, the words of its operation and the path that was called, not from one log's
name. Sources: Salesforce REST API Developer Guide (resources query, queryAll, sobjects, jobs/query); Object Reference,
EventLogFile (UniqueQuery holds the id of a report or list view instead of a text); Platform Events, ApiEvent
(RowsProcessed is the query's total, repeated on each page; RowsReturned is the page).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import unquote_plus

from spillmark.engine.interface import Engine, Step
from spillmark.scope.ids import PREFIXES, short_id
from spillmark.soql.ids import is_id, long_id

WRITES = ("insert", "update", "upsert", "delete", "harddelete", "undelete", "merge", "create")
FAILED = ("failure", "failed", "fail", "error", "f", "a", "n", "u", "denied", "blocked", "unauthorized")
INTERNAL = (None, "standard", "internal")
MORE = re.compile(r"/query(?:all)?/01g", re.IGNORECASE)
ALL = re.compile(r"query_?all", re.IGNORECASE)
RESULT = re.compile(r"/jobs/query/(750[A-Za-z0-9]{12,15})/results", re.IGNORECASE)
JOB = re.compile(r"/jobs?/(?:query/)?(750[A-Za-z0-9]{12,15})")
RECORD = re.compile(r"/sobjects/(\w+)/([A-Za-z0-9]{15}(?:[A-Za-z0-9]{3})?)(?=[/?]|$)")
VIEWED = re.compile(r"^(?:/lightning/r(?:/\w+)?)?/([A-Za-z0-9]{15}(?:[A-Za-z0-9]{3})?)(?=[/?]|$)")
CALLED = re.compile(r"(?<!/jobs)/query(?:all)?/?(?:\?|$)", re.IGNORECASE)
ASKED = re.compile(r"[?&]q=([^&#]+)", re.IGNORECASE)
WRITING = re.compile(r"/(?:sobjects|jobs)\b", re.IGNORECASE)
FILES = ("file_downloaded", "file_previewed")
SPACES = re.compile(r"\s+")


@dataclass(frozen=True)
class Sighting:
    """One event of the thief that speaks of content: what was asked, by whom, and what the log counts.

    `download` is the fetching of a bulk result, `more` a further page, `gone` the end of a job by deletion, `read` a
    single record (`record` is its id where the path tells it), `total` tells that `rows` is the query's total. `user`
    and `job` are 15 characters.
    """

    evidence: str
    row: int
    time: datetime
    source: str
    user: str | None
    login: str | None
    request: str | None
    job: str | None
    text: str | None
    object: str | None
    rows: int | None
    ids: int
    findings: tuple[str, ...]
    bulk: bool = False
    download: bool = False
    more: bool = False
    gone: bool = False
    read: bool = False
    total: bool = False
    deleted_too: bool = False
    outside: bool = False
    record: str | None = None


def normal_text(text: str) -> str:
    """Gives a query text without what changes nothing between logs: case, blanks, a closing semicolon."""
    parts = re.split(r"('(?:\\.|[^'\\])*')", text)
    parts[::2] = [SPACES.sub(" ", part).lower() for part in parts[::2]]
    return "".join(parts).strip(" ;")


def read_sightings(engine: Engine, chosen: str = "theft_events") -> tuple[Sighting, ...]:
    """Reads what the chosen events (evidence, row, findings) say of content; all others stay in the engine."""
    if not (engine.exists("events") and engine.exists(chosen)):
        return ()
    engine.run([Step(f"{chosen}_content", CONTENT.replace("theft_events", chosen))])
    raw = [Raw(*row) for row in engine.rows(f'SELECT * FROM {chosen}_content ORDER BY time, evidence, "row"')]  # type: ignore[arg-type]
    users = _user_ids(raw)
    return tuple(found for entry in raw if (found := _sighting(entry, users)) is not None)


CONTENT = r"""
    WITH theft AS (
        SELECT
            events.evidence,
            events."row",
            events.time,
            coalesce(events.source, '') AS source,
            events."user",
            events.user_id,
            events.user_type,
            events.login_key,
            events.request_id,
            events.job_id,
            events.query,
            events.object,
            events."rows",
            coalesce(len(events.record_ids), 0) AS ids,
            coalesce(events.activity_name, '') AS activity_name,
            coalesce(events.operation, '') AS operation,
            lower(coalesce(events.status, '')) AS status,
            events.object_name,
            CASE
                WHEN contains(events.object_name, '/') THEN events.object_name
                WHEN contains(events.operation, '/') THEN events.operation
                ELSE coalesce(
                    json_extract_string(events.detail, '$.URI'),
                    json_extract_string(events.detail, '$.API_RESOURCE'),
                    json_extract_string(events.detail, '$.Uri')
                )
            END AS path,
            json_extract_string(events.detail, '$.JOB_STATUS') AS job_status,
            json_extract_string(events.detail, '$.RowsReturned') AS returned,
            json_extract_string(events.detail, '$.HTTP_METHOD') AS http_method,
            json_extract_string(events.detail, '$.METHOD') AS method,
            theft_events.findings
        FROM theft_events
        JOIN events
            ON events.evidence = theft_events.evidence
            AND events."row" = theft_events."row"
        WHERE events.time IS NOT NULL
    )
    SELECT *
    FROM theft
    WHERE query IS NOT NULL
        OR ids > 0
        OR job_id IS NOT NULL
        OR "rows" > 0
        OR starts_with(activity_name, 'file_')
        OR regexp_matches(path, '(?i)/query(all)?(/01g|/?\?|/?$)|/jobs?/(query/)?750|/sobjects/\w+/[a-z0-9]{15}')
        OR regexp_matches(path, '^(/lightning/r(/\w+)?)?/[A-Za-z0-9]{15}([A-Za-z0-9]{3})?([/?]|$)')
"""


@dataclass(frozen=True)
class Raw:
    """One row of the query above, in its order."""

    evidence: str
    row: int
    time: datetime
    source: str
    user: str | None
    user_id: str | None
    user_type: str | None
    login_key: str | None
    request_id: str | None
    job_id: str | None
    query: str | None
    object: str | None
    rows: int | None
    ids: int
    activity_name: str
    operation: str
    status: str
    object_name: str | None
    path: str | None
    job_status: str | None
    returned: str | None
    http_method: str | None
    method: str | None
    findings: Sequence[str] | None

    @property
    def verb(self) -> str:
        """The HTTP method, in capitals, where a log tells it."""
        first = (self.operation.split() or [""])[0].upper()
        said = (self.http_method or self.method or "").upper()
        return said or (first if first in {"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD"} else "")

    @property
    def words(self) -> str:
        """What names the operation, in one lower-case text."""
        return " ".join((self.activity_name, self.operation, self.job_status or "")).lower()


def _user_ids(raw: Sequence[Raw]) -> dict[str, str]:
    """User name to user id, as far as any event tells both."""
    return {
        entry.user.lower(): short_id(entry.user_id)
        for entry in raw
        if entry.user is not None and entry.user_id is not None
    }


def _sighting(raw: Raw, users: dict[str, str]) -> Sighting | None:
    path = raw.path or ""
    job = raw.job_id or next((found[1] for found in (RESULT.search(path), JOB.search(path)) if found), None)
    text = _text(raw, path)
    record, kind = _record(raw, path)
    if _no_content(raw, job=job, text=text, record=record):
        return None
    compact = re.sub(r"[^a-z]", "", raw.source.lower())
    rows = int(raw.returned.partition(".")[0]) if raw.returned and raw.returned[:1].isdigit() else raw.rows
    return Sighting(
        evidence=raw.evidence,
        row=raw.row,
        time=raw.time,
        source=raw.source,
        user=short_id(raw.user_id) if raw.user_id else users.get((raw.user or "").lower(), raw.user),
        login=raw.login_key,
        request=raw.request_id,
        job=short_id(job) if job else None,
        text=text,
        object=kind or (re.split(r"[,;\s]+", raw.object.strip())[0] if raw.object else None),
        rows=rows,
        ids=raw.ids,
        findings=tuple(raw.findings or ()),
        bulk="bulk" in compact or job is not None,
        download="bulkapiresult" in compact or RESULT.search(path) is not None,
        more="querymore" in raw.words.replace("_", "") or MORE.search(path) is not None,
        gone=any(word in raw.words for word in ("delete", "abort")) or raw.verb == "DELETE",
        read=text is None and job is None and (raw.ids > 0 or record is not None),
        deleted_too=ALL.search(raw.operation) is not None or ALL.search(path) is not None,
        outside=(raw.user_type or "").lower() not in ("", *(name for name in INTERNAL if name)),
        record=record,
    )


def _text(raw: Raw, path: str) -> str | None:
    """The query's text: the column's, or what stands in the address that was called."""
    if raw.query and raw.query.strip():
        return None if is_id(raw.query.strip()) else raw.query
    asked = ASKED.search(path)
    return unquote_plus(asked[1]) if asked and "query" in path.lower() else None


def _record(raw: Raw, path: str) -> tuple[str | None, str | None]:
    """The single record that was opened or downloaded, and its object where that is known."""
    if raw.activity_name in FILES and is_id((raw.object_name or "").strip()):
        number = (raw.object_name or "").strip()
        return long_id(number), PREFIXES.get(number[:3], "ContentVersion")
    if (found := RECORD.search(path)) is not None:
        return long_id(found[2]), found[1]
    if (viewed := VIEWED.search(path)) is not None and any(c.isdigit() for c in viewed[1][:3]):
        return long_id(viewed[1]), PREFIXES.get(viewed[1][:3])
    return None, None


def _no_content(raw: Raw, *, job: str | None, text: str | None, record: str | None) -> bool:
    """Tells a request that failed, that wrote, or that says nothing of content."""
    if raw.status in FAILED or raw.activity_name.endswith("_failed"):
        return True
    if _writes(raw, job=job):
        return True
    if text is not None or job is not None:
        return False
    path = raw.path or ""
    if (
        raw.verb in {"POST", "PATCH", "PUT", "DELETE", "HEAD"}
        and not raw.ids
        and (not raw.rows or WRITING.search(path))
    ):
        return True
    called = CALLED.search(path) or MORE.search(path) or record is not None
    return not (raw.ids or raw.rows or called) or "describe" in path.lower()


def _writes(raw: Raw, *, job: str | None) -> bool:
    """Tells an operation that changes records; a bulk job that loads data is one, the deletion of a job is none."""
    found = [word for word in re.split(r"[^a-z]+", raw.operation.lower()) if word in WRITES]
    return bool(found) and (job is None or raw.operation.lower() in WRITES) and raw.verb != "DELETE"
