"""Findings, timeline, scope and weaknesses of the rich case. All names are made up."""

from typing import Any, cast

from spillmark.model.case import Weakness
from spillmark.model.finding import Actor, Finding, TimelineRow
from spillmark.model.scope import Exclusion, PeopleCount, RecordCount, ReplayedQuery, Request, Scope, TakenObject

LOOKALIKE = Actor("dana.whitlock@brackwater.example", "Data Loader Pro", ("203.0.113.77",), ("python-requests/2.32",))


def findings() -> tuple[Finding, ...]:
    """What the rules found, in the rich case."""

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


def timeline() -> tuple[TimelineRow, ...]:
    """The acts in order, in the rich case."""
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


def scope() -> Scope:
    """How far the theft reached, in the rich case."""
    contact = ReplayedQuery(
        "SELECT Id, Name, Email, Phone, MailingStreet, MailingCity, MailingState, "
        "MailingCountry\nFROM Contact\nWHERE MailingCountry IN ('US','FR') AND Email != "
        "'dana.whitlock@brackwater.example' AND LastName LIKE 'O%'",
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


def weaknesses() -> tuple[Weakness, ...]:
    """The settings checked, in the rich case."""
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
