"""A scenario: everything that one rehearsed theft is made of, read from content/scenarios."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from pydantic import TypeAdapter, ValidationError

from spillmark import content
from spillmark.errors import ContentError, UsageError

Phase = Literal["access", "discovery", "collection", "exfiltration", "evasion"]
Act = Literal["grant", "list_objects", "describe", "limits", "count", "query", "bulk"]


@dataclass(frozen=True)
class Window:
    """The time that the logs cover, [start, end)."""

    start: datetime
    end: datetime


@dataclass(frozen=True)
class Platform:
    """The rehearsed Salesforce organisation: id (15 characters), instance part of its record ids, host."""

    org_id: str
    pod: str
    host: str


@dataclass(frozen=True)
class ConnectedApp:
    """One connected app; `owner` and what follows is known only of the organisation's own."""

    name: str
    id: str
    owner: str | None = None
    purpose: str | None = None
    networks: tuple[str, ...] = ()
    known_since: str | None = None


@dataclass(frozen=True)
class Population:
    """Shares (0 to 1) and weights that shape the customers; `towns` weighs regions, `households` sizes.

    `duplicates` is the share of persons with a second record, `slips` the share of those with a mistyped family name.
    """

    towns: dict[str, float]
    households: dict[int, float]
    no_address: float
    no_birth_date: float
    no_email: float
    twins: float
    namesakes: float
    duplicates: float
    slips: float
    hostile: float
    inactive: float
    corporate: float


@dataclass(frozen=True)
class StaffMember:
    """A named user with the address of its desk."""

    first: str
    last: str
    title: str
    office: str


@dataclass(frozen=True)
class Staff:
    """The users that the scenario names, and how many more agents there are."""

    victim: StaffMember
    admin: StaffMember
    integration: StaffMember
    corporate: StaffMember
    agents: int


@dataclass(frozen=True)
class ThiefStep:
    """One thing that the thief does; times are UTC."""

    id: str
    act: Act
    phase: Phase
    at: datetime
    object: str | None = None
    query: str | None = None
    complete: datetime | None = None
    download: datetime | None = None
    delete: datetime | None = None


@dataclass(frozen=True)
class Thief:
    """Who acts, from where, with what, and the steps in order of time."""

    user: Literal["victim"]
    app: str
    ip: str
    agent: str
    browser: str
    api_version: str
    call: datetime
    steps: tuple[ThiefStep, ...]


@dataclass(frozen=True)
class Condition:
    """One comparison of a WHERE clause; conditions are joined by AND."""

    field: str
    op: Literal["=", "!=", "in"]
    value: str | bool | tuple[str, ...] | None


@dataclass(frozen=True)
class QueryPlan:
    """A query as structure: its SOQL text is written from it, and its rows are decided by it."""

    object: str
    fields: tuple[str, ...]
    where: tuple[Condition, ...] = ()
    limit: int | None = None


@dataclass(frozen=True)
class Drift:
    """What changes between theft and export, as shares of all contacts."""

    created: float
    changed: float
    soft_deleted: float
    hard_deleted: float


@dataclass(frozen=True)
class Export:
    """When the copy of the data was taken."""

    at: datetime


@dataclass(frozen=True)
class Noise:
    """Honest life around the theft: what one user does a day, share of logins that fail, days of the admin's loads."""

    logins_a_day: float
    lookups_a_day: float
    failures: float
    loader_days: tuple[int, ...]


@dataclass(frozen=True)
class Claims:
    """What the provider's statement says, which is less than what happened."""

    people: int
    bound: str
    data_taken: tuple[str, ...]
    data_not_taken: tuple[str, ...]
    published: datetime


@dataclass(frozen=True)
class Sample:
    """One size at which the scenario is tried when content is checked."""

    contacts: int
    seed: int


@dataclass(frozen=True)
class Scenario:
    """One rehearsed theft with its organisation, people, thief, drift and noise."""

    id: str
    version: int
    title: str
    source: str
    seed: int
    contacts: int
    window: Window
    platform: Platform
    organisation: dict[str, Any]
    vendors: tuple[dict[str, Any], ...]
    networks: tuple[dict[str, Any], ...]
    apps: dict[str, ConnectedApp]
    people: Population
    policies: float
    users: Staff
    thief: Thief
    queries: dict[str, QueryPlan]
    classes: dict[str, dict[str, str]]
    drift: Drift
    export: Export
    noise: Noise
    facts: dict[str, Any]
    claims: Claims
    tests: tuple[Sample, ...] = field(default=())

    @property
    def theft_start(self) -> datetime:
        """The time of the thief's first step."""
        return min(step.at for step in self.thief.steps)


@dataclass(frozen=True)
class Town:
    """A place with the telephone patterns that are free for fiction there."""

    region: str
    city: str
    state: str
    postal: str
    phone: str
    mobile: str


@dataclass(frozen=True)
class NameList:
    """Given and family names of one country."""

    given: tuple[str, ...]
    family: tuple[str, ...]


@dataclass(frozen=True)
class Cast:
    """Names, places and texts from which people are drawn, by ISO 3166-1 country where they differ by country."""

    names: dict[str, NameList]
    streets: dict[str, tuple[str, ...]]
    countries: dict[str, tuple[str, ...]]
    languages: dict[str, str]
    towns: tuple[Town, ...]
    hostile: tuple[str, ...]
    notes: tuple[str, ...]


_SCENARIO = TypeAdapter(Scenario)
_CAST = TypeAdapter(Cast)


def scenario_ids() -> tuple[str, ...]:
    """Lists the ids of all scenarios, sorted."""
    return tuple(
        sorted(str(body["id"]) for _, body in content.documents("scenarios") if body.get("kind") == "scenario")
    )


def load_scenario(scenario_id: str) -> Scenario:
    """Reads one scenario.

    Raises:
        UsageError: there is no scenario of that id.
        ContentError: its file does not say what a scenario must say.
    """
    place, body = _document("scenario", scenario_id)
    try:
        return _SCENARIO.validate_python(body)
    except ValidationError as error:
        raise ContentError("not a scenario", where=place, why=_first(error)) from error


def load_cast(cast_id: str = "people") -> Cast:
    """Reads the names and places from which people are drawn.

    Raises:
        UsageError: there is no such list.
        ContentError: its file does not say what it must say.
    """
    place, body = _document("people", cast_id)
    try:
        return _CAST.validate_python(body)
    except ValidationError as error:
        raise ContentError("not a list of people", where=place, why=_first(error)) from error


def _document(kind: str, wanted: str) -> tuple[str, dict[str, Any]]:
    for place, body in content.documents("scenarios"):
        if body.get("kind") == kind and body.get("id") == wanted:
            return place, body
    raise UsageError(f"no {kind} {wanted!r}", hint=f"known scenarios: {', '.join(scenario_ids())}")


def _first(error: ValidationError) -> str:
    problem = error.errors()[0]
    return f"{'.'.join(str(part) for part in problem['loc'])}: {problem['msg']}"
