"""Google Workspace activities: pages of the Reports API, several events in one activity, mixed shapes in one file."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from spillmark.engine.duckdb import DuckDBEngine
from spillmark.engine.interface import Engine
from tests.normal.products.opened import events

DANA = {"callerType": "USER", "email": "dana.whitlock@brackwater.example", "profileId": "1088"}


@pytest.fixture
def engine() -> Iterator[Engine]:
    made = DuckDBEngine(threads=1)
    yield made
    made.close()


def activity(app: str, second: int, **more: Any) -> dict[str, Any]:
    return {
        "kind": "admin#reports#activity",
        "id": {"time": f"2025-07-15T14:10:{second:02d}.482Z", "uniqueQualifier": str(second), "applicationName": app},
        "etag": f'"bwl/{second}"',
        "actor": DANA,
        "ipAddress": "203.0.113.77",
        **more,
    }


def titled(name: str, title: str) -> dict[str, Any]:
    return {"type": "access", "name": name, "parameters": [{"name": "doc_title", "value": title}]}


def test_each_event_of_an_activity_is_an_event_with_its_own_parameters(engine: Engine, tmp_path: Path) -> None:
    page = {
        "kind": "admin#reports#activities",
        "items": [
            activity("drive", 1, events=[titled("create", "Policies"), titled("download", "Claims")]),
            activity("login", 2, events=[{"type": "login", "name": "logout"}]),
        ],
    }
    found = events(engine, tmp_path, [json.dumps(page)])
    assert [(e["row"], e["activity"], e["object_name"]) for e in found] == [
        (1, "create", "Policies"),
        (1, "download", "Claims"),
        (2, "logout", None),
    ]
    assert len({e["part"] for e in found[:2]}) == 2
    assert {e["user"] for e in found} == {"dana.whitlock@brackwater.example"}
    assert {e["src_ip"] for e in found} == {"203.0.113.77"}


def test_the_three_shapes_of_one_activity_say_the_same(engine: Engine, tmp_path: Path) -> None:
    event = titled("download", "Policies")
    flat = {"name": "download", "type": "access", "parameters": {"doc_title": "Policies"}}
    shapes = [activity("drive", 1, events=[event]), activity("drive", 2, event=event), activity("drive", 3, **flat)]
    found = events(engine, tmp_path, ["\n".join(map(json.dumps, shapes)) + "\n"])
    told = ("source", "activity", "activity_name", "user", "user_id", "src_ip", "object", "object_name")
    assert len(found) == 3
    assert len({tuple(e[name] for name in told) for e in found}) == 1
    assert found[0]["activity_name"] == "file_downloaded"


def test_what_a_parameter_does_not_say_stays_empty(engine: Engine, tmp_path: Path) -> None:
    """A column that is chosen by a parameter must not be filled where the parameter is missing."""
    quiet = activity("login", 1, events=[{"type": "2sv_change", "name": "2sv_enroll"}])
    (found,) = events(engine, tmp_path, [json.dumps(quiet) + "\n"])
    names = ("status", "app", "target_user", "setting", "setting_old", "setting_new", "factor", "permission")
    assert {name: found[name] for name in names} == dict.fromkeys(names)


def test_hostile_parameters_are_values_and_nothing_more(engine: Engine, tmp_path: Path) -> None:
    odd: list[Any] = [None, 5, "text", {"name": "doc_title"}, {"name": ["doc_title"], "value": "x"}, {"value": "y"}]
    kinds: list[Any] = [odd, "text", {"doc_title": {"deep": ["x"]}}, None, [[]]]
    records = [
        activity("drive", n, events=[{"type": "access", "name": "view", "parameters": kind}])
        for n, kind in enumerate(kinds)
    ]
    found = events(engine, tmp_path, ["\n".join(map(json.dumps, records)) + "\n"])
    assert [e["activity"] for e in found] == ["view"] * len(kinds)
    assert {e["object_name"] for e in found} == {None}
