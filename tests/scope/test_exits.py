"""What is one way out and what is not: a count asked for just before a bulk job is not the job's query."""

from collections.abc import Iterator, Mapping

import pytest

from spillmark.engine.duckdb import DuckDBEngine
from spillmark.engine.interface import Engine
from spillmark.model.event import EVENT_COLUMNS
from spillmark.scope.exits import Exit, find_exits

THEFT = {"evidence": "VARCHAR", "row": "BIGINT", "findings": "VARCHAR[]", "why": "VARCHAR"}
USER = "005000000000001AAA"
COUNT = {
    "source": "salesforce.elf.rest_api",
    "activity_name": "query",
    "query": "SELECT COUNT() FROM Case",
    "object": "Case",
    "object_name": "/services/data/v58.0/query",
    "time": "2025-08-17T11:11:55",
    "request_id": "r1",
}
JOB = {
    "source": "salesforce.elf.bulk_api2",
    "operation": "query",
    "object": "Case",
    "job_id": "750000000000001AAA",
}
STATES = (
    {**JOB, "activity_name": "bulk_job_created", "time": "2025-08-17T11:11:56"},
    {**JOB, "activity_name": "bulk_job_complete", "time": "2025-08-17T11:15:18", "rows": 5123},
    {**JOB, "activity_name": "bulk_job_deleted", "time": "2025-08-17T11:15:42"},
)


@pytest.fixture
def engine() -> Iterator[Engine]:
    made = DuckDBEngine(threads=1)
    yield made
    made.close()


def exits(engine: Engine, *events: Mapping[str, object]) -> tuple[Exit, ...]:
    filled = [{"evidence": "E1", "row": n, "user_id": USER, **event} for n, event in enumerate(events, start=1)]
    engine.register("events", EVENT_COLUMNS, [[event.get(name) for name in EVENT_COLUMNS] for event in filled])
    engine.register("theft_events", THEFT, [[event["evidence"], event["row"], ["F1"], "said"] for event in filled])
    return tuple(find_exits(engine))


def test_a_count_before_a_job_stays_a_count_and_the_job_an_export(engine: Engine) -> None:
    found = {exit_.form: exit_ for exit_ in exits(engine, COUNT, *STATES)}
    assert set(found) == {"query", "bulk"}
    assert found["query"].counts_only
    assert (found["bulk"].rows, found["bulk"].text, found["bulk"].object) == (5123, None, "Case")
    assert found["bulk"].downloaded is False


def test_the_text_of_a_job_comes_from_the_log_of_unique_queries(engine: Engine) -> None:
    text = {
        "source": "salesforce.elf.unique_query",
        "activity_name": "query",
        "query": "SELECT Id, Subject FROM Case",
        "object": "Case",
        "time": "2025-08-17T11:11:57",
    }
    (found,) = (exit_ for exit_ in exits(engine, COUNT, text, *STATES) if exit_.form == "bulk")
    assert found.text == "SELECT Id, Subject FROM Case"
    assert found.rows == 5123
