"""Numbers as reports write them: digits with separators of four languages, multipliers, number words."""

import re
from dataclasses import dataclass
from functools import cache

from spillmark.reading.lexicon import lexicon

DIGITS = r"\d{1,3}(?:[,. \u202f]\d{3})+(?![\d])(?:[.,]\d{1,2})?|\d+(?:[.,]\d{1,3})?"


@dataclass(frozen=True)
class Amount:
    """One number at [start:end); `value` is whole, or None for text that is none."""

    start: int
    end: int
    value: int


@cache
def _grammar() -> tuple["re.Pattern[str]", dict[str, int], dict[str, float]]:
    content = lexicon("counting").document
    multipliers = {str(name).lower(): int(value) for name, value in content["multipliers"].items()}
    words = {str(name).lower(): float(value) for name, value in content["words"].items()}
    several = "|".join(sorted((re.escape(each) for each in multipliers), key=len, reverse=True))
    named = "|".join(sorted((re.escape(each) for each in words), key=len, reverse=True))
    pattern = (
        rf"(?<![\w.,$£€/:-])(?<!\d )(?:(?P<digits>{DIGITS})(?:[ -]?(?P<times>{several})(?!\w))?"
        rf"|(?P<word>{named})[ -](?P<wordtimes>{several})(?!\w))(?![\w/]|[.,:]\d|-\d)"
    )
    return re.compile(pattern, re.IGNORECASE), multipliers, words


def amounts_in(text: str) -> tuple[Amount, ...]:
    """Gives every number of one sentence that may count something (no money, no date, no share in percent)."""
    pattern, multipliers, words = _grammar()
    found = []
    for match in pattern.finditer(text):
        times = match.group("times") or match.group("wordtimes")
        factor = multipliers[times.lower()] if times else 1
        if match.group("digits"):
            value = _digits(match.group("digits"), scaled=times is not None)
        else:
            value = words[match.group("word").lower()]
        if value is None or value * factor > 2e10:
            continue
        found.append(Amount(match.start(), match.end(), round(value * factor)))
    return tuple(found)


def _digits(written: str, *, scaled: bool) -> float | None:
    """Reads "1,234,567", "1.234.567", "1 234 567", "19,2" (million) and "1.4" (million)."""
    plain = written.replace(" ", "").replace("\u202f", "")
    if re.fullmatch(r"\d+", plain):
        return float(plain) if len(plain) <= 15 else None
    if scaled and re.fullmatch(r"\d+[.,]\d{1,3}", plain):
        return float(plain.replace(",", "."))
    if re.fullmatch(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?", plain):
        return float(plain.replace(",", ""))
    if re.fullmatch(r"\d{1,3}(?:\.\d{3})+(?:,\d+)?", plain):
        return float(plain.replace(".", "").replace(",", "."))
    return float(plain.replace(",", ".")) if re.fullmatch(r"\d+[.,]\d+", plain) and scaled else None
