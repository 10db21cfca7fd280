"""Where a place lies: ISO 3166 codes, areas such as the EEA, and places that have two codes."""

from functools import cache

from spillmark.duties.terms import places

UNION = "EU"
"""A residence of which no more is known than the EU."""
OUTSIDE = "not "


def plain(code: str) -> str:
    """Gives one code to places that have two: PR is US-PR, RE (Réunion) lies in FR."""
    return places().same.get(code, code)


def country(code: str) -> str:
    """The country of a place: US-OR lies in US."""
    return plain(code).partition("-")[0]


@cache
def within(code: str, area: str) -> bool | None:
    """Tells whether a place lies in an area, a country or a subdivision; None where the code is too coarse to say."""
    here = plain(code)
    members = places().areas.get(area)
    if members is not None:
        return here == UNION or country(here) in members
    if here == area or here.startswith(f"{area}-"):
        return True
    if area.startswith(f"{here}-") or (here == UNION and country(area) in places().areas["EEA"]):
        return None
    return False


def within_any(code: str, areas: tuple[str, ...]) -> bool | None:
    """Tells whether a place lies in one of several areas."""
    found = [within(code, area) for area in areas]
    if True in found:
        return True
    return None if None in found else False


def lives_in(code: str, areas: tuple[str, ...]) -> bool:
    """Tells whether a residence surely lies in one of several areas; `not EEA` is everywhere else."""
    for area in areas:
        inside = within(code, area.removeprefix(OUTSIDE))
        if inside is (not area.startswith(OUTSIDE)):
            return True
    return False


def authority_place(code: str) -> str:
    """The place of the authority for a place: the country, or its subdivision where each has its own (Germany)."""
    here = plain(code)
    return here if country(here) in places().federal else country(here)


def authority_name(place: str) -> str:
    """The authority of the GDPR at a place, by name where it is known."""
    name = places().authorities.get(place)
    return f"supervisory authority of {place}" + (f" ({name})" if name else "")
