"""Numbers, dates, denials and lexicons, sentence by sentence."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spillmark.errors import ContentError
from spillmark.reading.lexicon import built, compiled
from spillmark.reading.lint import explain, lint
from spillmark.reading.moments import Moment, find_moments, resolve
from spillmark.reading.needles import alternatives, needles
from spillmark.reading.numbers import amounts_in
from tests.reading.reports import only

HIT = "Harrow Pellman confirmed a data breach."


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1.4 million customers", 1_400_000),
        ("654,362 members", 654_362),
        ("19,2 millions de comptes", 19_200_000),
        ("43 millions de personnes", 43_000_000),
        ("460.000 Fahrzeugen", 460_000),
        ("100 000 clients", 100_000),
        ("eight hundred thousand cars", 800_000),
        ("half a million users", 500_000),
        ("5.4M rows", 5_400_000),
        ("16924071", 16_924_071),
    ],
)
def test_numbers(text: str, value: int) -> None:
    assert [each.value for each in amounts_in(text)] == [value]


@pytest.mark.parametrize("text", ["$20 million", "call 555-0142", "01/03/2024", "version 2.3.1"])
def test_no_counting_numbers(text: str) -> None:
    assert amounts_in(text) == ()


@given(st.integers(min_value=1_000, max_value=9_999_999_999))
def test_grouped_digits_read_back(number: int) -> None:
    assert [each.value for each in amounts_in(f"{number:,} people")] == [number]


def resolved(text: str, published: str | None = None) -> list[tuple[str | None, str | None]]:
    return [(resolve(each, published).iso(), each.pair) for each in find_moments(text)]


@pytest.mark.parametrize(
    ("text", "published", "dates"),
    [
        ("on May 20, 2024", None, [("2024-05-20", None)]),
        ("le 13 mars 2024", None, [("2024-03-13", None)]),
        ("am 28.12.2024", None, [("2024-12-28", None)]),
        ("in June 2025", None, [("2025-06", None)]),
        ("between December 22 and 28", "2025-01-22", [("2024-12-22", "first"), ("2024-12-28", "last")]),
        ("du 6 février au 5 mars", "2024-03-20", [("2024-02-06", "first"), ("2024-03-05", "last")]),
        ("8 to 18 August", "2025-09-04", [("2025-08-08", "first"), ("2025-08-18", "last")]),
        ("01/03/2024 to 01/05/2024", None, [("2024-01-03", "first"), ("2024-01-05", "last")]),
        (
            "from October 21, 2024 until the following January 13",
            None,
            [("2024-10-21", "first"), ("2025-01-13", "last")],
        ),
        ("said on Tuesday", "2025-09-04", [("2025-09-02", None)]),
        ("yesterday", "2025-07-16", [("2025-07-15", None)]),
        ("on Tuesday", None, [(None, None)]),
        ("it may happen; they march on", None, []),
        ("on February 31, 2024", None, []),
    ],
)
def test_dates(text: str, published: str | None, dates: list[tuple[str | None, str | None]]) -> None:
    assert resolved(text, published) == dates


@given(st.dates(min_value=__import__("datetime").date(1990, 1, 1), max_value=__import__("datetime").date(2090, 1, 1)))
def test_written_days_read_back(day: object) -> None:
    text = f"{day:%B} {day.day}, {day.year}"  # type: ignore[attr-defined]
    assert [each.iso() for each in find_moments(text)] == [str(day)]


def test_a_moment_without_a_year_stays_open() -> None:
    assert Moment(0, 1, month=2, day=1).iso() is None


@pytest.mark.parametrize(
    ("sentence", "taken", "denied"),
    [
        ("Names and phone numbers were stolen, but no passwords.", {"name", "phone"}, {"credentials"}),
        ("The files contained names; bank account numbers were not affected.", {"name"}, {"bank_account"}),
        (
            "Names were exposed. Neither bank details nor phone numbers were in the files.",
            {"name"},
            {"bank_account", "phone"},
        ),
        ("Names were taken. There is no evidence that credit card numbers were accessed.", {"name"}, {"payment_card"}),
        ("The breach of names and e-mail addresses was not discovered until May.", {"name", "email"}, set()),
        ("E-mail addresses were stolen from a server with no password.", {"email"}, set()),
        ("Names and contact information were stolen.", {"name", "email", "phone", "postal_address"}, set()),
        (
            "Names were stolen. Financial information was not involved.",
            {"name"},
            {"financial", "bank_account", "payment_card"},
        ),
        (
            "Names were exposed. Customers should change their passwords and check their bank account statements.",
            {"name"},
            set(),
        ),
        ("Passport numbers and medical records of patients were stolen.", {"passport", "health"}, set()),
        ("Names were stolen. No policy data was accessed.", {"name"}, {"insurance_policy"}),
        ("Policyholder data and names were stolen.", {"name", "insurance_policy"}, set()),
        ("Names and policy details were stolen.", {"name", "insurance_policy"}, set()),
        ("Names and policy records of the life insurer were taken.", {"name", "insurance_policy"}, set()),
        (
            "Names were stolen from the provider of health plans. No policy information was accessed.",
            {"name"},
            {"health_insurance"},
        ),
        ("Names were stolen. See our privacy policy information page.", {"name"}, set()),
    ],
)
def test_taken_and_denied(sentence: str, taken: set[str], denied: set[str]) -> None:
    incident = only(f"{HIT} {sentence}")
    assert set(incident.data_taken) == taken
    assert set(incident.data_not_taken) == denied


@pytest.mark.parametrize(
    ("sentence", "figure"),
    [
        ("It affected the majority of its 1.4 million customers.", (None, "people", "most_of", 1_400_000)),
        ("Data of more than 30,000 patients was stolen.", (30_000, "people", "at_least", None)),
        ("Up to 90,000 records were exposed.", (90_000, "records", "at_most", None)),
        ("Data of exactly 69,461 customers was stolen.", (69_461, "people", "exact", None)),
        ("Less than one percent of users had data stolen.", (None, "people", "some_of", None)),
        ("Data of 5,000 people, a third of its 15,000 clients, was stolen.", (5_000, "people", "exact", 15_000)),
        ("Hackers took 250,000 customer records.", (250_000, "records", "exact", None)),
    ],
)
def test_figures(sentence: str, figure: tuple[int | None, str, str, int | None]) -> None:
    incident = only(f"{HIT} {sentence}")
    assert [(each.value, each.unit, each.bound, each.of) for each in incident.affected] == [figure]


def test_the_total_of_customers_is_not_the_affected() -> None:
    incident = only(
        f"{HIT} Names of 40,000 people were stolen. The firm, which serves 2 million customers, apologised."
    )
    assert [each.value for each in incident.affected] == [40_000]
    assert incident.victim.customers == 2_000_000


def test_lexicons_pass_their_own_samples() -> None:
    assert lint() == ()


def test_a_lexicon_explains_itself() -> None:
    found = explain("reading/vectors")
    assert found is not None
    assert "vishing" in {name for name, _ in found.facts}
    assert explain("reading/none") is None


@pytest.mark.parametrize("pattern", ["a+b", "(a", "x.*y", "a{2,}"])
def test_unsafe_patterns_are_refused(pattern: str) -> None:
    with pytest.raises(ContentError):
        compiled(pattern)


def test_alternatives_split_outside_brackets_only() -> None:
    assert alternatives("a(?:b|c)|d[|]e|f") == ["a(?:b|c)", "d[|]e", "f"]


@given(
    st.sampled_from(
        ["social (?:security|insurance) numbers?", "e-?mail address(?:es)?", "(?:stole|took) names?", "x?y?"]
    )
)
def test_needles_stand_in_every_match(pattern: str) -> None:
    samples = {
        "social (?:security|insurance) numbers?": "social insurance number",
        "e-?mail address(?:es)?": "email addresses",
        "(?:stole|took) names?": "took name",
        "x?y?": "y",
    }
    words = needles(pattern)
    assert not words or any(word in samples[pattern] for word in words)


def test_a_lexicon_finds_the_longest_hit_of_an_entry() -> None:
    content = built("t.yaml", {"id": "t", "entries": {"a": ["phone", "phone numbers?"], "b": ["numbers"]}})
    assert [(hit.id, hit.start, hit.end) for hit in content.find("phone numbers")] == [("a", 0, 13), ("b", 6, 13)]
