"""SOQL text to tokens with exact places; linear in the length of the text.

Source: Salesforce SOQL and SOSL Reference, "Quoted String Escape Sequences", "Date Formats and Date Literals".
"""

import re
from dataclasses import dataclass
from typing import Literal, cast

from spillmark.soql.fault import fault, shown

Kind = Literal["word", "string", "number", "currency", "instant", "date", "time", "symbol", "end"]

LONGEST = 1_000_000
"""Characters of a text that is read at all; Salesforce itself runs at most 100,000."""

_SPACE = re.compile(r"[ \t\r\n\f]*")
_TOKEN = re.compile(
    r"""
      (?P<instant>\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:[Zz]|[+-]\d{2}:?\d{2}))
    | (?P<date>\d{4}-\d{2}-\d{2})
    | (?P<time>\d{2}:\d{2}:\d{2}(?:\.\d+)?[Zz]?)
    | (?P<number>\d+(?:\.\d*)?|\.\d+)
    | (?P<currency>[A-Za-z]{3}\d+\.(?:\d+|(?![A-Za-z_])))
    | (?P<word>[A-Za-z_][A-Za-z0-9_]*)
    | (?P<string>'(?:[^'\\]|\\.)*')
    | (?P<symbol><=|>=|!=|<>|[=<>(),.:;+-])
    """,
    re.VERBOSE | re.DOTALL,
)
_ESCAPE = re.compile(r"\\(?:u[0-9A-Fa-f]{4}|[nrtbfNRTBF\"'\\_%])")
_BACKSLASH = re.compile(r"\\(?:u[0-9A-Fa-f]{4}|.)", re.DOTALL)
_SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True)
class Token:
    """One piece of the text; `text` as written, `at` its offset, `end` the offset behind it."""

    kind: Kind
    text: str
    at: int

    @property
    def end(self) -> int:
        """The offset behind the token."""
        return self.at + len(self.text)

    @property
    def upper(self) -> str:
        """The text in capitals, for keywords, which know no case."""
        return self.text.upper()


def tokens(text: str) -> list[Token]:
    """Cuts the whole text; the last token is of kind `end`.

    Raises:
        SoqlError: a character that SOQL does not know, an open string, a wrong escape, a text beyond `LONGEST`.
    """
    if len(text) > LONGEST:
        raise fault(text, LONGEST, f"the query is longer than {LONGEST:,} characters")
    found: list[Token] = []
    position = _skip(text, 0)
    while position < len(text):
        token = _token(text, position)
        found.append(token)
        position = _skip(text, token.end)
    found.append(Token("end", "", len(text)))
    return found


def _skip(text: str, position: int) -> int:
    match = _SPACE.match(text, position)
    return position if match is None else match.end()


def _token(text: str, position: int) -> Token:
    match = _TOKEN.match(text, position)
    if match is None or match.lastgroup is None:
        raise _unreadable(text, position)
    token = Token(cast("Kind", match.lastgroup), match.group(), position)
    if token.kind == "string":
        _check_string(text, token)
    if token.kind == "number" and text[token.end : token.end + 1].isalpha():
        raise fault(text, position, f"the number {shown(token.text)} runs into letters")
    return token


def _unreadable(text: str, position: int) -> Exception:
    if text[position] == "'":
        return fault(text, position, "this string is never closed", hint="Close it with a single quote.")
    hint = "Strings stand in single quotes." if text[position] in '"‘’“”`' else None
    return fault(text, position, f"unexpected character {shown(text[position])}", hint=hint)


def _check_string(text: str, token: Token) -> None:
    for match in _BACKSLASH.finditer(token.text):
        if _ESCAPE.fullmatch(match.group()) is None:
            hint = r"Known are \n \r \t \b \f \" \' \\ \uXXXX, and \_ \% in LIKE."
            raise fault(text, token.at + match.start(), f"unknown escape {shown(match.group())}", hint=hint)
    if _SURROGATE.search(unescape(token.text[1:-1])):
        raise fault(text, token.at, "this string holds half of a surrogate pair, which no text can hold")


_CONTROL = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f"}


def unescape(raw: str) -> str:
    """Gives the text that a string's inside stands for; `\\_` and `\\%` stand for the bare character."""
    plain = _ESCAPE.sub(lambda match: decoded(match.group()), raw)
    # Two escapes of four hex digits make one character beyond the basic plane.
    return plain.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")


def decoded(escape: str) -> str:
    """Gives the character that one escape sequence, backslash included, stands for."""
    if escape[1] == "u" and len(escape) == 6:
        return chr(int(escape[2:], 16))
    return _CONTROL.get(escape[1].lower(), escape[1])
