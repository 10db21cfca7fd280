"""Times in the values of an unknown log: which form they have, and which format of strptime reads them.

Formats are those of the engine (`%g` are milliseconds, `%f` microseconds). Day and month in figures are told apart by
what cannot be a month, else by which reading keeps the file's order.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

SHARE = 0.95
MOST = 4
CLOCK = (
    r"(?P<hour>\d{1,2}):(?P<minute>\d{2})(?P<seconds>:\d{2})?(?P<fraction>[.,]\d{1,6})?(?P<half> ?[AaPp][Mm])?"
    r"(?P<utc> ?(?:UTC|GMT|Z))?"
)
USUAL = re.compile(
    r"\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}(?::?\d{2})?)?)?"
    r"|\d{2}/[A-Z][a-z]{2}/\d{4}:\d{2}:\d{2}:\d{2}(?:\.\d{1,6}| [+-]\d{4})?|(?:19|20)\d{12}(?:\.\d{1,9})?"
)
EPOCH = re.compile(r"1\d{9}(?:\.\d{1,9})?|1\d{12}|1\d{15}|1\d{18}")
ZONED = re.compile(r".*(?:\d(?:Z|[+-]\d{2}(?::?\d{2})?))$")
ISO = re.compile(
    r"\d{4}-\d{2}-\d{2}(?:(?P<gap>[T ])\d{2}:\d{2}(?P<seconds>:\d{2})?(?P<fraction>\.\d+)?(?P<zone>Z|[+-][\d:]+|))?"
)
WEB = re.compile(r"\d{2}/[A-Z][a-z]{2}/\d{4}:\d{2}:\d{2}:\d{2}(?P<fraction>\.\d{1,6})?(?P<zone> [+-]\d{4})?")
FIGURES = re.compile(rf"(?P<a>\d{{1,2}})(?P<sign>[./-])(?P<b>\d{{1,2}})(?P=sign)\d{{4}}(?:(?P<gap>,? |T){CLOCK})?")
YEAR_FIRST = re.compile(rf"\d{{4}}(?P<sign>[./-])\d{{1,2}}(?P=sign)\d{{1,2}}(?:(?P<gap>,? |T){CLOCK})?")
NAMED = re.compile(
    rf"\d{{1,2}}(?P<one>[ ./-])(?P<month>[A-Z][a-z]+)(?P<two>,? |[./-])\d{{4}}(?:(?P<gap>,? |T|:){CLOCK})?"
)
MONTH_FIRST = re.compile(
    rf"(?P<day>[A-Z][a-z]{{2}} )?(?P<month>[A-Z][a-z]+) {{1,2}}\d{{1,2}}(?P<two>,?) \d{{4}}(?:(?P<gap>,? ){CLOCK})?"
)
YEAR_LAST = re.compile(r"(?P<day>[A-Z][a-z]{2} )?(?P<month>[A-Z][a-z]{2}) {1,2}\d{1,2} \d{1,2}:\d{2}:\d{2} \d{4}")
PACKED = re.compile(r"\d{8}T\d{6}Z?")
ONLY_CLOCK = re.compile(r"\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d{1,6})?)?")
DAY_FIRST, MONTH_BEFORE = "%d{0}%m{0}%Y", "%m{0}%d{0}%Y"


@dataclass(frozen=True)
class Instants:
    """Times of one field: `formats` reads them (none where `as: time` knows them); what is to be said of them.

    `zoned` tells that the values name their zone or count from 1970, `clocked` that they hold a time of the day.
    """

    formats: tuple[str, ...]
    zoned: bool
    clocked: bool
    why: str
    doubt: str | None = None


def instants(values: Sequence[str]) -> Instants | None:
    """Tells which times the values of a field are, in the order of the file; None where they are none."""
    filled = [value for value in values if value]
    if not filled:
        return None
    if _share(filled, USUAL) >= SHARE:
        zoned = all(ZONED.fullmatch(value) and ":" in value for value in filled if USUAL.fullmatch(value))
        clocked = any(":" in value or len(value) > len("2025-07-15") for value in filled)
        return Instants((), zoned, clocked, "times in a usual form")
    if _share(filled, EPOCH) >= SHARE and len({value[:2] for value in filled}) <= 2:
        return Instants((), zoned=True, clocked=True, why="counts of seconds, or parts of them, since 1970")
    return _formatted(filled)


def _share(values: Sequence[str], pattern: re.Pattern[str]) -> float:
    return sum(pattern.fullmatch(value) is not None for value in values) / len(values)


def _formatted(values: Sequence[str]) -> Instants | None:
    order, doubt = _order(values)
    found = Counter(one for value in values if (one := _format(value, order)) is not None)
    chosen = tuple(name for name, _ in sorted(found.items(), key=lambda pair: (-pair[1], pair[0]))[:MOST])
    if sum(found[name] for name in chosen) < SHARE * len(values):
        return None
    zoned = all(name.endswith(("Z", "UTC", "GMT")) for name in chosen)
    clocked = any("%H" in name or "%I" in name for name in chosen)
    return Instants(chosen, zoned, clocked, f"times like {' or '.join(chosen)}", doubt)


def _format(value: str, order: str) -> str | None:
    """The format of one value, of which `order` says how day and month stand."""
    if found := YEAR_FIRST.fullmatch(value):
        return f"%Y{found['sign']}%m{found['sign']}%d" + _clock(found)
    if found := FIGURES.fullmatch(value):
        return order.format(found["sign"]) + _clock(found)
    if found := NAMED.fullmatch(value):
        return f"%d{found['one']}{_month(found)}{found['two']}%Y" + _clock(found)
    if found := MONTH_FIRST.fullmatch(value):
        return f"{'%a ' if found['day'] else ''}{_month(found)} %d{found['two']} %Y" + _clock(found)
    if found := YEAR_LAST.fullmatch(value):
        return f"{'%a ' if found['day'] else ''}%b %d %H:%M:%S %Y"
    if PACKED.fullmatch(value):
        return "%Y%m%dT%H%M%S" + ("Z" if value.endswith("Z") else "")
    return None


def _month(found: re.Match[str]) -> str:
    return "%b" if len(found["month"]) == 3 else "%B"


def _clock(found: re.Match[str]) -> str:
    if found["hour"] is None:
        return ""
    text = f"{found['gap']}{'%I' if found['half'] else '%H'}:%M"
    text += ":%S" if found["seconds"] else ""
    if found["fraction"]:
        text += found["fraction"][0] + ("%g" if len(found["fraction"]) <= 4 else "%f")
    if found["half"]:
        text += " %p" if found["half"].startswith(" ") else "%p"
    return text + (found["utc"] or "")


def _order(values: Sequence[str]) -> tuple[str, str | None]:
    """Whether the day or the month comes first, and what speaks against being sure."""
    pairs = [(int(m["a"]), int(m["b"]), m["sign"], m["half"]) for value in values if (m := FIGURES.fullmatch(value))]
    if any(a > 12 for a, _, _, _ in pairs):
        return DAY_FIRST, None
    if any(b > 12 for _, b, _, _ in pairs):
        return MONTH_BEFORE, None
    if not pairs or all(sign == "." for _, _, sign, _ in pairs):
        return DAY_FIRST, None
    days, months = (_breaks(values, order) for order in (DAY_FIRST, MONTH_BEFORE))
    american = any(half for _, _, _, half in pairs)
    order = MONTH_BEFORE if months < days or (months == days and american) else DAY_FIRST
    first = "the month" if order == MONTH_BEFORE else "the day"
    return order, f"no value shows whether day or month comes first; {first} was assumed: check it"


def _breaks(values: Sequence[str], order: str) -> int:
    """How often a time lies before the one above it."""
    read = [time for value in values if (time := _read(value, order)) is not None]
    return sum(later < earlier for earlier, later in pairwise(read))


def _read(value: str, order: str) -> datetime | None:
    form = _format(value, order)
    if form is None:
        return None
    try:
        return datetime.strptime(value.partition(" ")[0], form.partition(" ")[0])  # noqa: DTZ007 - only compared
    except ValueError:
        return None


def clock_only(values: Sequence[str]) -> bool:
    """Tells that values are times of a day without the day."""
    filled = [value for value in values if value]
    return bool(filled) and _share(filled, ONLY_CLOCK) >= SHARE


def invented(form: str) -> str:
    """Writes the invented time of samples, 15 July 2025 14:10:31, in a format."""
    milli = form.replace("%g", "000").replace("%f", "000000")
    return datetime(2025, 7, 15, 14, 10, 31).strftime(milli)  # noqa: DTZ001 - it has no zone, as the values have none


def invented_usual(value: str) -> str:
    """Writes the invented time of samples in the usual form that a value has; only its zone stays."""
    if found := ISO.fullmatch(value):
        fraction = "." + "0" * (len(found["fraction"]) - 1) if found["fraction"] else ""
        clock = (
            f"{found['gap']}14:10{':31' if found['seconds'] else ''}{fraction}{found['zone']}" if found["gap"] else ""
        )
        return f"2025-07-15{clock}"
    if found := WEB.fullmatch(value):
        fraction = "." + "0" * (len(found["fraction"]) - 1) if found["fraction"] else ""
        return f"15/Jul/2025:14:10:31{fraction}{found['zone'] or ''}"
    whole, dot, rest = value.partition(".")
    moment = "20250715141031" if len(whole) == len("20250715141031") and whole[:2] in ("19", "20") else "1752588631"
    return moment + "0" * (len(whole) - len(moment)) + dot + "0" * len(rest)
