"""Which fields a query shows, what kind of answer it gives, and the rows of its child subqueries."""

import pytest

from spillmark.soql.emit import ReplayError
from tests.soql.copies import Copy, load

OBJECTS = {
    "Account": {
        "fields": {
            "Id": "id",
            "Name": "string",
            "Tier__c": "picklist",
            "OwnerId": {"type": "reference", "relationship": "Owner", "references": ["User", "Group"]},
        },
        "rows": "Id,Name,Tier__c\n001A,Acme,Gold\n001B,Bolt,\n",
    },
    "User": {"fields": {"Id": "id", "Name": "string", "Email": "email"}},
    "Group": {"fields": {"Id": "id", "Name": "string"}},
    "Contact": {
        "fields": {
            "Id": "id",
            "LastName": "string",
            "Tax_Id__c": "string",
            "AccountId": {
                "type": "reference",
                "relationship": "Account",
                "references": ["Account"],
                "children": "Contacts",
            },
        },
        "rows": "Id,LastName,AccountId\n003A,Ash,001A\n003B,Bay,001A\n003C,Cox,001B\n003D,Doe,\n",
    },
    "Claim__c": {
        "fields": {
            "Id": "id",
            "Who__c": {"type": "reference", "relationship": "Who__r", "references": ["Contact"]},
            "Sum__c": "currency",
        },
        "rows": "Id,Who__c,Sum__c\nC1,003A,5\nC2,003A,7\nC3,003C,9\n",
    },
    "Event": {
        "fields": {
            "Id": "id",
            "WhatId": {"type": "reference", "relationship": "What", "references": ["Account", "Contact"]},
        }
    },
}


@pytest.fixture(scope="module")
def copy() -> Copy:
    return load(OBJECTS)


@pytest.mark.parametrize(
    ("query", "fields"),
    [
        ("SELECT Id, lastname FROM Contact", "Contact.Id Contact.LastName"),
        ("SELECT c.LastName, c.Account.Name FROM Contact c", "Contact.LastName Account.Name"),
        ("SELECT Account.Owner.Name FROM Contact", "User.Name Group.Name"),
        ("SELECT Account.Owner.Email FROM Contact", "User.Email"),
        (
            "SELECT FIELDS(ALL) FROM Contact LIMIT 200",
            "Contact.Id Contact.LastName Contact.Tax_Id__c Contact.AccountId",
        ),
        ("SELECT FIELDS(CUSTOM), Id FROM Contact LIMIT 200", "Contact.Tax_Id__c Contact.Id"),
        ("SELECT FIELDS(STANDARD) FROM Contact", "Contact.Id Contact.LastName Contact.AccountId"),
        ("SELECT toLabel(Tier__c), FORMAT(Name) n FROM Account", "Account.Tier__c Account.Name"),
        ("SELECT Id, Ssn__c, Parent.Name FROM Account", "Account.Id Account.Ssn__c? Parent.Name?"),
        ("SELECT COUNT() FROM Contact", ""),
        (
            "SELECT Account.Name, COUNT(Id), MAX(LastName) FROM Contact GROUP BY Account.Name",
            "Account.Name Contact.LastName",
        ),
        (
            "SELECT TYPEOF What WHEN Account THEN Tier__c, Nope__c WHEN Contact THEN Tax_Id__c ELSE Id END FROM Event",
            "Account.Tier__c Account.Nope__c? Contact.Tax_Id__c Account.Id Contact.Id",
        ),
    ],
)
def test_the_fields_that_a_query_shows(copy: Copy, query: str, fields: str) -> None:
    replay, _ = copy.run(query)
    shown = [f"{taken.object}.{taken.field}{'' if taken.known else '?'}" for taken in replay.fields]
    assert " ".join(shown) == fields


@pytest.mark.parametrize(
    ("query", "kind", "ids"),
    [
        ("SELECT COUNT() FROM Contact WHERE AccountId != null LIMIT 1", "count", ["003A", "003B", "003C"]),
        ("SELECT COUNT(Id) FROM Contact", "aggregate", ["003A", "003B", "003C", "003D"]),
        ("SELECT LastName FROM Contact GROUP BY LastName LIMIT 1", "aggregate", ["003A", "003B", "003C", "003D"]),
        ("SELECT FORMAT(MAX(LastName)) m FROM Contact", "aggregate", ["003A", "003B", "003C", "003D"]),
        ("SELECT LastName FROM Contact WHERE LastName = 'ash'", "records", ["003A"]),
    ],
)
def test_a_total_is_no_record_but_its_records_stand(copy: Copy, query: str, kind: str, ids: list[str]) -> None:
    replay, rows = copy.run(query)
    assert replay.kind == kind
    assert [row for row, _ in rows] == ids


def test_having_keeps_all_groups_in_doubt(copy: Copy) -> None:
    replay, rows = copy.run("SELECT AccountId FROM Contact GROUP BY AccountId HAVING COUNT(Id) > 1")
    assert not replay.exact
    assert not any(certain for _, certain in rows)


def test_the_fields_that_filter(copy: Copy) -> None:
    replay, _ = copy.run("SELECT Id FROM Contact WHERE LastName != 'x' AND Account.Owner.Name = 'y'")
    assert replay.filters == (("Contact", "LastName"), ("User", "Name"), ("Group", "Name"))


def test_the_limit_and_the_order_are_told(copy: Copy) -> None:
    replay, _ = copy.run("SELECT Id FROM Contact ORDER BY LastName, Id LIMIT 2 OFFSET 1")
    assert (replay.limit, replay.offset, replay.total_order) == (2, 1, True)
    assert not copy.run("SELECT Id FROM Contact ORDER BY LastName LIMIT 2")[0].total_order


def test_children_and_their_children(copy: Copy) -> None:
    query = (
        "SELECT Name, (SELECT LastName, (SELECT Sum__c FROM Claims__r WHERE Sum__c > 5) FROM Contacts "
        "WHERE LastName != 'bay') FROM Account WHERE Name LIKE 'a%'"
    )
    replay, rows = copy.run(query)
    assert rows == [("001A", True)]
    (contacts,) = replay.children
    assert (contacts.relationship, contacts.object) == ("Contacts", "Contact")
    assert contacts.table is not None
    assert copy.rows(contacts.table) == [("003A", True)]
    assert [taken.field for taken in contacts.fields] == ["LastName"]
    (claims,) = contacts.children
    assert claims.table is not None
    assert copy.rows(claims.table) == [("C2", True)]
    assert list(copy.engine.rows(f'SELECT "Id", parent_id FROM "{claims.table}"')) == [("C2", "003A")]


def test_a_limit_of_children_counts_for_each_parent(copy: Copy) -> None:
    replay, _ = copy.run("SELECT Id, (SELECT Id FROM Contacts ORDER BY Id DESC LIMIT 1) FROM Account")
    assert replay.children[0].table is not None
    assert copy.rows(replay.children[0].table) == [("003B", True), ("003C", True)]


def test_children_of_a_parent_in_doubt_are_in_doubt(copy: Copy) -> None:
    replay, _ = copy.run("SELECT Id, (SELECT Id FROM Contacts) FROM Account WHERE Tier__c != 'Gold'")
    assert replay.children[0].table is not None
    assert copy.rows(replay.children[0].table) == [("003C", False)]


def test_unknown_children_are_named_and_told(copy: Copy) -> None:
    replay, _ = copy.run("SELECT Id, (SELECT Amount FROM Opportunities) FROM Account")
    assert not replay.exact
    assert any("Opportunities" in note for note in replay.notes)
    assert replay.children[0].table is None
    assert [taken.field for taken in replay.children[0].fields] == ["Amount"]


def test_all_columns_on_request(copy: Copy) -> None:
    copy.run("SELECT Id FROM Contact ORDER BY LastName LIMIT 1", columns="all", name="whole")
    assert list(copy.engine.columns("whole")) == ["Id", "LastName", "Tax_Id__c", "AccountId", "certain"]
    copy.run("SELECT Id FROM Contact", columns="all", name="whole")
    assert sorted(copy.engine.columns("whole")) == ["AccountId", "Id", "LastName", "Tax_Id__c", "certain"]


def test_replays_stand_side_by_side(copy: Copy) -> None:
    copy.run("SELECT Id FROM Contact LIMIT 1", name="first")
    copy.run("SELECT Id FROM Account", name="second")
    assert len(copy.rows("first")) == 4
    assert len(copy.rows("second")) == 2


def test_steps_are_the_same_each_time(copy: Copy) -> None:
    query = "SELECT Id FROM Contact WHERE Account.Owner.Name IN ('b', 'a') ORDER BY LastName LIMIT 3"
    assert copy.run(query)[0] == copy.run(query)[0]


def test_what_cannot_be_replayed_says_why(copy: Copy) -> None:
    with pytest.raises(ReplayError, match="no copy of the object Opportunity"):
        copy.run("SELECT Id FROM Opportunity")
    bare = load({"Note": {"fields": {"Body": "string"}}})
    with pytest.raises(ReplayError, match="has no Id"):
        bare.run("SELECT Body FROM Note")
