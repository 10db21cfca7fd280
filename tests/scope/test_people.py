"""Records to individuals: duplicates become one, families, twins and switchboards stay apart."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from spillmark.engine.duckdb import DuckDBEngine
from tests.scope.invented import (
    AFTER,
    BEFORE,
    OPEN_SHARING,
    POLICY_QUERY,
    THEFT,
    Scene,
    bulk,
    contact,
    event,
    policy,
    record_id,
)

EVERYONE = "SELECT Id, FirstName, LastName, Email, Phone, MobilePhone, Birthdate FROM Contact"


def people(folder: Path, contacts: Sequence[dict[str, str]]) -> list[set[str]]:
    """The groups of contact ids that were found to be one person each."""
    _, engine = Scene(
        folder, {"Contact.csv": contacts}, bulk(EVERYONE, len(contacts), name="Contact"), OPEN_SHARING
    ).play()
    return groups(engine)


def groups(engine: DuckDBEngine) -> list[set[str]]:
    rows = engine.rows("SELECT records FROM people ORDER BY records")
    return [{str(record).rpartition("/")[2] for record in row[0]} for row in rows if isinstance(row[0], list)]


def ids(*numbers: int) -> set[str]:
    return {record_id("003", number) for number in numbers}


ANNA = {
    "FirstName": "Anna",
    "LastName": "Weiß",
    "Email": "anna@example.com",
    "Birthdate": "1980-02-03",
    "Phone": "(415) 555-0101",
}


@pytest.mark.parametrize(
    "other",
    [
        pytest.param({"FirstName": "ANNA", "LastName": "Weiss"}, id="spelled without signs"),
        pytest.param({"Birthdate": ""}, id="no birth date"),
        pytest.param({"Email": "a.weiss@example.net", "Phone": ""}, id="another address, same birth date"),
        pytest.param({"Email": "", "Birthdate": "", "Phone": "+1 415 555 0101"}, id="the number in another form"),
        pytest.param({"FirstName": "A."}, id="an initial"),
        pytest.param({"FirstName": "", "Birthdate": ""}, id="no first name"),
        pytest.param({"Email": "ANNA@Example.com ", "Birthdate": ""}, id="the address in capitals"),
    ],
)
def test_records_of_one_person_are_one(tmp_path: Path, other: dict[str, str]) -> None:
    assert people(tmp_path, [contact(1, **ANNA), contact(2, **ANNA | other)]) == [ids(1, 2)]


@pytest.mark.parametrize(
    "other",
    [
        pytest.param({"FirstName": "Bruno", "Birthdate": "1981-01-01"}, id="a couple with one address"),
        pytest.param({"FirstName": "Bella"}, id="twins"),
        pytest.param({"Birthdate": "2010-05-06"}, id="mother and daughter of one name"),
        pytest.param({"FirstName": "B.", "Birthdate": ""}, id="an initial that does not fit"),
        pytest.param(
            {"Email": "w@example.org", "Phone": "(212) 555-0177", "MailingPostalCode": "10001"},
            id="namesakes born on one day",
        ),
    ],
)
def test_shared_data_melts_nobody(tmp_path: Path, other: dict[str, str]) -> None:
    rows = [contact(1, **ANNA, MailingPostalCode="94105"), contact(2, **ANNA | {"MailingPostalCode": "94105"} | other)]
    assert people(tmp_path, rows) == [ids(1), ids(2)]


def test_a_switchboard_joins_nobody(tmp_path: Path) -> None:
    names = ("Ana", "Ben", "Cleo", "Dov", "")
    rows = [
        contact(n, FirstName=name, LastName=f"Of{n}", Email="office@example.com", Phone="(415) 555-0100", Birthdate="")
        for n, name in enumerate(names)
    ]
    assert people(tmp_path, rows) == [ids(n) for n in range(5)]


def test_an_initial_that_fits_two_joins_neither(tmp_path: Path) -> None:
    rows = [
        contact(1, FirstName="Anna", LastName="Roe", Email="roe@example.com", Birthdate=""),
        contact(2, FirstName="Anton", LastName="Roe", Email="roe@example.com", Birthdate=""),
        contact(3, FirstName="A", LastName="Roe", Email="roe@example.com", Birthdate=""),
    ]
    assert people(tmp_path, rows) == [ids(1), ids(2), ids(3)]


def test_a_parent_without_a_birth_date_is_not_the_child_of_the_same_name(tmp_path: Path) -> None:
    parent = ANNA | {"Birthdate": "", "MobilePhone": "(415) 555-0144"}
    child = ANNA | {"Birthdate": "2012-02-02"}
    assert people(tmp_path, [contact(1, **parent), contact(2, **child)]) == [ids(1), ids(2)]


def test_a_chain_does_not_bind_two_birth_dates(tmp_path: Path) -> None:
    rows = [
        contact(1, **ANNA | {"Phone": ""}),
        contact(2, **ANNA | {"Birthdate": ""}),
        contact(3, **ANNA | {"Email": "", "Birthdate": "1999-09-09"}),
    ]
    for group in people(tmp_path, rows):
        assert not {record_id("003", 1), record_id("003", 3)} <= group


def test_a_national_id_joins_over_a_change_of_the_family_name(tmp_path: Path) -> None:
    rows = [
        contact(1, FirstName="Ida", LastName="Vey", Email="i@example.com", Birthdate="", SSN__c="666-12-3456"),
        contact(2, FirstName="Ida", LastName="Orr", Email="o@example.net", Birthdate="", SSN__c="666123456"),
        contact(3, FirstName="Ida", LastName="Low", Email="l@example.net", Birthdate="", SSN__c="999999999"),
        contact(4, FirstName="Ida", LastName="May", Email="m@example.net", Birthdate="", SSN__c="999-99-9999"),
    ]
    assert people(tmp_path, rows) == [ids(1, 2), ids(3), ids(4)]


def test_a_policy_concerns_the_person_of_its_contact_with_the_taken_classes_alone(tmp_path: Path) -> None:
    contacts = [contact(1, MailingCountry="France", MailingState=""), contact(2)]
    files = {"Contact.csv": contacts, "Policy__c.csv": [policy(7, record_id("003", 1)), policy(8, record_id("003", 1))]}
    measured, engine = Scene(tmp_path, files, bulk(POLICY_QUERY, 2, name="Policy__c"), OPEN_SHARING).play()
    rows = list(engine.rows("SELECT records, data_classes, certainty, first_name, email, country FROM people"))
    policies = [f"Policy__c/{record_id('a0B', n)}" for n in (7, 8)]
    assert rows == [(policies, ["insurance_policy"], "certain", "Ada1", "ada1@example.com", "FR")]
    assert measured.scope.people.by_region == {"FR": 1}
    assert measured.scope.people.by_data_class == {"insurance_policy": 1}


def test_a_reference_that_may_have_pointed_elsewhere_makes_the_person_possible(tmp_path: Path) -> None:
    rows = [policy(7, record_id("003", 1), SystemModstamp=AFTER)]
    files = {"Contact.csv": [contact(1)], "Policy__c.csv": rows}
    measured, _ = Scene(tmp_path, files, bulk(POLICY_QUERY, 1, name="Policy__c"), OPEN_SHARING).play()
    assert measured.scope.objects[0].records.certain == 1
    assert (measured.scope.people.certain, measured.scope.people.possible) == (0, 1)


def test_only_fields_with_a_value_are_data_of_a_person(tmp_path: Path) -> None:
    rows = [contact(1, Birthdate="", Phone=""), contact(2, Birthdate="", SystemModstamp=AFTER)]
    query = "SELECT FirstName, Birthdate FROM Contact"
    _, engine = Scene(tmp_path, {"Contact.csv": rows}, bulk(query, 2, name="Contact"), OPEN_SHARING).play()
    found = {
        str(r[0][0]): r[1] for r in engine.rows("SELECT records, data_classes FROM people") if isinstance(r[0], list)
    }
    assert found[f"Contact/{record_id('003', 1)}"] == ["name"]
    assert found[f"Contact/{record_id('003', 2)}"] == ["date_of_birth", "name"]  # it may have been filled then


def test_places_and_minors(tmp_path: Path) -> None:
    rows = [
        contact(1, MailingCountry="USA", MailingState="Maine", Birthdate="2007-07-16"),  # 18 on the day after
        contact(2, MailingCountry="United States", MailingState="ME", Birthdate="2007-07-15"),
        contact(3, MailingCountry="France", MailingState="", Birthdate=""),
        contact(4, MailingCountry="", MailingState="", Birthdate="1950-01-01"),
    ]
    measured, engine = Scene(tmp_path, {"Contact.csv": rows}, bulk(EVERYONE, 4, name="Contact"), OPEN_SHARING).play()
    assert measured.scope.people.by_region == {"US-ME": 2, "FR": 1, "unknown": 1}
    assert measured.scope.people.minors == 1
    minors = [row[0] for row in engine.rows("SELECT minor FROM people ORDER BY first_name")]
    assert minors == [True, False, None, False]


def test_person_accounts_and_their_contacts_are_one_and_companies_are_none(tmp_path: Path) -> None:
    common = {"IsDeleted": "0", "CreatedDate": "2024-01-01T00:00:00Z", "SystemModstamp": "2024-01-01T00:00:00Z"}
    accounts = [
        {"Id": record_id("001", 1), "Name": "Ada Quill", "FirstName": "Ada", "LastName": "Quill",
         "IsPersonAccount": "true", "PersonContactId": record_id("003", 1), "PersonEmail": "x@example.com", **common},
        {"Id": record_id("001", 2), "Name": "Quill Ltd", "IsPersonAccount": "false", **common},
    ]  # fmt: skip
    calls = [
        *bulk("SELECT Name FROM Account", 2, name="Account"),
        *bulk(EVERYONE, 1, name="Contact", job="7508Z00000aBcDf", start=THEFT.replace(hour=17)),
    ]
    files = {"Account.csv": accounts, "Contact.csv": [contact(1, FirstName="Ada", LastName="Quill", Email="")]}
    _, engine = Scene(tmp_path, files, calls, OPEN_SHARING).play()
    assert groups(engine) == [{record_id("001", 1), record_id("003", 1)}]


def test_users_are_people_where_they_were_taken_but_not_because_they_own_a_record(tmp_path: Path) -> None:
    user = {"Id": record_id("005", 5), "Username": "d@example.com", "FirstName": "Dana", "LastName": "W"}
    user |= {"Email": "d@example.com", "CreatedDate": BEFORE, "SystemModstamp": BEFORE}
    files = {"Contact.csv": [contact(1, OwnerId=user["Id"])], "User.csv": [user]}
    owned = bulk(EVERYONE, 1, name="Contact")
    measured, _ = Scene(tmp_path, files, owned, OPEN_SHARING).play()
    assert measured.scope.people.certain + measured.scope.people.possible == 1
    call = event("E2", 1, time=THEFT, query="SELECT Name, Email FROM User", rows=1, record_ids=[user["Id"]])
    measured, _ = Scene(tmp_path, files, [call], OPEN_SHARING).play()
    assert measured.scope.people.certain == 1


def test_hostile_values_break_nothing(tmp_path: Path) -> None:
    evil = [
        "'; DROP TABLE taken; --",
        "<script>alert(1)</script>",
        "=cmd|'/c calc'!A1",
        "\u202e\u0000x",
        "a" * 5000,
        "{}[]\\",
        "%00",
    ]
    rows = [
        contact(
            n,
            FirstName=text,
            LastName=text[::-1],
            Email=text,
            Phone=text,
            MailingCountry=text,
            MailingState=text,
            Birthdate=text,
        )
        for n, text in enumerate(evil)
    ]
    measured, engine = Scene(
        tmp_path, {"Contact.csv": rows}, bulk(EVERYONE, len(rows), name="Contact"), OPEN_SHARING
    ).play()
    assert engine.one("SELECT count(*) FROM taken")[0] == len(evil)
    assert measured.scope.people.by_region == {"unknown": measured.scope.people.certain}


def test_a_person_id_follows_from_the_records_alone(tmp_path: Path) -> None:
    rows = [contact(1, **ANNA), contact(2, **ANNA), contact(3)]
    scene = Scene(tmp_path, {"Contact.csv": rows}, bulk(EVERYONE, 3, name="Contact"), OPEN_SHARING)
    found = []
    for numbers in ((0, 1, 2), (7, 3, 5)):
        _, engine = scene.play(numbers=numbers)
        found.append(list(engine.rows("SELECT person_id, records FROM people ORDER BY person_id")))
    assert found[0] == found[1]
