"""Date literals to half-open ranges of days or instants, seen from one moment in one zone.

Sources: Salesforce SOQL and SOSL Reference, "Date Formats and Date Literals" (what each literal spans; day bounds are
the querying user's); a standard fiscal year starts with a month, see Salesforce Help, "Set the Fiscal Year".
"""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from spillmark.clock import to_utc
from spillmark.soql.tree import Date, Instant, RelativeDate, Time

WeekStart = Literal["monday", "sunday", "saturday"]
_FIRST = date(2, 1, 1)
_LAST = date(9998, 12, 31)
_FIRST_WEEKDAY: dict[WeekStart, int] = {"monday": 0, "saturday": 5, "sunday": 6}
_LITERAL = re.compile(r"(?:(LAST|NEXT)_N_(.+)S|N_(.+)S_AGO|(LAST|THIS|NEXT)_(.+))")
_OFFSET = re.compile(r"(?P<local>.*?)(?P<offset>[Zz]|[+-]\d{2}:?\d{2})")


@dataclass(frozen=True)
class Anchor:
    """The moment of a query and how its sender divides time."""

    at: datetime
    zone: ZoneInfo
    fiscal_year_start: int = 1
    week_start: WeekStart = "monday"

    @property
    def today(self) -> date:
        """The sender's day."""
        return to_utc(self.at).astimezone(self.zone).date()


@dataclass(frozen=True)
class Days:
    """Days from `first` to before `end`; `until` cuts the last one short at an instant, in UTC without zone."""

    first: date
    end: date
    until: datetime | None = None


@dataclass(frozen=True)
class Instants:
    """Instants from `start` to before `end`, in UTC without zone."""

    start: datetime
    end: datetime


def days_of(literal: RelativeDate | Date, anchor: Anchor) -> Days | None:
    """Gives the days that a literal spans; None where the text is no day (2025-02-30)."""
    if isinstance(literal, RelativeDate):
        return _relative(literal, anchor)
    try:
        first = date.fromisoformat(literal.text)
    except ValueError:
        return None
    return Days(first, _plus_days(first, 1))


def instants_of(literal: RelativeDate | Date | Instant, anchor: Anchor) -> Instants | None:
    """Gives the instants that a literal spans; None where the text is no time."""
    if isinstance(literal, Instant):
        start = _moment(literal.text)
        return None if start is None else Instants(start, start + timedelta(milliseconds=1))
    days = days_of(literal, anchor)
    if days is None:
        return None
    end = _midnight(days.end, anchor.zone) if days.until is None else days.until
    return Instants(_midnight(days.first, anchor.zone), end)


def time_of(literal: Time) -> time | None:
    """Gives a time of day; None where the text is none (25:00:00)."""
    try:
        return time.fromisoformat(_microseconds(literal.text.rstrip("Zz")))
    except ValueError:
        return None


def _moment(text: str) -> datetime | None:
    match = _OFFSET.fullmatch(text)
    try:
        local = datetime.fromisoformat(_microseconds(text if match is None else match["local"]))
        offset = timedelta() if match is None else _offset(match["offset"])
        return min(max(local, datetime.combine(_FIRST, time())), datetime.combine(_LAST, time())) - offset
    except ValueError:
        return None


def _offset(text: str) -> timedelta:
    if text in "Zz":
        return timedelta()
    hours, minutes = int(text[1:3]), int(text[-2:])
    return timedelta(hours=hours, minutes=minutes) * (-1 if text[0] == "-" else 1)


def _microseconds(text: str) -> str:
    """A fraction of any length cut to six digits, which is what the standard library reads."""
    whole, dot, fraction = text.partition(".")
    return whole + (f".{fraction[:6]:0<6}" if dot else "")


def _relative(literal: RelativeDate, anchor: Anchor) -> Days:
    today, count = anchor.today, literal.count or 0
    if literal.name in ("YESTERDAY", "TODAY", "TOMORROW"):
        first = today + timedelta(days={"YESTERDAY": -1, "TODAY": 0, "TOMORROW": 1}[literal.name])
        return Days(first, first + timedelta(days=1))
    if literal.name in ("LAST_90_DAYS", "NEXT_90_DAYS"):
        literal = RelativeDate(literal.name.replace("90", "N"), 90)
        count = 90
    match = _LITERAL.fullmatch(literal.name)
    assert match is not None, literal.name
    many, unit, ago_unit, one, one_unit = match.groups()
    if many == "LAST" and unit == "DAY":
        until = to_utc(anchor.at).replace(tzinfo=None, microsecond=0) + timedelta(seconds=1)
        return Days(_plus_days(today, -count), _plus_days(today, 1), until)
    if many == "NEXT" and unit == "DAY":
        return Days(_plus_days(today, 1), _plus_days(today, count + 1))
    return _units(anchor, *_steps(many, unit, ago_unit, one, one_unit, count))


def _steps(many: str, unit: str, ago_unit: str, one: str, one_unit: str, count: int) -> tuple[str, int, int]:
    """Unit, first and end of the units that are meant, counted from the current one."""
    if many == "LAST":
        return unit, -count, 0
    if many == "NEXT":
        return unit, 1, count + 1
    if ago_unit:
        return ago_unit, -count, 1 - count
    first = {"LAST": -1, "THIS": 0, "NEXT": 1}[one]
    return one_unit, first, first + 1


def _units(anchor: Anchor, unit: str, first: int, end: int) -> Days:
    today = anchor.today
    if unit == "DAY":
        return Days(_plus_days(today, first), _plus_days(today, end))
    if unit == "WEEK":
        start = today - timedelta(days=(today.weekday() - _FIRST_WEEKDAY[anchor.week_start]) % 7)
        return Days(_plus_days(start, 7 * first), _plus_days(start, 7 * end))
    months = {"MONTH": 1, "QUARTER": 3, "YEAR": 12}[unit.removeprefix("FISCAL_")]
    shift = anchor.fiscal_year_start - 1 if unit.startswith("FISCAL_") else 0
    index = today.year * 12 + today.month - 1 - shift
    current = index - index % months + shift
    return Days(_month(current + months * first), _month(current + months * end))


def _month(index: int) -> date:
    year, month = divmod(index, 12)
    return _FIRST if year < _FIRST.year else _LAST if year > _LAST.year else date(year, month + 1, 1)


def _plus_days(start: date, days: int) -> date:
    # A literal may name any number; what lies beyond the calendar ends at its edge.
    ordinal = min(max(start.toordinal() + days, _FIRST.toordinal()), _LAST.toordinal())
    return date.fromordinal(ordinal)


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), tzinfo=zone).astimezone(UTC).replace(tzinfo=None)
