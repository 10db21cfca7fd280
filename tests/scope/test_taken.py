"""Certain is proven, possible is not excluded: the heart of the measuring, on thefts whose truth is known."""

from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from spillmark.engine.duckdb import DuckDBEngine
from tests.scope.invented import (
    AFTER,
    CLOSED_SHARING,
    CONTACT_QUERY,
    FETCHED,
    JOB,
    OPEN_SHARING,
    POLICY_QUERY,
    THEFT,
    USER,
    Scene,
    bulk,
    contact,
    event,
    object_of,
    policy,
    random_life,
    record_id,
    taken,
)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 10_000), closed=st.booleans())
def test_certain_is_true_and_the_truth_is_covered(tmp_path: Path, seed: int, closed: bool) -> None:
    life = random_life(tmp_path, seed, sharing=CLOSED_SHARING if closed else OPEN_SHARING)
    measured, engine = life.scene.play()
    assert measured.scope.upper == "bounded"
    for name, truth in (("Contact", life.contacts), ("Policy__c", life.policies)):
        counts = object_of(measured, name).records
        certain, every = taken(engine, name, "certain"), taken(engine, name)
        assert certain <= truth
        assert (counts.certain, counts.possible) == (len(certain), len(every - certain))
        assert len(truth) <= counts.certain + counts.possible + (counts.unseen or 0)
        # What is not named was deleted for good, so it stands in no copy.
        assert not {number for number in truth - every if number in _held(engine, name)}


def _held(engine: DuckDBEngine, name: str) -> set[str]:
    return {str(row[0]) for row in engine.rows(f'SELECT "Id" FROM "snap_{name}"')}


def test_an_agreeing_count_on_unaltered_data_with_open_sharing_is_proof(tmp_path: Path) -> None:
    contacts = [contact(n, Status__c="Active" if n < 6 else "Former") for n in range(10)]
    scene = Scene(tmp_path, {"Contact.csv": contacts}, bulk(CONTACT_QUERY, 6, name="Contact"), OPEN_SHARING)
    measured, engine = scene.play()
    assert taken(engine, "Contact", "certain") == {record_id("003", n) for n in range(6)}
    assert taken(engine, "Contact", "possible") == set()
    explained = object_of(measured, "Contact").queries[0].explained
    assert any("count agrees" in said for said in explained)


@pytest.mark.parametrize(
    ("sharing", "altered", "rows"),
    [
        pytest.param(CLOSED_SHARING, False, 6, id="sharing is private"),
        pytest.param(None, False, 6, id="sharing is not known"),
        pytest.param(OPEN_SHARING, True, 6, id="a row was changed, the count agrees by chance"),
        pytest.param(OPEN_SHARING, False, 5, id="the count does not agree"),
        pytest.param(OPEN_SHARING, False, None, id="nothing was counted"),
    ],
)
def test_otherwise_records_are_possible(
    tmp_path: Path, sharing: dict[str, object] | None, altered: bool, rows: int | None
) -> None:
    contacts = [contact(n, Status__c="Active" if n < 6 else "Former") for n in range(10)]
    if altered:
        contacts[8] = contacts[8] | {"SystemModstamp": AFTER}
    scene = Scene(tmp_path, {"Contact.csv": contacts}, bulk(CONTACT_QUERY, rows, name="Contact"), sharing)
    measured, engine = scene.play()
    assert taken(engine, "Contact", "certain") == set()
    assert taken(engine, "Contact", "possible") == {
        record_id("003", n) for n in ([*range(6), 8] if altered else range(6))
    }
    explained = " ".join(object_of(measured, "Contact").queries[0].explained)
    assert ("count agrees" in explained) == (rows == 6)
    assert measured.scope.upper == ("open" if rows is None else "bounded")


@pytest.mark.parametrize("query", [CONTACT_QUERY, "SELECT Id, Email FROM Contact"])
def test_a_copy_that_may_be_older_than_the_theft_proves_nothing(tmp_path: Path, query: str) -> None:
    contacts = [contact(n) for n in range(3)]
    calls = bulk(query, 3, name="Contact")
    measured, engine = Scene(tmp_path, {"Contact.csv": contacts}, calls, OPEN_SHARING, late=False).play()
    assert taken(engine, "Contact", "certain") == set()
    assert any("may be older" in said for said in object_of(measured, "Contact").queries[0].explained)
    _, engine = Scene(tmp_path, {"Contact-2025-07-19.csv": contacts}, calls, OPEN_SHARING, late=False).play()
    assert len(taken(engine, "Contact", "certain")) == 3


def test_of_two_copies_the_later_version_stands_and_what_only_the_older_holds_is_possible(tmp_path: Path) -> None:
    older = [contact(1), contact(2, Email="old@example.com"), contact(3)]
    newer = [contact(1), contact(2, Email="new@example.com", SystemModstamp=AFTER)]
    files = {"a/Contact.csv": older, "b/Contact.csv": newer}
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir(exist_ok=True)
    query = "SELECT Id, Email FROM Contact"
    measured, engine = Scene(tmp_path, files, bulk(query, 2, name="Contact"), OPEN_SHARING, late=False).play()
    assert len(taken(engine, "Contact", "possible")) == 3
    assert taken(engine, "Contact", "certain") == set()
    assert {str(r[0]) for r in engine.rows('SELECT "Email" FROM "snap_Contact"')} >= {"new@example.com"}
    assert object_of(measured, "Contact").records.unseen == 0


def test_what_was_made_while_a_job_ran_is_possible(tmp_path: Path) -> None:
    during = "2025-07-15T15:02:30.000Z"  # between the job's first and last sign
    contacts = [contact(1), contact(2, CreatedDate=during, SystemModstamp=during)]
    calls = bulk("SELECT Id, Email FROM Contact", 1, name="Contact")
    measured, engine = Scene(tmp_path, {"Contact.csv": contacts}, calls, OPEN_SHARING).play()
    assert len(taken(engine, "Contact", "possible")) == 2
    assert any("created while the request ran" in said for said in object_of(measured, "Contact").queries[0].explained)


def test_a_count_does_not_prove_records_of_which_the_copy_has_no_creation(tmp_path: Path) -> None:
    rows = [{key: value for key, value in contact(n).items() if key != "CreatedDate"} for n in range(3)]
    calls = bulk("SELECT Id, Email FROM Contact", 3, name="Contact")
    _, engine = Scene(tmp_path, {"Contact.csv": rows}, calls, OPEN_SHARING).play()
    assert len(taken(engine, "Contact", "possible")) == 3


def test_changes_do_not_matter_to_a_query_without_a_filter(tmp_path: Path) -> None:
    contacts = [contact(n, SystemModstamp=AFTER) for n in range(4)] + [
        contact(9, CreatedDate=AFTER, SystemModstamp=AFTER)
    ]
    query = "SELECT Id, Email FROM Contact"
    scene = Scene(tmp_path, {"Contact.csv": contacts}, bulk(query, 4, name="Contact"), OPEN_SHARING)
    measured, engine = scene.play()
    assert taken(engine, "Contact", "certain") == {record_id("003", n) for n in range(4)}
    assert taken(engine, "Contact", "possible") == set()
    assert any("created since: 1 record" in said for said in object_of(measured, "Contact").queries[0].explained)


def test_a_permission_to_view_all_data_counts_for_the_user_who_holds_it(tmp_path: Path) -> None:
    contacts = [contact(n) for n in range(3)]
    held = {
        "PermissionSet": [{"fullName": "Reader", "userPermissions": [{"name": "ViewAllData", "enabled": True}]}],
        "PermissionSetAssignment": [{"AssigneeId": USER, "PermissionSet": "Reader"}],
        **CLOSED_SHARING,
    }
    for settings_, certain in ((held, 3), ({**held, "PermissionSetAssignment": []}, 0)):
        scene = Scene(tmp_path, {"Contact.csv": contacts}, bulk(CONTACT_QUERY, 3, name="Contact"), settings_)
        _, engine = scene.play()
        assert len(taken(engine, "Contact", "certain")) == certain


def test_listed_ids_are_proof_whatever_changed(tmp_path: Path) -> None:
    contacts = [contact(n, SystemModstamp=AFTER) for n in range(50)]
    ids = [record_id("003", n) for n in (3, 4, 77)]  # 77 was deleted for good
    call = event("E2", 1, time=THEFT, source="salesforce.realtime.api_event", operation="Query", object="Contact",
                 query="SELECT Id, Email FROM Contact LIMIT 3", rows=3, record_ids=ids)  # fmt: skip
    measured, engine = Scene(tmp_path, {"Contact.csv": contacts}, [call]).play()
    assert taken(engine, "Contact", "certain") == set(ids)
    assert taken(engine, "Contact", "possible") == set()
    assert object_of(measured, "Contact").records.unseen == 0
    assert measured.scope.people.certain == 2
    assert measured.scope.people.possible == 1  # nothing is known of the person behind a record that is in no copy


def test_a_limit_without_an_order_lets_every_matching_record_be_possible(tmp_path: Path) -> None:
    contacts = [contact(n) for n in range(9)]
    call = event("E2", 1, time=THEFT, source="salesforce.elf.rest_api", operation="GET", object="Contact",
                 query="SELECT Id FROM Contact LIMIT 4", rows=4)  # fmt: skip
    measured, engine = Scene(tmp_path, {"Contact.csv": contacts}, [call], OPEN_SHARING).play()
    assert len(taken(engine, "Contact", "possible")) == 9
    assert taken(engine, "Contact", "certain") == set()
    assert any(said.startswith("limit:") for said in object_of(measured, "Contact").queries[0].explained)


def test_a_limit_that_was_not_reached_narrows_nothing(tmp_path: Path) -> None:
    contacts = [contact(n) for n in range(9)]
    call = event("E2", 1, time=THEFT, source="salesforce.elf.rest_api", object="Contact",
                 query="SELECT Id FROM Contact LIMIT 200", rows=9)  # fmt: skip
    _, engine = Scene(tmp_path, {"Contact.csv": contacts}, [call], OPEN_SHARING).play()
    assert len(taken(engine, "Contact", "certain")) == 9


def test_soft_deleted_before_is_out_and_deleted_since_is_in(tmp_path: Path) -> None:
    contacts = [contact(1), contact(2, IsDeleted="1"), contact(3, IsDeleted="1", SystemModstamp=AFTER)]
    query = "SELECT Id, Email FROM Contact"
    _, engine = Scene(tmp_path, {"Contact.csv": contacts}, bulk(query, 2, name="Contact"), OPEN_SHARING).play()
    assert taken(engine, "Contact") == {record_id("003", 1), record_id("003", 3)}
    everything = bulk(query, 3, name="Contact")
    for one in everything[:2]:
        one["operation"] = "queryAll"
    _, engine = Scene(tmp_path, {"Contact.csv": contacts}, everything, OPEN_SHARING).play()
    assert len(taken(engine, "Contact")) == 3


def test_a_parent_that_changed_since_keeps_its_children_possible(tmp_path: Path) -> None:
    contacts = [contact(1, SystemModstamp=AFTER, MailingState="NV"), contact(2, MailingState="NV"), contact(3)]
    policies = [policy(n, record_id("003", n)) for n in (1, 2, 3)]
    query = "SELECT Id, Policy_Number__c FROM Policy__c WHERE Insured__r.MailingState = 'CA'"
    files = {"Contact.csv": contacts, "Policy__c.csv": policies}
    _, engine = Scene(tmp_path, files, bulk(query, 1, name="Policy__c"), OPEN_SHARING).play()
    assert taken(engine, "Policy__c", "possible") == {record_id("a0B", 1), record_id("a0B", 3)}
    assert taken(engine, "Policy__c", "certain") == set()


def test_fields_of_parents_leave_too(tmp_path: Path) -> None:
    files = {"Contact.csv": [contact(1), contact(2)], "Policy__c.csv": [policy(1, record_id("003", 1))]}
    query = "SELECT Policy_Number__c, Insured__r.Email FROM Policy__c"
    measured, engine = Scene(tmp_path, files, bulk(query, 1, name="Policy__c"), OPEN_SHARING).play()
    assert taken(engine, "Contact", "certain") == {record_id("003", 1)}
    found = object_of(measured, "Contact")
    assert found.fields == ("Email",)
    assert found.data_classes == ("email",)


def test_the_same_request_in_four_logs_is_one(tmp_path: Path) -> None:
    contacts = [contact(n) for n in range(4)]
    query = "SELECT Id, Email FROM Contact"
    shown: dict[str, object] = {"time": THEFT, "object": "Contact"}
    calls = [
        event("E2", 1, source="salesforce.elf.rest_api", request_id="R1", query=query, rows=4, **shown),
        event("E3", 1, source="salesforce.realtime.api_event", request_id="R1", query=query, rows=4, **shown),
        event("E4", 1, source="salesforce.elf.unique_query", request_id="R1", query=query, **shown),
        event(
            "E5",
            1,
            source="salesforce.elf.api_total_usage",
            request_id="R1",
            object_name="/v58.0/query",
            operation="GET",
            **shown,
        ),
        # A log without request ids: the text and the second tell.
        event(
            "E6",
            1,
            source="other.log",
            query=query.replace(" ", "  "),
            rows=4,
            **shown | {"time": THEFT + timedelta(seconds=2)},
        ),
    ]
    measured, _ = Scene(tmp_path, {"Contact.csv": contacts}, calls, OPEN_SHARING).play()
    found = object_of(measured, "Contact")
    assert len(found.queries) == 1
    assert found.records.logged == 4
    assert set(found.queries[0].proof) == {"E2:1", "E3:1", "E4:1", "E5:1", "E6:1"}


def test_the_same_query_asked_twice_is_two_requests_and_its_records_count_once(tmp_path: Path) -> None:
    contacts = [contact(n) for n in range(4)]
    calls = [
        event(
            "E2",
            n,
            time=THEFT + timedelta(minutes=n),
            source="salesforce.elf.rest_api",
            request_id=f"R{n}",
            object="Contact",
            query="SELECT Id, Email FROM Contact",
            rows=4,
        )
        for n in (1, 2)
    ]
    measured, _ = Scene(tmp_path, {"Contact.csv": contacts}, calls, OPEN_SHARING).play()
    found = object_of(measured, "Contact")
    assert len(found.queries) == 2
    assert (found.records.certain, found.records.logged, found.records.unseen) == (4, 4, 0)


def test_pages_of_one_query_are_summed(tmp_path: Path) -> None:
    contacts = [contact(n) for n in range(5)]
    common: dict[str, object] = {
        "source": "salesforce.realtime.api_event",
        "object": "Contact",
        "query": "SELECT Email FROM Contact",
    }
    calls = [
        event("E2", 1, time=THEFT, request_id="R1", operation="Query", rows=3, **common),
        event("E2", 2, time=THEFT + timedelta(seconds=40), request_id="R2", operation="QueryMore", rows=2, **common),
    ]
    measured, engine = Scene(tmp_path, {"Contact.csv": contacts}, calls, OPEN_SHARING).play()
    assert object_of(measured, "Contact").queries[0].rows_logged == 5
    assert len(taken(engine, "Contact", "certain")) == 5


def test_two_jobs_keep_their_own_downloads(tmp_path: Path) -> None:
    contacts = [contact(n, Status__c="Active" if n < 2 else "Former") for n in range(5)]
    second = "SELECT Id, Email FROM Contact WHERE Status__c = 'Former'"
    calls = [
        *bulk(CONTACT_QUERY, 2, name="Contact"),
        *bulk(second, 3, name="Contact", job="7508Z00000aBcDf", start=THEFT + timedelta(minutes=30)),
    ]
    again = dict(calls[2], row=77, time=FETCHED + timedelta(seconds=30))  # the first result, fetched once more
    measured, _ = Scene(tmp_path, {"Contact.csv": contacts}, [*calls, again], OPEN_SHARING).play()
    rows = [(query.text, query.rows_logged) for query in object_of(measured, "Contact").queries]
    assert rows == [(CONTACT_QUERY, 2), (second, 3)]


def test_a_whole_read_by_one_who_sees_everything_bounds_what_is_gone_for_good(tmp_path: Path) -> None:
    watcher = "0058Z0000000001"
    sharing = {
        "PermissionSet": [{"fullName": "All", "PermissionsViewAllData": True}],
        "PermissionSetAssignment": [{"AssigneeId": watcher, "PermissionSet": "All"}],
        **CLOSED_SHARING,
    }
    contacts = [contact(n) for n in range(10)]  # of 12: two were deleted for good
    nightly = bulk("SELECT Id FROM Contact WHERE IsDeleted = false", 12, name="Contact", job="7508Z00000aBcDz",
                   start=THEFT - timedelta(hours=9))  # fmt: skip
    honest = [found | {"user_id": watcher, "login_key": "L9"} for found in nightly]
    calls = bulk(CONTACT_QUERY, 7, name="Contact")
    measured, _ = Scene(tmp_path, {"Contact.csv": contacts}, calls, sharing, others=honest).play()
    assert object_of(measured, "Contact").records.unseen == 2
    said = object_of(measured, "Contact").queries[0].explained
    assert any("counted 12 records, of which 2 stand in no copy" in sentence for sentence in said)
    measured, _ = Scene(tmp_path, {"Contact.csv": contacts}, calls, CLOSED_SHARING, others=honest).play()
    assert object_of(measured, "Contact").records.unseen == 0


def test_counts_and_describes_take_no_content(tmp_path: Path) -> None:
    calls = [
        event(
            "E2",
            1,
            time=THEFT,
            source="salesforce.elf.rest_api",
            query="SELECT COUNT() FROM Contact",
            object="Contact",
            rows=1,
        ),
        event(
            "E2",
            2,
            time=THEFT,
            source="salesforce.elf.rest_api",
            object="Contact",
            operation="GET",
            object_name="/services/data/v58.0/sobjects/Contact/describe/",
        ),
    ]
    measured, engine = Scene(tmp_path, {"Contact.csv": [contact(1)]}, calls).play()
    assert measured.scope.objects == ()
    assert engine.one("SELECT count(*) FROM taken")[0] == 0
    assert measured.scope.people.certain == 0


def test_a_single_record_that_was_opened_is_certain_with_all_its_fields(tmp_path: Path) -> None:
    call = event("E2", 1, time=THEFT, source="salesforce.elf.rest_api", operation="GET", object="Contact",
                 object_name=f"/services/data/v58.0/sobjects/Contact/{record_id('003', 1)[:15]}")  # fmt: skip
    measured, engine = Scene(tmp_path, {"Contact.csv": [contact(1), contact(2)]}, [call]).play()
    assert taken(engine, "Contact") == taken(engine, "Contact", "certain") == {record_id("003", 1)}
    assert "Birthdate" in object_of(measured, "Contact").fields


def test_failed_requests_and_writes_are_no_ways_out(tmp_path: Path) -> None:
    calls = [
        event("E2", 1, time=THEFT, query="SELECT Id FROM Contact", object="Contact", rows=0) | {"status": "failure"},
        event(
            "E2",
            2,
            time=THEFT,
            operation="insert",
            job_id=JOB,
            object="Contact",
            rows=10,
            activity_name="bulk_job_complete",
        ),
    ]
    measured, _ = Scene(tmp_path, {"Contact.csv": [contact(1)]}, calls).play()
    assert measured.scope.objects == ()


def test_a_job_without_a_text_leaves_the_bound_open_and_excludes_nothing_of_its_object(tmp_path: Path) -> None:
    calls = bulk(CONTACT_QUERY, 2, name="Contact")[:2]
    files = {"Contact.csv": [contact(1), contact(2)], "Policy__c.csv": [policy(1, record_id("003", 1))]}
    told = event(
        "E9", 1, time=THEFT, source="x", query="SELECT Id FROM Account", rows=1
    )  # of somebody else: texts are logged
    measured, engine = Scene(tmp_path, files, calls, OPEN_SHARING, others=[told]).play()
    assert measured.scope.upper == "open"
    assert any("no text" in said for said in measured.scope.why_open)
    assert len(taken(engine, "Contact", "possible")) == 2
    said = [exclusion.what for exclusion in measured.scope.not_taken]
    assert any(what.startswith("No national_id left") for what in said)  # it stands in Policy__c alone
    assert not any("date_of_birth" in what for what in said)
    assert any("text" in request.ask for request in measured.scope.requests)


def test_an_object_without_a_copy_is_counted_and_open(tmp_path: Path) -> None:
    query = "SELECT Id, Amount FROM Opportunity"
    measured, _ = Scene(tmp_path, {"Contact.csv": [contact(1)]}, bulk(query, 31, name="Opportunity")).play()
    found = object_of(measured, "Opportunity")
    assert (found.records.certain, found.records.possible, found.records.logged, found.records.unseen) == (0, 0, 31, 31)
    assert measured.scope.upper == "open"
    assert found.fields == ("Amount",)


def test_free_logs_alone_leave_the_bound_open(tmp_path: Path) -> None:
    call = event("E2", 1, time=THEFT, source="salesforce.elf.api_total_usage", operation="GET", object="Contact",
                 object_name="/v58.0/query")  # fmt: skip
    measured, _ = Scene(tmp_path, {"Contact.csv": [contact(1)]}, [call], OPEN_SHARING).play()
    assert measured.scope.upper == "open"
    assert any("no log of the evidence holds the text of queries" in said for said in measured.scope.why_open)
    assert measured.scope.not_taken == ()


def test_a_text_that_is_no_soql_keeps_everything_possible(tmp_path: Path) -> None:
    call = event(
        "E2", 1, time=THEFT, source="salesforce.realtime.api_event", query="SELECT Id FROM Contact WHERE (", rows=1
    )
    measured, engine = Scene(tmp_path, {"Contact.csv": [contact(1), contact(2)]}, [call], OPEN_SHARING).play()
    assert len(taken(engine, "Contact", "possible")) == 2
    assert measured.scope.upper == "open"


def test_nothing_found_is_nothing_taken(tmp_path: Path) -> None:
    other = event("E2", 1, time=THEFT, query="SELECT Id FROM Contact", rows=1)
    measured, engine = Scene(tmp_path, {"Contact.csv": [contact(1)]}, [], OPEN_SHARING, others=[other]).play()
    assert measured.scope.upper == "bounded"
    assert measured.scope.objects == ()
    assert measured.scope.requests == ()
    assert engine.columns("taken")
    assert engine.columns("people")


def test_exclusions_are_said_with_conditions_and_proof(tmp_path: Path) -> None:
    files = {"Contact.csv": [contact(1)], "Policy__c.csv": [policy(1, record_id("003", 1))]}
    measured, _ = Scene(tmp_path, files, bulk(POLICY_QUERY, 1, name="Policy__c"), OPEN_SHARING).play()
    found = next(e for e in measured.scope.not_taken if "national_id" in e.what)
    assert "Policy__c.Tax_Id__c" in found.what
    assert any("complete from 2025-07-15" in condition for condition in found.holds_if)
    assert found.proof
    assert any(e.what == "No record of Contact left" for e in measured.scope.not_taken)


def test_order_of_files_and_rows_and_numbers_of_evidence_change_nothing(tmp_path: Path) -> None:
    life = random_life(tmp_path, 7)
    results = []
    for turn in range(2):
        files = dict(reversed(list(life.scene.files.items()))) if turn else dict(life.scene.files)
        scene = Scene(tmp_path, {n: rows[::-1] if turn else rows for n, rows in files.items()},
                      life.scene.events[:: -1 if turn else 1], life.scene.settings)  # fmt: skip
        measured, engine = scene.play()
        shown = [
            list(engine.rows("SELECT * EXCLUDE (evidence, row) FROM taken ORDER BY object, record_id")),
            list(engine.rows("SELECT * FROM people ORDER BY person_id")),
            measured.scope.objects,
            measured.scope.people,
            measured.scope.why_open,
        ]
        results.append(shown)
    assert results[0] == results[1]
