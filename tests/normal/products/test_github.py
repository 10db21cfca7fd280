"""GitHub: the export as CSV, and webhook payloads beside audit records in one file."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from spillmark.engine.duckdb import DuckDBEngine
from spillmark.engine.interface import Engine
from tests.normal.products.opened import events

EXPORT = """\
@timestamp,_document_id,action,actor,actor_id,actor_ip,actor_location.country_code,org,repo,user,user_agent
1752588631482,b1,git.clone,dana-w,8808,203.0.113.77,NL,brackwater-life,brackwater-life/policies,,git/2.45
1752588632482,b2,org.add_member,admin-b,1,198.51.100.9,US,brackwater-life,,helper-1,Mozilla/5.0
"""


@pytest.fixture
def engine() -> Iterator[Engine]:
    made = DuckDBEngine(threads=1)
    yield made
    made.close()


def test_an_export_as_csv_says_what_the_interface_says(engine: Engine, tmp_path: Path) -> None:
    cloned, added = events(engine, tmp_path, [EXPORT])
    assert cloned["time"].isoformat() == "2025-07-15T14:10:31.482000"
    assert (cloned["activity_name"], cloned["user"], cloned["src_ip"]) == (
        "repository_cloned",
        "dana-w",
        "203.0.113.77",
    )
    assert (cloned["src_location"], cloned["object_name"]) == ("NL", "brackwater-life/policies")
    assert (added["activity_name"], added["target_user"], added["target_group"]) == (
        "member_added",
        "helper-1",
        "brackwater-life",
    )


def test_each_record_of_a_mixed_file_is_taken_by_its_own_mapping(engine: Engine, tmp_path: Path) -> None:
    who = {"login": "dana-w", "id": 8808}
    repository = {"full_name": "brackwater-life/policies", "updated_at": "2025-07-01T08:00:00Z"}
    records = [
        {"@timestamp": 1752588631482, "action": "repo.create", "actor": "dana-w", "org": "brackwater-life"},
        {
            "X-GitHub-Event": "issues",
            "action": "opened",
            "issue": {"number": 1, "updated_at": "2025-07-15T14:11:00Z"},
            "repository": repository,
            "sender": who,
        },
        {
            "X-GitHub-Event": "member",
            "action": "added",
            "member": {"login": "helper-1"},
            "repository": repository,
            "sender": who,
        },
    ]
    found = events(engine, tmp_path, ["".join(json.dumps(record) + "\n" for record in records)])
    assert [e["source"] for e in found] == ["github.audit", "github.webhook", "github.webhook_undated"]
    assert [e["user"] for e in found] == ["dana-w"] * 3
    assert [e["time"].isoformat() for e in found[1:]] == ["2025-07-15T14:11:00", "2025-07-01T08:00:00"]
    assert found[2]["target_user"] == "helper-1"
