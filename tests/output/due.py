"""Duties, actions and story of the rich case. All names are made up."""

from typing import Any, cast

from spillmark.model.case import Action, Sentence, Story
from spillmark.model.duty import Alternative, Duty, Start


def duties() -> tuple[Duty, ...]:
    """Whom to tell, in the rich case."""

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


def actions() -> tuple[Action, ...]:
    """What to do, in the rich case."""
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


def story() -> Story:
    """The four answers, in the rich case."""
    return Story(
        what_happened=(
            Sentence(
                "On 15 July 2025 at 14:02 UTC a caller who posed as the help desk spoke to the service "
                "agent Dana Whitlock.",
                ("E1:120-188",),
            ),
            Sentence(
                "At 14:10:31 UTC a connected app named Data Loader Pro, which copies the name of a known "
                "tool, logged in as her from 203.0.113.77.",
                ("E3:142", "F1", "F2"),
            ),
            Sentence(
                "It counted the rows of Contact and Policy__c, ran one bulk query on each, fetched both "
                "results, and deleted the second job at 15:22:05 UTC.",
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
                "1,188 people are certain to be affected and 16 more are possible; 9 records that left "
                "stand in no snapshot.",
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
