"""What one log leaves out and another tells of the same transaction: who, with which app, from where, which query.

A column is filled only where it is empty and every row that shares the key and tells it tells the same; what was filled
and by which key stands in `detail` under `joined`. Keys are tried from the narrowest to the widest: the request, the
session, the login, the bulk job, then the app's id for its name and the user's id for his name. A query is taken over
only within one request and between a bulk job and the download of its result.

Sources: Object Reference, EventLogFile (REQUEST_ID, SESSION_KEY, LOGIN_KEY, JOB_ID); Platform Events Developer Guide,
BulkApiResultEventStore (no job id) and ApiEvent (RequestIdentifier). BulkApi2 knows neither app nor query, UniqueQuery
neither app nor address, ApiTotalUsage neither session nor login.
"""

from collections.abc import Sequence
from typing import Literal

from spillmark.engine.interface import Engine, Step, identifier

WHO = ("user", "user_id")
APP = ("app", "app_id")
WHERE = ("client", "src_ip", "user_agent")
ROUNDS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("request_id", (*WHO, "session", "login_key", *APP, *WHERE, "query")),
    ("session", (*WHO, "login_key", *APP, *WHERE)),
    ("login_key", (*WHO, *APP, *WHERE)),
    ("job_id", APP),
    ("app_id", ("app",)),
    ("user_id", ("user",)),
    ("user", ("user_id",)),
)
ABOUT = "^(app|permission|token|role|policy|setting)_"
"""Acts of which the app is what was acted upon, not what acted: nobody else in the session acted with it."""
UPON = f"coalesce(regexp_matches(activity_name, '{ABOUT}'), FALSE) AND NOT starts_with(source, 'salesforce.')"
SAID = {name: f"CASE WHEN NOT ({UPON}) THEN {name} END AS {name}" for name in APP}
FILLED = (*WHO, "session", "login_key", *APP, *WHERE, "query", "job_id")
CARRIED = ("evidence", "row", "part", "request_id")
NEAR = "INTERVAL 10 SECOND"
KEPT = "INTERVAL 7 DAY"
"""Results of Bulk API 2.0 query jobs can be downloaded for seven days (Bulk API 2.0 Developer Guide)."""


def fill(engine: Engine, source: str, table: str, *, keep: Literal["table", "disk"] = "table") -> bool:
    """Makes `table` of what other rows of the same transaction tell of the events of `source`, and tells whether any
    do: the place of an event, the columns that may be filled, and `joined`, which says what was filled by which key."""
    engine.run([Step("joined_0", _links(source), keep)])
    links, rounds = "joined_0", 0
    for key, columns in ROUNDS:
        useful = _useful(engine, links, key, columns)
        if useful:
            rounds += 1
            engine.run([Step(f"joined_{rounds}", _round(links, key, useful), keep)])
            links = f"joined_{rounds}"
    if _exists(engine, source, "activity_name = 'bulk_result_downloaded' AND job_id IS NULL"):
        engine.run(_pair(source, links))
        links = "joined_pairs"
    if links == "joined_0":
        return False
    engine.run([Step(table, _filled(links), keep)])
    return _exists(engine, table, "TRUE")


def _links(source: str) -> str:
    """The columns that are keys or may be filled, and for each filled one by which key (none yet)."""
    kept = ", ".join(SAID.get(name, identifier(name)) for name in (*CARRIED, *FILLED))
    by = ", ".join(f"NULL::VARCHAR AS {identifier('by_' + name)}" for name in FILLED)
    return f"""
        SELECT split_part(source, '.', 1) AS product, {kept}, {by}
        FROM {identifier(source)}
    """


def _exists(engine: Engine, table: str, condition: str) -> bool:
    return any(True for _ in engine.rows(f"SELECT 1 FROM {identifier(table)} WHERE {condition} LIMIT 1"))


def _useful(engine: Engine, links: str, key: str, columns: Sequence[str]) -> list[str]:
    """The columns that some row lacks and another one with the same kind of key has."""
    tests = ", ".join(f"bool_or({c} IS NULL) AND bool_or({c} IS NOT NULL)" for c in map(identifier, columns))
    found = engine.one(f"SELECT {tests} FROM {identifier(links)} WHERE {identifier(key)} IS NOT NULL")
    return [column for column, useful in zip(columns, found, strict=True) if useful]


def _round(links: str, key: str, columns: Sequence[str]) -> str:
    """Fills columns from the rows that share a key, where they agree."""
    agreed = ",\n                ".join(
        f"CASE WHEN min({c}) = max({c}) THEN min({c}) END AS {c}" for c in map(identifier, columns)
    )
    out = ["l.product", *(f"l.{identifier(name)}" for name in CARRIED)]
    for name in FILLED:
        value, by = identifier(name), identifier(f"by_{name}")
        if name in columns:
            out.append(f"coalesce(l.{value}, a.{value}) AS {value}")
            out.append(f"CASE WHEN l.{value} IS NULL AND a.{value} IS NOT NULL THEN '{key}' ELSE l.{by} END AS {by}")
        else:
            out += [f"l.{value}", f"l.{by}"]
    listed = ",\n            ".join(out)
    return f"""
        WITH agreed AS (
            SELECT
                product,
                {identifier(key)} AS key,
                {agreed}
            FROM {identifier(links)}
            WHERE {identifier(key)} IS NOT NULL
            GROUP BY product, key
            HAVING count(*) > 1
        )
        SELECT
            {listed}
        FROM {identifier(links)} AS l
        LEFT JOIN agreed AS a
            ON a.product = l.product
            AND a.key = l.{identifier(key)}
    """


def _pair(source: str, links: str) -> tuple[Step, ...]:
    """Bulk jobs and the downloads of their results: the job's number for the download, the query's text for the job."""
    return (
        Step("joined_downloads", _downloads(source, links)),
        Step("joined_calls", _calls(source, links)),
        Step("joined_jobs", _jobs(source, links)),
        Step("joined_matches", _matches()),
        Step("joined_texts", TEXTS),
        Step("joined_pairs", _paired(links)),
    )


def _downloads(source: str, links: str) -> str:
    return f"""
        SELECT l.evidence, l."row", l."part", e.time, l.user_id, l.login_key, lower(e.object) AS object, l.query
        FROM {identifier(source)} AS e
        JOIN {identifier(links)} AS l
            ON l.evidence = e.evidence
            AND l."row" = e."row"
            AND l."part" IS NOT DISTINCT FROM e."part"
        WHERE e.activity_name = 'bulk_result_downloaded'
            AND l.job_id IS NULL
            AND l.user_id IS NOT NULL
    """


def _calls(source: str, links: str) -> str:
    """API calls that fetched a result and name the job."""
    return f"""
        SELECT e.time, l.user_id, l.job_id
        FROM {identifier(source)} AS e
        JOIN {identifier(links)} AS l
            ON l.evidence = e.evidence
            AND l."row" = e."row"
            AND l."part" IS NOT DISTINCT FROM e."part"
        WHERE l.job_id IS NOT NULL
            AND regexp_matches(e.object_name, '(?i)/jobs/query/750[A-Za-z0-9]+/results')
    """


def _jobs(source: str, links: str) -> str:
    """Jobs that read records and ended well: by whom, in which login, on what, when."""
    return f"""
        SELECT
            l.job_id,
            min(l.user_id) AS user_id,
            min(l.login_key) AS login_key,
            min(lower(e.object)) AS object,
            min(e.time) AS ended
        FROM {identifier(source)} AS e
        JOIN {identifier(links)} AS l
            ON l.evidence = e.evidence
            AND l."row" = e."row"
            AND l."part" IS NOT DISTINCT FROM e."part"
        WHERE e.activity_name = 'bulk_job_complete'
            AND l.job_id IS NOT NULL
            AND coalesce(lower(e.operation), 'query') IN ('query', 'queryall')
        GROUP BY l.job_id
        HAVING min(l.user_id) = max(l.user_id)
    """


def _matches() -> str:
    """The one job that a download can belong to: named by a call within seconds, else the only job of that user and
    login on that object that had ended before; two that could be meant give none."""
    return f"""
        WITH by_call AS (
            SELECT d.evidence, d."row", d."part", min(c.job_id) AS job_id, 'call' AS by
            FROM joined_downloads AS d
            JOIN joined_calls AS c
                ON c.user_id = d.user_id
                AND c.time BETWEEN d.time - {NEAR} AND d.time + {NEAR}
            GROUP BY d.evidence, d."row", d."part"
            HAVING count(DISTINCT c.job_id) = 1
        ),
        by_login AS (
            SELECT d.evidence, d."row", d."part", min(j.job_id) AS job_id, 'login_key' AS by
            FROM joined_downloads AS d
            JOIN joined_jobs AS j
                ON j.user_id = d.user_id
                AND j.login_key = d.login_key
                AND j.object = d.object
                AND d.time BETWEEN j.ended - {NEAR} AND j.ended + {KEPT}
            GROUP BY d.evidence, d."row", d."part"
            HAVING count(DISTINCT j.job_id) = 1
        )
        SELECT
            d.evidence,
            d."row",
            d."part",
            coalesce(c.job_id, l.job_id) AS job_id,
            coalesce(c.by, l.by) AS by,
            d.query
        FROM joined_downloads AS d
        LEFT JOIN by_call AS c
            ON c.evidence = d.evidence
            AND c."row" = d."row"
            AND c."part" IS NOT DISTINCT FROM d."part"
        LEFT JOIN by_login AS l
            ON l.evidence = d.evidence
            AND l."row" = d."row"
            AND l."part" IS NOT DISTINCT FROM d."part"
        WHERE coalesce(c.job_id, l.job_id) IS NOT NULL
    """


TEXTS = """
    SELECT job_id, min(query) AS query
    FROM joined_matches
    WHERE query IS NOT NULL
    GROUP BY job_id
    HAVING count(DISTINCT query) = 1
"""


def _paired(links: str) -> str:
    return f"""
        SELECT
            l.* REPLACE (
                coalesce(l.job_id, m.job_id) AS job_id,
                CASE WHEN l.job_id IS NULL THEN m.by ELSE l.by_job_id END AS by_job_id,
                coalesce(l.query, t.query) AS query,
                CASE WHEN l.query IS NULL AND t.query IS NOT NULL THEN 'job_id' ELSE l.by_query END AS by_query
            )
        FROM {identifier(links)} AS l
        LEFT JOIN joined_matches AS m
            ON m.evidence = l.evidence
            AND m."row" = l."row"
            AND m."part" IS NOT DISTINCT FROM l."part"
        LEFT JOIN joined_texts AS t
            ON t.job_id = l.job_id
    """


def _filled(links: str) -> str:
    """The rows of which something was filled, with `joined`: what, and by which key, as the inside of a JSON object."""
    told = ",\n                ".join(
        f"CASE WHEN {by} IS NOT NULL THEN '\"{name}\":\"' || {by} || '\"' END"
        for name, by in ((name, identifier(f"by_{name}")) for name in FILLED)
    )
    kept = ", ".join(map(identifier, ("evidence", "row", "part", *FILLED)))
    return f"""
        SELECT *
        FROM (
            SELECT
                {kept},
                nullif(concat_ws(',',
                {told}
                ), '') AS joined
            FROM {identifier(links)}
        )
        WHERE joined IS NOT NULL
    """
