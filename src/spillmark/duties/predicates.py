"""Conditions of a law as a small tree, read from a pack: `{all: [..]}`, `{any: [..]}`, `{not: ..}` over atoms.

| written | holds where |
| --- | --- |
| `{all: [..]}` `{any: [..]}` `{not: ..}` | three-valued conjunction, disjunction, negation |
| `{known: ..}` | a fact states it; what is unknown does not count |
| `{says: text, when: ..}` | as `when`, told in the words of `text` |
| `{event: [access, ..]}` | the data was reached, taken, used, lost in one of these ways |
| `{data: {all: [..], any: [..]}}` | the persons' data holds all of and one of these elements |
| `{count: {op: '>', count: 500, of: residents}}` | so many persons are concerned |
| `{harm: likely}` `{harm: unlikely}` | the harm that the law asks for is stated as such |
| `{lives: [..]}` `{domicile: [..]}` `{established: [..]}` `{only_established: [..]}` `{licensed: [..]}` | places |
| `{competent: [FR]}` | the authority there is competent under the one-stop-shop of the GDPR |
| `{type: [insurer]}` `{flag: [glba]}` `{flag: [sec_registrant=foreign_private_issuer]}` | what the organisation is |
| `{role: [owner]}` `{vector: [..]}` | role, way in |
| `{given: [belief]}` `{started: [belief]}` | a clock event is given; `started` is unknown, not false, where it is not |
| `{is: [..]}` | one of the plain facts in `STATES` |
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeGuard, get_args

from spillmark.errors import ContentError
from spillmark.evidence.border import did_you_mean

Operator = Literal[">", ">=", "<", "<="]
Counted = Literal["residents", "reached", "total"]
Name = Literal[
    "event",
    "harm",
    "lives",
    "domicile",
    "established",
    "only_established",
    "licensed",
    "competent",
    "type",
    "flag",
    "role",
    "vector",
    "given",
    "started",
    "is",
]
STATES = (
    "personal_data",
    "encrypted",
    "protected",
    "harm_documented",
    "malicious",
    "backup_available",
    "minors",
    "told_elsewhere",
    "represented",
)
"""Plain facts; `protected`: encrypted, the key not taken; `told_elsewhere`: a notice to another authority is due."""


@dataclass(frozen=True)
class All:
    """Conjunction."""

    parts: tuple["Predicate", ...]


@dataclass(frozen=True)
class AnyOf:
    """Disjunction."""

    parts: tuple["Predicate", ...]


@dataclass(frozen=True)
class Not:
    """Negation."""

    part: "Predicate"


@dataclass(frozen=True)
class Known:
    """A fact states it."""

    part: "Predicate"


@dataclass(frozen=True)
class Said:
    """The same condition in words of its own."""

    part: "Predicate"
    says: str


@dataclass(frozen=True)
class Data:
    """Elements that must all be there, and of which one must be."""

    all: tuple[str, ...] = ()
    any: tuple[str, ...] = ()


@dataclass(frozen=True)
class Count:
    """A number of persons: of the residence, of all whom the law reaches, or of the whole incident."""

    op: Operator
    count: int
    of: Counted = "residents"


@dataclass(frozen=True)
class Atom:
    """One named condition with its words; one of them must hold."""

    name: Name
    words: tuple[str, ...]


Predicate = All | AnyOf | Not | Known | Said | Data | Count | Atom
ALWAYS = All(())


def parse(document: Any, where: str) -> Predicate:
    """Reads a condition.

    Raises:
        ContentError: with `where` and the path inside the condition.
    """
    if not isinstance(document, Mapping) or not document:
        raise ContentError("a condition is a mapping such as {any: [..]}", where=where, why=f"found {document!r}")
    if "says" in document:
        _only(document, {"says", "when"}, where)
        return Said(parse(document.get("when"), f"{where}.when"), str(document["says"]))
    if len(document) != 1:
        raise ContentError("a condition has one key", where=where, why=f"found {', '.join(map(str, document))}")
    ((key, value),) = document.items()
    here = f"{where}.{key}"
    if key in _READERS:
        return _READERS[key](value, here)
    if _is_name(key):
        return Atom(key, _words(value, here))
    known = [*_READERS, *get_args(Name), "says"]
    raise ContentError(f"`{key}` is no condition{did_you_mean(str(key), known)}", where=where)


def atoms(predicate: Predicate) -> tuple[Data | Count | Atom, ...]:
    """All leaves of a condition."""
    match predicate:
        case All(parts) | AnyOf(parts):
            return tuple(leaf for part in parts for leaf in atoms(part))
        case Not(part) | Known(part) | Said(part, _):
            return atoms(part)
        case _:
            return (predicate,)


def _is_name(key: object) -> TypeGuard[Name]:
    return key in get_args(Name)


def _is_operator(word: object) -> TypeGuard[Operator]:
    return word in get_args(Operator)


def _is_counted(word: object) -> TypeGuard[Counted]:
    return word in get_args(Counted)


def _parts(value: Any, where: str) -> tuple[Predicate, ...]:
    if not isinstance(value, list):
        raise ContentError("expected a list of conditions", where=where)
    return tuple(parse(part, f"{where}[{number}]") for number, part in enumerate(value))


def _words(value: Any, where: str) -> tuple[str, ...]:
    words = value if isinstance(value, list) else [value]
    if not words or not all(isinstance(word, str) for word in words):
        raise ContentError("expected words", where=where, why=f"found {value!r}")
    if where.endswith(".is"):
        for word in words:
            if word not in STATES:
                raise ContentError(f"`{word}` is no plain fact{did_you_mean(word, list(STATES))}", where=where)
    return tuple(words)


def _data(value: Any, where: str) -> Data:
    if not isinstance(value, Mapping):
        raise ContentError("expected all and any", where=where)
    _only(value, {"all", "any"}, where)
    return Data(tuple(value.get("all", ())), tuple(value.get("any", ())))


def _count(value: Any, where: str) -> Count:
    if not isinstance(value, Mapping):
        raise ContentError("expected op, count and of", where=where)
    _only(value, {"op", "count", "of"}, where)
    op, count, of = value.get("op"), value.get("count"), value.get("of", "residents")
    if not _is_operator(op) or not isinstance(count, int) or not _is_counted(of):
        raise ContentError("expected op, count and of", where=where, why=f"found {dict(value)}")
    return Count(op, count, of)


def _only(document: Mapping[Any, Any], keys: set[str], where: str) -> None:
    for key in document:
        if key not in keys:
            raise ContentError(f"`{key}` is not known here{did_you_mean(str(key), sorted(keys))}", where=where)


_READERS: dict[str, Callable[[Any, str], Predicate]] = {
    "all": lambda value, where: All(_parts(value, where)),
    "any": lambda value, where: AnyOf(_parts(value, where)),
    "not": lambda value, where: Not(parse(value, where)),
    "known": lambda value, where: Known(parse(value, where)),
    "data": _data,
    "count": _count,
}
