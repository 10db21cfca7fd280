"""How names are written: legal forms, keys for comparing, short forms, and words that are no names."""

import re
from dataclasses import dataclass
from functools import cache, lru_cache

import pycountry

from spillmark.reading.lexicon import lexicon

LEGAL_FORM = re.compile(
    r",? (?:Inc|INC|Incorporated|INCORPORATED|Corp|CORP|Corporation|CORPORATION|Co|LLC|L\.L\.C|"
    r"Ltd|Limited|PLC|plc|SA|S\.A|SAS|AG|GmbH|NV|N\.V|BV|LP|"
    r"Pty|Pty Ltd|P\.C|PC|PLLC|P\.A|M\.D|MD|DDS|DMD|LLP|L\.P|Oy|AB|ASA|SpA|S\.p\.A|KG|SE)\.?$"
)


_WAY = r"(?:Road|Street|Avenue|Drive|Suite|Boulevard|Blvd|Lane|Way|Plaza|Square|Highway|Parkway|Floor|St|Ave|Rd|Dr)"
STREET = re.compile(rf" {_WAY}\.?$|^(?:Rue|Avenue|Suite|Box) ")
_ADDRESS = re.compile(
    rf"\d{{1,5}} (?:[A-Z][\w.]{{0,20}} ){{1,4}}{_WAY}\b"
    r"|\b[A-Z]{2} \d{5}\b|\bP\.?O\.? Box\b|\b\d{5} [A-Z][a-zà-ÿ]+$|\brue [A-Z]"
)


def is_address(text: str) -> bool:
    """Says whether a short line is a postal address."""
    return len(text) < 110 and _ADDRESS.search(text) is not None


@dataclass(frozen=True)
class _Words:
    common: frozenset[str]
    never: frozenset[str]
    function: frozenset[str]
    begin: frozenset[str]
    generic: frozenset[str]
    places: frozenset[str]
    media: "re.Pattern[str]"
    laws: "re.Pattern[str]"


@cache
def words() -> _Words:
    """Gives the closed word lists of lexicon `names`, with the names of all countries."""
    content = lexicon("names").document
    places = {part.strip('" ').lower() for part in re.findall(r'"[^"]+"|\S+', content["places"])}
    places |= {country.name.lower() for country in pycountry.countries}
    places |= {getattr(country, "common_name", country.name).lower() for country in pycountry.countries}
    return _Words(
        frozenset(content["common"].split()) | frozenset(content["openers"].split()),
        frozenset(content["never"].split()),
        frozenset(content["function"].split()),
        frozenset(content["begin"].split()),
        frozenset(content["generic"].split()),
        frozenset(places),
        re.compile(rf"(?<!\w){content['media']}(?!\w)", re.IGNORECASE),
        re.compile(rf"(?<!\w){content['laws']}(?!\w)", re.IGNORECASE),
    )


@lru_cache(maxsize=4096)
def bare_name(written: str) -> str:
    """Drops the legal form, a trailing full stop, and an article; CAPITALS of a letterhead become a name."""
    name = LEGAL_FORM.sub("", written.strip(" .,"))
    had_form = name != written.strip(" .,")
    name = re.sub(r"^(?:The|THE) ", "", name).strip(" .,")
    if had_form and name.isupper() and len(name) > 5 and "&" not in name:
        name = " ".join(part.capitalize() for part in name.split())
    return name


@lru_cache(maxsize=4096)
def key_of(name: str) -> str:
    """Gives the form under which two spellings are one name."""
    text = bare_name(name).lower().replace("&", " and ")
    text = re.sub(r"\b(?:group|holdings?|corporation|company|inc|international|global|groupe|the)\b", " ", text)
    return " ".join(re.findall(r"\w+", text)) or name.lower()


@lru_cache(maxsize=4096)
def generic(name: str) -> bool:
    """Says whether every word of a name or key is one of an industry, a kind of organisation or a legal form."""
    return all(word in words().generic for word in re.findall(r"\w+", name.lower()))


def covers(short: str, long: str) -> bool:
    """Says whether the key `short` is a short form, the initials, or another spelling of the key `long`.

    Generic words alone are no short form: "Life" is not Brackwater Life, "National Bank" not that of any country.
    """
    few, many = short.split(), long.split()
    if short == long or short.replace(" ", "") == long.replace(" ", ""):
        return True
    if len(few) < len(many) and len(short) >= 4 and not generic(short):
        return many[: len(few)] == few or (many[-len(few) :] == few and few[0] not in words().common)
    return (
        len(many) >= 2
        and len(few) == 1
        and short == "".join(part[0] for part in many if part not in {"of", "the", "and", "de"})
    )


def same_name(one: str, other: str) -> bool:
    """Says whether two names, of two reports, may mean one organisation; two generic ones only where they are equal."""
    first, second = key_of(one), key_of(other)
    if first == second and generic(first):
        return bare_name(one).lower() == bare_name(other).lower()
    return covers(first, second) or covers(second, first)
