"""A log in stored form: whichever way a file is read, its records, numbers and fields are the same."""

import csv
import io
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from spillmark.engine.duckdb import DuckDBEngine
from spillmark.engine.interface import Engine
from spillmark.evidence.item import Item
from spillmark.model.event import EVENT_COLUMNS
from spillmark.model.evidence import Evidence
from spillmark.model.terms import Kind
from spillmark.normal import log as module
from spillmark.normal import table as tables
from spillmark.normal.events import Normalised, normalise
from spillmark.normal.mapping import load_mappings

CALL = {"EVENT_TYPE": "RestApi", "TIMESTAMP": "20250715141031.482", "USER_ID": "0058Z000009kQvT", "METHOD": "GET"}


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    made = DuckDBEngine(tmp_path / "engine", threads=1)
    (tmp_path / "engine").mkdir()
    yield made
    made.close()


def item(folder: Path, text: str, kind: Kind = "salesforce.elf", number: int = 1) -> Item:
    path = folder / f"log{number}"
    path.write_text(text, encoding="utf-8", newline="")
    return Item(Evidence(f"E{number}", path.name, str(number) * 64, len(text), kind), path)


def as_csv(records: Sequence[dict[str, str]]) -> str:
    head = list(dict.fromkeys(name for record in records for name in record))
    buffer = io.StringIO()
    rows = [[record.get(name, "") for name in head] for record in records]
    csv.writer(buffer, quoting=csv.QUOTE_ALL, lineterminator="\n").writerows([head, *rows])
    return buffer.getvalue()


def as_json(records: Sequence[dict[str, Any]]) -> str:
    return "".join(json.dumps(record) + "\n" for record in records)


def events(engine: Engine) -> list[dict[str, Any]]:
    found = engine.rows('SELECT * FROM events ORDER BY evidence, "row", "part"')
    return [dict(zip(EVENT_COLUMNS, one, strict=True)) for one in found]


def raw(engine: Engine, made: Normalised) -> list[dict[str, Any]]:
    sql = made.raw["E1"]
    names = [str(row[0]) for row in engine.rows(f"DESCRIBE {sql}")]
    return [dict(zip(names, row, strict=True)) for row in engine.rows(f'SELECT * FROM ({sql}) ORDER BY "row"')]


def test_names_that_reading_uses_itself_are_the_vendors(engine: Engine, tmp_path: Path) -> None:
    odd = {
        name: name.upper() for name in ("file", "place", "ends", "choice", "fits", "keys", "local", "before", "time")
    }
    for text in (as_csv([CALL | odd]), as_csv([CALL | odd, CALL | {"EVENT_TYPE": "Login"}])):
        made = normalise(engine, [item(tmp_path, text)], store=tmp_path / "store")
        assert not [skip for skip in made.skipped if skip.level == "unread"]
        assert json.loads(events(engine)[0]["detail"]).items() >= odd.items()
        assert raw(engine, made)[0].items() >= odd.items()


def test_a_field_that_only_later_records_have_is_read(engine: Engine, tmp_path: Path) -> None:
    later = {**CALL, "USER_AGENT": "curl/8.0", "NOVEL": "x"}
    text = as_json([CALL] * (module.SAMPLE + 10) + [later])
    normalise(engine, [item(tmp_path, text)])
    last = events(engine)[-1]
    assert last["row"] == module.SAMPLE + 11
    assert last["user_agent"] == "curl/8.0"
    assert json.loads(last["detail"])["NOVEL"] == "x"


def test_keys_that_are_spelled_otherwise_later_are_read(engine: Engine, tmp_path: Path) -> None:
    text = as_json([CALL] * (module.SAMPLE + 10) + [{name.lower(): value for name, value in CALL.items()}])
    made = normalise(engine, [item(tmp_path, text)])
    assert made.evidence[0].events == module.SAMPLE + 11
    assert events(engine)[-1]["operation"] == "GET"


def test_another_log_after_the_sample_is_read_by_its_own_mapping(engine: Engine, tmp_path: Path) -> None:
    text = as_csv([CALL] * (module.SAMPLE + 10) + [CALL | {"EVENT_TYPE": "Login"}])
    normalise(engine, [item(tmp_path, text)])
    assert [event["source"] for event in events(engine)[-2:]] == ["salesforce.elf.rest_api", "salesforce.elf.login"]


@pytest.mark.parametrize("blank", [False, True], ids=["numbered", "careful"])
def test_numbers_and_lines_are_right_whatever_stands_between(engine: Engine, tmp_path: Path, *, blank: bool) -> None:
    text = as_csv([CALL | {"QUERY": "SELECT Id\nFROM Case"}, CALL, CALL]) + ("\n" if blank else "") + as_csv([CALL])
    made = normalise(engine, [item(tmp_path, text)], store=tmp_path / "store")
    found = raw(engine, made)
    assert [(one["row"], one["line"]) for one in found][:3] == [(1, 2), (2, 4), (3, 5)]
    assert made.evidence[0].rows == len(found) + (made.evidence[0].rejected or 0)


def test_a_single_event_of_a_record_is_told_by_its_part(engine: Engine, tmp_path: Path) -> None:
    activity = {
        "kind": "admin#reports#activity",
        "id": {"time": "2025-07-15T14:10:31.482Z", "uniqueQualifier": "7", "applicationName": "login"},
        "actor": {"email": "dana@brackwater.example"},
        "ipAddress": "203.0.113.77",
        "events": [{"type": "login", "name": "login_challenge"}, {"type": "login", "name": "login_success"}],
    }
    made = normalise(engine, [item(tmp_path, as_json([activity]), "google_workspace")])
    found = events(engine)
    assert [(one["row"], one["part"], one["activity"]) for one in found] == [
        (1, 1, "login_challenge"),
        (1, 2, "login_success"),
    ]
    assert (made.evidence[0].rows, made.evidence[0].events, made.evidence[0].rejected) == (1, 1, 0)


def test_a_long_table_stays_on_disk_and_is_the_same(
    engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    login = {
        "EVENT_TYPE": "Login",
        "TIMESTAMP": "20250715141000.000",
        "USER_ID": "0058Z000009kQvT",
        "USER_NAME": "dana",
    }
    items = [item(tmp_path, as_csv([CALL, CALL | {"URI": "/x"}])), item(tmp_path, as_csv([login, login]), number=2)]
    normalise(engine, items, store=tmp_path / "store")
    short = events(engine)
    assert {event["user"] for event in short} == {"dana"}
    monkeypatch.setattr(tables, "LONG", 0)
    normalise(engine, items, store=tmp_path / "store")
    assert events(engine) == short


def test_times_without_a_zone_are_read_in_the_zone_that_is_named(engine: Engine, tmp_path: Path) -> None:
    line = "203.0.113.7:50000 [15/Jul/2025:16:10:31.482] web~ app/srv 0/0/1/2/3 200 100 - - ---- 1/1/0/0/0 0/0"
    line += ' "GET / HTTP/1.1"\n'
    text = f"Jul 15 16:10:31 lb haproxy[1]: {line}" * 3
    log = item(tmp_path, text, "web_access")
    made = normalise(
        engine, [Item(log.evidence, log.local, lines=True)], mappings=load_mappings().in_zone("Europe/Paris")
    )
    assert {f"{event['time']:%H:%M:%S}" for event in events(engine)} == {"14:10:31"}
    assert [skip.why for skip in made.skipped] == [
        "3 times name no zone and were read in Europe/Paris; name the zone with --zone"
    ]


@contextmanager
def counted(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    from spillmark.normal import events as normal

    read: list[str] = []
    made = normal.read_log  # type: ignore[attr-defined]

    def counting(engine: Engine, item: Item, *rest: Any) -> Any:
        read.append(item.evidence.path)
        return made(engine, item, *rest)

    with monkeypatch.context() as patch:
        patch.setattr(normal, "read_log", counting)
        yield read


def test_a_log_that_is_stored_is_not_read_again(
    engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = tmp_path / "store"
    first = item(tmp_path, as_csv([CALL]))
    second = item(tmp_path, as_csv([CALL | {"URI": "/y"}]), number=2)
    with counted(monkeypatch) as read:
        normalise(engine, [first], store=store)
        normalise(engine, [first, second], store=store)
        both = events(engine)
        assert read == ["log1", "log2"]
        normalise(engine, [first, second], mappings=load_mappings().in_zone("Europe/Paris"), store=store)
        assert read == ["log1", "log2"] * 2  # what decides about a log has changed
    assert [event["object_name"] for event in both] == [None, "/y"]


@pytest.mark.parametrize("damage", ["entry", "file", "elsewhere"])
def test_a_damaged_store_is_read_anew(engine: Engine, tmp_path: Path, damage: str) -> None:
    store = tmp_path / "store"
    log = item(tmp_path, as_csv([CALL]))
    normalise(engine, [log], store=store)
    before = events(engine)
    (entry,) = (store / "entries").iterdir()
    (stored,) = store.glob("source=*/day=*/*.parquet")
    if damage == "entry":
        entry.write_bytes(entry.read_bytes()[:40])
    elif damage == "file":
        stored.unlink()
    else:
        (tmp_path / "other.parquet").write_bytes(stored.read_bytes())
        document = json.loads(entry.read_bytes())
        document["pieces"][0]["path"] = "../other.parquet"
        entry.write_text(json.dumps(document), encoding="utf-8")
    normalise(engine, [log], store=store)
    assert events(engine) == before
    assert len(list(store.glob("source=*/day=*/*.parquet"))) == 1


def test_what_no_evidence_stands_for_any_more_is_removed(engine: Engine, tmp_path: Path) -> None:
    store = tmp_path / "store"
    normalise(engine, [item(tmp_path, as_csv([CALL])), item(tmp_path, as_csv([CALL] * 2), number=2)], store=store)
    victim = tmp_path / "victim"
    victim.mkdir()
    (victim / "letter.parquet").write_text("keep", encoding="utf-8")
    (store / "source=x").mkdir()
    (store / "source=x" / "day=y").symlink_to(victim)
    normalise(engine, [item(tmp_path, as_csv([CALL]))], store=store)
    assert len(list(store.glob("source=*/day=*/*.parquet"))) == 1
    assert len(list((store / "entries").iterdir())) == 1
    assert (victim / "letter.parquet").exists()
