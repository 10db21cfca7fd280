"""Invented cases: a rich one, one whose every text is hostile, an empty one and a huge one. All names are made up."""

from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar, cast

from spillmark.model.case import Case, CitedRow, Conflict, Content, Factor, SeverityScore, Story
from spillmark.model.duty import NotTriggered, Question
from spillmark.model.report import Campaign, Report
from spillmark.model.scope import PeopleCount
from tests.output import claimed, due, measured

T = TypeVar("T")


def empty() -> Case:
    """A case without any evidence."""
    return Case(
        schema_="case/1",
        id="c-000",
        title="Nothing given",
        built_at="2025-07-21T08:00:00Z",
        tool="spillmark 0.1.0",
        content=Content("0" * 64, {}),
        log_head="f" * 64,
    )


def rich() -> Case:
    """The theft from Brackwater Life as a case should tell it."""
    return replace(
        empty(),
        id="brackwater-2025-07",
        title="Theft of customer records from Brackwater Life through a look-alike connected app",
        content=Content(
            "8d1f" * 16, {"laws": "2025.07", "mappings": "2025.07.1", "playbooks": "3", "rules": "2025.07.2"}
        ),
        log_head="3fa9c2e7" * 8,
        evidence=claimed.evidence(),
        coverage=claimed.coverage(),
        skipped=claimed.skipped(),
        reports=(
            Report(
                "E1", "reports/press.txt", "Insurer hit by phone scam", None, "The Coastal Ledger", "2025-07-18", "en"
            ),
            Report("E2", "reports/statement.html", "Our statement", None, "Brackwater Life", "2025-07-18", "en"),
        ),
        incidents=(claimed.incident(),),
        campaigns=(
            Campaign(
                "K1",
                "Fake help-desk calls of summer 2025",
                ("Gilded Heron",),
                ("salesforce",),
                ("I1",),
                ("same app name",),
            ),
        ),
        findings=measured.findings(),
        timeline=measured.timeline(),
        scope=measured.scope(),
        weaknesses=measured.weaknesses(),
        conflicts=(
            Conflict(
                "“About 400 customers” (statement of Brackwater Life, 18 July 2025)",
                "About 400 customers, contact details only.",
                "At least 1,188 people, at most 1,204; 412 of them with a policy number.",
                ("E2:210-262", "E7:1", "F5"),
            ),
            Conflict(
                "“No policy information was involved”",
                "Policy information did not leave.",
                "A bulk query on Policy__c returned 1,930 rows with policy numbers.",
                ("E2:301-340", "E9:2", "F6"),
            ),
        ),
        severity=SeverityScore(
            "ENISA 2013",
            "high",
            3.25,
            (
                Factor("Data processing context", 2.0, "Contact data with policy numbers of an insurer.", ("E9:2",)),
                Factor("Ease of identification", 1.0, "Full names with e-mail addresses.", ("E7:1",)),
                Factor("Circumstances", 0.25, "Malicious intent; data left the organisation.", ("F2",)),
            ),
        ),
        duties=due.duties(),
        not_triggered=(
            NotTriggered("us-hipaa", ("Brackwater Life is no covered entity (facts: hipaa_covered_entity is false).",)),
            NotTriggered("us-tx", ("No affected person resides in Texas.",)),
            NotTriggered(
                "uk-gdpr", ("No affected person resides in the United Kingdom, and there is no establishment there.",)
            ),
        ),
        questions=(
            Question(
                "clock.determination",
                "When did Brackwater Life determine that a breach occurred?",
                "General counsel",
                ("D4", "D5"),
            ),
            Question(
                "incident.harm", "Is a high risk for the persons likely (GDPR art. 34)?", "Privacy officer", ("D3",)
            ),
            Question("flags.sec_registrant", "Is Brackwater Life a registrant of the SEC?", None, ("D7",)),
        ),
        actions=due.actions(),
        story=due.story(),
    )


def cited() -> dict[str, CitedRow]:
    """Rows that the rich case cites, unmasked, as the case folder keeps them."""
    rows = {
        "E3:142": {
            "EVENT_TYPE": "Login",
            "TIMESTAMP_DERIVED": "2025-07-15T14:10:31.000Z",
            "USER_NAME": "dana.whitlock@brackwater.example",
            "USER_ID": "0058Z000001AbCdQAK",
            "SOURCE_IP": "203.0.113.77",
            "LOGIN_TYPE": "i",
            "URI": "/services/oauth2/token",
        },
        "E7:1": {
            "EventDate": "2025-07-15T15:03:10Z",
            "Query": "SELECT Id, Name, Email FROM Contact WHERE MailingCountry IN ('US','FR')",
            "RowsProcessed": "1204",
        },
        "E11:7": {
            "Id": "0038Z000002abcDQAQ",
            "FirstName": "Marguerite",
            "LastName": "Oduya",
            "Email": "m.oduya@example.org",
            "Phone": "+1 207 555 0142",
            "Birthdate": "1961-02-03",
        },
    }
    return {ref: CitedRow(ref, f"row {ref}", fields_) for ref, fields_ in rows.items()}


def hostile() -> Case:
    """The rich case with every free text replaced by text that would harm a page, a terminal or a spreadsheet."""
    return cast("Case", _spoilt(rich(), ""))


ATTACKS = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    '"><a href="https://evil.example/steal">click</a>',
    "javascript:alert(1)",
    '=HYPERLINK("https://evil.example","pay")',
    "\x1b[2J\x1b[31mred\x1b[0m\x07",
    "\u202egnp.exe\u202c \u2066hidden\u2069",
    "</style></title><style>*{display:none}</style>",
    "{{ 7*7 }} {% raw %} {# x #}",
    "https://evil.example/login?user=a@example.com www.evil.example ftp://evil.example",
    "a\nE9:1 forged line\r\nover",
    "Z\u0351\u0352\u0353\u0354\u0355\u0356\u0357algo \u200b\u200d\ufeff zero width",
    "W" * 4_000,
    "]]> --> <!-- &lt; &amp; ' \"",
)
_CLOSED = {
    "schema_",
    "phase",
    "severity",
    "confidence",
    "kind",
    "level",
    "status",
    "audience",
    "obliged",
    "when",
    "verdict",
    "upper",
    "unit",
    "bound",
    "source",
    "attribution",
    "role",
    "action",
    "risk",
}


def _spoilt(value: object, name: str, counter: list[int] | None = None) -> object:
    """Replaces free texts, one attack after another; values of closed lists, times and references stay."""
    at = counter if counter is not None else [0]
    if is_dataclass(value) and not isinstance(value, type):
        parts = {one.name: _spoilt(getattr(value, one.name), one.name, at) for one in fields(value)}
        return replace(cast("Any", value), **parts)
    if isinstance(value, tuple):
        kept = name in {"proof", "findings", "duties", "reports"} and all(isinstance(one, str) for one in value)
        return (*value, *ATTACKS[:4]) if kept else tuple(_spoilt(one, name, at) for one in value)
    if isinstance(value, dict):
        return {str(_spoilt(key, "", at)): one for key, one in value.items()}
    if isinstance(value, str) and name not in _CLOSED and not (name == "source" and value in {"victim", "press"}):
        at[0] += 1
        return ATTACKS[at[0] % len(ATTACKS)] if not _reference_like(name, value) else value
    return value


def _reference_like(name: str, value: str) -> bool:
    return name in {"id", "report", "evidence"} and len(value) < 4


def huge(findings: int = 5_000) -> Case:
    """A case with thousands of everything and a query of a megabyte."""
    case = rich()
    many = findings
    long_query = "SELECT Id FROM Contact WHERE Name IN (" + ", ".join(f"'N{i}'" for i in range(100_000)) + ")"
    return replace(
        case,
        findings=_repeat(
            case.findings,
            many,
            lambda one, i: replace(
                one, id=f"F{i}", rule=f"rule-{i % 40}", proof=tuple(f"E{i % 50 + 1}:{j}" for j in range(i, i + 60))
            ),
        ),
        timeline=_repeat(
            case.timeline,
            many,
            lambda one, i: replace(
                one, time=f"2025-07-{i % 20 + 1:02d}T{i % 24:02d}:{i % 60:02d}:00Z", findings=(f"F{i + 1}",)
            ),
        ),
        evidence=_repeat(case.evidence, many, lambda one, i: replace(one, id=f"E{i + 1}")),
        duties=_repeat(
            case.duties,
            many,
            lambda one, i: replace(one, id=f"D{i + 1}", content=tuple(f"item {j} " * 20 for j in range(60))),
        ),
        actions=_repeat(case.actions, many, lambda one, i: replace(one, id=f"A{i + 1}")),
        skipped=_repeat(case.skipped, many, lambda one, i: replace(one, why=one.why * 50)),
        coverage=_repeat(case.coverage, 400, lambda one, i: replace(one, source=f"source.{i}", gaps=one.gaps * 100)),
        incidents=_repeat(
            case.incidents,
            400,
            lambda one, i: replace(one, id=f"I{i}", title=f"Incident {i}", statements=one.statements * 20),
        ),
        conflicts=case.conflicts * 1_000,
        weaknesses=case.weaknesses * 1_000,
        questions=case.questions * 1_000,
        not_triggered=case.not_triggered * 1_000,
        story=Story(*(getattr(case.story, one.name) * 500 for one in fields(Story))),
        scope=replace(
            case.scope,
            objects=_repeat(
                case.scope.objects,
                400,
                lambda one, i: replace(
                    one,
                    object=f"Object_{i}__c",
                    fields=tuple(f"Field_{j}__c" for j in range(800)),
                    queries=tuple(replace(query, text=long_query) for query in one.queries * 20)
                    if i < 8
                    else one.queries,
                ),
            ),
            people=PeopleCount(
                10_000_000, 5, {f"XX-{i}": i for i in range(3_000)}, {f"class_{i}": i for i in range(500)}, 7
            ),
            not_taken=case.scope.not_taken * 500,
            requests=case.scope.requests * 500,
            why_open=tuple(f"reason {i}" for i in range(3_000)),
        ),
    )


def _repeat(rows: tuple[T, ...], number: int, change: Callable[[T, int], T]) -> tuple[T, ...]:
    return tuple(change(rows[index % len(rows)], index) for index in range(number))
