"""What every kind of content tells of itself: how it is explained, and what is wrong with it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Explanation:
    """What `explain` shows for one id: plain sentences, then facts as (name, value) lines."""

    id: str
    kind: str  # rule | correlation | law | playbook | check | mapping | finding | duty | action | evidence row
    title: str
    text: tuple[str, ...]
    facts: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Problem:
    """One fault of a content file: `place` is file or file:line, `what` the fault, `hint` the next step."""

    place: str
    what: str
    hint: str = ""


@dataclass(frozen=True)
class Checked:
    """What a content check looked at, by kind, and what it found wrong."""

    counts: tuple[tuple[str, int], ...]
    problems: tuple[Problem, ...]
