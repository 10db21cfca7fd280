"""What reports claim, in sentences that say so."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from spillmark.case.ours import is_provider, is_vendor, is_victim
from spillmark.model.case import Sentence
from spillmark.model.org import Org
from spillmark.model.report import Affected, Incident

PROOFS = 4
NAMED = 8
BOUNDS = {
    "exact": "",
    "about": "about ",
    "at_least": "at least ",
    "at_most": "at most ",
    "most_of": "most of ",
    "some_of": "some of ",
}


@dataclass(frozen=True)
class Told:
    """The incidents to tell at length, those to name only, and how each is called.

    Beside a theft that was measured, only what is said of us or of a vendor is told at length.
    """

    near: tuple[Incident, ...]
    others: tuple[Incident, ...]
    names: Mapping[str, str]

    @classmethod
    def of(cls, incidents: Sequence[Incident], org: Org, *, measured: bool) -> "Told":
        """Sorts the incidents."""
        ours = [one for one in incidents if is_victim(one, org) or is_provider(one, org) or is_vendor(one, org)]
        near = tuple(ours if measured else incidents)
        names = {incident.id: incident.victim.name for incident in incidents}
        return cls(near, tuple(one for one in incidents if one not in near), names)


def happened(told: Told) -> Iterator[Sentence]:
    """Says from whom, through whom, when, by whom and how, as the reports have it."""
    for incident in told.near:
        parties = [party.name for party in incident.third_parties if party.name]
        through = f" through {', '.join(parties)}" if parties else ""
        many = "report tells" if len(incident.reports) == 1 else "reports tell"
        head = f"Claimed: {len(incident.reports)} {many} of a theft from {incident.victim.name}{through}"
        yield from _said(incident, f"{head}{_dated(incident)}.", "victim", "third_parties", "dates")
        actors = [f"{actor.name} ({actor.attribution})" for actor in incident.actors]
        vectors = _words(vector for vector in incident.vectors if vector != "unknown")
        how = [*([f"attributed to {', '.join(actors)}"] if actors else []), *([f"by {vectors}"] if vectors else [])]
        if how:
            yield from _said(incident, f"Claimed for {incident.victim.name}: {'; '.join(how)}.", "actors", "vectors")
    proof = tuple(dict.fromkeys(ref for one in told.others for ref in _proof(one, "victim")[:1]))
    if proof:
        victims = sorted({one.victim.name for one in told.others})
        more = f" and {len(victims) - NAMED} more" if len(victims) > NAMED else ""
        text = f"Claimed, of others: the reports also tell of thefts from {', '.join(victims[:NAMED])}{more}."
        yield Sentence(text, proof[:NAMED])


def matters(told: Told) -> Iterator[Sentence]:
    """Says which risks the reports name."""
    for incident in told.near:
        risks = _words(one.risk for one in incident.why_it_matters)
        if risks:
            yield from _said(incident, f"Claimed for {incident.victim.name}: risk of {risks}.", "why_it_matters")


def whose(told: Told) -> Iterator[Sentence]:
    """Says whose data the reports speak of: figures, what was taken, what they say was not."""
    for incident in told.near:
        said = [
            *(_figure(stated, told.names) for stated in incident.affected),
            *_named("data taken: ", incident.data_taken),
            *_named("said not to be taken: ", incident.data_not_taken),
        ]
        if said:
            text = f"Claimed for {incident.victim.name}: {'; '.join(said)}."
            yield from _said(incident, text, "affected", "data_taken", "data_not_taken")


def advised(told: Told) -> Iterator[Sentence]:
    """Says what the reports advise, order or tell of as done."""
    for incident in told.near:
        steps = _words(dict.fromkeys(one.action for one in incident.actions))
        if steps:
            yield from _said(incident, f"Named in the reports on {incident.victim.name}: {steps}.", "actions")


def _said(incident: Incident, text: str, *fields: str) -> Iterator[Sentence]:
    proof = _proof(incident, *fields)
    if proof:
        yield Sentence(text, proof)


def _dated(incident: Incident) -> str:
    dates = incident.dates
    pairs = (("began", dates.began), ("detected", dates.detected), ("disclosed", dates.disclosed))
    known = ", ".join(f"{word} {date}" for word, date in pairs if date)
    return f" ({known})" if known else ""


def _figure(stated: Affected, names: Mapping[str, str]) -> str:
    amount = stated.value if stated.value is not None else stated.of
    number = f"{amount:,}" if amount is not None else "an unnamed number of"
    others = [names.get(one, one) for one in stated.joint_with]
    joint = f" (together with {', '.join(others)})" if others else ""
    source = f", as the {stated.source} says" if stated.source else ""
    return f"{BOUNDS[stated.bound]}{number} {stated.unit}{joint}{source}"


def _named(lead: str, classes: Sequence[str]) -> list[str]:
    return [lead + _words(classes)] if classes else []


def _words(idents: Iterable[str]) -> str:
    return ", ".join(ident.replace("_", " ") for ident in idents)


def _proof(incident: Incident, *names: str) -> tuple[str, ...]:
    places = (f"{s.report}:{s.start}-{s.end}" for s in incident.statements if s.field.split(".")[0] in names)
    return tuple(dict.fromkeys(places))[:PROOFS]
