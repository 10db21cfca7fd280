"""Accounts of one victim to one incident: values joined, statements kept, disagreements named."""

from collections.abc import Iterator, Sequence

from spillmark.model.report import (
    Advice,
    Authority,
    Dates,
    Extortion,
    Incident,
    Json,
    Risk,
    Statement,
    ThirdParty,
    ThreatActor,
    Victim,
)
from spillmark.reading.accounts import Account
from spillmark.reading.conflicts import conflicts_of
from spillmark.reading.facts import Fact
from spillmark.reading.figures import figures_of
from spillmark.reading.link import slug, years_of
from spillmark.reading.order import place_of
from spillmark.reading.spelling import key_of

_RANK = {"suspected": 0, "claimed": 1, "confirmed": 2}
_ATTRIBUTIONS = ("suspected", "claimed", "confirmed")


def assembled(accounts: Sequence[Account]) -> Incident:
    """Gives the incident that the accounts tell of; its id has no number yet where two would be equal."""
    year = _year(accounts)
    facts = [(account, _dated(fact, year)) for account in accounts for fact in account.facts]
    quoted = [
        (account, fact, span) for account, fact in facts if (span := account.document.quote(fact.start, fact.end))
    ]
    kept = [(account, fact) for account, fact, _ in quoted]
    victim = _victim(accounts, kept)
    taken, denied = _classes(kept)
    vectors = _vectors(kept)
    dates = _dates(accounts, kept)
    incident = Incident(
        id=slug(victim.name, _id_year(accounts, dates)),
        title="",
        victim=victim,
        third_parties=_parties(kept),
        actors=_actors(kept),
        affected=figures_of(kept),
        data_taken=taken,
        data_not_taken=denied,
        vectors=vectors or ("unknown",),
        techniques=tuple(sorted({str(value) for value in _values(kept, "techniques")})),
        dates=dates,
        authorities=_authorities(kept),
        extortion=Extortion(
            demanded=True in _values(kept, "extortion.demanded"), leaked=True in _values(kept, "extortion.leaked")
        ),
        why_it_matters=tuple(
            Risk(risk) for risk in dict.fromkeys(str(_of(value, "risk")) for value in _values(kept, "why_it_matters"))
        ),
        actions=_actions(kept),
        reports=tuple(sorted({account.report.id for account in accounts}, key=place_of)),
    )
    return _finished(incident, kept, _statements(quoted, incident))


def _finished(incident: Incident, kept: Sequence[tuple[Account, Fact]], statements: tuple[Statement, ...]) -> Incident:
    values = {**vars(incident), "title": _title(incident), "statements": statements}
    return Incident(**{**values, "conflicts": conflicts_of(incident, kept)})


def _values(kept: Sequence[tuple[Account, Fact]], field: str) -> list[Json]:
    return [fact.value for _, fact in kept if fact.field == field]


def _of(value: Json, name: str) -> Json:
    return value.get(name) if isinstance(value, dict) else None


def _year(accounts: Sequence[Account]) -> int | None:
    """The year that other reports of the incident give, for dates that name none."""
    years = sorted({year for account in accounts for year in years_of(account)})
    return years[0] if years else None


def _dated(fact: Fact, year: int | None) -> Fact:
    if not fact.field.startswith("dates.") or not str(fact.value).startswith("--"):
        return fact
    value = None if year is None else f"{year:04d}{str(fact.value)[1:]}"
    return Fact(fact.field, value, fact.start, fact.end, fact.about, fact.scope, fact.src, fact.basis)


def _id_year(accounts: Sequence[Account], dates: Dates) -> str:
    first = next((each for each in (dates.began, dates.detected, dates.disclosed) if each), None)
    if first is not None:
        return first[:4]
    published = sorted(account.report.published for account in accounts if account.report.published)
    return published[0][:4] if published else ""


def _victim(accounts: Sequence[Account], kept: Sequence[tuple[Account, Fact]]) -> Victim:
    counts: dict[str, int] = {}
    for account in accounts:
        counts[account.victim.name] = counts.get(account.victim.name, 0) + len(account.victim.mentions)
    name = min(counts, key=lambda each: (-counts[each], each))
    also = sorted({each for account in accounts for each in (account.victim.name, *account.victim.also)} - {name})
    sector = next(iter(_values(kept, "victim.sector")), None)
    country = next(iter(_values(kept, "victim.country")), None)
    totals = [value for value in _values(kept, "victim.customers") if isinstance(value, int)]
    return Victim(
        name,
        tuple(also),
        None if sector is None else str(sector),
        None if country is None else str(country),
        totals[0] if totals else None,
    )


def _parties(kept: Sequence[tuple[Account, Fact]]) -> tuple[ThirdParty, ...]:
    named: dict[str, ThirdParty] = {}
    unnamed: dict[str, ThirdParty] = {}
    for value in _values(kept, "third_parties"):
        name, role = _of(value, "name"), str(_of(value, "role"))
        party = ThirdParty(None if name is None else str(name), role)  # type: ignore[arg-type]
        if name is None:
            unnamed.setdefault(role, party)
        else:
            named.setdefault(key_of(str(name)), party)
    roles = {party.role for party in named.values()}
    loose = [party for role, party in unnamed.items() if role not in roles]
    return (*named.values(), *loose)


def _actors(kept: Sequence[tuple[Account, Fact]]) -> tuple[ThreatActor, ...]:
    rank: dict[str, int] = {}
    also: dict[str, set[str]] = {}
    for value in _values(kept, "actors"):
        name = str(_of(value, "name"))
        rank[name] = max(rank.get(name, 0), _RANK[str(_of(value, "attribution"))])
        spelled = _of(value, "also")
        also.setdefault(name, set()).update(str(each) for each in spelled if each != name) if isinstance(
            spelled, list
        ) else None
    return tuple(ThreatActor(name, tuple(sorted(also[name])), _ATTRIBUTIONS[place]) for name, place in rank.items())  # type: ignore[arg-type]


def _classes(kept: Sequence[tuple[Account, Fact]]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Within one report what was taken outweighs a denial (which then speaks of a part); between reports both stand."""
    taken: dict[str, set[str]] = {}
    denied: dict[str, set[str]] = {}
    for account, fact in kept:
        if fact.field == "data_taken":
            taken.setdefault(str(fact.value), set()).add(account.report.id)
        elif fact.field == "data_not_taken":
            denied.setdefault(str(fact.value), set()).add(account.report.id)
    refused = {name: reports - taken.get(name, set()) for name, reports in denied.items()}
    return tuple(taken), tuple(name for name, reports in refused.items() if reports)


def _vectors(kept: Sequence[tuple[Account, Fact]]) -> tuple[str, ...]:
    """Credentials tried from other breaches are credential stuffing, not stolen credentials of the victim."""
    stuffed = {
        account.report.id for account, fact in kept if fact.field == "vectors" and fact.value == "credential_stuffing"
    }
    found = [
        fact
        for account, fact in kept
        if fact.field == "vectors" and not (fact.value == "stolen_credentials" and account.report.id in stuffed)
    ]
    return tuple(dict.fromkeys(str(fact.value) for fact in found))


def _dates(accounts: Sequence[Account], kept: Sequence[tuple[Account, Fact]]) -> Dates:
    chosen = {field: _best_date(kept, f"dates.{field}") for field in ("began", "ended", "detected", "disclosed")}
    if chosen["ended"] and chosen["began"] and chosen["ended"] < chosen["began"]:
        chosen["ended"] = None
    return Dates(**chosen)


def _best_date(kept: Sequence[tuple[Account, Fact]], field: str) -> str | None:
    """The most exact date; of equals that of the report with the fewest victims, then the first report and place.

    An own statement's date stands only where no report says when the incident was disclosed.
    """
    found = [(account, fact) for account, fact in kept if fact.field == field and fact.value]
    if not found:
        return None
    return str(
        min(
            found,
            key=lambda pair: (
                pair[1].basis == "own statement",
                -len(str(pair[1].value)),
                len(pair[0].companions),
                place_of(pair[0].report.id),
                pair[1].start,
            ),
        )[1].value
    )


def _authorities(kept: Sequence[tuple[Account, Fact]]) -> tuple[Authority, ...]:
    pairs = dict.fromkeys(
        (str(_of(value, "name")), str(_of(value, "status"))) for value in _values(kept, "authorities")
    )
    return tuple(Authority(name, status) for name, status in pairs)  # type: ignore[arg-type]


def _actions(kept: Sequence[tuple[Account, Fact]]) -> tuple[Advice, ...]:
    pairs = dict.fromkeys(
        (str(_of(value, "audience")), str(_of(value, "action"))) for value in _values(kept, "actions")
    )
    return tuple(Advice(audience, action) for audience, action in pairs)  # type: ignore[arg-type]


def _statements(quoted: Sequence[tuple[Account, Fact, tuple[int, int]]], incident: Incident) -> tuple[Statement, ...]:
    made: dict[str, Statement] = {}
    for statement in _each_statement(quoted, incident):
        made.setdefault(repr(statement), statement)
    return tuple(made.values())


def _each_statement(quoted: Sequence[tuple[Account, Fact, tuple[int, int]]], incident: Incident) -> Iterator[Statement]:
    ordered = sorted(quoted, key=lambda each: (place_of(each[0].report.id), each[2], each[1].field, str(each[1].value)))
    for account, fact, (start, end) in ordered:
        if fact.value is None or (fact.field == "data_not_taken" and fact.value not in incident.data_not_taken):
            continue
        yield Statement(
            fact.field,
            fact.value,
            account.report.id,
            start,
            end,
            account.document.raw[start:end],
            fact.scope,
            fact.src,
            fact.basis,
        )


_WAYS = {
    "vishing": "voice phishing",
    "social_engineering": "social engineering",
    "malicious_oauth_app": "a malicious connected app",
    "stolen_oauth_token": "stolen OAuth tokens",
    "exploited_vulnerability": "an exploited vulnerability",
    "insider": "an insider",
    "lost_device": "a lost device",
    "physical_theft": "a stolen device",
    "misconfiguration": "a misconfiguration",
    "supply_chain": "the supply chain",
    "smishing": "text-message phishing",
}


def _title(incident: Incident) -> str:
    way = next((_WAYS.get(each, each.replace("_", " ")) for each in incident.vectors if each != "unknown"), None)
    through = next((party.name for party in incident.third_parties if party.name), None)
    text = f"{incident.victim.name} - data theft"
    text += f" by {way}" if way else ""
    return text + (f" through {through}" if through else "")
