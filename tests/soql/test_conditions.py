"""WHERE in SQL against the second opinion, on random rows and random conditions."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from spillmark.soql import tree
from spillmark.soql.printer import condition_text
from tests.soql.copies import Copy, load
from tests.soql.oracle import Flag, Options, Row, at_offset, holds

FIELDS: dict[str, Any] = {
    "Id": "id",
    "Text__c": "string",
    "Num__c": "double",
    "Flag__c": "boolean",
    "Day__c": "date",
    "When__c": "datetime",
    "Tags__c": "multipicklist",
    "TopId": {"type": "reference", "relationship": "Top", "references": ["Top"]},
}
TOPS: list[dict[str, Any]] = [{"id": "t1", "name": "ann"}, {"id": "t2", "name": None}, {"id": "t3", "name": "Bo"}]

words = st.sampled_from(["ann", "ANN", "bo", "Bo b", "x%y", "xqy", "7"])
numbers = st.sampled_from([-1.5, 0.0, 2.0, 10.0])
days = st.sampled_from([date(1999, 12, 31), date(2020, 2, 29), date(2025, 7, 15)])
moments = st.builds(
    datetime, st.just(2025), st.just(7), st.integers(14, 15), st.sampled_from([0, 12]), tzinfo=st.just(UTC)
)
tags = st.sampled_from(["A", "b", "A;B", "B;A", "a;b;c"])
tops = st.sampled_from(["t1", "t2", "t3"])
things = st.tuples(
    st.none() | words,
    st.none() | numbers,
    st.none() | st.booleans(),
    st.none() | days,
    st.none() | moments,
    st.none() | tags,
    st.none() | tops,
)

tables = st.lists(things, min_size=1, max_size=6)

text_values = words.map(tree.Text)
number_values = numbers.map(lambda number: tree.Number(str(number)))
day_values = days.map(lambda day: tree.Date(day.isoformat()))
moment_values = moments.map(lambda moment: tree.Instant(moment.strftime("%Y-%m-%dT%H:%M:%SZ")))
tag_values = tags.map(tree.Text)
nulls = st.just(tree.Null()) | st.just(tree.Text(""))
orders: Any = st.sampled_from(["=", "!=", "<", "<=", ">", ">="])
sames: Any = st.sampled_from(["=", "!="])


def path(*names: str) -> Any:
    return st.just(tree.Path(names))


def lists(values: Any) -> Any:
    return st.lists(values, min_size=1, max_size=3).map(tuple)


texts = path("Text__c") | path("Top", "Name")
leaves: Any = st.one_of(
    st.builds(tree.Comparison, texts, orders, text_values),
    st.builds(tree.Comparison, path("Num__c"), orders, number_values),
    st.builds(tree.Comparison, path("Day__c"), orders, day_values),
    st.builds(tree.Comparison, path("When__c"), orders, moment_values),
    st.builds(tree.Comparison, path("Tags__c"), sames, tag_values),
    st.builds(tree.Comparison, path("Flag__c"), sames, st.booleans().map(tree.Boolean) | st.just(tree.Null())),
    st.builds(tree.Comparison, texts | path("Num__c") | path("Day__c") | path("TopId"), sames, nulls),
    st.builds(tree.Like, texts, lists(st.sampled_from(["a%", "%N", "%o%", "b_", "%", "b%b", "_x"]).map(tree.Text))),
    st.builds(tree.InList, texts, lists(text_values | nulls), st.booleans()),
    st.builds(tree.InList, path("Num__c"), lists(number_values | nulls), st.booleans()),
    st.builds(tree.InList, path("Day__c"), lists(day_values), st.booleans()),
    st.builds(tree.InList, path("Flag__c"), lists(st.booleans().map(tree.Boolean)), st.booleans()),
    st.builds(tree.Includes, path("Tags__c"), lists(tag_values), st.booleans()),
)


def joins(operators: Any) -> Any:
    """Semi- and anti-joins whose subquery compares a name that may be empty."""
    return st.builds(
        lambda operator, name, negated: tree.InQuery(
            tree.Path(("TopId",)),
            tree.Query(
                (tree.Selected(tree.Path(("Id",))),),
                (tree.Source(tree.Path(("Top",))),),
                where=tree.Comparison(tree.Path(("Name",)), operator, name),
            ),
            negated,
        ),
        operators,
        text_values,
        st.booleans(),
    )


def nested(inner: Any) -> Any:
    """AND, OR and NOT over given tests."""
    return st.recursive(
        inner,
        lambda part: (
            st.builds(tree.Not, part)
            | st.builds(tree.And, st.lists(part, min_size=2, max_size=3).map(tuple))
            | st.builds(tree.Or, st.lists(part, min_size=2, max_size=3).map(tuple))
        ),
        max_leaves=5,
    )


@st.composite
def conditions(draw: st.DrawFn, operators: Any) -> tree.Condition:
    """Any condition; drawn here so that a failure shows the condition."""
    condition: tree.Condition = draw(nested(leaves | joins(operators)))
    return condition


@pytest.fixture(scope="module")
def copy() -> Copy:
    rows = "Id,Name\n" + "\n".join(f"{top['id']},{top['name'] or ''}" for top in TOPS)
    return load({"Thing": {"fields": FIELDS}, "Top": {"fields": {"Id": "id", "Name": "string"}, "rows": rows}})


def exported(number: int, thing: Any) -> list[str | None]:
    """A row as an export writes it, in one of several spellings."""
    text, num, flag, day, when, tag, top = thing
    spelled = None if flag is None else [str(flag).lower(), str(int(flag))][number % 2]
    return [
        f"i{number}",
        text,
        None if num is None else [str(num), f"{num:.4f}"][number % 2],
        spelled,
        None if day is None else day.isoformat(),
        None if when is None else at_offset(when, [0, 2, -5][number % 3]),
        tag,
        top,
    ]


def meant(thing: Any) -> Row:
    """The same row as the second opinion takes it."""
    text, num, flag, day, when, tag, top = thing
    name = next((found["name"] for found in TOPS if found["id"] == top), None)
    chosen = None if tag is None else Options(tag)
    row: Row = {"text__c": text, "num__c": num, "flag__c": Flag(flag), "day__c": day, "when__c": when}
    return {**row, "tags__c": chosen, "topid": top, "top.name": name}


@given(tables, conditions(st.just("=")))
@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_sql_agrees_with_the_second_opinion(copy: Copy, rows: list[Any], condition: tree.Condition) -> None:
    copy.engine.register(
        "copy of Thing", dict.fromkeys(FIELDS, "VARCHAR"), [exported(n, r) for n, r in enumerate(rows)]
    )
    related: dict[str, list[Row]] = {"top": list(TOPS)}
    expected = {
        include: [f"i{n}" for n, row in enumerate(rows) if holds(condition, meant(row), related, include=include)]
        for include in (True, False)
    }
    query = f"SELECT Id FROM Thing WHERE {condition_text(condition)}"
    replay, found = copy.run(query)
    assert [row for row, _ in found] == expected[True]
    assert [row for row, certain in found if certain] == expected[False]
    assert replay.exact
    assert copy.ids(query, nulls="exclude") == expected[False]


@given(tables, conditions(sames))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_both_rules_for_empty_fields_stay_in_bounds(copy: Copy, rows: list[Any], condition: tree.Condition) -> None:
    copy.engine.register(
        "copy of Thing", dict.fromkeys(FIELDS, "VARCHAR"), [exported(n, r) for n, r in enumerate(rows)]
    )
    related: dict[str, list[Row]] = {"top": list(TOPS)}
    _, found = copy.run(f"SELECT Id FROM Thing WHERE {condition_text(condition)}")
    for include in (True, False):
        expected = {f"i{n}" for n, row in enumerate(rows) if holds(condition, meant(row), related, include=include)}
        assert {row for row, certain in found if certain} <= expected <= {row for row, _ in found}


@given(tables, leaves, leaves)
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_what_cannot_be_told_only_widens(copy: Copy, rows: list[Any], known: Any, other: Any) -> None:
    copy.engine.register(
        "copy of Thing", dict.fromkeys(FIELDS, "VARCHAR"), [exported(n, r) for n, r in enumerate(rows)]
    )
    for frame in ("{a} AND {b}", "{a} OR {b}", "NOT ({a} AND {b})", "NOT ({a} OR {b})"):
        told = copy.run("SELECT Id FROM Thing WHERE " + frame.format(a=condition_text(known), b=condition_text(other)))
        opened = copy.run("SELECT Id FROM Thing WHERE " + frame.format(a=condition_text(known), b="Nope__c = :x"))
        assert {row for row, _ in told[1]} <= {row for row, _ in opened[1]}
        assert {row for row, certain in opened[1] if certain} <= {row for row, certain in told[1] if certain}
        assert not opened[0].exact
