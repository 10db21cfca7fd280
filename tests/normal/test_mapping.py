"""Mapping files are checked, tell themselves, and their own samples hold; wrong ones are named with file and line."""

from dataclasses import replace
from typing import Any

import pytest
import yaml

from spillmark.errors import ContentError
from spillmark.normal.explain import explain
from spillmark.normal.lint import lint, try_samples
from spillmark.normal.mapping import Mappings, load_mappings, parse_mapping, ranked, recognisers, retention

TEXT = """
id: test.log
version: 1
title: A log
source: https://example.com/docs
checked_on: "2026-11-25"
kind: other
product: test
recognise: {columns: [when, what]}
class_uid: 6003
fields:
  time: {from: when, as: time}
  activity: {from: what, map: {IN: login}, otherwise: other}
samples:
  - record: {when: "2025-07-15T14:10:31Z", what: in}
    gives: {activity: login}
  - record: {what: in}
    gives: null
"""


def parsed(text: str = TEXT, **change: Any) -> Any:
    return parse_mapping("mappings/test.yaml", {**yaml.safe_load(text), **change}, text)


def test_the_content_is_without_fault() -> None:
    assert lint() == ()


def test_every_log_is_recognised_and_kept_so_long() -> None:
    assert {"salesforce.elf", "salesforce.realtime", "salesforce.object", "okta", "web_access"} <= {
        one.kind for one in recognisers()
    }
    assert retention()["salesforce.elf.login"].days == 30
    assert retention()["salesforce.elf.login"].free_days == 1
    assert retention()["salesforce.object.setup_audit_trail"].days == 180


def test_explain() -> None:
    told = explain("salesforce.elf.login")
    assert told is not None
    assert ("src_ip", "SOURCE_IP or CLIENT_IP") in told.facts
    assert explain("no.such") is None
    zendesk = explain("zendesk.audit")
    assert zendesk is not None
    assert "no mapping of its fields yet" in zendesk.text[0]


@pytest.mark.parametrize(
    ("old", "new", "line", "why"),
    [
        ("as: time", "as: sundial", 12, "Input should be"),
        ("kind: other", "kind: strange", 7, "Input should be"),
        ("version: 1", "version: one", 3, "integer"),
        ("map: {IN: login}", "patterns: {'(': login}", 13, "not a pattern"),
        ("map: {IN: login}", "patterns: {'(?=x)': login}", 13, "look-around"),
        ("  activity: {from: what", "  activity: {frm: what", 13, "Unexpected keyword"),
        ("  activity:", "  activty:", 1, "no such event column: activty"),
        ("  time: {from: when, as: time}\n", "", 1, "an event needs a time"),
        ("gives: null", "gives: {}", 1, "one positive and one negative sample"),
    ],
)
def test_faults_are_named_with_their_line(old: str, new: str, line: int, why: str) -> None:
    text = TEXT.replace(old, new)
    assert text != TEXT
    with pytest.raises(ContentError) as caught:
        parsed(text)
    where = str(caught.value.where)
    assert where.startswith("mappings/test.yaml:")
    assert abs(int(where.rpartition(":")[2]) - line) <= 1
    assert why in str(caught.value.why)


def test_two_files_of_one_id() -> None:
    with pytest.raises(ContentError, match="taken by"):
        ranked([parsed(), parsed()])


@pytest.mark.parametrize(
    ("samples", "what"),
    [
        ([{"record": {"when": "2025-07-15", "what": "x"}, "gives": {"activity": "login"}}], "activity is 'other'"),
        ([{"record": {"when": "yesterday", "what": "in"}, "gives": {}}], "gives no event of this mapping"),
        ([{"record": {"what": "in"}, "gives": {}}], "is not recognised"),
        ([{"record": {"when": "2025-07-15", "what": "x"}, "gives": None}], "mapped though it must not be"),
        ([{"record": {"when": "2025-07-15", "what": "x"}, "gives": {"colour": "red"}}], "no such column"),
    ],
)
def test_samples_that_do_not_hold_are_found(samples: list[dict[str, Any]], what: str) -> None:
    good = yaml.safe_load(TEXT)["samples"]
    problems = [problem.what for problem in try_samples(Mappings((parsed(samples=[*good, *samples]),)))]
    assert any(what in problem for problem in problems)
    assert all("sample 3" in problem for problem in problems)


def test_more_special_mappings_come_first() -> None:
    known = load_mappings().of_kind("salesforce.elf")
    assert known[-1].id == "salesforce.elf.other"
    special = replace(parsed(), id="a.special")
    assert [one.id for one in ranked([replace(parsed(), fallback=True), special]).every] == ["a.special", "test.log"]
