"""Who acted: logs name the same user by name here and by id there, and often leave the app out.

The table `detect_actors` gives each event one spelling of its user and app, filled from what other events say of the
same id, login, session or job, where they all say one thing; likewise its `address` (only texts that have the form of
one) and its job, which some logs name in the path of the call alone. It is used to group and to link events; the events
themselves stay as they were logged, and rules read those.

Source: Salesforce Object Reference v67, EventLogFile (USER_ID has 15 characters, USER_ID_DERIVED 18, BulkApi2 names no
user and no app).
"""

from spillmark.engine.interface import Engine, Step, identifier, literal

ADDRESS = "[0-9a-fA-F]*[.:][0-9a-fA-F.:]+"
JOB = "/jobs/(?:query|ingest)/([0-9a-zA-Z]{15,18})"
KEYS = ("login_key", "session", "job_id")  # what binds events to one actor, strongest first


LINKS = ("evidence", "row", "time", "source", "session", "login_key", "request_id")  # kept as logged
FILLED = ("user", "app", "address", "user_id", "app_id", "job_id")


def resolve(engine: Engine) -> None:
    """Makes the table `detect_actors`: for each event the columns of LINKS and FILLED."""
    engine.run(
        [
            _ids("detect_user_ids", "user", "user_id"),
            _ids("detect_app_ids", "app", "app_id"),
            _only_ids(),
            _spellings("detect_users", "user"),
            _spellings("detect_apps", "app"),
            _named(),
            *(_bound(f"detect_by_{key}", key) for key in KEYS),
            _actors(),
        ]
    )


def of_hits(engine: Engine, found: str) -> None:
    """Makes the table `detect_acting`: the whole events that stand in the table `found`, with what was filled in."""
    whole = ", ".join(f"e.{identifier(name)}" for name in engine.columns("events") if name not in (*LINKS, *FILLED))
    engine.run(
        [
            Step(
                "detect_acting",
                f"""
                SELECT a.*, {whole}
                FROM detect_actors a
                JOIN events e ON e.evidence = a.evidence AND e.row = a.row
                SEMI JOIN {found} f ON f.evidence = a.evidence AND f.row = a.row
                """,
            )
        ]
    )


def short_id(column: str) -> str:
    """Gives SQL for an id in its short form: an 18-character Salesforce id is its 15-character one plus a checksum."""
    salesforce = f"regexp_full_match({column}, '[0-9a-zA-Z]{{15}}[0-5A-Z]{{3}}')"
    return f"CASE WHEN {salesforce} THEN left({column}, 15) ELSE {column} END"


def _ids(name: str, word: str, key: str) -> Step:
    return Step(
        name,
        f"""
        SELECT {short_id(f"e.{key}")} AS id, min(e.{word}) AS name
        FROM events e
        WHERE e.{key} IS NOT NULL AND e.{word} IS NOT NULL
        GROUP BY 1
        """,
    )


def _only_ids() -> Step:
    """The id of an app name that stands for one app only: an imitation of the same name has another id."""
    return Step(
        "detect_only_ids",
        f"""
        SELECT lower(e.app) AS folded, min({short_id("e.app_id")}) AS id
        FROM events e
        WHERE e.app IS NOT NULL AND e.app_id IS NOT NULL
        GROUP BY 1
        HAVING min({short_id("e.app_id")}) = max({short_id("e.app_id")})
        """,
    )


def _spellings(name: str, word: str) -> Step:
    return Step(
        name,
        f"""
        SELECT lower(e.{word}) AS folded, min(e.{word}) AS name
        FROM events e
        WHERE e.{word} IS NOT NULL
        GROUP BY 1
        """,
    )


def _named() -> Step:
    """Names by the event itself or by its ids."""
    return Step(
        "detect_named",
        f"""
        SELECT
            {", ".join(f"e.{identifier(column)}" for column in LINKS)},
            coalesce(us.name, ui.name, {short_id("e.user_id")}) AS user,
            coalesce(aps.name, ai.name, {short_id("e.app_id")}) AS app,
            {short_id("e.user_id")} AS user_id,
            coalesce({short_id("e.app_id")}, oi.id) AS app_id,
            {short_id("e.job_id")} AS job_id,
            CASE WHEN regexp_full_match(e.src_ip, {literal(ADDRESS)}) THEN e.src_ip END AS address
        FROM (
            SELECT
                * EXCLUDE (job_id),
                coalesce(job_id, nullif(regexp_extract(object_name, {literal(JOB)}, 1), '')) AS job_id
            FROM events
        ) e
        LEFT JOIN detect_users us ON us.folded = lower(e.user)
        LEFT JOIN detect_user_ids ui ON ui.id = {short_id("e.user_id")}
        LEFT JOIN detect_apps aps ON aps.folded = lower(e.app)
        LEFT JOIN detect_only_ids oi ON oi.folded = lower(e.app)
        LEFT JOIN detect_app_ids ai ON ai.id = {short_id("e.app_id")}
        """,
        keep="view",
    )


def _bound(name: str, key: str) -> Step:
    """User and app of a login, session or job, where its events agree."""
    return Step(
        name,
        f"""
        SELECT
            {key} AS key,
            CASE WHEN min(user) = max(user) THEN min(user) END AS user,
            CASE WHEN min(app) = max(app) THEN min(app) END AS app,
            CASE WHEN min(address) = max(address) THEN min(address) END AS address
        FROM detect_named
        WHERE {key} IS NOT NULL
        GROUP BY 1
        """,
    )


def _actors() -> Step:
    joins = "\n".join(f"LEFT JOIN detect_by_{key} b_{key} ON b_{key}.key = n.{key}" for key in KEYS)
    filled = {word: ", ".join(f"b_{key}.{word}" for key in KEYS) for word in ("user", "app", "address")}
    return Step(
        "detect_actors",
        f"""
        SELECT
            n.* EXCLUDE (user, app, address),
            {", ".join(f"coalesce(n.{word}, {others}) AS {word}" for word, others in filled.items())}
        FROM detect_named n
        {joins}
        """,
    )
