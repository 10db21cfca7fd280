"""Periods, each computed by hand: offsets, summer time, leap days, ends of years, holidays, Regulation 1182/71."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spillmark.duties.moments import parse
from spillmark.duties.periods import Period, due, is_day_off


@pytest.mark.parametrize(
    ("start", "period", "end"),
    [
        ("2025-07-18T09:05:00-07:00", Period(72, "hours"), "2025-07-21T09:05:00-07:00"),
        ("2025-12-31T23:30:00+01:00", Period(72, "hours"), "2026-01-03T23:30:00+01:00"),
        # Summer time ends on 26 October 2025: 72 hours are 72 hours, in the offset of the event.
        ("2025-10-25T12:00:00+02:00", Period(72, "hours"), "2025-10-28T12:00:00+02:00"),
        ("2024-02-28T08:00:00Z", Period(36, "hours"), "2024-02-29T20:00:00+00:00"),
        ("2025-03-04", Period(72, "hours"), "2025-03-07"),
        ("2025-03-04", Period(4, "hours"), "2025-03-04"),
        ("2025-03-04", Period(36, "hours"), "2025-03-05"),
        ("2025-03-04T23:59:00-08:00", Period(30, "calendar_days"), "2025-04-03"),
        ("2024-01-30", Period(30, "calendar_days"), "2024-02-29"),
        ("2025-01-30", Period(30, "calendar_days"), "2025-03-01"),
        ("2024-12-31", Period(60, "calendar_days"), "2025-03-01"),
        ("2023-12-31", Period(60, "calendar_days"), "2024-02-29"),
        ("2025-03-04", Period(5, "calendar_days", "first_day_counts"), "2025-03-08"),
        ("2025-01-31", Period(1, "months"), "2025-02-28"),
        ("2024-01-31", Period(1, "months"), "2024-02-29"),
        ("2025-11-15", Period(24, "months"), "2027-11-15"),
        # Tuesday; 14 business days end on Monday 24 March.
        ("2025-03-04", Period(14, "business_days", place="US-VT"), "2025-03-24"),
        # Wednesday 2 July: 3, 7, 8 July; the 4th is Independence Day.
        ("2025-07-02", Period(3, "business_days", place="US-IA"), "2025-07-08"),
        # Friday evening: the day after the event is day 1, and that is Monday.
        ("2025-03-07T22:00:00-06:00", Period(1, "business_days", place="US-MN"), "2025-03-10"),
        # Tuesday 23 December, Brazil: 24, 26, 29.
        ("2025-12-23", Period(3, "business_days", place="BR"), "2025-12-29"),
    ],
)
def test_ends(start: str, period: Period, end: str) -> None:
    assert due(parse(start), period).end.text == end


@pytest.mark.parametrize(
    ("start", "period", "words"),
    [
        ("2025-03-04", Period(45, "calendar_days"), "2025-03-04 excluded; +45 calendar days = 2025-04-18"),
        (
            "2025-03-04",
            Period(14, "business_days", place="US-VT"),
            "2025-03-04 excluded; +14 business days = 2025-03-24",
        ),
        ("2025-03-04", Period(72, "hours"), "no time of day"),
        ("2025-07-02", Period(3, "business_days", place="US-IA"), "public holidays of US-IA: 2025-07-04"),
        ("2025-01-31", Period(1, "months"), "that month has 28 days"),
    ],
)
def test_the_sum_is_written(start: str, period: Period, words: str) -> None:
    assert words in due(parse(start), period).basis


def test_a_holiday_that_only_the_state_keeps_gives_the_longer_count_as_alternative() -> None:
    # California keeps the day after Thanksgiving (28 November 2025).
    found = due(parse("2025-11-25"), Period(3, "business_days", place="US-CA"))
    assert found.end.text == "2025-12-01"
    assert [one.due for one in found.alternatives] == ["2025-12-02"]


def test_regulation_1182_hours() -> None:
    # Maundy Thursday 2025, 18:20 in Berlin: four days off follow.
    found = due(parse("2025-04-17T18:20:00+02:00"), Period(72, "hours", "eu_1182", "DE-BE"))
    assert found.end.text == "2025-04-20T18:20:00+02:00"
    assert [one.due for one in found.alternatives] == ["2025-04-20T19:00:00+02:00", "2025-04-23"]
    assert "art. 3(1)" in found.alternatives[0].basis
    assert "art. 3(5)" in found.alternatives[1].basis
    assert "disputed" in found.alternatives[1].basis


def test_two_working_days_are_no_alternative_where_the_period_holds_them() -> None:
    # Monday morning to Thursday morning: Tuesday and Wednesday are working days.
    found = due(parse("2025-03-03T09:00:00+01:00"), Period(72, "hours", "eu_1182", "FR"))
    assert [one.due for one in found.alternatives] == ["2025-03-06T10:00:00+01:00"]


def test_regulation_1182_rolls_months_but_never_hours() -> None:
    # 1 October 2025 + 1 month = Saturday 1 November, All Saints' Day; Monday is the 3rd.
    found = due(parse("2025-10-01"), Period(1, "months", "eu_1182", "FR"))
    assert found.end.text == "2025-11-01"
    assert [(one.due, "art. 3(4)" in one.basis) for one in found.alternatives] == [("2025-11-03", True)]
    hours = due(parse("2025-03-05T09:00:00+01:00"), Period(72, "hours", "eu_1182", "FR"))
    assert hours.end.text == "2025-03-08T09:00:00+01:00"  # a Saturday
    assert all("art. 3(4)" not in one.basis for one in hours.alternatives)


def test_plain_periods_do_not_roll_without_a_rule() -> None:
    assert due(parse("2025-10-01"), Period(1, "months")).alternatives == ()
    rolled = due(parse("2025-02-01"), Period(28, "calendar_days", place="US-TX", roll="Tex. Gov't Code 311.014"))
    assert rolled.end.text == "2025-03-01"
    assert [one.due for one in rolled.alternatives] == ["2025-03-03"]


def test_a_period_without_sense_is_refused() -> None:
    with pytest.raises(ValueError, match="not computed"):
        Period(-1, "hours")


@settings(deadline=None)
@given(st.dates(date(1990, 1, 1), date(2090, 12, 31)), st.integers(0, 40))
def test_business_days_between_start_and_end_are_as_many_as_asked(day: date, count: int) -> None:
    end = due(parse(day.isoformat()), Period(count, "business_days", place="FR")).end.day
    between = [day + timedelta(days=number) for number in range(1, (end - day).days + 1)]
    assert sum(not is_day_off(one, "FR") for one in between) == count
    assert end == day or not is_day_off(end, "FR")


@settings(deadline=None)
@given(st.dates(date(1990, 1, 1), date(2090, 12, 31)), st.integers(1, 400), st.integers(-12, 14))
def test_alternatives_are_never_before_the_plan(day: date, hours: int, offset: int) -> None:
    sign, size = ("+", offset) if offset >= 0 else ("-", -offset)
    start = parse(f"{day.isoformat()}T23:15:00{sign}{size:02}:00")
    found = due(start, Period(hours, "hours", "eu_1182", "FR"))
    assert found.end.instant is not None
    assert start.instant is not None
    assert found.end.instant - start.instant == timedelta(hours=hours)
    assert found.end.instant.utcoffset() == start.instant.utcoffset()
    for one in found.alternatives:
        assert parse(one.due).day >= found.end.day


def test_hours_move_to_an_hour_of_the_next_working_day_only_where_the_law_says_so() -> None:
    # Wednesday noon + 72 hours is Saturday noon (DORA: noon of the next working day).
    rule = "Delegated Regulation (EU) 2025/301 art. 5(4)"
    found = due(parse("2025-03-05T12:00:00+01:00"), Period(72, "hours", place="FR", roll=rule, roll_at="12:00"))
    assert found.end.text == "2025-03-08T12:00:00+01:00"
    assert [one.due for one in found.alternatives] == ["2025-03-10T12:00:00+01:00"]
    assert due(parse("2025-03-05T12:00:00+01:00"), Period(72, "hours", place="FR", roll=rule)).alternatives == ()
