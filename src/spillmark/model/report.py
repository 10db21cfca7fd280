"""What others say: reports, incidents and campaigns, in the shape of the reading contract (claimed, never measured)."""

from dataclasses import dataclass

from pydantic import JsonValue

from spillmark.model.terms import (
    AdviceAudience,
    Attribution,
    AuthorityStatus,
    Bound,
    ClaimSource,
    ThirdPartyRole,
    Unit,
)

Json = JsonValue  # any JSON value; a named recursive type, so that pydantic can build a schema of it


@dataclass(frozen=True)
class Report:
    """One text that tells of one or more incidents; `id` equals the evidence id inside a case."""

    id: str
    path: str
    title: str | None = None
    url: str | None = None
    publisher: str | None = None
    published: str | None = None
    language: str | None = None


@dataclass(frozen=True)
class Victim:
    """The organisation that was hit; `customers` is the total that a report gives, not the number affected."""

    name: str
    also: tuple[str, ...] = ()
    sector: str | None = None
    country: str | None = None
    customers: int | None = None


@dataclass(frozen=True)
class ThirdParty:
    """A provider through which the data left; an unnamed one has name None."""

    name: str | None
    role: ThirdPartyRole


@dataclass(frozen=True)
class ThreatActor:
    """A named group with the strongest attribution that a report states."""

    name: str
    also: tuple[str, ...] = ()
    attribution: Attribution = "suspected"


@dataclass(frozen=True)
class Affected:
    """One stated figure. `value` is None where only a share is given ("the majority of its `of` customers")."""

    value: int | None
    unit: Unit
    bound: Bound
    of: int | None = None
    scope: str | None = None
    source: ClaimSource | None = None
    joint_with: tuple[str, ...] = ()


@dataclass(frozen=True)
class Dates:
    """Dates as precise as the report: 2025-07-16, 2025-07 or 2025."""

    began: str | None = None
    ended: str | None = None
    detected: str | None = None
    disclosed: str | None = None


@dataclass(frozen=True)
class Authority:
    """An authority and what it did or was told."""

    name: str
    status: AuthorityStatus


@dataclass(frozen=True)
class Extortion:
    """Whether the victim was asked to pay, and whether data or a sample was published."""

    demanded: bool = False
    leaked: bool = False


@dataclass(frozen=True)
class Risk:
    """One reason why the incident matters, from the contract's list."""

    risk: str


@dataclass(frozen=True)
class Advice:
    """One action recommended, ordered or taken, and who should act."""

    audience: AdviceAudience
    action: str


@dataclass(frozen=True)
class ConflictValue:
    """What one report says where reports disagree."""

    value: Json
    report: str


@dataclass(frozen=True)
class ReportConflict:
    """A field on which the reports of one incident disagree."""

    field: str
    values: tuple[ConflictValue, ...]


@dataclass(frozen=True)
class Statement:
    """The sentence behind a value: `quote` is the raw file's text, to the letter, at [start:end) in characters."""

    field: str
    value: Json
    report: str
    start: int
    end: int
    quote: str
    scope: str | None = None
    src: str | None = None
    basis: str | None = None


@dataclass(frozen=True)
class Incident:
    """One theft as reports tell it; every value that is not derived has at least one statement."""

    id: str
    title: str
    victim: Victim
    third_parties: tuple[ThirdParty, ...] = ()
    actors: tuple[ThreatActor, ...] = ()
    affected: tuple[Affected, ...] = ()
    data_taken: tuple[str, ...] = ()
    data_not_taken: tuple[str, ...] = ()
    vectors: tuple[str, ...] = ()
    techniques: tuple[str, ...] = ()
    dates: Dates = Dates()
    authorities: tuple[Authority, ...] = ()
    extortion: Extortion = Extortion()
    why_it_matters: tuple[Risk, ...] = ()
    actions: tuple[Advice, ...] = ()
    campaign: str | None = None
    reports: tuple[str, ...] = ()
    conflicts: tuple[ReportConflict, ...] = ()
    statements: tuple[Statement, ...] = ()


@dataclass(frozen=True)
class Campaign:
    """Incidents that belong together, and by what they were joined."""

    id: str
    name: str
    actors: tuple[str, ...] = ()
    platforms: tuple[str, ...] = ()
    incidents: tuple[str, ...] = ()
    why: tuple[str, ...] = ()


@dataclass(frozen=True)
class Reading:
    """Everything that a set of reports says."""

    reports: tuple[Report, ...] = ()
    incidents: tuple[Incident, ...] = ()
    campaigns: tuple[Campaign, ...] = ()
