"""A proposed mapping loads without change, makes events of its log, and shows no value of it in clear."""

import csv
import io
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from spillmark.engine.duckdb import DuckDBEngine
from spillmark.engine.interface import Engine
from spillmark.errors import EvidenceError
from spillmark.evidence.item import Item
from spillmark.model.event import EVENT_COLUMNS
from spillmark.model.evidence import Evidence
from spillmark.normal.events import normalise
from spillmark.normal.mapping import ranked
from spillmark.normal.own import claimed, read_own
from spillmark.normal.suggest import Suggestion, suggest
from spillmark.normal.vocabulary import activity_of, lint, outcome_of, score


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    made = DuckDBEngine(threads=1)
    yield made
    made.close()


def proposed(engine: Engine, folder: Path, name: str, data: str | bytes) -> Suggestion:
    path = folder / name
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    work = folder / "work"
    work.mkdir(exist_ok=True)
    return suggest(engine, path, shown=name, checked_on="2025-07-20", work=work)


def sources(made: Suggestion) -> dict[str, Any]:
    """What fills each column, as the file says it."""
    fields: dict[str, Any] = yaml.safe_load(made.text)["fields"]
    return fields


def events(engine: Engine, path: Path, made: Suggestion) -> list[dict[str, Any]]:
    """Reads a log with the proposed file as it stands."""
    mapping = read_own(engine, made.text, "own.yaml")
    item = claimed(engine, Item(Evidence("E1", path.name, "a" * 64, 1, "unknown"), path), [mapping])
    assert item is not None
    normalise(engine, [item], mappings=ranked([mapping]))
    rows = engine.rows('SELECT * FROM events ORDER BY "row"')
    return [dict(zip(EVENT_COLUMNS, row, strict=True)) for row in rows]


def table(rows: list[list[str]], sign: str = ",") -> str:
    buffer = io.StringIO()
    csv.writer(buffer, delimiter=sign, lineterminator="\n").writerows(rows)
    return buffer.getvalue()


PORTAL = table(
    [
        ["Event Time", "Login", "Action", "Insured Name", "Insured ID", "Client IP", "Status", "Hits", "Date of birth"],
        *[
            [
                f"{n % 28 + 1:02}/07/2025 14:{n % 60:02}",
                f"agent{n % 7}",
                ("VIEW", "SEARCH", "EXPORT")[n % 3],
                f"Person {n}",
                f"M-{n}",
                f"192.0.2.{n}",
                ("Success", "Denied")[n % 5 == 0],
                str(n),
                "1970-02-01",
            ]
            for n in range(200)
        ],
    ]
)


def test_a_portal_tells_which_professional_looked_up_whom(engine: Engine, tmp_path: Path) -> None:
    made = proposed(engine, tmp_path, "portal.csv", PORTAL)
    assert (made.records, made.events) == (200, 200)
    found = sources(made)
    assert found["time"] == {"from": "Event Time", "as": "time", "format": "%d/%m/%Y %H:%M"}
    assert {name: found[name]["from"] for name in ("user", "target_user", "src_ip", "rows", "record_ids")} == {
        "user": "Login",
        "target_user": "Insured Name",
        "src_ip": "Client IP",
        "rows": "Hits",
        "record_ids": "Insured ID",
    }
    first = events(engine, tmp_path / "portal.csv", made)[1]
    assert (first["user"], first["target_user"], first["record_ids"]) == ("agent1", "Person 1", ["M-1"])
    assert (first["activity"], first["activity_name"], first["status"]) == ("SEARCH", "search", "success")
    assert first["time"].isoformat() == "2025-07-02T14:01:00"
    assert made.left == ("Date of birth",)


def test_nested_json(engine: Engine, tmp_path: Path) -> None:
    lines = [
        {
            "@timestamp": f"2025-07-15T14:{n % 60:02}:31+02:00",
            "actor": {"user": {"name": f"agent{n % 5}"}, "ip": f"192.0.2.{n}:443"},
            "event": {"action": ("read", "delete")[n % 2], "result": ("ok", "error")[n % 2]},
            "patient": {"name": f"Person {n}"},
            f"by-{n}@x.example": 1,
        }
        for n in range(120)
    ]
    made = proposed(engine, tmp_path, "portal.jsonl", "".join(json.dumps(line) + "\n" for line in lines))
    one = events(engine, tmp_path / "portal.jsonl", made)[1]
    assert (one["user"], one["target_user"], one["src_ip"]) == ("agent1", "Person 1", "192.0.2.1")
    assert (one["activity_name"], one["status"]) == ("record_deleted", "failure")
    assert one["time"].isoformat() == "2025-07-15T12:01:31"
    assert made.events == 120


TEXTS = {
    "log4j": (
        "2025-07-15 14:{n:02}:31,123 INFO [http-{n}] c.b.Portal - User agent{n} viewed insured P{n} from 192.0.2.{n}",
        {"user": "agent7", "activity_name": "record_viewed", "src_ip": "192.0.2.7", "target_user": "P7"},
    ),
    "pairs": (
        'ts=2025-07-15T14:{n:02}:31Z level=info action=search user=agent{n} client="Person {n}" ip=192.0.2.{n}',
        {"user": "agent7", "activity_name": "search", "src_ip": "192.0.2.7", "target_user": "Person 7"},
    ),
    "syslog": (
        '<134>1 2025-07-15T14:{n:02}:31.003Z host portal {n} - [x@1 user="agent{n}" target="Person {n}"] done',
        {"user": "agent7", "target_user": "Person 7"},
    ),
    "bars": (
        "15.07.2025;14:{n:02}:31;agent{n};192.0.2.{n};Suche;x",
        {"src_ip": "192.0.2.7", "activity_name": "search"},
    ),
    "tabs": ("20250715T14{n:02}31\tagent{n}\tdownload\t192.0.2.{n}", {"src_ip": "192.0.2.7"}),
    "month": ("[15-Jul-2025 14:{n:02}:31] 192.0.2.{n} - something was done", {"src_ip": "192.0.2.7"}),
}


@pytest.mark.parametrize("name", TEXTS)
def test_text_logs(engine: Engine, tmp_path: Path, name: str) -> None:
    form, expected = TEXTS[name]
    made = proposed(engine, tmp_path, "portal.log", "".join(form.format(n=n) + "\n" for n in range(60)))
    assert (made.records, made.events) == (60, 60)
    one = events(engine, tmp_path / "portal.log", made)[7]
    assert {column: one[column] for column in expected} == expected
    assert (one["time"].minute, one["time"].second) == (7, 31)


TIMES = [
    ("2025-07-15T14:{:02}:31Z", {}),
    ("2025-07-15 14:{:02}:31.25", {}),
    ("2025-07-15 14:{:02}:31,250", {"format": "%Y-%m-%d %H:%M:%S,%g"}),
    ("2025-07-15 14:{:02}:31 UTC", {"format": "%Y-%m-%d %H:%M:%S UTC"}),
    ("2025/07/15 14:{:02}", {"format": "%Y/%m/%d %H:%M"}),
    ("15.7.2025 14:{:02}:31", {"format": "%d.%m.%Y %H:%M:%S"}),
    ("7/15/2025 2:{:02}:31 PM", {"format": "%m/%d/%Y %I:%M:%S %p"}),
    ("15 Jul 2025 14:{:02}:31", {"format": "%d %b %Y %H:%M:%S"}),
    ("15-July-2025 14:{:02}", {"format": "%d-%B-%Y %H:%M"}),
    ("Jul 15, 2025 2:{:02}:31 PM", {"format": "%b %d, %Y %I:%M:%S %p"}),
    ("Tue Jul 15 14:{:02}:31 2025", {"format": "%a %b %d %H:%M:%S %Y"}),
    ("20250715T14{:02}31Z", {"format": "%Y%m%dT%H%M%SZ"}),
    ("20250715 14{:02}31", None),
    ("15/Jul/2025:14:{:02}:31 +0000", {}),
    ("17525886{:02}", {}),
    ("17525886{:02}.5", {}),
    ("17525886{:02}123", {}),
    ("17525886{:02}123456", {}),
    ("17525886{:02}123456789", {}),
]


@pytest.mark.parametrize(("form", "more"), TIMES, ids=[form for form, _ in TIMES])
def test_times(engine: Engine, tmp_path: Path, form: str, more: dict[str, str] | None) -> None:
    rows = [["when", "who"], *[[form.format(n), "someone"] for n in range(10, 60)]]
    if more is None:
        with pytest.raises(EvidenceError, match="no mapping can be proposed"):
            proposed(engine, tmp_path, "log.csv", table(rows))
        return
    made = proposed(engine, tmp_path, "log.csv", table(rows))
    assert sources(made)["time"] == {"from": "when", "as": "time", **more}
    read = events(engine, tmp_path / "log.csv", made)
    assert {event["time"].date().isoformat() for event in read} == {"2025-07-15"}
    assert len({event["time"] for event in read}) == 50


def test_day_and_month_are_told_apart_by_the_order_of_the_file(engine: Engine, tmp_path: Path) -> None:
    days = [["when", "who"], *[[f"0{n}/07/2025 10:00", "x"] for n in range(1, 10)], ["01/08/2025 10:00", "x"]]
    made = proposed(engine, tmp_path, "a.csv", table(days))
    assert sources(made)["time"]["format"] == "%d/%m/%Y %H:%M"
    months = [["when", "who"], *[[f"07/0{n}/2025 10:00", "x"] for n in range(1, 10)], ["08/01/2025 10:00", "x"]]
    made = proposed(engine, tmp_path, "b.csv", table(months))
    assert sources(made)["time"]["format"] == "%m/%d/%Y %H:%M"
    assert "the month was assumed: check it" in made.text


def test_the_sample_is_spread_over_a_large_file(
    engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("spillmark.normal.spread.WHOLE", 50_000)
    monkeypatch.setattr("spillmark.normal.spread.CHUNK", 2_000)
    # Only the end of the file shows that the month comes first.
    rows = [["when", "user"], *[[f"{1 + n // 4000:02}/{1 + n % 9:02}/2025 10:00:00", f"a{n}"] for n in range(20_000)]]
    rows += [[f"06/{10 + n % 20}/2025 10:00:00", f"b{n}"] for n in range(2_000)]
    made = proposed(engine, tmp_path, "large.csv", table(rows))
    assert sources(made)["time"]["format"] == "%m/%d/%Y %H:%M:%S"
    assert made.records < 22_000


@pytest.mark.parametrize(
    ("name", "data", "why"),
    [
        ("a.csv", "a,b\n1,2\n3,4\n", "no field holds times"),
        ("a.csv", "when,who\n,x\n,y\n", "no field holds times"),
        ("a.log", "one word\nand another one here\n\n", "no log|no mapping"),
        ("a.bin", bytes(range(256)) * 40, "binary data"),
        ("a.csv", "", "the file is empty"),
        ("a.xml", "<?xml version='1.0'?><a><b/></a>", "it is xml"),
        ("a.csv", "born,who\n1970-01-01,x\n1971-01-01,y\n", "no field holds times"),
        ("a.json", "[]", "no log|no mapping"),
        ("a.log", "Jul 15 14:10:31 host app: user=x\n" * 9, "no field holds times"),
    ],
)
def test_what_is_no_log_is_refused(engine: Engine, tmp_path: Path, name: str, data: str | bytes, why: str) -> None:
    with pytest.raises(EvidenceError, match=why):
        proposed(engine, tmp_path, name, data)


def test_hostile_names_of_fields(engine: Engine, tmp_path: Path) -> None:
    names = ["time", 'a"b', "a: b #c", "{x}", "a[", "*y", "yes", "\u202eevil", "'", "a\\b", "null", "Größe", "a.b"]
    rows = [names, *[["2025-07-15T14:10:31Z", *(f"v{n}" for _ in names[1:])] for n in range(30)]]
    made = proposed(engine, tmp_path, "log.csv", table(rows))
    assert made.events == 30
    assert "\u202e" not in made.text
    assert "Größe" in made.text


SIGNS = st.text(st.sampled_from("zqjkvw"), min_size=6, max_size=10)
FIGURES = st.text(st.sampled_from("3467"), min_size=7, max_size=11)
PERSONAL = st.one_of(
    SIGNS,
    st.builds("{} {}".format, SIGNS, SIGNS),
    st.builds("{}@{}.example".format, SIGNS, SIGNS),
    st.builds("+{}".format, FIGURES),
    st.builds("{}-{}".format, SIGNS, FIGURES),
    st.builds("DE{}".format, FIGURES),
    st.builds("/portal/{}?name={}".format, FIGURES, SIGNS),
    st.builds("{}/{} ({})".format, SIGNS, st.just("1.0"), SIGNS),
)
NAMES = st.sampled_from(
    [
        "user",
        "action",
        "status",
        "insured",
        "contract",
        "ip",
        "note",
        "object",
        "app",
        "session",
        "hits",
        "path",
        "what",
    ]
)
PROPERTY = settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], derandomize=True
)


@PROPERTY
@given(
    names=st.lists(NAMES, min_size=1, max_size=6, unique=True),
    values=st.lists(st.lists(PERSONAL, min_size=6, max_size=6), min_size=1, max_size=8),
    form=st.sampled_from(["csv", "json", "pairs", "words", "bars", "brackets"]),
    repeat=st.integers(1, 3),
)
def test_no_personal_value_is_shown(
    engine: Engine,
    tmp_path_factory: pytest.TempPathFactory,
    names: list[str],
    values: list[list[str]],
    form: str,
    repeat: int,
) -> None:
    folder = tmp_path_factory.mktemp("log")
    records = [dict(zip(names, row, strict=False)) for row in values] * repeat
    try:
        made = proposed(engine, folder, "portal.log", written(records, form))
    except EvidenceError as refused:
        said = str(refused)
        assert form in ("words", "bars", "brackets", "pairs")  # lines may have nothing in common
    else:
        said = made.text + json.dumps([(r.why, r.shapes, r.doubt) for r in made.reasons])
        mapping = read_own(engine, made.text, "own.yaml")
        assert mapping.id == made.id
        assert made.events > 0
    for value in {value for row in values for value in row[: len(names)]}:
        for piece in parts(value):
            assert piece.lower() not in said.lower()


def parts(value: str) -> list[str]:
    """The pieces of a value that were made up: the signs of SIGNS or FIGURES."""
    return re.findall(r"[zqjkvw]{6,}|[3467]{7,}", value)


def written(records: list[dict[str, str]], form: str) -> str:
    times = [f"2025-07-15T14:{number % 60:02}:31Z" for number in range(len(records))]
    rows = list(zip(times, records, strict=True))
    match form:
        case "csv":
            return table([["time", *records[0]], *[[time, *record.values()] for time, record in rows]])
        case "json":
            return "".join(json.dumps({"time": time, "more": record}) + "\n" for time, record in rows)
        case "pairs":
            return "".join(f"{time} " + " ".join(f'{k}="{v}"' for k, v in one.items()) + "\n" for time, one in rows)
        case "words":
            return "".join(f"{time} " + " ".join(f"{k} {v}" for k, v in one.items()) + "\n" for time, one in rows)
        case "bars":
            return "".join("|".join([time, *one.values(), "x"]) + "\n" for time, one in rows)
        case _:
            return "".join(f"[{time}] " + " ".join(f"[{v}]" for v in one.values()) + "\n" for time, one in rows)


def test_the_vocabulary_is_without_fault() -> None:
    assert lint() == ()
    assert score("clientIpAddress", "src_ip") == 2
    assert score("", "user") == 0
    assert activity_of("Löschen") == ("record_deleted", "losch")
    assert outcome_of("Échec") == ("failure", "echec")
    assert outcome_of("nothing") is None
