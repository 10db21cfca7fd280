"""Correlation rules on events: groups, aliases, nesting, and what cannot run."""

from spillmark.detect.run import detect
from tests.detect.events import Event, at, correlation, found, rule, rules, world

A = rule("A", "detection:\n  s:\n    activity: a\n  condition: s")
B = rule("B", "detection:\n  s:\n    activity: b\n  condition: s")


def run(events: list[Event], *texts: str, name: str = "C") -> list[int]:
    with world(events) as engine:
        detected = detect(engine, rules(A, B, *texts))
        assert not [skip for skip in detected.skipped if skip.level == "failed"], detected.skipped
        return found(engine, name)


def body(kind: str, condition: str = "", *, names: str = "[A, B]", group: str = "[user]") -> str:
    groups = f"  group-by: {group}\n" if group else ""
    return f"  type: {kind}\n  rules: {names}\n{groups}  timespan: 5m\n{condition}"


def act(activity: str, minute: float, **more: object) -> Event:
    return {"activity": activity, "time": at(minute), "user": "ada"} | more


def test_events_are_counted_for_each_group_alone() -> None:
    events = [act("a", 0), act("a", 1), act("a", 2, user="bob"), act("a", 3), act("a", 9, user="bob")]
    three = correlation("C", body("event_count", "  condition: {gte: 3}", names="[A]"))
    assert run(events, three) == [1, 2, 4]


def test_an_event_without_the_group_field_joins_no_group() -> None:
    events = [act("a", number, user=None) for number in range(3)]
    three = correlation("C", body("event_count", "  condition: {gte: 3}", names="[A]"))
    assert run(events, three) == []
    everyone = correlation("C", body("event_count", "  condition: {gte: 3}", names="[A]", group=""))
    assert run(events, everyone) == [1, 2, 3]


def test_an_event_without_a_time_is_in_no_window() -> None:
    two = correlation("C", body("event_count", "  condition: {gte: 2}", names="[A]"))
    assert run([act("a", 1), act("a", 1) | {"time": None}], two) == []


def test_a_user_is_one_whether_named_or_numbered() -> None:
    events: list[Event] = [
        act("x", 0, user="Ada@acme.example", user_id="005A00000012345"),
        act("a", 1, user=None, user_id="005A00000012345AAB"),
        act("b", 2, user="ada@acme.example"),
    ]
    assert run(events, correlation("C", body("temporal_ordered"))) == [2, 3]


def test_one_event_that_two_rules_find_is_counted_once() -> None:
    again = rule("A2", "detection:\n  s:\n    activity: a\n  condition: s")
    two = correlation("C", body("event_count", "  condition: {gte: 2}", names="[A, A2]"))
    assert run([act("a", 0)], again, two) == []
    assert run([act("a", 0), act("a", 1)], again, two) == [1, 2]


def test_different_values() -> None:
    three = correlation("C", body("value_count", "  condition: {gte: 3, field: object}", names="[A]"))
    same = [act("a", number, object="Case") for number in range(5)]
    assert run(same, three) == []
    assert run([act("a", n, object=o) for n, o in enumerate(("Case", "Lead", "Case", "User"))], three) == [1, 2, 3, 4]


def test_sums_of_rows() -> None:
    many = correlation("C", body("value_sum", "  condition: {gt: 100, field: rows}", names="[A]"))
    assert run([act("a", 0, rows=60), act("a", 4, rows=50), act("a", 30, rows=99)], many) == [1, 2]


def test_temporal_takes_any_order_and_ordered_does_not() -> None:
    events = [act("b", 0), act("a", 1)]
    assert run(events, correlation("C", body("temporal"))) == [1, 2]
    assert run(events, correlation("C", body("temporal_ordered"))) == []
    assert run(events[::-1], correlation("C", body("temporal_ordered"))) == []


def test_a_sequence_that_straddles_midnight() -> None:
    assert run([act("a", 1439), act("b", 1441)], correlation("C", body("temporal_ordered"))) == [1, 2]


def test_boolean_conditions() -> None:
    either = correlation("C", "  type: temporal\n  condition: A and not B\n  timespan: 5m\n  group-by: [user]")
    assert run([act("a", 0), act("b", 20), act("a", 22), act("a", 40)], either) == [1, 4]


def test_an_alias_joins_fields_of_different_names() -> None:
    joined = body("temporal_ordered", group="[who]") + "  aliases:\n    who: {A: user, B: target_user}\n"
    events = [act("a", 0), act("b", 1, user="bob", target_user="ada"), act("b", 2)]
    assert run(events, correlation("C", joined)) == [1, 2]


def test_a_correlation_of_a_correlation() -> None:
    burst = correlation("BURST", body("event_count", "  condition: {gte: 2}", names="[A]"))
    both = correlation("AFTER", body("temporal_ordered", names="[BURST, B]"))
    assert run([act("a", 0), act("a", 1), act("b", 2)], both, burst, name="AFTER") == [1, 2, 3]
    assert run([act("a", 0), act("b", 2)], both, burst, name="AFTER") == []


def why(*texts: str, events: list[Event] | None = None) -> dict[str, tuple[str, str]]:
    with world(events if events is not None else [act("a", 0), act("b", 1)]) as engine:
        detected = detect(engine, rules(A, B, *texts))
        assert {finding.rule for finding in detected.findings} >= ({"A", "B"} if events is None else set())
        return {skip.what: (skip.level, skip.why) for skip in detected.skipped}


def test_a_correlation_that_cannot_run_says_why_and_the_rest_goes_on() -> None:
    unknown = why(correlation("C", body("temporal", names="[A, NOSUCH]")))
    assert unknown["rule C"][0] == "failed"
    assert "rules/t002.yml:7: no rule NOSUCH to correlate" in unknown["rule C"][1]
    field = why(correlation("C", body("temporal", group="[nosuch]")))
    assert "events have no field nosuch" in field["rule C"][1]
    half = body("temporal", group="[who]") + "  aliases:\n    who: {A: user}\n"
    assert "alias who says nothing of rule B" in why(correlation("C", half))["rule C"][1]
    own = why(correlation("C", body("temporal_ordered", "  condition: {gte: 1}")))
    assert "takes no condition of its own" in own["rule C"][1]


def test_correlations_in_a_circle_fail_visibly() -> None:
    one = correlation("C1", body("temporal", names="[A, C2]"))
    two = correlation("C2", body("temporal", names="[A, C1]"))
    said = why(one, two)
    assert {level for level, _ in said.values()} == {"failed"}


def test_a_correlation_without_evidence_for_a_part_says_so() -> None:
    silent = rule("S", "detection:\n  s:\n    activity: z\n  condition: s", product="nosuch")
    said = why(silent, correlation("C", body("temporal", names="[A, S]")))
    assert said["rule C"] == ("note", "no evidence to check: none for S")
    assert said["rule S"][0] == "note"
    any_of = why(silent, correlation("C", body("event_count", "  condition: {gte: 1}", names="[A, S]")))
    assert "rule C" not in any_of
