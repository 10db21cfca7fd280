"""The order of reports: by the number in the evidence id, never by the id as text."""

import re

_NUMBERED = re.compile(r"[A-Z](\d{1,18})", re.ASCII)


def place_of(report: str) -> tuple[int, int, str]:
    """Gives the key under which reports are sorted by id: E7 before E10, and ids of another form after, as text.

    The ids of a case are E1..En in the order of its files, so that one more file shifts numbers but not this order.
    """
    found = _NUMBERED.fullmatch(report)
    return (1, 0, report) if found is None else (0, int(found.group(1)), report)
