"""Sliding windows and ordered sequences: edges by hand, everything else against a slow definition."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spillmark.detect.windows import Events, Hit, Numbers, Rules, Values, ordered, percentile, sliding
from tests.detect.events import at

SPAN = timedelta(minutes=5)


def hit(minute: float, *steps: int, value: str | None = None, row: int = 0) -> Hit:
    return Hit("E1", row or int(minute * 100) + 1, at(minute), frozenset(steps or (0,)), value)


def three(hits: Sequence[Hit]) -> list[Hit]:
    return sliding(hits, SPAN, Events(lambda count: count >= 3))


def minutes(hits: Sequence[Hit]) -> list[float]:
    return [(one.time - at(0)).total_seconds() / 60 for one in hits]


def test_a_burst_that_straddles_the_hour_is_one_burst() -> None:
    assert minutes(three([hit(58), hit(59.5), hit(61)])) == [58, 59.5, 61]


def test_slow_events_never_fill_a_window() -> None:
    assert three([hit(0), hit(4), hit(8), hit(12), hit(16)]) == []


def test_both_ends_of_the_window_count() -> None:
    assert minutes(three([hit(0), hit(2), hit(5)])) == [0, 2, 5]
    assert three([hit(0), hit(2), hit(5.01)]) == []


def test_windows_slide_over_a_long_burst_and_keep_every_event_of_it() -> None:
    hits = [hit(minute) for minute in (0, 2, 4, 6, 8, 10, 30)]
    assert minutes(three(hits)) == [0, 2, 4, 6, 8, 10]


def test_events_of_one_instant_stand_in_one_window() -> None:
    hits = [hit(1, row=1), hit(1, row=2), hit(1, row=3)]
    assert three(hits) == hits


def test_different_values_are_counted_once_and_leave_with_their_last_event() -> None:
    tally = Values(lambda count: count >= 2)
    hits = [hit(0, value="a"), hit(1, value="a"), hit(2), hit(5.5, value="b"), hit(20, value="c")]
    assert minutes(sliding(hits, SPAN, tally)) == [1, 2, 5.5]


def test_temporal_wants_each_rule_in_the_window_in_any_order() -> None:
    tally = Rules(lambda seen: seen >= {0, 1})
    assert minutes(sliding([hit(0, 1), hit(3, 0), hit(30, 0), hit(36, 1)], SPAN, tally)) == [0, 3]


@pytest.mark.parametrize(
    ("figure", "limit", "fires"),
    [(sum, 60, True), (sum, 61, False), (percentile(50), 20, True), (percentile(100), 30, True), (max, 31, False)],
)
def test_figures_over_numbers(figure: object, limit: int, fires: bool) -> None:
    tally = Numbers(lambda measured: measured >= limit, figure)  # type: ignore[arg-type]
    hits = [hit(0, value="10"), hit(1, value="20"), hit(2, value="30"), hit(3, value="nan"), hit(3.5, value="x")]
    assert bool(sliding(hits, SPAN, tally)) is fires


def test_numbers_leave_the_window() -> None:
    tally = Numbers(lambda measured: measured >= 30, sum)
    assert sliding([hit(0, value="20"), hit(6, value="20"), hit(12, value="20")], SPAN, tally) == []


def test_order_matters() -> None:
    assert minutes(ordered([hit(0, 0), hit(1, 1)], SPAN, 2)) == [0, 1]
    assert ordered([hit(0, 1), hit(1, 0)], SPAN, 2) == []


def test_a_repeated_sequence_is_found_each_time() -> None:
    hits = [hit(0, 0), hit(1, 1), hit(60, 0), hit(61, 1)]
    assert ordered(hits, SPAN, 2) == hits


def test_the_whole_sequence_must_fit_not_each_step() -> None:
    hits = [hit(0, 0), hit(4, 1), hit(8, 2)]
    assert ordered(hits, SPAN, 3) == []
    assert minutes(ordered([*hits, hit(5, 2)], SPAN, 3)) == [0, 4, 5]


def test_events_of_one_instant_count_as_in_order_but_not_as_two_steps() -> None:
    assert len(ordered([hit(1, 1, row=1), hit(1, 0, row=2)], SPAN, 2)) == 2
    assert ordered([hit(1, 0, 1)], SPAN, 2) == []
    assert len(ordered([hit(1, 0, 1, row=1), hit(1, 0, 1, row=2)], SPAN, 2)) == 2


def test_only_events_that_take_part_are_marked() -> None:
    hits = [hit(0, 1), hit(1, 0), hit(2, 0), hit(3, 1), hit(4, 0)]
    assert minutes(ordered(hits, SPAN, 2)) == [1, 2, 3]


moments = st.lists(st.tuples(st.integers(0, 20), st.integers(0, 2)), max_size=9, unique=True)


@given(moments)
def test_sliding_is_what_its_definition_says(drawn: list[tuple[int, int]]) -> None:
    hits = sorted((hit(minute, step, row=number + 1) for number, (minute, step) in enumerate(drawn)), key=_time)
    windows = [[h for h in hits if end.time - SPAN <= h.time <= end.time] for end in hits]
    expected = {h for window in windows if len(window) >= 3 for h in window}
    assert set(three(hits)) == expected
    assert len(three(hits)) == len(expected)


@given(moments)
def test_ordered_is_what_its_definition_says(drawn: list[tuple[int, int]]) -> None:
    hits = sorted((hit(minute, step, row=number + 1) for number, (minute, step) in enumerate(drawn)), key=_time)
    expected = set()
    for chain in combinations(sorted(hits, key=lambda h: (h.time, min(h.steps))), 3):
        if [min(h.steps) for h in chain] == [0, 1, 2] and chain[2].time - chain[0].time <= SPAN:
            expected |= set(chain)
    assert set(ordered(hits, SPAN, 3)) == expected


def _time(one: Hit) -> tuple[datetime, int]:
    return one.time, one.row
