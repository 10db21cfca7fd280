"""Whether a condition of a law holds on the facts, for one row of persons or for all of them."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import assert_never

from spillmark.duties import elements, organisation
from spillmark.duties.competence import competent
from spillmark.duties.given import Facts, Residents
from spillmark.duties.places import within_any
from spillmark.duties.predicates import All, AnyOf, Atom, Count, Data, Known, Not, Predicate, Said
from spillmark.duties.tally import Tally, compare
from spillmark.duties.truth import Truth, all_of, any_of, decided, false, known, negation, true, unknown

HARMS = {"likely": True, "unlikely": False}


@dataclass(frozen=True)
class View:
    """What a condition is judged on: the facts, one row of persons (None: all of them), and counts where known.

    `elsewhere` tells whether a notice to another authority is due under another law.
    """

    facts: Facts
    row: Residents | None = None
    tally: Tally | None = None
    elsewhere: Truth = field(default_factory=lambda: unknown("told_elsewhere"))


def judge(predicate: Predicate, view: View) -> Truth:
    """Judges a condition."""
    match predicate:
        case All(parts):
            return all_of(judge(part, view) for part in parts)
        case AnyOf(parts):
            return any_of(judge(part, view) for part in parts)
        case Not(part):
            return negation(judge(part, view))
        case Known(part):
            return known(judge(part, view))
        case Said(part, says):
            return _in_words(judge(part, view), says)
        case Data():
            return _each(view, lambda row: _data(predicate, row))
        case Count():
            return compare(predicate, view.tally) if view.tally is not None else unknown("people.count")
        case Atom(name, words):
            return any_of(_ATOMS[name](word, view) for word in words) if name in _ATOMS else _places(predicate, view)
        case _:
            assert_never(predicate)


def _in_words(found: Truth, says: str) -> Truth:
    if found.value:
        return true(says)
    return false(f"not stated: {says}") if found.value is False and not found.why else found


def _places(atom: Atom, view: View) -> Truth:
    """Conditions on places, whose words are one set rather than one condition each."""
    if atom.name == "lives":
        return _each(view, lambda row: _lives(row, atom.words))
    return organisation.located(atom, view.facts.organisation)


def _each(view: View, one: Callable[[Residents], Truth]) -> Truth:
    if view.row is not None:
        return one(view.row)
    if view.facts.people is None:
        return unknown("people")
    rows = tuple(row for row in view.facts.people if row.count != 0)
    return any_of(one(row) for row in rows) if rows else false("no persons are concerned")


def _data(wanted: Data, row: Residents) -> Truth:
    place = row.residence or "unknown residence"
    found = all_of(
        (
            elements.every_element(row, wanted.all),
            elements.any_element(row, wanted.any) if wanted.any else true(),
        )
    )
    if found.value:
        return true(f"{place}: {' with '.join(found.why)}")
    if found.value is None:
        return unknown(found.missing, f"{place}: not known whether the data holds what the law lists")
    return false(f"{place}: the data ({', '.join(row.data_classes or row.elements)}) holds nothing that the law lists")


def _lives(row: Residents, areas: tuple[str, ...]) -> Truth:
    if row.residence is None:
        return unknown("people.residence")
    inside = within_any(row.residence, areas)
    names = ", ".join(areas)
    return decided(inside, "people.residence", f"persons live in {row.residence}", f"{row.residence} is not in {names}")


def _happened(word: str, view: View) -> Truth:
    match word:
        case "access_or_acquisition":
            return any_of((_happened("access", view), _happened("acquisition", view)))
        case "access_and_acquisition":
            return all_of((_happened("access", view), _happened("acquisition", view)))
        case "acquisition_or_use":
            return any_of((_happened("acquisition", view), _happened("use", view)))
        case "acquisition":
            return _acquired(view)
        case "access":
            reached = {"access": True, "acquisition": True, "access_and_acquisition": True, "use": True}
            missing = "incident.kind"
            value = reached.get(view.facts.incident.kind or "", None if _open(view) else False)
            return decided(value, missing, "the data was accessed", "the data was not accessed")
        case _:
            kind = view.facts.incident.kind
            value = None if kind is None else kind == word
            return decided(value, "incident.kind", f"{word} of data", f"no {word} of data")


def _open(view: View) -> bool:
    return view.facts.incident.kind in {None, "loss"}


def _acquired(view: View) -> Truth:
    """Acquisition: `access`, `loss` and unknown leave it open unless evidence excludes it (duties contract)."""
    incident = view.facts.incident
    if incident.kind in {"acquisition", "access_and_acquisition"}:
        return true("data was acquired")
    if incident.acquisition_excluded:
        return false("evidence excludes that data was acquired")
    if incident.kind == "unavailability":
        return false("data was unavailable, not acquired")
    missing = "incident.kind" if incident.kind is None else "incident.acquisition_excluded"
    return unknown(missing, "acquisition is not excluded")


def _harm(word: str, view: View) -> Truth:
    harm = view.facts.incident.harm
    wanted = HARMS[word]
    value = None if harm is None else harm == wanted
    other = "unlikely" if wanted else "likely"
    return decided(value, "incident.harm", f"harm is stated as {word}", f"harm is stated as {other}")


def _protected(view: View) -> Truth:
    """Encrypted, and what opens the encryption was not taken."""
    incident = view.facts.incident
    if not incident.encrypted:
        return decided(incident.encrypted, "incident.encrypted", "", "the data was not encrypted")
    if incident.key_taken or "key_compromise_known" in view.facts.clock:
        return false("the data was encrypted, but its key is compromised")
    if incident.key_taken is None:
        return unknown("incident.key_taken", "the data was encrypted; whether its key was taken is not known")
    return true("the data was encrypted and its key was not taken")


def _minors(row: Residents) -> Truth:
    value = None if row.minors is None else row.minors > 0
    return decided(value, "people.minors", f"{row.minors} minors in {row.residence}", "no minors")


def _state(word: str, view: View) -> Truth:
    incident = view.facts.incident
    match word:
        case "protected":
            return _protected(view)
        case "encrypted":
            return decided(incident.encrypted, "incident.encrypted", "the data was encrypted", "it was not encrypted")
        case "harm_documented":
            written = "a written finding on harm is on file"
            return decided(incident.harm_documented, "incident.harm_documented", written, f"not so: {written}")
        case "malicious":
            return decided(incident.malicious, "incident.malicious", "an intruder with bad intent", "no bad intent")
        case "backup_available":
            return decided(incident.backup_available, "incident.backup_available", "a backup is there", "no backup")
        case "personal_data":
            return _each(view, _personal)
        case "minors":
            return _each(view, _minors)
        case "represented":
            named = view.facts.organisation.representative
            return true("a representative in the EEA is named (art. 27)") if named else false()
        case _:
            return view.elsewhere


def _personal(row: Residents) -> Truth:
    if elements.personal(row):
        return true("personal data is concerned")
    return false("no persons, or data of an organisation only")


def _competent(place: str, view: View) -> Truth:
    found = [one.truth for one in competent(view.facts) if one.place == place]
    if found:
        return found[0]
    others = ", ".join(one.place for one in competent(view.facts)) or "none"
    return false(f"the authority of {place} is not competent (competent: {others})")


def _role(word: str, view: View) -> Truth:
    role = view.facts.role
    return decided(None if role is None else role == word, "role", f"we are the {word}", f"we are the {role}")


def _vector(word: str, view: View) -> Truth:
    vectors = view.facts.incident.vectors
    return decided(None if vectors is None else word in vectors, "incident.vectors", f"by {word}", f"not by {word}")


def _given(word: str, view: View) -> Truth:
    if word in view.facts.clock:
        return true(f"{word.replace('_', ' ')} is given: {view.facts.clock[word].text}")
    return false(f"{word.replace('_', ' ')} is not given")


def _started(word: str, view: View) -> Truth:
    found = _given(word, view)
    return found if found.value else unknown(word)


_ATOMS: dict[str, Callable[[str, View], Truth]] = {
    "event": _happened,
    "harm": _harm,
    "competent": _competent,
    "role": _role,
    "vector": _vector,
    "given": _given,
    "started": _started,
    "is": _state,
    "type": lambda word, view: organisation.of_type(word, view.facts.organisation),
    "flag": lambda word, view: organisation.flagged(word, view.facts.organisation),
}
