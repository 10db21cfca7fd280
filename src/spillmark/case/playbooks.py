"""Playbooks: what to do when a technique, a phase or a data class was seen; content, one file a playbook."""

from collections.abc import Collection
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from spillmark.content.shelf import shelf
from spillmark.model.content import Explanation, Problem
from spillmark.model.terms import Phase, When

FOLDER = "playbooks"
ORDER: tuple[When, ...] = ("now", "today", "this_week", "later")


@dataclass(frozen=True)
class Applies:
    """When a playbook applies: one entry of every list that is not empty must have been seen."""

    platforms: tuple[str, ...] = ()
    techniques: tuple[str, ...] = ()
    phases: tuple[Phase, ...] = ()
    classes: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()  # duties | open_bound | weaknesses | app | address | user | claims


@dataclass(frozen=True)
class Seen:
    """What the case has seen, in the words that playbooks ask for."""

    platforms: Collection[str] = ()
    techniques: Collection[str] = ()
    phases: Collection[str] = ()
    classes: Collection[str] = ()
    needs: Collection[str] = ()


@dataclass(frozen=True)
class Sample:
    """What was seen, and whether the playbook applies."""

    seen: dict[str, tuple[str, ...]]
    applies: bool


@dataclass(frozen=True)
class Playbook:
    """One step: `what` and `why` may name {app}, {user}, {ips}, {objects}, {first}; `how` cites the platform's page."""

    id: str
    version: int
    source: str
    checked_on: Any
    when: When
    order: int  # within `when`; evidence is preserved before anything is revoked
    owner: str
    what: str
    why: str
    how: str
    verify: str
    applies: Applies = field(default_factory=Applies)
    mitigations: tuple[str, ...] = ()  # ATT&CK mitigations, D3FEND and RE&CT ids
    tests: tuple[Sample, ...] = ()


@cache
def load_playbooks() -> tuple[Playbook, ...]:
    """Reads all playbooks, in the order in which their steps are to be taken.

    Raises:
        ContentError: a file is not a playbook, or two share an id.
    """
    return shelf(FOLDER, Playbook, order=lambda one: (ORDER.index(one.when), one.order, one.id))


def applies(playbook: Playbook, seen: Seen) -> bool:
    """Tells whether something of every list that it asks for was seen; T1566 also covers T1566.004."""
    wanted = playbook.applies
    techniques = {*seen.techniques, *(technique.partition(".")[0] for technique in seen.techniques)}
    pairs: tuple[tuple[Collection[str], Collection[str]], ...] = (
        (wanted.platforms, seen.platforms),
        (wanted.techniques, techniques),
        (wanted.phases, seen.phases),
        (wanted.classes, seen.classes),
        (wanted.needs, seen.needs),
    )
    return all(not want or set(want) & set(have) for want, have in pairs)


def explain(ident: str) -> Explanation | None:
    """Explains a playbook by its id, with or without the P of a reference."""
    for one in load_playbooks():
        if ident in {one.id, f"P{one.id}"}:
            facts = (
                ("when", one.when.replace("_", " ")),
                ("owner", one.owner),
                ("verify", one.verify),
                ("mitigations", ", ".join(one.mitigations)),
                ("source", one.source),
                ("checked on", str(one.checked_on)),
                ("version", str(one.version)),
            )
            return Explanation(one.id, "playbook", one.what, (one.why, one.how), facts)
    return None


def lint() -> tuple[Problem, ...]:
    """Runs the samples of every playbook: at least one in which it applies."""
    found = []
    for one in load_playbooks():
        place = f"{FOLDER}/{one.id}"
        if not any(sample.applies for sample in one.tests):
            found.append(Problem(place, "no sample in which it applies"))
        for number, sample in enumerate(one.tests, start=1):
            if applies(one, Seen(**sample.seen)) != sample.applies:
                found.append(Problem(place, f"test {number}: expected applies = {sample.applies}"))
    return tuple(found)
