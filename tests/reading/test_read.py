# ruff: noqa: E501 - raw mails, pages and paragraphs stand as they would in a file
"""From reports to incidents and campaigns, end to end."""

import itertools
from dataclasses import replace

import pytest

from spillmark.reading.read import ReportText, read
from tests.reading.reports import FRENCH, JOINT, LETTER, NEWS, assert_quoted, only, reading_of, report, uncited


def test_news_article() -> None:
    incident = only(NEWS)
    assert incident.id == "harrow-pellman-insurance-2025"
    assert incident.victim.name == "Harrow Pellman Insurance"
    assert {each.name for each in incident.third_parties} == {"Salesforce"}
    assert [(each.name, each.attribution) for each in incident.actors] == [("ShinyHunters", "claimed")]
    assert [(each.value, each.unit, each.bound) for each in incident.affected] == [(1_200_000, "people", "about")]
    assert set(incident.data_taken) == {"name", "date_of_birth", "email"}
    assert set(incident.data_not_taken) == {"credentials", "bank_account"}
    assert incident.vectors == ("vishing",)
    assert (incident.dates.began, incident.dates.ended) == ("2025-03-03", "2025-03-09")
    assert incident.dates.disclosed == "2025-03-11"
    assert ("FBI", "notified") in {(each.name, each.status) for each in incident.authorities}
    assert incident.extortion.demanded
    assert not incident.extortion.leaked


def test_letter_of_the_victim() -> None:
    incident = only(LETTER)
    assert incident.victim.name == "Tolverton Community Clinic"
    assert set(incident.data_taken) == {"name", "health", "health_insurance"}
    assert incident.data_not_taken == ("national_id",)
    assert incident.vectors == ("stolen_credentials",)
    assert incident.dates.detected == "2024-04-04"
    assert incident.dates.disclosed == "2024-05-02"
    assert {each.action for each in incident.actions} >= {"check_accounts", "change_password", "investigate"}


def test_french_article() -> None:
    incident = only(FRENCH)
    assert incident.victim.name == "Mobilis Nord"
    assert [(each.value, each.unit) for each in incident.affected] == [(2_300_000, "people")]
    assert set(incident.data_taken) == {"name", "date_of_birth", "phone", "bank_account"}
    assert incident.data_not_taken == ("credentials",)
    assert ("CNIL", "notified") in {(each.name, each.status) for each in incident.authorities}
    assert "be_wary" in {each.action for each in incident.actions}


def test_joint_figure_stands_on_each_victim_and_is_never_added_up() -> None:
    reading = reading_of(JOINT)
    assert {each.victim.name for each in reading.incidents} == {"Brindle Pay", "Castor Claims"}
    ids = {each.victim.name: each.id for each in reading.incidents}
    for incident in reading.incidents:
        assert [each.value for each in incident.affected] == [5_000_000]
        (other,) = set(ids.values()) - {incident.id}
        assert incident.affected[0].joint_with == (other,)
        assert set(incident.data_taken) == {"name", "national_id"}
    detected = {each.victim.name: each.dates.detected for each in reading.incidents}
    assert detected == {"Brindle Pay": "2025-01-04", "Castor Claims": "2025-01-06"}
    assert [set(each.incidents) for each in reading.campaigns] == [set(ids.values())]
    assert reading.campaigns[0].why


def test_two_reports_of_one_incident_join_and_their_disagreement_is_named() -> None:
    second = NEWS.replace(
        "No passwords or bank account numbers were stolen, the insurer said.", "Passwords were stolen as well."
    )
    second = second.replace("approximately 1.2 million customers.", "3 million customers.").replace(
        "1.2 million", "3 million"
    )
    incident = only(NEWS, second)
    assert incident.reports == ("a.txt", "b.txt")
    assert {1_200_000, 3_000_000} <= {each.value for each in incident.affected}
    fields = {each.field: each for each in incident.conflicts}
    assert {"affected", "data_taken.credentials"} <= set(fields)
    assert [(each.value, each.report) for each in fields["data_taken.credentials"].values] == [
        (True, "b.txt"),
        (False, "a.txt"),
    ]


def test_same_victim_years_apart_is_two_incidents() -> None:
    later = NEWS.replace("2025", "2031")
    assert len(reading_of(NEWS, later).incidents) == 2


def test_campaign_needs_more_than_a_shared_platform() -> None:
    same = NEWS.replace("Harrow Pellman Insurance", "Dunmore Airways").replace("The insurer", "The airline")
    other = (
        "Ilex Mutual confirmed a breach on 2 March 2025. OAuth tokens were stolen from an app and used to reach its "
        "Salesforce tenant. The files contained names and e-mail addresses."
    )
    reading = reading_of(NEWS, same, other)
    names = {each.id: each.victim.name for each in reading.incidents}
    joined = [{names[each] for each in campaign.incidents} for campaign in reading.campaigns]
    assert joined == [{"Harrow Pellman Insurance", "Dunmore Airways"}]


@pytest.mark.parametrize("text", [NEWS, LETTER, FRENCH, JOINT])
def test_every_value_is_cited_to_the_letter(text: str) -> None:
    reading = reading_of(text)
    assert_quoted(reading, {"a.txt": text})
    for incident in reading.incidents:
        assert uncited(incident) == []


def test_order_of_reports_changes_nothing() -> None:
    texts = [
        report(text, name) for text, name in ((NEWS, "n.txt"), (LETTER, "l.txt"), (FRENCH, "f.txt"), (JOINT, "j.txt"))
    ]
    results = [read(list(order)) for order in itertools.permutations(texts)]
    assert all(each == results[0] for each in results)


def test_what_cannot_be_read_is_said_and_the_rest_goes_on() -> None:
    empty = ReportText("z.txt", "z.txt", b"")
    result = read([empty, report(NEWS)])
    assert [each.victim.name for each in result.reading.incidents] == ["Harrow Pellman Insurance"]
    assert [(skip.evidence, skip.level) for skip in result.skipped] == [("z.txt", "unread")]


def test_text_without_a_victim_gives_a_note() -> None:
    result = read([report("the weather will be fine and warm today, with some wind from the north.")])
    assert result.reading.incidents == ()
    assert [skip.level for skip in result.skipped] == ["note"]


def test_failed_attempts_teasers_and_earlier_incidents_are_no_incidents() -> None:
    text = (
        NEWS
        + "\nCorvane Bank says the same crew tried its help desk too, and failed.\n\nRead also: Ostler Foods loses 9 million card numbers\n"
    )
    incident = only(text)
    assert incident.victim.name == "Harrow Pellman Insurance"
    assert all(each.value != 50_000 for each in incident.affected)


def test_another_victim_told_as_a_tail_of_the_news_is_no_incident() -> None:
    incident = only(NEWS + "\nThe news comes just weeks after Ostler Foods was hacked.\n")
    assert incident.victim.name == "Harrow Pellman Insurance"


def test_metadata_of_the_report() -> None:
    (found,) = reading_of(NEWS).reports
    assert found == replace(found, title=NEWS.split("\n", maxsplit=1)[0], published="2025-03-14", language="en")
    assert reading_of(FRENCH).reports[0].language == "fr"
