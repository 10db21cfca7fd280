# ruff: noqa: E501 - a paragraph of an invented report is one line, as in the reports that people have
"""Invented reports for the tests: no organisation, person or event in them exists."""

from spillmark.model.report import Incident, Reading
from spillmark.reading.read import ReportText, read

NEWS = """Harrow Pellman Insurance says hackers took data of 1.2 million customers

The Quayside Ledger, 14 March 2025

Harrow Pellman Insurance confirmed a data breach on Tuesday. An intruder had access to its Salesforce tenant between 3 and 9 March, after a phone call to an employee of the help desk.

The files contained names, dates of birth and e-mail addresses of approximately 1.2 million customers. No passwords or bank account numbers were stolen, the insurer said.

The ShinyHunters group has claimed responsibility and demanded a ransom of 40 bitcoin. Harrow Pellman Insurance has notified the FBI.

It is not the first time: in 2019 the insurer lost 50,000 records on a stolen laptop.
"""

LETTER = """Tolverton Community Clinic
12 Example Road, Springfield

NOTICE OF DATA BREACH
May 2, 2024

Dear patient,

What happened? On April 4, 2024 we discovered that an unauthorized person had access to our e-mail accounts. The clinic, Tolverton Community Clinic, Inc., began an investigation at once.

What information was involved? The accounts held your name, diagnosis and health insurance number. Your Social Security number was not in the accounts.

What can you do? Review your account statements and change your password. We will never ask you for your credit card number by phone.
"""

FRENCH = """Mobilis Nord : une cyberattaque touche 2,3 millions d'abonnés

Le Courrier du Port, 6 mai 2024

L'opérateur Mobilis Nord a été victime d'une cyberattaque. Les données de 2,3 millions d'abonnés sont concernées : nom, prénom, date de naissance, numéro de téléphone et IBAN. Les mots de passe ne sont pas concernés.

L'incident a été notifié à la CNIL. Soyez vigilants aux faux courriels.
"""

JOINT = """Attack on Brindle Pay and Castor Claims hits 5 million people

10 January 2025

The personal data of 5 million people was stolen in cyberattacks on the payment firms Brindle Pay and Castor Claims. The attackers used stolen credentials. The data included names and national identification numbers.

Brindle Pay detected the intrusion on 4 January. Castor Claims noticed it on 6 January.
"""


def report(text: str, name: str = "a.txt") -> ReportText:
    """Makes one report."""
    return ReportText(name, name, text.encode())


def reading_of(*texts: str | ReportText) -> Reading:
    """Reads texts, named a.txt, b.txt and so on."""
    made = [
        each if isinstance(each, ReportText) else report(each, f"{chr(97 + place)}.txt")
        for place, each in enumerate(texts)
    ]
    return read(made).reading


def only(*texts: str | ReportText) -> Incident:
    """Gives the one incident that the texts tell of."""
    incidents = reading_of(*texts).incidents
    assert len(incidents) == 1, [each.victim.name for each in incidents]
    return incidents[0]


def assert_quoted(reading: Reading, raw: dict[str, str]) -> None:
    """Every statement stands in its report, to the letter, on one line and without a tag."""
    for incident in reading.incidents:
        for statement in incident.statements:
            assert raw[statement.report][statement.start : statement.end] == statement.quote
            assert statement.quote
            assert "\n" not in statement.quote
            assert "\r" not in statement.quote


def uncited(incident: Incident) -> list[str]:
    """Lists values of an incident that no statement holds up."""
    held: dict[str, list[object]] = {}
    for statement in incident.statements:
        held.setdefault(statement.field, []).append(statement.value)
    values: list[tuple[str, object]] = [("data_taken", each) for each in incident.data_taken]
    values += [("data_not_taken", each) for each in incident.data_not_taken]
    values += [("vectors", each) for each in incident.vectors if each != "unknown"]
    values += [("techniques", each) for each in incident.techniques]
    values += [(f"dates.{name}", each) for name, each in vars(incident.dates).items() if each]
    values += [("third_parties", {"name": each.name, "role": each.role}) for each in incident.third_parties]
    values += [("authorities", {"name": each.name, "status": each.status}) for each in incident.authorities]
    return [f"{field}={value}" for field, value in values if value not in held.get(field, [])]
