"""What describe calls say of objects: fields, types, references, key prefixes.

Source: Salesforce REST API Developer Guide, "sObject Describe" (DescribeSObjectResult, Field, ChildRelationship).
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

from spillmark.evidence.item import Item
from spillmark.model.evidence import Skip

LARGEST = 200_000_000
DEEPEST = 12


@dataclass(frozen=True)
class DescribedField:
    """One field as described; `type` is the API's own word, `calculated` tells a formula or a roll-up."""

    name: str
    type: str
    label: str = ""
    relationship: str | None = None
    references: tuple[str, ...] = ()
    calculated: bool = False
    updateable: bool = True


@dataclass(frozen=True)
class DescribedObject:
    """One object as described; `children` gives (child object, field) to the relationship's name."""

    name: str
    label: str = ""
    prefix: str | None = None
    fields: tuple[DescribedField, ...] = ()
    children: dict[tuple[str, str], str] = field(default_factory=dict)


@dataclass(frozen=True)
class Described:
    """All objects that any describe file tells of, by name, and what could not be read."""

    objects: dict[str, DescribedObject]
    skipped: tuple[Skip, ...] = ()

    def named(self, name: str) -> DescribedObject | None:
        """Gives the object of that name, in any case of letters."""
        return next((found for key, found in self.objects.items() if key.lower() == name.lower()), None)

    def prefixed(self, prefix: str) -> str | None:
        """Gives the name of the object whose ids begin so."""
        return next((name for name, found in sorted(self.objects.items()) if found.prefix == prefix), None)


def read_describes(items: Sequence[Item]) -> Described:
    """Reads every describe file; one that cannot be read becomes a Skip."""
    objects: dict[str, DescribedObject] = {}
    skipped: list[Skip] = []
    for item in items:
        if item.evidence.kind != "salesforce.describe":
            continue
        try:
            for found in _objects(item):
                known = objects.get(found.name)
                if known is None or len(found.fields) > len(known.fields):
                    objects[found.name] = found
        except (OSError, ValueError) as error:
            why = f"{error}; give the answer of the describe call as JSON"
            skipped.append(Skip(item.evidence.id, "description of objects", why, "unread"))
    return Described(objects, tuple(skipped))


def _objects(item: Item) -> Iterator[DescribedObject]:
    if item.local.stat().st_size > LARGEST:
        raise ValueError(f"larger than {LARGEST:,} bytes")
    for value in _values(item.local.read_bytes()):
        for found in _walk(value, 0):
            yield _object(found)


def _values(data: bytes) -> list[Any]:
    try:
        return [orjson.loads(data)]
    except orjson.JSONDecodeError:
        return [orjson.loads(line) for line in data.splitlines() if line.strip()]


def _walk(value: Any, depth: int) -> Iterator[dict[str, Any]]:
    """Finds describes at any depth: bare, in a list, in `result`, or in a global describe's `sobjects`."""
    if depth > DEEPEST:
        return
    if isinstance(value, dict):
        if isinstance(value.get("name"), str) and ("fields" in value or "keyPrefix" in value):
            yield value
        else:
            for key in sorted(value):
                yield from _walk(value[key], depth + 1)
    elif isinstance(value, list):
        for entry in value:
            yield from _walk(entry, depth + 1)


def _object(raw: dict[str, Any]) -> DescribedObject:
    fields = tuple(_field(entry) for entry in _dicts(raw.get("fields")) if isinstance(entry.get("name"), str))
    children = {
        (str(entry["childSObject"]), str(entry["field"])): str(entry["relationshipName"])
        for entry in _dicts(raw.get("childRelationships"))
        if entry.get("childSObject") and entry.get("field") and entry.get("relationshipName")
    }
    prefix = raw.get("keyPrefix")
    return DescribedObject(
        raw["name"], str(raw.get("label") or ""), prefix if isinstance(prefix, str) else None, fields, children
    )


def _field(raw: dict[str, Any]) -> DescribedField:
    targets = raw.get("referenceTo")
    return DescribedField(
        name=raw["name"],
        type=str(raw.get("type") or "string").lower(),
        label=str(raw.get("label") or ""),
        relationship=str(raw["relationshipName"]) if raw.get("relationshipName") else None,
        references=tuple(str(target) for target in targets) if isinstance(targets, list) else (),
        calculated=raw.get("calculated") is True,
        updateable=raw.get("updateable") is not False,
    )


def _dicts(value: Any) -> Iterable[dict[str, Any]]:
    return (entry for entry in value if isinstance(entry, dict)) if isinstance(value, list) else ()
