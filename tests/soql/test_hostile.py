"""Texts that want to break the reader or the database."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spillmark.soql.compare import pattern_parts
from spillmark.soql.fault import SoqlError
from spillmark.soql.parser import parse
from spillmark.soql.printer import text_of
from tests.soql.copies import Copy, load

ATTACKS = [
    "'; DROP TABLE x; --",
    "\\",
    "' OR '1'='1",
    "/* */",
    "\x00\x01\x7f",
    "%_%",
    "$1 ? {x}",
    "\u202e",
    "a\r\nb",
    '"',
    ";",
]
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20) | st.sampled_from(ATTACKS)


def raw(text: str) -> str:
    """A text as the inside of a SOQL string."""
    return text.replace("\\", "\\\\").replace("'", "\\'")


def like(text: str) -> str:
    """A text as a LIKE pattern that matches exactly it."""
    return raw(text).replace("%", "\\%").replace("_", "\\_")


@pytest.fixture(scope="module")
def copy() -> Copy:
    return load({"Note": {"fields": {"Id": "id", "Body": "string"}}})


@given(texts.filter(bool))
@settings(max_examples=80, deadline=None)
def test_a_string_reaches_the_database_as_itself(copy: Copy, text: str) -> None:
    copy.engine.register(
        "copy of Note", {"Id": "VARCHAR", "Body": "VARCHAR"}, [("1", text), ("2", text + "x"), ("3", "x")]
    )
    expected = ["1"] if text.lower() != "x" else ["1", "3"]
    assert copy.ids(f"SELECT Id FROM Note WHERE Body = '{raw(text)}'") == expected
    assert copy.ids(f"SELECT Id FROM Note WHERE Body IN ('{raw(text)}')") == expected
    assert copy.ids(f"SELECT Id FROM Note WHERE Body LIKE '{like(text)}'") == expected
    assert copy.ids(f"SELECT Id FROM Note WHERE Body LIKE '%{like(text)}%'") == ["1", "2", *expected[1:]]
    assert copy.ids(f"SELECT Id FROM Note WHERE Body LIKE '{like(text)}_'") == ["2"] or text.lower() in ("", "x")


@given(texts)
def test_a_pattern_without_wildcards_is_the_text(text: str) -> None:
    assert "".join(part[1:] for part in pattern_parts(like(text))) == text


@pytest.mark.parametrize("name", ATTACKS)
def test_hostile_names_stay_names(name: str) -> None:
    fields = {
        "Id": "id",
        "Body__c": {"type": "string", "column": name},
        "X__c": {"type": "string", "column": name + "2"},
    }
    copy = load({"Note": {"fields": fields}})
    copy.engine.register("copy of Note", {"Id": "VARCHAR", name: "VARCHAR", name + "2": "VARCHAR"}, [("1", "a", "b")])
    assert copy.ids("SELECT Id FROM Note WHERE Body__c = 'a' AND X__c LIKE 'b%' ORDER BY X__c LIMIT 1") == ["1"]


PIECES = "SELECT FROM WHERE ( ) ' \\ , . = Id IN NOT < > : LAST_N_DAYS 2020-01-01 \x00 é".split(" ")  # noqa: SIM905


@given(st.lists(st.sampled_from(PIECES), max_size=40).map(" ".join))
@settings(max_examples=300, deadline=None)
def test_any_text_reads_or_fails_with_a_place(text: str) -> None:
    try:
        query = parse(text)
    except SoqlError as error:
        place = error.position
    else:
        assert parse(text_of(query)) == query
        place = len(text)
    assert 0 <= place <= len(text)


@pytest.mark.parametrize(
    "query",
    [
        "SELECT Id FROM A WHERE " + "(" * 50_000,
        "SELECT Id FROM A WHERE " + "NOT (" * 5_000 + "B = 1" + ")" * 5_000,
        "SELECT " + "f(" * 5_000 + "x" + ")" * 5_000 + " FROM A",
        "SELECT " + "(SELECT " * 5_000,
        "SELECT Id FROM A WHERE B IN " + "(SELECT C FROM D WHERE E IN " * 3_000,
    ],
)
def test_bottomless_nesting_is_refused(query: str) -> None:
    with pytest.raises(SoqlError, match="levels deep"):
        parse(query)


def test_nesting_up_to_the_bound_runs(copy: Copy) -> None:
    copy.engine.register("copy of Note", {"Id": "VARCHAR", "Body": "VARCHAR"}, [("1", "a"), ("2", "b")])
    depth = 98
    query = "SELECT Id FROM Note WHERE " + "NOT (" * depth + "Body = 'a'" + ")" * depth
    assert copy.ids(query) == ["1"]


@pytest.mark.parametrize(
    "query",
    [
        "SELECT Id FROM Note WHERE " + " OR ".join(f"Body = 'k{number}'" for number in range(3_500)),
        "SELECT Id FROM Note WHERE Body IN (" + ", ".join(f"'k{number}'" for number in range(10_000)) + ")",
        "SELECT Id FROM Note WHERE Body = 'k1' OR Body LIKE '" + "%a" * 40_000 + "'",
        "SELECT " + ", ".join(["Id"] * 30_000) + " FROM Note WHERE Body = 'k1'",
    ],
    ids=["or", "in", "like", "fields"],
)
def test_queries_of_a_hundred_thousand_characters_run(copy: Copy, query: str) -> None:
    copy.engine.register("copy of Note", {"Id": "VARCHAR", "Body": "VARCHAR"}, [("1", "K1"), ("2", "a" * 5_000)])
    assert copy.ids(query) == ["1"]


def test_a_text_beyond_all_measure_is_refused() -> None:
    with pytest.raises(SoqlError, match="longer than"):
        parse("SELECT Id FROM A" + " " * 1_000_001)
