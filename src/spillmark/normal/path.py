"""Field paths of a mapping: `a`, `a.b`, every element `a[].b`, elements of a kind `a[type=User|AppUser].b`."""

import re
from dataclasses import dataclass

from spillmark.engine.interface import literal
from spillmark.evidence.json_table import pointer

STEP = re.compile(r"([^.\[\]]+)((?:\[[^\[\]]*\])?)(?:\.|$)")
CHOICE = re.compile(r"\[(?:([^=\]]+)=([^\]]+))?\]")


@dataclass(frozen=True)
class Choice:
    """Which elements of a list are meant: those of which the field `key` has one of `values`; no key means every one.

    Case does not count.
    """

    key: str | None
    values: tuple[str, ...]


@dataclass(frozen=True)
class Hop:
    """The names that lead to a value and, where that is a list, the choice among its elements."""

    names: tuple[str, ...]
    choice: Choice | None


@dataclass(frozen=True)
class FieldPath:
    """A way to a value: `top` is the record's own field, `hops` lead on from there."""

    text: str
    top: str
    hops: tuple[Hop, ...]


def parse(text: str) -> FieldPath:
    """Takes a path apart.

    Raises:
        ValueError: it is no path.
    """
    if "[" not in text:
        top, _, rest = text.partition(".")
        return FieldPath(text, top, (Hop(tuple(rest.split(".")), None),) if rest else ())
    found = list(STEP.finditer(text))
    if "".join(one[0] for one in found) != text:
        raise ValueError(f"not a field path: {text}")
    hops: list[Hop] = []
    names: list[str] = []
    for position, one in enumerate(found):
        if position:
            names.append(one[1])
        if one[2]:
            hops.append(Hop(tuple(names), _choice(one[2], text)))
            names = []
    if names:
        hops.append(Hop(tuple(names), None))
    return FieldPath(text, found[0][1], tuple(hops))


def _choice(bracket: str, text: str) -> Choice:
    found = CHOICE.fullmatch(bracket)
    if found is None:
        raise ValueError(f"not a field path: {text}: {bracket} is neither [] nor [key=value]")
    if found[1] is None:
        return Choice(None, ())
    return Choice(found[1], tuple(value.strip().lower() for value in found[2].split("|")))


def sql(path: FieldPath, base: str) -> str:
    """Gives the SQL of the text that a path leads to from `base`, the SQL of its top field as text or JSON text.

    Several values are joined with ", "; none, and what is no JSON, is NULL.
    """
    if not path.hops:
        return base
    if all(hop.choice is None for hop in path.hops):
        (hop,) = path.hops
        return f"nullif(TRY(json_extract_string({base}, {literal(pointer(*hop.names))})), '')"
    elements: str | None = None
    for depth, hop in enumerate(path.hops):
        if hop.choice is None:
            break
        elements = _chosen(_elements(elements, base, hop.names, depth), hop.choice, depth)
    last = path.hops[-1]
    leaf = literal(pointer(*last.names)) if last.choice is None else "'$'"
    texts = f"list_transform({elements}, lambda v: json_extract_string(v, {leaf}))"
    joined = f"array_to_string(list_filter({texts}, lambda t: t <> ''), ', ')"
    return f"nullif(TRY({joined}), '')"


def _elements(before: str | None, base: str, names: tuple[str, ...], depth: int) -> str:
    """The elements of the list that `names` lead to, from the record's field or from each element chosen before."""
    place = literal("$" + "".join(f'."{name}"' for name in names) + "[*]")
    if before is None:
        return f"json_extract({base}, {place})"
    return f"flatten(list_transform({before}, lambda n{depth}: json_extract(n{depth}, {place})))"


def _chosen(elements: str, choice: Choice, depth: int) -> str:
    if choice.key is None:
        return elements
    values = ", ".join(literal(value) for value in choice.values)
    key = literal(pointer(*choice.key.split(".")))
    return f"list_filter({elements}, lambda e{depth}: lower(json_extract_string(e{depth}, {key})) IN ({values}))"
