"""Lists are sorted, grouped and cut the same way for every view."""

from dataclasses import replace

from spillmark.model.finding import TimelineRow
from spillmark.output import claims, page, places
from tests.output import cases


def test_a_cut_list_says_its_denominator() -> None:
    assert page.cut(range(1_234), 200, "people.parquet").note == "200 of 1,234 shown, full list in people.parquet."
    assert page.cut(range(200), 200).note == ""


def test_findings_are_grouped_by_rule_the_gravest_first() -> None:
    groups = page.by_rule(cases.rich().findings, 200)
    assert [(group.rule, group.total, group.events) for group in groups][:2] == [
        ("sf-bulk-export", 2, 4),
        ("sf-oauth-lookalike", 1, 1),
    ]
    assert groups[0].first == "2025-07-15T15:02:00Z"
    assert groups[0].last == "2025-07-15T15:20:50Z"


def test_a_noisy_rule_does_not_hide_the_others() -> None:
    first = cases.rich().findings[0]
    noisy = [replace(first, id=f"F{i}", rule="noisy") for i in range(900)]
    quiet = [replace(first, id=f"F{900 + i}", rule=f"quiet-{i}") for i in range(3)]
    groups = page.by_rule([*noisy, *quiet], 50)
    assert {group.rule: len(group.findings) for group in groups} == {
        "noisy": 47,
        "quiet-0": 1,
        "quiet-1": 1,
        "quiet-2": 1,
    }
    assert sum(len(group.findings) for group in page.by_rule(noisy, 50)) == 50


def test_gaps_stand_among_the_acts() -> None:
    kinds = [type(row).__name__ for row in page.moments(cases.rich())]
    assert kinds.index("Silence") == 7
    times = [row.time for row in page.moments(cases.rich()) if isinstance(row, TimelineRow)]
    assert times == sorted(times)


def test_people_by_region_have_their_denominator_and_name() -> None:
    rows = page.regions(cases.rich().scope.people)
    assert [(row.code, row.name, row.people, row.whole) for row in rows][:2] == [
        ("US-CA", "California, United States", 611, 1_204),
        ("FR", "France", 377, 1_204),
    ]


def test_places() -> None:
    assert places.name("GB") == "United Kingdom"
    assert places.name("EU") == "European Union, country not known"
    assert places.name("DE-BE") == "Berlin, Germany"
    assert places.name("US-??") == "US-??, United States"
    assert places.name("<b>") == "<b>"


def test_a_class_that_nobody_counted_stays_unknown() -> None:
    rows = {row.name: row.people for row in page.classes(cases.rich())}
    assert rows["account identifier"] is None
    assert rows["name"] == 1_204


def test_figures_at_a_glance() -> None:
    figures = {one.name: (one.value, one.note) for one in page.glance(cases.rich())}
    assert figures["People affected"] == ("1,188 to 1,204", "1,188 certain, 16 possible; upper bound open")
    assert figures["Policy__c records"] == ("1,930", "1,930 logged")
    assert figures["Next duty due"] == ("20 Jul 2025", "New York Attorney General; 1 day late")
    assert page.glance(cases.empty())[0].note == "nothing was measured"


def test_conditions_that_all_exclusions_share_are_read_once() -> None:
    first, second = cases.rich().scope.not_taken
    alike = (replace(first, holds_if=("a", "b")), replace(second, holds_if=("b", "c", "a")))
    found = page.exclusions(alike)
    assert found.shared == ("a", "b")
    assert [one.holds_if for one in found.each] == [(), ("c",)]
    assert page.exclusions((first,)) == page.Exclusions((), (first,))


def test_claims_keep_their_bounds_and_quotes() -> None:
    rows = [(one.about, one.says, one.by, one.proof) for one in claims.exposure(cases.rich().incidents)]
    assert rows[0] == ("Affected", "about 400 people", "the organisation hit", ("E2:210-262",))
    assert rows[1] == ("Affected", "at least 90,000 records", "the attacker", ("E1:612-668",))
    assert rows[2] == ("Affected", "most of 31,000 people", "the press", ("E1:401-440",))
    assert rows[4] == (
        "Data said not to be taken",
        "insurance policy, national ID",
        "the report",
        ("E2:301-340",),
    )


def test_stated_values_in_words() -> None:
    said = [claims.stated(one) for one in cases.rich().incidents[0].statements]
    assert said == [
        "about 400 people",
        "at least 90,000 records",
        "most of 31,000 people",
        "e-mail",
        "insurance policy",
        "vishing",
    ]
    assert claims.value({"name": "FBI", "status": None, "told": True}) == "name FBI, told yes"


def test_actions_stand_in_the_order_of_their_time() -> None:
    case = replace(cases.rich(), actions=tuple(reversed(cases.rich().actions)))
    assert [title for title, _ in page.actions(case, 200)] == ["Now", "Today", "This week"]
    assert sum(len(group) for _, group in page.actions(case, 2)) == 2
