"""An invented insurer's month as normalised events: honest work, and two kinds of theft to put into it."""

from datetime import datetime, timedelta

from tests.detect.events import Event

OFFICE, WAREHOUSE, THIEF = "198.51.100.20", "198.51.100.200", "203.0.113.77"
DAY = timedelta(days=1)
JULY = datetime(2025, 7, 1)  # noqa: DTZ001 - event times are naive UTC
DATA = "/services/data/v58.0"


def login(user: str, time: datetime, ip: str, key: str, *, uri: str = "/index.jsp", app: str | None = None) -> Event:
    """A row of the Login log."""
    return {
        "source": "salesforce.elf.login",
        "activity_name": "login",
        "time": time,
        "user": user,
        "src_ip": ip,
        "login_key": key,
        "session": f"s-{key}",
        "object_name": uri,
        "app": app,
    }


def call(user: str, time: datetime, ip: str, key: str, path: str, *, app: str, method: str = "GET") -> list[Event]:
    """One REST request as two logs tell it; only one of them has the login, and both the request id."""
    shared: Event = {
        "activity_name": "api_request",
        "time": time,
        "src_ip": ip,
        "operation": method,
        "object_name": f"{DATA}{path}",
        "request_id": f"r-{user}-{time.isoformat()}-{path}",
    }
    named = {"user": user, "app": app, "app_id": app_id(app)}
    return [
        shared | {"source": "salesforce.elf.rest_api", "user": user, "login_key": key, "session": f"s-{key}"},
        shared | {"source": "salesforce.elf.api_total_usage", **named},
    ]


def app_id(app: str) -> str:
    """A connected app's id, one for each name."""
    return f"0H4{sum(app.encode()):012}"


def query(user: str, time: datetime, ip: str, key: str, text: str, *, app: str, rows: int = 1) -> Event:
    """A query in real-time monitoring."""
    return {
        "source": "salesforce.realtime.api_event",
        "activity_name": "query",
        "time": time,
        "user": user,
        "src_ip": ip,
        "login_key": key,
        "session": f"s-{key}",
        "query": text,
        "app": app,
        "app_id": app_id(app),
        "rows": rows,
        "operation": "Query",
    }


def bulk(user: str, time: datetime, key: str, job: str, state: str, *, rows: int | None = None) -> Event:
    """A state of a bulk query job: no app, no address."""
    return {
        "source": "salesforce.elf.bulk_api2",
        "activity_name": f"bulk_job_{state}",
        "time": time,
        "user": user,
        "login_key": key,
        "session": f"s-{key}",
        "operation": "query",
        "object": "Contact",
        "job_id": job,
        "rows": rows,
    }


def download(user: str, time: datetime, ip: str, key: str, text: str) -> Event:
    """A download of a bulk result: no job, no app."""
    return {
        "source": "salesforce.realtime.bulk_api_result_event",
        "activity_name": "bulk_result_downloaded",
        "time": time,
        "user": user,
        "src_ip": ip,
        "login_key": key,
        "session": f"s-{key}",
        "query": text,
    }


def honest(days: int = 20) -> list[Event]:
    """Staff at browsers, the nightly warehouse copy, and an administrator with the genuine loader."""
    events: list[Event] = []
    for day in range(days):
        start = JULY + day * DAY
        noon = start + timedelta(hours=14)
        events += [login(f"{who}@brackwater.example", noon, OFFICE, f"{who}{day}") for who in ("dana", "amir", "lena")]
        events += _night(start + timedelta(hours=1, minutes=30), day)
        if day % 4 == 1:
            events += _admin(start + timedelta(hours=17), day)
    return events


def _night(time: datetime, day: int) -> list[Event]:
    user, key, app, job = "warehouse@brackwater.example", f"w{day}", "Warehouse Sync", f"750W{day:011}"
    text = "SELECT Id, Name, Email FROM Contact"
    return [
        login(user, time, WAREHOUSE, key, uri="/services/oauth2/token", app=app),
        *call(user, time + timedelta(seconds=2), WAREHOUSE, key, "/sobjects/Contact/describe", app=app),
        *call(user, time + timedelta(seconds=4), WAREHOUSE, key, "/jobs/query", app=app, method="POST"),
        bulk(user, time + timedelta(seconds=4), key, job, "created"),
        bulk(user, time + timedelta(seconds=40), key, job, "complete", rows=41_000 + day),
        download(user, time + timedelta(seconds=44), WAREHOUSE, key, text),
    ]


def _admin(time: datetime, day: int) -> list[Event]:
    user, key, app = "admin@brackwater.example", f"a{day}", "Data Loader"
    client = {"client": "DataLoaderPartnerUI/64.0.0", "user_agent": "DataLoaderPartnerUI/64.0.0"}
    events = [
        login(user, time, OFFICE, key, uri="/services/oauth2/token", app=app),
        *call(user, time + timedelta(seconds=6), OFFICE, key, "/sobjects/Account/describe/", app=app),
        query(user, time + timedelta(seconds=20), OFFICE, key, "SELECT COUNT() FROM Account", app=app),
        query(user, time + timedelta(seconds=30), OFFICE, key, "SELECT COUNT() FROM Contact", app=app),
        query(user, time + timedelta(seconds=90), OFFICE, key, "SELECT Id, Name FROM Account LIMIT 200", app=app),
        bulk(user, time + timedelta(seconds=150), key, f"750A{day:011}", "complete", rows=1_200),
    ]
    return [event | client if event["source"] != "salesforce.elf.login" else event for event in events]


def help_desk() -> list[Event]:
    """15 July: a caller has Dana connect an imitation of Data Loader; two exports, the second job deleted."""
    user, key, app, ip = "dana@brackwater.example", "thief", "Data Loader Pro", THIEF
    at = JULY + 14 * DAY + timedelta(hours=14)
    grant: Event = {
        "source": "salesforce.object.oauth_token",
        "activity_name": "token_granted",
        "time": at + timedelta(minutes=10),
        "user": user,
        "app": app,
        "app_id": app_id(app),
    }
    minutes = [at + timedelta(minutes=number) for number in range(90)]
    return [
        login(user, minutes[10], ip, key, uri="/services/oauth2/token"),
        grant,
        *call(user, minutes[12], ip, key, "/sobjects/", app=app),
        *call(user, minutes[13], ip, key, "/sobjects/Contact/describe/", app=app),
        *call(user, minutes[15], ip, key, "/limits/", app=app),
        query(user, minutes[16], ip, key, "SELECT COUNT() FROM Contact", app=app),
        query(user, minutes[18], ip, key, "SELECT Id, Email FROM Contact LIMIT 20", app=app, rows=20),
        bulk(user, minutes[62], key, "750T00000000001", "created"),
        bulk(user, minutes[63], key, "750T00000000001", "complete", rows=1_800),
        download(user, minutes[64], ip, key, "SELECT Id, Email FROM Contact WHERE Email != null"),
        bulk(user, minutes[80], key, "750T00000000002", "complete", rows=900),
        bulk(user, minutes[82], key, "750T00000000002", "deleted"),
        *call(user, minutes[82], ip, key, "/jobs/query/750T00000000002", app=app, method="DELETE"),
    ]


def stolen_token() -> list[Event]:
    """16 to 18 July: the warehouse integration's own token in other hands; user and app are those of every night."""
    user, app, ip = "warehouse@brackwater.example", "Warehouse Sync", THIEF
    first, second = JULY + 15 * DAY + timedelta(hours=22), JULY + 17 * DAY + timedelta(hours=11)
    return [
        login(user, first, ip, "t1", uri="/services/oauth2/token", app=app),
        *call(user, first + timedelta(seconds=1), ip, "t1", "/sobjects/", app=app),
        *call(user, first + timedelta(seconds=9), ip, "t1", "/sobjects/Case/describe/", app=app),
        login(user, second, "192.0.2.90", "t2", uri="/services/oauth2/token", app=app),
        query(user, second + timedelta(seconds=30), "192.0.2.90", "t2", "SELECT COUNT() FROM Case", app=app),
        bulk(user, second + timedelta(seconds=33), "t2", "750T00000000003", "created"),
        bulk(user, second + timedelta(seconds=235), "t2", "750T00000000003", "complete", rows=88_000),
        download(user, second + timedelta(seconds=240), "192.0.2.90", "t2", "SELECT Id, Subject FROM Case"),
        bulk(user, second + timedelta(seconds=259), "t2", "750T00000000003", "deleted"),
    ]


def placed(*parts: list[Event]) -> list[Event]:
    """Gives each part an evidence of its own, with its row numbers."""
    return [
        event | {"evidence": f"E{number}", "row": row}
        for number, part in enumerate(parts, start=1)
        for row, event in enumerate(part, start=1)
    ]
