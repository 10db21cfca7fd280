"""Duties to tell someone, in the shape of the duties contract."""

from dataclasses import dataclass

from spillmark.model.terms import Audience, DutyStatus, Role


@dataclass(frozen=True)
class Start:
    """The clock event that a duty runs from and, where known, its time."""

    event: str
    time: str | None


@dataclass(frozen=True)
class Alternative:
    """Another legally tenable due date with the sum that gives it."""

    due: str
    basis: str


@dataclass(frozen=True)
class Duty:
    """One notice to one addressee under one regime."""

    id: str
    regime: str
    to: str
    audience: Audience
    obliged: Role
    mandatory: bool
    residence: str | None
    status: DutyStatus
    starts: Start
    due: str | None
    due_basis: str | None
    promptness: str | None
    order: str | None
    alternatives: tuple[Alternative, ...]
    missing: tuple[str, ...]
    why: tuple[str, ...]
    citation: str
    confidence: str
    content: tuple[str, ...]
    proof: tuple[str, ...] = ()


@dataclass(frozen=True)
class NotTriggered:
    """A regime that was considered and does not apply, with the reason."""

    regime: str
    why: tuple[str, ...]


@dataclass(frozen=True)
class Question:
    """A missing fact, the question that would settle it, whom to ask, and the duties that hang on it."""

    fact: str
    ask: str
    of: str | None = None
    duties: tuple[str, ...] = ()


@dataclass(frozen=True)
class DutyAnswer:
    """The whole answer of the law packs on one set of facts."""

    duties: tuple[Duty, ...] = ()
    not_triggered: tuple[NotTriggered, ...] = ()
    questions: tuple[Question, ...] = ()
