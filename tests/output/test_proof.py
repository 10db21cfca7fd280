"""References are taken apart, and each leads to an anchor of its own."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spillmark.output.proof import Citations, RefKind, order, parse


@pytest.mark.parametrize(
    ("text", "kind", "evidence", "start", "end"),
    [
        ("E3:142", "row", "E3", 142, 0),
        ("E1:5-80", "text", "E1", 5, 80),
        ("E12", "evidence", "E12", 0, 0),
        ("F1", "finding", "", 0, 0),
        ("D2", "duty", "", 0, 0),
        ("A1", "action", "", 0, 0),
        ("Leu-gdpr", "law", "", 0, 0),
        ("Psf-revoke-app", "playbook", "", 0, 0),
        ("E3:", "other", "", 0, 0),
        ("e3:1", "other", "", 0, 0),
        ("E3:1\n", "other", "", 0, 0),
        ("", "other", "", 0, 0),
        ("L" + "x" * 200, "other", "", 0, 0),
    ],
)
def test_shapes(text: str, kind: RefKind, evidence: str, start: int, end: int) -> None:
    found = parse(text)
    assert (found.kind, found.evidence, found.start, found.end) == (kind, evidence, start, end)


@given(st.text(max_size=70), st.text(max_size=70))
def test_anchors_are_safe_and_differ(one: str, other: str) -> None:
    first, second = parse(one), parse(other)
    assert re.fullmatch(r"[A-Za-z0-9:._-]*", first.anchor)
    assert (first.anchor == second.anchor) == (first.text == second.text)


def test_no_anchor_hides_a_part_of_the_page() -> None:
    assert parse("clocks").anchor == "ref-clocks"


def test_citations_are_kept_once_and_sorted_by_number() -> None:
    cited = Citations()
    shown = cited.cite(["E10:2", "E2:30", "E2:4", "E10:2", "F1"])
    assert [one.text for one in shown] == ["E10:2", "E2:30", "E2:4", "F1"]
    cited.cite(["E2:4"])
    assert [one.text for one in cited.of("row")] == ["E2:4", "E2:30", "E10:2"]


@given(st.lists(st.text("EFL0123456789:-", max_size=8), max_size=8))
def test_order_is_total(texts: list[str]) -> None:
    found = [parse(text) for text in texts]
    backwards = found[::-1]
    assert sorted(found, key=order) == sorted(backwards, key=order)
