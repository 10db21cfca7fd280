"""A rehearsal agrees with itself: logs, export and truth tell one story, to the row."""

import ipaddress
import json
import re
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from spillmark.errors import UsageError
from spillmark.rehearse.generate import generate, play
from spillmark.rehearse.people import fold
from spillmark.rehearse.scenario import load_cast, load_scenario
from spillmark.rehearse.truth import Truth
from tests.rehearse.play import Row, exported, files, log, rows

SMALL = 150
RESERVED = [ipaddress.ip_network(n) for n in ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24")]
FICTION = re.compile(
    r"\(\d{3}\) 555-01\d\d|\+33 (4 65 71|2 61 91|6 39 98) \d\d \d\d|\+49 (221 4710|89 99998) \d{3}|\+49 171 39200 \d\d"
    r"|0113 496 0\d{3}|029 2018 0\d{3}|07700 900\d{3}|"
)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("rehearsal")


@pytest.fixture(scope="module")
def truth(place: Path) -> Truth:
    return generate("helpdesk-call", place, contacts=SMALL, seed=5)


@pytest.fixture(scope="module")
def evidence(place: Path, truth: Truth) -> Path:
    assert truth.contacts >= SMALL
    return place / "evidence"


def test_the_same_arguments_give_the_same_bytes(place: Path, evidence: Path, tmp_path: Path) -> None:
    generate("helpdesk-call", tmp_path, contacts=SMALL, seed=5)
    assert list(files(tmp_path)) == list(files(place))
    generate("helpdesk-call", tmp_path / "other", contacts=SMALL, seed=6)
    assert dict(files(tmp_path / "other" / "evidence")) != dict(files(evidence))


def test_refuses_what_cannot_work(place: Path, evidence: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="too few"):
        generate("helpdesk-call", tmp_path, contacts=3)
    with pytest.raises(UsageError, match="already"):
        generate("helpdesk-call", place, contacts=SMALL)


def test_truth_file_says_what_was_returned(place: Path, truth: Truth) -> None:
    told = json.loads((place / "truth.json").read_text(encoding="utf-8"))
    assert told["taken"]["Contact"]["records"] == list(truth.taken["Contact"].records)
    assert len(told["people"]) == len(truth.people)
    assert told["people"][0]["records"] == list(truth.people[0].records)


def test_bulk_jobs_process_the_rows_that_were_taken(evidence: Path, truth: Truth) -> None:
    done = {row["JOB_ID"]: row for row in log(evidence, "BulkApi2") if row["JOB_STATUS"] == "JobComplete"}
    jobs = [answer for answer in truth.queries if answer.kind == "bulk"]
    assert len(jobs) == 2
    for job in jobs:
        assert done[(job.job or "")[:15]]["RECORDS_PROCESSED"] == str(job.rows) == str(len(job.ids))
        assert done[(job.job or "")[:15]]["ENTITY_TYPE"] == job.object


def test_only_the_thief_deletes_a_job(evidence: Path, truth: Truth) -> None:
    deleted = [row for row in log(evidence, "BulkApi2") if row["JOB_STATUS"] == "Deleted"]
    assert [row["USER_ID_DERIVED"] for row in deleted] == [truth.thief["user_id"]]
    usage = [row for row in log(evidence, "ApiTotalUsage") if row["HTTP_METHOD"] == "DELETE"]
    assert [row["API_RESOURCE"][-18:-3] for row in usage] == [deleted[0]["JOB_ID"]]


def test_downloads_hold_the_query(evidence: Path, truth: Truth) -> None:
    stored = [r for r in log(evidence, "BulkApiResultEventStore") if r["SourceIp"] == truth.thief["ip"]]
    assert sorted(r["Query"] for r in stored) == sorted(a.text for a in truth.queries if a.kind == "bulk")


def test_the_sample_lists_the_records_it_returned(evidence: Path, truth: Truth) -> None:
    sample = next(answer for answer in truth.queries if answer.kind == "sample")
    event = next(row for row in log(evidence, "ApiEvent") if row["Query"] == sample.text)
    listed = json.loads(event["Records"])
    assert tuple(record["Id"] for record in listed["records"]) == sample.ids
    assert event["RowsReturned"] == event["RowsProcessed"] == listed["totalSize"] == sample.rows
    request = event["RequestIdentifier"]
    for name in ("RestApi", "ApiTotalUsage", "UniqueQuery"):
        assert [row for row in log(evidence, name) if row["REQUEST_ID"] == request], name


def test_counts_return_no_record(evidence: Path, truth: Truth) -> None:
    counts = [answer for answer in truth.queries if answer.kind == "count"]
    events = {row["Query"]: row for row in log(evidence, "ApiEvent")}
    for count in counts:
        assert events[count.text]["Records"] is None
        assert (events[count.text]["RowsProcessed"], events[count.text]["RowsReturned"]) == (count.rows, 0)


def test_places_of_the_thief_are_the_thiefs(evidence: Path, truth: Truth) -> None:
    found = Counter(trace.file for trace in truth.events)
    for file in found:
        listed = rows(evidence / file)
        mine = [number for number, row in enumerate(listed, 1) if _by_thief(row, truth)]
        assert mine == [trace.row for trace in truth.events if trace.file == file], file
    assert {trace.step for trace in truth.events} == {span.step for span in truth.phases}
    untouched = {path.relative_to(evidence).as_posix() for path in evidence.rglob("logs/**/*") if path.is_file()} - set(
        found
    )
    assert untouched == {"logs/SetupAuditTrail.csv", "logs/eventlogfile/API.csv"}


def _by_thief(row: Row, truth: Truth) -> bool:
    text = json.dumps(row)
    marks = ("ip", "session_key", "login_key", "app")
    return any(json.dumps(truth.thief[mark])[1:-1] in text for mark in marks)


def test_the_victim_works_on_honestly(evidence: Path, truth: Truth) -> None:
    logins = [row for row in log(evidence, "Login") if row["USER_ID_DERIVED"] == truth.thief["user_id"]]
    assert {row["SOURCE_IP"] for row in logins} == {truth.thief["ip"], "198.51.100.41"}
    that_day = [row for row in logins if row["TIMESTAMP"].startswith("20250715")]
    assert that_day[0]["SOURCE_IP"] == "198.51.100.41"


def test_untouched_contacts_were_taken_exactly_where_they_match(evidence: Path, truth: Truth) -> None:
    taken, users = set(truth.taken["Contact"].records), exported(evidence, "User")
    desk = next(user["Id"] for user in users if user["Title"] == "Corporate desk")
    sample = set(truth.taken["Contact"].provable)
    compared = 0
    for contact in exported(evidence, "Contact"):
        if contact["SystemModstamp"] < "2025-07-15T14" and contact["Id"] not in sample:
            fits = contact["Customer_Status__c"] == "Active" and contact["Email"] and contact["OwnerId"] != desk
            assert (contact["Id"] in taken) == bool(fits)
            compared += 1
    assert compared > SMALL * 0.8


def test_drift_shows_in_the_export(evidence: Path, truth: Truth) -> None:
    contacts = {row["Id"]: row for row in exported(evidence, "Contact")}
    taken = truth.taken["Contact"]
    assert set(taken.unseen) == set(taken.records) - set(contacts)
    assert any(row["IsDeleted"] == "1" for row in contacts.values())
    after = [row for row in contacts.values() if row["CreatedDate"] > "2025-07-15T15:20"]
    assert after
    assert not {row["Id"] for row in after} & set(taken.records)
    assert all(row["SystemModstamp"] <= "2025-07-19T06:00" for row in contacts.values())


def test_policies_are_as_they_were(evidence: Path, truth: Truth) -> None:
    policies = exported(evidence, "Policy__c")
    assert max(row["SystemModstamp"] for row in policies) < "2025-07-02"
    fits = sorted(row["Id"] for row in policies if row["Status__c"] in {"In force", "Lapsed"})
    assert fits == list(truth.taken["Policy__c"].records) == list(truth.taken["Policy__c"].provable)
    assert "Tax_Id__c" not in truth.taken["Policy__c"].fields
    assert "national_id" in {kept.data_class for kept in truth.not_taken}


def test_people_hold_every_record_once(evidence: Path, truth: Truth) -> None:
    held = Counter(record for person in truth.people for record in person.records)
    assert set(held.values()) == {1}
    left = {record for person in truth.people for record in person.taken}
    assert left == {f"{name}/{number}" for name, taken in truth.taken.items() for number in taken.records}
    assert {person.residence for person in truth.people} >= {"US-CA", "FR"}
    assert {person.minor for person in truth.people} >= {True, False}


def test_everything_is_invented(evidence: Path) -> None:
    for contact in exported(evidence, "Contact"):
        assert FICTION.fullmatch(contact["Phone"]), contact["Phone"]
        assert FICTION.fullmatch(contact["MobilePhone"]), contact["MobilePhone"]
        assert contact["Email"] == "" or contact["Email"].endswith(("@example.com", "@example.net", "@example.org"))
    for login in log(evidence, "Login"):
        assert any(ipaddress.ip_address(login["SOURCE_IP"]) in network for network in RESERVED)


def test_csv_is_quoted_throughout(evidence: Path) -> None:
    for path in evidence.rglob("*.csv"):
        line = path.read_text(encoding="utf-8").split("\n", 1)[0]
        assert line.startswith('"')
        assert line.count('","') == line.count(",")


def test_noise_adds_honest_rows_only(truth: Truth, tmp_path: Path) -> None:
    loud = generate("helpdesk-call", tmp_path, contacts=SMALL, seed=5, noise=3.0)
    assert loud.taken == truth.taken
    assert loud.people == truth.people
    assert len(log(tmp_path / "evidence", "Login")) > 500


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(30, 120), st.integers(0, 2**31))
def test_any_size_and_seed_plays(contacts: int, seed: int) -> None:
    played = play(load_scenario("helpdesk-call"), load_cast(), contacts=contacts, seed=seed, noise=0.1)
    org = played.org
    named = Counter((fold(p.first), fold(p.last), p.birth) for p in org.persons.values() if p.birth)
    assert max(named.values()) == 1, "two persons share name and birth date"
    assert len(org.contacts.records) > contacts
    for answer in played.loot.answers:
        assert answer.kind == "count" or answer.rows == len(answer.ids) == len(set(answer.ids))
