"""What a field of an unknown log holds, by its values; values are only ever told of by their shape."""

import re
from dataclasses import dataclass
from functools import cached_property

from spillmark.normal.convert import ADDRESS, NUMBER
from spillmark.normal.instants import Instants, clock_only, instants
from spillmark.normal.vocabulary import activity_of, outcome_of

SHARE = 0.9
FEW = 60
SHOWN = 3
WIDE = 40
BLANK = frozenset({"-", "--", "null", "none", "nil", "n/a", "na", "nan", "undefined", "unknown", "(null)"})
ADDRESSES = re.compile(ADDRESS)
NUMBERS = re.compile(NUMBER)
PORT = re.compile(r"\[?([0-9A-Fa-f.:]+?)\]?:[0-9]{1,5}")
MAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
AGENT = re.compile(r"[A-Za-z][\w .-]{1,40}/v?\d[\w.+-]*(?: .*)?")
METHOD = re.compile(r"GET|POST|PUT|DELETE|PATCH|HEAD|OPTIONS|CONNECT|TRACE|PROPFIND")
PATH = re.compile(r"(?:[a-z]+://\S+|/\S*)")
CODE = re.compile(r"[1-5][0-9]{2}")
TOKEN = re.compile(r"[A-Za-z0-9._~+/=-]{8,}")


@dataclass(frozen=True)
class Field:
    """One field of the sample: its name, how a mapping reaches it, its values in file order, blank where none.

    `whole` tells that it can stand in `recognise` and in a template by its name, `keys` lead to it in a JSON record.
    """

    name: str
    source: dict[str, str]
    values: tuple[str, ...]
    whole: bool = True
    keys: tuple[str, ...] = ()

    @cached_property
    def filled(self) -> tuple[str, ...]:
        """The values that mean something."""
        return tuple(value for value in self.values if value and value.lower() not in BLANK)

    @cached_property
    def blanks(self) -> tuple[str, ...]:
        """The words of this field that mean nothing, as they are written in lower case."""
        return tuple(sorted({value.lower() for value in self.values} & BLANK))

    @cached_property
    def distinct(self) -> tuple[str, ...]:
        """Every value once."""
        return tuple(sorted(set(self.filled)))

    @property
    def fill(self) -> float:
        """The share of records in which it is filled."""
        return len(self.filled) / max(1, len(self.values))

    @cached_property
    def times(self) -> Instants | None:
        """The times that it holds."""
        return instants(self.filled)

    @cached_property
    def is_clock(self) -> bool:
        """Times of a day alone."""
        return clock_only(self.filled)

    @cached_property
    def is_address(self) -> bool:
        """Addresses of machines, with a port or without."""
        return self.share(ADDRESSES) >= SHARE or self.has_port

    @cached_property
    def has_port(self) -> bool:
        """Addresses with a port behind them."""
        bare = [m[1] for value in self.filled if "." in value or "]" in value if (m := PORT.fullmatch(value))]
        return len(bare) >= SHARE * max(1, len(self.filled)) and all(ADDRESSES.fullmatch(one) for one in bare)

    @cached_property
    def is_number(self) -> bool:
        """Whole or decimal numbers."""
        return self.share(NUMBERS) >= SHARE

    @cached_property
    def is_mail(self) -> bool:
        """E-mail addresses."""
        return self.share(MAIL) >= SHARE

    @cached_property
    def is_agent(self) -> bool:
        """Names of programs with their version."""
        return self.share(AGENT) >= SHARE / 2 and not self.is_path

    @cached_property
    def is_method(self) -> bool:
        """Methods of HTTP."""
        return self.share(METHOD) >= SHARE

    @cached_property
    def is_path(self) -> bool:
        """Paths or addresses of pages."""
        return self.share(PATH) >= SHARE

    @cached_property
    def is_code(self) -> bool:
        """Status codes of HTTP."""
        return self.share(CODE) >= SHARE

    @cached_property
    def is_token(self) -> bool:
        """Signs without meaning, such as ids of sessions."""
        return self.share(TOKEN) >= SHARE

    @cached_property
    def few(self) -> bool:
        """A small set of words."""
        return (
            len(self.distinct) <= min(FEW, max(4, len(self.filled) // 2))
            and max(map(len, self.distinct), default=99) <= 60
        )

    @cached_property
    def activities(self) -> dict[str, tuple[str, str]]:
        """Of its words those that say what was done: word -> (activity, its known beginning)."""
        return {value: found for value in self.distinct if (found := activity_of(value)) is not None}

    @cached_property
    def outcomes(self) -> dict[str, tuple[str, str]]:
        """Of its words those that say how it ended."""
        return {value: found for value in self.distinct if (found := outcome_of(value)) is not None}

    def share(self, pattern: re.Pattern[str]) -> float:
        """The share of filled values that a pattern fits as a whole."""
        if not self.filled:
            return 0.0
        return sum(pattern.fullmatch(value[:2000]) is not None for value in self.filled) / len(self.filled)

    @cached_property
    def told(self) -> str:
        """What the values are, in words."""
        if not self.filled:
            return "empty"
        kinds = (
            (self.times is not None, "times"),
            (self.is_clock, "times of a day"),
            (self.is_address, "addresses of machines"),
            (self.is_mail, "e-mail addresses"),
            (self.is_method, "methods of HTTP"),
            (self.is_path, "paths"),
            (self.is_agent, "names of programs"),
            (self.is_number, "numbers"),
        )
        kind = next((name for true, name in kinds if true), "texts")
        return f"{kind}, {len(self.distinct)} different in {len(self.filled)} of {len(self.values)} records"

    @cached_property
    def shapes(self) -> str:
        """The most frequent shapes of its values."""
        counted: dict[str, int] = {}
        for value in self.filled:
            counted[shape(value)] = counted.get(shape(value), 0) + 1
        chosen = sorted(counted, key=lambda one: (-counted[one], one))[:SHOWN]
        return ", ".join(chosen)


def shape(value: str) -> str:
    """Gives the shape of a value: letters as x or X, figures as 9, other signs as they are, nothing else of it."""
    signs = (_sign(sign) for sign in value[:WIDE])
    return "".join(signs) + ("..." if len(value) > WIDE else "")


def _sign(sign: str) -> str:
    if sign.isdigit() or sign.isnumeric():
        return "9"
    if sign.isalpha():
        return "X" if sign.isupper() else "x"
    return sign if sign.isascii() and sign.isprintable() else "."
