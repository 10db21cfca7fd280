"""What the rules found in the logs, and the timeline made of it."""

from dataclasses import dataclass

from spillmark.model.terms import Confidence, Phase, Severity


@dataclass(frozen=True)
class Actor:
    """Under which user and app, from which addresses and with which agents something was done."""

    user: str | None = None
    app: str | None = None
    ips: tuple[str, ...] = ()
    agents: tuple[str, ...] = ()


@dataclass(frozen=True)
class Finding:
    """One rule's hits for one actor, grouped; times are ISO 8601 UTC, `proof` lists rows (the first where many)."""

    id: str
    rule: str
    title: str
    severity: Severity
    confidence: Confidence
    phase: Phase
    techniques: tuple[str, ...]
    first: str
    last: str
    count: int
    actor: Actor
    proof: tuple[str, ...]


@dataclass(frozen=True)
class TimelineRow:
    """One act of the thief, or one event around it, at a time (ISO 8601 UTC)."""

    time: str
    phase: Phase
    actor: str
    act: str
    object: str | None
    rows: int | None
    findings: tuple[str, ...]
    proof: tuple[str, ...]
