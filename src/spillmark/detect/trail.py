"""The SQL of following the thief: the trail of links, what is reached, and the table of the thief's events.

Tables: `detect_trail` (each event with its links), `detect_tainting` (finding, rule, number), `detect_linked` (kind,
owner, value, finding: the links that spread), `detect_left_out` (finding, owner, address), `detect_candidates` (links
in question with the time of the first event in question), `detect_reached` (evidence, row, finding, kind).
"""

from collections.abc import Sequence
from typing import Literal

from spillmark.engine.interface import Step

Kind = Literal["request", "job", "login", "session", "address", "stranger", "app"]
COLUMNS: dict[Kind, str] = {
    "request": "request_id",
    "job": "job_id",
    "login": "login_key",
    "session": "session",
    "address": "address",
    "stranger": "address",  # an address that was new for the user and app in the time of the theft
    "app": "app",
}
OWNED: tuple[Kind, ...] = ("address", "stranger", "app")  # links that hold within one user only


LEAD = "14 days"  # how long before its first known act a thief may have come
FEW = 3  # networks of an app that stays in its places


def trail() -> Step:
    """Each event with what could link it to another."""
    return Step(
        "detect_trail",
        """
        SELECT
            a.evidence,
            a.row,
            a.time,
            a.user,
            coalesce(a.app_id, a.app) AS app,
            coalesce(a.app, a.app_id) AS app_name,
            a.address,
            a.request_id,
            a.session,
            a.login_key,
            a.job_id
        FROM detect_actors a
        """,
        keep="view",
    )


def _joins(table: str, kinds: Sequence[Kind], columns: str) -> str:
    """Joins a table of links to the trail, one SELECT for each kind."""
    selects = []
    for kind in kinds:
        owner = "\nAND t.user = l.owner" if kind in OWNED else ""
        selects.append(
            f"""
            SELECT {columns}
            FROM {table} l
            JOIN detect_trail t ON t.{COLUMNS[kind]} = l.value{owner}
            WHERE l.kind = '{kind}'
            """
        )
    return " UNION ALL ".join(selects)


def reached() -> Step:
    """Each event that a tainting finding found or that shares one of its links."""
    linked = _joins("detect_linked", list(COLUMNS), "t.evidence, t.row, l.finding, l.kind")
    return Step(
        "detect_reached",
        f"""
        SELECT h.evidence, h.row, h.finding, 'hit' AS kind
        FROM hits h
        JOIN detect_tainting d USING (finding)
        JOIN detect_trail t USING (evidence, row)
        ANTI JOIN detect_left_out o ON o.finding = h.finding AND o.owner = t.user AND o.address = t.address
        UNION
        {linked.replace("UNION ALL", "UNION")}
        """,
    )


def links_of_reached(kinds: Sequence[Kind]) -> str:
    """Gives kind, owner, value, finding and first time of the links of all events reached so far."""
    selects = []
    for kind in kinds:
        owner = "t.user" if kind in OWNED else "''"
        selects.append(
            f"""
            SELECT '{kind}' AS kind, {owner} AS owner, t.{COLUMNS[kind]} AS value, r.finding, min(t.time) AS first
            FROM detect_reached r
            JOIN detect_trail t USING (evidence, row)
            WHERE t.{COLUMNS[kind]} IS NOT NULL AND {owner} IS NOT NULL
            GROUP BY ALL
            """
        )
    return " UNION ALL ".join(selects)


def strangers_of_reached() -> str:
    """Gives kind, user, address, finding and first use of addresses that were new when the theft went on.

    Only for a user and app that came from few networks before: where an app roams, a new network says nothing. A
    network is the first three numbers of an IPv4 address; other addresses are compared whole.
    """
    network = r"coalesce(nullif(regexp_extract(t.address, '^(\d+\.\d+\.\d+)\.\d+$', 1), ''), t.address)"
    return f"""
        WITH acts AS (
            SELECT t.user, t.app, r.finding, min(t.time) - INTERVAL {LEAD} AS begins, max(t.time) AS ends
            FROM detect_reached r
            JOIN detect_tainting d USING (finding)
            JOIN detect_trail t USING (evidence, row)
            WHERE d.apps AND t.user IS NOT NULL AND t.app IS NOT NULL
            GROUP BY ALL
        ),
        used AS (
            SELECT a.*, t.address, {network} AS place, min(t.time) AS since
            FROM acts a
            JOIN detect_trail t ON t.user = a.user AND t.app = a.app
            WHERE t.address IS NOT NULL
            GROUP BY ALL
        ),
        usual AS (
            SELECT user, app, finding, list(DISTINCT place) AS places
            FROM used
            WHERE since < begins
            GROUP BY ALL
        )
        SELECT 'stranger' AS kind, u.user AS owner, u.address AS value, u.finding, min(u.since) AS first
        FROM used u
        JOIN usual USING (user, app, finding)
        ANTI JOIN detect_linked l ON l.kind = 'address' AND l.owner = u.user AND l.value = u.address
        WHERE u.since BETWEEN u.begins AND u.ends
            AND len(usual.places) <= {FEW}
            AND NOT list_contains(usual.places, u.place)
        GROUP BY ALL
        """


def past_of_candidates(kinds: Sequence[Kind]) -> str:
    """Gives what is known of each candidate from days before the first event in question.

    Columns: kind, owner, value; days of use, first use, days with use from addresses that are not the thief's, days
    with events that nothing links to the thief, and a name of the app.
    """
    columns = "l.kind, l.owner, l.value, l.first, t.evidence, t.row, t.time, t.user, t.address, t.app_name"
    return f"""
        WITH used AS ({_joins("detect_candidates", kinds, columns)}),
        judged AS (
            SELECT
                u.*,
                u.time < date_trunc('day', u.first) AS earlier,
                u.address IS NOT NULL AND a.value IS NULL AS elsewhere,
                r.evidence IS NULL AS unreached
            FROM used u
            LEFT JOIN (SELECT DISTINCT owner, value FROM detect_linked WHERE kind IN ('address', 'stranger')) a
                ON a.owner = u.user AND a.value = u.address
            LEFT JOIN (SELECT DISTINCT evidence, row FROM detect_reached) r
                ON r.evidence = u.evidence AND r.row = u.row
        )
        SELECT
            kind,
            owner,
            value,
            count(DISTINCT CAST(time AS DATE)) FILTER (earlier),
            min(time) FILTER (earlier),
            count(DISTINCT CAST(time AS DATE)) FILTER (earlier AND elsewhere),
            count(DISTINCT CAST(time AS DATE)) FILTER (earlier AND unreached),
            min(app_name)
        FROM judged
        GROUP BY kind, owner, value
        """


def alike() -> Step:
    """Events that nothing sets apart from the thief's: same user and app, in the time of the theft, no link."""
    return Step(
        "detect_alike",
        """
        WITH spans AS (
            SELECT t.user, t.app, r.finding, min(t.time) AS first, max(t.time) AS last
            FROM detect_reached r
            JOIN detect_trail t USING (evidence, row)
            WHERE t.user IS NOT NULL AND t.app IS NOT NULL
            GROUP BY t.user, t.app, r.finding
        )
        SELECT t.evidence, t.row, s.finding, 'alike' AS kind
        FROM detect_trail t
        JOIN spans s ON s.user = t.user AND s.app = t.app AND t.time BETWEEN s.first AND s.last
        WHERE t.session IS NULL AND t.login_key IS NULL AND t.address IS NULL AND t.job_id IS NULL
        """,
    )


def why() -> Step:
    """The strongest link of each event, as a plain sentence."""
    order = ", ".join(f"'{kind}'" for kind in ("hit", "stranger", *COLUMNS, "alike"))
    return Step(
        "detect_why",
        f"""
        WITH ranked AS (
            SELECT *, row_number() OVER (
                PARTITION BY evidence, row
                ORDER BY list_position([{order}], kind), number
            ) AS place
            FROM (
                SELECT * FROM detect_reached
                UNION ALL
                SELECT x.* FROM detect_alike x
                ANTI JOIN detect_reached r ON r.evidence = x.evidence AND r.row = x.row
            )
            JOIN detect_tainting USING (finding)
        )
        SELECT
            t.evidence,
            t.row,
            CASE r.kind
                WHEN 'hit' THEN 'found by rule ' || r.rule || ' (' || r.finding || ')'
                WHEN 'request' THEN 'same request as an act of ' || r.finding
                WHEN 'job' THEN 'same job ' || t.job_id || ' as an act of ' || r.finding
                WHEN 'login' THEN 'same login as an act of ' || r.finding
                WHEN 'session' THEN 'same session as an act of ' || r.finding
                WHEN 'address' THEN 'same user and address ' || t.address || ' as an act of ' || r.finding
                WHEN 'stranger' THEN 'same user as ' || r.finding || ', from address ' || t.address
                    || ', which was new for the user and app in the time of the theft'
                WHEN 'app' THEN 'same user and app ' || t.app_name || ' as an act of ' || r.finding
                    || '; no honest use of the app is known from before'
                ELSE 'same user and app as ' || r.finding || ', in the time of its acts, with no session, login,'
                    || ' address or job that would set it apart'
            END AS why
        FROM ranked r
        JOIN detect_trail t USING (evidence, row)
        WHERE r.place = 1
        """,
    )


def theft() -> Step:
    """All findings of each attributed event: those that found it, and those whose acts it is linked to."""
    return Step(
        "theft_events",
        """
        WITH named AS (
            SELECT evidence, row, finding FROM detect_reached
            UNION
            SELECT evidence, row, finding FROM detect_alike
            UNION
            SELECT h.evidence, h.row, h.finding FROM hits h
            SEMI JOIN detect_why w ON w.evidence = h.evidence AND w.row = h.row
        )
        SELECT
            w.evidence,
            w.row,
            list(DISTINCT n.finding ORDER BY length(n.finding), n.finding) AS findings,
            min(w.why) AS why
        FROM detect_why w
        JOIN named n USING (evidence, row)
        GROUP BY w.evidence, w.row
        """,
    )
