"""Who we are (contract org.md): all optional; a missing fact is unknown, not false."""

from dataclasses import dataclass, field
from typing import Annotated, Literal

from pydantic import Field

from spillmark.model.terms import Role

Flag = bool | str  # true | false | "unknown" | another word that a regime knows, such as foreign_private_issuer


@dataclass(frozen=True)
class Organisation:
    """The reader's own organisation; `types` is complete where it is given."""

    name: str | None = None
    types: tuple[str, ...] | None = None
    domicile: str | None = None
    establishments: tuple[str, ...] | None = None
    main_establishment: str | None = None
    representative: str | bool | None = None
    licensed_in: Literal["all"] | tuple[str, ...] | dict[str, tuple[str, ...]] | None = None
    flags: dict[str, Flag] = field(default_factory=dict)
    brands: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    sectors: tuple[str, ...] = ()
    time_zone: str | None = None
    fiscal_year_start: int = 1
    week_start: str = "monday"


@dataclass(frozen=True)
class Party:
    """An owner we process for or a processor we use, with its own clock events."""

    name: str
    role: Role | None = None
    residence: str | None = None
    agent: bool = False
    clock: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Contract:
    """A duty by contract to tell somebody."""

    notice_hours: int | None = None
    contact: str | None = None
    with_: Annotated[str | None, Field(alias="with")] = None
    trigger: str | None = None


@dataclass(frozen=True)
class Vendor:
    """A provider that holds or reaches our data."""

    name: str
    also: tuple[str, ...] = ()
    service: str | None = None
    platform: str | None = None
    data_classes: tuple[str, ...] = ()
    records: int | None = None
    apps: tuple[str, ...] = ()
    contract: Contract | None = None


@dataclass(frozen=True)
class App:
    """A connected app that we know."""

    name: str
    id: str | None = None
    owner: str | None = None
    purpose: str | None = None
    networks: tuple[str, ...] = ()
    known_since: str | None = None


@dataclass(frozen=True)
class Network:
    """A network of ours, in CIDR notation."""

    cidr: str
    name: str | None = None


@dataclass(frozen=True)
class Allow:
    """Known good: hits of `rule` in which every field of `when` has that value are set aside, visibly."""

    rule: str
    when: dict[str, str] = field(default_factory=dict)
    why: str | None = None
    owner: str | None = None
    until: str | None = None


@dataclass(frozen=True)
class Org:
    """The whole org file."""

    organisation: Organisation = field(default_factory=Organisation)
    role: Role | None = None
    parties: tuple[Party, ...] = ()
    vendors: tuple[Vendor, ...] = ()
    apps: tuple[App, ...] = ()
    networks: tuple[Network, ...] = ()
    allow: tuple[Allow, ...] = ()
    insurance: Contract | None = None
    police: dict[str, str] | None = None
    contracts: tuple[Contract, ...] = ()
