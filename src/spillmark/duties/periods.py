"""Clock arithmetic: the due date of a period as a written sum, and other dates that are legally tenable.

- Hours run on instants, through nights and weekends, in the offset of the event. On a bare date they run from its
  beginning: the earliest tenable end, given as a date.
- Calendar days: the day of the event is not counted, the period ends with the end of the last local day.
- Business days: Monday to Friday less public holidays of the place. Where a State keeps a holiday that the country does
  not, the shorter count is the plan and the longer one an alternative.
- Months: the same date, the last day of the month where there is none.
- Regulation (EEC, Euratom) 1182/71 for laws of the European Union: art. 3(1) the hour of the event is not counted,
  art. 3(3) holidays and weekends count, art. 3(4) a period not in hours that ends on one ends with the next working
  day, art. 3(5) two days or more include two working days. The plan is the unrolled date, the others are alternatives.
"""

import calendar
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import Literal, assert_never

import holidays

from spillmark.duties.moments import Moment
from spillmark.model.duty import Alternative

Measure = Literal["hours", "calendar_days", "business_days", "months"]
Counting = Literal["plain", "eu_1182", "first_day_counts"]
SATURDAY = 5
LONGEST = 36_600
"""Days of the longest period that is computed; a law with a longer one is a mistake."""


@dataclass(frozen=True)
class Period:
    """A limit: so many of a measure, how they are counted, and the place whose public holidays matter.

    `roll` names a rule by which a period that ends on a day off may end on the next working day (an alternative);
    `roll_at` is the local time of that day, such as 12:00, where the period is in hours.
    """

    value: int
    unit: Measure
    counting: Counting = "plain"
    place: str | None = None
    roll: str | None = None
    roll_at: str | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.value <= LONGEST:
            raise ValueError(f"a period of {self.value} is not computed")


@dataclass(frozen=True)
class Due:
    """The end of a period: an instant or a date, the sum that gives it, and other tenable ends."""

    end: Moment
    basis: str
    alternatives: tuple[Alternative, ...] = ()


def due(start: Moment, period: Period) -> Due:
    """Adds a period to an event."""
    match period.unit:
        case "hours":
            return _hours(start, period)
        case "calendar_days":
            return _days(start, period)
        case "business_days":
            return _business_days(start, period)
        case "months":
            return _months(start, period)
        case _:
            assert_never(period.unit)


def is_day_off(day: date, place: str | None) -> bool:
    """Tells whether a day is a Saturday, a Sunday or a public holiday of the place."""
    return day.weekday() >= SATURDAY or (place is not None and day in _public(place, day.year))


def next_working_day(day: date, place: str | None) -> date:
    """The day itself, or the first working day after it."""
    while is_day_off(day, place):
        day += timedelta(days=1)
    return day


def _hours(start: Moment, period: Period) -> Due:
    length = timedelta(hours=period.value)
    if start.instant is None:
        end = (datetime.combine(start.day, time.min) + length).date()
        basis = (
            f"{start.text} (no time of day) +{period.value} hours = {end}: counted from the beginning of the day, the "
            "earliest tenable end; the time of day would tell the hour"
        )
        return Due(Moment(end, None, end.isoformat()), basis, _two_working_days(start, end, period))
    end_at = start.instant + length
    basis = f"{start.text} +{period.value} hours = {end_at.isoformat()}"
    if period.counting == "eu_1182":
        basis += "; weekends and holidays count (Reg. 1182/71 art. 3(3))"
    others = (
        *_full_hours(start.instant, period),
        *_two_working_days(start, end_at.date(), period),
        *_rolled_hours(end_at, period),
    )
    return Due(Moment(end_at.date(), end_at, end_at.isoformat()), basis, others)


def _full_hours(start: datetime, period: Period) -> tuple[Alternative, ...]:
    if period.counting != "eu_1182":
        return ()
    first = start.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    end = first + timedelta(hours=period.value)
    basis = (
        f"Reg. 1182/71 art. 3(1): the hour of the event is not counted; {first.isoformat()} +{period.value} full hours"
    )
    return (Alternative(end.isoformat(), basis),)


def _two_working_days(start: Moment, end: date, period: Period) -> tuple[Alternative, ...]:
    """Art. 3(5), where it gives more: whether it applies to periods in hours is disputed, so it is never the plan."""
    if period.counting != "eu_1182" or period.value < 48:
        return ()
    second = _add_business_days(start.day, 2, lambda day: is_day_off(day, period.place))
    if second <= end:
        return ()
    basis = (
        "Reg. 1182/71 art. 3(5): a period of two days or more includes at least two working days; "
        f"end of the second working day after {start.day}{_of(period.place)}; "
        "disputed for periods in hours, an argument only"
    )
    return (Alternative(second.isoformat(), basis),)


def _rolled_hours(end: datetime, period: Period) -> tuple[Alternative, ...]:
    """Only where the law itself says to which hour of the next working day a limit in hours moves."""
    working = next_working_day(end.date(), period.place)
    if period.roll is None or period.roll_at is None or working == end.date():
        return ()
    moved = datetime.combine(working, time.fromisoformat(period.roll_at), end.tzinfo).isoformat()
    off = f"{end.date()} is a Saturday, Sunday or public holiday{_of(period.place)}"
    return (Alternative(moved, f"{period.roll}: {off}; {period.roll_at} of the next working day"),)


def _days(start: Moment, period: Period) -> Due:
    if period.counting == "first_day_counts":
        end = start.day + timedelta(days=max(period.value - 1, 0))
        basis = f"{start.day} counted as day 1; day {period.value} = {end}"
        later = end + timedelta(days=1)
        other = Alternative(later.isoformat(), f"{start.day} excluded; +{period.value} calendar days = {later}")
        return Due(_date(end), basis, (other, *_rolled(end, period)))
    end = start.day + timedelta(days=period.value)
    return Due(_date(end), f"{start.day} excluded; +{period.value} calendar days = {end}", _rolled(end, period))


def _months(start: Moment, period: Period) -> Due:
    ahead = start.day.year * 12 + start.day.month - 1 + period.value
    year, month = divmod(ahead, 12)
    last = calendar.monthrange(year, month + 1)[1]
    end = date(year, month + 1, min(start.day.day, last))
    short = f"; that month has {last} days" if start.day.day > last else ""
    return Due(_date(end), f"{start.day} +{period.value} months = {end}{short}", _rolled(end, period))


def _rolled(end: date, period: Period) -> tuple[Alternative, ...]:
    rule = "Reg. 1182/71 art. 3(4)" if period.counting == "eu_1182" else period.roll
    working = next_working_day(end, period.place)
    if rule is None or working == end:
        return ()
    basis = f"{rule}: {end} is a Saturday, Sunday or public holiday{_of(period.place)}; next working day {working}"
    return (Alternative(working.isoformat(), basis),)


def _business_days(start: Moment, period: Period) -> Due:
    end = _add_business_days(start.day, period.value, lambda day: _off_in_both(day, period.place))
    off = _holidays_between(start.day, end, period.place)
    basis = (
        f"{start.day} excluded; +{period.value} business days = {end} (Monday to Friday less public holidays"
        f"{_of(period.place)}: {', '.join(off) or 'none in between'})"
    )
    longer = _add_business_days(start.day, period.value, lambda day: is_day_off(day, period.place))
    if longer == end:
        return Due(_date(end), basis)
    kept = f"with the holidays that only {period.place} keeps"
    other = f"{start.day} excluded; +{period.value} business days {kept} = {longer}"
    return Due(_date(end), basis, (Alternative(longer.isoformat(), other),))


def _add_business_days(day: date, count: int, is_off: Callable[[date], bool]) -> date:
    left = count
    while left:
        day += timedelta(days=1)
        left -= not is_off(day)
    return day


def _off_in_both(day: date, place: str | None) -> bool:
    if place is None or "-" not in place:
        return is_day_off(day, place)
    return is_day_off(day, place) and is_day_off(day, place.partition("-")[0])


def _holidays_between(start: date, end: date, place: str | None) -> list[str]:
    if place is None:
        return []
    days = (start + timedelta(days=number) for number in range(1, (end - start).days + 1))
    return [day.isoformat() for day in days if day.weekday() < SATURDAY and _off_in_both(day, place)]


@cache
def _public(place: str, year: int) -> frozenset[date]:
    country, _, subdivision = place.partition("-")
    if place == "EU":
        return frozenset()
    known = holidays.list_supported_countries()
    if country not in known:
        return frozenset()
    part = subdivision if subdivision in known[country] else None
    return frozenset(holidays.country_holidays(country, subdiv=part, years=year, language=None))


def _of(place: str | None) -> str:
    return f" of {place}" if place else ""


def _date(day: date) -> Moment:
    return Moment(day, None, day.isoformat())
