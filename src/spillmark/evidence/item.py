"""One piece of evidence with its readable bytes, and how a log is recognised by what stands in it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from spillmark.model.evidence import Evidence, Skip
from spillmark.model.terms import Kind

LONGEST = 16_000_000
"""Bytes of the longest record that is read. A Salesforce `Records` field holds 250,000 characters; what is far beyond
any field of any log is refused, so that one hostile line cannot fill the memory."""


@dataclass(frozen=True)
class Item:
    """Evidence and `local`, the path of its readable bytes (unpacked where it came from an archive).

    `lines` tells that it was recognised line by line: a text log, however many commas its lines have.
    """

    evidence: Evidence
    local: Path
    lines: bool = False


@dataclass(frozen=True)
class Intake:
    """Everything that was given: what can be read, in the order of the E numbers, and what was refused and why."""

    items: tuple[Item, ...]
    skipped: tuple[Skip, ...]


@dataclass(frozen=True)
class Limits:
    """What an archive may cost: members, nesting, bytes of one member and of everything unpacked, and how many times
    larger than the file it may become (counted while unpacking, whatever its headers say; `free` bytes are allowed to
    any file)."""

    members: int = 100_000
    depth: int = 4
    total: int = 100_000_000_000
    ratio: int = 1_000
    free: int = 64_000_000


@dataclass(frozen=True)
class Recogniser:
    """What makes a record one of a certain kind: names of fields (lower case, `a.b` for nested ones) and values.

    All of `columns` must be there, at least one of `any_of` if any are named, and each field of `values` must have
    one of the values where it is filled. `unwrap` names where an envelope keeps the record, such as `data.payload`.
    `lines` is a pattern that a line of a text log matches as a whole. `id` says who recognises (a mapping's id).
    """

    kind: Kind
    id: str
    columns: tuple[str, ...] = ()
    any_of: tuple[str, ...] = ()
    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    unwrap: tuple[str, ...] = ()
    lines: re.Pattern[str] | None = None

    @property
    def weight(self) -> int:
        """How much this one demands: of two that match, the more demanding one is right."""
        return len(self.columns) + 2 * len(self.values) + bool(self.any_of)
