"""Where a person lives, from the words of an address: country (ISO 3166-1) and region (ISO 3166-2); unknown stays null.

Names are those of pycountry (ISO 3166 with the ISO's own translations) and of `content/places/`. Only distinct
combinations of words are looked at, so that the cost does not grow with the number of people.
"""

import gettext
import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from typing import Any

import pycountry
from pydantic import TypeAdapter, ValidationError

from spillmark import content
from spillmark.errors import ContentError
from spillmark.model.content import Problem

FOLDER = "places"
LANGUAGES = ("fr", "de", "es", "it", "nl", "pt")
PLAIN = {
    "ß": "ss",
    "ø": "o",
    "Ø": "o",
    "ł": "l",
    "Ł": "l",
    "æ": "ae",
    "Æ": "ae",
    "œ": "oe",
    "đ": "d",
    "ð": "d",
    "þ": "th",
}


@dataclass(frozen=True)
class PlaceTest:
    """Words of an address and the place that they must give; `zip` tells a five-digit postal code."""

    country: str | None
    state: str | None
    expect: str | None
    zip: bool = False


@dataclass(frozen=True)
class Places:
    """Aliases of places as the content lists them."""

    id: str
    version: int
    source: str
    checked_on: Any
    countries: dict[str, tuple[str, ...]]
    regions: dict[str, dict[str, str]]
    counted_by_region: tuple[str, ...]
    territories: dict[str, str]
    tests: tuple[PlaceTest, ...]


@dataclass(frozen=True)
class Residence:
    """A country and, where the words tell it, a region of it; null where they do not."""

    country: str | None = None
    region: str | None = None


@cache
def load_places() -> Places:
    """Reads the content.

    Raises:
        ContentError: a file does not say what it must say.
    """
    found = list(content.documents(FOLDER))
    if len(found) != 1:
        raise ContentError("exactly one list of places is needed", where=FOLDER)
    place, body = found[0]
    try:
        return TypeAdapter(Places).validate_python(body)
    except ValidationError as error:
        raise ContentError(error.errors()[0]["msg"], where=place) from error


def fold(text: str) -> str:
    """Writes words in lower case without accents, dots, blanks and signs."""
    for sign, plain in PLAIN.items():
        text = text.replace(sign, plain)
    spread = unicodedata.normalize("NFKD", text)
    return re.sub(r"[\W_]+", "", "".join(c for c in spread if not unicodedata.combining(c)).lower())


def residence(country: str | None, state: str | None, *, us_zip: bool = False) -> Residence:
    """Gives the place that an address names; `us_zip` tells a postal code of the form 12345 or 12345-6789."""
    known = load_places()
    code = _countries().get(fold(country)) if country else None
    if code in known.territories:
        return Residence("US", known.territories[code])
    if code is not None:
        region = _regions(code).get(fold(state)) if state else None
        if region in known.territories:
            region = known.territories[region]
        return Residence(code, region)
    if country and fold(country):
        return Residence()  # a country is named that is not known: its state would be a guess
    return _by_state(state, us_zip=us_zip)


def _by_state(state: str | None, *, us_zip: bool) -> Residence:
    """A state without a country: a full name that only one country has, or a US code with a US postal code."""
    folded = fold(state or "")
    if not folded:
        return Residence()
    if us_zip and folded in _regions("US"):
        return Residence("US", _regions("US")[folded])
    if len(folded) <= 3:  # a code says nothing without a country
        return Residence()
    found = _unique_regions().get(folded)
    return Residence(found[:2], found) if found else Residence()


@cache
def _countries() -> dict[str, str]:
    names: dict[str, str] = {}
    translations = [gettext.translation("iso3166-1", pycountry.LOCALES_DIR, languages=[lang]) for lang in LANGUAGES]
    for found in sorted(pycountry.countries, key=lambda c: c.alpha_2):
        spoken = [found.name, getattr(found, "official_name", ""), getattr(found, "common_name", "")]
        for name in (*spoken, *(t.gettext(name) for t in translations for name in spoken if name)):
            if name:
                names.setdefault(fold(name), found.alpha_2)
        names[found.alpha_2.lower()] = found.alpha_2
        names[found.alpha_3.lower()] = found.alpha_2
    for code, aliases in load_places().countries.items():
        names.update(dict.fromkeys((fold(alias) for alias in aliases), code))
    return names


@cache
def _regions(country: str) -> dict[str, str]:
    """Name and code of each subdivision; of two of one name the higher one, then the first code."""
    names: dict[str, str] = {}
    listed = _subdivisions(country)
    for found in sorted(listed, key=lambda s: (s.parent_code is not None, s.code)):
        for part in (found.name, *re.split(r"[,/\[\]()]| - ", found.name)):
            if fold(part):
                names.setdefault(fold(part), found.code)
        names.setdefault(found.code.lower().replace("-", ""), found.code)
    for found in sorted(listed, key=lambda s: s.code):
        names[fold(found.code.partition("-")[2])] = found.code
    for alias, code in load_places().regions.get(country, {}).items():
        names[fold(alias)] = f"{country}-{code}"
    return names


def _subdivisions(country: str) -> list[Any]:
    return list(pycountry.subdivisions.get(country_code=country) or ())  # type: ignore[no-untyped-call]


@cache
def _unique_regions() -> dict[str, str]:
    """Full names that one country alone has; those of the United States and Canada are unique by use."""
    owners: dict[str, set[str]] = {}
    for found in pycountry.subdivisions:
        owners.setdefault(fold(found.name), set()).add(found.code)
    alone = {name: next(iter(codes)) for name, codes in owners.items() if len(codes) == 1}
    for country in ("CA", "US"):
        for found in _subdivisions(country):
            if len({code[:2] for code in owners[fold(found.name)]}) == 1:
                alone[fold(found.name)] = found.code
    return alone


def lint() -> tuple[Problem, ...]:
    """Checks the content and runs its own samples."""
    load_places.cache_clear()
    try:
        known = load_places()
    except ContentError as error:
        return (Problem(error.where or FOLDER, error.what, error.hint or ""),)
    problems = [
        Problem(f"{FOLDER}/{known.id}", f"{code} is no country of ISO 3166-1", "use a two-letter code")
        for code in (*known.countries, *known.territories, *known.counted_by_region)
        if pycountry.countries.get(alpha_2=code) is None
    ]
    for test in known.tests:
        found = residence(test.country, test.state, us_zip=test.zip)
        got = found.region or found.country
        if got != test.expect:
            problems.append(
                Problem(f"{FOLDER}/{known.id}", f"{test.country}, {test.state} gives {got}", "change alias or sample")
            )
    return tuple(problems)
