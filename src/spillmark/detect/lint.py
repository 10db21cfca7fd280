"""Whether the rules keep their own promises: each rule's samples are run through the same path as evidence."""

import re
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from spillmark.clock import parse_instant, to_utc
from spillmark.detect.correlate import plan
from spillmark.detect.rules import Rule, RuleSet, Sample, load_rules
from spillmark.detect.run import detect
from spillmark.engine.duckdb import DuckDBEngine
from spillmark.engine.interface import Engine
from spillmark.errors import ContentError
from spillmark.model.content import Problem
from spillmark.model.event import EVENT_COLUMNS

NAME = re.compile(r"[A-Z0-9]+(-[A-Z0-9]+)+")
START = datetime(2025, 1, 1)  # noqa: DTZ001 - event times are naive UTC
KEYS = ("description", "references", "author", "date", "falsepositives", "level", "status")


def lint(rules: RuleSet | None = None, engine: Engine | None = None) -> tuple[Problem, ...]:
    """Gives the faults of the rules: files that cannot be read, missing keys, samples that come out otherwise."""
    known = load_rules() if rules is None else rules
    own = DuckDBEngine(memory="500MB", threads=1) if engine is None else None
    try:
        problems = list(known.problems)
        for rule in known.rules:
            problems.extend(_shape(known, rule))
            problems.extend(_samples(engine or own, known, rule))
        return tuple(problems)
    finally:
        if own is not None:
            own.close()


def _shape(rules: RuleSet, rule: Rule) -> Iterator[Problem]:
    missing = [key for key in KEYS if not rule.document.get(key)]
    if missing:
        yield Problem(rule.place, f"{rule.id}: no {', '.join(missing)}")
    if NAME.fullmatch(rule.id) is None:
        yield Problem(rule.line("name:"), f"{rule.id}: the name is no stable id", "such as SF-EXFIL-001")
    if not rule.meta.version or not rule.meta.checked_on:
        yield Problem(rule.line("spillmark:"), f"{rule.id}: no version or checked_on")
    if {sample.expect for sample in rule.meta.tests} != {"hit", "silent"}:
        yield Problem(rule.line("tests:"), f"{rule.id}: needs a sample that hits and one that stays silent")
    if rule.meta.taints and rule.meta.building_block:
        yield Problem(rule.line("taints:"), f"{rule.id}: a building block must not mark events as the thief's")
    if rule.meta.taints and rule.severity in ("informational", "low"):
        yield Problem(rule.line("taints:"), f"{rule.id}: a {rule.severity} rule must not mark events as the thief's")
    if rule.correlation is not None:
        try:
            plan(rules, rule)
        except ContentError as error:
            yield Problem(error.where or rule.place, f"{rule.id}: {error.what}")


def _samples(engine: Engine | None, rules: RuleSet, rule: Rule) -> Iterator[Problem]:
    if engine is None:
        return
    alone = rules.only(rule)
    for sample in rule.meta.tests:
        where = rule.line(sample.name)
        try:
            register_sample(engine, sample)
        except (ContentError, ValueError) as error:
            yield Problem(where, f"{rule.id}: sample {sample.name!r}: {error}")
            continue
        detected = detect(engine, alone)
        failed = [skip.why for skip in detected.skipped if skip.level == "failed"]
        count = int(str(engine.one("SELECT count(*) FROM detect_hits WHERE rule = ?", [rule.id])[0]))
        # Each event of an event rule's sample must be found; a correlation takes the events together.
        wanted = len(sample.events) if rule.correlation is None else min(1, len(sample.events))
        if failed:
            yield Problem(where, f"{rule.id}: sample {sample.name!r}: {failed[0]}")
        elif sample.expect == "silent" and count:
            yield Problem(where, f"{rule.id}: sample {sample.name!r} expects silence, {count} events were found")
        elif sample.expect == "hit" and count < max(1, wanted):
            yield Problem(where, f"{rule.id}: sample {sample.name!r} expects a hit, {count} events were found")


def register_sample(engine: Engine, sample: Sample) -> None:
    """Makes the table `events` of a sample's events; one without a time comes a minute after the one before.

    Raises:
        ContentError: an event names a column that events do not have.
        ValueError: a time is not ISO 8601.
    """
    engine.register("events", EVENT_COLUMNS, [_row(number, event) for number, event in enumerate(sample.events, 1)])


def _row(number: int, event: dict[str, Any]) -> Sequence[object]:
    unknown = sorted(set(event) - set(EVENT_COLUMNS))
    if unknown:
        raise ContentError(f"events have no column {', '.join(unknown)}")
    time = START + timedelta(minutes=number)
    if "time" in event:
        time = to_utc(parse_instant(str(event["time"]))).replace(tzinfo=None)
    filled = {"evidence": "E1", "row": number, **event, "time": time}
    return [filled.get(column) for column in EVENT_COLUMNS]
