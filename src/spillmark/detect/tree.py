"""The condition of a rule as a tree of atoms: a small value that any engine and any test can evaluate.

An atom asks one question of one field of one event. Everything above it is plain logic, so that each atom is answered
once for a distinct value and each tree once for a distinct combination of answers.
"""

from collections.abc import Set
from dataclasses import dataclass
from typing import Literal, assert_never

Test = Literal[
    "equals",  # the whole text
    "contains",
    "starts",
    "ends",
    "pattern",  # `value` is an anchored RE2 expression made of a text with wildcards
    "regex",  # `value` is an RE2 expression of the rule's author, found anywhere
    "cidr",  # `value` is a network
    "eq",  # the field read as a number
    "ne",
    "lt",
    "lte",
    "gt",
    "gte",
    "null",  # absent or empty
    "exists",
]


@dataclass(frozen=True, order=True)
class Atom:
    """One test of one field; `cased` texts keep their case, the others are folded (NFKC and case)."""

    field: str
    test: Test
    value: str = ""
    cased: bool = False


@dataclass(frozen=True)
class Every:
    """True where all parts are."""

    parts: "tuple[Node, ...]"


@dataclass(frozen=True)
class Either:
    """True where at least one part is."""

    parts: "tuple[Node, ...]"


@dataclass(frozen=True)
class Negation:
    """True where the part is not."""

    part: "Node"


Node = Atom | Every | Either | Negation


def holds(node: Node, true: Set[Atom]) -> bool:
    """Evaluates a tree; `true` holds the atoms that the event answers with yes, every other atom is no.

    Absent fields answer no, so a negation of a test on an absent field is true, as Sigma defines it.
    """
    match node:
        case Atom():
            return node in true
        case Every(parts):
            return all(holds(part, true) for part in parts)
        case Either(parts):
            return any(holds(part, true) for part in parts)
        case Negation(part):
            return not holds(part, true)
        case _:
            assert_never(node)


def atoms(node: Node) -> frozenset[Atom]:
    """Gives the distinct atoms of a tree."""
    match node:
        case Atom():
            return frozenset((node,))
        case Every(parts) | Either(parts):
            return frozenset().union(*(atoms(part) for part in parts))
        case Negation(part):
            return atoms(part)
        case _:
            assert_never(node)


def reachable(node: Node, empty: Set[str]) -> bool:
    """Tells whether a tree could be true at all for events in which the fields of `empty` are always absent."""
    can_hold, _ = _outcomes(node, empty)
    return can_hold


def _outcomes(node: Node, empty: Set[str]) -> tuple[bool, bool]:
    """Gives (could be true, could be false)."""
    match node:
        case Atom(field, test):
            if field not in empty:
                return True, True
            return test == "null", test != "null"
        case Every(parts):
            outcomes = [_outcomes(part, empty) for part in parts]
            return all(yes for yes, _ in outcomes), any(no for _, no in outcomes)
        case Either(parts):
            outcomes = [_outcomes(part, empty) for part in parts]
            return any(yes for yes, _ in outcomes), all(no for _, no in outcomes)
        case Negation(part):
            yes, no = _outcomes(part, empty)
            return no, yes
        case _:
            assert_never(node)
