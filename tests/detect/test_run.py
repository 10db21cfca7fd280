"""Detection from end to end: findings, known good, skips, and that order and file names change nothing."""

import random

import pytest

from spillmark.detect.logsources import load_logsources
from spillmark.detect.rules import build_rules, load_rules
from spillmark.detect.run import detect
from spillmark.engine.duckdb import DuckDBEngine
from spillmark.model.org import Allow, App, Org
from tests.detect.events import Event, at, correlation, places, rule, rules, world

A = rule("A", "detection:\n  s:\n    activity: a\n  condition: s", extra="tags: [attack.discovery, attack.t1087.004]")
B = rule("B", "detection:\n  s:\n    activity: b\n  condition: s", level="low")


def act(activity: str, minute: float, **more: object) -> Event:
    return {"activity": activity, "time": at(minute), "user": "ada", "app": "Sync", "src_ip": "203.0.113.7"} | more


def test_a_finding_is_one_rule_and_one_actor() -> None:
    events = [
        act("a", 5, src_ip="203.0.113.9", user_agent="curl/8"),
        act("a", 3),
        act("a", 9, user="bob"),
        act("b", 1),
        act("a", 7, app=None),
    ]
    with world(events) as engine:
        findings = detect(engine, rules(A, B)).findings
        assert [(f.id, f.rule, f.actor.user, f.actor.app, f.count) for f in findings] == [
            ("F1", "B", "ada", "Sync", 1),
            ("F2", "A", "ada", "Sync", 2),
            ("F3", "A", "ada", None, 1),
            ("F4", "A", "bob", "Sync", 1),
        ]
        second = findings[1]
        assert (second.first, second.last) == ("2025-07-01T00:03:00Z", "2025-07-01T00:05:00Z")
        assert second.actor.ips == ("203.0.113.7", "203.0.113.9")
        assert second.actor.agents == ("curl/8",)
        assert second.proof == ("E1:2", "E1:1")
        assert (second.severity, second.phase, second.techniques) == ("high", "discovery", ("T1087.004",))
        assert places(engine, "hits", "finding = 'F2'") == [("E1", 1), ("E1", 2)]


def test_proof_is_the_first_twenty_rows_and_hits_are_all() -> None:
    with world([act("a", 100 - number) for number in range(50)]) as engine:
        (finding,) = detect(engine, rules(A)).findings
        assert finding.count == 50
        assert finding.proof == tuple(f"E1:{row}" for row in range(50, 30, -1))
        assert len(places(engine, "hits")) == 50


def test_evidence_names_and_file_order_change_no_finding() -> None:
    chain = correlation("C", "  type: temporal_ordered\n  rules: [A, B]\n  group-by: [user]\n  timespan: 5m")
    dice = random.Random(7)
    events = [act(dice.choice("ab"), dice.randrange(60), user=dice.choice(["ada", "bob"])) for _ in range(60)]
    outcomes = []
    for names in (["E1", "E2"], ["E2", "E1"]):
        placed = [e | {"evidence": names[n % 2], "row": n // 2 + 1} for n, e in enumerate(events)]
        dice.shuffle(placed)
        with world(placed) as engine:
            found = detect(engine, rules(A, B, chain)).findings
            outcomes.append([(f.id, f.rule, f.actor, f.first, f.last, f.count) for f in found])
    assert outcomes[0] == outcomes[1]


def test_known_good_is_set_aside_and_said() -> None:
    allow = Allow("A", {"user": "ADA", "src_ip": "203.0.113.0/24"}, "nightly copy", "warehouse team", "2025-07-02")
    events = [
        act("a", 1),
        act("a", 60 * 24 + 1),
        act("a", 60 * 48 + 1),
        act("a", 2, src_ip="198.51.100.1"),
        act("b", 3),
    ]
    with world(events) as engine:
        detected = detect(engine, rules(A, B), org=Org(allow=(allow,)))
        assert places(engine, "hits", "finding IN (SELECT finding FROM detect_findings WHERE rule = 'A')") == [
            ("E1", 3),
            ("E1", 4),
        ]
    (skip,) = detected.skipped
    assert skip.level == "note"
    assert skip.what == "rule A"
    for part in ("2 hits set aside", "nightly copy", "warehouse team", "2025-07-02", "user = ADA"):
        assert part in skip.why


def test_what_is_set_aside_feeds_no_correlation_and_a_correlation_can_be_set_aside() -> None:
    chain = correlation("C", "  type: temporal\n  rules: [A, B]\n  group-by: [user]\n  timespan: 5m")
    for entry, left in ((Allow("A"), {"B"}), (Allow("C", {"user": "ada"}), {"A", "B"})):
        with world([act("a", 1), act("b", 2)]) as engine:
            found = detect(engine, rules(A, B, chain), org=Org(allow=(entry,))).findings
            assert {finding.rule for finding in found} == left


def test_an_app_of_the_org_file_is_passed_over_by_its_id_not_by_its_name() -> None:
    meta = "spillmark: {version: 1, checked_on: '2026-01-01', spares_known_apps: true}"
    sparing = rule("A", "detection:\n  s:\n    activity: a\n  condition: s", extra=meta)
    known, other = "0H4000000000001", "0H4000000000002"
    events = [
        act("a", 1, app_id=known + "AAA"),
        act("a", 2, app_id=other),
        act("a", 3, app="Nightly"),
        act("a", 4, app="Daily", app_id="0H4000000000009"),
        act("a", 5, app="Daily"),
    ]
    apps = (App("Sync", known), App("Nightly"), App("Daily", "0H4000000000009", owner="data team"))
    with world(events) as engine:
        detected = detect(engine, rules(sparing), org=Org(apps=apps))
        assert places(engine, "hits") == [("E1", 2)]
        assert sum("the org file lists the app" in skip.why for skip in detected.skipped) == 3


@pytest.mark.parametrize(
    "entry", [Allow("A", {"nosuch": "x"}), Allow("A", until="soon"), Allow("A", {"src_ip": "203.0.113.0/99"})]
)
def test_an_entry_that_cannot_be_applied_sets_nothing_aside(entry: Allow) -> None:
    with world([act("a", 1)]) as engine:
        detected = detect(engine, rules(A), org=Org(allow=(entry,)))
        assert len(detected.findings) == 1
        assert [skip.level for skip in detected.skipped] == ["failed"]


def test_a_rule_that_cannot_run_fails_alone_with_file_and_line() -> None:
    bad = rule("BAD", "detection:\n  s:\n    eventName: x\n  condition: s")
    absent = rule("ABSENT", "detection:\n  s:\n    activity: a\n  condition: s", product="nosuch")
    empty = rule("EMPTY", "detection:\n  s:\n    query|contains: a\n  condition: s")
    unless = rule("UNLESS", "detection:\n  s:\n    query|contains: a\n  condition: not s")
    with world([act("a", 1)]) as engine:
        detected = detect(engine, rules(A, bad, absent, empty, unless))
    assert {finding.rule for finding in detected.findings} == {"A", "UNLESS"}
    said = {skip.what: (skip.level, skip.why) for skip in detected.skipped}
    assert said["rule BAD"] == ("failed", "could not run: rules/t001.yml:9: events have no field eventName")
    assert said["rule ABSENT"] == ("note", "no evidence to check: no events of nosuch*")
    assert said["rule EMPTY"] == ("note", "no evidence to check: the events of acme.log never fill query")


def test_a_file_that_is_no_rule_is_a_failed_skip() -> None:
    made = build_rules([("rules/a.yml", A), ("rules/b.yml", "title: x\n\tid: 3")], load_logsources())
    with world([act("a", 1)]) as engine:
        detected = detect(engine, made)
    assert [(skip.what, skip.level) for skip in detected.skipped] == [("rule rules/b.yml:2", "failed")]
    assert len(detected.findings) == 1


def test_without_events_there_is_one_note_and_both_tables() -> None:
    engine = DuckDBEngine(memory="500MB", threads=1)
    try:
        detected = detect(engine, load_rules())
        assert [skip.level for skip in detected.skipped] == ["note"]
        assert places(engine, "hits") == []
        assert places(engine, "theft_events") == []
    finally:
        engine.close()


def test_hostile_values_stay_values() -> None:
    texts = ["'; DROP TABLE events; --", '"', "a" * 200_000, "\u202e", "%_\\", "\x1b[31m", "a\x00b"]
    events = [act("a", n, user=text, app=text, query=text, session=text) for n, text in enumerate(texts)]
    with world(events) as engine:
        detected = detect(engine, rules(A, B))
        assert sorted(str(finding.actor.user) for finding in detected.findings) == sorted(texts)


def test_a_column_of_different_values_in_every_row_is_joined_back_exactly() -> None:
    needle = rule("N", "detection:\n  s:\n    query|contains: '77 '\n  condition: s")
    events = [act("q", number % 500, query=f"SELECT {number} FROM Case") for number in range(20_000)]
    with world(events) as engine:
        (finding,) = detect(engine, rules(needle)).findings
        assert finding.count == sum("77 " in str(event["query"]) for event in events)
        classes = engine.one("SELECT count(*) FROM detect_signatures")
        assert classes == (1,)
