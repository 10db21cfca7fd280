"""A column is filled where another row of the same transaction tells it, and only where all that tell it agree."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from spillmark.engine.duckdb import DuckDBEngine
from spillmark.engine.interface import Engine
from spillmark.model.event import EVENT_COLUMNS
from spillmark.normal.joins import FILLED, fill

DEFAULTS = {"evidence": "E1", "source": "salesforce.elf.x", "time": "2025-07-15T15:00:00"}


@pytest.fixture
def engine() -> Iterator[Engine]:
    made = DuckDBEngine(threads=1)
    yield made
    made.close()


def joined(engine: Engine, *events: dict[str, Any]) -> list[dict[str, Any]]:
    rows = [
        tuple({**DEFAULTS, "row": number, **event}.get(name) for name in EVENT_COLUMNS)
        for number, event in enumerate(events, 1)
    ]
    engine.register("events_mapped", EVENT_COLUMNS, rows)
    own = [dict(zip(EVENT_COLUMNS, one, strict=True)) for one in rows]
    if not fill(engine, "events_mapped", "filled"):
        return own
    names = ("row", *FILLED, "joined")
    told = {one[0]: dict(zip(names, one, strict=True)) for one in engine.rows(f"SELECT {QUOTED} FROM filled")}
    for event in own:
        more = told.get(event["row"], {})
        event |= {name: more[name] for name in more if event.get(name) is None}
    return own


QUOTED = ", ".join(f'"{name}"' for name in ("row", *FILLED, "joined"))


def why(event: dict[str, Any]) -> object:
    return json.loads(f"{{{event['joined']}}}") if event.get("joined") else None


def test_a_request_shares_what_its_rows_know(engine: Engine) -> None:
    usage, unique = joined(
        engine,
        {"request_id": "R1", "app": "Data Loader Pro", "app_id": "0H4", "src_ip": "203.0.113.77", "user": "dana"},
        {"request_id": "R1", "session": "S1", "query": "SELECT Id FROM Contact", "detail": '{"SQL_ID":"x"}'},
    )
    assert (unique["app"], unique["src_ip"], unique["user"]) == ("Data Loader Pro", "203.0.113.77", "dana")
    assert (usage["query"], usage["session"]) == ("SELECT Id FROM Contact", "S1")
    assert why(unique) == {"user": "request_id", "app": "request_id", "app_id": "request_id", "src_ip": "request_id"}


def test_what_is_known_is_never_overwritten(engine: Engine) -> None:
    first, second = joined(engine, {"session": "S", "src_ip": "192.0.2.1"}, {"session": "S", "src_ip": "192.0.2.2"})
    assert (first["src_ip"], second["src_ip"]) == ("192.0.2.1", "192.0.2.2")
    assert why(first) is None


def test_two_answers_are_none(engine: Engine) -> None:
    found = joined(
        engine, {"session": "S", "src_ip": "192.0.2.1"}, {"session": "S", "src_ip": "192.0.2.2"}, {"session": "S"}
    )
    assert found[2]["src_ip"] is None


def test_keys_follow_each_other(engine: Engine) -> None:
    """ApiTotalUsage knows the app, RestApi the session of the same request, BulkApi2 only the session."""
    found = joined(
        engine,
        {"request_id": "R1", "app": "Warehouse Sync", "app_id": "0H4"},
        {"request_id": "R1", "session": "S1", "login_key": "L1"},
        {"session": "S1", "job_id": "750"},
        {"login_key": "L1"},
        {"app_id": "0H4"},
    )
    assert [event["app"] for event in found] == ["Warehouse Sync"] * 5
    assert [why(event) for event in found[2:]] == [
        {"login_key": "session", "app": "session", "app_id": "session"},
        {"app": "login_key", "app_id": "login_key"},
        {"app": "app_id"},
    ]


def test_a_query_is_not_shared_by_a_session(engine: Engine) -> None:
    found = joined(engine, {"session": "S", "login_key": "L", "query": "SELECT 1"}, {"session": "S", "login_key": "L"})
    assert found[1]["query"] is None


def test_products_do_not_mix(engine: Engine) -> None:
    found = joined(engine, {"session": "S", "user": "dana"}, {"session": "S", "source": "okta.system_log"})
    assert found[1]["user"] is None


JOB = {
    "activity_name": "bulk_job_complete",
    "operation": "query",
    "object": "Contact",
    "user_id": "U",
    "login_key": "L",
}
DOWNLOAD = {
    "activity_name": "bulk_result_downloaded",
    "object": "contact",
    "user_id": "U",
    "login_key": "L",
    "query": "SELECT Id FROM Contact",
    "time": "2025-07-15T15:10:00",
}


def test_a_download_finds_its_job(engine: Engine) -> None:
    job, download = joined(engine, {**JOB, "job_id": "750A"}, DOWNLOAD)
    assert (job["query"], download["job_id"]) == ("SELECT Id FROM Contact", "750A")
    assert (why(job), why(download)) == ({"query": "job_id"}, {"job_id": "login_key"})


@pytest.mark.parametrize(
    "change",
    [
        {"object": "Account"},
        {"login_key": "L2"},
        {"user_id": "U2"},
        {"time": "2025-07-15T15:30:00"},
        {"time": "2025-07-01T15:00:00"},
        {"operation": "insert"},
    ],
)
def test_a_download_finds_no_foreign_job(engine: Engine, change: dict[str, Any]) -> None:
    job, download = joined(engine, {**JOB, "job_id": "750A", **change}, DOWNLOAD)
    assert (job["query"], download["job_id"]) == (None, None)


def test_two_jobs_that_could_be_meant_give_none_unless_a_call_names_one(engine: Engine) -> None:
    jobs = [{**JOB, "job_id": "750A"}, {**JOB, "job_id": "750B"}]
    assert joined(engine, *jobs, DOWNLOAD)[2]["job_id"] is None
    call = {
        "user_id": "U",
        "job_id": "750B",
        "object_name": "/services/data/v58.0/jobs/query/750B/results?maxRecords=1",
        "time": "2025-07-15T15:10:01",
    }
    found = joined(engine, *jobs, DOWNLOAD, call)
    assert found[2]["job_id"] == "750B"
    assert [event["query"] for event in found[:2]] == [None, "SELECT Id FROM Contact"]
    assert why(found[2]) == {"job_id": "call"}


def test_nothing_to_join_leaves_events_as_they_are(engine: Engine) -> None:
    (event,) = joined(engine, {"session": "S", "detail": '{"a":1}'})
    assert event["detail"] == '{"a":1}'
