"""Invented cases: a rich one, one whose every text is hostile, an empty one and a huge one. All names are made up."""

from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar, cast

from spillmark.model.case import (
    Action,
    Case,
    CitedRow,
    Conflict,
    Content,
    Factor,
    Sentence,
    SeverityScore,
    Story,
    Weakness,
)
from spillmark.model.duty import Alternative, Duty, NotTriggered, Question, Start
from spillmark.model.evidence import Coverage, Evidence, Gap, Skip
from spillmark.model.finding import Actor, Finding, TimelineRow
from spillmark.model.report import (
    Advice,
    Affected,
    Campaign,
    Dates,
    Extortion,
    Incident,
    Report,
    Risk,
    Statement,
    ThirdParty,
    ThreatActor,
    Victim,
)
from spillmark.model.scope import (
    Exclusion,
    PeopleCount,
    RecordCount,
    ReplayedQuery,
    Request,
    Scope,
    TakenObject,
)

T = TypeVar("T")
LOOKALIKE = Actor("dana.whitlock@brackwater.example", "Data Loader Pro", ("203.0.113.77",), ("python-requests/2.32",))


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
        evidence=_evidence(),
        coverage=_coverage(),
        skipped=_skipped(),
        reports=(
            Report(
                "E1", "reports/press.txt", "Insurer hit by phone scam", None, "The Coastal Ledger", "2025-07-18", "en"
            ),
            Report("E2", "reports/statement.html", "Our statement", None, "Brackwater Life", "2025-07-18", "en"),
        ),
        incidents=(_incident(),),
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
        findings=_findings(),
        timeline=_timeline(),
        scope=_scope(),
        weaknesses=_weaknesses(),
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
        duties=_duties(),
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
        actions=_actions(),
        story=_story(),
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


def _evidence() -> tuple[Evidence, ...]:
    digest = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
    logs = (
        ("E3", "logs/Login_2025-07.csv", "salesforce.elf", 4_812, 4_812, 0),
        ("E4", "logs/ApiTotalUsage_2025-07.csv", "salesforce.elf", 18_904, 18_902, 2),
        ("E5", "logs/BulkApi2_2025-07.csv", "salesforce.elf", 61, 61, 0),
        ("E6", "logs/OauthToken.csv", "salesforce.object", 214, 214, 0),
        ("E7", "logs/BulkApiResultEventStore.json", "salesforce.realtime", 3, 3, 0),
        ("E8", "logs/ApiEvent.json", "salesforce.realtime", 39, 39, 0),
        ("E9", "logs/UniqueQuery_2025-07.csv", "salesforce.elf", 57, 57, 0),
        ("E10", "logs/SetupAuditTrail.csv", "salesforce.object", 120, 120, 0),
    )
    parsed = tuple(
        Evidence(
            ident,
            path,
            digest,
            rows * 211,
            cast("Any", kind),
            rows,
            events,
            bad,
            "2025-07-01T00:02:11Z",
            "2025-07-20T23:58:40Z",
        )
        for ident, path, kind, rows, events, bad in logs
    )
    return (
        Evidence("E1", "reports/press.txt", digest, 3_412, "report"),
        Evidence("E2", "reports/statement.html", digest, 1_904, "report"),
        *parsed,
        Evidence("E11", "export.zip!Contact.csv", digest, 1_204_551, "salesforce.export", 4_310),
        Evidence("E12", "export.zip!Policy__c.csv", digest, 802_118, "salesforce.export", 1_930),
        Evidence("E13", "settings/connected_apps.json", digest, 12_118, "salesforce.settings", 41),
        Evidence("E14", "notes/scan_0001.tiff", digest, 88_120, "unknown"),
    )


def _coverage() -> tuple[Coverage, ...]:
    return (
        Coverage(
            "salesforce.elf.login",
            "2025-07-01T00:02:11Z",
            "2025-07-20T23:58:40Z",
            (),
            "2025-08-14T00:00:00Z",
            ("E3:1", "E3:4812"),
        ),
        Coverage(
            "salesforce.realtime.api_event",
            "2025-07-15T14:18:02Z",
            "2025-07-15T14:20:44Z",
            (
                Gap(
                    "2025-07-15T15:10:00Z",
                    "2025-07-15T15:40:00Z",
                    "A scheduled pull failed; the file of that half hour is missing.",
                ),
            ),
            "2026-01-15T00:00:00Z",
            ("E8:1",),
        ),
        Coverage("salesforce.setup_audit_trail", "2025-07-01T08:00:00Z", "2025-07-19T17:02:00Z", (), None, ("E10:1",)),
    )


def _skipped() -> tuple[Skip, ...]:
    return (
        Skip(
            "E14",
            "notes/scan_0001.tiff",
            "It is a picture; Spillmark reads no text from pictures. Give the text as .txt.",
            "unread",
        ),
        Skip(
            "E4",
            "logs/ApiTotalUsage_2025-07.csv",
            "2 of 18,904 records have fewer cells than the header (records 77 and 9,020).",
            "partial",
        ),
        Skip(None, "Law pack us-nd", "One sample of the pack failed; the pack was not evaluated.", "failed"),
        Skip(
            "E10",
            "logs/SetupAuditTrail.csv",
            "Field DelegateUser is mapped by nothing; it is kept in the detail.",
            "note",
        ),
    )


def _incident() -> Incident:
    figure = {"value": 400, "unit": "people", "bound": "about"}
    return Incident(
        id="I1",
        title="Brackwater Life",
        victim=Victim("Brackwater Life", (), "insurance", "US", 31_000),
        third_parties=(ThirdParty("Salesforce", "platform"), ThirdParty(None, "processor")),
        actors=(ThreatActor("Gilded Heron", (), "claimed"),),
        affected=(
            Affected(400, "people", "about", source="victim"),
            Affected(90_000, "records", "at_least", source="actor"),
            Affected(None, "people", "most_of", of=31_000, source="press"),
        ),
        data_taken=("name", "email", "phone", "postal_address"),
        data_not_taken=("insurance_policy", "national_id"),
        vectors=("vishing", "malicious_oauth_app"),
        techniques=("T1566.004",),
        dates=Dates("2025-07-15", None, "2025-07-17", "2025-07-18"),
        extortion=Extortion(demanded=True),
        why_it_matters=(Risk("phishing"),),
        actions=(Advice("individual", "be_wary"),),
        reports=("E1", "E2"),
        statements=(
            Statement(
                "affected",
                cast("Any", figure),
                "E2",
                210,
                262,
                "the contact details of about 400 customers may have been seen",
            ),
            Statement(
                "affected",
                cast("Any", {"value": 90_000, "unit": "records", "bound": "at_least"}),
                "E1",
                612,
                668,
                "the group says that it holds more than 90,000 records",
            ),
            Statement(
                "affected",
                cast("Any", {"value": None, "unit": "people", "bound": "most_of", "of": 31_000}),
                "E1",
                401,
                440,
                "most of the insurer's 31,000 customers",
            ),
            Statement("data_taken", "email", "E2", 214, 229, "contact details"),
            Statement("data_not_taken", "insurance_policy", "E2", 301, 340, "No policy information was involved"),
            Statement(
                "vectors", "vishing", "E1", 120, 188, "a caller who posed as the help desk talked an agent into it"
            ),
        ),
    )


def _findings() -> tuple[Finding, ...]:
    def one(
        ident: str, rule: str, title: str, severity: str, phase: str, first: str, last: str, count: int, *proof: str
    ) -> Finding:
        return Finding(
            ident,
            rule,
            title,
            cast("Any", severity),
            "high",
            cast("Any", phase),
            ("T1213.004",),
            f"2025-07-15T{first}Z",
            f"2025-07-15T{last}Z",
            count,
            LOOKALIKE,
            proof,
        )

    return (
        one(
            "F1",
            "sf-login-new-network",
            "Token login from a network never seen for this user",
            "medium",
            "access",
            "14:10:31",
            "14:10:31",
            1,
            "E3:142",
        ),
        one(
            "F2",
            "sf-oauth-lookalike",
            "Connected app whose name copies a known tool",
            "high",
            "persistence",
            "14:10:31",
            "14:10:31",
            1,
            "E6:88",
            "E3:142",
        ),
        one(
            "F3",
            "sf-object-enumeration",
            "Objects listed and described in a row",
            "medium",
            "discovery",
            "14:12:05",
            "14:16:40",
            14,
            "E4:5120",
            "E4:5121",
            "E4:5133",
        ),
        one(
            "F4",
            "sf-count-before-export",
            "Rows counted before an export",
            "high",
            "discovery",
            "14:18:02",
            "14:20:44",
            3,
            "E8:31",
            "E8:32",
            "E8:33",
        ),
        one(
            "F5",
            "sf-bulk-export",
            "Bulk query job of an app that never ran one",
            "critical",
            "exfiltration",
            "15:02:00",
            "15:03:10",
            2,
            "E5:44",
            "E7:1",
            "E11:7",
        ),
        one(
            "F6",
            "sf-bulk-export",
            "Bulk query job of an app that never ran one",
            "critical",
            "exfiltration",
            "15:20:00",
            "15:20:50",
            2,
            "E5:45",
            "E9:2",
        ),
        one(
            "F7",
            "sf-bulk-job-deleted",
            "Bulk query job deleted after its result was fetched",
            "high",
            "evasion",
            "15:22:05",
            "15:22:05",
            2,
            "E5:46",
            "E4:5290",
        ),
    )


def _timeline() -> tuple[TimelineRow, ...]:
    who = "dana.whitlock through Data Loader Pro"

    def one(
        time: str, phase: str, act: str, thing: str | None, rows: int | None, findings: str, *proof: str
    ) -> TimelineRow:
        return TimelineRow(time, cast("Any", phase), who, act, thing, rows, tuple(findings.split()), proof)

    return (
        TimelineRow(
            "2025-07-15T14:02:00Z",
            "preparation",
            "unknown caller",
            "A caller who posed as the help desk spoke to Dana Whitlock.",
            None,
            None,
            (),
            ("E1:120-188",),
        ),
        one(
            "2025-07-15T14:10:31Z", "access", "Logged in with a token from 203.0.113.77.", None, None, "F1 F2", "E3:142"
        ),
        one(
            "2025-07-15T14:12:05Z",
            "discovery",
            "Listed the objects and described Contact and Policy__c.",
            "Contact",
            None,
            "F3",
            "E4:5120",
        ),
        one("2025-07-15T14:18:02Z", "discovery", "Counted the rows of Contact.", "Contact", 1, "F4", "E8:31"),
        one("2025-07-15T14:18:40Z", "discovery", "Counted the rows of Policy__c.", "Policy__c", 1, "F4", "E8:32"),
        one("2025-07-15T14:20:44Z", "collection", "Read a sample of Contact.", "Contact", 5, "F4", "E8:33"),
        one(
            "2025-07-15T15:03:10Z",
            "exfiltration",
            "Downloaded the result of a bulk query on Contact.",
            "Contact",
            1_204,
            "F5",
            "E5:44",
            "E7:1",
        ),
        one(
            "2025-07-15T15:20:50Z",
            "exfiltration",
            "Downloaded the result of a bulk query on Policy__c.",
            "Policy__c",
            1_930,
            "F6",
            "E5:45",
            "E9:2",
        ),
        one(
            "2025-07-15T15:22:05Z",
            "evasion",
            "Deleted the bulk query job on Policy__c.",
            "Policy__c",
            None,
            "F7",
            "E5:46",
        ),
        TimelineRow(
            "2025-07-17T09:30:00Z",
            "extortion",
            "Gilded Heron",
            "A demand for payment reached the board.",
            None,
            None,
            (),
            ("E1:612-668",),
        ),
        TimelineRow(
            "2025-07-18T09:00:00Z",
            "response",
            "Brackwater Life",
            "Discovered the theft and revoked the token.",
            None,
            None,
            (),
            ("E6:88",),
        ),
    )


def _scope() -> Scope:
    contact = ReplayedQuery(
        "SELECT Id, Name, Email, Phone, MailingStreet, MailingCity, MailingState, MailingCountry\nFROM Contact\nWHERE MailingCountry IN ('US','FR') AND Email != 'dana.whitlock@brackwater.example' AND LastName LIKE 'O%'",
        "2025-07-15T15:02:00Z",
        1_204,
        1_199,
        (
            "5 rows fewer: 9 records were hard-deleted and 4 were created since the theft.",
            "Count agrees after these are accounted for.",
        ),
        ("E7:1", "E5:44"),
    )
    policy = ReplayedQuery(
        "SELECT Id, Name, Contact__c, Product__c, Start__c FROM Policy__c",
        "2025-07-15T15:20:00Z",
        1_930,
        1_930,
        ("Count agrees; nothing was altered since.",),
        ("E9:2",),
    )
    return Scope(
        upper="open",
        why_open=(
            "The half hour from 15:10 to 15:40 UTC on 15 July has no ApiEvent file; a read in it would not be seen.",
        ),
        objects=(
            TakenObject(
                "Contact",
                ("Id", "Name", "Email", "Phone", "MailingStreet", "MailingCity", "MailingState", "MailingCountry"),
                ("name", "email", "phone", "postal_address"),
                RecordCount(1_188, 16, 1_204, 9),
                (contact,),
            ),
            TakenObject(
                "Policy__c",
                ("Id", "Name", "Contact__c", "Product__c", "Start__c"),
                ("insurance_policy", "account_identifier"),
                RecordCount(1_930, 0, 1_930, 0),
                (policy,),
            ),
        ),
        people=PeopleCount(
            1_188,
            16,
            {"US-CA": 611, "US-ME": 12, "US-NY": 204, "FR": 377},
            {"name": 1_204, "email": 1_190, "phone": 902, "postal_address": 1_141, "insurance_policy": 412},
            3,
        ),
        not_taken=(
            Exclusion(
                "No tax number left.",
                "The fields of every query are known, and Policy__c.Tax_Id__c is in none of them.",
                (
                    "the logs of 1 to 20 July are complete except for the gap named above",
                    "the token was used through the API only",
                ),
                ("E9:2", "E7:1"),
            ),
            Exclusion(
                "No record of Account left.",
                "No query and no read named the object.",
                ("the missing half hour holds no read of it",),
                ("E9:1", "F3"),
            ),
        ),
        requests=(
            Request(
                "The hourly event log files of 15 July, 15:00 to 16:00 UTC",
                "Salesforce support",
                "2025-08-14",
                "They would close the gap and bound the theft.",
                ("E8:1",),
            ),
            Request(
                "A written statement on what the help-desk provider saw",
                "Calling Card Ltd",
                None,
                "The call was made through their line.",
            ),
        ),
    )


def _weaknesses() -> tuple[Weakness, ...]:
    return (
        Weakness(
            "sf-connected-apps-open",
            "Users may approve any connected app",
            "found",
            "high",
            "41 apps, 3 of them admin-approved only.",
            "Turn on API Access Control.",
            ("E13:1",),
        ),
        Weakness(
            "sf-login-ip-ranges",
            "Login addresses are not limited",
            "found",
            "medium",
            "The profile Service Agent has no login ranges.",
            "Set login IP ranges for the profile.",
            ("E13:12",),
        ),
        Weakness(
            "sf-mfa",
            "Multi-factor login is not required",
            "not_found",
            "high",
            "MFA is on for all users.",
            "Keep it on.",
            ("E13:3",),
        ),
        Weakness(
            "sf-transaction-security",
            "No policy stops large exports",
            "no_evidence",
            "medium",
            "The settings given hold no transaction security policies.",
            "Export them and build again.",
            (),
        ),
    )


def _duties() -> tuple[Duty, ...]:
    def one(
        ident: str, regime: str, to: str, audience: str, status: str, due: str | None, citation: str, **more: Any
    ) -> Duty:
        given: dict[str, Any] = {
            "obliged": "owner",
            "mandatory": True,
            "residence": None,
            "starts": Start("discovery", "2025-07-18T02:00:00-07:00"),
            "due_basis": None,
            "promptness": None,
            "order": None,
            "alternatives": (),
            "missing": (),
            "why": ("Personal data of residents was acquired by an intruder.",),
            "confidence": "verified",
            "content": (
                "nature of the breach",
                "categories and number of persons",
                "contact point",
                "likely consequences",
                "measures taken",
            ),
            "proof": ("E7:1", f"L{regime}"),
        } | more
        return Duty(
            id=ident,
            regime=regime,
            to=to,
            audience=cast("Any", audience),
            status=cast("Any", status),
            due=due,
            citation=citation,
            **given,
        )

    return (
        one(
            "D1",
            "eu-gdpr",
            "CNIL",
            "authority",
            "due_soon",
            "2025-07-21T11:00:00+02:00",
            "GDPR art. 33(1)",
            residence="FR",
            starts=Start("awareness", "2025-07-18T11:00:00+02:00"),
            due_basis="2025-07-18 11:00 (UTC+02:00) + 72 hours; hours run through weekends",
            promptness="without undue delay and, where feasible, not later than 72 hours",
        ),
        one(
            "D2",
            "us-ins-ca",
            "California Department of Insurance",
            "authority",
            "running",
            "2025-07-23",
            "Cal. Ins. Code 10-2",
            residence="US-CA",
            due_basis="2025-07-18 excluded; + 3 business days",
            alternatives=(Alternative("2025-07-22", "the day of discovery counted"),),
        ),
        one(
            "D3",
            "eu-gdpr",
            "Affected individuals in France",
            "individuals",
            "needs_fact",
            None,
            "GDPR art. 34(1)",
            residence="FR",
            missing=("incident.harm",),
            promptness="without undue delay",
            starts=Start("awareness", "2025-07-18T11:00:00+02:00"),
        ),
        one(
            "D4",
            "us-ca",
            "Affected individuals in California",
            "individuals",
            "running",
            None,
            "Cal. Civ. Code 1798.82",
            residence="US-CA",
            promptness="in the most expedient time possible and without unreasonable delay",
            missing=("clock.determination",),
            starts=Start("discovery_or_notification", None),
        ),
        one(
            "D5",
            "us-me",
            "Affected individuals in Maine",
            "individuals",
            "running",
            "2025-08-17",
            "10 M.R.S. 1348",
            residence="US-ME",
            order="not later than the notice to consumer reporting agencies",
        ),
        one(
            "D6",
            "us-ny",
            "New York Attorney General",
            "authority",
            "overdue",
            "2025-07-20",
            "N.Y. Gen. Bus. Law 899-aa",
            residence="US-NY",
        ),
        one(
            "D7",
            "us-sec",
            "SEC (Form 8-K, item 1.05)",
            "authority",
            "needs_fact",
            None,
            "17 CFR 249.308; Form 8-K item 1.05",
            missing=("flags.sec_registrant",),
            starts=Start("materiality_determination", None),
            promptness="within four business days after the determination",
        ),
        one("D8", "insurance", "Cyber insurer", "insurer", "met", "2025-07-19T09:00:00Z", "Contract", mandatory=True),
    )


def _actions() -> tuple[Action, ...]:
    return (
        Action(
            "A1",
            "Revoke all tokens of the app Data Loader Pro and block it.",
            "The token still works until it is revoked.",
            "now",
            "Salesforce administrator",
            "OauthToken lists no row of the app.",
            ("F2", "Psf-revoke-app"),
        ),
        Action(
            "A2",
            "End the sessions of Dana Whitlock and reset her login.",
            "Her approval let the app in.",
            "now",
            None,
            "LoginHistory shows no session older than the reset.",
            ("F1", "Psf-reset-user"),
        ),
        Action(
            "A3",
            "File the first notice with CNIL.",
            "It is due on 21 July at 09:00 UTC.",
            "today",
            "Privacy officer",
            "A receipt number is on file.",
            ("D1",),
        ),
        Action(
            "A4",
            "Ask Salesforce for the hourly event log files.",
            "They are deleted on 14 August.",
            "today",
            None,
            "The files are in the evidence.",
            ("E8:1",),
        ),
        Action(
            "A5",
            "Turn on API Access Control.",
            "Any user may approve any app today.",
            "this_week",
            "Platform owner",
            "An unapproved app is refused.",
            ("E13:1", "Psf-api-access-control"),
        ),
    )


def _story() -> Story:
    return Story(
        what_happened=(
            Sentence(
                "On 15 July 2025 at 14:02 UTC a caller who posed as the help desk spoke to the service agent Dana Whitlock.",
                ("E1:120-188",),
            ),
            Sentence(
                "At 14:10:31 UTC a connected app named Data Loader Pro, which copies the name of a known tool, logged in as her from 203.0.113.77.",
                ("E3:142", "F1", "F2"),
            ),
            Sentence(
                "It counted the rows of Contact and Policy__c, ran one bulk query on each, fetched both results, and deleted the second job at 15:22:05 UTC.",
                ("F4", "F5", "F6", "F7"),
            ),
        ),
        why_it_matters=(
            Sentence(
                "Names, e-mail addresses and policy numbers together make convincing fraud calls possible.",
                ("E9:2", "F5"),
            ),
            Sentence("The severity for the persons is high (ENISA score 3.25).", ("F5",)),
            Sentence(
                "The public statement of about 400 customers understates what was measured.", ("E2:210-262", "E7:1")
            ),
        ),
        whose_data=(
            Sentence(
                "1,188 people are certain to be affected and 16 more are possible; 9 records that left stand in no snapshot.",
                ("E7:1", "E11:7"),
            ),
            Sentence("611 of 1,204 live in California, 377 in France, 204 in New York and 12 in Maine.", ("E11:7",)),
            Sentence("No tax number left, if the logs are complete apart from the named gap.", ("E9:2",)),
        ),
        what_to_do=(
            Sentence("Revoke the tokens of Data Loader Pro and block the app.", ("A1",)),
            Sentence("Tell CNIL by 21 July 2025, 09:00 UTC.", ("D1", "Leu-gdpr")),
            Sentence("The notice to the New York Attorney General is overdue since 20 July.", ("D6", "Lus-ny")),
        ),
    )
