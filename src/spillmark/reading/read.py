"""Reports -> facts with exact quotes -> incidents -> campaigns."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from spillmark.errors import ContentError
from spillmark.model.evidence import Skip
from spillmark.model.report import Campaign, Incident, Reading, Report
from spillmark.reading.accounts import Account, accounts_of, story_of
from spillmark.reading.assemble import assembled
from spillmark.reading.document import documents_of
from spillmark.reading.link import campaigns_of, grouped
from spillmark.reading.order import place_of
from spillmark.reading.spelling import same_name


@dataclass(frozen=True)
class ReportText:
    """One report as evidence: `id`, path for display and for guessing its form, and its bytes."""

    id: str
    path: str
    data: bytes


@dataclass(frozen=True)
class ReadResult:
    """What the reports say, and what of them was not read."""

    reading: Reading
    skipped: tuple[Skip, ...]


def read(texts: Sequence[ReportText]) -> ReadResult:
    """Reads reports (text, Markdown, HTML, mail, RSS or Atom; UTF-8). The order of `texts` changes nothing.

    A report that cannot be read, or only in part, becomes a Skip; the rest goes on.
    """
    reports: list[Report] = []
    accounts: list[Account] = []
    skipped: list[Skip] = []
    for text in sorted(texts, key=lambda each: (place_of(each.id), each.path)):
        try:
            report, found, notes = _read_one(text)
        except ContentError:
            raise
        except Exception as error:  # noqa: BLE001 - one hostile report must not stop the others
            skipped.append(Skip(text.id, text.path, f"could not be read: {type(error).__name__}", "failed"))
            reports.append(Report(text.id, text.path))
            continue
        reports.append(report)
        accounts.extend(found)
        skipped.extend(notes)
    incidents, companions = _incidents(accounts)
    campaigns = campaigns_of(incidents, companions)
    return ReadResult(Reading(tuple(reports), _in_campaigns(incidents, campaigns), campaigns), tuple(skipped))


def _read_one(text: ReportText) -> tuple[Report, list[Account], list[Skip]]:
    documents, unread = documents_of(Report(text.id, text.path), text.data)
    skipped = [Skip(text.id, text.path, f"read in part: {why}", "partial") for why in unread]
    stories = [story_of(document) for document in documents]
    accounts = [account for story in stories for account in accounts_of(story)]
    if not any(story.sentences for story in stories):
        skipped.append(Skip(text.id, text.path, "no readable text in it", "unread"))
    elif not accounts:
        skipped.append(
            Skip(text.id, text.path, "names no organisation that was hit, as far as the reader can tell", "note")
        )
    report = stories[0].document.report if stories else Report(text.id, text.path)
    return report, accounts, skipped


def _incidents(accounts: Sequence[Account]) -> tuple[tuple[Incident, ...], dict[str, frozenset[str]]]:
    groups = grouped(accounts)
    incidents: list[Incident] = []
    used: dict[str, int] = {}
    for group in groups:
        incident = assembled(group)
        used[incident.id] = used.get(incident.id, 0) + 1
        if used[incident.id] > 1:
            incident = replace(incident, id=f"{incident.id}-{used[incident.id]}")
        incidents.append(incident)
    companions = {
        incident.id: frozenset(_companions(group, groups, incidents))
        for incident, group in zip(incidents, groups, strict=True)
    }
    return tuple(incidents), companions


def _companions(
    group: Sequence[Account], groups: Sequence[Sequence[Account]], incidents: Sequence[Incident]
) -> list[str]:
    """Incidents told in one report with facts (vector, actor, provider or figure) that hold for both."""
    shared = {
        (account.report.id, name)
        for account in group
        for name in account.companions
        if any(fact.field in {"vectors", "affected", "actors", "third_parties"} for fact in account.joint)
    }
    return [
        incident.id
        for incident, other in zip(incidents, groups, strict=True)
        if other is not group
        and any(
            (each.report.id, name) in shared and same_name(each.victim.name, name)
            for each in other
            for _, name in shared
        )
    ]


def _in_campaigns(incidents: Sequence[Incident], campaigns: Sequence[Campaign]) -> tuple[Incident, ...]:
    home = {incident: campaign.id for campaign in campaigns for incident in campaign.incidents}
    return tuple(_joint(replace(each, campaign=home.get(each.id)), incidents) for each in incidents)


def _joint(incident: Incident, incidents: Sequence[Incident]) -> Incident:
    """Writes the ids of incidents where a joint figure so far names victims."""
    names = {each.victim.name: each.id for each in incidents}
    affected = tuple(
        replace(entry, joint_with=tuple(sorted({names.get(name, name) for name in entry.joint_with})))
        for entry in incident.affected
    )
    return replace(incident, affected=affected)
