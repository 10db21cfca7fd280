"""Dates as reports write them: whole, without a year, a weekday, "yesterday", or a range; and what they resolve to.

Month and day names come from the lexicon `calendar` (en, fr, es, de). A date keeps the precision of the report: a day,
a month or a year. Numbers with slashes are read month first (US filings), unless the first is above 12.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache

from spillmark.reading.lexicon import lexicon

_EARLIEST, _LATEST = 1970, 2100


@dataclass(frozen=True)
class Moment:
    """One date expression at [start:end); unknown parts are None.

    `weekday` (0 Monday) or `back` (days before publication) stand for a date relative to the publication date;
    `pair` links the two ends of a range: "first" or "last".
    """

    start: int
    end: int
    year: int | None = None
    month: int | None = None
    day: int | None = None
    weekday: int | None = None
    back: int | None = None
    pair: str | None = None

    @property
    def relative(self) -> bool:
        """True where only the publication date can tell which day is meant."""
        return self.weekday is not None or self.back is not None

    def iso(self) -> str | None:
        """Gives the date as far as it is known, or None without a year."""
        if self.year is None:
            return None
        if self.month is None:
            return f"{self.year:04d}"
        return (
            f"{self.year:04d}-{self.month:02d}"
            if self.day is None
            else f"{self.year:04d}-{self.month:02d}-{self.day:02d}"
        )


@dataclass(frozen=True)
class _Grammar:
    months: dict[str, int]
    weekdays: dict[str, int]
    relative: dict[str, int]
    pattern: "re.Pattern[str]"
    pair: "re.Pattern[str]"


@cache
def _grammar() -> _Grammar:
    content = lexicon("calendar").document
    months = {name: int(number) for number, names in content["months"].items() for name in names}
    weekdays = {name: int(number) for number, names in content["weekdays"].items() for name in names}
    relative = {name: int(number) for number, names in content["relative"].items() for name in names}
    month = "|".join(sorted(months, key=len, reverse=True))
    year = r"(?:19|20)\d\d"
    day = r"(?:3[01]|[12]\d|0?[1-9])"
    whole = [
        rf"(?P<y1>{year})-(?P<m1>\d\d)-(?P<d1>\d\d)",
        rf"(?P<a2>\d{{1,2}})/(?P<b2>\d{{1,2}})/(?P<y2>{year})",
        rf"(?P<d3>{day})\.(?P<m3>0?[1-9]|1[0-2])\.(?P<y3>{year})",
        rf"(?P<mn4>{month})\.? (?P<d4>{day})(?:st|nd|rd|th)?(?!\d|[.,]\d)(?:,? (?P<y4>{year}))?",
        rf"(?P<d5>{day})(?:st|nd|rd|th|er|\.)? (?:of |de )?(?P<mn5>{month})\.?(?:,? (?:de )?(?P<y5>{year}))?",
        rf"(?P<mn6>{month})\.?,? (?:of |de )?(?P<y6>{year})",
        rf"(?P<wd>{'|'.join(weekdays)})",
        rf"(?P<rel>{'|'.join(relative)})",
        (
            rf"(?:in|during|since|en|im|dans|de|from|early|mid|late|spring|summer|autumn|fall|winter|"
            rf"sommer|été|of) ?-?(?P<y7>{year})"
        ),
        (
            rf"(?<=in )(?P<mn8>{month})|(?<=end of )(?P<mn8b>{month})|(?<=between )(?P<mn8c>{month})|"
            rf"(?<=and )(?P<mn8d>{month})"
            rf"|(?<=since )(?P<mn8e>{month})|(?<=early )(?P<mn8f>{month})|(?<=late )(?P<mn8g>{month})|"
            rf"(?<=from )(?P<mn8h>{month})"
            rf"|(?<=fin )(?P<mn8i>{month})|(?<=en )(?P<mn8j>{month})|(?<=start of )(?P<mn8k>{month})|"
            rf"(?<=to )(?P<mn8l>{month})"
            rf"|(?<=mid-)(?P<mn8m>{month})|(?<=du mois de )(?P<mn8n>{month})|(?<=beginning of )(?P<mn8o>{month})"
        ),
    ]
    pair = (
        rf"(?P<from>(?:{month})\.? )?(?P<one>{day})(?:st|nd|rd|th)?(?P<glue> (?:and|to|through|"
        rf"until|au|et|bis|al?|y) | ?[-–—] ?)"
        rf"(?P<two>{day})(?:st|nd|rd|th)?(?P<to> (?:of |de )?(?:{month}))?(?:,? (?P<year>{year}))?"
    )
    flags = re.IGNORECASE
    return _Grammar(
        months,
        weekdays,
        relative,
        re.compile(r"(?<![\w/.])(?:" + "|".join(f"(?:{each})" for each in whole) + r")(?![\w/])", flags),
        re.compile(rf"(?<![\w.,])(?:{pair})(?!\w|[.,]\d)", flags),
    )


def find_moments(text: str) -> tuple[Moment, ...]:
    """Gives every date expression of the text, in order; the two ends of a range are marked as a pair."""
    grammar = _grammar()
    found = list(_pairs(text, grammar))
    taken = [(each.start, each.end) for each in found]
    for match in grammar.pattern.finditer(text):
        if any(start < match.end() and match.start() < end for start, end in taken):
            continue
        moment = _moment(match, grammar)
        if moment is not None:
            found.append(moment)
    found.sort(key=lambda each: (each.start, each.end))
    return tuple(_linked(text, found))


def _pairs(text: str, grammar: _Grammar) -> Iterator[Moment]:
    """Two days that share one month: "8 to 18 August", "between December 22 and 28"."""
    for match in grammar.pair.finditer(text):
        name = (
            (match.group("from") or match.group("to") or "").strip(" .").lower().removeprefix("of ").removeprefix("de ")
        )
        if bool(match.group("from")) == bool(match.group("to")) or name not in grammar.months:
            continue
        month = grammar.months[name]
        year = int(match.group("year")) if match.group("year") else None
        middle = match.start("glue")
        yield Moment(match.start(), middle, year, month, int(match.group("one")), pair="first")
        yield Moment(match.start("two"), match.end(), year, month, int(match.group("two")), pair="last")


def _moment(match: "re.Match[str]", grammar: _Grammar) -> Moment | None:
    parts = {name: value for name, value in match.groupdict().items() if value is not None}
    at = Moment(match.start(), match.end())
    named = next((value for name, value in parts.items() if name.startswith("mn")), None)
    if "wd" in parts:
        return replace(at, weekday=grammar.weekdays[parts["wd"].lower()])
    if "rel" in parts:
        return replace(at, back=-grammar.relative[parts["rel"].lower()])
    year = next((int(value) for name, value in parts.items() if name.startswith("y")), None)
    day = next((int(value) for name, value in parts.items() if name.startswith("d") and name[1:].isdigit()), None)
    month = (
        grammar.months[named.lower()]
        if named
        else next((int(parts[name]) for name in ("m1", "m3") if name in parts), None)
    )
    if "a2" in parts:
        first, second = int(parts["a2"]), int(parts["b2"])
        month, day = (second, first) if first > 12 else (first, second)
    if named and day is None and year is None and not text_is_month(match.group(), named):
        return None
    return _valid(replace(at, year=year, month=month, day=day))


_SMALL_MONTHS = frozenset(
    ["janvier", "février", "mars", "avril", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre"]
)


def text_is_month(written: str, name: str) -> bool:
    """A lone month must be written with a capital, so that the verb "may" and the noun "march" are none (fr: any)."""
    return (written[:1].isupper() and len(name) > 3) or name.lower() in _SMALL_MONTHS


def _valid(moment: Moment) -> Moment | None:
    if moment.year is not None and not _EARLIEST <= moment.year <= _LATEST:
        return None
    if moment.month is not None and not 1 <= moment.month <= 12:
        return None
    if moment.day is not None:
        try:
            date(moment.year or 2024, moment.month or 1, moment.day)
        except ValueError:
            return None
    return moment


_RANGE_GLUE = re.compile(
    r"\s*,?\s*(?:and|to|through|until|till|au|et le|et|bis|al|a|y|-|–|—|until the following|and the following)\s*",
    re.IGNORECASE,
)
_RANGE_HEAD = re.compile(r"(?:between|from|entre|du|del|vom|zwischen|:|breach|over the days from)\s*$", re.IGNORECASE)


def _linked(text: str, moments: list[Moment]) -> Iterator[Moment]:
    """Marks two whole dates with "to" between them, or "between ... and", as one range; they share a year."""
    place = 0
    while place < len(moments):
        here = moments[place]
        after = moments[place + 1] if place + 1 < len(moments) else None
        if (
            after is not None
            and here.pair is None
            and after.pair is None
            and not here.relative
            and not after.relative
            and (here.month is not None and after.month is not None)
            and _RANGE_GLUE.fullmatch(text[here.end : after.start])
            and (
                _RANGE_HEAD.search(text[max(0, here.start - 24) : here.start])
                or not re.fullmatch(r"\s*(?:and|et|y)\s*", text[here.end : after.start])
            )
        ):
            forward = "following" in text[here.end : after.end].lower()
            first = replace(here, pair="first", year=here.year or after.year)
            last_year = after.year or (None if here.year is None else here.year + forward)
            yield first
            yield replace(after, pair="last", year=last_year)
            place += 2
            continue
        yield here
        place += 1


def resolve(moment: Moment, published: str | None, year: int | None = None) -> Moment:
    """Fills what the publication date tells: the day of a weekday or of "yesterday", the year of a day without one.

    Without a publication date, `year` (that of the last whole date before it in the text) is used.
    """
    base = _base(published)
    if moment.relative:
        if base is None:
            return moment
        back = moment.back if moment.back is not None else (base.weekday() - (moment.weekday or 0)) % 7
        day = base - timedelta(days=back)
        return replace(moment, year=day.year, month=day.month, day=day.day, weekday=None, back=None)
    if moment.year is not None or moment.month is None:
        return moment
    if base is not None:
        guess = date(base.year, moment.month, min(moment.day or 1, 28))
        return replace(moment, year=base.year - (guess > base + timedelta(days=3)))
    return moment if year is None else replace(moment, year=year)


def _base(published: str | None) -> date | None:
    if published is None or len(published) < 10:
        return None
    try:
        return date.fromisoformat(published[:10])
    except ValueError:
        return None
