"""Golden cases: what a build gives is what it gave when it was last found right.

A difference that is meant is accepted with `make refresh-golden` (python -m tests.refresh); the commit says why.
"""

import json
from pathlib import Path

import pytest

from tests.golden import VOLATILE, Golden, build_golden, differences, golden_cases, readable


@pytest.mark.parametrize("golden", golden_cases(), ids=lambda golden: golden.name)
def test_case_is_as_expected(golden: Golden, tmp_path: Path) -> None:
    outcome = build_golden(golden, tmp_path)
    assert outcome.case is not None, outcome.printed
    expected = json.loads(golden.expected.read_text(encoding="utf-8"))
    changed = differences(expected, outcome.case | VOLATILE)
    assert not changed, f"{golden.about}\n{readable(changed)}"


def test_differences_are_named_by_path() -> None:
    old = {"a": [1, {"b": 2}], "c": "x", "gone": 1}
    new = {"a": [1, {"b": 3}, 4], "c": "x", "come": 1}
    assert differences(old, new) == [
        "a[1].b: expected 2, got 3",
        "a[2]: expected nothing, got 4",
        "gone: expected 1, got nothing",
        "come: expected nothing, got 1",
    ]
    assert differences(old, old) == []


def test_an_entry_more_is_one_difference() -> None:
    old, new = [{"id": number} for number in range(9)], [{"id": number} for number in range(9)]
    new.insert(3, {"id": 99})
    assert differences(old, new) == ["[3]: expected nothing, got {'id': 99}"]
