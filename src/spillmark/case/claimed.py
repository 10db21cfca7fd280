"""What reports claim, in sentences that say so."""

from collections.abc import Iterator, Mapping, Sequence

from spillmark.case.ours import is_provider, is_vendor, is_victim
from spillmark.model.case import Sentence
from spillmark.model.org import Org
from spillmark.model.report import Affected, Incident

PROOFS = 4
NAMED = 8


def told(incidents: Sequence[Incident], org: Org, *, measured: bool) -> Iterator[Sentence]:
    """Words what is claimed: each incident in at most three sentences with the quotes behind it.

    Beside a theft that was `measured`, only what is said of us or of a vendor is told at length; that reports tell of
    other houses too is one sentence.
    """
    names = {incident.id: incident.victim.name for incident in incidents}
    near = [one for one in incidents if is_victim(one, org) or is_provider(one, org) or is_vendor(one, org)]
    for incident in near if measured else incidents:
        yield from _one(incident, names)
    others = [one for one in incidents if one not in near]
    proof = tuple(dict.fromkeys(ref for one in others for ref in _proof(one, "victim")[:1]))
    if measured and others and proof:
        listed = ", ".join(sorted({one.victim.name for one in others})[:NAMED])
        more = f" and {len(others) - NAMED} more" if len(others) > NAMED else ""
        text = f"Claimed, of others: the reports also tell of thefts from {listed}{more}."
        yield Sentence(text, proof[:NAMED])


def _one(incident: Incident, names: Mapping[str, str]) -> Iterator[Sentence]:
    parties = [party.name for party in incident.third_parties if party.name]
    through = f" through {', '.join(parties)}" if parties else ""
    proof = _proof(incident, "victim", "third_parties", "dates")
    if not proof:
        return
    many = "report tells" if len(incident.reports) == 1 else "reports tell"
    head = f"Claimed: {len(incident.reports)} {many} of a theft from {incident.victim.name}{through}"
    yield Sentence(f"{head}{_dated(incident)}.", proof)
    figures = [_figure(stated, names) for stated in incident.affected]
    taken = [name.replace("_", " ") for name in incident.data_taken]
    said = [*figures, *([f"data taken: {', '.join(taken)}"] if taken else [])]
    proof = _proof(incident, "affected", "data_taken")
    if said and proof:
        yield Sentence(f"Claimed for {incident.victim.name}: {'; '.join(said)}.", proof)
    actors = [f"{actor.name} ({actor.attribution})" for actor in incident.actors]
    vectors = [vector.replace("_", " ") for vector in incident.vectors if vector != "unknown"]
    how = [
        *([f"attributed to {', '.join(actors)}"] if actors else []),
        *([f"by {', '.join(vectors)}"] if vectors else []),
    ]
    proof = _proof(incident, "actors", "vectors")
    if how and proof:
        yield Sentence(f"Claimed for {incident.victim.name}: {'; '.join(how)}.", proof)


def _dated(incident: Incident) -> str:
    dates = incident.dates
    pairs = (("began", dates.began), ("detected", dates.detected), ("disclosed", dates.disclosed))
    known = ", ".join(f"{word} {date}" for word, date in pairs if date)
    return f" ({known})" if known else ""


def _figure(stated: Affected, names: Mapping[str, str]) -> str:
    words = {
        "exact": "",
        "about": "about ",
        "at_least": "at least ",
        "at_most": "at most ",
        "most_of": "most of ",
        "some_of": "some of ",
    }[stated.bound]
    amount = stated.value if stated.value is not None else stated.of
    number = f"{amount:,}" if amount is not None else "an unnamed number of"
    others = [names.get(one, one) for one in stated.joint_with]
    joint = f" (together with {', '.join(others)})" if others else ""
    return f"{words}{number} {stated.unit}{joint}"


def _proof(incident: Incident, *names: str) -> tuple[str, ...]:
    places = (f"{s.report}:{s.start}-{s.end}" for s in incident.statements if s.field.split(".")[0] in names)
    return tuple(dict.fromkeys(places))[:PROOFS]
