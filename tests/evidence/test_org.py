"""The org file: what is read, and how wrong files are refused."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spillmark.errors import EvidenceError
from spillmark.evidence.org import load_org
from spillmark.evidence.plain_yaml import read_mapping
from spillmark.model.org import Org

WHOLE = """
organisation:
  name: Brackwater Life
  types: [life_insurer]
  domicile: US-CA
  establishments: [US, FR, NO]
  main_establishment: unknown
  representative: true
  licensed_in: {all_except: [US-NY]}
  flags: {glba: true, sec_registrant: foreign_private_issuer, nis2: unknown}
  brands: [Brackwater]
  domains: [brackwater.example]
  time_zone: America/Los_Angeles
role: owner
parties: [{name: Northgate Hosting, role: processor, residence: IE, clock: {discovery: 2025-07-17}}]
vendors: [{name: Salesforce, also: [SFDC], platform: salesforce, contract: {notice_hours: 48}}]
apps: [{name: Warehouse Sync, id: 888000000000001, networks: [198.51.100.200/32], known_since: 2024-01-01}]
networks: [{cidr: 198.51.100.0/24, name: office}, {cidr: '2001:db8::/32'}]
allow: [{rule: bulk_export, when: {app: Warehouse Sync}, why: nightly}]
insurance: {notice_hours: 72}
contracts: [{with: Harbour Bank, notice_hours: 24}]
"""


def test_whole_file() -> None:
    org = load_org(WHOLE, "org.yaml")
    ours = org.organisation
    assert ours.establishments == ("US", "FR", "NO")  # Norway, not false
    assert ours.main_establishment is None  # unknown is absent
    assert ours.flags == {"glba": True, "sec_registrant": "foreign_private_issuer", "nis2": "unknown"}
    assert ours.licensed_in == {"all_except": ("US-NY",)}
    assert org.parties[0].clock == {"discovery": "2025-07-17"}
    assert org.contracts[0].with_ == "Harbour Bank"
    assert org.apps[0].id == "888000000000001"  # a number that is an id is the text that was written
    assert org.vendors[0].contract is not None
    assert org.vendors[0].contract.notice_hours == 48


def test_empty_file_is_unknown() -> None:
    org = load_org("", "org.yaml")
    assert org.role is None
    assert org.organisation.types is None


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("organisation: {nme: x}", "`organisation.nme` is not a key that is known; did you mean `name`?"),
        ("vendors: [{name: x, contract: {notice_hour: 3}}]", "did you mean `notice_hours`?"),
        ("organisation: {domicile: UK}", "`organisation.domicile`: UK is not an ISO 3166 code; did you mean GB?"),
        ("organisation: {establishments: [FR, us]}", "`organisation.establishments[1]`"),
        ("organisation: {licensed_in: {all_but: [US-NY]}}", "did you mean `all_except`?"),
        ("organisation: {licensed_in: [US-XX]}", "`organisation.licensed_in[0]`: 'US-XX'"),
        ("organisation: {time_zone: Mars/Olympus}", "is no zone such as Europe/Paris"),
        ("organisation: {week_start: someday}", "expected a day such as monday"),
        ("organisation: {fiscal_year_start: 13}", "expected a month"),
        ("networks: [{cidr: 198.51.100.0/99}]", "`networks[0].cidr`"),
        ("networks: [{name: office}]", "`networks[0].cidr` is missing"),
        ("role: controller", "`role`: input should be 'owner' or 'processor', found 'controller'"),
        ("parties: {name: x}", "`parties`"),
        ("- a list", "org.yaml:1"),
        ("role: owner\nrole: processor", "org.yaml:2"),
        ("a: &x [1]\nb: *x", "org.yaml:2: an alias"),
        ("a: [", "not valid YAML"),
        ("{{}: 1}", "a key must be a word"),
        ("x: \x00", "not valid YAML"),
    ],
)
def test_wrong_files_say_what_and_where(text: str, says: str) -> None:
    with pytest.raises(EvidenceError) as caught:
        load_org(text, "org.yaml")
    assert says in str(caught.value)
    assert str(caught.value).startswith("org.yaml")


def test_all_faults_are_named_at_once() -> None:
    with pytest.raises(EvidenceError) as caught:
        load_org("organisation: {nme: x, fiscal_year_start: spring}\nrole: boss", "org.yaml")
    assert [part in str(caught.value) for part in ("nme", "fiscal_year_start", "role")] == [True, True, True]


def test_deep_nesting_is_refused() -> None:
    with pytest.raises(EvidenceError, match="nested deeper"):
        read_mapping("a: " + "[" * 500 + "]" * 500, "org.yaml")


def test_scalars_are_read_as_they_are_written() -> None:
    read = read_mapping("a: NO\nb: 2025-03-04\nc: 0123\nd: 1e3\ne: yes\nf: true\ng: 12\nh: ~\ni: 12:30:45\nj: ''", "x")
    wanted = {"a": "NO", "b": "2025-03-04", "c": "0123", "d": "1e3", "e": "yes", "f": True, "g": 12, "h": None}
    assert read == {**wanted, "i": "12:30:45", "j": ""}


@settings(deadline=None)
@given(st.text(max_size=200))
def test_any_text_is_read_or_refused(text: str) -> None:
    found: Org | EvidenceError
    try:
        found = load_org(text, "org.yaml")
    except EvidenceError as error:
        found = error
    assert isinstance(found, Org) or str(found).startswith("org.yaml")
