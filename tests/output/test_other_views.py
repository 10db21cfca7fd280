"""The views of an answer of the law packs, of a reading and of explanations: complete, and inert."""

import json
import re

import pytest

from spillmark.model.case import Case
from spillmark.model.content import Explanation
from spillmark.model.duty import DutyAnswer
from spillmark.model.report import Reading
from spillmark.output import answer, explanation, reading
from tests.output import cases

BAD = re.compile("[^\n\x20-\x7e\u00a0-\U0010ffff]|[\u202a-\u202e\u2066-\u2069\u200b-\u200f\ufeff]")


def answered(case: Case) -> DutyAnswer:
    return DutyAnswer(case.duties, case.not_triggered, case.questions)


def told(case: Case) -> Reading:
    return Reading(case.reports, case.incidents, case.campaigns)


def explained(case: Case) -> Explanation:
    facts = tuple((one.rule, one.title) for one in case.findings)
    return Explanation(case.id, "finding", case.title, tuple(one.text for one in case.story.what_happened), facts)


@pytest.mark.parametrize("case", [cases.empty(), cases.rich(), cases.hostile()], ids=["empty", "rich", "hostile"])
def test_nothing_of_the_evidence_is_obeyed(case: Case) -> None:
    shown = answer.text(answered(case)) + reading.text(told(case), quotes="all") + explanation.text(explained(case))
    assert not BAD.search(shown)
    assert not re.search(r"(?i)\bhttps?://", shown)


def test_an_answer_has_the_keys_of_its_contract() -> None:
    document = json.loads(answer.json(answered(cases.rich())))
    assert set(document) == {"duties", "not_triggered", "questions"}
    assert document["duties"][0]["starts"] == {"event": "awareness", "time": "2025-07-18T11:00:00+02:00"}


def test_an_answer_names_each_duty_with_its_state_and_ends_with_the_caution() -> None:
    shown = answer.text(answered(cases.rich()))
    assert "8 duties" in shown
    assert "Overdue" in shown
    assert "New York Attorney General" in shown
    assert shown.rstrip().endswith(answer.NOT_ADVICE)


def test_a_reading_keeps_bounds_and_quotes() -> None:
    shown = reading.text(told(cases.rich()), quotes="all")
    assert "about 400 people" in shown
    assert "at least 90,000 records" in shown
    assert "[E2:210-262]" in shown
    assert set(json.loads(reading.json(told(cases.rich())))) == {"reports", "incidents", "campaigns"}


def test_an_explanation_lists_its_facts() -> None:
    shown = explanation.text(explained(cases.rich()))
    assert "sf-bulk-export" in shown
    assert json.loads(explanation.json(explained(cases.rich())))["kind"] == "finding"
