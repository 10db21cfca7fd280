"""The words of the laws as content: elements of data, places, clock events, flags of an organisation, questions."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from spillmark import content
from spillmark.errors import ContentError

FOLDER = "laws/terms"
Shape = TypeVar("Shape")


@dataclass(frozen=True)
class Holds:
    """What a data class surely is and what it may hold."""

    is_: tuple[str, ...] = ()
    may: tuple[str, ...] = ()


@dataclass(frozen=True)
class Elements:
    """Elements of statutes, and how data classes become elements."""

    elements: Mapping[str, str]
    classes: Mapping[str, Mapping[str, Any]]
    together: Mapping[str, tuple[tuple[str, ...], ...]]
    implies: Mapping[str, tuple[str, ...]]
    impersonal: tuple[str, ...]
    tests: tuple[Mapping[str, Any], ...] = ()

    def holds(self, data_class: str, residence: str | None) -> Holds:
        """Gives what a class holds for residents of a place, by country."""
        entry = self.classes[data_class]
        country = (residence or "").partition("-")[0]
        chosen = entry.get("where", {}).get(country, entry)
        return Holds(tuple(chosen.get("is", ())), tuple(chosen.get("may", ())))


@dataclass(frozen=True)
class Places:
    """Areas, places with two codes, and the authorities of the EEA by place."""

    areas: Mapping[str, tuple[str, ...]]
    same: Mapping[str, str]
    federal: tuple[str, ...]
    authorities: Mapping[str, str]
    tests: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True)
class Event:
    """A clock event: the question for it, whom to ask, and whether it is knowledge of the breach."""

    ask: str
    of: str | None = None
    knowing: bool = False
    year_end_of: str | None = None


@dataclass(frozen=True)
class Events:
    """All clock events."""

    events: Mapping[str, Event]
    tests: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True)
class FlagRule:
    """How a flag follows from the types of an organisation, and the question for it."""

    true_for: tuple[str, ...]
    open_for: tuple[str, ...]
    ask: str


@dataclass(frozen=True)
class Kinds:
    """Kinds of organisation that a word of the law covers, and flags that follow from types."""

    kinds: Mapping[str, tuple[str, ...]]
    flags: Mapping[str, FlagRule]
    tests: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True)
class Asked:
    """A question and whom to ask."""

    ask: str
    of: str | None = None


@dataclass(frozen=True)
class Questions:
    """Questions by the name of the fact."""

    questions: Mapping[str, Asked] = field(default_factory=dict)


@cache
def elements() -> Elements:
    """Reads `laws/terms/elements.yaml`."""
    return _read("elements", Elements)


@cache
def places() -> Places:
    """Reads `laws/terms/places.yaml`."""
    return _read("places", Places)


@cache
def events() -> Events:
    """Reads `laws/terms/events.yaml`."""
    return _read("events", Events)


@cache
def kinds() -> Kinds:
    """Reads `laws/terms/organisation.yaml`."""
    return _read("organisation", Kinds)


@cache
def questions() -> Questions:
    """Reads `laws/terms/questions.yaml`."""
    return _read("questions", Questions)


def asked(fact: str) -> Asked:
    """Gives the question for a missing fact: a clock event, a flag, an element or one of the listed facts."""
    if fact in events().events:
        event = events().events[fact]
        return Asked(event.ask, event.of)
    if fact in questions().questions:
        return questions().questions[fact]
    kind, _, name = fact.rpartition(".")
    if kind == "people.elements":
        return Asked(f"Did the data hold {elements().elements.get(name, name)}?", "incident lead")
    if kind == "organisation.flags":
        rule = kinds().flags.get(name)
        return Asked(rule.ask if rule else f"Does this hold for the organisation: {name.replace('_', ' ')}?", "counsel")
    return Asked(f"What is the value of {fact}?")


def _read(name: str, shape: type[Shape]) -> Shape:
    place = f"{FOLDER}/{name}.yaml"
    document = content.document(place, content.text(place))
    try:
        return TypeAdapter(shape).validate_python(document)
    except ValidationError as error:
        raise ContentError("not a list of terms", where=place, why=str(error.errors()[0])) from error
