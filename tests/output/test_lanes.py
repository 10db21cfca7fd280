"""The drawing of the timeline stays inside its frame, whatever the times."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spillmark.model.evidence import Coverage, Gap
from spillmark.model.finding import TimelineRow
from spillmark.model.terms import Phase
from spillmark.output import lanes
from tests.output import cases

WIDTHS = [(1000.0, 120.0), (360.0, 92.0)]
MOMENTS = st.datetimes(min_value=datetime(1970, 1, 2), max_value=datetime(9999, 12, 30))  # noqa: DTZ001


def row(time: str, phase: Phase = "access", rows: int | None = None) -> TimelineRow:
    return TimelineRow(time, phase, "someone", "Did something.", None, rows, (), ("E1:1",))


def drawn(rows: list[TimelineRow], width: float = 1000.0, left: float = 120.0) -> lanes.Picture:
    picture = lanes.draw(rows, (), width=width, left=left)
    assert picture is not None
    return picture


@settings(max_examples=60)
@given(st.lists(MOMENTS, min_size=1, max_size=30), st.sampled_from(WIDTHS))
def test_everything_stays_inside(moments: list[datetime], size: tuple[float, float]) -> None:
    picture = drawn([row(one.isoformat() + "Z") for one in moments], *size)
    for place in [float(mark.x) for mark in picture.marks] + [float(tick.x) for tick in picture.ticks]:
        assert size[1] <= place <= size[0]
    for band in picture.pauses:
        assert size[1] <= float(band.x) <= size[0] - float(band.width)


@settings(max_examples=60)
@given(st.lists(MOMENTS, min_size=1, max_size=30), st.sampled_from(WIDTHS))
def test_labels_never_touch(moments: list[datetime], size: tuple[float, float]) -> None:
    picture = drawn([row(one.isoformat() + "Z") for one in moments], *size)
    for name in ("day", "time"):
        spots = [(float(tick.label_x), len(getattr(tick, name))) for tick in picture.ticks if getattr(tick, name)]
        for (one, length), (other, wide) in pairwise(spots):
            assert other - one >= (length + wide) * 5.8 / 2 - 0.2


def test_later_acts_stand_further_right() -> None:
    picture = drawn(list(cases.rich().timeline))
    by_time = sorted(picture.marks, key=lambda mark: float(mark.x))
    assert [mark.phase for mark in by_time][:2] == ["preparation", "access"]
    assert by_time[-1].phase == "response"


def test_quiet_stretches_are_shortened_and_named() -> None:
    picture = drawn(list(cases.rich().timeline))
    assert "42 h" in [pause.title for pause in picture.pauses]


def test_lanes_are_the_phases_that_occur_in_their_order() -> None:
    picture = drawn([row("2025-07-15T15:00:00Z", "exfiltration"), row("2025-07-15T16:00:00Z", "access")])
    assert [lane.name for lane in picture.lanes] == ["Access", "Exfiltration"]


def test_a_crowd_becomes_one_larger_mark() -> None:
    start = datetime(2025, 7, 15, tzinfo=UTC)
    rows = [row((start + timedelta(seconds=index)).isoformat()) for index in range(5_000)]
    picture = drawn([*rows, row("2025-07-15T20:00:00Z")])
    assert len(picture.marks) <= lanes.MARKS
    assert any("more acts" in mark.title for mark in picture.marks)


def test_rows_that_left_are_written_above_their_mark() -> None:
    labels = [mark.label for mark in drawn(list(cases.rich().timeline)).marks if mark.label]
    assert labels == ["1,204", "1,930"]


def test_gaps_in_logging_are_drawn_where_they_touch_the_acts() -> None:
    rows = [row("2025-07-15T10:00:00Z"), row("2025-07-15T12:00:00Z")]
    gaps = (Gap("2025-07-15T11:00:00Z", "2025-07-15T11:30:00Z", "x"), Gap("2024-01-01", "2024-01-02", "x"))
    picture = lanes.draw(rows, [Coverage("okta.system", None, None, gaps)], width=1000, left=120)
    assert picture is not None
    assert [band.title for band in picture.gaps] == ["No events of okta system: 15 Jul 2025 11:00:00 to 11:30:00 UTC"]


@pytest.mark.parametrize("rows", [[], [row("then")]])
def test_nothing_to_draw(rows: list[TimelineRow]) -> None:
    assert lanes.draw(rows, (), width=1000, left=120) is None


def test_one_act_alone() -> None:
    picture = drawn([row("2025-07-15T10:00:00Z", "exfiltration", 5)])
    assert len(picture.marks) == len(picture.ticks) == 1
    assert picture.pauses == ()
