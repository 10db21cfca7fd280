"""Which supervisory authorities are competent under the GDPR: the lead authority, or every one where persons live.

Source: GDPR arts. 4(16), 55, 56; EDPB Guidelines 9/2022 v2.0, paras 66-73: without an establishment in the EEA every
authority of a Member State in which affected persons reside must be told; a representative (art. 27) does not give the
one-stop-shop.
"""

from dataclasses import dataclass

from spillmark.duties.elements import personal
from spillmark.duties.given import Facts
from spillmark.duties.places import UNION, authority_place, plain, within
from spillmark.duties.truth import Truth, true, unknown

AREA = "EEA"


@dataclass(frozen=True)
class Competent:
    """An authority by its place (FR, DE-BE; EU where the State is not known), and whether it is competent.

    `local`: only the persons who live there are notified to it; otherwise all.
    """

    place: str
    truth: Truth
    local: bool


def competent(facts: Facts) -> tuple[Competent, ...]:
    """Gives the authorities that are, or may be, competent, by place."""
    ours = facts.organisation
    if ours.main_establishment is not None and within(ours.main_establishment, AREA):
        place = authority_place(ours.main_establishment)
        return (Competent(place, true(f"lead authority: the main establishment is in {place} (art. 56)"), local=False),)
    seat = authority_place(ours.domicile) if ours.domicile is not None and within(ours.domicile, AREA) else None
    if ours.establishments is None:
        return _seat_only(seat) if seat is not None else _residences(facts, unknown("organisation.establishments"))
    places = _refined([authority_place(place) for place in ours.establishments if within(place, AREA)], seat)
    if not places:
        note = " (a representative does not give the one-stop-shop)" if ours.representative else ""
        why = f"no establishment in the EEA: every authority where affected persons live{note} (Guidelines 9/2022 v2.0)"
        return _residences(facts, true(why))
    if len(places) == 1:
        why = f"the only establishment in the EEA is in {places[0]} (arts. 55, 56)"
        return (Competent(places[0], true(why), local=False),)
    why = f"establishments in {', '.join(places)}: the main one decides on the lead authority (art. 56)"
    return tuple(Competent(place, unknown("organisation.main_establishment", why), local=False) for place in places)


def _seat_only(seat: str) -> tuple[Competent, ...]:
    why = (
        f"the organisation has its seat in {seat} (art. 55); a main establishment elsewhere would change the authority"
    )
    return (Competent(seat, true(why), local=False),)


def _refined(places: list[str], seat: str | None) -> list[str]:
    """Countries and Laender without doubles; a country gives way to the Land in it that is known."""
    found = {*places, *([seat] if seat is not None else [])}
    return sorted(place for place in found if not any(other.startswith(f"{place}-") for other in found))


def _residences(facts: Facts, truth: Truth) -> tuple[Competent, ...]:
    places = set()
    for row in facts.people or ():
        if row.residence is not None and personal(row) and within(row.residence, AREA):
            places.add(UNION if plain(row.residence) == UNION else authority_place(row.residence))
    return tuple(Competent(place, truth, local=True) for place in sorted(places))
