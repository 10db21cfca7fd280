"""Duties stand in the order in which they press, and say how long is left."""

from dataclasses import replace

import pytest

from spillmark.model.duty import Duty, Start
from spillmark.output import clocks
from tests.output import cases


def one(status: str, due: str | None, *, number: int = 1, mandatory: bool = True) -> Duty:
    first = cases.rich().duties[0]
    return replace(first, id=f"D{number}", status=status, due=due, mandatory=mandatory)  # type: ignore[arg-type]


def test_what_presses_first_stands_first() -> None:
    order = [duty.id for duty in clocks.pressing(cases.rich().duties)]
    assert order == ["D6", "D1", "D2", "D5", "D4", "D3", "D7", "D8"]


def test_an_offset_does_not_fool_the_order() -> None:
    late, early = one("running", "2025-07-21T01:00:00-07:00"), one("running", "2025-07-21T09:00:00+02:00", number=2)
    assert clocks.pressing((late, early)) == (early, late)


def test_the_next_duty_is_open_dated_and_mandatory() -> None:
    voluntary = one("running", "2025-07-20", mandatory=False)
    met, dateless = one("met", "2025-07-01", number=2), one("running", None, number=3)
    wanted = one("running", "2025-08-01", number=4)
    case = replace(cases.rich(), duties=(voluntary, met, dateless, wanted))
    assert clocks.next_due(case) == wanted
    assert clocks.next_due(replace(case, duties=(met, dateless))) is None


@pytest.mark.parametrize(
    ("due", "left"),
    [
        ("2025-07-21T11:00:00+02:00", "1 hour left"),
        ("2025-07-21T07:00:00Z", "1 hour late"),
        ("2025-07-24T08:30:00Z", "3 days left"),
        ("2025-07-21", "today"),
        ("2025-07-22", "1 day left"),
        ("2025-07-19", "2 days late"),
        ("in due course", ""),
    ],
)
def test_time_left(due: str, left: str) -> None:
    assert clocks.due(one("running", due), "2025-07-21T08:00:00Z").left == left


def test_no_date_is_said_and_never_made_up() -> None:
    known = one("running", None)
    unknown = replace(known, starts=Start("determination", None))
    assert clocks.due(known, "2025-07-21T08:00:00Z").utc == "No date in the law"
    assert clocks.due(unknown, "2025-07-21T08:00:00Z").utc == "Clock not started"


def test_a_met_duty_has_no_time_left() -> None:
    assert clocks.due(one("met", "2025-07-25"), "2025-07-21T08:00:00Z").left == ""
