"""Chance repeats: the draws are pinned, so that no version of Python and no edit moves an example unseen."""

from collections import Counter
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from spillmark.rehearse.dice import Dice


def test_draws_are_pinned() -> None:
    dice = Dice(1, "pin")
    assert [dice.below(1000) for _ in range(5)] == [553, 226, 409, 396, 685]
    assert Dice(1, "pin").text(12) == "iOZYqIPxB6gR"
    assert Dice(1, "pin").several(range(10), 4) == [5, 3, 0, 2]


def test_streams_are_independent() -> None:
    one, other = Dice(7, "people"), Dice(7, "logs")
    assert [one.below(10**6) for _ in range(4)] != [other.below(10**6) for _ in range(4)]


@given(st.integers(0, 2**32), st.integers(1, 40), st.integers(0, 50))
def test_several_draws_without_repeats(seed: int, size: int, count: int) -> None:
    drawn = Dice(seed, "several").several(range(size), count)
    assert len(drawn) == min(size, count) == len(set(drawn))
    assert set(drawn) <= set(range(size))


@given(st.integers(0, 2**32))
def test_moments_stay_inside(seed: int) -> None:
    start = datetime(2025, 7, 1, tzinfo=UTC)
    end = start + timedelta(minutes=3)
    dice = Dice(seed, "moment")
    assert start <= dice.moment(start, end) < end
    assert start + timedelta(seconds=2) <= dice.after(start, 2, 5) < start + timedelta(seconds=5)


def test_weights_are_followed() -> None:
    dice = Dice(3, "weights")
    counts = Counter(dice.weighted({"often": 9.0, "seldom": 1.0, "never": 0.0}) for _ in range(2000))
    assert counts["never"] == 0
    assert 1700 < counts["often"] < 1900
