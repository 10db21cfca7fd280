"""A public statement is contradicted only where it is about us and the evidence says otherwise."""

from dataclasses import replace

import pytest

from spillmark.case.conflicts import Measure, conflicts
from spillmark.case.ours import is_provider, is_vendor, is_victim, plain
from spillmark.model.org import Org, Organisation, Vendor
from spillmark.model.report import Affected, Dates, Incident, Statement, ThirdParty, Victim
from spillmark.model.scope import PeopleCount, RecordCount, ReplayedQuery, Scope, TakenObject

US = Org(
    Organisation(name="Brackwater Life Insurance Co.", brands=("Fenwater",)), vendors=(Vendor("Salesforce", ("SFDC",)),)
)
QUERY = ReplayedQuery("SELECT Name FROM Contact", "2025-07-15T15:02:00Z", 900, 900, (), ("E2:7",))
TAKEN = TakenObject("Contact", ("Name",), ("name", "insurance_policy"), RecordCount(800, 100, 900, 0), (QUERY,))
SCOPE = Scope("bounded", (), (TAKEN,), PeopleCount(780, 90))
MEASURE = Measure(SCOPE, "2025-07-15", ("F1",))


def incident(*affected: Affected, **more: object) -> Incident:
    base = Incident("x", "Brackwater theft", Victim("Brackwater Life Insurance"), affected=affected)
    return replace(base, statements=(Statement("affected", 400, "E1", 5, 9, "400 "),), **more)  # type: ignore[arg-type]


def test_an_understatement_is_a_conflict_with_both_sides_proven() -> None:
    (found,) = conflicts([incident(Affected(400, "people", "about"))], MEASURE, US)
    assert "400" in found.says
    assert "780" in found.measured
    assert found.proof == ("E1:5-9", "F1")


@pytest.mark.parametrize(
    "stated",
    [
        Affected(800, "people", "exact"),
        Affected(870, "people", "about"),
        Affected(720, "people", "about"),  # within a tenth of what is proven
        Affected(400, "people", "at_least"),
        Affected(None, "people", "some_of"),
        Affected(300, "people", "exact", scope="California"),
        Affected(400, "people", "exact", joint_with=("other",)),
        Affected(5, "organisations", "exact"),
    ],
)
def test_what_the_evidence_allows_is_no_conflict(stated: Affected) -> None:
    assert conflicts([incident(stated)], MEASURE, US) == ()


@pytest.mark.parametrize("stated", [Affected(600, "people", "at_most"), Affected(2000, "people", "exact")])
def test_what_the_evidence_excludes_is_a_conflict(stated: Affected) -> None:
    assert len(conflicts([incident(stated)], MEASURE, US)) == 1


def test_an_overstatement_cannot_be_refuted_while_the_bound_is_open() -> None:
    measure = replace(MEASURE, scope=replace(SCOPE, upper="open"))
    assert conflicts([incident(Affected(2000, "people", "exact"))], measure, US) == ()


def test_a_denied_class_that_left_is_a_conflict_and_one_that_did_not_is_none() -> None:
    (found,) = conflicts([incident(data_not_taken=("insurance_policy", "national_id"))], MEASURE, US)
    assert "insurance policy" in found.statement
    assert "E2:7" in found.proof


def test_another_house_s_figures_never_clash_with_ours() -> None:
    other = replace(incident(Affected(33_000_000, "people", "about")), victim=Victim("Viamedis"))
    through = replace(other, third_parties=(ThirdParty("Salesforce", "platform"),))
    vendor = replace(other, victim=Victim("Salesforce"))
    assert conflicts([other, through, vendor], MEASURE, US) == ()


def test_a_vendor_s_denial_is_compared() -> None:
    vendor = replace(incident(data_not_taken=("insurance_policy",)), victim=Victim("SFDC"))
    assert len(conflicts([vendor], MEASURE, US)) == 1


def test_dates_clash_only_at_the_precision_that_was_stated() -> None:
    assert conflicts([incident(dates=Dates(began="2025-07"))], MEASURE, US) == ()
    (found,) = conflicts([incident(dates=Dates(began="2025-07-16"))], MEASURE, US)
    assert "before" in found.measured


def test_nothing_measured_contradicts_nothing() -> None:
    empty = Measure(Scope(), None, ())
    assert conflicts([incident(Affected(400, "people", "exact"))], empty, US) == ()


def test_whose_incident_it_is() -> None:
    assert plain("Société Générale S.A.") == "societe generale s a"
    assert is_victim(replace(incident(), victim=Victim("FENWATER")), US)
    assert not is_victim(replace(incident(), victim=Victim("Water")), US)
    assert not is_victim(replace(incident(), victim=Victim("")), US)
    assert is_vendor(replace(incident(), victim=Victim("sfdc")), US)
    assert is_provider(
        replace(incident(), victim=Victim("X"), third_parties=(ThirdParty("Fenwater", "processor"),)), US
    )
