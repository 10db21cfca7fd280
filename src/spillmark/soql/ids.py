"""Salesforce record ids: 15 characters that know case, and three more that repeat the case for those who do not.

Source: Salesforce Object Reference, "ID Field Type" (15- and 18-character forms; the suffix encodes the capitals).
"""

import re

SUFFIX = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"
"""The letter for each pattern of capitals among five characters, the first character being the lowest bit."""

_ID = re.compile(r"[A-Za-z0-9]{15}(?:[A-Za-z0-9]{3})?")


def is_id(text: str) -> bool:
    """Tells a text of the shape of a record id."""
    return _ID.fullmatch(text) is not None


def long_id(text: str) -> str:
    """Gives the 18-character form of a 15-character id; any other text stays as it is."""
    if len(text) != 15 or not is_id(text):
        return text
    return text + "".join(_suffix(text[start : start + 5]) for start in (0, 5, 10))


def id_forms(text: str) -> tuple[str, ...]:
    """Gives all texts under which a copy may hold the record that a query means by this text.

    A 15-character id has its long form, an 18-character one its short form. Where the suffix does not fit, the id lost
    its case on the way (all capitals, say): the case that the suffix tells is meant then.
    """
    if not is_id(text):
        return (text,)
    if len(text) == 15:
        return text, long_id(text)
    forms = [text, text[:15]]
    recased = None if long_id(text[:15]) == text else _recased(text)
    if recased is not None:
        forms.extend((long_id(recased), recased))
    return tuple(dict.fromkeys(forms))


def _suffix(five: str) -> str:
    return SUFFIX[sum(1 << place for place, letter in enumerate(five) if "A" <= letter <= "Z")]


def _recased(text: str) -> str | None:
    """The 15 characters with the case that the suffix tells, None where the suffix cannot be right."""
    short = ""
    for block in range(3):
        code = SUFFIX.find(text[15 + block].upper())
        for place in range(5):
            letter = text[block * 5 + place]
            capital = bool(code >> place & 1)
            if code < 0 or (capital and not letter.isalpha()):
                return None
            short += letter.upper() if capital else letter.lower()
    return short
