"""Evidence as the case document lists it, what of it could not be used, and what it covers in time."""

from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

from spillmark.model.terms import Kind, SkipLevel


@dataclass(frozen=True)
class Evidence:
    """One file, or one member of an archive, that was given to a case.

    `id` is E1, E2 ... in the order of sha256, then path. Of a log, `rows` counts records, `events` those that became
    normalised events, `repeated` those that stand elsewhere too and were counted there, `rejected` all others (blank,
    broken, without a time, of no known kind): the three make up the rows. Of a copy of data, `rejected` are those that
    could not be read. `start` and `end` are the
    first and last event time as ISO 8601 UTC.
    """

    id: str
    path: str
    sha256: str
    bytes: int
    kind: Kind
    rows: int | None = None
    events: int | None = None
    rejected: int | None = None
    repeated: int | None = None
    start: Annotated[str | None, Field(alias="from")] = None
    end: Annotated[str | None, Field(alias="to")] = None


@dataclass(frozen=True)
class Skip:
    """Something that was not read or not evaluated, said as plainly as what was found.

    `evidence` is an E number or None where the skip is about a rule, a law or a path that gave no evidence;
    `what` names the thing, `why` the reason and, where there is one, the next step.
    """

    evidence: str | None
    what: str
    why: str
    level: SkipLevel


@dataclass(frozen=True)
class Gap:
    """A stretch of time, ISO 8601 UTC, in which a source that should have spoken is silent, and why that is thought."""

    start: Annotated[str, Field(alias="from")]
    end: Annotated[str, Field(alias="to")]
    why: str


@dataclass(frozen=True)
class Coverage:
    """What one log source covers: first and last event, gaps, and the time at which the platform deletes it."""

    source: str
    start: Annotated[str | None, Field(alias="from")]
    end: Annotated[str | None, Field(alias="to")]
    gaps: tuple[Gap, ...] = ()
    retention_ends: str | None = None
    proof: tuple[str, ...] = ()
