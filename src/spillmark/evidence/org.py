"""The org file: who the reader is, as evidence like any other (contract org.md)."""

import ipaddress
from collections.abc import Iterator, Mapping
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from spillmark.evidence import codes
from spillmark.evidence.border import into, refusal
from spillmark.evidence.plain_yaml import read_mapping
from spillmark.model.org import Org, Organisation

UNKNOWN = "unknown"
PLACES = ("domicile", "main_establishment")
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MONTHS = 12


def load_org(text: str, where: str) -> Org:
    """Reads the org file; absent and `unknown` are both unknown, a key that is not known is an error.

    `text` is YAML or JSON; `where` names the file in errors.

    Raises:
        EvidenceError: with file and key: a wrong key, value, place code, network, time zone or day of the week.
    """
    document = dict(read_mapping(text, where))
    if isinstance(document.get("organisation"), Mapping):
        document["organisation"] = without_unknown(document["organisation"])
    if document.get("role") == UNKNOWN:
        document["role"] = None
    org = into(Org, document, where)
    faults = [*organisation_faults(org.organisation), *_network_faults(org)]
    for number, party in enumerate(org.parties):
        faults += codes.faults(party.residence, f"parties[{number}].residence")
    if faults:
        raise refusal(faults, where)
    return org


def without_unknown(organisation: Mapping[str, Any]) -> dict[str, Any]:
    """Leaves out what is stated as unknown; flags keep the word, since naming a flag brings its law into play."""
    return {key: value for key, value in organisation.items() if value is not None and value != UNKNOWN}


def organisation_faults(organisation: Organisation) -> list[str]:
    """Tells wrong place codes, time zone and first day of the week of an organisation."""
    faults: list[str] = []
    for name in PLACES:
        faults += codes.faults(getattr(organisation, name), f"organisation.{name}")
    for number, place in enumerate(organisation.establishments or ()):
        faults += codes.faults(place, f"organisation.establishments[{number}]")
    if isinstance(organisation.representative, str):
        faults += codes.faults(organisation.representative, "organisation.representative")
    faults += _licence_faults(organisation)
    faults += _calendar_faults(organisation)
    return faults


def _licence_faults(organisation: Organisation) -> Iterator[str]:
    licensed = organisation.licensed_in
    if isinstance(licensed, Mapping):
        for key in licensed:
            if key != "all_except":
                yield f"`organisation.licensed_in.{key}` is not a key that is known; did you mean `all_except`?"
    places = licensed.get("all_except", ()) if isinstance(licensed, Mapping) else licensed
    if isinstance(places, tuple):
        for number, place in enumerate(places):
            yield from codes.faults(place, f"organisation.licensed_in[{number}]")


def _calendar_faults(organisation: Organisation) -> Iterator[str]:
    if organisation.time_zone is not None:
        try:
            ZoneInfo(organisation.time_zone)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            yield f"`organisation.time_zone`: {organisation.time_zone!r} is no zone such as Europe/Paris"
    if organisation.week_start not in WEEKDAYS:
        yield f"`organisation.week_start`: expected a day such as monday, found {organisation.week_start!r}"
    if not 1 <= organisation.fiscal_year_start <= MONTHS:
        yield f"`organisation.fiscal_year_start`: expected a month, 1 to 12, found {organisation.fiscal_year_start}"


def _network_faults(org: Org) -> Iterator[str]:
    named = [(f"networks[{number}].cidr", network.cidr) for number, network in enumerate(org.networks)]
    for number, app in enumerate(org.apps):
        named += [(f"apps[{number}].networks[{at}]", cidr) for at, cidr in enumerate(app.networks)]
    for path, cidr in named:
        try:
            ipaddress.ip_network(cidr, strict=False)
        except ValueError:
            yield f"`{path}`: {cidr!r} is no network such as 198.51.100.0/24"
