"""Personal data is masked in views, and what an investigator needs is not."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spillmark.output import mask

FIELDS = st.sampled_from(["LastName", "Email", "SOURCE_IP", "Phone", "Notes__c", "Id", "Birthdate", "Tax_Id__c", "x"])


def test_the_samples_of_the_word_lists_hold() -> None:
    assert mask.lint() == ()


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("mail Dana.Whitlock+x@brackwater.example now", "mail D…@brackwater.example now"),
        ("a@b.example", "a…@b.example"),
        ("call +1 207 555 0142.", "call …42."),
        ("(207) 555-0142", "…42"),
        ("+12075550142", "…42"),
        ("ssn 123-45-6789", "ssn …6789"),
        ("card 4111 1111 1111 1111", "card …11"),
        ("iban FR7630006000011234567890189", "iban FR76…89"),
        ("id 0038Z000002abcDQAQ", "id 003…abcD"),
        ("id 0038Z000002abcD", "id 003…abcD"),
    ],
)
def test_what_shows_itself_by_its_form(text: str, shown: str) -> None:
    assert mask.text(text) == shown


@pytest.mark.parametrize(
    "text",
    [
        "203.0.113.77",
        "2025-07-15T14:10:31.000Z",
        "2025-07-15 14:10:31",
        "/services/data/v58.0/jobs/query",
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/126.0.0.0",
        "1204 of 31000 rows",
        "4111 1111 1111 1112",
        "SELECT COUNT() FROM Contact",
        "exfiltration of two objects",
        "2001:db8::8a2e:370:7334",
    ],
)
def test_what_an_investigator_needs_stays(text: str) -> None:
    assert mask.text(text) == text


@given(FIELDS, st.text(st.characters(codec="utf-8"), max_size=60))
def test_masking_twice_changes_nothing(name: str, value: str) -> None:
    once = mask.text(mask.field(name, value))
    assert mask.text(mask.field(name, once)) == once


@given(st.emails())
def test_no_address_survives_whole(address: str) -> None:
    shown = mask.text(f"mail {address} now")
    local = address.rpartition("@")[0]
    if re.fullmatch(r"[\w+%-][\w.+%'-]{1,63}", local):
        assert address not in shown


def test_a_query_is_masked_by_the_fields_that_it_compares() -> None:
    query = "SELECT Id FROM Contact WHERE LastName LIKE 'Oduya%' AND Phone = '207 555 0142' AND MailingState='ME'"
    assert mask.query(query) == (
        "SELECT Id FROM Contact WHERE LastName LIKE 'O…' AND Phone = '…42' AND MailingState='ME'"
    )
    assert mask.query("WHERE Email IN ('m.oduya@example.org')") == "WHERE Email IN ('m…@example.org')"
    assert mask.query("WHERE Name = 'O\\'Hara'") == "WHERE Name = 'O…'"
    assert mask.query("WHERE c.LastName NOT IN ('Oduya', 'Roe') AND X IN ('US')") == (
        "WHERE c.LastName NOT IN ('O…', 'R…') AND X IN ('US')"
    )


def test_json_inside_a_value_is_masked_by_its_names() -> None:
    row = mask.row({"detail": '{"lastName": "Oduya", "n": 3, "app": "Data Loader", "who": {"phone": "555-0142'})
    assert row == 'detail: {"lastName": "O…", "n": 3, "app": "Data Loader", "who": {"phone": "…42'
    assert "Oduya" not in mask.row({"records": '[{"attributes": {}, "LastName":"Oduya"}]'})


def test_a_row_keeps_its_order_and_drops_empty_fields() -> None:
    row = mask.row(
        {"EVENT_TYPE": "Login", "USER_NAME": "dana@brackwater.example", "SOURCE_IP": "203.0.113.77", "X": ""}
    )
    assert row == "EVENT_TYPE: Login; USER_NAME: d…@brackwater.example; SOURCE_IP: 203.0.113.77"


@pytest.mark.parametrize("part", ["a@", "1 ", "1-", "(1)", "A1", "'\\", "x='", "+1", "a.", "FR76 "])
def test_hostile_lengths_end(part: str) -> None:
    assert mask.query(part * 20_000)
