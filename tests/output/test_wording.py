"""Numbers, times and lengths of time are said the same way everywhere."""

from datetime import UTC, datetime, timedelta
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spillmark.model.terms import Phase, Severity
from spillmark.output import wording


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("2025-07-15T14:10:31Z", "15 Jul 2025 14:10:31 UTC"),
        ("2025-07-15T14:10:31.123456Z", "15 Jul 2025 14:10:31 UTC"),
        ("2025-07-15T14:10:31+02:00", "15 Jul 2025 12:10:31 UTC"),
        ("2025-07-15", "15 Jul 2025"),
        ("2025-07", "Jul 2025"),
        ("2025", "2025"),
        ("2025-13", "2025-13"),
        ("soon", "soon"),
        ("", "not known"),
        (None, "not known"),
        ("0001-01-01T00:00:00+14:00", "0001-01-01T00:00:00+14:00"),
    ],
)
def test_times(text: str | None, said: str) -> None:
    assert wording.when(text) == said


def test_a_time_in_its_own_offset() -> None:
    assert wording.local("2025-07-18T02:00:00-07:00") == "02:00:00 on 18 Jul 2025 (UTC-07:00)"
    assert wording.local("2025-07-18T09:00:00Z") == ""
    assert wording.local("2025-07-18") == ""


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [
        ("2025-07-15T15:02:00Z", "2025-07-15T15:03:10Z", "15 Jul 2025 15:02:00 to 15:03:10 UTC"),
        ("2025-07-15T15:02:00Z", "2025-07-16T15:03:10Z", "15 Jul 2025 15:02:00 UTC to 16 Jul 2025 15:03:10 UTC"),
        ("2025-07-15T15:02:00Z", "2025-07-15T15:02:00Z", "15 Jul 2025 15:02:00 UTC"),
        ("2025-07-15", "2025-07-16", "15 Jul 2025 to 16 Jul 2025"),
        ("then", "later", "then to later"),
        ("then", "then", "then"),
    ],
)
def test_spans(first: str, last: str, said: str) -> None:
    assert wording.span(first, last) == said


@pytest.mark.parametrize(
    ("length", "said"),
    [
        (timedelta(days=2, hours=3, minutes=4), "2 days 3 hours"),
        (timedelta(hours=1), "1 hour"),
        (timedelta(minutes=59, seconds=59), "59 minutes"),
        (timedelta(seconds=1), "1 second"),
        (timedelta(days=1, minutes=5), "1 day"),
        (timedelta(0), "0 seconds"),
    ],
)
def test_lengths(length: timedelta, said: str) -> None:
    assert wording.duration(length) == said


def test_figures() -> None:
    assert wording.number(1_234_567) == "1,234,567"
    assert wording.number(None) == "unknown"
    assert wording.number(3.25) == "3.25"
    assert wording.number(2.0) == "2"
    assert wording.of(12, 900) == "12 of 900"
    assert wording.count(1, "duty", "duties") == "1 duty"
    assert wording.count(1_204, "record") == "1,204 records"


def test_ids_become_words() -> None:
    assert wording.words("national_id") == "national ID"
    assert wording.words("salesforce.elf.login") == "Salesforce event log files login"
    assert wording.capital("ip address") == "Ip address"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("no query selected this field", "No query selected this field."),
        ("A whole one.", "A whole one."),
        ("is it known?", "Is it known?"),
        ("dana@brackwater.example logged in", "dana@brackwater.example logged in."),
        ("logs/Login.csv was cut off", "logs/Login.csv was cut off."),
        ("due by 2025-07-21T09:05:00-07:00 at the latest", "Due by 21 Jul 2025 16:05:00 UTC at the latest."),
        ("since 2025-07-15T14:10:31.754000Z, and on 2025-07-18", "Since 15 Jul 2025 14:10:31 UTC, and on 2025-07-18."),
        ("", ""),
    ],
)
def test_whole_sentences(text: str, said: str) -> None:
    assert wording.sentence(text) == said
    assert wording.sentence(said) == said


@given(st.datetimes(timezones=st.just(UTC)).filter(lambda one: one.year > 1000))
def test_every_instant_is_said_in_utc(moment: datetime) -> None:
    text = moment.replace(microsecond=0).isoformat()
    said = wording.when(text)
    assert said.endswith(f"{moment.year} {moment:%H:%M:%S} UTC")


def test_all_closed_lists_have_words() -> None:
    assert set(wording.PHASES) == set(get_args(Phase))
    assert set(wording.SEVERITIES) == set(get_args(Severity))
