"""Which events are attributed to the thief, by which link, and which are not."""

from typing import Any

import pytest

from spillmark.detect.run import detect
from spillmark.model.org import Network, Org
from tests.detect.events import Event, at, correlation, rule, rules, world

DAYS = 60 * 24


def thief(*taints: str) -> str:
    meta = f"spillmark: {{version: 1, checked_on: '2026-01-01', taints: [{', '.join(taints)}]}}"
    return rule("THIEF", "detection:\n  s:\n    activity: steal\n  condition: s", extra=meta)


NOTED = rule("NOTED", "detection:\n  s:\n    activity: look\n  condition: s", level="informational")


def act(minute: float, activity: str = "work", **more: object) -> Event:
    return {"activity": activity, "time": at(minute), "user": "ada"} | more


def attributed(events: list[Event], *taints: str, org: Org | None = None) -> dict[int, str]:
    with world(events) as engine:
        detect(engine, rules(thief(*taints), NOTED), org=org or Org())
        return {int(str(row)): str(why) for row, why in engine.rows("SELECT row, why FROM theft_events ORDER BY row")}


@pytest.mark.parametrize(
    ("taint", "link", "sentence"),
    [
        ("session", {"session": "S"}, "same session as an act of F1"),
        ("session", {"login_key": "L"}, "same login as an act of F1"),
        ("session", {"request_id": "R"}, "same request as an act of F1"),
        ("address", {"src_ip": "203.0.113.7"}, "same user and address 203.0.113.7 as an act of F1"),
        ("job", {"job_id": "750000000000001"}, "same job 750000000000001 as an act of F1"),
        ("app", {"app": "X"}, "same user and app X as an act of F1; no honest use of the app is known from before"),
    ],
)
def test_each_link_and_its_sentence(taint: str, link: dict[str, Any], sentence: str) -> None:
    events = [act(1, "steal", **link), act(2, **link), act(3), act(4, user="bob")]
    assert attributed(events, taint) == {1: "found by rule THIEF (F1)", 2: sentence}


def test_a_rule_without_taints_blames_nobody() -> None:
    assert attributed([act(1, "steal", session="S"), act(2, session="S")]) == {}


def test_only_the_named_kinds_of_link_spread() -> None:
    events = [act(1, "steal", session="S", src_ip="203.0.113.7"), act(2, session="S"), act(3, src_ip="203.0.113.7")]
    assert set(attributed(events, "session")) == {1, 2}
    assert set(attributed(events, "address")) == {1, 2, 3}  # the session has that address only


def test_address_and_app_hold_within_one_user_session_does_not() -> None:
    link = {"src_ip": "203.0.113.7", "app": "X"}
    assert set(attributed([act(1, "steal", **link), act(2, user="bob", **link)], "address", "app")) == {1}
    assert set(attributed([act(1, "steal", session="S"), act(2, user="bob", session="S")], "session")) == {1, 2}


def test_links_are_followed_from_event_to_event() -> None:
    events = [
        act(1, "steal", session="S1"),
        act(2, session="S1", src_ip="203.0.113.7"),
        act(3, src_ip="203.0.113.7", login_key="L2"),
        act(4, login_key="L2", job_id="750000000000001"),
        act(5, job_id="750000000000001AAA"),
        act(6, object_name="/services/data/v58.0/jobs/query/750000000000001AAA/results"),
        act(7, session="S9", src_ip="198.51.100.1"),
    ]
    assert set(attributed(events, "session", "address", "job")) == {1, 2, 3, 4, 5, 6}


def test_an_address_that_was_used_for_weeks_is_not_the_thiefs() -> None:
    ip = {"src_ip": "198.51.100.9"}
    events = [act(day * DAYS, **ip) for day in range(10)] + [act(10 * DAYS, "steal", **ip), act(10 * DAYS + 5, **ip)]
    assert set(attributed(events, "address")) == {11}
    assert set(attributed(events[8:], "address")) == {1, 2, 3, 4}  # two days are no history


def test_an_address_of_our_network_spreads_nothing() -> None:
    events = [act(1, "steal", src_ip="198.51.100.9"), act(2, src_ip="198.51.100.9")]
    org = Org(networks=(Network("198.51.100.0/24", "office"),))
    assert set(attributed(events, "address", org=org)) == {1}
    assert set(attributed(events, "address")) == {1, 2}


def test_a_name_in_place_of_an_address_links_nothing() -> None:
    events = [act(1, "steal", src_ip="Salesforce.com IP"), act(2, src_ip="Salesforce.com IP")]
    assert set(attributed(events, "address")) == {1}


def test_an_app_with_days_of_honest_use_spreads_nothing_but_its_addresses_do() -> None:
    honest = [act(day * DAYS, app="Sync", src_ip="198.51.100.9", session=f"h{day}") for day in range(5)]
    theft = [
        act(5 * DAYS, "steal", app="Sync", src_ip="203.0.113.7", session="t"),
        act(5 * DAYS + 1, app="Sync", src_ip="203.0.113.7"),
        act(5 * DAYS + 2, app="Sync", src_ip="198.51.100.9", session="h6"),
    ]
    assert set(attributed([*honest, *theft], "app", "address", "session")) == {6, 7}
    assert set(attributed(theft, "app", "address", "session")) == {1, 2, 3}  # no earlier use: cannot be told apart


def test_a_session_that_the_user_had_for_days_elsewhere_spreads_nothing() -> None:
    long = [act(day * DAYS, session="S", src_ip="198.51.100.9") for day in range(3)]
    events = [*long, act(3 * DAYS, "steal", session="S", src_ip="203.0.113.7"), act(3 * DAYS + 1, session="S")]
    assert set(attributed(events, "session")) == {4}


@pytest.mark.parametrize(("places", "blamed"), [(1, {32, 33}), (2, {32, 33}), (5, {33})])
def test_an_address_that_is_new_for_an_app_of_few_places(places: int, blamed: set[int]) -> None:
    honest = [act(day * DAYS, app="Sync", src_ip=f"198.51.{day % places}.{day}") for day in range(30)]
    events = [
        *honest,
        act(25 * DAYS, app="Sync", src_ip="198.51.0.250"),  # a new server in an old network
        act(26 * DAYS, app="Sync", src_ip="192.0.2.66"),
        act(28 * DAYS, "steal", app="Sync", src_ip="203.0.113.7"),
        act(29 * DAYS, app="Sync", src_ip="192.0.2.200"),  # after the last act
    ]
    assert set(attributed(events, "app", "address")) == blamed
    assert set(attributed(events, "address")) == {33}  # the rule does not take the app for a sign


def test_what_nothing_sets_apart_is_attributed_with_that_reason() -> None:
    honest = [act(day * DAYS, app="Sync", src_ip="198.51.100.9") for day in range(5)]
    theft = [
        act(5 * DAYS, "steal", app="Sync", src_ip="203.0.113.7"),
        act(5 * DAYS + 60, app="Sync"),
        act(5 * DAYS + 70, app="Other"),
        act(6 * DAYS, "steal", app="Sync", src_ip="203.0.113.7"),
        act(6 * DAYS + 10, app="Sync"),
    ]
    why = attributed([*honest, *theft], "address", "app")
    assert set(why) == {6, 7, 9}
    assert why[7].startswith("same user and app as F1, in the time of its acts, with no session")


def test_findings_of_an_event_are_those_that_found_it_and_those_that_it_is_linked_to() -> None:
    with world([act(1, "steal", session="S"), act(2, "look", session="S"), act(3, "look")]) as engine:
        detect(engine, rules(thief("session"), NOTED))
        rows = list(engine.rows("SELECT row, findings FROM theft_events ORDER BY row"))
        assert rows == [(1, ["F1"]), (2, ["F1", "F2"])]


def test_a_sequence_that_mixes_thief_and_integration_blames_only_the_stranger() -> None:
    meta = "spillmark: {version: 1, checked_on: '2026-01-01', taints: [session, address]}"
    chain = correlation(
        "CHAIN",
        "  type: temporal_ordered\n  rules: [NOTED, THIEF]\n  group-by: [user]\n  timespan: 24h",
        extra=meta,
    )
    honest = [act(day * DAYS, "look", src_ip="198.51.100.9", session=f"h{day}") for day in range(9)]
    strange = [act(8 * DAYS + 60, "look", src_ip="203.0.113.7"), act(8 * DAYS + 90, "steal", src_ip="203.0.113.7")]
    with world([*honest, *strange, act(8 * DAYS + 95, session="h8")]) as engine:
        detect(engine, rules(thief(), NOTED, chain))
        assert list(engine.rows("SELECT row FROM theft_events ORDER BY row")) == [(10,), (11,)]
    with world([*honest[:8], act(8 * DAYS, "steal", src_ip="198.51.100.9")]) as engine:
        detect(engine, rules(thief(), NOTED, chain))
        assert list(engine.rows("SELECT row FROM theft_events ORDER BY row")) == [(8,), (9,)]
