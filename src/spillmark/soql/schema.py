"""The objects that a query may name: their fields, types and references, as a describe tells them."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

FieldType = Literal[
    "id",
    "reference",
    "string",
    "textarea",
    "picklist",
    "multipicklist",
    "boolean",
    "int",
    "double",
    "currency",
    "percent",
    "date",
    "datetime",
    "time",
    "email",
    "phone",
    "url",
    "base64",
    "address",
    "location",
    "anytype",
]
"""Field types of the SOAP API, Object Reference "Field Types"; encryptedstring is string, combobox is picklist."""


@dataclass(frozen=True)
class Field:
    """One field: `column` is its name in the snapshot's table.

    A reference has `relationship` (AccountId: Account), the objects that it may point to, and the name under which the
    parent lists its children (`children`: Contacts).
    """

    name: str
    type: FieldType
    column: str
    relationship: str | None = None
    references: tuple[str, ...] = ()
    children: str | None = None

    @property
    def custom(self) -> bool:
        """Tells a field that the organisation made from one of the vendor's."""
        return self.name.lower().endswith(("__c", "__s", "__pc"))


@dataclass(frozen=True)
class ObjectSchema:
    """One object and the table of its snapshot; each row of the table is one record, all columns are text."""

    name: str
    table: str
    fields: tuple[Field, ...]
    label: str | None = None

    @cached_property
    def _by_name(self) -> dict[str, Field]:
        return {found.name.lower(): found for found in self.fields}

    @cached_property
    def _by_relationship(self) -> dict[str, Field]:
        return {found.relationship.lower(): found for found in self.fields if found.relationship is not None}

    def field(self, name: str) -> Field | None:
        """Gives the field of that name, in any case of letters."""
        return self._by_name.get(name.lower())

    def relationship(self, name: str) -> Field | None:
        """Gives the reference field whose relationship has that name, in any case of letters."""
        return self._by_relationship.get(name.lower())


@dataclass(frozen=True)
class Schema:
    """All objects that are known; lookup knows no case."""

    objects: tuple[ObjectSchema, ...]

    @cached_property
    def _by_name(self) -> dict[str, ObjectSchema]:
        return {found.name.lower(): found for found in self.objects}

    def object(self, name: str) -> ObjectSchema | None:
        """Gives the object of that name, in any case of letters."""
        return self._by_name.get(name.lower())

    def child(self, parent: ObjectSchema, relationship: str) -> tuple[ObjectSchema, Field] | None:
        """Gives the child object and its reference field that a subquery's FROM names.

        The describe's child name decides; where it is not known, the child's own name, singular or plural, does
        (Contacts: Contact), and only if exactly one field fits.
        """
        wanted = relationship.lower()
        candidates = [(child, link) for child in self.objects for link in child.fields if _points(link, parent)]
        named = [pair for pair in candidates if pair[1].children is not None and pair[1].children.lower() == wanted]
        guessed = [pair for pair in candidates if pair[1].children is None and wanted in _plurals(pair[0].name)]
        found = named or guessed
        return found[0] if len(found) == 1 else None


def _points(link: Field, parent: ObjectSchema) -> bool:
    return parent.name.lower() in (target.lower() for target in link.references)


def _plurals(name: str) -> Iterable[str]:
    lowered = name.lower()
    stem = lowered.removesuffix("__c")
    tail = "" if stem == lowered else "__r"
    words = {stem, stem + "s", stem + "es"}
    if stem.endswith("y"):
        words.add(stem[:-1] + "ies")
    return {word + tail for word in words}
