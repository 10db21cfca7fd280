"""Logs become events: nothing lost without a word, and neither file order nor splitting changes an event."""

import csv
import io
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from spillmark.engine.duckdb import DuckDBEngine
from spillmark.engine.interface import Engine
from spillmark.evidence.item import Item
from spillmark.model.event import EVENT_COLUMNS
from spillmark.model.evidence import Evidence
from spillmark.model.terms import Kind
from spillmark.normal import events as module
from spillmark.normal.events import Normalised, normalise
from spillmark.normal.log import read_log

PROPERTY = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], derandomize=True
)
HEAD = ("EVENT_TYPE", "TIMESTAMP", "REQUEST_ID", "USER_ID", "SESSION_KEY", "LOGIN_KEY", "URI", "CLIENT_IP", "ODD")


@pytest.fixture
def engine() -> Iterator[Engine]:
    made = DuckDBEngine(threads=1)
    yield made
    made.close()


def item(folder: Path, number: int, text: str, kind: Kind = "salesforce.elf") -> Item:
    path = folder / f"log{number}"
    path.write_text(text, encoding="utf-8", newline="")
    return Item(Evidence(f"E{number}", path.name, str(number) * 64, len(text), kind), path)


def table(rows: Sequence[Sequence[str]], head: Sequence[str] = HEAD) -> str:
    buffer = io.StringIO()
    csv.writer(buffer, quoting=csv.QUOTE_ALL, lineterminator="\n").writerows([head, *rows])
    return buffer.getvalue()


def row(kind: str = "URI", at: str = "20250715141031.482", **more: str) -> list[str]:
    values = {"EVENT_TYPE": kind, "TIMESTAMP": at, "USER_ID": "0058Z000009kQvT", "CLIENT_IP": "203.0.113.77", **more}
    return [values.get(name, "") for name in HEAD]


def events(engine: Engine) -> list[dict[str, Any]]:
    found = engine.rows('SELECT * FROM events ORDER BY length(evidence), evidence, "row"')
    return [dict(zip(EVENT_COLUMNS, one, strict=True)) for one in found]


def test_the_table_has_the_columns_of_the_model(engine: Engine, tmp_path: Path) -> None:
    normalise(engine, [item(tmp_path, 1, table([row()]))])
    assert engine.columns("events") == EVENT_COLUMNS
    normalise(engine, [])
    assert engine.columns("events") == EVENT_COLUMNS
    assert events(engine) == []


def test_detail_keeps_what_no_column_holds(engine: Engine, tmp_path: Path) -> None:
    odd = 'a "quoted"\nword \u2028'
    result = normalise(engine, [item(tmp_path, 1, table([row(CLIENT_IP="Salesforce.com IP", ODD=odd)]))])
    (event,) = events(engine)
    assert event["src_ip"] is None
    assert json.loads(event["detail"]) == {"CLIENT_IP": "Salesforce.com IP", "ODD": odd}
    assert result.unmapped == {"E1": ("ODD",)}


def test_times_that_differ_are_both_kept(engine: Engine, tmp_path: Path) -> None:
    head = ("EVENT_TYPE", "TIMESTAMP", "TIMESTAMP_DERIVED")
    same = ("URI", "20250715141031.482", "2025-07-15T14:10:31.482Z")
    other = ("URI", "20250715141031.482", "2025-07-15T14:10:31.400Z")
    normalise(engine, [item(tmp_path, 1, table([same, other], head))])
    details = [event["detail"] for event in events(engine)]
    assert details == [None, '{"TIMESTAMP":"20250715141031.482"}']


def test_every_record_is_accounted_for(engine: Engine, tmp_path: Path) -> None:
    text = table([row(), row(at="no time"), row("Brandnew"), row()]) + '\n"too","few"\n'
    result = normalise(engine, [item(tmp_path, 1, text)])
    (evidence,) = result.evidence
    assert (evidence.rows, evidence.events, evidence.rejected, evidence.repeated) == (6, 3, 3, 0)
    assert (evidence.start, evidence.end) == ("2025-07-15T14:10:31.482000Z", "2025-07-15T14:10:31.482000Z")
    assert [event["row"] for event in events(engine)] == [1, 3, 4]
    assert events(engine)[1]["source"] == "salesforce.elf.other"
    told = " ".join(skip.why for skip in result.skipped)
    assert "no time that can be read in TIMESTAMP_DERIVED, TIMESTAMP, such as record 2" in told
    assert "1 of 6 records could not be read: record 6" in told


def test_keys_in_three_cases(engine: Engine, tmp_path: Path) -> None:
    lines = [dict(zip(HEAD, row(), strict=True))]
    lines.append({name.lower(): value for name, value in lines[0].items()})
    lines.append({name.title(): value for name, value in lines[0].items()})
    normalise(engine, [item(tmp_path, 1, "\n".join(map(json.dumps, lines)))])
    found = events(engine)
    assert len(found) == 3
    assert {(e["source"], e["user_id"], e["src_ip"]) for e in found} == {
        ("salesforce.elf.uri", "0058Z000009kQvTQAU", "203.0.113.77")
    }


def test_another_product_is_named(engine: Engine, tmp_path: Path) -> None:
    result = normalise(engine, [item(tmp_path, 1, '{"action":"x"}', "zendesk")])
    assert [(s.evidence, s.level) for s in result.skipped] == [("E1", "unread")]
    assert "recognised as zendesk, no mapping yet" in result.skipped[0].why


def test_one_broken_log_does_not_stop_the_others(engine: Engine, tmp_path: Path) -> None:
    gone = item(tmp_path, 1, table([row()]))
    gone.local.unlink()
    result = normalise(engine, [gone, item(tmp_path, 2, table([row()]))])
    assert [event["evidence"] for event in events(engine)] == ["E2"]
    assert [(s.evidence, s.level) for s in result.skipped] == [("E1", "unread")]


def test_hostile_names_and_values_stay_data(engine: Engine, tmp_path: Path) -> None:
    nasty = """x"'); DROP TABLE events; --"""
    head = (*HEAD, nasty, "a/b~c")
    text = table([[*row(URI=nasty), "v1", "v2"]], head)
    normalise(engine, [item(tmp_path, 1, text)])
    (event,) = events(engine)
    assert event["object_name"] == nasty
    assert json.loads(event["detail"])[nasty] == "v1"
    line = {**dict(zip(HEAD, row(), strict=True)), nasty: "v1", "a/b~c": {"$": 1}}
    normalise(engine, [item(tmp_path, 1, json.dumps(line))])
    assert json.loads(events(engine)[0]["detail"])[nasty] == "v1"


def test_an_object_that_no_column_names_is_read_from_the_query_or_the_path(engine: Engine, tmp_path: Path) -> None:
    head = ("EVENT_TYPE", "TIMESTAMP", "METHOD", "STATUS_CODE", "ENTITY_NAME", "QUERY", "URI")
    call = ("RestApi", "20250715141031.482", "GET", "200")
    rows = [
        (*call, "", "SELECT Id, (SELECT Id FROM Contacts) FROM Account WHERE Name = 'x'", ""),
        (*call, "", "", "/services/data/v58.0/sobjects/Case/describe/"),
        (*call, "", "", "/services/data/v58.0/sobjects/"),
        (*call, "Lead", "SELECT Id FROM Contact", ""),
        (*call, "", "", "/services/data/v58.0/limits/"),
    ]
    normalise(engine, [item(tmp_path, 1, table(rows, head))])
    assert [event["object"] for event in events(engine)] == ["Account", "Case", None, "Lead", None]


CELLS = st.sampled_from(["", "a", 'b"c', "d\ne", "ö", "203.0.113.9", "Salesforce.com IP", "0058Z000009kQvT", "N/A"])
TIMES = st.sampled_from(["20250715141031.482", "20250715141031.483", "", "no time"])
KINDS = st.sampled_from(["URI", "Login", "RestApi", "ApiTotalUsage", "UniqueQuery", "Brandnew", "EVENT_TYPE", ""])
ROWS = st.lists(st.tuples(KINDS, TIMES, *[CELLS] * (len(HEAD) - 2)), min_size=1, max_size=8)


def without_place(engine: Engine) -> list[dict[str, Any]]:
    found = events(engine)
    for event in found:
        del event["evidence"], event["row"]
    return sorted(found, key=repr)


@PROPERTY
@given(rows=ROWS, cut=st.integers(0, 8))
def test_splitting_a_file_changes_no_event(tmp_path: Path, rows: list[tuple[str, ...]], cut: int) -> None:
    engine = DuckDBEngine(threads=1)
    whole = normalise(engine, [item(tmp_path, 1, table(rows))])
    one = without_place(engine)
    parts = [item(tmp_path, 1, table(rows[:cut])), item(tmp_path, 2, table(rows[cut:]))]
    split = normalise(engine, parts)
    assert one == without_place(engine)
    assert total(whole) == total(split)
    engine.close()


@PROPERTY
@given(first=ROWS, second=ROWS)
def test_file_order_changes_nothing(
    tmp_path: Path, first: list[tuple[str, ...]], second: list[tuple[str, ...]]
) -> None:
    engine = DuckDBEngine(threads=1)
    items = [item(tmp_path, 1, table(first)), item(tmp_path, 2, table(second))]
    normalise(engine, items)
    one = events(engine)
    normalise(engine, items[::-1])
    assert one == events(engine)
    engine.close()


def total(result: Normalised) -> tuple[int, int, int]:
    return tuple(sum(getattr(e, name) or 0 for e in result.evidence) for name in ("rows", "events", "rejected"))  # type: ignore[return-value]


def test_a_log_that_cannot_be_mapped_leaves_the_others_alone(
    engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = read_log

    def broken(engine: Engine, item: Item, *rest: Any) -> Any:
        if item.evidence.id == "E1":
            raise RuntimeError("0058Z000009kQvT")
        return made(engine, item, *rest)

    monkeypatch.setattr(module, "read_log", broken)
    result = normalise(engine, [item(tmp_path, 1, table([row()])), item(tmp_path, 2, table([row()]))])
    assert [event["evidence"] for event in events(engine)] == ["E2"]
    assert [(s.evidence, s.level) for s in result.skipped] == [("E1", "unread")]
    assert result.skipped[0].why == "it could not be read: a fault of ours (RuntimeError)"
