"""Slack: answers of the Audit Logs API and of team.accessLogs, and a table with flattened names."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from spillmark.engine.duckdb import DuckDBEngine
from spillmark.engine.interface import Engine
from tests.normal.products.opened import events

TABLE = """\
date_create,action,actor.type,actor.user.id,actor.user.email,entity.type,entity.file.name,context.ip_address,context.ua
1752588631,file_downloaded,user,U08BWL01,dana.whitlock@brackwater.example,file,policies.xlsx,203.0.113.77,curl/8
"""


@pytest.fixture
def engine() -> Iterator[Engine]:
    made = DuckDBEngine(threads=1)
    yield made
    made.close()


def entry(action: str, second: int) -> dict[str, Any]:
    person = {"id": "U08BWL01", "email": "dana.whitlock@brackwater.example"}
    return {
        "id": f"e{second}",
        "date_create": 1752588600 + second,
        "action": action,
        "actor": {"type": "user", "user": person},
        "entity": {"type": "file", "file": {"id": "F1", "name": "policies.xlsx"}},
        "context": {"ip_address": "203.0.113.77", "ua": "curl/8"},
    }


def test_a_table_with_flattened_names_says_what_the_interface_says(engine: Engine, tmp_path: Path) -> None:
    page = {"entries": [entry("file_downloaded", 31)], "response_metadata": {"next_cursor": ""}}
    found = events(engine, tmp_path, [json.dumps(page), TABLE])
    told = (
        "source",
        "time",
        "activity",
        "activity_name",
        "user",
        "user_id",
        "user_type",
        "object",
        "object_name",
        "src_ip",
    )
    assert len(found) == 2
    assert len({tuple(e[name] for name in told) for e in found}) == 1
    assert found[0]["object_name"] == "policies.xlsx"


def test_logs_of_two_methods_may_stand_in_one_file(engine: Engine, tmp_path: Path) -> None:
    access = {
        "user_id": "U08BWL01",
        "username": "dana.whitlock",
        "date_first": 1752588500,
        "date_last": 1752588600,
        "count": 2,
        "ip": "203.0.113.77",
        "user_agent": "Mozilla/5.0",
    }
    records = [entry("user_logout", 1), access]
    found = events(engine, tmp_path, ["".join(json.dumps(record) + "\n" for record in records)])
    assert [(e["source"], e["activity_name"]) for e in found] == [
        ("slack.audit", "logout"),
        ("slack.access_logs", "login"),
    ]
