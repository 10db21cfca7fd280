"""What each modifier and wildcard means, on real events."""

from collections.abc import Sequence

import pytest

from spillmark.detect.logsources import load_logsources
from spillmark.detect.rules import build_rules
from spillmark.detect.signatures import evaluate
from tests.detect.events import found, rule, rules, world

SELECTION = "detection:\n  selection:\n    {}\n  condition: selection"


def matching(line: str, values: Sequence[object], *, field: str = "operation") -> list[object]:
    """Runs one rule with one detection line on one event for each value; gives the values that it finds."""
    made = rules(rule("ONE", SELECTION.format(line)))
    with world([{field: value} for value in values]) as engine:
        skipped = evaluate(engine, made.rules)
        assert not [skip for skip in skipped.values() if skip.level == "failed"], skipped
        return [values[row - 1] for row in found(engine, "ONE", "detect_found")]


def matches(line: str, value: object, *, field: str = "operation") -> bool:
    """Tells whether a rule with that line finds an event with that value."""
    return bool(matching(line, [value], field=field))


@pytest.mark.parametrize(
    ("line", "yes", "no"),
    [
        ("operation: Query", ["query", "QUERY"], ["query ", "querymore", None]),
        ("operation: 'qu*y'", ["query", "quay", "qu\ny"], ["queryx", "aquy"]),
        ("operation: 'qu?ry'", ["query", "qu%ry", "qu_ry"], ["qury", "queery"]),
        ("operation: 'a_b%c'", ["A_B%C"], ["axbyc", "a_bc"]),
        (r"operation: 'a\*b'", ["a*b"], ["axb"]),
        (r"operation: 'a\\*b'", [r"a\xb", "a\\b"], ["axb"]),
        (r"operation: 'c:\temp\*.(x)'", [r"C:\Temp*.(x)"], [r"c:\temp\a.(x)", r"c:\temp.(x)"]),
        (r"operation: '[a-z]+*$'", ["[a-z]+$", "[A-Z]+zz$"], ["abc$", "[a-z]+"]),
        ("operation: 'it''s; drop'", ["It's; DROP"], ["its; drop"]),
        ("operation|contains: er", ["query", "ERR"], ["quest", None]),
        ("operation|startswith: del", ["DELETE"], ["undelete"]),
        ("operation|endswith: more", ["QueryMore"], ["more query"]),
        ("operation|contains: 'a*b?c'", ["xxaZZbZcxx", "ab-c"], ["abc", "cba"]),
        ("operation|contains|all: [a, b]", ["xbxa"], ["a", "b"]),
        ("operation: [a, b]", ["A", "b"], ["c"]),
        ("operation|cased: Query", ["Query"], ["query"]),
        ("operation|contains|cased: Er", ["xEr"], ["xer", "xER"]),
        ("operation|re: 'qu[aeiou]ry'", ["a query b"], ["QUERY", "qury"]),
        ("operation|re|i: '^QU.RY$'", ["query"], ["queryx"]),
        ("operation: '*'", ["x"], [None]),
        ("operation: ''", [None, ""], ["x"]),
        ("operation: null", [None, ""], ["x"]),
        ("operation|exists: true", ["x"], [None]),
        ("operation|exists: false", [None], ["x"]),
        ("operation: 200", ["200", "200.0"], ["20", "2000", "x", "nan"]),
        ("operation|gt: 10", ["11", "10.5", "1e3"], ["10", "9", None, "nan", "inf", "ten"]),
        ("operation|gte: 10", ["10"], ["9.99"]),
        ("operation|lt: 10", ["9", "-5"], ["10", "x"]),
        ("operation|lte: 10", ["10"], ["11"]),
        ("operation: true", ["TRUE"], ["1"]),
        ("operation|windash|contains: ' -f'", ["a -f", "a /f"], ["a f"]),
    ],
)
def test_modifier(line: str, yes: list[object], no: list[object]) -> None:
    assert matching(line, [*yes, *no]) == yes


@pytest.mark.parametrize(
    ("line", "value", "expected"),
    [
        ("src_ip|cidr: 203.0.113.0/24", "203.0.113.77", True),
        ("src_ip|cidr: 203.0.113.0/24", "203.0.114.1", False),
        ("src_ip|cidr: 203.0.113.0/24", "::ffff:203.0.113.9", True),
        ("src_ip|cidr: 203.0.113.0/24", "Salesforce.com IP", False),
        ("src_ip|cidr: 203.0.113.0/24", "203.0.113.077", False),
        ("src_ip|cidr: 2001:db8::/32", "2001:DB8:0::1", True),
        ("src_ip|cidr: 2001:db8::/32", "203.0.113.77", False),
    ],
)
def test_networks_hold_addresses_not_texts(line: str, value: str, expected: bool) -> None:
    assert matches(line, value, field="src_ip") is expected


@pytest.mark.parametrize(
    ("pattern", "value"),
    [
        ("straße", "STRASSE"),
        ("STRASSE", "Straße"),
        ("ﬁle", "FILE"),  # a ligature
        ("ΣΊΣΥΦΟΣ", "σίσυφος"),
        ("Ｄａｔａ Loader", "data loader"),  # full width letters
        ("café", "CAFE\u0301"),  # composed and decomposed
    ],
)
def test_letters_of_every_script_compare_without_case(pattern: str, value: str) -> None:
    assert matches(f"operation: '{pattern}'", value)
    assert matches(f"operation|contains: '{pattern}'", f"x {value} y")
    assert not matches(f"operation|cased: '{pattern}'", value)


def test_lists_of_maps_are_alternatives_and_maps_are_joined() -> None:
    detection = "detection:\n  selection:\n    - operation: a\n      app: x\n    - operation: b\n  condition: selection"
    made = rules(rule("ONE", detection))
    with world([{"operation": "a", "app": "x"}, {"operation": "a"}, {"operation": "b"}]) as engine:
        evaluate(engine, made.rules)
        assert found(engine, "ONE", "detect_found") == [1, 3]


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("1 of sel_*", [1, 2, 3]),
        ("all of sel_*", [3]),
        ("1 of them", [1, 2, 3]),
        ("sel_a and not sel_b", [1]),
        ("not 1 of sel_*", [4]),
        ("sel_a or sel_b and not sel_a", [1, 2, 3]),
        ("not (sel_a and sel_b)", [1, 2, 4]),
    ],
)
def test_conditions(condition: str, expected: list[int]) -> None:
    detection = f"detection:\n  sel_a:\n    operation: a\n  sel_b:\n    app|contains: b\n  condition: {condition}"
    made = rules(rule("ONE", detection))
    events = [{"operation": "a"}, {"app": "abc"}, {"operation": "A", "app": "B"}, {"operation": "z"}]
    with world(events) as engine:
        evaluate(engine, made.rules)
        assert found(engine, "ONE", "detect_found") == expected


def test_keywords_are_looked_for_in_every_text_of_an_event() -> None:
    made = rules(rule("ONE", "detection:\n  keywords:\n    - 'Multi*Fetcher'\n    - 4711\n  condition: keywords"))
    events = [
        {"user_agent": "x multi-org-FETCHER/1"},
        {"detail": '{"a": "MultiFetcher"}'},
        {"job_id": "x4711"},
        {"operation": "Fetcher Multi"},
    ]
    with world(events) as engine:
        evaluate(engine, made.rules)
        assert found(engine, "ONE", "detect_found") == [1, 2, 3]


def test_vendor_fields_are_read_from_the_detail() -> None:
    made = rules(rule("ONE", SELECTION.format("detail.LOGIN_TYPE: i")))
    events = [{"detail": '{"LOGIN_TYPE": "i"}'}, {"detail": '{"LOGIN_TYPE": "A"}'}, {"detail": "{broken"}, {}]
    with world(events) as engine:
        evaluate(engine, made.rules)
        assert found(engine, "ONE", "detect_found") == [1]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("operation|fieldref: app", "SigmaFieldReference"),
        ("operation|hour: 3", "parts of a time"),
        ("operation|expand: '%names%'", "placeholder"),
        ('operation: "a\\0b"', "NUL"),
        (f"operation|re: '{'a' * 3000}'", "2000 characters"),
        ("operation|nosuch: x", "nosuch"),
        ("operation|re: '('", "("),
        ("operation|re: '(?=x)a'", "(?=x)a"),
    ],
)
def test_what_cannot_be_evaluated_is_a_problem_with_its_place(line: str, said: str) -> None:
    made = build_rules([("rules/bad.yml", rule("BAD", SELECTION.format(line)))], load_logsources())
    assert made.rules == ()
    assert [problem.place for problem in made.problems] == ["rules/bad.yml:9"]
    assert said in made.problems[0].what
