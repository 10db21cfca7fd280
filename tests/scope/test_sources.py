"""What is read beside the logs: copies of data, describes, sharing, places, telephone numbers; hostile forms too."""

import json
from collections.abc import Mapping
from pathlib import Path

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from spillmark.engine.duckdb import DuckDBEngine
from spillmark.evidence.item import Item
from spillmark.model.evidence import Evidence
from spillmark.scope.describe import read_describes
from spillmark.scope.ids import id18
from spillmark.scope.phones import e164, register_dial
from spillmark.scope.residence import residence
from spillmark.scope.sightings import normal_text
from spillmark.scope.snapshot import Snapshot
from spillmark.scope.visibility import read_sight
from spillmark.soql.ids import long_id
from tests.scope.invented import (
    AFTER,
    BEFORE,
    CONTACT_QUERY,
    OPEN_SHARING,
    THEFT,
    USER,
    Scene,
    bulk,
    contact,
    event,
    object_of,
    policy,
    record_id,
    taken,
)


@given(st.text("ABCXYZabcxyz0189", min_size=15, max_size=15))
def test_the_long_form_of_an_id_is_the_same_in_sql(text: str) -> None:
    engine = DuckDBEngine()
    assert engine.one(f"SELECT {id18('x')} FROM (SELECT ? AS x)", [text])[0] == long_id(text)
    engine.close()


@pytest.mark.parametrize(
    ("name", "rows", "object_name"),
    [
        ("Contact.csv", [contact(1)], "Contact"),
        ("WE_00D/contact_2.csv", [contact(1)], "Contact"),
        ("extract.csv", [contact(1)], "Contact"),
        ("Policy__c-2025-07-19.csv", [policy(1, "")], "Policy__c"),
        (
            "dump.csv",
            [{"attributes": '{"type": "Claim__c", "url": "/x"}', "Id": record_id("a0Z", 1), "CreatedDate": AFTER}],
            "Claim__c",
        ),
    ],
)
def test_the_object_of_a_copy_is_told_by_records_name_or_prefix(
    tmp_path: Path, name: str, rows: list[dict[str, str]], object_name: str
) -> None:
    (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
    _, engine = Scene(tmp_path, {name: rows}).play()
    assert engine.exists(f"snap_{object_name}")


def test_short_ids_in_a_copy_meet_long_ones_in_a_log(tmp_path: Path) -> None:
    rows = [contact(1, Id=record_id("003", 1)[:15])]
    call = event("E2", 1, time=THEFT, query="SELECT Id FROM Contact", rows=1, record_ids=[record_id("003", 1)])
    measured, engine = Scene(tmp_path, {"Contact.csv": rows}, [call]).play()
    assert taken(engine, "Contact", "certain") == {record_id("003", 1)}
    assert measured.scope.people.certain == 1


def test_parts_of_one_export_are_one_object(tmp_path: Path) -> None:
    files = {"Contact_1.csv": [contact(1)], "Contact_2.csv": [contact(2, Extra__c="x")]}
    _, engine = Scene(tmp_path, files, bulk("SELECT Id, Extra__c FROM Contact", 2, name="Contact"), OPEN_SHARING).play()
    assert len(taken(engine, "Contact", "certain")) == 2


def test_a_copy_without_ids_is_named_by_its_places(tmp_path: Path) -> None:
    rows = [{"First_Name": "Ada", "Last_Name": "Quill", "Email": f"{n}@example.com"} for n in range(3)]
    call = event("E2", 1, time=THEFT, query="SELECT Email FROM customers", rows=3)
    measured, engine = Scene(tmp_path, {"customers.csv": rows}, [call], late=False).play()
    assert taken(engine, "customers", "possible") == {"E10:1", "E10:2", "E10:3"}
    assert measured.scope.people.possible == 3
    assert any("carry no Id" in skip.why for skip in measured.skipped)


def test_a_copy_without_times_of_change_excludes_nobody(tmp_path: Path) -> None:
    rows = [{k: v for k, v in contact(n).items() if k != "SystemModstamp"} for n in range(3)]
    rows[2]["Status__c"] = "Former"
    measured, engine = Scene(
        tmp_path, {"Contact.csv": rows}, bulk(CONTACT_QUERY, 2, name="Contact"), OPEN_SHARING
    ).play()
    assert len(taken(engine, "Contact", "possible")) == 3
    assert any("no time of last change" in said for said in object_of(measured, "Contact").queries[0].explained)


def test_a_describe_decides_types_references_and_names(tmp_path: Path) -> None:
    describe = {
        "name": "Deal__c",
        "keyPrefix": "a1Z",
        "fields": [
            {"name": "Id", "type": "id"},
            {"name": "Buyer__c", "type": "reference", "referenceTo": ["Contact"], "relationshipName": "Purchaser__r"},
            {"name": "Worth__c", "type": "currency"},
        ],
    }
    deal = {
        "Id": record_id("a1Z", 1),
        "Buyer__c": record_id("003", 1),
        "Worth__c": "900",
        "CreatedDate": BEFORE,
        "SystemModstamp": BEFORE,
    }
    sharing = {"CustomObject": [{"fullName": "Deal__c", "sharingModel": "Read"}]}
    query = "SELECT Worth__c, Purchaser__r.Email FROM Deal__c WHERE Worth__c > 1000"
    scene = Scene(
        tmp_path, {"any name.csv": [deal], "Contact.csv": [contact(1)]}, bulk(query, 0, name="Deal__c"), sharing
    )
    scene.describes = [describe]
    _, engine = scene.play()
    assert taken(engine, "Deal__c") == set()
    scene.files = {"any name.csv": [deal | {"Worth__c": "2000"}], "Contact.csv": [contact(1)]}
    scene.events = bulk(query, 1, name="Deal__c")
    _, engine = scene.play()
    assert taken(engine, "Deal__c", "certain") == {record_id("a1Z", 1)}
    assert taken(engine, "Contact", "certain") == {record_id("003", 1)}


@pytest.mark.parametrize(
    "text", ["", "[", "{}", '{"name": 3, "fields": [1, null]}', '{"name": "X", "fields": "no"}', "\x00"]
)
def test_a_broken_describe_stops_nothing(tmp_path: Path, text: str) -> None:
    path = tmp_path / "d.json"
    path.write_text(text)
    found = read_describes([Item(Evidence("E1", "d.json", "0" * 64, len(text), "salesforce.describe"), path)])
    assert not any(entry.fields for entry in found.objects.values())


SET, OTHER_SET, PROFILE = "0PS000000000001", "0PS000000000002", "00e000000000001"
WHOLE_LEAD = [{"ParentId": SET, "SobjectType": "Lead", "PermissionsViewAllRecords": "true"}]


def assigned(number: str, user: str = USER) -> list[dict[str, str]]:
    return [{"AssigneeId": user, "PermissionSetId": number}]


def by_account(model: str) -> Mapping[str, object]:
    return {"CustomObject": {"Contact": {"sharingModel": "ControlledByParent"}, "Account": {"sharingModel": model}}}


SEEN: list[tuple[Mapping[str, object], str, bool]] = [
    ({"CustomObject": [{"fullName": "Contact", "sharingModel": "Read"}]}, "Contact", True),
    ({"CustomObject": [{"fullName": "Contact", "sharingModel": "Private"}]}, "Contact", False),
    (by_account("Read"), "Contact", True),
    (by_account("Private"), "Contact", False),
    ({"records": [{"QualifiedApiName": "Lead", "InternalSharingModel": "ReadWriteTransfer"}]}, "Lead", True),
    (
        {
            "PermissionSet": [{"Id": SET, "PermissionsViewAllData": True}],
            "PermissionSetAssignment": assigned(SET, USER[:15]),
        },
        "Lead",
        True,
    ),
    ({"ObjectPermissions": WHOLE_LEAD, "PermissionSetAssignment": assigned(SET)}, "Lead", True),
    ({"ObjectPermissions": WHOLE_LEAD, "PermissionSetAssignment": assigned(OTHER_SET)}, "Lead", False),
    (
        {
            "User": [{"Id": USER, "ProfileId": PROFILE}],
            "Profile": [{"Id": PROFILE, "PermissionsModifyAllData": True}],
        },
        "Lead",
        True,
    ),
    ({}, "Contact", False),
]


@pytest.mark.parametrize(("settings", "name", "unrestricted"), SEEN)
def test_what_a_reader_could_see(tmp_path: Path, settings: Mapping[str, object], name: str, unrestricted: bool) -> None:
    path = tmp_path / "s.json"
    path.write_text(json.dumps(settings))
    item = Item(Evidence("E1", "s.json", "0" * 64, 1, "salesforce.settings"), path)
    engine = DuckDBEngine()
    sight = read_sight(engine, [item], Snapshot())
    found = sight.of(USER[:15], name, internal=True)
    assert found.unrestricted is unrestricted
    assert ("unrestricted" in found.says) is unrestricted
    if unrestricted and "CustomObject" in settings:
        assert not sight.of(USER[:15], name, internal=False).unrestricted


@pytest.mark.parametrize("text", ["", "{", "<a>", "a: [", "x,y\n1", "[" * 4000, '{"a": ' * 900])
def test_broken_settings_are_said_and_stop_nothing(tmp_path: Path, text: str) -> None:
    path = tmp_path / "s.json"
    path.write_text(text)
    item = Item(Evidence("E1", "s.json", "0" * 64, len(text), "salesforce.settings"), path)
    sight = read_sight(DuckDBEngine(), [item], Snapshot())
    assert not sight.of(USER, "Contact", internal=True).unrestricted


NUMBERS = [
    ("(415) 555-0101", "US"),
    ("1-415-555-0101", "US"),
    ("06 39 98 00 01", "FR"),
    ("+33 (0)6 39 98 00 01", "US"),
    ("0033639980001", "FR"),
    ("020 7946 0018", "GB"),
    ("011 44 20 7946 0018", "US"),
    ("030 23125 000", "DE"),
]


def test_numbers_are_written_as_the_library_writes_them() -> None:
    engine = DuckDBEngine()
    register_dial(engine)
    sql = f"SELECT {e164('n', 'dial')} FROM (SELECT ? AS n) LEFT JOIN dial ON region = ?"
    for text, region in NUMBERS:
        parsed = phonenumbers.parse(text, region)
        written = phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
        assert engine.one(sql, [text, region])[0] == written
    assert engine.one(sql, ["(415) 555-0101 ext. 7", "US"])[0] == "+14155550101"
    assert engine.one(sql, ["555-01", "US"])[0] is None
    assert engine.one(sql, ["12345678", "US"])[0] == "?12345678"


@given(st.text(max_size=60), st.text(max_size=60), st.booleans())
def test_any_words_give_a_place_or_none(country: str, state: str, us_zip: bool) -> None:
    found = residence(country, state, us_zip=us_zip)
    assert found.region is None or found.region[:2] == found.country


@given(st.text(max_size=200))
def test_the_normal_form_of_a_text_is_stable(text: str) -> None:
    assert normal_text(normal_text(text)) == normal_text(text)


def test_the_normal_form_keeps_what_stands_in_quotes() -> None:
    assert normal_text("SELECT  Id\nFROM Contact WHERE Name = 'A  B';") == "select id from contact where name = 'A  B'"


def test_secrets_in_free_text_that_left_are_credentials(tmp_path: Path) -> None:
    rows = [contact(1, Description="his password: hunter2hunter2"), contact(2, Description="prefers calls"), contact(3)]
    query = "SELECT Id, Description FROM Contact"
    measured, engine = Scene(tmp_path, {"Contact.csv": rows}, bulk(query, 3, name="Contact"), OPEN_SHARING).play()
    found = [row[0] for row in engine.rows("SELECT data_classes FROM taken ORDER BY record_id")]
    assert found == [["communications", "credentials"], ["communications"], []]
    assert object_of(measured, "Contact").data_classes == ("communications", "credentials")
    assert not any("credentials" in entry.what for entry in measured.scope.not_taken)


def test_names_of_our_own_columns_in_a_copy_do_no_harm(tmp_path: Path) -> None:
    rows = [contact(1, _created="x", _ROW="y", **{'we"ird; --': "z", "attributes": "{}"})]
    query = "SELECT Id, Email FROM Contact"
    _, engine = Scene(tmp_path, {"Contact.csv": rows}, bulk(query, 1, name="Contact"), OPEN_SHARING).play()
    assert len(taken(engine, "Contact", "certain")) == 1


HOSTILE = (
    "SELECT Id FROM Contact WHERE Email LIKE '" + "%a" * 1500 + "'",
    "SELECT " + "(" * 3000,
    "SELECT \x00 FROM Contact",
    'SELECT Id FROM "Contact"; DROP TABLE events; --',
    "SELECT Id FROM Contact WHERE " + "(" * 2000 + "a = 1" + ")" * 2000,
)


def test_hostile_queries_stop_nothing(tmp_path: Path) -> None:
    calls = [
        event("E2", n, time=THEFT.replace(minute=n), source="x", request_id=str(n), query=text, rows=1)
        for n, text in enumerate(HOSTILE)
    ]
    measured, engine = Scene(tmp_path, {"Contact.csv": [contact(1)]}, calls, OPEN_SHARING).play()
    assert engine.exists("events")
    assert taken(engine, "Contact") == {record_id("003", 1)}
    assert measured.scope.upper == "open"
