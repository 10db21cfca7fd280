"""Small named conversions of a vendor's text, as SQL; what they cannot convert becomes NULL, never an error."""

from collections.abc import Sequence
from typing import assert_never

from spillmark.engine.interface import literal
from spillmark.normal.mapping import Conversion

ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"
NUMBER = r"[-+]?[0-9]{1,18}(\.[0-9]*)?([eE][-+]?[0-9]{1,2})?"
OFFSET = r"([+-])([01][0-9]|2[0-3]):?([0-5][0-9])?$"
WEB = "[0-9]{2}/[A-Z][a-z]{2}/[0-9]{4}(:[0-9]{2}){3} [+-]([01][0-9]|2[0-3])[0-5][0-9]"
WEB_LOCAL = "[0-9]{2}/[A-Z][a-z]{2}/[0-9]{4}(:[0-9]{2}){3}([.][0-9]{1,6})?"
ADDRESS = r"[0-9]{1,3}([.][0-9]{1,3}){3}|[0-9A-Fa-f.]*:[0-9A-Fa-f:.]+"
ISO = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]+)?)?)?"


def convert(expression: str, conversion: Conversion, zone: str = "UTC") -> str:
    """Gives the SQL of a conversion; `expression` is a name or something simple, as it stands there several times.

    `zone` (IANA) is that of times that name none.
    """
    match conversion:
        case "text":
            return expression
        case "lower":
            return f"lower({expression})"
        case "time":
            return time(expression, zone)
        case "id":
            return record_id(expression)
        case "ids":
            return record_ids(expression)
        case "list":
            return listed(expression)
        case "ip":
            return address(expression)
        case "int":
            return whole_number(expression)
        case "soql_object":
            return soql_object(expression)
        case _:
            assert_never(conversion)


def time(x: str, zone: str = "UTC") -> str:
    """An instant in UTC: `yyyyMMddHHmmss.SSS` (GMT), ISO 8601 with or without an offset (without it is in `zone`), or
    seconds (also with a fraction), milli-, micro- or nanoseconds since 1970; `10/Oct/2025:13:55:36 -0700` of web
    servers, too. Of a local time that a change of the clock makes twice, the first is meant.

    Sources: Object Reference, EventLogFile, TIMESTAMP and TIMESTAMP_DERIVED; Pub/Sub API, CreatedDate in milliseconds;
    Caddy, `ts` in seconds; Cloudflare Logpush, `unixnano`; HAProxy, `accept_date` without a zone.
    DuckDB 2.0 drops an offset where it casts a text to TIMESTAMP, so the offset is taken off here.
    """
    sign = f"CASE WHEN regexp_extract({x}, {literal(OFFSET)}, 1) = '-' THEN -1 ELSE 1 END"
    minutes = (
        f"{sign} * (60 * regexp_extract({x}, {literal(OFFSET)}, 2)::INTEGER"
        f" + coalesce(try_cast(regexp_extract({x}, {literal(OFFSET)}, 3) AS INTEGER), 0))"
    )
    local = f"try_cast(regexp_extract({x}, {literal(ISO)}, 0) AS TIMESTAMP)"
    month, day, hour, minute = (f"substr({x}, {start}, 2)" for start in (5, 7, 9, 11))
    joined = f"substr({x}, 1, 4) || '-' || {month} || '-' || {day} || ' ' || {hour} || ':' || {minute}"
    packed = f"try_cast({joined} || ':' || substr({x}, 13) AS TIMESTAMP)"
    return f"""
        CASE
            WHEN {x} IS NULL OR length({x}) > 40 THEN NULL
            WHEN regexp_full_match({x}, '(19|20)[0-9]{{12}}([.][0-9]{{1,9}})?') THEN {packed}
            WHEN regexp_full_match({x}, {literal(WEB)}) THEN
                try_strptime(substr({x}, 1, 20), '%d/%b/%Y:%H:%M:%S') - to_minutes({minutes})
            WHEN NOT regexp_full_match({x}, '(19|20)[0-9]{{2}}-[0-9]{{2}}-[0-9]{{2}}.*') THEN
                CASE
                    WHEN regexp_full_match({x}, '1[0-9]{{12}}') THEN make_timestamp(1000 * {x}::BIGINT)
                    WHEN regexp_full_match({x}, '1[0-9]{{9}}') THEN make_timestamp(1000000 * {x}::BIGINT)
                    WHEN regexp_full_match({x}, '1[0-9]{{9}}[.][0-9]{{1,9}}') THEN
                        make_timestamp(round(1000000 * {x}::DECIMAL(20, 9))::BIGINT)
                    WHEN regexp_full_match({x}, '1[0-9]{{15}}') THEN make_timestamp({x}::BIGINT)
                    WHEN regexp_full_match({x}, '1[0-9]{{18}}') THEN make_timestamp({x}::BIGINT // 1000)
                    WHEN regexp_full_match({x}, {literal(WEB_LOCAL)}) THEN
                        {_utc(f"try_strptime({x}, ['%d/%b/%Y:%H:%M:%S', '%d/%b/%Y:%H:%M:%S.%f'])", zone)}
                END
            WHEN ends_with({x}, 'Z') OR ends_with({x}, '+0000') OR ends_with({x}, '+00:00') THEN {local}
            WHEN regexp_matches({x}, {literal(":[0-9.]+ ?" + OFFSET)}) THEN {local} - to_minutes({minutes})
            WHEN regexp_full_match({x}, {literal(ISO)}) THEN {_utc(local, zone)}
        END"""


def time_in(x: str, formats: Sequence[str], zone: str = "UTC") -> str:
    """A time of no usual form, by the first format of strptime that fits."""
    parsed = f"try_strptime({x}, [{', '.join(map(literal, formats))}])"
    return f"CASE WHEN length({x}) <= 80 THEN {_utc(parsed, zone)} END"


def _utc(local: str, zone: str) -> str:
    """A time of a zone, as an instant in UTC."""
    return local if zone == "UTC" else f"(({local}) AT TIME ZONE {literal(zone)}) AT TIME ZONE 'UTC'"


def zoneless(x: str) -> str:
    """That a time names no zone: neither an offset nor a count since 1970."""
    return f"(regexp_full_match({x}, {literal(ISO)}) OR regexp_full_match({x}, {literal(WEB_LOCAL)}))"


def listed(x: str) -> str:
    """Several names in one text: a JSON list, or what commas, semicolons or bars part. Sorted, each once."""
    parts = f"regexp_split_to_array({x}, '[,;|]')"
    elements = f"coalesce(TRY(json_extract_string({x}, '$[*]')), {parts})"
    every = f"CASE WHEN starts_with(ltrim({x}), '[') THEN {elements} ELSE {parts} END"
    names = f"list_transform({every}, lambda i: trim(i))"
    return f"nullif(list_sort(list_distinct(list_filter({names}, lambda i: i <> ''))), []::VARCHAR[])"


def record_id(x: str) -> str:
    """A Salesforce id in 18 characters; one of 15 gets its checksum, any other text stays.

    Source: Salesforce Help, "15-character and 18-character record ids": of each five characters, those that are
    capitals set a bit, the first the lowest; the number picks a character of A-Z0-5.
    """
    signs = " || ".join(_checksum(x, start) for start in (1, 6, 11))
    return f"CASE WHEN length({x}) = 15 AND regexp_full_match({x}, '[A-Za-z0-9]+') THEN {x} || {signs} ELSE {x} END"


def _checksum(x: str, start: int) -> str:
    """One character of the checksum; comparisons are many times faster here than a translation of the text."""
    bits = " + ".join(
        f"CASE WHEN substr({x}, {start + place}, 1) BETWEEN 'A' AND 'Z' THEN {1 << place} ELSE 0 END"
        for place in range(5)
    )
    return f"substr('{ALPHABET}', 1 + {bits}, 1)"


def record_ids(x: str) -> str:
    """Ids out of a `Records` field in each of its shapes: nested records, `recordIds`, a bare list; cut off ones too.

    Source: Platform Events Developer Guide, ApiEvent, Records. Sorted, each once, 18 characters; none is NULL.
    """
    nested = f"json_extract_string({x}, '$..Id')"
    flat = f"json_extract_string({x}, '$.recordIds[*]')"
    bare = f"json_extract_string({x}, '$[*]')"
    cut = f"""regexp_extract_all({x}, '"Id"\\s*:\\s*"([A-Za-z0-9]{{15,18}})"', 1)"""
    found = (
        f"CASE WHEN NOT json_valid({x}) THEN {cut}"
        f" WHEN starts_with(ltrim({x}), '[') THEN list_concat({bare}, {nested})"
        f" WHEN contains({x}, '\"recordIds\"') THEN list_concat({flat}, {nested})"
        f" ELSE {nested} END"
    )
    kept = f"list_filter({found}, lambda i: regexp_full_match(i, '[A-Za-z0-9]{{15,18}}'))"
    made = f"list_sort(list_distinct(list_transform({kept}, lambda i: {record_id('i')})))"
    return f"nullif({made}, []::VARCHAR[])"


def address(x: str) -> str:
    """An IP address; other texts, such as `Salesforce.com IP`, are none."""
    return f"CASE WHEN regexp_full_match({x}, {literal(ADDRESS)}) THEN {x} END"


def whole_number(x: str) -> str:
    """A count: whole numbers and floats such as `1050.0`; negative ones mean "not known" and are none.

    Source: Platform Events Developer Guide, ApiEvent, RowsProcessed: -1 for a big object beyond one batch.
    """
    number = f"try_cast(try_cast({x} AS DOUBLE) AS BIGINT)"
    return f"CASE WHEN regexp_full_match({x}, {literal(NUMBER)}) AND {number} >= 0 THEN {number} END"


def soql_object(x: str) -> str:
    """The object behind the outer FROM of a query: what stands in parentheses (child queries) is taken out first."""
    flat = x
    for _ in range(3):
        flat = f"regexp_replace({flat}, '[(][^()]*[)]', ' ', 'g')"
    return f"nullif(regexp_extract({flat}, '(?i)\\bFROM\\s+([A-Za-z][A-Za-z0-9_]*)', 1), '')"
