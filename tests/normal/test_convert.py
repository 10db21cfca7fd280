"""Conversions give one answer or none, on any text."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spillmark.engine.duckdb import DuckDBEngine
from spillmark.normal.convert import convert
from spillmark.normal.mapping import Conversion

PROPERTY = settings(max_examples=100, deadline=None, derandomize=True)
ENGINE = DuckDBEngine(threads=1)


@pytest.fixture(scope="module", autouse=True)
def _close() -> Iterator[None]:
    yield
    ENGINE.close()


def converted(text: str | None, conversion: Conversion) -> object:
    ENGINE.register("t", {"x": "VARCHAR"}, [(text,)])
    return ENGINE.one(f"SELECT {convert('x', conversion)} FROM t")[0]


@pytest.mark.parametrize(
    ("text", "want"),
    [
        ("20250715141031.482", "2025-07-15T14:10:31.482"),
        ("20250715141031", "2025-07-15T14:10:31"),
        ("2025-07-15T14:10:31.482Z", "2025-07-15T14:10:31.482"),
        ("2025-07-15T14:10:31.482+0000", "2025-07-15T14:10:31.482"),
        ("2025-07-15T14:10:31+02:00", "2025-07-15T12:10:31"),
        ("2025-07-15T14:10:31-0730", "2025-07-15T21:40:31"),
        ("2025-07-15 14:10:31", "2025-07-15T14:10:31"),
        ("2025-07-15", "2025-07-15T00:00:00"),
        ("1752588902120", "2025-07-15T14:15:02.120"),
        ("1752588902", "2025-07-15T14:15:02"),
        ("15/Jul/2025:16:10:31 +0200", "2025-07-15T14:10:31"),
        ("2025-13-15T14:10:31Z", None),
        ("20251315141031.482", None),
        ("99/Xyz/2025:16:10:31 +0200", None),
        ("infinity", None),
        ("epoch", None),
        ("0000-01-01T00:00:00Z", None),
        ("TIMESTAMP", None),
        ("2025-07-15T14:10:31Z" + " " * 100, None),
        ("", None),
        (None, None),
    ],
)
def test_time(text: str | None, want: str | None) -> None:
    assert converted(text, "time") == (None if want is None else datetime.fromisoformat(want))


@PROPERTY
@given(
    st.datetimes(datetime.fromisoformat("1970-01-02"), datetime.fromisoformat("2099-12-31")),
    st.integers(-14 * 60, 14 * 60),
)
def test_every_offset_is_taken_off(moment: datetime, minutes: int) -> None:
    there = moment.replace(tzinfo=timezone(timedelta(minutes=minutes)))
    assert converted(there.isoformat(), "time") == there.astimezone(UTC).replace(tzinfo=None)


@pytest.mark.parametrize(
    ("text", "want"),
    [
        ("001A000001abcDE", "001A000001abcDEIAY"),
        ("0050O000008bidx", "0050O000008bidxQAA"),
        ("0053X00000BoLQR", "0053X00000BoLQRQA3"),
        ("0050O000008bidxQAA", "0050O000008bidxQAA"),
        ("short", "short"),
        ("not an id, 15 c", "not an id, 15 c"),
    ],
)
def test_ids_get_their_checksum(text: str, want: str) -> None:
    assert converted(text, "id") == want


@pytest.mark.parametrize(
    ("text", "want"),
    [
        ('{"totalSize":2,"done":true,"records":[{"attributes":{"type":"A"},"Id":"0038Z00000aBcDe"}]}', 1),
        ('{"records":[{"Id":"0038Z00000aBcDe","Children":{"records":[{"Id":"0038Z00000aBcDf"}]}}]}', 2),
        ('{"recordIds":["0038Z00000aBcDe","0038Z00000aBcDf","0038Z00000aBcDe"]}', 2),
        ('["0038Z00000aBcDe"]', 1),
        ('[{"Id":"0038Z00000aBcDe"}]', 1),
        ('{"records":[{"Id":"0038Z00000aBcDe"},{"Id":"0038Z00000aBcDf"},{"Id":"0038', 2),
        ('{"records":[]}', None),
        ("nothing", None),
        ("", None),
        (None, None),
    ],
)
def test_record_ids_in_each_shape(text: str | None, want: int | None) -> None:
    found = converted(text, "ids")
    if want is None:
        assert found is None
    else:
        assert isinstance(found, list)
        assert found == sorted(found)
        assert [len(one) for one in found] == [18] * want


@pytest.mark.parametrize(
    ("text", "want"),
    [("18422", 18422), ("1050.0", 1050), ("-1", None), ("", None), ("N/A", None), ("1e3", 1000), ("9" * 30, None)],
)
def test_counts(text: str, want: int | None) -> None:
    assert converted(text, "int") == want


@pytest.mark.parametrize(
    ("text", "want"),
    [("203.0.113.77", True), ("2001:db8::1", True), ("Salesforce.com IP", False), ("1.2.3", False), ("", False)],
)
def test_addresses(text: str, want: bool) -> None:
    assert converted(text, "ip") == (text if want else None)


@pytest.mark.parametrize(
    ("text", "want"),
    [
        ("SELECT Id FROM Contact", "Contact"),
        ("select id, (select Id from Contacts) from Account where Name = 'x from y'", "Account"),
        ("SELECT COUNT() FROM Policy__c", "Policy__c"),
        ("00O8Z000001aBcDUAY", None),
    ],
)
def test_object_of_a_query(text: str, want: str | None) -> None:
    assert converted(text, "soql_object") == want


@PROPERTY
@given(st.text(max_size=40), st.sampled_from(["time", "id", "ids", "ip", "int", "soql_object", "lower", "text"]))
def test_no_text_makes_a_conversion_fail(text: str, conversion: Conversion) -> None:
    converted(text, conversion)
