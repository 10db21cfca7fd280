"""Salesforce logs mean the same in each shape they come in, and what real rows are known to hold does no harm."""

import csv
import io
import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from spillmark.engine.duckdb import DuckDBEngine
from spillmark.evidence.intake import collect
from spillmark.model.event import EVENT_COLUMNS
from spillmark.model.evidence import Skip
from spillmark.normal.events import normalise
from spillmark.normal.mapping import load_mappings

Record = dict[str, Any]
MEANING = [name for name in EVENT_COLUMNS if name not in ("evidence", "row", "part", "detail", "findings")]
REALTIME = [
    mapping.id
    for mapping in load_mappings().of_kind("salesforce.realtime")
    if not mapping.fallback and mapping.product == "salesforce"
]
NOON = datetime.fromisoformat("2025-07-15T14:10:31.482")


def read(folder: Path, name: str, text: str) -> tuple[list[dict[str, Any]], tuple[Skip, ...]]:
    """The events of a file that was recognised by what stands in it, and what was said of the rest."""
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_text(text, encoding="utf-8")
    work = folder / "work"
    work.mkdir(exist_ok=True)
    intake = collect([path], work, recognisers=load_mappings().recognisers)
    engine = DuckDBEngine(threads=1)
    try:
        result = normalise(engine, intake.items)
        wanted = ", ".join(f'"{name}"' for name in (*MEANING, "row", "detail"))
        rows = engine.rows(f'SELECT {wanted} FROM events ORDER BY "row"')
        return [dict(zip((*MEANING, "row", "detail"), row, strict=True)) for row in rows], result.skipped
    finally:
        engine.close()


def lines(records: list[Record]) -> str:
    return "".join(json.dumps(record) + "\n" for record in records)


def table(records: list[Record]) -> str:
    """A CSV file as Salesforce writes it: every cell quoted, nothing where there is no value."""
    names = list(dict.fromkeys(name for record in records for name in record))
    buffer = io.StringIO()
    writer = csv.writer(buffer, quoting=csv.QUOTE_ALL, lineterminator="\n")
    writer.writerow(names)
    for record in records:
        writer.writerow(["" if record.get(name) is None else record[name] for name in names])
    return buffer.getvalue()


def elf(**fields: Any) -> Record:
    row = {
        "EVENT_TYPE": "RestApi",
        "TIMESTAMP": "20250715141031.482",
        "REQUEST_ID": "4YtQ7mXcV1kHs0aGJ2dLp-",
        "ORGANIZATION_ID": "00D8Z000001BWLF",
        "USER_ID": "0058Z000009kQvT",
        "URI": "/services/data/v58.0/query",
        "SESSION_KEY": "h3Kd91mQzXw2LpRt",
        "LOGIN_KEY": "Zk8vNq2TsYb7GcWe",
        "METHOD": "GET",
        "STATUS_CODE": "200",
        "USER_AGENT": "python-requests/2.31.0",
        "ROWS_PROCESSED": "5",
        "TIMESTAMP_DERIVED": "2025-07-15T14:10:31.482Z",
        "USER_ID_DERIVED": "0058Z000009kQvTQAU",
        "CLIENT_IP": "203.0.113.77",
    }
    return row | fields


@pytest.mark.parametrize(
    ("fields", "column", "value"),
    [
        ({"CLIENT_IP": "Salesforce.com IP"}, "src_ip", None),
        ({"CLIENT_IP": ""}, "src_ip", None),
        ({"USER_AGENT": "13047000"}, "user_agent", "13047000"),
        ({"ROWS_PROCESSED": ""}, "rows", None),
        ({"ROWS_PROCESSED": "1050.0"}, "rows", 1050),
        ({"USER_ID_DERIVED": ""}, "user_id", "0058Z000009kQvTQAU"),
        ({"TIMESTAMP_DERIVED": ""}, "time", NOON),
        ({"TIMESTAMP": "", "TIMESTAMP_DERIVED": "2025-07-15T14:10:31.482Z"}, "time", NOON),
        ({"TIMESTAMP": "2025-07-15T14:10:31.482+0000", "TIMESTAMP_DERIVED": ""}, "time", NOON),
        ({"SESSION_KEY": "", "LOGIN_KEY": ""}, "session", None),
        ({"STATUS_CODE": "403", "REQUEST_STATUS": ""}, "status", "failure"),
    ],
)
def test_what_real_rows_hold(tmp_path: Path, fields: Record, column: str, value: object) -> None:
    (event,), _ = read(tmp_path, "RestApi.csv", table([elf(**fields)]))
    assert event[column] == value
    assert event["activity"] == "RestApi"


def test_a_header_that_came_as_a_row_is_no_event(tmp_path: Path) -> None:
    rows = [elf(), {name: name for name in elf()}, elf(REQUEST_ID="other")]
    found, skipped = read(tmp_path, "RestApi.csv", table(rows))
    assert [event["row"] for event in found] == [1, 3]
    assert any("1 of 1 records have no time that can be read" in skip.why for skip in skipped)


@pytest.mark.parametrize("short", [True, False])
def test_ids_of_both_lengths_are_one_user(tmp_path: Path, short: bool) -> None:
    rows = [elf(), elf(EVENT_TYPE="ApiTotalUsage", USER_ID_DERIVED="", REQUEST_ID="b", API_RESOURCE="/v58.0/limits")]
    found, _ = read(tmp_path, "logs.csv", table(rows if short else rows[::-1]))
    assert {event["user_id"] for event in found} == {"0058Z000009kQvTQAU"}


@pytest.mark.parametrize("case", [str.upper, str.lower, str.title])
def test_a_log_file_may_come_in_any_case_and_form(tmp_path: Path, case: Any) -> None:
    rows = [
        elf(),
        elf(EVENT_TYPE="Login", LOGIN_STATUS="LOGIN_NO_ERROR", SESSION_KEY="", SOURCE_IP="203.0.113.9", REQUEST_ID="b"),
        elf(EVENT_TYPE="ContentTransfer", TRANSACTION_TYPE="VersionDownloadAction", SIZE_BYTES="9", REQUEST_ID="c"),
        elf(EVENT_TYPE="PermissionUpdate", DESCRIPTION="UserPerm: ViewAllData enabled", REQUEST_ID="d"),
    ]
    renamed = [{case(name): value for name, value in row.items()} for row in rows]
    plain, _ = read(tmp_path / "a", "logs.csv", table(rows))
    other, _ = read(tmp_path / "b", "logs.jsonl", lines(renamed))
    kept = [{name: event[name] for name in MEANING} for event in plain]
    assert kept == [{name: event[name] for name in MEANING} for event in other]
    assert [event["session"] for event in plain][1] == "Zk8vNq2TsYb7GcWe"


def payload(id_: str) -> tuple[str, Record]:
    """The first stored record among the samples of a mapping: its type and the fields of the event itself."""
    mapping = load_mappings().find(id_)
    assert mapping is not None
    record = next(sample.record for sample in mapping.samples if sample.gives is not None)
    return record["attributes"]["type"], {name: value for name, value in record.items() if name != "attributes"}


def streamed(type_: str, fields: Record) -> Record:
    inner = fields | {"CreatedDate": 1752588903000, "EventUuid": "b5e3", "PolicyId": None}
    return {"channel": f"/event/{type_}", "data": {"schema": "kX3", "payload": inner, "event": {"replayId": 41}}}


@pytest.mark.parametrize("id_", REALTIME)
def test_a_real_time_event_means_the_same_in_each_shape(tmp_path: Path, id_: str) -> None:
    type_, fields = payload(id_)
    stored = {"attributes": {"type": type_, "url": f"/services/data/v64.0/sobjects/{type_}/000"}} | fields
    shapes = {
        "stream.jsonl": lines([streamed(type_, fields)]),
        "query.json": json.dumps({"totalSize": 1, "done": True, "records": [stored]}),
        "export.csv": table([fields]),
        "loader.csv": table([{name.upper(): value for name, value in fields.items()}]),
    }
    found = [read(tmp_path / name, name, text)[0] for name, text in shapes.items()]
    assert [[event["source"] for event in events] for events in found] == [[id_]] * len(shapes)
    assert all(event["activity"] for (event,) in found)
    assert found[0][0]["activity"] == found[1][0]["activity"]
    meant = [{name: event[name] for name in MEANING if name != "activity"} for (event,) in found]
    assert meant == [meant[0]] * len(shapes)


def test_the_stream_counts_in_milliseconds(tmp_path: Path) -> None:
    type_, fields = payload("salesforce.realtime.api_event")
    record = streamed(type_, fields | {"EventDate": 1752588631482, "ApiVersion": "N/A", "RowsReturned": None})
    (event,), _ = read(tmp_path, "stream.jsonl", lines([record]))
    assert event["time"] == NOON
    assert event["rows"] == 18422


def test_objects_of_event_logs_are_told_apart_without_their_type(tmp_path: Path) -> None:
    ids = [mapping.id for mapping in load_mappings().of_kind("salesforce.elf") if mapping.id.endswith("_object")]
    assert len(ids) > 5
    for id_ in ids:
        _, fields = payload(id_)
        (event,), _ = read(tmp_path / id_, "export.csv", table([fields]))
        assert (event["source"], bool(event["activity"])) == (id_, True)


def test_the_setup_audit_trail_is_one_queried_or_flattened(tmp_path: Path) -> None:
    told = "Changed permission set Service Desk: View All Data permission was changed from disabled to enabled"
    who = "sam.ortiz@brackwater.example"
    trail = {"Action": "PermSetEnableUserPerm", "Section": "Manage Users", "Display": told, "DelegateUser": None}
    queried = trail | {"CreatedDate": "2025-07-15T14:01:00.000+0000", "CreatedBy": {"Username": who}}
    flat = {name.lower(): value for name, value in trail.items()}
    flat |= {"sfdc_created_date": "2025-07-15T14:01:00+00:00", "sfdc_created_by_username": who}
    shapes = {"query.jsonl": lines([queried]), "flat.jsonl": lines([flat])}
    names = ("time", "activity_name", "user", "target_role", "permission", "setting", "setting_old", "setting_new")
    found = [read(tmp_path / name, name, text)[0] for name, text in shapes.items()]
    meant = [tuple(event[name] for name in names) for (event,) in found]
    assert meant == [
        (
            datetime.fromisoformat("2025-07-15T14:01"),
            "permission_granted",
            who,
            "Service Desk",
            "View All Data",
            told,
            "disabled",
            "enabled",
        )
    ] * len(shapes)
