"""Names of countries and regions: ISO 3166-1 and 3166-2 codes in words."""

from functools import cache


@cache
def name(code: str) -> str:
    """Says a code in words (`US-ME` -> `Maine, United States`); an unknown code stays as it is."""
    import pycountry  # noqa: PLC0415 - loaded on use: only a case with people needs its tables

    country = pycountry.countries.get(alpha_2=code[:2]) if len(code) == 2 or code[2:3] == "-" else None
    if country is None:
        return {"EU": "European Union, country not known", "unknown": "Not known"}.get(code, code)
    common = str(getattr(country, "common_name", country.name)).split(",")[0]
    if len(code) == 2:
        return common
    region = pycountry.subdivisions.get(code=code)  # type: ignore[no-untyped-call]  # pycountry leaves it untyped
    return f"{region.name}, {common}" if region else f"{code}, {common}"
