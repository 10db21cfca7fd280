"""Codes of places: ISO 3166-1 countries and ISO 3166-2 subdivisions, and EU where no more is known."""

from functools import cache

import pycountry

MEANT = {"UK": "GB", "EL": "GR", "EEA": "EU"}
"""Codes that are often written and are not ISO 3166, with the code that is meant."""


@cache
def is_place(code: str) -> bool:
    """Tells whether `code` is a country (FR), a subdivision (US-OR) or EU."""
    if code == "EU":
        return True
    if not code.isupper():
        return False
    if "-" in code:
        return pycountry.subdivisions.get(code=code) is not None  # type: ignore[no-untyped-call]
    return pycountry.countries.get(alpha_2=code) is not None


def faults(code: str | None, path: str) -> list[str]:
    """Tells what is wrong with a place code at `path`; nothing where it is right or absent."""
    if code is None or is_place(code):
        return []
    if code in MEANT:
        return [f"`{path}`: {code} is not an ISO 3166 code; did you mean {MEANT[code]}?"]
    if is_place(code.upper()):
        return [f"`{path}`: {code!r} is not an ISO 3166 code; did you mean {code.upper()}?"]
    return [f"`{path}`: {code!r} is not an ISO 3166 code such as FR or US-OR"]
