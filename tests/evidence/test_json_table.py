"""JSON records out of their envelopes, one for each event in them."""

import json
from collections.abc import Iterator, Sequence

import pytest

from spillmark.engine.duckdb import DuckDBEngine
from spillmark.engine.interface import Engine
from spillmark.evidence.json_table import opened_records


@pytest.fixture
def engine() -> Iterator[Engine]:
    made = DuckDBEngine(threads=1)
    yield made
    made.close()


def opened(engine: Engine, record: object, *, unwrap: Sequence[str] = (), each: Sequence[str] = ()) -> list[object]:
    columns = {"row": "BIGINT", "line": "BIGINT", "record": "VARCHAR"}
    engine.register("given", columns, [(1, 1, json.dumps(record))])
    sql = opened_records('"given"', unwrap, each)
    return [(part, json.loads(str(made))) for _, _, part, made in engine.rows(f'SELECT * FROM ({sql}) ORDER BY "part"')]


def test_envelopes_are_taken_off(engine: Engine) -> None:
    record = {"channel": "/event/X", "data": {"event": {"replayId": 7}, "payload": {"Query": "q", "gone": None}}}
    opened_record = {"channel": "/event/X", "data": {"event": {"replayId": 7}}, "Query": "q"}
    assert opened(engine, record, unwrap=["data.payload"]) == [(None, opened_record)]


def test_an_envelope_may_be_json_in_a_text(engine: Engine) -> None:
    record = {"RecordType": 15, "AuditData": '{"Operation": "UserLoggedIn"}'}
    assert opened(engine, record, unwrap=["AuditData"]) == [(None, {"RecordType": 15, "Operation": "UserLoggedIn"})]
    assert opened(engine, {"AuditData": "no json"}, unwrap=["AuditData"]) == [(None, {"AuditData": "no json"})]


def test_a_record_of_several_events_is_several(engine: Engine) -> None:
    record = {"id": 1, "events": [{"name": "a"}, {"name": "b"}]}
    parts = [(1, {"id": 1, "events": {"name": "a"}}), (2, {"id": 1, "events": {"name": "b"}})]
    assert opened(engine, record, each=["events"]) == parts
    assert opened(engine, {"id": 1, "events": []}, each=["events"]) == [(None, {"id": 1, "events": []})]
