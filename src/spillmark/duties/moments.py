"""A moment of the clock: a bare date, or an instant with its offset; both keep the words in which they were given."""

from dataclasses import dataclass
from datetime import date, datetime, time

from spillmark.clock import is_date

FIRST_YEAR, LAST_YEAR = 1970, 2199
"""Years in which a clock event can lie; what is outside is a slip of the pen."""


@dataclass(frozen=True)
class Moment:
    """`day` is the local date; `instant` is None for a bare date; `text` is ISO 8601, as given."""

    day: date
    instant: datetime | None
    text: str

    @property
    def earliest(self) -> datetime:
        """The first time the moment can be, naive where the offset is not known."""
        return self.instant if self.instant is not None else datetime.combine(self.day, time.min)


def parse(text: str) -> Moment:
    """Reads `2025-03-04` or `2025-03-04T09:30-08:00` (T or a blank between, offset or Z needed).

    Raises:
        ValueError: the text is neither; the message says what is missing.
    """
    words = text.strip()
    if is_date(words):
        return Moment(_sane(date.fromisoformat(words)), None, words)
    instant = datetime.fromisoformat(words)
    if instant.tzinfo is None:
        raise ValueError("a time of day needs its offset, such as 2025-03-04T09:30-08:00")
    return Moment(_sane(instant.date()), instant, words.replace(" ", "T", 1))


def _sane(day: date) -> date:
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise ValueError(f"the year {day.year} is not between {FIRST_YEAR} and {LAST_YEAR}")
    return day


def of_day(day: date) -> Moment:
    """The bare date as a moment."""
    return Moment(day, None, day.isoformat())


def of_instant(instant: datetime) -> Moment:
    """An instant with offset as a moment."""
    return Moment(instant.date(), instant, instant.isoformat())


def order_key(moment: Moment) -> tuple[date, datetime]:
    """Sorts moments: two instants by their instant; where one is a bare date, by the local day, the bare date first."""
    instant = moment.instant
    return (moment.day, instant.replace(tzinfo=None) if instant is not None else moment.earliest)


def earlier(one: Moment, other: Moment) -> Moment:
    """The earlier of two moments; instants are compared as instants, else the local days, then the bare date wins."""
    return one if _before(one, other) else other


def later(one: Moment, other: Moment) -> Moment:
    """The later of two moments."""
    return other if _before(one, other) else one


def _before(one: Moment, other: Moment) -> bool:
    if one.instant is not None and other.instant is not None:
        return one.instant <= other.instant
    return order_key(one) <= order_key(other)


def end_of_year(moment: Moment) -> Moment:
    """The last day of the calendar year of a moment."""
    return of_day(date(moment.day.year, 12, 31))


def today(now: datetime, like: Moment) -> date:
    """The local date of `now` where the moment was given with an offset, else the date of `now` as it is written."""
    return (now.astimezone(like.instant.tzinfo) if like.instant is not None else now).date()
