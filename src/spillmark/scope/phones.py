"""Telephone numbers in one form (E.164), in SQL: country codes, trunk prefixes and lengths are phonenumbers' own data.

Source: ITU-T E.164; the metadata of Google's libphonenumber as the phonenumbers package carries it.
"""

from collections.abc import Iterable

import phonenumbers
from phonenumbers.phonemetadata import PhoneMetadata

from spillmark.engine.interface import Engine

LONGEST = 15
COLUMNS = {"region": "VARCHAR", "code": "VARCHAR", "trunk": "VARCHAR", "exit": "VARCHAR", "lengths": "INTEGER[]"}


def register_dial(engine: Engine) -> None:
    """Makes the table `dial`: for each country its code, trunk prefix, international prefix and possible lengths."""
    engine.register("dial", COLUMNS, _rows())


def _rows() -> Iterable[tuple[object, ...]]:
    for region in sorted(phonenumbers.SUPPORTED_REGIONS):
        found = PhoneMetadata.metadata_for_region(region)
        if found is None or found.country_code is None or found.general_desc is None:
            continue
        lengths = sorted(length for length in found.general_desc.possible_length if length > 0)
        international = found.preferred_international_prefix or found.international_prefix or ""
        plain = "".join(c for c in international if c.isdigit()) if international.isdigit() else "00"
        yield region, str(found.country_code), found.national_prefix or "", plain, lengths


def e164(column: str, dial: str) -> str:
    """Gives SQL for a number's international form, `dial` being the alias of its country's row (null if unknown).

    Extensions are cut off. A number that does not fit its country, or has none, gives its digits with `?` before
    them, so that it equals only the very same digits; fewer than seven digits give null.
    """
    bare = f"regexp_replace(regexp_replace({column}, '(?i)(;|,|#|\\b(ext|x|poste|ap)).*$', ''), '\\(0\\)', '')"
    kept = f"regexp_replace({bare}, '[^0-9+]', '', 'g')"
    digits = f"regexp_replace({bare}, '[^0-9]', '', 'g')"
    national = (
        f"CASE WHEN {dial}.trunk <> '' AND starts_with({digits}, {dial}.trunk) "
        f"AND list_contains({dial}.lengths, length({digits}) - length({dial}.trunk)) "
        f"THEN substr({digits}, 1 + length({dial}.trunk)) ELSE {digits} END"
    )
    return f"""CASE
                WHEN length({digits}) < 7 THEN NULL
                WHEN starts_with({kept}, '+') AND length({digits}) <= {LONGEST} THEN '+' || {digits}
                WHEN {dial}.region IS NOT NULL AND starts_with({digits}, {dial}.exit) AND length({digits}) > 9
                    AND NOT list_contains({dial}.lengths, length({national}))
                    THEN '+' || substr({digits}, 1 + length({dial}.exit))
                WHEN {dial}.region IS NOT NULL AND list_contains({dial}.lengths, length({national}))
                    THEN '+' || {dial}.code || {national}
                ELSE '?' || {digits}
            END"""
