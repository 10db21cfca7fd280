"""Snowflake: a query is given the address and the client of its login, by way of its session."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from spillmark.engine.duckdb import DuckDBEngine
from spillmark.engine.interface import Engine
from tests.normal.products.opened import events

LOGIN = {
    "EVENT_ID": "53754033158915",
    "EVENT_TIMESTAMP": "2025-07-15 14:10:31.482 Z",
    "EVENT_TYPE": "LOGIN",
    "USER_NAME": "SVC_ETL",
    "CLIENT_IP": "203.0.113.77",
    "REPORTED_CLIENT_TYPE": "JDBC_DRIVER",
    "IS_SUCCESS": "YES",
}
SESSION = {
    "SESSION_ID": 4711998877665544332,
    "CREATED_ON": "2025-07-15 14:10:31.700 Z",
    "USER_NAME": "SVC_ETL",
    "LOGIN_EVENT_ID": 53754033158915,
    "CLIENT_APPLICATION_ID": "JDBC 3.14.1",
    "CLIENT_ENVIRONMENT": '{"APPLICATION": "Table Browser"}',
}
ACCESS = {
    "QUERY_ID": "01b1-1",
    "QUERY_START_TIME": "2025-07-15 14:11:31.482 Z",
    "USER_NAME": "SVC_ETL",
    "BASE_OBJECTS_ACCESSED": [{"objectDomain": "Table", "objectName": "LIFE.PUBLIC.POLICIES"}],
}


@pytest.fixture
def engine() -> Iterator[Engine]:
    made = DuckDBEngine(threads=1)
    yield made
    made.close()


def query(number: int = 1, **more: Any) -> dict[str, Any]:
    return {
        "QUERY_ID": f"01b1-{number}",
        "QUERY_TEXT": "SELECT * FROM LIFE.PUBLIC.POLICIES",
        "QUERY_TYPE": "SELECT",
        "USER_NAME": "SVC_ETL",
        "SESSION_ID": "4711998877665544332",
        "START_TIME": "2025-07-15 14:11:31.482 Z",
        "ROWS_PRODUCED": "31250",
        **more,
    }


def lines(*records: dict[str, Any]) -> str:
    return "".join(json.dumps(record) + "\n" for record in records)


def table(record: dict[str, Any]) -> str:
    quoted = (f'"{str(value).replace(chr(34), chr(34) * 2)}"' for value in record.values())
    return ",".join(record) + "\n" + ",".join(quoted) + "\n"


def test_a_query_has_the_address_and_the_client_of_its_login(engine: Engine, tmp_path: Path) -> None:
    files = [table(LOGIN), table(SESSION), lines(query()), lines(ACCESS)]
    found = {e["source"]: e for e in events(engine, tmp_path, files)}
    asked = found["snowflake.query_history"]
    assert (asked["src_ip"], asked["user_agent"], asked["app"]) == ("203.0.113.77", "JDBC 3.14.1", "Table Browser")
    assert asked["login_key"] == "53754033158915"
    assert asked["rows"] == 31250
    read = found["snowflake.access_history"]
    assert (read["session"], read["src_ip"], read["query"]) == (asked["session"], asked["src_ip"], asked["query"])
    assert read["rows"] is None


def test_a_query_of_an_unknown_session_has_no_address(engine: Engine, tmp_path: Path) -> None:
    found = events(engine, tmp_path, [lines(LOGIN), lines(SESSION), lines(query(SESSION_ID="1"))])
    (asked,) = (e for e in found if e["source"] == "snowflake.query_history")
    assert (asked["src_ip"], asked["login_key"], asked["app"]) == (None, None, None)


@pytest.mark.parametrize("verb", ["CREATE", "ALTER", "DROP", "GRANT", "REVOKE", "SHOW"])
def test_a_word_of_a_statement_within_a_query_makes_no_statement(engine: Engine, tmp_path: Path, verb: str) -> None:
    text = f"SELECT '{verb} USER HELPER' FROM LIFE.PUBLIC.POLICIES -- {verb} ROLE ADMIN\n"
    (found,) = events(engine, tmp_path, [lines(query(QUERY_TEXT=text))])
    assert (found["source"], found["activity_name"]) == ("snowflake.query_history", "query")
    assert (found["target_user"], found["target_role"], found["setting"]) == (None, None, None)


@pytest.mark.parametrize("before", ["", "  \n\t", "-- why\n", "/* why\n not */ ", "--a\n--b\n/*c*/\n"])
def test_a_statement_is_found_behind_comments(engine: Engine, tmp_path: Path, before: str) -> None:
    text = f'{before}alter user if exists "HELPER" set DISABLED = false'
    (found,) = events(engine, tmp_path, [lines(query(QUERY_TEXT=text, QUERY_TYPE="ALTER_USER"))])
    assert (found["source"], found["activity_name"]) == ("snowflake.statement", "user_activated")
    assert (found["target_user"], found["setting"], found["setting_new"]) == ("HELPER", "DISABLED", "false")
