"""The grammar around a figure: bound before it, unit after it, and what makes it another figure than the affected."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from spillmark.reading.lexicon import lexicon

# A unit stands at most five words after its number, inside the same phrase.
_PHRASE_END = re.compile(
    r"[,;:.()]| (?:and(?! debit| credit| payment)|or|from|in|at|with|who|whose|that|to|were|was|are|is|had|have|et|"
    r"dont|pour|of|de|des|whom|which|including|worth) | d'"
)
_LEAD = re.compile(r"[ -](?:of |d'|de |des |of the |of its |of our |of their |de nos |of all )?|d'", re.IGNORECASE)
_FAR = 5
_WINDOW = 80
_LEFT = 34


@dataclass(frozen=True)
class Grammar:
    """Compiled patterns of lexicon `counting`."""

    bounds: tuple[tuple[str, "re.Pattern[str]"], ...]
    units: tuple[tuple[str, "re.Pattern[str]"], ...]
    affected: "re.Pattern[str]"
    other: "re.Pattern[str]"
    whole_other: "re.Pattern[str]"
    own_total: "re.Pattern[str]"
    not_counted: "re.Pattern[str]"
    share_of: "re.Pattern[str]"
    shares: tuple[tuple[str, "re.Pattern[str]"], ...]


@cache
def grammar() -> Grammar:
    """Gives the grammar."""
    content = lexicon("counting").document
    bounds = tuple(
        (bound, _compiled(rf"(?:^|[^\w])(?P<bound>{_either(listed)})(?: the| its| des?| la)? ?$"))
        for bound, listed in content["bounds"].items()
    )
    any_bound = _either(each for listed in content["bounds"].values() for each in listed)
    people = _either(content["units"]["people"])
    between = (
        r"(?:(?:the|its|our|their|his|all|of|de|ses|nos|monthly|[\w&]+'s) ){0,3}(?P<rest>(?:[^.;:]|\.(?=\d)){0,40}?)"
    )
    return Grammar(
        bounds=bounds,
        units=tuple(
            (unit, _compiled(rf"(?<!\w)(?:{_either(listed)})(?!\w)")) for unit, listed in content["units"].items()
        ),
        affected=_compiled(rf"(?<!\w)(?:{_either(content['affected'])})(?!\w)"),
        other=_compiled(rf"(?<!\w)(?:{_either(content['other'])})(?!\w)"),
        whole_other=_compiled(rf"(?<!\w)(?:{_either(content['whole_other'])})(?!\w)"),
        own_total=_compiled(rf"(?<!\w)(?:{_either(content['own_total'])}) (?:(?:{any_bound}|total) )?$"),
        not_counted=_compiled(rf"(?<!\w)(?:{_either(content['not_counted'])}) (?:(?:{any_bound}) )?$"),
        share_of=_compiled(rf"^(?:(?:[^.;]|\.(?=\d)){{0,40}}?[ (])?{content['share_of']}(?=\d|one|two)"),
        shares=tuple(
            (bound, _compiled(rf"(?<!\w)(?:{_either(listed)}) {between}(?P<noun>{people})(?!\w)"))
            for bound, listed in content["shares"].items()
        ),
    )


def _either(listed: Iterable[str]) -> str:
    return "|".join(sorted(listed, key=len, reverse=True))


def _compiled(pattern: str) -> "re.Pattern[str]":
    return re.compile(pattern, re.IGNORECASE)


def bound_of(left: str, right: str) -> tuple[str, int]:
    """Gives the bound of a figure and how many characters before it belong to the wording of the bound."""
    if re.match(r" (?:or more|and counting)\b|\+", right):
        return "at_least", 0
    tail = left[-_LEFT:]
    for bound, pattern in grammar().bounds:
        found = pattern.search(tail)
        if found:
            return bound, len(tail) - found.start("bound")
    return "exact", 0


def unit_of(right: str) -> tuple[str | None, int]:
    """Gives the unit after a figure and where its noun ends; the last noun heads the phrase ("customer records")."""
    lead = _LEAD.match(right)
    begin = lead.end() if lead else 0
    limit = _PHRASE_END.search(right, begin)
    window = right[: limit.start() if limit else _WINDOW][:_WINDOW]
    found = [
        (match.end(), match.end() - match.start(), unit)
        for unit, pattern in grammar().units
        for match in pattern.finditer(window, begin)
        if len(window[begin : match.start()].split()) <= _FAR
    ]
    if not found:
        return None, 0
    end, _, unit = max(found)
    return unit, end
