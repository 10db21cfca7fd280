"""What reports claim, as rows with their quotes; nothing measured enters here."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from spillmark.model.report import Affected, Incident, Json, Statement
from spillmark.output import wording

SOURCES = {"victim": "the organisation hit", "actor": "the attacker", "regulator": "a regulator", "press": "the press"}

LISTED = frozenset({"data_taken", "data_not_taken", "vectors", "victim.sector"})
"""Fields whose values are ids of closed lists."""


@dataclass(frozen=True)
class Claim:
    """One thing that reports say of one incident, who says it, and where it is written."""

    incident: str
    about: str
    says: str
    by: str
    proof: tuple[str, ...]


def exposure(incidents: Iterable[Incident]) -> Iterator[Claim]:
    """Gives the claims about figures, data taken and data not taken, incident by incident."""
    for incident in incidents:
        for affected in incident.affected:
            by = SOURCES.get(affected.source or "", "not said")
            yield Claim(
                incident.title, "Affected", figure(affected), by, _proof(incident, "affected", _figure(affected))
            )
        yield from _classes(incident, "data_taken", "Data said to be taken", incident.data_taken)
        yield from _classes(incident, "data_not_taken", "Data said not to be taken", incident.data_not_taken)


def figure(affected: Affected) -> str:
    """Says one stated figure in words: `most of 1,400,000 people`, `at least 120,000 records`."""
    text = _figure_words(affected.bound, affected.value, affected.of, affected.unit)
    if affected.scope:
        text += f" ({affected.scope})"
    if affected.joint_with:
        text += f", together with {', '.join(affected.joint_with)}"
    return text


def reference(statement: Statement) -> str:
    """Writes the reference to a statement's quote: `E1:329-370`."""
    return f"{statement.report}:{statement.start}-{statement.end}"


def quotes(incidents: Iterable[Incident]) -> dict[str, str]:
    """Gives the quotes of all statements by their reference."""
    return {reference(one): one.quote for incident in incidents for one in incident.statements}


def stated(statement: Statement) -> str:
    """Says the value of a statement in words; ids of closed lists lose their underscores, names stay as they are."""
    given = statement.value
    if isinstance(given, str):
        return wording.words(given) if statement.field in LISTED else given
    return value(given)


def value(given: Json) -> str:
    """Says any stated value in words."""
    if isinstance(given, dict) and isinstance(given.get("unit"), str) and given.get("bound") in wording.BOUNDS:
        return _figure_words(str(given["bound"]), given.get("value"), given.get("of"), given["unit"])
    if isinstance(given, dict):
        parts = (f"{wording.words(key)} {value(one)}" for key, one in given.items() if one is not None)
        return ", ".join(parts)
    if isinstance(given, list):
        return ", ".join(value(one) for one in given)
    if isinstance(given, bool):
        return "yes" if given else "no"
    return wording.number(given) if isinstance(given, int | float) else str(given or "not known")


def _figure_words(bound: str, number: Json, whole: Json, unit: Json) -> str:
    said = wording.BOUNDS[bound].format(wording.number(number) if isinstance(number, int) else "an unstated number")
    known = wording.number(whole if isinstance(whole, int) else number if isinstance(number, int) else None)
    if bound in {"most_of", "some_of"} or number is None:
        return f"{said} {unit}" if known == "unknown" else f"{said} of {known} {unit}"
    return f"{said} {unit}"


def _classes(incident: Incident, field: str, about: str, classes: tuple[str, ...]) -> Iterator[Claim]:
    if classes:
        proof = tuple(dict.fromkeys(ref for one in classes for ref in _proof(incident, field, {"": one})))
        yield Claim(incident.title, about, ", ".join(wording.words(one) for one in classes), "the report", proof)


def _figure(affected: Affected) -> dict[str, Json]:
    return {"value": affected.value, "unit": affected.unit}


def _proof(incident: Incident, field: str, wanted: dict[str, Json]) -> tuple[str, ...]:
    """Finds the statements of a field whose value agrees with the wanted one in each of its keys."""
    found = (one for one in incident.statements if one.field == field and _agrees(one.value, wanted))
    return tuple(dict.fromkeys(reference(one) for one in found))


def _agrees(given: Json, wanted: dict[str, Json]) -> bool:
    if isinstance(given, dict):
        return all(given.get(key) == one for key, one in wanted.items())
    return given in wanted.values()
