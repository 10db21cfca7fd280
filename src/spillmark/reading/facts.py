"""A fact as one sentence states it, before it is joined with others into an incident."""

from dataclasses import dataclass

from spillmark.model.report import Json


@dataclass(frozen=True)
class Fact:
    """`value` of `field`, stated at [start:end) of the document's text.

    `about` holds the victims (places in the story's list) of which the sentence speaks; empty means all of them.
    """

    field: str
    value: Json
    start: int
    end: int
    about: frozenset[int] = frozenset()
    scope: str | None = None
    src: str | None = None
    basis: str | None = None
