"""Scenarios as content: they load, they play, and a broken one is told so."""

from dataclasses import replace
from datetime import timedelta

import pytest

from spillmark.errors import UsageError
from spillmark.rehearse.samples import _wording, explain, lint
from spillmark.rehearse.scenario import Condition, QueryPlan, load_cast, load_scenario, scenario_ids
from spillmark.rehearse.table import Table, matching, soql
from spillmark.soql.parser import parse


def test_every_scenario_plays() -> None:
    assert scenario_ids() == ("helpdesk-call",)
    assert lint() == ()


def test_explain() -> None:
    found = explain("helpdesk-call")
    assert found is not None
    assert found.kind == "scenario"
    assert ("2025-07-15 15:20:03 UTC", "exfiltration: bulk-policy") in found.facts
    assert explain("people") is None


def test_unknown_scenario_names_the_known_ones() -> None:
    with pytest.raises(UsageError, match="no scenario 'nothing'") as caught:
        load_scenario("nothing")
    assert "helpdesk-call" in str(caught.value)
    with pytest.raises(UsageError):
        load_cast("nobody")


def test_faults_of_a_scenario_are_told() -> None:
    good = load_scenario("helpdesk-call")
    first, *rest = good.thief.steps
    early = replace(first, at=good.window.start - timedelta(days=1))
    lost = replace(rest[-1], query="nothing", download=rest[-1].at - timedelta(hours=1))
    broken = replace(good, tests=(), thief=replace(good.thief, app="none", steps=(early, *rest[:-1], lost)))
    told = list(_wording(broken))
    assert "no tests: name at least one size" in told
    assert "thief.app 'none' is none of apps" in told
    assert f"step {first.id}: outside the window of the logs" in told
    assert f"step {lost.id}: its times run backwards" in told
    assert f"step {lost.id}: no query 'nothing'" in told
    assert not list(_wording(good))


def test_query_text_and_rows_come_from_one_structure() -> None:
    table = Table("Thing", "Thing", "a00", ("Id", "Name", "Gone"))
    start = load_scenario("helpdesk-call").window.start
    for number, (name, gone) in enumerate([("O'Neil", "0"), ("o'neil", "1"), ("", "0"), ("Other", "0")]):
        table.add({"Id": f"a0{9 - number}", "Name": name, "Gone": gone}, start)
    plan = QueryPlan("Thing", ("Id",), (Condition("Name", "in", ("O'Neil", "x")), Condition("Gone", "=", False)))
    assert soql(plan) == r"SELECT Id FROM Thing WHERE Name IN ('O\'Neil', 'x') AND Gone = false"
    assert matching(table, plan, range(4)) == [0]
    named = QueryPlan("Thing", ("Id",), (Condition("Name", "!=", None),), limit=2)
    assert soql(named) == "SELECT Id FROM Thing WHERE Name != null LIMIT 2"
    assert matching(table, named, range(4)) == [3, 1]  # in the order of the ids


def test_query_texts_are_soql() -> None:
    for plan in load_scenario("helpdesk-call").queries.values():
        assert len(parse(soql(plan)).select) == len(plan.fields)
