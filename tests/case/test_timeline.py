"""Each act of the thief stands in the timeline once, however many logs tell of it."""

from collections.abc import Iterator, Mapping

import pytest

from spillmark.case.timeline import deeds, rows
from spillmark.engine.duckdb import DuckDBEngine
from spillmark.engine.interface import Engine
from spillmark.model.event import EVENT_COLUMNS

THEFT = {"evidence": "VARCHAR", "row": "BIGINT", "findings": "VARCHAR[]", "why": "VARCHAR"}


@pytest.fixture
def engine() -> Iterator[Engine]:
    made = DuckDBEngine()
    yield made
    made.close()


def play(engine: Engine, *events: Mapping[str, object]) -> None:
    filled = [{"evidence": "E1", "row": number, **event} for number, event in enumerate(events, start=1)]
    engine.register("events", EVENT_COLUMNS, [[event.get(name) for name in EVENT_COLUMNS] for event in filled])
    engine.register(
        "theft_events", THEFT, [[event["evidence"], event["row"], ["F10", "F2"], "said"] for event in filled]
    )


def test_one_request_in_four_logs_is_one_act_with_all_its_proofs(engine: Engine) -> None:
    same = {"request_id": "r1", "user": "u", "time": "2025-07-15T14:12:00"}
    play(
        engine,
        {**same, "activity_name": "api_request", "operation": "GET", "object_name": "/services/data/v58.0/query"},
        {**same, "activity_name": "query", "query": "SELECT Id FROM Contact", "object": "Contact", "rows": 20},
        {**same, "activity_name": "query", "query": "SELECT Id FROM Contact", "app": "Loader", "src_ip": "203.0.113.7"},
    )
    (row,) = rows(deeds(engine))
    assert (row.act, row.object, row.rows) == ("queried Contact", "Contact", 20)
    assert row.actor == "u through Loader from 203.0.113.7"
    assert row.proof == ("E1:1", "E1:2", "E1:3")
    assert row.findings == ("F2", "F10")


def test_one_login_in_three_logs_is_one_act(engine: Engine) -> None:
    login = {"activity_name": "login", "status": "success", "user_id": "005"}
    play(
        engine,
        {**login, "time": "2025-07-15T14:10:31.754", "request_id": "a"},
        {**login, "time": "2025-07-15T14:10:31", "user": "u"},
        {**login, "time": "2025-07-15T14:10:31.100", "event_id": "b"},
    )
    (row,) = rows(deeds(engine))
    assert row.act == "logged in"
    assert len(row.proof) == 3


def test_a_bulk_job_s_state_says_more_than_the_query_beside_it(engine: Engine) -> None:
    same = {"request_id": "r", "time": "2025-07-15T15:02:11", "object": "Case"}
    play(
        engine,
        {**same, "activity_name": "query", "query": "SELECT Id FROM Case"},
        {**same, "activity_name": "bulk_job_created"},
    )
    (row,) = rows(deeds(engine))
    assert row.act == "created a bulk query job on Case"
    assert row.phase == "exfiltration"


def test_the_same_act_again_and_again_is_one_row_with_its_sum(engine: Engine) -> None:
    page = {"activity_name": "query", "query": "SELECT Id FROM Lead", "object": "Lead", "rows": 2000, "user": "u"}
    play(
        engine, *({**page, "time": f"2025-07-15T14:{minute:02}:00", "request_id": f"r{minute}"} for minute in range(5))
    )
    (row,) = rows(deeds(engine))
    assert row.rows == 10_000
    assert row.act == "queried Lead (5 times until 14:04:00)"


def test_an_hour_between_makes_two_acts(engine: Engine) -> None:
    play(
        engine,
        {"activity_name": "logout", "user": "u", "time": "2025-07-15T14:00:00"},
        {"activity_name": "logout", "user": "u", "time": "2025-07-15T15:00:00"},
    )
    assert len(deeds(engine)) == 2


def test_order_is_time_and_does_not_hang_on_the_files(engine: Engine) -> None:
    first = {"activity_name": "query", "query": "SELECT Id FROM A", "object": "A", "time": "2025-07-15T14:00:00"}
    second = {"activity_name": "query", "query": "SELECT Id FROM B", "object": "B", "time": "2025-07-15T14:00:00"}
    play(engine, second, first)
    one = [deed.object for deed in deeds(engine)]
    play(engine, first, second)
    assert one == [deed.object for deed in deeds(engine)] == ["A", "B"]


def test_without_a_theft_there_is_no_timeline(engine: Engine) -> None:
    assert deeds(engine) == ()
