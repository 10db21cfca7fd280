"""Reading: every clause, exact places of errors, and trees that survive writing."""

import pytest
from hypothesis import HealthCheck, given, settings

from spillmark.errors import SpillmarkError
from spillmark.soql import tree
from spillmark.soql.fault import SoqlError
from spillmark.soql.parser import parse
from spillmark.soql.printer import text_of
from tests.soql import trees


@given(trees.whole_queries())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_written_tree_reads_back_equal(query: tree.Query) -> None:
    text = text_of(query)
    assert parse(text) == query
    assert text_of(parse(text)) == text


WHOLE = """
select Id, Owner.Name n, toLabel(Status) , COUNT(Id) c, FIELDS(STANDARD),
  TYPEOF What WHEN Account THEN Phone, Owner.Name WHEN Group THEN Id ELSE Name END,
  (SELECT Id FROM Contacts ORDER BY Name LIMIT 3) kids
from Task t, t.Account AS a using scope mine
where (a.Name LIKE 'x\\_%' or Amount >= USD5.50 OR NOT_Id__c not in ('a', null, :b))
  and Id IN (select TaskId from Log__c where At__c = LAST_N_DAYS:7)
  and Tags__c EXCLUDES ('A;B') and Size + Extra - 1__ > 2
with SECURITY_ENFORCED with DATA CATEGORY Geo__c ABOVE (fr__c, de__c) AND Kind__c AT x__c
group by ROLLUP(Status, CALENDAR_YEAR(CreatedDate)) having COUNT(Id) > 1
order by Status desc nulls last, Id
limit 10 offset :skip for view update tracking, viewstat all rows
""".replace(" - 1__", " - One__c")


def test_every_clause_of_one_query() -> None:
    query = parse(WHOLE)
    assert query.object == "Task"
    assert [source.alias for source in query.sources] == ["t", "a"]
    assert query.scope == "mine"
    assert isinstance(query.where, tree.And)
    assert [type(part) for part in query.where.parts] == [tree.Or, tree.InQuery, tree.Includes, tree.Comparison]
    assert [type(clause) for clause in query.withs] == [tree.WithMode, tree.WithCategory]
    assert query.group is not None
    assert (query.group.kind, len(query.group.items)) == ("rollup", 2)
    assert query.order[0] == tree.OrderItem(tree.Path(("Status",)), descending=True, nulls="LAST")
    assert (query.limit, query.offset) == (10, tree.Bind("skip"))
    assert (query.fors, query.updates, query.all_rows) == (("VIEW",), ("TRACKING", "VIEWSTAT"), True)


def test_places_are_offsets_in_the_text() -> None:
    query = parse(WHOLE)
    assert isinstance(query.where, tree.And)
    for part, words in zip(query.where.parts, ("a.Name", "Id IN", "Tags__c", "Size"), strict=True):
        assert WHOLE[part.at :].startswith(words)
    assert WHOLE[query.order[1].at :].startswith("Id\n")


@pytest.mark.parametrize(
    ("query", "line", "column", "words"),
    [
        ("", 1, 1, "expected SELECT, but the query ends"),
        ("SELECT Id\nFROM Contact\nWHERE Name == 'x'", 3, 13, "expected a value"),
        ("SELECT Id FROM Contact WHERE Name = 'x", 1, 37, "never closed"),
        ('SELECT Id FROM Contact WHERE Name = "x"', 1, 37, "unexpected character"),
        ("SELECT Id FROM Contact WHERE Name = 'a\\qb'", 1, 39, "unknown escape"),
        ("SELECT Id FROM Contact WHERE A = 1 AND B = 2 OR C = 3", 1, 46, "mixed"),
        ("SELECT Id FROM Contact WHERE A = 1 AND NOT B = 2", 1, 40, "NOT cannot stand here"),
        ("SELECT Id FROM Contact WHERE A IN ()", 1, 36, "expected a value"),
        ("SELECT Id FROM Contact WHERE A = LAST_N_DAYS", 1, 45, "expected ':'"),
        ("SELECT Id FROM Contact WHERE A = LAST_N_DAYS:x", 1, 46, "whole number"),
        ("SELECT Id FROM Contact WHERE A = B", 1, 34, "expected a value"),
        ("SELECT Id FROM Contact WHERE (A = 1", 1, 36, "expected ')'"),
        ("SELECT Id,, Name FROM Contact", 1, 11, "expected a field or function"),
        ("SELECT Id FROM Contact LIMIT 1.5", 1, 30, "whole number"),
        ("SELECT Id FROM Contact OFFSET 1 LIMIT 1", 1, 33, "end of the query"),
        ("SELECT Id FROM Contact; DROP TABLE x", 1, 25, "end of the query"),
        ("DELETE FROM Contact", 1, 1, "expected SELECT"),
        ("SELECT Id FROM Contact WHERE A = 5x", 1, 34, "runs into letters"),
        ("SELECT Id\r\nFROM Contact\rWHERE ~", 3, 7, "unexpected character"),
        ("SELECT Id FROM Contact WHERE A = '\\ud800'", 1, 34, "surrogate"),
        ("SELECT \x00 FROM Contact", 1, 8, "u0000"),
    ],
)
def test_an_error_says_where(query: str, line: int, column: int, words: str) -> None:
    with pytest.raises(SoqlError) as caught:
        parse(query)
    assert (caught.value.line, caught.value.column) == (line, column)
    assert words in str(caught.value)
    assert isinstance(caught.value, SpillmarkError)


@pytest.mark.parametrize(
    "query",
    [
        "SELECT Id FROM Group",
        "SELECT Id FROM Order",
        "SELECT Group.Name, First, Last FROM GroupMember",
        "SELECT Id FROM Account Offset OFFSET 3",
        "SELECT format, toLabel FROM Report",
        "SELECT typeof FROM Thing",
        "SELECT fields FROM Thing",
        "SELECT COUNT()FROM Contact",
        "SELECT Id FROM Contact WHERE NOT(Name='x')",
        "SELECT Id FROM Contact WHERE ((((Name='x'))));",
    ],
)
def test_words_that_look_like_clauses_can_be_names(query: str) -> None:
    assert parse(text_of(parse(query))) == parse(query)


def test_parentheses_that_change_nothing_leave_no_trace() -> None:
    assert parse("SELECT Id FROM A WHERE ((B = 1) AND (C = 2))") == parse(
        "select Id from A where B = 1 and C = 2".replace("select", "SELECT")
    )


def test_escapes_stand_for_their_characters() -> None:
    query = parse(r"SELECT Id FROM A WHERE B = 'a\'\\\n\t\u00e9\ud83d\ude00\_'")
    assert isinstance(query.where, tree.Comparison)
    assert isinstance(query.where.value, tree.Text)
    assert query.where.value.value == "a'\\\n\té😀_"
