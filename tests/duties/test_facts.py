"""The facts file: what is read, what is refused, and how facts come together."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spillmark.duties.facts import Circumstances, Facts, Residents, load_facts, merge
from spillmark.duties.moments import parse
from spillmark.errors import EvidenceError
from spillmark.evidence.org import load_org

CONTRACT = """
law_as_of: 2025-03-04
organisation:
  types: [retailer]
  domicile: US-OR
  establishments: [US, FR]
  licensed_in: {all_except: [US-NY]}
  flags: {glba: false, sec_registrant: unknown}
role: owner
incident: {kind: access, acquisition_excluded: true, encrypted: false, harm: unknown, vectors: [vishing]}
clock:
  occurrence: 2025-03-01
  discovery: 2025-03-04T09:30-08:00
people:
  - {residence: US-OR, count: 1200, data_classes: [name, date_of_birth, national_id], elements: [], minors: 0}
  - {residence: NO, count: unknown}
total: null
"""


def test_the_example_of_the_contract() -> None:
    facts = load_facts(CONTRACT, "facts.yaml")
    assert facts.law_day == date(2025, 3, 4)
    assert facts.organisation.flags == {"glba": False, "sec_registrant": "unknown"}
    assert facts.incident.encrypted is False
    assert facts.incident.harm is None
    assert facts.incident.key_taken is None
    assert facts.clock["discovery"].text == "2025-03-04T09:30-08:00"
    assert facts.people == (
        Residents("US-OR", 1200, ("name", "date_of_birth", "national_id"), (), 0),
        Residents("NO", None, None, (), None),
    )


def test_absent_is_unknown() -> None:
    facts = load_facts("", "facts.yaml")
    assert facts == Facts()
    assert facts.people is None
    assert facts.law_day is None


def test_law_day_is_that_of_the_earliest_clock_event() -> None:
    facts = load_facts("clock: {discovery: 2026-01-02T01:00+01:00, occurrence: '2025-12-31'}", "facts.yaml")
    assert facts.law_day == date(2025, 12, 31)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("people: [{residence: UK}]", "`people[0].residence`: UK is not an ISO 3166 code; did you mean GB?"),
        ("people: [{residence: FR}, {residence: us-or}]", "`people[1].residence`: 'us-or'"),
        ("people: [{data_classes: [nam]}]", "'nam' is no data class; did you mean `name`?"),
        ("people: [{elements: [snn]}]", "'snn' is no element; did you mean `ssn`?"),
        ("people: [{count: -1}]", "a count cannot be -1"),
        ("people: [{count: many}]", "`people[0].count`"),
        ("people: [{residense: FR}]", "did you mean `residence`?"),
        ("clock: {discovry: 2025-03-04}", "`clock.discovry` is no clock event; did you mean `discovery`?"),
        ("clock: {discovery: 2025-02-30}", "`clock.discovery`: '2025-02-30'"),
        ("clock: {discovery: 2025-03-04T09:30}", "a time of day needs its offset"),
        ("clock: {discovery: soon}", "is no date or time with offset"),
        ("clock: {discovery: 0001-01-01}", "the year 1 is not between"),
        ("parties: [{name: A, clock: {awarenes: 2025-03-04}}]", "`parties[0].clock.awarenes`"),
        ("incident: {kind: theft}", "`incident.kind`"),
        ("incident: {harm: maybe}", "`incident.harm`"),
        ("law_as_of: March", "`law_as_of`: 'March' is no date"),
        ("role: boss", "`role`"),
        ("flags: {glba: true}", "`flags` is not a key that is known"),
        ("total: -3", "a count cannot be -3"),
    ],
)
def test_wrong_facts_say_what_and_where(text: str, says: str) -> None:
    with pytest.raises(EvidenceError) as caught:
        load_facts(text, "facts.yaml")
    assert says in str(caught.value)
    assert caught.value.where == "facts.yaml"


def test_a_total_below_the_list_is_noted() -> None:
    facts = load_facts("people: [{residence: FR, count: 10}]\ntotal: 3", "facts.yaml")
    assert "less than the 10 persons listed" in facts.notes[0]


def test_what_is_said_wins_over_org_and_measured() -> None:
    org = load_org(
        "organisation: {name: B, domicile: US-CA, flags: {glba: true, nis2: unknown}}\nrole: owner", "org.yaml"
    )
    measured = Facts(
        incident=Circumstances(kind="acquisition", malicious=True),
        clock={"occurrence": parse("2025-07-15"), "detection": parse("2025-07-15")},
        people=(Residents("FR", 3),),
    )
    said = load_facts(
        "organisation: {flags: {glba: false}}\nincident: {malicious: false, harm: likely}\n"
        "clock: {occurrence: 2025-07-14}\npeople: [{residence: DE, count: 9}]",
        "facts.yaml",
    )
    facts = merge(measured, org, said)
    assert facts.organisation.domicile == "US-CA"
    assert facts.organisation.flags == {"glba": False, "nis2": "unknown"}
    assert facts.role == "owner"
    assert facts.incident == Circumstances(kind="acquisition", malicious=False, harm=True)
    assert {event: moment.text for event, moment in facts.clock.items()} == {
        "occurrence": "2025-07-14",
        "detection": "2025-07-15",
    }
    assert facts.people == (Residents("FR", 3),)
    assert merge(Facts(), org, said).people == (Residents("DE", 9),)


def test_parties_of_org_and_facts_are_one_list() -> None:
    org = load_org("parties: [{name: A, role: owner, clock: {awareness: 2025-01-01}}, {name: B}]", "org.yaml")
    said = load_facts("parties: [{name: B, role: owner, clock: {awareness: 2025-01-02}}]", "facts.yaml")
    facts = merge(Facts(), org, said)
    assert [party.name for party in facts.parties] == ["B", "A"]
    assert [clock["awareness"].text for clock in facts.party_clocks] == ["2025-01-02", "2025-01-01"]


@settings(deadline=None)
@given(st.text(max_size=200))
def test_any_text_is_read_or_refused(text: str) -> None:
    found: Facts | EvidenceError
    try:
        found = load_facts(text, "facts.yaml")
    except EvidenceError as error:
        found = error
    assert isinstance(found, Facts) or str(found).startswith("facts.yaml")
