"""Invented reports: press articles, notices and statements made of templates, no two alike; every name is made up."""

from dataclasses import dataclass

from spillmark.reading.read import ReportText
from spillmark.rehearse.dice import Dice

FIRST = ("Brack", "Harrow", "Ald", "Wend", "Cold", "Thorn", "Mer", "Ost", "Lin", "Vale", "Quill", "Sable", "Fen", "Ash")
SECOND = ("water", "gate", "mere", "brook", "stone", "holm", "wick", "ford", "bury", "field", "haven", "moor")
KIND = ("Life", "Telecom", "Airlines", "Bank", "Retail", "Hospital Group", "Energy", "Insurance", "Logistics")
DATA = ("names", "e-mail addresses", "telephone numbers", "postal addresses", "dates of birth", "policy numbers")
KEPT = ("passwords", "payment card numbers", "bank account details", "Social Security numbers", "health records")
WAYS = (
    "after a caller posing as the help desk talked an employee into approving a malicious connected app",
    "through a stolen OAuth token of an integration partner",
    "with credentials stolen from a contractor",
    "by exploiting a vulnerability in file transfer software",
    "after an employee fell victim to a phishing e-mail",
)
PLACES = ("Salesforce", "a third-party customer platform", "its CRM", "a cloud database", "a support ticket system")
STEPS = (
    "has notified the affected customers",
    "has informed the data protection authority",
    "has brought in outside forensic specialists",
    "revoked the tokens and reset the passwords of all employees",
    "offers 24 months of credit monitoring",
)
FILLER = (
    "The company employs several thousand people and operates in eleven countries.",
    "Shares were little changed in afternoon trading.",
    "A spokesperson declined to comment further while the investigation continues.",
    "Services were not interrupted, and all branches stayed open as usual.",
    "Security researchers have warned of such calls for more than a year.",
    "The incident comes at the end of a year in which many companies reported similar thefts.",
)
MONTHS = ("June", "July", "August", "September")


@dataclass(frozen=True)
class Facts:
    """What one report tells."""

    who: str
    people: int
    began: str
    told: str
    data: tuple[str, ...]
    kept: tuple[str, ...]
    way: str
    place: str
    steps: tuple[str, ...]


def reports(count: int, *, seed: int = 1) -> list[ReportText]:
    """Gives so many reports; the same arguments give the same bytes."""
    dice = Dice(seed, "invented-reports")
    return [_report(number, dice) for number in range(count)]


def _report(number: int, dice: Dice) -> ReportText:
    form = (_article, _notice, _statement)[number % 3]
    text = form(_facts(number, dice), dice)
    name = f"report-{number:05d}.md"
    return ReportText(name, name, text.encode())


def _facts(number: int, dice: Dice) -> Facts:
    names = len(FIRST) * len(SECOND)
    who = f"{FIRST[number % len(FIRST)]}{SECOND[number // len(FIRST) % len(SECOND)]} {KIND[number % len(KIND)]}"
    who += f" {number // names}" if number >= names else ""
    day = 1 + dice.below(20)
    month = dice.pick(MONTHS)
    return Facts(
        who=who,
        people=(2 + dice.below(900)) * 1000,
        began=f"{day} {month} 2025",
        told=f"{day + 1 + dice.below(8)} {month} 2025",
        data=tuple(dice.several(DATA, 3)),
        kept=tuple(dice.several(KEPT, 2)),
        way=dice.pick(WAYS),
        place=dice.pick(PLACES),
        steps=tuple(dice.several(STEPS, 3)),
    )


def _article(facts: Facts, dice: Dice) -> str:
    return _paragraphs(
        f"# {facts.who} says data of {facts.people:,} customers was stolen",
        f"By our correspondent. Published {facts.told}",
        f"{facts.who} said on {facts.told} that attackers stole records of about {facts.people:,} customers from "
        f"{facts.place} {facts.way}. The intrusion began on {facts.began}, the company said.",
        f"The stolen data includes {_list(facts.data)}. {dice.pick(FILLER)}",
        f"No {facts.kept[0]} or {facts.kept[1]} were taken, according to the statement. {dice.pick(FILLER)}",
        f"{facts.who} {facts.steps[0]} and {facts.steps[1]}. It also {facts.steps[2]}. {dice.pick(FILLER)}",
        "Customers should be wary of unsolicited calls and should not share codes on the telephone. "
        f"{dice.pick(FILLER)} {dice.pick(FILLER)}",
    )


def _notice(facts: Facts, dice: Dice) -> str:
    return _paragraphs(
        "# Notice of Data Breach",
        f"{facts.who}, {facts.told}",
        "## What happened",
        f"On {facts.told} we discovered that an unauthorized party had accessed {facts.place} {facts.way}. The access "
        f"began on {facts.began}.",
        "## What information was involved",
        f"The files contained {_list(facts.data)} of {facts.people:,} individuals. Your {facts.kept[0]} and "
        f"{facts.kept[1]} were not affected.",
        "## What we are doing",
        f"{facts.who} {facts.steps[0]}. The company {facts.steps[1]} and {facts.steps[2]}. {dice.pick(FILLER)}",
        "## What you can do",
        "Review your account statements, place a fraud alert, and remain vigilant against phishing. "
        f"{dice.pick(FILLER)}",
    )


def _statement(facts: Facts, dice: Dice) -> str:
    return _paragraphs(
        f"# Statement of {facts.who}",
        f"{facts.told}. {dice.pick(FILLER)}",
        f"We have identified unauthorised access to {facts.place}, which took place on {facts.began} {facts.way}.",
        f"Our investigation shows that at most {facts.people:,} people are affected. The data concerned is limited to "
        f"{_list(facts.data)}. We have no evidence that {facts.kept[0]} or {facts.kept[1]} were accessed.",
        f"{facts.who} {facts.steps[0]}, {facts.steps[1]}, and {facts.steps[2]}. {dice.pick(FILLER)}",
    )


def _paragraphs(*parts: str) -> str:
    return "\n\n".join(parts) + "\n"


def _list(words: tuple[str, ...]) -> str:
    return f"{', '.join(words[:-1])} and {words[-1]}"
