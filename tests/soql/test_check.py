"""What Salesforce would refuse in a query that reads well."""

import pytest

from spillmark.soql.check import check
from spillmark.soql.parser import parse
from tests.soql.copies import load
from tests.soql.test_taken import OBJECTS

SCHEMA = load(OBJECTS).schema


@pytest.mark.parametrize(
    ("query", "column", "words", "hint"),
    [
        ("SELECT Id, LastNam FROM Contact", 12, "Contact has no known field LastNam", "LastName"),
        ("SELECT Id FROM Contacts", 16, "no object Contacts", "Contact"),
        ("SELECT Acount.Name FROM Contact", 8, "no known parent Acount", "Account"),
        ("SELECT Account.Nam FROM Contact", 8, "Account has no known field Nam", "Name"),
        ("SELECT Account FROM Contact", 8, "Account is a relationship of Contact", None),
        ("SELECT Id FROM Contact WHERE LastName = 5", 41, "cannot be compared with 5", None),
        ("SELECT Id FROM Claim__c WHERE Sum__c = 'x'", 40, "cannot be compared with 'x'", None),
        ("SELECT Id FROM Claim__c WHERE Sum__c LIKE 'x'", 31, "LIKE works on text", None),
        ("SELECT Id FROM Account WHERE Tier__c INCLUDES ('x')", 30, "multi-select", None),
        ("SELECT SUM(LastName) FROM Contact", 8, "SUM cannot be used on LastName", None),
        ("SELECT LastName, COUNT(Id) FROM Contact", 8, "must be grouped or totalled", None),
        ("SELECT COUNT(), Id FROM Contact", 8, "COUNT() query cannot select anything else", None),
        ("SELECT CALENDARY_YEAR(Id) FROM Contact", 8, "no function CALENDARY_YEAR", "CALENDAR_YEAR"),
        ("SELECT MAX(Id, Id) FROM Contact", 8, "takes one argument, not 2", None),
        ("SELECT FIELDS(ALL) FROM Contact", 8, "needs LIMIT 200", None),
        ("SELECT Id, FIELDS(STANDARD) FROM Contact", 8, "selects this field already: Id", None),
        ("SELECT Id FROM Contact OFFSET 2001", 1, "OFFSET goes up to 2,000", None),
        ("SELECT Id FROM Contact WHERE LastName = '" + "x" * 4001 + "'", 41, "at most 4,000", None),
        ("SELECT Id FROM Event WHERE Id = :x AND A__c = 2025-02-30", 47, "no calendar", None),
        ("SELECT Id, (SELECT Id FROM Claims) FROM Account", 28, "no known children Claims", None),
        ("SELECT Id FROM Account WHERE Id IN (SELECT AccountId, Id FROM Contact)", 37, "exactly one field", None),
        ("SELECT Id FROM Account WHERE Id IN (SELECT AccountId FROM Contact LIMIT 1)", 37, "no GROUP BY", None),
        ("SELECT Id FROM Account WHERE Id IN (SELECT AcountId FROM Contact)", 44, "AcountId", "AccountId"),
        ("SELECT TYPEOF What WHEN Acount THEN Id END FROM Event", 20, "no object Acount", "Account"),
        ("SELECT Id FROM Contact c, c.Acount a", 27, "no known parent Acount", "Account"),
    ],
)
def test_a_problem_says_where_and_what_may_be_meant(query: str, column: int, words: str, hint: str | None) -> None:
    problems = [found for found in check(parse(query), query, SCHEMA) if words in found.message]
    assert [found.column for found in problems] == [column]
    assert problems[0].hint == (None if hint is None else f"Did you mean {hint}?")


@pytest.mark.parametrize(
    "query",
    [
        "SELECT Id, Account.Owner.Name, (SELECT Sum__c FROM Claims__r) FROM Contact c WHERE c.LastName LIKE 'a%'",
        "SELECT COUNT() FROM Contact LIMIT 5",
        "SELECT toLabel(Tier__c), COUNT(Id) n FROM Account GROUP BY Tier__c HAVING COUNT(Id) > 1 ORDER BY COUNT(Id)",
        "SELECT FIELDS(ALL) FROM Contact LIMIT 200",
        "SELECT FIELDS(ALL) FROM Contact WHERE Id IN ('003000000000001')",
        "SELECT Id FROM Account WHERE Id NOT IN (SELECT AccountId FROM Contact WHERE LastName = 'x' AND Id != null)",
        "SELECT Id FROM Claim__c WHERE Sum__c > USD5 AND Who__r.LastName = :name",
        "SELECT TYPEOF What WHEN Account THEN Name ELSE Id END FROM Event WHERE What.Type = 'Account'",
    ],
)
def test_a_sound_query_has_none(query: str) -> None:
    assert check(parse(query), query, SCHEMA) == ()


def test_all_problems_come_by_their_place() -> None:
    query = "SELECT Nope, Nada FROM Contact WHERE Zip = 1 ORDER BY Zap"
    assert [found.column for found in check(parse(query), query, SCHEMA)] == [8, 14, 38, 55]


def test_without_a_schema_only_the_shape_is_judged() -> None:
    query = "SELECT Nope FROM Nowhere WHERE Zip = 1 OFFSET 9999"
    assert [found.message for found in check(parse(query), query)] == ["OFFSET goes up to 2,000"]
