"""What is new against an actor's own history, and what is not."""

import pytest

from spillmark.detect.run import detect
from spillmark.model.org import Network, Org
from tests.detect.events import Event, at, found, rules, world

DAY = 60 * 24
RULE = """
title: new
id: 00000000-0000-4000-8000-000000000001
name: NEW
level: low
logsource: {product: acme}
baseline: {new: network, per: [user, app], days: 3, history: 5, fresh: 24}
"""


def act(minute: float, ip: str, **more: object) -> Event:
    return {"activity": "work", "time": at(minute), "user": "ada", "app": "Sync", "src_ip": ip} | more


def run(events: list[Event], org: Org | None = None) -> list[int]:
    with world(events) as engine:
        detect(engine, rules(RULE), org=org or Org())
        return found(engine, "NEW")


HISTORY = [act(day * DAY, f"198.51.100.{day}") for day in range(7)]


def test_the_first_day_from_a_new_network_is_found() -> None:
    later = [act(7 * DAY, "203.0.113.7"), act(7.9 * DAY, "203.0.113.8"), act(8.1 * DAY, "203.0.113.7")]
    assert run([*HISTORY, *later]) == [8, 9]


@pytest.mark.parametrize(
    "event",
    [
        act(7 * DAY, "198.51.100.200"),  # the same network
        act(7 * DAY, "203.0.113.7", user="bob"),  # nobody's history
        act(7 * DAY, "203.0.113.7", app="Other"),
        act(7 * DAY, "203.0.113.7", app=None),
        act(7 * DAY, "Salesforce.com IP"),
        act(7 * DAY, "999.1.1.1"),
        act(7 * DAY, "203.0.113.7", time=None),
        act(7 * DAY, "203.0.113.7", source="other.log"),
    ],
)
def test_what_is_not_new_or_cannot_be_told(event: Event) -> None:
    assert run([*HISTORY, event]) == []


def test_a_short_history_says_nothing_and_the_skip_says_so() -> None:
    events = [*HISTORY[:3], act(3 * DAY, "203.0.113.7")]
    with world(events) as engine:
        detected = detect(engine, rules(RULE))
        assert detected.findings == ()
        assert [(skip.what, skip.level) for skip in detected.skipped] == [("rule NEW", "note")]


def test_a_network_of_ours_is_never_new() -> None:
    event = act(7 * DAY, "203.0.113.7")
    assert run([*HISTORY, event], Org(networks=(Network("203.0.113.0/25"),))) == []
    assert run([*HISTORY, event], Org(networks=(Network("203.0.113.128/25"),))) == [8]


def test_addresses_of_version_six_are_compared_by_their_site() -> None:
    history = [act(day * DAY, f"2001:db8:1::{day + 1}") for day in range(7)]
    assert run([*history, act(7 * DAY, "2001:0db8:0001:ffff::9")]) == []
    assert run([*history, act(7 * DAY, "2001:db8:2::1")]) == [8]


def test_the_address_of_a_login_is_known_for_its_other_events() -> None:
    login = act(7 * DAY, "203.0.113.7", login_key="L")
    job = act(7 * DAY + 5, "203.0.113.7", login_key="L") | {"src_ip": None}
    assert run([*HISTORY, login, job]) == [8, 9]
