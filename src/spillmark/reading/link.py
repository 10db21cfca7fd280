"""Reports to incidents by the victim's name and time; incidents to campaigns by actor, platform, vector and time."""

import re
from collections.abc import Iterator, Sequence

from spillmark.model.report import Campaign, Incident
from spillmark.reading.accounts import Account
from spillmark.reading.order import place_of
from spillmark.reading.spelling import same_name

_MAX_YEARS_APART = 1


def grouped(accounts: Sequence[Account]) -> tuple[tuple[Account, ...], ...]:
    """Joins accounts of one victim whose years agree (within one year, or unknown); order of input changes nothing."""
    groups: list[list[Account]] = []
    for account in sorted(accounts, key=lambda each: (place_of(each.report.id), each.victim.mentions[0].start)):
        home = next((group for group in groups if _one_incident(group, account)), None)
        if home is None:
            groups.append([account])
        else:
            home.append(account)
    return tuple(tuple(group) for group in groups)


def _one_incident(group: Sequence[Account], account: Account) -> bool:
    if any(same.report.id == account.report.id and same.document is account.document for same in group):
        return False
    return any(_same_victim(other, account) and _same_time(other, account) for other in group)


def _same_victim(one: Account, other: Account) -> bool:
    first = (one.victim.name, *one.victim.also)
    second = (other.victim.name, *other.victim.also)
    return any(same_name(left, right) for left in first for right in second)


def years_of(account: Account) -> frozenset[int]:
    """Gives the years of begin, end and detection; without them that of disclosure, or of publication."""
    for fields in (("dates.began", "dates.ended", "dates.detected"), ("dates.disclosed",)):
        years = {
            int(str(fact.value)[:4]) for fact in account.facts if fact.field in fields and str(fact.value)[:4].isdigit()
        }
        if years:
            return frozenset(years)
    published = account.report.published
    return frozenset({int(published[:4])}) if published else frozenset()


def _same_time(one: Account, other: Account) -> bool:
    first, second = years_of(one), years_of(other)
    if not first or not second:
        return True
    return min(abs(left - right) for left in first for right in second) <= _MAX_YEARS_APART


def campaigns_of(incidents: Sequence[Incident], companions: dict[str, frozenset[str]]) -> tuple[Campaign, ...]:
    """Joins incidents into campaigns, each with the reasons that joined it.

    `companions` names, for each incident, those told together with it as one attack in the same report.
    """
    reasons: dict[tuple[str, str], str] = {}
    for place, one in enumerate(incidents):
        for other in incidents[place + 1 :]:
            why = _why(one, other, companions)
            if why is not None:
                reasons[one.id, other.id] = why
    return tuple(
        _campaign(members, incidents, reasons) for members in _components([each.id for each in incidents], reasons)
    )


def _why(one: Incident, other: Incident, companions: dict[str, frozenset[str]]) -> str | None:
    if not _near(one, other):
        return None
    if other.id in companions.get(one.id, frozenset()):
        return "one report tells of both as hit together"
    actors = sorted({each.name for each in one.actors} & {each.name for each in other.actors})
    platforms = sorted(_platforms(one) & _platforms(other))
    vectors = sorted((set(one.vectors) & set(other.vectors)) - {"unknown", "malware", "ransomware", "phishing"})
    if platforms and actors:
        return f"same actor ({', '.join(actors)}) and provider ({', '.join(platforms)})"
    if platforms and vectors and not _other_crew(one, other):
        return f"same provider ({', '.join(platforms)}) and vector ({', '.join(vectors)})"
    return None


def _other_crew(one: Incident, other: Incident) -> bool:
    """Two different named actors speak against one campaign, unless both names may be one seller's."""
    first, second = {each.name for each in one.actors}, {each.name for each in other.actors}
    same_vector = set(one.vectors) - {"unknown"} == set(other.vectors) - {"unknown"}
    return bool(first and second and not first & second and not same_vector)


def _platforms(incident: Incident) -> set[str]:
    return {party.name for party in incident.third_parties if party.name is not None}


def _near(one: Incident, other: Incident) -> bool:
    first, second = _years(one), _years(other)
    return not first or not second or min(abs(left - right) for left in first for right in second) <= _MAX_YEARS_APART


def _years(incident: Incident) -> set[int]:
    dates = incident.dates
    return {int(each[:4]) for each in (dates.began, dates.detected, dates.disclosed) if each and each[:4].isdigit()}


def _components(ids: Sequence[str], reasons: dict[tuple[str, str], str]) -> Iterator[tuple[str, ...]]:
    left = list(ids)
    while left:
        group, pending = [], [left.pop(0)]
        while pending:
            here = pending.pop(0)
            group.append(here)
            joined = [each for each in left if (here, each) in reasons or (each, here) in reasons]
            pending.extend(joined)
            left = [each for each in left if each not in joined]
        if len(group) > 1:
            yield tuple(sorted(group))


def _campaign(members: tuple[str, ...], incidents: Sequence[Incident], reasons: dict[tuple[str, str], str]) -> Campaign:
    inside = [each for each in incidents if each.id in members]
    actors = sorted({actor.name for each in inside for actor in each.actors})
    shared = sorted(set.union(*(_platforms(each) for each in inside)))
    platforms = [name for name in shared if sum(name in _platforms(each) for each in inside) * 2 >= len(inside)]
    years = sorted({year for each in inside for year in _years(each)})
    lead = actors[:1] + platforms[:1] or [inside[0].victim.name, inside[1].victim.name]
    span = str(years[0]) if years else ""
    name = " ".join([*lead, "thefts"] if actors or platforms else [" and ".join(lead)]) + (f" ({span})" if span else "")
    why = tuple(f"{one} + {other}: {reason}" for (one, other), reason in sorted(reasons.items()) if one in members)
    return Campaign(slug(*lead, span), name, tuple(actors), tuple(platforms), members, why)


def slug(*parts: str) -> str:
    """Gives an id of lower-case ASCII words and hyphens."""
    text = "-".join(part for part in parts if part).lower().replace("&", "and")
    for accented, plain in (
        ("àâä", "a"),
        ("éèêë", "e"),
        ("îï", "i"),
        ("ôö", "o"),
        ("ùûü", "u"),
        ("ç", "c"),
        ("ñ", "n"),
        ("ß", "ss"),
    ):
        text = re.sub(f"[{accented}]", plain, text)
    return re.sub(r"[^a-z0-9]+", "-", text).strip("-") or "incident"
