"""Logs of identity providers mean the same in each way that their services hand them out."""

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from spillmark.engine.duckdb import DuckDBEngine
from spillmark.evidence.intake import collect
from spillmark.model.event import EVENT_COLUMNS
from spillmark.normal.events import normalise
from spillmark.normal.mapping import load_mappings

Record = dict[str, Any]
Handed = Callable[[list[Record]], str]
MEANING = [name for name in EVENT_COLUMNS if name not in ("evidence", "row", "part", "detail", "findings")]
DUO = ("administrator", "authentication", "activity", "telephony", "trust_monitor")


def samples(id_: str) -> list[Record]:
    """The positive samples of a mapping, out of the envelopes that some of them show."""
    mapping = load_mappings().find(id_)
    assert mapping is not None
    records = [sample.record for sample in mapping.samples if sample.gives is not None]
    return [record.get("data", record.get("event", record)) for record in records]


def meaning(folder: Path, name: str, text: str) -> list[dict[str, Any]]:
    """What the events of a file say, wherever in it they stood."""
    folder.mkdir()
    path = folder / name
    path.write_text(text, encoding="utf-8")
    work = folder / "work"
    work.mkdir()
    intake = collect([path], work, recognisers=load_mappings().recognisers)
    engine = DuckDBEngine(threads=1)
    try:
        normalise(engine, intake.items)
        wanted = ", ".join(f'"{name}"' for name in MEANING)
        rows = engine.rows(f'SELECT {wanted} FROM events ORDER BY "row"')
        return [dict(zip(MEANING, row, strict=True)) for row in rows]
    finally:
        engine.close()


def lines(records: list[Record]) -> str:
    return "".join(json.dumps(record) + "\n" for record in records)


def table(records: list[Record]) -> str:
    names = sorted({name for record in records for name in record})
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(names)
    for record in records:
        cells = (record.get(name, "") for name in names)
        writer.writerow([json.dumps(cell) if isinstance(cell, dict | list) else cell for cell in cells])
    return buffer.getvalue()


def event_bridge(records: list[Record]) -> str:
    """Amazon EventBridge: the stream's own envelope stands in `detail`."""
    outer = {"version": "0", "detail-type": "Auth0 log", "account": "1", "region": "eu-west-1", "resources": []}
    return lines([outer | {"id": f"i{n}", "detail": {"log_id": f"{n}", "data": r}} for n, r in enumerate(records)])


def event_grid(records: list[Record]) -> str:
    """Azure Event Grid: it stands in `data`."""
    outer = {"topic": "t", "subject": "s", "eventType": "Auth0", "eventTime": "2025-07-15T15:00:00Z"}
    return json.dumps([outer | {"id": f"i{n}", "data": {"log_id": f"{n}", "data": r}} for n, r in enumerate(records)])


HANDED: list[tuple[str, str, Handed]] = [
    ("auth0.log_event", "totals.json", lambda r: json.dumps({"start": 0, "limit": 50, "total": len(r), "logs": r})),
    ("auth0.log_event", "stream.jsonl", lambda r: lines([{"log_id": one.get("log_id"), "data": one} for one in r])),
    ("auth0.log_event", "bridge.jsonl", event_bridge),
    ("auth0.log_event", "grid.json", event_grid),
    ("auth0.log_event", "export.csv", table),
    ("onelogin.events", "hook.json", json.dumps),
    (
        "onelogin.events",
        "api.json",
        lambda r: json.dumps({"status": {"code": 200}, "pagination": {"after_cursor": None}, "data": r}),
    ),
    (
        "pingone.activity",
        "api.json",
        lambda r: json.dumps({"_links": {"self": {"href": "x"}}, "_embedded": {"activities": r}, "count": len(r)}),
    ),
    ("pingone.activity", "splunk.jsonl", lambda r: lines([{"event": one, "source": "pingone"} for one in r])),
    ("duo.administrator", "api.json", lambda r: json.dumps({"stat": "OK", "response": r})),
    (
        "duo.authentication",
        "api.json",
        lambda r: json.dumps({"stat": "OK", "response": {"authlogs": r, "metadata": {"next_offset": None}}}),
    ),
    (
        "duo.activity",
        "api.json",
        lambda r: json.dumps({"stat": "OK", "response": {"items": r, "metadata": {"next_offset": None}}}),
    ),
    (
        "veeva.login",
        "api.json",
        lambda r: json.dumps({"responseStatus": "SUCCESS", "responseDetails": {"total": len(r)}, "data": r}),
    ),
    ("appomni.audit", "api.json", lambda r: json.dumps({"count": len(r), "next": None, "results": r})),
]


@pytest.mark.parametrize(("id_", "name", "handed"), HANDED, ids=[f"{id_}-{name}" for id_, name, _ in HANDED])
def test_every_way_to_hand_a_log_out_gives_the_same_events(tmp_path: Path, id_: str, name: str, handed: Handed) -> None:
    records = samples(id_)
    plain = meaning(tmp_path / "plain", "plain.jsonl", lines(records))
    assert len(plain) == len(records)
    found = meaning(tmp_path / "handed", name, handed(records))
    if name in ("bridge.jsonl", "grid.json", "stream.jsonl"):
        # The stream numbers records that have no number of their own.
        plain, found = ([{**event, "event_id": None} for event in events] for events in (plain, found))
    assert found == plain


def test_the_logs_of_duo_may_stand_in_one_file(tmp_path: Path) -> None:
    every = [(f"duo.{name}", record) for name in DUO for record in samples(f"duo.{name}")]
    found = meaning(tmp_path / "mixed", "mixed.jsonl", lines([record for _, record in every]))
    assert [event["source"] for event in found] == [id_ for id_, _ in every]


def test_the_numbers_of_a_stream_to_a_siem_are_no_events(tmp_path: Path) -> None:
    """OneLogin writes a line {"create": ...} before each event, for the bulk interface of Elasticsearch."""
    records = samples("onelogin.events")
    text = "".join(lines([{"create": {"_id": f"{n}"}}, record]) for n, record in enumerate(records))
    assert meaning(tmp_path / "bulk", "bulk.jsonl", text) == meaning(tmp_path / "plain", "plain.jsonl", lines(records))
