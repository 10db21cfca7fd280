"""Evidence, coverage and claims of the rich case. All names are made up."""

from typing import Any, cast

from spillmark.model.evidence import Coverage, Evidence, Gap, Skip
from spillmark.model.report import (
    Advice,
    Affected,
    Dates,
    Extortion,
    Incident,
    Risk,
    Statement,
    ThirdParty,
    ThreatActor,
    Victim,
)


def evidence() -> tuple[Evidence, ...]:
    """What was given, in the rich case."""
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
            start="2025-07-01T00:02:11Z",
            end="2025-07-20T23:58:40Z",
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


def coverage() -> tuple[Coverage, ...]:
    """What the logs cover, in the rich case."""
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


def skipped() -> tuple[Skip, ...]:
    """What was not read, in the rich case."""
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


def incident() -> Incident:
    """What the reports say, in the rich case."""
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
