"""Record ids in both forms, in Python and in SQL."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spillmark.engine.duckdb import DuckDBEngine
from spillmark.engine.interface import literal
from spillmark.soql.ids import id_forms, is_id, long_id
from spillmark.soql.sql import id_key

ENGINE = DuckDBEngine(threads=1)
SHORT = st.text("ABYZabyz0159", min_size=15, max_size=15)


@pytest.mark.parametrize(
    ("short", "long"),
    [
        # Published pairs of the two forms.
        ("001300000000001", "001300000000001AAA"),
        ("70130000000abcD", "70130000000abcDAAQ"),
        ("aaaaaAAAAAaAaAa", "aaaaaAAAAAaAaAaA5K"),
    ],
)
def test_the_suffix_encodes_the_capitals(short: str, long: str) -> None:
    assert long_id(short) == long


@given(SHORT)
@settings(max_examples=100, deadline=None)
def test_sql_makes_the_same_suffix(short: str) -> None:
    long = long_id(short)
    keys = ENGINE.one(f"SELECT {id_key(literal(short))}, {id_key(literal(long))}")
    assert keys == (long, long)


@given(SHORT)
def test_an_id_that_lost_its_case_gets_it_back(short: str) -> None:
    long = long_id(short)
    assert {short, long} <= set(id_forms(long.upper()))
    assert set(id_forms(long)) == {short, long}


@pytest.mark.parametrize(
    "text", ["", "1", "0038Z00000aaaaA'", "0038Z00000aaaaAQA", "0038Z00000aaaaAQAQQ", "ÄÖ38Z00000aaaaA"]
)
def test_a_text_that_is_no_id_stays_itself(text: str) -> None:
    assert not is_id(text)
    assert id_forms(text) == (text,)
