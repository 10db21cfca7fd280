"""Ids and times as the platform writes them."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spillmark.rehearse.ids import BASE62, api_time, elf_time, id15, id18, iso_time

MOMENT = datetime(2025, 7, 15, 14, 10, 31, 7_000, tzinfo=UTC)


@pytest.mark.parametrize(
    ("short", "check"),
    [("001D000000IRFma", "IAH"), ("000000000000000", "AAA"), ("ZZZZZZZZZZZZZZZ", "555"), ("Abcdefghijklmno", "BAA")],
)
def test_check_characters(short: str, check: str) -> None:
    assert id18(short) == short + check


@given(st.integers(0, 62**9 - 1), st.integers(0, 62**9 - 1))
def test_ids_are_distinct_even_without_case(one: int, other: int) -> None:
    first, second = id18(id15("003", one, "8Z0")), id18(id15("003", other, "8Z0"))
    assert len(first) == 18
    assert set(first) <= set(BASE62)
    assert (first.lower() == second.lower()) == (one == other)


def test_times() -> None:
    assert elf_time(MOMENT) == "20250715141031.007"
    assert iso_time(MOMENT) == "2025-07-15T14:10:31.007Z"
    assert api_time(MOMENT) == "2025-07-15T14:10:31.007+0000"
