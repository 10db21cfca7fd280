"""Record ids and time formats as Salesforce writes them."""

from datetime import datetime

BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
CHECK = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"


def id15(prefix: str, number: int, pod: str) -> str:
    """Makes a case-sensitive id: 3 characters for the object, 3 for the instance, 9 of a counter in base 62."""
    digits = []
    for _ in range(15 - len(prefix) - len(pod)):
        number, digit = divmod(number, 62)
        digits.append(BASE62[digit])
    return prefix + pod + "".join(reversed(digits))


def id18(short: str) -> str:
    """Adds the three check characters that make an id safe against a change of case.

    Each stands for the upper-case letters of five characters, the first being the lowest bit
    (Salesforce, "ID Field Type", SOAP API Developer Guide).
    """
    suffix = ""
    for start in (0, 5, 10):
        bits = sum(1 << place for place, letter in enumerate(short[start : start + 5]) if "A" <= letter <= "Z")
        suffix += CHECK[bits]
    return short + suffix


def elf_time(moment: datetime) -> str:
    """Writes TIMESTAMP of an event log file: yyyyMMddHHmmss.SSS, UTC."""
    return f"{moment:%Y%m%d%H%M%S}.{moment.microsecond // 1000:03d}"


def iso_time(moment: datetime) -> str:
    """Writes ISO 8601 with milliseconds and Z, as data exports and TIMESTAMP_DERIVED do."""
    return moment.isoformat(timespec="milliseconds")[:23] + "Z"


def api_time(moment: datetime) -> str:
    """Writes a time as the REST API does: 2025-07-15T14:10:31.000+0000."""
    return moment.isoformat(timespec="milliseconds")[:23] + "+0000"
