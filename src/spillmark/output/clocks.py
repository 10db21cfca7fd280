"""Duties in the order in which they press, with the time left when the case was built."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from spillmark.clock import is_date
from spillmark.model.case import Case
from spillmark.model.duty import Duty
from spillmark.output import wording

_RANK = {"overdue": 0, "due_soon": 1, "running": 2, "needs_fact": 3, "met": 4, "not_triggered": 5}
_FAR = "9999"


def pressing(duties: tuple[Duty, ...]) -> tuple[Duty, ...]:
    """Sorts duties: overdue, due soon, running, waiting for a fact, met; inside each by due time, then id."""
    return tuple(sorted(duties, key=_order))


def next_due(case: Case) -> Duty | None:
    """Gives the duty to mind first: the open one with the earliest due time, mandatory before voluntary."""
    open_ones = [duty for duty in case.duties if duty.status in {"overdue", "due_soon", "running"} and duty.due]
    ranked = sorted(open_ones, key=lambda duty: (not duty.mandatory, _order(duty)))
    return ranked[0] if ranked else None


@dataclass(frozen=True)
class Due:
    """When a duty is due, in words: in UTC, in the offset of its clock event, and how long was left."""

    utc: str
    local: str
    left: str


def due(duty: Duty, built_at: str) -> Due:
    """Says when a duty is due; where the law has no number or the clock has not started, says that."""
    if not duty.due:
        return Due("No date in the law" if duty.starts.time else "Clock not started", "", "")
    return Due(wording.when(duty.due), wording.local(duty.due), _left(duty, built_at))


def _left(duty: Duty, built_at: str) -> str:
    now, end = wording.instant(built_at), wording.instant(duty.due)
    if now is None or end is None or duty.status in {"met", "not_triggered"}:
        return ""
    if duty.due and is_date(duty.due):
        return _days_left(now, end)
    length = end - now
    if length < timedelta(0):
        return f"{wording.duration(-length)} late"
    return f"{wording.duration(length)} left"


def _days_left(now: datetime, end: datetime) -> str:
    days = (end.date() - now.date()).days
    if days < 0:
        return f"{wording.count(-days, 'day')} late"
    return "today" if days == 0 else f"{wording.count(days, 'day')} left"


def _order(duty: Duty) -> tuple[int, str, int, str]:
    moment = wording.instant(duty.due)
    digits = duty.id[1:]
    when = moment.isoformat() if moment else _FAR
    return (_RANK[duty.status], when, int(digits) if digits.isdecimal() else 0, duty.id)
