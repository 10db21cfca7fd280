"""Names of victims: generic words are no alias and link nothing."""

import pytest

from spillmark.reading.spelling import same_name
from tests.reading.reports import only, reading_of

PAIRS = [
    ("Allianz Life", "Brackwater Life"),
    ("Bank of Orvale", "Bank of Tarn"),
    ("Orvale University", "Tarn University"),
    ("Orvale Air", "Tarn Air"),
    ("Orvale Insurance Group", "Tarn Insurance Group"),
    ("Orvale Memorial Hospital", "Tarn Memorial Hospital"),
    ("First National Bank of Orvale", "First National Bank of Tarn"),
]


def article(name: str, sentence: str = "") -> str:
    return (
        f"{name} says customer data was stolen\n\nThe Quayside Ledger, 4 July 2025\n\n"
        f"{name} confirmed a data breach on Thursday. Names of customers were stolen from {name}. {sentence}\n"
    )


@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_victims_that_share_generic_words_only_are_two(one: str, other: str) -> None:
    assert not same_name(one, other)
    assert {each.victim.name for each in reading_of(article(one), article(other)).incidents} == {one, other}


@pytest.mark.parametrize(
    ("short", "name"),
    [
        ("Life", "Brackwater Life"),
        ("Bank", "Bank of Orvale"),
        ("Health", "Orvale Health"),
        ("Media Group", "Orvale Media Group"),
        ("National Bank", "Orvale National Bank"),
        ("The Hospital", "Tarn Hospital"),
        ("Life Group", "Life Holdings"),
    ],
)
def test_generic_words_alone_are_nobody(short: str, name: str) -> None:
    assert not same_name(short, name)
    assert not same_name(name, short)


@pytest.mark.parametrize(
    ("short", "name"),
    [
        ("Brackwater", "Brackwater Life"),
        ("Orvale Bank", "Orvale Bank plc"),
        ("Harrow Pellman", "Harrow Pellman Insurance"),
        ("Tarn Group", "Tarn"),
    ],
)
def test_short_forms_with_a_word_of_their_own_still_link(short: str, name: str) -> None:
    assert same_name(short, name)


@pytest.mark.parametrize(
    ("opening", "name"),
    [
        ("Life insurer", "Brackwater Life"),
        ("Health provider", "Orvale Health"),
        ("Media company", "Orvale Media"),
        ("Insurance group", "Tarn Insurance"),
        ("University officials at", "Orvale University"),
    ],
)
def test_a_generic_word_before_the_name_is_no_alias(opening: str, name: str) -> None:
    incident = only(article(name, f"{opening} {name} was hacked in June."))
    assert incident.victim.name == name
    assert incident.victim.also == ()


def test_the_hospital_is_a_mention_and_no_name() -> None:
    incident = only(article("Tarn Hospital", "The Hospital detected it on 2 July. " * 3))
    assert (incident.victim.name, incident.victim.also) == ("Tarn Hospital", ())
    assert incident.dates.detected == "2025-07-02"
    assert {each.quote for each in incident.statements if each.field == "victim.name"} == {"Tarn Hospital"}
