"""How far the theft reached: objects, records, people, and what can be shown not to have left (measured)."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class RecordCount:
    """Distinct records of one object: proven, not excluded, as logged, and logged but in no snapshot."""

    certain: int
    possible: int
    logged: int | None
    unseen: int | None


@dataclass(frozen=True)
class ReplayedQuery:
    """One query of the thief, replayed: rows logged against rows replayed, each difference explained in a sentence."""

    text: str
    time: str
    rows_logged: int | None
    rows_replayed: int | None
    explained: tuple[str, ...]
    proof: tuple[str, ...] = ()


@dataclass(frozen=True)
class TakenObject:
    """One object (table) from which records left."""

    object: str
    fields: tuple[str, ...]
    data_classes: tuple[str, ...]
    records: RecordCount
    queries: tuple[ReplayedQuery, ...]


@dataclass(frozen=True)
class PeopleCount:
    """Affected individuals; the breakdowns count certain and possible people together."""

    certain: int = 0
    possible: int = 0
    by_region: dict[str, int] | None = None
    by_data_class: dict[str, int] | None = None
    minors: int | None = None


@dataclass(frozen=True)
class Exclusion:
    """What did not leave, why that follows, and on which conditions the sentence holds."""

    what: str
    why: str
    holds_if: tuple[str, ...]
    proof: tuple[str, ...]


@dataclass(frozen=True)
class Request:
    """What to ask of whom before it is gone."""

    ask: str
    of: str
    before: str | None
    why: str
    proof: tuple[str, ...] = ()


@dataclass(frozen=True)
class Scope:
    """The measured extent of the theft; an open upper bound says why."""

    upper: Literal["bounded", "open"] = "open"
    why_open: tuple[str, ...] = ()
    objects: tuple[TakenObject, ...] = ()
    people: PeopleCount = PeopleCount()
    not_taken: tuple[Exclusion, ...] = ()
    requests: tuple[Request, ...] = ()
