"""Small worlds of events for the tests of detection; all names invented."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from spillmark.detect.logsources import load_logsources
from spillmark.detect.rules import RuleSet, build_rules
from spillmark.engine.duckdb import DuckDBEngine
from spillmark.engine.interface import Engine
from spillmark.model.event import EVENT_COLUMNS

START = datetime(2025, 7, 1)  # noqa: DTZ001 - event times are naive UTC
Event = dict[str, Any]


@contextmanager
def world(events: Iterable[Event]) -> Iterator[Engine]:
    """Gives an engine that holds the events; each without a place or time gets the next one."""
    engine = DuckDBEngine(memory="500MB", threads=1)
    try:
        engine.register("events", EVENT_COLUMNS, [_row(number, event) for number, event in enumerate(events, start=1)])
        yield engine
    finally:
        engine.close()


def _row(number: int, event: Event) -> list[Any]:
    filled = {"evidence": "E1", "row": number, "time": START + timedelta(minutes=number), "source": "acme.log"} | event
    unknown = set(filled) - set(EVENT_COLUMNS)
    assert not unknown, unknown
    return [filled.get(column) for column in EVENT_COLUMNS]


def rules(*texts: str) -> RuleSet:
    """Builds a rule set of YAML texts; it must be without problems."""
    made = build_rules([(f"rules/t{number:03}.yml", text) for number, text in enumerate(texts)], load_logsources())
    assert made.problems == ()
    return made


def rule(name: str, detection: str, *, level: str = "high", extra: str = "", product: str = "acme") -> str:
    """Gives the YAML of an event rule; `detection` is indented by its author."""
    number = sum(ord(c) * 31**i for i, c in enumerate(name)) % 10**12
    return (
        f"title: rule {name}\nid: 00000000-0000-4000-8000-{number:012}\nname: {name}\nlevel: {level}\n"
        f"logsource:\n  product: {product}\n{detection}\n{extra}"
    )


def correlation(name: str, body: str, *, level: str = "high", extra: str = "") -> str:
    """Gives the YAML of a correlation rule; `body` holds the keys under `correlation`, two spaces deep."""
    number = sum(ord(c) * 31**i for i, c in enumerate(name)) % 10**12
    return (
        f"title: rule {name}\nid: 00000000-0000-4000-8000-{number:012}\nname: {name}\nlevel: {level}\n"
        f"correlation:\n{body}\n{extra}"
    )


def places(engine: Engine, table: str, where: str = "true") -> list[tuple[str, int]]:
    """Gives the (evidence, row) pairs of a table in order."""
    rows = engine.rows(f"SELECT DISTINCT evidence, row FROM {table} WHERE {where} ORDER BY evidence, row")
    return [(str(evidence), int(str(row))) for evidence, row in rows]


def at(minutes: float) -> datetime:
    """Gives a time so many minutes after the start of the tests' month."""
    return START + timedelta(minutes=minutes)


def found(engine: Engine, rule_id: str, table: str = "detect_hits") -> list[int]:
    """Gives the rows that a rule found."""
    return [row for _, row in places(engine, table, f"rule = '{rule_id}'")]
