"""Date literals: what each spans, from one moment in one zone."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spillmark.soql.dates import Anchor, days_of, instants_of
from spillmark.soql.tree import Date, Instant, RelativeDate
from spillmark.soql.vocabulary import COUNTED_DATES, PLAIN_DATES
from tests.soql.copies import load

TUESDAY = Anchor(datetime(2025, 7, 15, 14, 2, 11, 500, tzinfo=UTC), ZoneInfo("UTC"))


@pytest.mark.parametrize(
    ("literal", "first", "last"),
    [
        ("TODAY", "2025-07-15", "2025-07-15"),
        ("YESTERDAY", "2025-07-14", "2025-07-14"),
        ("TOMORROW", "2025-07-16", "2025-07-16"),
        ("THIS_WEEK", "2025-07-14", "2025-07-20"),
        ("LAST_WEEK", "2025-07-07", "2025-07-13"),
        ("NEXT_WEEK", "2025-07-21", "2025-07-27"),
        ("THIS_MONTH", "2025-07-01", "2025-07-31"),
        ("LAST_MONTH", "2025-06-01", "2025-06-30"),
        ("NEXT_MONTH", "2025-08-01", "2025-08-31"),
        ("THIS_QUARTER", "2025-07-01", "2025-09-30"),
        ("LAST_QUARTER", "2025-04-01", "2025-06-30"),
        ("NEXT_QUARTER", "2025-10-01", "2025-12-31"),
        ("THIS_YEAR", "2025-01-01", "2025-12-31"),
        ("LAST_YEAR", "2024-01-01", "2024-12-31"),
        ("NEXT_YEAR", "2026-01-01", "2026-12-31"),
        ("LAST_90_DAYS", "2025-04-16", "2025-07-15"),
        ("NEXT_90_DAYS", "2025-07-16", "2025-10-13"),
        ("LAST_N_DAYS:7", "2025-07-08", "2025-07-15"),
        ("LAST_N_DAYS:0", "2025-07-15", "2025-07-15"),
        ("NEXT_N_DAYS:1", "2025-07-16", "2025-07-16"),
        ("LAST_N_WEEKS:2", "2025-06-30", "2025-07-13"),
        ("NEXT_N_WEEKS:1", "2025-07-21", "2025-07-27"),
        ("LAST_N_MONTHS:7", "2024-12-01", "2025-06-30"),
        ("NEXT_N_MONTHS:6", "2025-08-01", "2026-01-31"),
        ("LAST_N_QUARTERS:3", "2024-10-01", "2025-06-30"),
        ("LAST_N_YEARS:2", "2023-01-01", "2024-12-31"),
        ("N_DAYS_AGO:3", "2025-07-12", "2025-07-12"),
        ("N_WEEKS_AGO:1", "2025-07-07", "2025-07-13"),
        ("N_MONTHS_AGO:5", "2025-02-01", "2025-02-28"),
        ("N_QUARTERS_AGO:1", "2025-04-01", "2025-06-30"),
        ("N_YEARS_AGO:1", "2024-01-01", "2024-12-31"),
        ("THIS_FISCAL_YEAR", "2025-01-01", "2025-12-31"),
    ],
)
def test_the_days_of_a_literal(literal: str, first: str, last: str) -> None:
    assert spanned(literal, TUESDAY) == (first, last)


def spanned(literal: str, anchor: Anchor) -> tuple[str, str]:
    name, _, count = literal.partition(":")
    days = days_of(RelativeDate(name, int(count) if count else None), anchor)
    assert days is not None
    return days.first.isoformat(), (days.end - timedelta(days=1)).isoformat()


@pytest.mark.parametrize(
    ("literal", "first", "last"),
    [
        ("THIS_FISCAL_YEAR", "2024-10-01", "2025-09-30"),
        ("LAST_FISCAL_YEAR", "2023-10-01", "2024-09-30"),
        ("THIS_FISCAL_QUARTER", "2025-07-01", "2025-09-30"),
        ("NEXT_N_FISCAL_YEARS:2", "2025-10-01", "2027-09-30"),
        ("N_FISCAL_QUARTERS_AGO:2", "2025-01-01", "2025-03-31"),
        ("THIS_YEAR", "2025-01-01", "2025-12-31"),
    ],
)
def test_a_fiscal_year_that_begins_in_october(literal: str, first: str, last: str) -> None:
    assert spanned(literal, Anchor(TUESDAY.at, TUESDAY.zone, fiscal_year_start=10)) == (first, last)


def test_a_fiscal_quarter_need_not_be_a_calendar_quarter() -> None:
    assert spanned("THIS_FISCAL_QUARTER", Anchor(TUESDAY.at, TUESDAY.zone, 2)) == ("2025-05-01", "2025-07-31")


def test_weeks_begin_where_the_sender_begins_them() -> None:
    assert spanned("THIS_WEEK", Anchor(TUESDAY.at, TUESDAY.zone, 1, "sunday")) == ("2025-07-13", "2025-07-19")
    assert spanned("THIS_WEEK", Anchor(TUESDAY.at, TUESDAY.zone, 1, "saturday")) == ("2025-07-12", "2025-07-18")


def test_today_is_the_senders_day() -> None:
    late = datetime(2025, 7, 15, 3, tzinfo=UTC)
    here = instants_of(RelativeDate("TODAY"), Anchor(late, ZoneInfo("America/Los_Angeles")))
    assert here is not None
    assert (here.start.isoformat(), here.end.isoformat()) == ("2025-07-14T07:00:00", "2025-07-15T07:00:00")


def test_a_day_of_the_clock_change_is_shorter() -> None:
    spring = instants_of(Date("2025-03-30"), Anchor(TUESDAY.at, ZoneInfo("Europe/Paris")))
    assert spring is not None
    assert spring.end - spring.start == timedelta(hours=23)


def test_the_last_days_end_with_the_second_of_the_query() -> None:
    found = instants_of(RelativeDate("LAST_N_DAYS", 1), TUESDAY)
    assert found is not None
    assert found.start.isoformat() == "2025-07-14T00:00:00"
    assert found.end.isoformat() == "2025-07-15T14:02:12"


@pytest.mark.parametrize("text", ["2025-02-30", "2025-13-01", "0000-01-01"])
def test_a_day_that_no_calendar_has(text: str) -> None:
    assert days_of(Date(text), TUESDAY) is None
    assert instants_of(Instant(text + "T00:00:00Z"), TUESDAY) is None


moments = st.integers(-300 * 365, 1900 * 365).map(
    lambda days: datetime(2000, 1, 1, 23, tzinfo=UTC) + timedelta(days=days)
)
names = st.sampled_from(sorted(PLAIN_DATES)) | st.sampled_from(sorted(COUNTED_DATES))


@given(names, st.integers(0, 9_999_999_999), moments, st.integers(1, 12))
def test_any_literal_spans_days_in_order(name: str, count: int, at: datetime, start: int) -> None:
    anchor = Anchor(at, ZoneInfo("Asia/Kolkata"), start, "sunday")
    days = days_of(RelativeDate(name, count), anchor)
    instants = instants_of(RelativeDate(name, count), anchor)
    assert days is not None
    assert instants is not None
    assert days.first <= days.end
    assert instants.start <= instants.end


@given(
    st.dates(date(1990, 1, 1), date(2040, 1, 1)),
    st.sampled_from(["WEEK", "MONTH", "QUARTER", "YEAR", "FISCAL_QUARTER"]),
    st.integers(1, 12),
)
def test_last_this_and_next_touch(day: date, unit: str, start: int) -> None:
    anchor = Anchor(datetime(day.year, day.month, day.day, 12, tzinfo=UTC), ZoneInfo("UTC"), start)
    last, this, following = (days_of(RelativeDate(f"{when}_{unit}"), anchor) for when in ("LAST", "THIS", "NEXT"))
    assert last is not None
    assert this is not None
    assert following is not None
    assert this.first <= day < this.end
    assert last.end == this.first
    assert this.end == following.first


ROWS = """Id,Day__c,When__c
1,2025-07-13,2025-07-14T21:59:59.000Z
2,2025-07-14,2025-07-14T22:00:00.000Z
3,2025-07-15,2025-07-15T14:02:11.000Z
4,2025-07-16,2025-07-15T21:59:59.000Z
5,2025-07-17,2025-07-15T22:00:00.000Z
6,,
"""
COPY = load({"Log": {"fields": {"Id": "id", "Day__c": "date", "When__c": "datetime"}, "rows": ROWS}})


@pytest.mark.parametrize(
    ("where", "ids"),
    [
        ("Day__c = TODAY", "3"),
        ("Day__c < TODAY", "12"),
        ("Day__c <= TODAY", "123"),
        ("Day__c > TODAY", "45"),
        ("Day__c >= TODAY", "345"),
        ("Day__c != TODAY", "12456"),
        ("Day__c IN (TODAY, TOMORROW)", "34"),
        ("Day__c NOT IN (TODAY, TOMORROW)", "1256"),
        ("When__c = TODAY", "234"),
        ("When__c < TODAY", "1"),
        ("When__c > TODAY", "5"),
        ("When__c >= TODAY", "2345"),
        ("When__c = LAST_N_DAYS:1", "123"),
        ("When__c > LAST_N_DAYS:1", "45"),
        ("When__c = N_DAYS_AGO:1", "1"),
        ("When__c >= 2025-07-15T00:00:00+02:00", "2345"),
        ("CALENDAR_MONTH(When__c) = 7 AND HOUR_IN_DAY(When__c) = 14", "3"),
    ],
)
def test_literals_in_a_query_from_paris(where: str, ids: str) -> None:
    found = COPY.ids(f"SELECT Id FROM Log WHERE {where}", zone=ZoneInfo("Europe/Paris"))
    assert "".join(found) == ids
