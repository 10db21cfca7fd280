"""Law packs: one YAML file a regime, everything that the law says as data, with its source and its own tests.

A pack is in play where `reach` is brought in by a given fact; `applies` may still take it out (not triggered). Then
`trigger` is judged for each row of persons, and each notice makes one duty for each addressee. `from` and `until` are
the days between which a rule is law; the day whose law is applied is that of the facts.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, TypeAdapter, ValidationError

from spillmark import content
from spillmark.duties import predicates
from spillmark.duties.periods import Counting, Measure
from spillmark.duties.predicates import Predicate
from spillmark.errors import ContentError
from spillmark.evidence.border import unknown_keys
from spillmark.model.terms import Audience, Role

FOLDER = "laws/regimes"
Level = Literal["verified", "verified (secondary)", "part-verified", "unconfirmed"]
Each = Literal["once", "residence", "authority", "seat", "owner"]
"""How often a notice is owed: once; for each residence; to each authority competent under the GDPR; to the authority of
the Member State in which the organisation is established; to each owner."""


def _condition(document: Any) -> Any:
    try:
        return predicates.parse(document, "condition")
    except ContentError as error:
        raise ValueError(str(error)) from error


Condition = Annotated[Any, BeforeValidator(_condition)]
"""A `Predicate`, read from its mapping."""


@dataclass(frozen=True)
class Rule:
    """A condition that is law from a day, until a day, or always; `cite` is its place in the law."""

    when: Condition
    start: Annotated[date | None, Field(alias="from")] = None
    until: date | None = None
    cite: str | None = None

    @property
    def predicate(self) -> Predicate:
        """The condition."""
        found: Predicate = self.when
        return found


@dataclass(frozen=True)
class Cap:
    """A second limit: the earlier of both counts. `waived_if_passed`: not where the clock started after its end."""

    value: int
    unit: Measure
    event: str
    waived_if_passed: bool = False


@dataclass(frozen=True)
class Limit:
    """The clock event, the law's words on promptness and, where the law has one, the number.

    `imputes_agents`: the same event at a party that is our agent counts as ours.
    """

    event: str
    promptness: str
    value: int | None = None
    unit: Measure | None = None
    counting: Counting = "plain"
    holidays: str | None = None
    roll: str | None = None
    roll_at: str | None = None
    caps: tuple[Cap, ...] = ()
    imputes_agents: bool = False
    when: Condition = predicates.ALWAYS
    start: Annotated[date | None, Field(alias="from")] = None
    until: date | None = None


@dataclass(frozen=True)
class Also:
    """What a notice must say as well, or offer, where a condition holds."""

    says: str
    when: Condition = predicates.ALWAYS
    start: Annotated[date | None, Field(alias="from")] = None
    until: date | None = None


@dataclass(frozen=True)
class Notice:
    """One notice: to whom, who owes it, once or for each residence, authority or owner, when, by when, with what.

    `persons` are the places whose residents it is about (default: those of the pack; `not EEA`: those who live
    elsewhere; `none`: the law does not look at persons); `unless` names exceptions of the pack; `met_by` is the event
    that shows that it was given; `place` is the place of the authority.
    """

    id: str
    to: str
    audience: Audience
    limits: tuple[Limit, ...]
    obliged: Role = "owner"
    each: Each = "once"
    place: str | None = None
    persons: tuple[str, ...] | Literal["anywhere", "none"] | None = None
    when: Condition = predicates.ALWAYS
    threshold: predicates.Count | None = None
    unless: tuple[str, ...] = ()
    mandatory: bool = True
    order: str | None = None
    met_by: str | None = None
    cite: str | None = None
    content: tuple[str, ...] = ()
    also: tuple[Also, ...] = ()
    start: Annotated[date | None, Field(alias="from")] = None
    until: date | None = None


@dataclass(frozen=True)
class Sureness:
    """How sure the pack is: a level, and the parts (notice ids, trigger, exceptions, letters) read in a source."""

    level: Level
    verified: tuple[str, ...] = ()
    unsure: tuple[str, ...] = ()


@dataclass(frozen=True)
class Letters:
    """What letters to individuals must heed, in words: languages, substitute notice, services to offer."""

    languages: str | None = None
    substitute: str | None = None
    services: str | None = None


@dataclass(frozen=True)
class Sample:
    """A test of a pack: facts, now, and exactly the duties that follow; `in_play` false: the law is not even shown.

    Each expected duty names its `notice` and what of it is compared: status, residence, due, missing, to, event.
    """

    kind: Literal["positive", "boundary", "negative"]
    name: str
    facts: Mapping[str, Any]
    now: Any
    expect: tuple[Mapping[str, Any], ...] = ()
    in_play: bool = True


@dataclass(frozen=True)
class Pack:
    """One regime."""

    id: str
    version: int
    title: str
    jurisdiction: str
    kind: str
    instrument: str
    citation: str
    source: str
    checked_on: date
    confidence: Sureness
    obliged: str
    reach: Condition
    persons: tuple[str, ...] | Literal["anywhere", "none"]
    trigger: tuple[Rule, ...]
    notices: tuple[Notice, ...]
    tests: tuple[Sample, ...]
    applies: tuple[Rule, ...] = ()
    exceptions: Mapping[str, Rule] = field(default_factory=dict)
    letters: Letters = field(default_factory=Letters)
    notes: tuple[str, ...] = ()
    start: Annotated[date | None, Field(alias="from")] = None
    until: date | None = None

    @property
    def place(self) -> str | None:
        """The place of the regime where it is one place: a State or a country."""
        return self.persons[0] if isinstance(self.persons, tuple) and len(self.persons) == 1 else None


@cache
def load_packs() -> tuple[Pack, ...]:
    """Reads all law packs, sorted by id.

    Raises:
        ContentError: a file is not a pack, or two share an id; with file and key.
    """
    found: dict[str, Pack] = {}
    for place, document in content.documents(FOLDER):
        pack = read_pack(document, place)
        if pack.id in found:
            raise ContentError(f"the id {pack.id} is taken", where=place)
        found[pack.id] = pack
    return tuple(found[ident] for ident in sorted(found))


def read_pack(document: Mapping[str, Any], place: str) -> Pack:
    """Reads one law pack.

    Raises:
        ContentError: with `place` and the key.
    """
    strange = next(unknown_keys(Pack, document), None)
    if strange is not None:
        raise ContentError(strange, where=place)
    try:
        return TypeAdapter(Pack).validate_python(document)
    except ValidationError as error:
        first = error.errors()[0]
        path = ".".join(str(part) for part in first["loc"])
        raise ContentError(f"not a law pack: {path}", where=place, why=first["msg"]) from error


def in_force(start: date | None, until: date | None, day: date) -> bool:
    """Tells whether a rule with these days is law on a day; both days are included."""
    return (start is None or start <= day) and (until is None or day <= until)
