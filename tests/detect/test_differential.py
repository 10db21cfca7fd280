"""The signature method finds exactly what one query for each rule finds, on random rules and events."""

import json
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from spillmark.detect.logsources import load_logsources
from spillmark.detect.rules import build_rules
from spillmark.detect.signatures import evaluate
from tests.detect.events import Event, places, world
from tests.detect.reference import reference

FIELDS = ("operation", "app", "query", "src_ip", "rows")
LETTERS = st.text(alphabet="abAB_%.*?\\[]()+^$'\" -", min_size=0, max_size=5)
WORDS = st.one_of(LETTERS, st.sampled_from(["query", "Query", "QueryMore", "select 'x'", "10", "9.5", "nan", "1e3"]))
ADDRESSES = st.sampled_from(["203.0.113.7", "203.0.113.200", "198.51.100.9", "Salesforce.com IP"])


@st.composite
def event(draw: st.DrawFn) -> Event:
    return {
        "source": draw(st.sampled_from(["acme.log", "acme.api", "other.log"])),
        "operation": draw(st.none() | WORDS.filter(bool)),
        "app": draw(st.none() | WORDS.filter(bool)),
        "query": draw(st.none() | WORDS.filter(bool)),
        "src_ip": draw(st.none() | ADDRESSES),
        "rows": draw(st.none() | st.integers(0, 12)),
    }


@st.composite
def line(draw: st.DrawFn) -> tuple[str, Any]:
    field = draw(st.sampled_from(["operation", "app", "query"]))
    modifier = draw(st.sampled_from(["", "|contains", "|startswith", "|endswith", "|contains|all", "|cased", "other"]))
    if modifier != "other":
        many = modifier.endswith("all") or draw(st.booleans())
        value = draw(st.lists(WORDS, min_size=2, max_size=3)) if many else draw(WORDS)
        return field + modifier, value
    return draw(
        st.sampled_from(
            [
                ("src_ip|cidr", "203.0.113.0/24"),
                ("src_ip|cidr", "203.0.113.128/25"),
                ("rows|gte", 5),
                ("rows|lt", 5),
                ("rows", 7),
                ("operation|gt", 9),
                (f"{field}|re", "^[a-q]+"),
                (f"{field}|re|i", "QUERY(more)?$"),
                (field, None),
                (f"{field}|exists", True),
                (f"{field}|exists", False),
            ]
        )
    )


@st.composite
def detection(draw: st.DrawFn) -> dict[str, Any]:
    names = ("sel_a", "sel_b", "flt_c")
    parts: dict[str, Any] = {name: dict(draw(st.lists(line(), min_size=1, max_size=2))) for name in names}
    condition = draw(
        st.sampled_from(
            [
                "sel_a",
                "sel_a and not flt_c",
                "1 of sel_*",
                "all of sel_* and not flt_c",
                "not sel_a or (sel_b and flt_c)",
                "not 1 of them",
            ]
        )
    )
    return {**parts, "condition": condition}


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(event(), min_size=1, max_size=25), st.lists(detection(), min_size=1, max_size=6))
def test_both_ways_find_the_same_rows(events: list[Event], detections: list[dict[str, Any]]) -> None:
    texts = [
        json.dumps(
            {
                "title": f"R-{number}",
                "id": f"00000000-0000-4000-8000-{number:012}",
                "name": f"R-{number}",
                "logsource": {"product": "acme"},
                "detection": one,
            }
        )
        for number, one in enumerate(detections)
    ]
    made = build_rules([(f"rules/{number}.yml", text) for number, text in enumerate(texts)], load_logsources())
    assert made.problems == ()
    with world(events) as engine:
        skipped = evaluate(engine, made.rules)
        assert not [skip for skip in skipped.values() if skip.level == "failed"], skipped
        for number, text in enumerate(texts):
            assert places(engine, "detect_found", f"rule = 'R-{number}'") == reference(engine, text), text
