"""Whether the rules keep their own promises: each rule's samples are run through the same path as evidence."""

import re
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from spillmark.clock import parse_instant, to_utc
from spillmark.detect.correlate import plan
from spillmark.detect.rules import Rule, RuleSet, Sample, load_rules
from spillmark.detect.run import detect
from spillmark.detect.signatures import evaluate
from spillmark.engine.duckdb import DuckDBEngine
from spillmark.engine.interface import Engine
from spillmark.errors import ContentError
from spillmark.model.content import Problem
from spillmark.model.event import EVENT_COLUMNS
from spillmark.model.evidence import Skip

NAME = re.compile(r"[A-Z0-9]+(-[A-Z0-9]+)+")
START = datetime(2025, 1, 1)  # noqa: DTZ001 - event times are naive UTC
KEYS = ("description", "references", "author", "date", "falsepositives", "level", "status")


def lint(rules: RuleSet | None = None, engine: Engine | None = None) -> tuple[Problem, ...]:
    """Gives the faults of the rules: files that cannot be read, missing keys, samples that come out otherwise."""
    known = load_rules() if rules is None else rules
    used = DuckDBEngine(memory="500MB", threads=1) if engine is None else engine
    try:
        shape = [problem for rule in known.rules for problem in _shape(known, rule)]
        return (*known.problems, *shape, *_run_samples(used, known))
    finally:
        if engine is None:
            used.close()


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


def _run_samples(engine: Engine, rules: RuleSet) -> Iterator[Problem]:
    """Runs event rules on all their samples at once, each sample an evidence of its own; the others one by one."""
    events: list[tuple[Rule, Sample, list[Sequence[object]]]] = []
    for rule in rules.rules:
        for sample in rule.meta.tests:
            try:
                rows = sample_rows(sample, evidence=f"E{len(events) + 1}")
            except (ContentError, ValueError) as error:
                yield Problem(rule.line(sample.name), f"{rule.id}: sample {sample.name!r}: {error}")
                continue
            if rule.tree is not None:
                events.append((rule, sample, rows))
            else:
                engine.register("events", EVENT_COLUMNS, rows)
                skipped = detect(engine, rules.only(rule)).skipped
                yield from _judge(engine, rule, sample, "detect_hits", "true", skipped)
    yield from _run_events(engine, rules, events)


def _run_events(
    engine: Engine, rules: RuleSet, events: Sequence[tuple[Rule, Sample, list[Sequence[object]]]]
) -> Iterator[Problem]:
    engine.register("events", EVENT_COLUMNS, (row for _, _, rows in events for row in rows))
    silent = evaluate(engine, [rule for rule in rules.rules if rule.tree is not None])
    for number, (rule, sample, _) in enumerate(events, start=1):
        skipped = (silent[rule.id],) if rule.id in silent else ()
        yield from _judge(engine, rule, sample, "detect_found", f"evidence = 'E{number}'", skipped)


def _judge(
    engine: Engine, rule: Rule, sample: Sample, table: str, where: str, skipped: Sequence[Skip]
) -> Iterator[Problem]:
    """Compares what came out with what the sample expects: of an event rule each event, of others any."""
    place, name = rule.line(sample.name), f"{rule.id}: sample {sample.name!r}"
    failed = [skip.why for skip in skipped if skip.level == "failed"]
    if failed:
        yield Problem(place, f"{name}: {failed[0]}")
        return
    count = int(str(engine.one(f"SELECT count(*) FROM {table} WHERE rule = ? AND {where}", [rule.id])[0]))
    wanted = max(1, len(sample.events)) if rule.tree is not None else 1
    if sample.expect == "silent" and count:
        yield Problem(place, f"{name} expects silence, {count} events were found")
    elif sample.expect == "hit" and count < wanted:
        yield Problem(place, f"{name} expects a hit, {count} events were found")


def sample_rows(sample: Sample, *, evidence: str = "E1") -> list[Sequence[object]]:
    """Gives a sample's events as rows of the table `events`; one without a time comes a minute after the one before.

    Raises:
        ContentError: an event names a column that events do not have.
        ValueError: a time is not ISO 8601.
    """
    return [_row(number, event, evidence) for number, event in enumerate(sample.events, start=1)]


def _row(number: int, event: dict[str, Any], evidence: str) -> Sequence[object]:
    unknown = sorted(set(event) - set(EVENT_COLUMNS))
    if unknown:
        raise ContentError(f"events have no column {', '.join(unknown)}")
    time = START + timedelta(minutes=number)
    if "time" in event:
        time = to_utc(parse_instant(str(event["time"]))).replace(tzinfo=None)
    filled = event | {"evidence": evidence, "row": number, "time": time}
    return [filled.get(column) for column in EVENT_COLUMNS]
