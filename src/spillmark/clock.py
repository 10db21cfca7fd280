"""Times: instants in UTC, dates with their precision. "Now" is always passed in, never read here."""

import re
from datetime import UTC, date, datetime

ISO_DATE = re.compile(r"^\d{4}-\d{2}-\d{2}$")


def parse_instant(text: str) -> datetime:
    """Reads an ISO 8601 date or date-time; one without an offset is UTC, a bare date is its midnight UTC.

    Raises:
        ValueError: the text is not ISO 8601.
    """
    moment = datetime.fromisoformat(text.strip())
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment


def to_utc(moment: datetime) -> datetime:
    """Gives the same instant in UTC; a naive one is taken as UTC already."""
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def iso(moment: datetime) -> str:
    """Writes an instant as ISO 8601 UTC with Z, to the second unless it has a fraction."""
    text = to_utc(moment).isoformat(timespec="auto")
    return text.replace("+00:00", "Z")


def is_date(text: str) -> bool:
    """Tells a full calendar date (2025-07-16) from an instant or a coarser date."""
    return ISO_DATE.match(text) is not None


def parse_date(text: str) -> date:
    """Reads a full calendar date.

    Raises:
        ValueError: the text is not YYYY-MM-DD.
    """
    return date.fromisoformat(text)
