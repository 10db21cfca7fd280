"""Grammar rules of names, functions and literals.

Source: Salesforce SOQL and SOSL Reference, "SOQL SELECT Syntax", "Date Formats and Date Literals",
"Location-Based SOQL Queries", "Querying Currency Fields in Multi-Currency Orgs".
"""

import re

from spillmark.soql.cursor import Cursor
from spillmark.soql.lexer import Token
from spillmark.soql.tree import (
    Argument,
    Arithmetic,
    Bind,
    Boolean,
    Call,
    Currency,
    Date,
    Expression,
    Instant,
    Null,
    Number,
    Operand,
    Path,
    RelativeDate,
    Text,
    Time,
    Value,
)
from spillmark.soql.vocabulary import COUNTED_DATES, NOT_A_FIELD, PLAIN_DATES

_AMOUNT = re.compile(r"([A-Za-z]{3})(\d+(?:\.\d*)?)")


def name(cursor: Cursor, wanted: str) -> Token:
    """Takes one word that may be any name.

    Raises:
        SoqlError: no word comes.
    """
    if cursor.here.kind != "word":
        raise cursor.unexpected(wanted)
    return cursor.take()


def path(cursor: Cursor, wanted: str = "a field") -> Path:
    """Takes `name.name...`; the first name may not be a keyword.

    Raises:
        SoqlError: no name comes, or none follows a dot.
    """
    first = cursor.here
    if first.kind != "word" or first.upper in NOT_A_FIELD:
        raise cursor.unexpected(wanted)
    names = [cursor.take().text]
    while cursor.accept_symbol("."):
        names.append(name(cursor, "a name after the dot").text)
    return Path(tuple(names), at=first.at)


def expression(cursor: Cursor, wanted: str = "a field or function") -> Expression:
    """Takes a field path or a function call."""
    if cursor.here.kind == "word" and cursor.ahead().kind == "symbol" and cursor.ahead().text == "(":
        return call(cursor)
    return path(cursor, wanted)


def operand(cursor: Cursor) -> Operand:
    """Takes the left side of a comparison: fields and functions, added or subtracted."""
    left: Operand = expression(cursor)
    while cursor.at_symbol("+") or cursor.at_symbol("-"):
        sign = cursor.take()
        left = Arithmetic(left, "+" if sign.text == "+" else "-", expression(cursor), at=left.at)
    return left


def call(cursor: Cursor) -> Call:
    """Takes `name(arguments)`.

    Raises:
        SoqlError: arguments that this function can never take.
    """
    start = cursor.take()
    cursor.expect_symbol("(")
    arguments: list[Argument] = []
    with cursor.deeper():
        while not cursor.at_symbol(")"):
            arguments.append(_argument(cursor, start.upper))
            if not cursor.accept_symbol(","):
                break
            if cursor.at_symbol(")"):
                raise cursor.unexpected("an argument after the comma")
    cursor.expect_symbol(")")
    found = Call(start.text, tuple(arguments), at=start.at)
    _check_shape(cursor, start, found)
    return found


def _argument(cursor: Cursor, function: str) -> Argument:
    if cursor.at_word("SELECT"):
        raise cursor.unexpected("an argument", hint="A subquery in the field list stands after a comma.")
    if function in ("GEOLOCATION", "DISTANCE", "FORMULA") and cursor.here.kind != "word":
        return value(cursor)
    return expression(cursor, "a field as argument")


def _check_shape(cursor: Cursor, start: Token, found: Call) -> None:
    kinds = [type(argument) for argument in found.arguments]
    if found.upper == "GEOLOCATION" and (len(kinds) != 2 or not set(kinds) <= {Number, Bind}):
        raise cursor.wrong(start, "GEOLOCATION takes a latitude and a longitude")
    if found.upper == "FORMULA" and kinds != [Text]:
        raise cursor.wrong(start, "FORMULA takes one string")
    if found.upper == "DISTANCE" and not _is_distance(found):
        raise cursor.wrong(
            start, "DISTANCE takes two places and a unit", hint="As in DISTANCE(A__c, GEOLOCATION(1, 2), 'km')."
        )


def _is_distance(found: Call) -> bool:
    if len(found.arguments) != 3 or not isinstance(found.arguments[2], Text | Bind):
        return False
    return all(
        isinstance(place, Path | Bind) or (isinstance(place, Call) and place.upper == "GEOLOCATION")
        for place in found.arguments[:2]
    )


def value(cursor: Cursor) -> Value:
    """Takes one literal or bind variable.

    Raises:
        SoqlError: something that is no value comes, such as a bare field name.
    """
    token = cursor.here
    if token.kind == "symbol":
        return _signed_or_bind(cursor)
    if token.kind == "word":
        return _word_value(cursor)
    if token.kind == "end":
        raise cursor.unexpected("a value")
    cursor.take()
    return _plain_value(token)


def _plain_value(token: Token) -> Value:
    match token.kind:
        case "string":
            return Text(token.text[1:-1], at=token.at)
        case "instant":
            return Instant(token.text, at=token.at)
        case "date":
            return Date(token.text, at=token.at)
        case "time":
            return Time(token.text, at=token.at)
        case "currency":
            return Currency(token.text[:3], token.text[3:], at=token.at)
        case _:
            return Number(token.text, at=token.at)


def _signed_or_bind(cursor: Cursor) -> Value:
    token = cursor.here
    if cursor.accept_symbol(":"):
        return _bind(cursor, token)
    if not (cursor.accept_symbol("-") or cursor.accept_symbol("+")):
        raise cursor.unexpected("a value")
    if cursor.here.kind != "number":
        raise cursor.unexpected("a number after the sign")
    return Number(("-" if token.text == "-" else "") + cursor.take().text, at=token.at)


def _bind(cursor: Cursor, colon: Token) -> Bind:
    if cursor.here.kind == "number" and cursor.here.text.isdigit():
        return Bind(cursor.take().text, at=colon.at)
    names = [name(cursor, "the name of a variable").text]
    while cursor.accept_symbol("."):
        names.append(name(cursor, "a name after the dot").text)
    return Bind(".".join(names), at=colon.at)


def _word_value(cursor: Cursor) -> Value:
    token = cursor.here
    if token.upper in COUNTED_DATES:
        return _counted_date(cursor)
    if token.upper in ("TRUE", "FALSE"):
        return Boolean(cursor.take().upper == "TRUE", at=token.at)
    if token.upper == "NULL":
        return Null(at=cursor.take().at)
    if token.upper in PLAIN_DATES:
        return RelativeDate(cursor.take().upper, at=token.at)
    amount = _AMOUNT.fullmatch(token.text)
    if amount is None:
        raise cursor.unexpected("a value", hint="A text value stands in single quotes; a field cannot be a value.")
    cursor.take()
    return Currency(amount.group(1), amount.group(2), at=token.at)


def _counted_date(cursor: Cursor) -> RelativeDate:
    token = cursor.take()
    cursor.expect_symbol(":")
    if cursor.here.kind != "number" or not cursor.here.text.isdigit():
        raise cursor.unexpected(f"a whole number after {token.upper}:")
    return RelativeDate(token.upper, whole(cursor, cursor.take()), at=token.at)


def whole(cursor: Cursor, token: Token) -> int:
    """Reads a whole number of a sane size.

    Raises:
        SoqlError: it has a fraction or more than ten digits.
    """
    if not token.text.isdigit() or len(token.text) > 10:
        raise cursor.wrong(token, "expected a whole number of at most ten digits")
    return int(token.text)
