"""The four answers: claimed apart from measured, every sentence proven, the nearest clock first."""

from dataclasses import replace

from spillmark.case import claimed
from spillmark.case.severity import assess
from spillmark.case.story import Plot, story
from spillmark.model.duty import Duty, Start
from spillmark.model.evidence import Coverage
from spillmark.model.org import Org, Organisation
from spillmark.model.report import Advice, Affected, Incident, Risk, Statement, Victim
from spillmark.model.scope import RecordCount, ReplayedQuery, Scope, TakenObject

ORG = Org(Organisation(name="Brackwater Life"))


def incident(name: str, report: str, **more: object) -> Incident:
    said = tuple(Statement(field, None, report, 1, 9, "quote") for field in FIELDS)
    base = Incident(name.lower(), f"{name} theft", Victim(name), reports=(report,), statements=said)
    return replace(base, **more)  # type: ignore[arg-type]


FIELDS = ("victim", "affected", "data_taken", "why_it_matters", "actions", "vectors")


def duty(ident: str, due: str | None, **more: object) -> Duty:
    base = Duty(
        ident, "eu-gdpr", f"authority {ident}", "authority", "owner", True, "FR", "running",
        Start("awareness", None), due, None, None, None, (), (), (), "art. 33", "verified", (),
    )  # fmt: skip
    return replace(base, **more)  # type: ignore[arg-type]


def plot(**more: object) -> Plot:
    base = Plot(
        deeds=(), findings=(), coverage=(), scope=Scope(), severity=assess((), ()), incidents=(), conflicts=(),
        duties=(), actions=(), org=ORG, logs_read=False,
    )  # fmt: skip
    return replace(base, **more)  # type: ignore[arg-type]


def test_reports_alone_answer_all_four_questions_as_claims() -> None:
    told = incident(
        "Harbour Bank",
        "E1",
        affected=(Affected(1_400_000, "people", "about", source="victim"),),
        why_it_matters=(Risk("identity_theft"),),
        actions=(Advice("organisation", "mfa"), Advice("individual", "mfa")),
    )
    answers = story(plot(incidents=(told,)))
    assert [s.text for s in answers.whose_data] == [
        "Claimed for Harbour Bank: about 1,400,000 people, as the victim says."
    ]
    assert [s.text for s in answers.why_it_matters] == ["Claimed for Harbour Bank: risk of identity theft."]
    assert [s.text for s in answers.what_to_do] == ["Named in the reports on Harbour Bank: mfa."]
    assert all(s.proof == ("E1:1-9",) for part in vars(answers).values() for s in part)


def test_beside_a_measured_theft_others_are_named_in_one_sentence() -> None:
    incidents = [incident("Brackwater Life", "E1"), *(incident(f"House {n}", "E2") for n in range(12))]
    told = claimed.Told.of(incidents, ORG, measured=True)
    texts = [s.text for s in claimed.happened(told)]
    assert texts[0].startswith("Claimed: 1 report tells of a theft from Brackwater Life")
    assert texts[1].startswith("Claimed, of others")
    assert "4 more" in texts[1]
    assert len(texts) == 2


def test_a_joint_figure_names_the_other_houses() -> None:
    joint = Affected(33_000_000, "people", "about", joint_with=("almerys-2024",))
    incidents = [incident("A", "E1", affected=(joint,)), replace(incident("B", "E1"), id="almerys-2024")]
    told = claimed.Told.of(incidents, ORG, measured=False)
    assert "together with B" in next(iter(claimed.whose(told))).text


def test_a_claim_without_a_quote_is_not_told() -> None:
    bare = replace(incident("A", "E1", affected=(Affected(5, "people", "exact"),)), statements=())
    assert list(claimed.whose(claimed.Told.of([bare], ORG, measured=False))) == []


def test_the_nearest_clock_stands_first_whatever_its_offset() -> None:
    duties = (
        duty("D1", "2025-07-22"),
        duty("D2", "2025-07-21T23:00:00-07:00"),
        duty("D3", "2025-07-21T20:00:00Z"),
        duty("D4", "2025-07-01", status="met"),
        duty("D5", None),
    )
    first = story(plot(duties=duties)).what_to_do[0]
    assert "authority D3 by 21 July 2025 20:00 UTC" in first.text
    assert first.proof == ("D3", "Leu-gdpr")


def test_silence_of_the_rules_is_no_proof_of_absence() -> None:
    covered = (Coverage("salesforce.elf.login", None, None, proof=("E1:1",)),)
    answers = story(plot(logs_read=True, coverage=covered))
    assert "no proof of absence" in answers.what_happened[0].text
    assert answers.what_happened[0].proof == ("E1:1",)
    assert answers.whose_data == ()


def test_an_open_bound_is_said_once_with_its_first_reasons() -> None:
    query = ReplayedQuery("SELECT Id FROM A", "2025-07-15T15:02:00Z", 5, None, (), ("E2:7",))
    taken = TakenObject("A", (), (), RecordCount(0, 0, 5, 5), (query,))
    reasons = tuple(f"reason {number}." for number in range(5))
    texts = [s.text for s in story(plot(scope=Scope("open", reasons, (taken,)))).whose_data]
    (said,) = [text for text in texts if "upper bound is open" in text]
    assert said.endswith("reason 0; reason 1; reason 2; 2 more reasons stand under Exposure.")
    assert any("which fields is not known" in text for text in texts)
