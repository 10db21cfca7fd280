"""The facts file: its border with exact errors, and how measured facts, the org file and said facts come together."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date
from typing import Any, Literal, TypeVar

from spillmark.duties.clocks import parse_clock
from spillmark.duties.given import Circumstances, Facts, Residents
from spillmark.duties.moments import Moment
from spillmark.duties.terms import elements
from spillmark.evidence import codes
from spillmark.evidence.border import did_you_mean, into, refusal
from spillmark.evidence.org import organisation_faults, without_unknown
from spillmark.evidence.plain_yaml import read_mapping
from spillmark.model.org import Org, Organisation, Party
from spillmark.model.terms import Role

__all__ = ["Circumstances", "Facts", "Residents", "load_facts", "merge"]

Unknown = Literal["unknown"]
Three = bool | Unknown | None
Harm = Literal["likely", "unlikely", "unknown"]
Happened = Literal["access", "acquisition", "access_and_acquisition", "use", "loss", "unavailability", "unknown"]
Overlaid = TypeVar("Overlaid", Organisation, Circumstances)


@dataclass(frozen=True)
class _Residents:
    residence: str | None = None
    count: int | Unknown | None = None
    data_classes: tuple[str, ...] | Unknown | None = None
    elements: tuple[str, ...] | Unknown | None = None
    minors: int | Unknown | None = None


@dataclass(frozen=True)
class _Incident:
    kind: Happened | None = None
    acquisition_excluded: Three = None
    encrypted: Three = None
    key_taken: Three = None
    backup_available: Three = None
    malicious: Three = None
    harm: Harm | None = None
    harm_documented: Three = None
    vectors: tuple[str, ...] | Unknown | None = None


@dataclass(frozen=True)
class _File:
    law_as_of: str | None = None
    organisation: Organisation = field(default_factory=Organisation)
    role: Role | Unknown | None = None
    parties: tuple[Party, ...] = ()
    incident: _Incident = field(default_factory=_Incident)
    clock: dict[str, str | None] = field(default_factory=dict)
    people: tuple[_Residents, ...] | Unknown | None = None
    total: int | Unknown | None = None


def load_facts(text: str, where: str) -> Facts:
    """Reads a facts file (YAML or JSON) in the shape of the duties contract; absent and `unknown` are unknown.

    Raises:
        EvidenceError: with `where` and the key as a path: an unknown key, place, data class, element or clock event, a
            count below zero, a time without offset. All faults are named, not only the first.
    """
    document = dict(read_mapping(text, where))
    for name in ("organisation", "incident", "clock", "parties"):
        if document.get(name) in (None, "unknown"):
            document.pop(name, None)
    if isinstance(document.get("organisation"), Mapping):
        document["organisation"] = without_unknown(document["organisation"])
    given = into(_File, document, where)
    faults: list[str] = organisation_faults(given.organisation)
    facts = Facts(
        law_as_of=_day(given.law_as_of, faults),
        organisation=given.organisation,
        role=_known(given.role),
        parties=given.parties,
        party_clocks=_party_clocks(given.parties, "parties", faults),
        incident=_incident(given.incident),
        clock=parse_clock(given.clock, "clock", faults),
        people=_people(given.people, faults),
        total=_count(_known(given.total), "total", faults),
    )
    if faults:
        raise refusal(faults, where)
    return replace(facts, notes=_notes(facts))


def merge(measured: Facts, org: Org | None = None, said: Facts | None = None) -> Facts:
    """Brings together what the evidence measures, who we are, and what the facts file says.

    What is said wins over the org file, and over what was measured for the clock and the incident. The persons are
    those measured; those that are said count only where none were measured.

    Raises:
        EvidenceError: a party of the org file has a wrong clock.
    """
    words = said if said is not None else Facts()
    ours = org if org is not None else Org()
    named = {party.name for party in words.parties}
    others = tuple(party for party in ours.parties if party.name not in named)
    faults: list[str] = []
    clocks = _party_clocks(others, "parties", faults)
    if faults:
        raise refusal(faults, "org file")
    return Facts(
        law_as_of=words.law_as_of or measured.law_as_of,
        organisation=_overlay(measured.organisation, _overlay(ours.organisation, words.organisation)),
        role=words.role or ours.role or measured.role,
        parties=(*words.parties, *others),
        party_clocks=(*words.party_clocks, *clocks),
        incident=_overlay(measured.incident, words.incident),
        clock={**measured.clock, **words.clock},
        people=measured.people if measured.people is not None else words.people,
        total=words.total if words.total is not None else measured.total,
        notes=(*measured.notes, *words.notes),
    )


def _overlay(under: Overlaid, over: Overlaid) -> Overlaid:
    given: dict[str, Any] = {}
    for one in fields(over):
        value = getattr(over, one.name)
        if isinstance(value, dict) and one.name == "flags":
            given["flags"] = {**getattr(under, one.name), **value}
        elif value != one.default:
            given[one.name] = value
    return replace(under, **given)


def _party_clocks(parties: tuple[Party, ...], path: str, faults: list[str]) -> tuple[Mapping[str, Moment], ...]:
    clocks = []
    for number, party in enumerate(parties):
        faults += codes.faults(party.residence, f"{path}[{number}].residence")
        clocks.append(parse_clock(party.clock, f"{path}[{number}].clock", faults))
    return tuple(clocks)


def _known(value: Any) -> Any:
    return None if value == "unknown" else value


def _day(text: str | None, faults: list[str]) -> date | None:
    if text is None or text == "unknown":
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        faults.append(f"`law_as_of`: {text!r} is no date such as 2025-03-04: {error}")
        return None


def _incident(given: _Incident) -> Circumstances:
    values = {one.name: _known(getattr(given, one.name)) for one in fields(given)}
    values["harm"] = {"likely": True, "unlikely": False}.get(given.harm or "")
    return Circumstances(**values)


def _people(given: tuple[_Residents, ...] | str | None, faults: list[str]) -> tuple[Residents, ...] | None:
    if given is None or isinstance(given, str):
        return None
    rows = []
    for number, row in enumerate(given):
        path = f"people[{number}]"
        place = _known(row.residence)
        faults += codes.faults(place, f"{path}.residence")
        classes, finer = _known(row.data_classes), _known(row.elements) or ()
        _listed(classes or (), list(elements().classes), f"{path}.data_classes", "data class", faults)
        _listed(finer, [*elements().elements, *elements().classes], f"{path}.elements", "element", faults)
        count = _count(_known(row.count), f"{path}.count", faults)
        minors = _count(_known(row.minors), f"{path}.minors", faults)
        rows.append(Residents(place, count, classes, finer, minors))
    return tuple(rows)


def _listed(given: tuple[str, ...], known: list[str], path: str, what: str, faults: list[str]) -> None:
    faults += [f"`{path}`: {name!r} is no {what}{did_you_mean(name, known)}" for name in given if name not in known]


def _count(value: int | None, path: str, faults: list[str]) -> int | None:
    if value is not None and value < 0:
        faults.append(f"`{path}`: a count cannot be {value}")
    return value


def _notes(facts: Facts) -> tuple[str, ...]:
    counts = [row.count or 0 for row in facts.people or ()]
    if facts.total is not None and facts.total < sum(counts):
        return (f"the total of {facts.total} is less than the {sum(counts)} persons listed: the list counts",)
    return ()
