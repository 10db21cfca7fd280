"""ORDER BY, LIMIT and OFFSET against all worlds that doubt allows."""

from itertools import chain, combinations, permutations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.soql.copies import Copy, load

Record = tuple[int, int | None, bool]
"""Number, sort key, and whether it certainly matches."""


@pytest.fixture(scope="module")
def copy() -> Copy:
    return load({"Row": {"fields": {"Id": "id", "Key__c": "int", "Size__c": "int"}}})


def worlds(records: list[Record], *, descending: bool, last: bool) -> list[list[int]]:
    """All orders of all sets of rows that may have matched."""
    open_ones = [record for record in records if not record[2]]
    chosen = chain.from_iterable(combinations(open_ones, size) for size in range(len(open_ones) + 1))
    found = []
    for extra in chosen:
        there = [record for record in records if record[2]] + list(extra)
        for order in permutations(there):
            places = [place(record[1], descending=descending, last=last) for record in order]
            if places == sorted(places):
                found.append([record[0] for record in order])
    return found


def place(key: int | None, *, descending: bool, last: bool) -> tuple[int, int]:
    if key is None:
        return (1 if last else -1, 0)
    return (0, -key if descending else key)


@given(
    st.lists(st.tuples(st.sampled_from([None, 1, 2]), st.booleans()), min_size=1, max_size=5),
    st.sampled_from([None, "Key__c", "Key__c DESC NULLS LAST"]),
    st.none() | st.integers(0, 4),
    st.integers(0, 3),
)
@settings(max_examples=150, deadline=None)
def test_the_window_holds_what_any_world_can_show(
    copy: Copy, drawn: list[Any], order: str | None, limit: int | None, offset: int
) -> None:
    records = [(number, key, sure) for number, (key, sure) in enumerate(drawn)]
    table = [(str(n), None if key is None else str(key), "5" if sure else "unreadable") for n, key, sure in records]
    copy.engine.register("copy of Row", dict.fromkeys(["Id", "Key__c", "Size__c"], "VARCHAR"), table)
    clauses = [f"ORDER BY {order}" if order else "", f"LIMIT {limit}" if limit is not None else "", f"OFFSET {offset}"]
    _, rows = copy.run(f"SELECT Id FROM Row WHERE Size__c = 5 {' '.join(clauses)}")
    if order is None:
        records = [(number, 0, sure) for number, _, sure in records]
    last = order is not None and "LAST" in order
    end = None if limit is None else offset + limit
    shown = [set(world[offset:end]) for world in worlds(records, descending=last, last=last)]
    assert {int(row) for row, _ in rows} == set().union(*shown)
    assert {int(row) for row, certain in rows if certain} == set.intersection(*shown)
