"""What the organisation is and where: types, flags that follow from them, seat, establishments, licences."""

from collections.abc import Mapping

from spillmark.duties.places import within, within_any
from spillmark.duties.predicates import Atom
from spillmark.duties.terms import kinds
from spillmark.duties.truth import Truth, decided, false, true, unknown
from spillmark.model.org import Organisation


def of_type(word: str, ours: Organisation) -> Truth:
    """Tells whether the organisation is of a type; `types` is complete where it is given."""
    if ours.types is None:
        return unknown("organisation.types")
    wanted = {word, *kinds().kinds.get(word, ())}
    found = sorted(wanted & set(ours.types))
    if found:
        return true(f"the organisation is a {', '.join(found).replace('_', ' ')}")
    return false(f"the organisation is no {word.replace('_', ' ')}")


def flagged(word: str, ours: Organisation) -> Truth:
    """Tells whether a flag holds (`name`) or has a word (`name=word`); an absent one may follow from the types."""
    name, _, wanted = word.partition("=")
    label = name.replace("_", " ")
    value = ours.flags.get(name)
    if value == "unknown":
        return unknown(f"organisation.flags.{name}")
    if value is None:
        return _from_types(name, ours) if not wanted else unknown(f"organisation.flags.{name}")
    holds = value == wanted if wanted else value is True
    return decided(holds, name, f"stated: {label}" + (f" = {wanted}" if wanted else ""), f"stated: {label} = {value}")


def _from_types(name: str, ours: Organisation) -> Truth:
    rule = kinds().flags.get(name)
    missing = f"organisation.flags.{name}"
    if rule is None or ours.types is None:
        return unknown(missing)
    given = set(ours.types)
    label, types = name.replace("_", " "), ", ".join(ours.types).replace("_", " ")
    if given & set(rule.true_for):
        return true(f"{label} follows from the types ({types})")
    if given & set(rule.open_for):
        return unknown(missing)
    return false(f"{label} does not follow from the types ({types})")


def located(atom: Atom, ours: Organisation) -> Truth:
    """Tells whether the seat, an establishment, all of them or a licence is in one of several places."""
    match atom.name:
        case "domicile":
            return _seat(atom.words, ours)
        case "established":
            return _established(atom.words, ours)
        case "only_established":
            return _only_established(atom.words, ours)
        case _:
            return _licensed(atom.words, ours)


def _seat(areas: tuple[str, ...], ours: Organisation) -> Truth:
    if ours.domicile is None:
        return unknown("organisation.domicile")
    inside = within_any(ours.domicile, areas)
    names = ", ".join(areas)
    return decided(
        inside, "organisation.domicile", f"domicile {ours.domicile}", f"domicile {ours.domicile}, not {names}"
    )


def _established(areas: tuple[str, ...], ours: Organisation) -> Truth:
    named = [place for place in (ours.domicile, ours.main_establishment, *(ours.establishments or ())) if place]
    inside = [place for place in named if within_any(place, areas)]
    if inside:
        return true(f"an establishment in {inside[0]}")
    if ours.establishments is None:
        return unknown("organisation.establishments")
    return false(f"no establishment in {', '.join(areas)}")


def _only_established(areas: tuple[str, ...], ours: Organisation) -> Truth:
    if ours.establishments is None:
        return unknown("organisation.establishments")
    everywhere = [*ours.establishments, *([ours.domicile] if ours.domicile else [])]
    if everywhere and all(within_any(place, areas) for place in everywhere):
        return true(f"all establishments are in {', '.join(areas)}")
    return false(f"not all establishments are in {', '.join(areas)}")


def _licensed(areas: tuple[str, ...], ours: Organisation) -> Truth:
    licensed, names = ours.licensed_in, ", ".join(areas)
    if licensed is None:
        return unknown("organisation.licensed_in")
    if isinstance(licensed, Mapping):
        without = licensed.get("all_except", ())
        outside = all(any(within(place, area) for place in without) for area in areas)
        return decided(not outside, "", f"licensed in {names}", f"not licensed in {names}")
    if isinstance(licensed, str):
        return true(f"licensed in {names}")
    inside = any(within_any(place, areas) for place in licensed)
    return decided(inside, "organisation.licensed_in", f"licensed in {names}", f"not licensed in {names}")
