"""What others say: a press article, and the provider's statement, which says less than what happened."""

from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from pathlib import Path

from spillmark.rehearse.scenario import Scenario

ARTICLE = """\
# {name} says caller tricked service agent, customer data copied

*The Ledger Wire, {day}*

Life insurer {name} said on {weekday} that attackers copied customer records from its Salesforce system in July 2025.

According to the company, a caller who claimed to work for its IT help desk phoned an employee of {vendor}, which runs
its service desk, on 15 July 2025. During the call the employee approved a connected app that looked like a well-known
data loading tool. The attackers then used the app to export records.

{name} detected the access on 18 July 2025. The company said that it has notified the California Department of Insurance
and that it is working with outside investigators. It did not say how many people are affected.

"The information includes names, email addresses and policy numbers of some customers," a spokesperson for {name} said.
Social security numbers were not taken, according to the insurer.

The method resembles a series of voice phishing attacks against companies that use Salesforce. Customers should be wary
of calls and messages that mention their policy, the company said.
"""
STATEMENT = """\
Dear customer,

On 15 July 2025 an employee of {vendor} was deceived by a telephone call. As a result, an unauthorised party gained
access to the Salesforce system of {name}.

Our investigation shows that about {people} customers of {name} are affected. Only contact details were accessed: names,
email addresses, telephone numbers and postal addresses. No policy data was accessed.

We removed the access on 18 July 2025 and have reminded all employees of our training on telephone fraud.

{vendor}
Privacy office
"""


def write_reports(scenario: Scenario, folder: Path) -> None:
    """Writes reports/article.md and reports/statement.eml."""
    target = folder / "reports"
    target.mkdir(parents=True, exist_ok=True)
    words = {
        "name": scenario.organisation["name"],
        "vendor": scenario.vendors[0]["name"],
        "people": scenario.claims.people,
        "day": f"{scenario.claims.published.day} {scenario.claims.published:%B %Y}",
        "weekday": f"{scenario.claims.published:%A}",
    }
    (target / "article.md").write_text(ARTICLE.format(**words), encoding="utf-8")
    (target / "statement.eml").write_bytes(_mail(scenario, STATEMENT.format(**words)))


def _mail(scenario: Scenario, text: str) -> bytes:
    vendor, domain = scenario.vendors[0]["name"], scenario.organisation["domains"][0]
    mail = EmailMessage(policy=SMTP)
    mail["From"] = f"{vendor} <privacy@corvane.example>"
    mail["To"] = f"privacy@{domain}"
    mail["Subject"] = f"Statement on the security incident at {scenario.organisation['name']}"
    mail["Date"] = format_datetime(scenario.claims.published)
    mail["Message-ID"] = f"<statement-{scenario.id}@corvane.example>"
    mail.set_content(text, cte="8bit")
    return mail.as_bytes().replace(b"\r\n", b"\n")
