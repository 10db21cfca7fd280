"""The terminal view: three depths, nothing of the evidence obeyed, claimed and measured apart."""

import re

import pytest

from spillmark.model.case import Case
from spillmark.output import summary, text
from tests.output import cases

ALL = [cases.empty(), cases.rich(), cases.hostile()]


@pytest.mark.parametrize("depth", [0, 1, 2])
@pytest.mark.parametrize("case", ALL, ids=["empty", "rich", "hostile"])
def test_no_control_reaches_the_terminal(case: Case, depth: text.Depth) -> None:
    shown = text.render(case, depth=depth)
    assert not re.search(r"[^\n\x20-\x7e\u00a0-\U0010ffff]", shown)
    assert not re.search("[\u202a-\u202e\u2066-\u2069\u200b-\u200f\ufeff]", shown)
    assert not re.search(r"(?i)\bhttps?://", shown)


def test_no_text_of_evidence_begins_a_line() -> None:
    assert "E9:1 forged line" in text.render(cases.hostile())
    assert not re.search(r"^\s*E9:1 forged", text.render(cases.hostile()), re.MULTILINE)


def test_the_answers_come_first_and_in_order() -> None:
    shown = text.render(cases.rich())
    titles = [
        "What happened",
        "Why it matters",
        "Whose data",
        "What to do now",
        "Clocks",
        "Timeline (UTC)",
        "Exposure, measured",
        "Exposure, claimed by reports (not measured)",
        "Claimed against measured",
        "Findings by rule",
        "Weaknesses",
        "Actions",
        "What we could not see",
    ]
    places = [shown.index(f"\n{title}\n") for title in titles]
    assert places == sorted(places)


def test_depth_adds_reasons_then_references() -> None:
    plain, reasons, proof = (text.render(cases.rich(), depth=depth) for depth in (0, 1, 2))
    assert "Verify:" not in plain
    assert "Verify:" in reasons
    assert "[E3:142 F1 F2]" not in reasons
    assert "[E3:142 F1 F2]" in proof


def test_claimed_and_measured_stand_apart() -> None:
    shown = text.render(cases.rich())
    measured = shown[shown.index("Exposure, measured") : shown.index("Exposure, claimed")]
    assert "400" not in measured
    assert "1,188 certain, 16 possible" in measured


def test_width_is_kept() -> None:
    shown = text.render(cases.rich(), depth=2, width=60)
    assert max(len(line) for line in shown.splitlines() if "brackwater.example" not in line) <= 90
    assert sum(len(line) > 60 for line in shown.splitlines()) <= 2  # the title and one long token


def test_colour_only_where_wanted() -> None:
    plain, colour = text.render(cases.rich()), text.render(cases.rich(), colour=True)
    assert "\x1b" not in plain
    assert "\x1b[1m" in colour
    assert re.sub(r"\x1b\[\d+m", "", colour) == plain


def test_empty_parts_say_why() -> None:
    shown = text.render(cases.empty())
    assert "No evidence to check" in shown
    assert "No claims to show: no reports were given." in shown


def test_a_huge_case_is_cut_with_its_denominator() -> None:
    shown = text.render(cases.huge(1_000), depth=2)
    assert "50 of 1,000 shown, full list in case.json." in shown
    assert len(shown) < 1_000_000


@pytest.mark.parametrize("case", ALL, ids=["empty", "rich", "hostile"])
def test_the_summary_has_ten_lines(case: Case) -> None:
    lines = summary.render(case, "case/report.html").splitlines()
    assert len(lines) == 10
    assert lines[-1].startswith("Report       case/report.html (log head ")
    assert all(len(line) < 300 for line in lines)
    assert "\x1b" not in "".join(lines)


def test_the_summary_says_what_matters() -> None:
    shown = summary.render(cases.rich(), "case/report.html")
    for part in (
        "15 Jul 2025 14:10:31 to 15:22:05 UTC",
        "through app Data Loader Pro from 203.0.113.77",
        "Contact 1,188 certain, 16 possible, 9 in no copy; Policy__c 1,930 certain, 0 possible; upper bound open.",
        "1,188 certain, 16 possible: US-CA 611, FR 377, US-NY 204, US-ME 12.",
        "New York Attorney General, N.Y. Gen. Bus. Law 899-aa: due 20 Jul 2025 (1 day late).",
        "Now: Revoke all tokens of the app Data Loader Pro and block it.",
        "Claimed: About 400 customers",
        "1 not read, 1 failed, 1 read in part; first: notes/scan_0001.tiff",
        cases.rich().log_head,
    ):
        assert part in shown


def test_the_summary_of_nothing() -> None:
    shown = summary.render(cases.empty(), "r.html")
    assert "No evidence to check: none was given." in shown
    assert "None was measured as taken." in shown
