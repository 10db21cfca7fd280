"""What reports claim, in sentences that say so."""

from collections.abc import Iterator

from spillmark.model.case import Sentence
from spillmark.model.report import Affected, Incident

PROOFS = 4


def told(incident: Incident) -> Iterator[Sentence]:
    """Words one claimed incident in at most three sentences, each with the quotes behind it."""
    parties = [party.name for party in incident.third_parties if party.name]
    through = f" through {', '.join(parties)}" if parties else ""
    began = incident.dates.began or incident.dates.detected
    when = f" ({began})" if began else ""
    proof = _proof(incident, "victim", "third_parties", "dates")
    if not proof:
        return
    many = "report tells" if len(incident.reports) == 1 else "reports tell"
    yield Sentence(
        f"Claimed: {len(incident.reports)} {many} of a theft from {incident.victim.name}{through}{when}.", proof
    )
    figures = [_figure(stated) for stated in incident.affected]
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


def _figure(stated: Affected) -> str:
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
    joint = f" (together with {', '.join(stated.joint_with)})" if stated.joint_with else ""
    return f"{words}{number} {stated.unit}{joint}"


def _proof(incident: Incident, *names: str) -> tuple[str, ...]:
    places = (f"{s.report}:{s.start}-{s.end}" for s in incident.statements if s.field.split(".")[0] in names)
    return tuple(dict.fromkeys(places))[:PROOFS]
