"""Which event a date stands for, and which dates stand for none."""

import pytest

from spillmark.model.report import Dates
from tests.reading.reports import only

HEAD = """Harrow Pellman Insurance confirms a data breach

The Quayside Ledger, 20 July 2025

Harrow Pellman Insurance confirmed a data breach. Names of customers were stolen.

"""


def dates_told(sentence: str) -> Dates:
    return only(HEAD + sentence + "\n").dates


@pytest.mark.parametrize(
    "sentence",
    [
        "We removed the access on 18 July 2025.",
        "The access was removed on 18 July 2025.",
        "The insurer revoked the unauthorised access on 18 July 2025.",
        "On 18 July 2025 the insurer blocked the unauthorised access.",
        "The insurer cut off the intruders on 18 July 2025.",
        "The breach was closed on 18 July 2025.",
        "The compromised accounts were disabled on 18 July 2025.",
        "The insurer terminated the intrusion on 18 July 2025.",
        "The insurer shut down the breached system on 18 July 2025.",
        "The attack was quickly contained on 18 July 2025.",
        "The attack was stopped on 18 July 2025.",
    ],
)
def test_containment_is_not_the_beginning(sentence: str) -> None:
    assert dates_told(sentence).began is None


@pytest.mark.parametrize(
    "sentence",
    [
        "On 15 July 2025 an employee was deceived by a telephone call.",
        "A caller phoned an employee on 15 July 2025.",
        "On 15 July 2025 criminals tricked a service agent.",
        "Two workers of the call centre were duped on 15 July 2025.",
        "An attacker conned the help desk on 15 July 2025, and the access was closed on 18 July 2025.",
        "An employee was talked into installing a tool on 15 July 2025.",
    ],
)
def test_deceit_dates_the_beginning(sentence: str) -> None:
    assert dates_told(sentence).began == "2025-07-15"


@pytest.mark.parametrize(
    ("sentence", "field"),
    [
        ("Harrow Pellman Insurance detected the access on 18 July 2025.", "detected"),
        ("The access was detected on 18 July 2025.", "detected"),
        ("The breach was discovered on 18 July 2025.", "detected"),
        ("The breach was disclosed on 18 July 2025.", "disclosed"),
    ],
)
def test_the_verb_says_what_the_date_is_of(sentence: str, field: str) -> None:
    found = dates_told(sentence)
    assert getattr(found, field) == "2025-07-18"
    assert found.began is None


def test_files_that_contained_data_are_no_containment() -> None:
    assert dates_told("The attackers stole files that contained addresses on 15 July 2025.").began == "2025-07-15"


def test_beginning_and_end_of_a_stopped_access_stay() -> None:
    found = dates_told("The unauthorised access between 3 and 9 July 2025 was stopped.")
    assert (found.began, found.ended) == ("2025-07-03", "2025-07-09")
