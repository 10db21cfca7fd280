"""The SQL expressions of this room by name; whatever may mean something else on another engine stands only here.

All take and give SQL text. A column is text as Salesforce exports it; an empty text is null.
"""

import re
from collections.abc import Iterator
from datetime import date, datetime, time
from typing import assert_never

from spillmark.engine.interface import identifier, literal
from spillmark.soql.ids import SUFFIX, id_forms, long_id
from spillmark.soql.kinds import Kind

TRUE = "TRUE"
FALSE = "FALSE"
_PATTERNS = " ".join("".join(str(code >> place & 1) for place in range(5)) for code in range(32))
PLAIN = re.compile(r"[ -Z a-z{|}~]*")
"""Texts whose order without case is the same everywhere: ASCII, but not the signs between Z and a."""


def column(table: str, name: str) -> str:
    """One column of a table or alias, null where it is empty."""
    return f"nullif({table}.{identifier(name)}, '')"


def folded(text: str) -> str:
    """Text without case."""
    return f"lower({text})"


def text_value(value: str) -> str:
    """A text literal that is compared without case."""
    return folded(literal(value))


def id_key(text: str) -> str:
    """What tells records apart: the 18-character form of an id."""
    return f"CASE WHEN length({text}) = 15 THEN {text} || {_suffix(text)} ELSE {text} END"


def _suffix(text: str) -> str:
    """The three letters that repeat the capitals of a 15-character id."""
    bits = f"regexp_replace(regexp_replace({text}, '[^A-Z]', '0', 'g'), '[A-Z]', '1', 'g')"
    places = [f"strpos({literal(_PATTERNS)}, substr({bits}, {start}, 5))" for start in (1, 6, 11)]
    return " || ".join(f"substr({literal(SUFFIX)}, {place} // 6 + 1, 1)" for place in places)


def id_value(value: str) -> str:
    """An id literal as `id_key` gives it."""
    return literal(long_id(value))


def id_values(value: str) -> list[str]:
    """All texts under which a column may hold the record that an id literal means."""
    return [literal(form) for form in id_forms(value)]


def number(text: str) -> str:
    """Text to a number."""
    return f"try_cast({text} AS DOUBLE)"


def number_value(text: str) -> str:
    """A number literal; one beyond all bounds is infinite."""
    return f"CAST({literal(repr(float(text)))} AS DOUBLE)"


def flag(text: str) -> str:
    """Text to true or false; exports write true, false, 1, 0."""
    return (
        f"CASE {folded(text)} WHEN 'true' THEN TRUE WHEN '1' THEN TRUE WHEN 'false' THEN FALSE WHEN '0' THEN FALSE END"
    )


def day(text: str) -> str:
    """Text to a date; a time of day behind it is cut off."""
    return f"try_cast(left({text}, 10) AS DATE)"


def instant(text: str) -> str:
    """Text to a naive time in UTC; its offset (Z, +0000, +02:00, none) is applied, because a cast would drop it."""
    offset = r"[+-]\d\d:?\d\d$"
    sign = f"CASE WHEN regexp_matches({text}, '-\\d\\d:?\\d\\d$') THEN -1 ELSE 1 END"
    hours = f"CAST(regexp_extract({text}, '[+-](\\d\\d):?\\d\\d$', 1) AS INTEGER)"
    minutes = f"CAST(regexp_extract({text}, '[+-]\\d\\d:?(\\d\\d)$', 1) AS INTEGER)"
    local = f"try_cast(regexp_replace({text}, '{offset}', '') AS TIMESTAMP)"
    shifted = f"{local} - to_minutes({sign} * ({hours} * 60 + {minutes}))"
    zoned = f"regexp_matches({text}, '\\d:\\d\\d(\\.\\d+)?{offset}')"
    return f"CASE WHEN {zoned} THEN {shifted} ELSE try_cast({text} AS TIMESTAMP) END"


def clock(text: str) -> str:
    """Text to a time of day."""
    return f"try_cast(replace({text}, 'Z', '') AS TIME)"


def options(text: str) -> str:
    """A multi-select value to its sorted distinct options without case."""
    return f"list_sort(list_distinct(string_split({folded(text)}, ';')))"


def options_value(value: str) -> str:
    """A literal of options, as `options` gives it."""
    return options(literal(value))


def has_all(wanted: str, held: str) -> str:
    """Tells whether all wanted options are held."""
    return f"list_has_all({held}, {wanted})"


def typed(kind: Kind, text: str) -> str:
    """A text column as the value that comparisons of its kind need."""
    match kind:
        case "text" | "opaque":
            return text
        case "id":
            return id_key(text)
        case "options":
            return options(text)
        case "flag":
            return flag(text)
        case "number":
            return number(text)
        case "day":
            return day(text)
        case "instant":
            return instant(text)
        case "time":
            return clock(text)
        case _:
            assert_never(kind)


def timestamp(moment: datetime) -> str:
    """A time literal from a naive time in UTC."""
    return f"TIMESTAMP {literal(moment.isoformat(sep=' ', timespec='microseconds'))}"


def date_value(value: date) -> str:
    """A date literal."""
    return f"DATE {literal(value.isoformat())}"


def time_value(value: time) -> str:
    """A literal of a time of day."""
    return f"TIME {literal(value.isoformat(timespec='microseconds'))}"


def plain(text: str) -> str:
    """Tells texts whose order without case is sure, see `PLAIN`."""
    return f"regexp_full_match({text}, '{PLAIN.pattern}')"


def any_of(parts: list[str]) -> str:
    """True if one part is true."""
    kept = [part for part in parts if part != FALSE]
    if TRUE in kept:
        return TRUE
    return FALSE if not kept else kept[0] if len(kept) == 1 else "(" + "\n  OR ".join(kept) + ")"


def all_of(parts: list[str]) -> str:
    """True if all parts are true."""
    kept = [part for part in parts if part != TRUE]
    if FALSE in kept:
        return FALSE
    return TRUE if not kept else kept[0] if len(kept) == 1 else "(" + "\n  AND ".join(kept) + ")"


def not_true(sql: str) -> str:
    """The opposite in two values: null counts as false before it is turned."""
    return FALSE if sql == TRUE else TRUE if sql == FALSE else f"NOT coalesce({sql}, FALSE)"


def negated(sql: str) -> str:
    """The opposite in three values: null stays null."""
    return FALSE if sql == TRUE else TRUE if sql == FALSE else f"NOT ({sql})"


def indented(sql: str) -> str:
    """A part of a statement one level deeper; string literals that span lines are left as they are."""
    return "".join("  " + line if not inside else line for line, inside in _lines(sql))


def _lines(sql: str) -> Iterator[tuple[str, bool]]:
    """Lines with their ends, and whether each begins inside a string literal or a quoted name."""
    quote = ""
    for line in sql.splitlines(keepends=True):
        yield line, bool(quote)
        for sign in line:
            if sign in "'\"" and quote in ("", sign):
                quote = "" if quote else sign
