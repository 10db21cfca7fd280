"""How things are said to people: the same word for the same thing, numbers with thousands marks, times in UTC."""

import re
from datetime import UTC, date, datetime, timedelta

from spillmark.clock import is_date, parse_instant
from spillmark.model.terms import DutyStatus, Phase, SkipLevel, When

LONGEST_TIME = 40
"""Characters that are shown of a text which should be a time and is none."""
MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
PHASES: dict[Phase, str] = {
    "preparation": "Preparation",
    "access": "Access",
    "persistence": "Persistence",
    "discovery": "Discovery",
    "collection": "Collection",
    "exfiltration": "Exfiltration",
    "evasion": "Evasion",
    "extortion": "Extortion",
    "response": "Response",
}
STATUSES: dict[DutyStatus, str] = {
    "overdue": "Overdue",
    "due_soon": "Due soon",
    "running": "Running",
    "needs_fact": "Needs a fact",
    "met": "Met",
    "not_triggered": "Not triggered",
}
WHENS: dict[When, str] = {"now": "Now", "today": "Today", "this_week": "This week", "later": "Later"}
LEVELS: dict[SkipLevel, str] = {"unread": "Not read", "failed": "Failed", "partial": "Read in part", "note": "Note"}
VERDICTS: dict[str, str] = {
    "found": "Found",
    "not_found": "Not found",
    "no_evidence": "No evidence to check",
    "failed": "Failed",
}
SEVERITIES: tuple[str, ...] = ("critical", "high", "medium", "low", "informational")
BOUNDS: dict[str, str] = {
    "exact": "{}",
    "about": "about {}",
    "at_least": "at least {}",
    "at_most": "at most {}",
    "most_of": "most",
    "some_of": "some",
}
_INSTANT = re.compile(r"\b\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:\d\d)(?![\w:])")
_NAME = re.compile(r"[@_/\\\d]|\w[.:]\w")
_SPELT = {
    "api": "API",
    "api2": "API 2.0",
    "rest": "REST",
    "email": "e-mail",
    "ip": "IP",
    "id": "ID",
    "elf": "event log files",
    "mfa": "MFA",
    "oauth": "OAuth",
    "m365": "Microsoft 365",
    "github": "GitHub",
    "salesforce": "Salesforce",
}


def number(value: int | float | None) -> str:
    """Writes a figure with thousands marks; an absent one is "unknown"."""
    if value is None:
        return "unknown"
    return f"{value:,}" if isinstance(value, int) else f"{value:,.2f}".rstrip("0").rstrip(".")


def of(part: int, whole: int) -> str:
    """Writes a part with its denominator: `12 of 900`."""
    return f"{part:,} of {whole:,}"


def count(value: int, one: str, many: str = "") -> str:
    """Writes a number of things: `1 record`, `1,204 records`."""
    return f"{value:,} {one if value == 1 else many or one + 's'}"


def words(ident: str) -> str:
    """Turns an id into words: `national_id` -> `national ID`."""
    return " ".join(_SPELT.get(part, part) for part in ident.replace(".", " ").replace("_", " ").split())


def capital(text: str) -> str:
    """Begins a text with a capital letter and leaves the rest as it is."""
    return text[:1].upper() + text[1:]


def sentence(text: str) -> str:
    """Makes a whole sentence of a text: a capital at the start, a full stop at the end, instants as in `when`.

    A first word that is a name of the machine's (an address, a path, Policy__c) keeps its letters.
    """
    said = _INSTANT.sub(lambda match: when(match.group()), text.strip())
    first = said.partition(" ")[0]
    if said and not _NAME.search(first):
        said = capital(said)
    return said if not said or said[-1] in ".!?:…”" else f"{said}."


def when(text: str | None) -> str:
    """Writes a time as `15 Jul 2025 14:10:31 UTC`, a date as `15 Jul 2025`, a month as `Jul 2025`.

    What is no ISO 8601 stays as it is; an absent time is "not known".
    """
    if not text:
        return "not known"
    if len(text) == 7 and text[4] == "-" and text[:4].isdecimal() and text[5:].isdecimal() and 1 <= int(text[5:]) <= 12:
        return f"{MONTHS[int(text[5:]) - 1]} {text[:4]}"
    moment = instant(text)
    if moment is None:
        return text if len(text) <= LONGEST_TIME else f"{text[:LONGEST_TIME]} …"
    return day(moment) if is_date(text) else _clock(moment)


def local(text: str | None) -> str:
    """Writes the same instant in its own offset where that is not UTC: `09:30:00 on 18 Jul 2025 (UTC-07:00)`."""
    moment = None if not text or is_date(text) else _parsed(text)
    offset = moment.utcoffset() if moment else None
    if moment is None or not offset:
        return ""
    return f"{moment:%H:%M:%S} on {day(moment)} (UTC{moment:%z})".replace(
        f"{moment:%z}", f"{moment:%z}"[:3] + ":" + f"{moment:%z}"[3:5]
    )


def instant(text: str | None) -> datetime | None:
    """Reads an ISO 8601 text as an instant in UTC; None where it is none."""
    moment = _parsed(text) if text and len(text) <= LONGEST_TIME else None
    try:
        return moment.astimezone(UTC) if moment else None
    except (OverflowError, ValueError):
        return None


def day(moment: datetime | date) -> str:
    """Writes a day: `15 Jul 2025`."""
    return f"{moment.day} {MONTHS[moment.month - 1]} {moment.year:04d}"


def span(first: str, last: str) -> str:
    """Writes a stretch of time; the day is said once where both ends share it."""
    start, end = instant(first), instant(last)
    if first == last or (start is not None and start == end):
        return when(first)
    if start and end and start.date() == end.date() and not is_date(first):
        return f"{day(start)} {start:%H:%M:%S} to {end:%H:%M:%S} UTC"
    return f"{when(first)} to {when(last)}"


def duration(length: timedelta) -> str:
    """Writes a length of time in its two largest units: `2 days 3 hours`."""
    minutes = int(length.total_seconds()) // 60
    if minutes < 1:
        return count(max(int(length.total_seconds()), 0), "second")
    days, hours, rest = minutes // 1440, minutes % 1440 // 60, minutes % 60
    parts = [(days, "day"), (hours, "hour"), (rest, "minute")]
    first = next(index for index, (value, _) in enumerate(parts) if value)
    return " ".join(count(value, unit) for value, unit in parts[first : first + 2] if value)


def _clock(moment: datetime) -> str:
    return f"{day(moment)} {moment:%H:%M:%S} UTC"


def _parsed(text: str) -> datetime | None:
    try:
        return parse_instant(text)
    except ValueError:
        return None
