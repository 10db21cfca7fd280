"""How many: each figure with unit, bound, share, scope and source; and the victim's own total."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from spillmark.reading.facts import Fact
from spillmark.reading.lexicon import lexicon
from spillmark.reading.numbers import Amount, amounts_in
from spillmark.reading.story import Sentence, Story
from spillmark.reading.victims import VictimName, narrowed

_MONEY = re.compile(r"[$£€]\s?$|(?:usd|eur|gbp|us\$|a\$)\s?$", re.IGNORECASE)
_MONEY_AFTER = re.compile(
    r"^\s?(?:dollars|euros|pounds|usd|eur|%|percent|per cent|prozent|pour cent|[- ]?(?:years?|days?|months?|hours?|weeks?|minutes?|ans|jours|heures|terabytes?|gigabytes?|tb|gb|jahre|times|cents?|in bitcoin|points?|states?|countries|cents))\b|^ ?[%€]",
    re.IGNORECASE,
)
_STATE = re.compile(r"(?P<place>[A-Z][a-z]+(?: [A-Z][a-z]+)?) residents")
_ACTOR_SOURCE = re.compile(
    r"claim|boast|hacker|seller|crew|gang|group says|threat actor|vendeur|propose|affirme|extortion note|hawk|offers",
    re.IGNORECASE,
)
_REGULATOR_SOURCE = re.compile(
    r"CNIL|regulator|attorney general|prosecutor|commissioner|ICO|watchdog|department of justice|filing", re.IGNORECASE
)


@dataclass(frozen=True)
class _Grammar:
    bounds: tuple[tuple[str, "re.Pattern[str]"], ...]
    units: tuple[tuple[str, "re.Pattern[str]"], ...]
    affected: "re.Pattern[str]"
    other: "re.Pattern[str]"
    shares: tuple[tuple[str, "re.Pattern[str]"], ...]


@cache
def _grammar() -> _Grammar:
    content = lexicon("counting").document
    flags = re.IGNORECASE

    def either(listed: list[str]) -> str:
        return "|".join(sorted(listed, key=len, reverse=True))

    units = []
    for unit, listed in content["units"].items():
        units.append(
            (
                unit,
                re.compile(
                    rf"^(?:[ -](?:of |d'|de |des |of the |of its |of our |of their |de nos |of all )?(?:[\w'’&-]+,? ){{0,5}}?|d')(?P<noun>{either(listed)})(?!\w)",
                    flags,
                ),
            )
        )
    people = either(content["units"]["people"])
    return _Grammar(
        tuple(
            (bound, re.compile(rf"(?:^|[^\w])(?:{either(listed)})(?: the| its| des?| la)? ?$", flags))
            for bound, listed in content["bounds"].items()
        ),
        tuple(units),
        re.compile(rf"(?<!\w)(?:{either(content['affected'])})(?!\w)", flags),
        re.compile(rf"(?<!\w)(?:{either(content['other'])})(?!\w)", flags),
        tuple(
            (
                bound,
                re.compile(
                    rf"(?<!\w)(?:{either(listed)}) (?:(?:the|its|our|their|his|all|of|AT&T's|de|ses|nos|monthly|[\w&]+'s) ){{0,3}}(?P<rest>[^.;:]{{0,40}}?)(?P<noun>{people})(?!\w)",
                    flags,
                ),
            )
            for bound, listed in content["shares"].items()
        ),
    )


def counts_of(story: Story, victims: tuple[VictimName, ...], focus: Mapping[int, frozenset[int]]) -> Iterator[Fact]:
    """Gives affected and victim.customers facts."""
    for sentence in story.sentences:
        if sentence.section in {"noise", "actions", "you_can_do"} or not sentence.told:
            continue
        about = focus.get(sentence.index, frozenset())
        shares = list(_shares(story, sentence))
        for fact in shares:
            yield Fact(fact.field, fact.value, fact.start, fact.end, about, fact.scope, fact.src)
        for amount in amounts_in(sentence.text):
            at = sentence.start + amount.start
            if any(fact.start <= at < fact.end for fact in shares):
                continue
            yield from _counted(story, sentence, amount, narrowed(story, sentence, victims, at, about))


def _shares(story: Story, sentence: Sentence) -> Iterator[Fact]:
    """ "the majority of its 1.4 million customers", "less than one percent of users"."""
    grammar = _grammar()
    if sentence.section in {"why", "about"} or sentence.heading:
        return
    for bound, pattern in grammar.shares:
        for found in pattern.finditer(sentence.text):
            inner = amounts_in(sentence.text[found.start("rest") : found.end("noun")])
            of = inner[0].value if inner and bound == "most_of" else None
            if bound == "some_of" and (inner or not _is_affected(sentence, found.start(), found.end(), loose=False)):
                continue
            if bound == "most_of" and not _is_affected(sentence, found.start(), found.end(), loose=True):
                continue
            start, end = sentence.start + found.start(), sentence.start + found.end()
            yield Fact("affected", _value(None, "people", bound, of), start, end, src=_source(story, sentence))
            if of is not None:
                yield Fact("victim.customers", of, start, end)


def _value(value: int | None, unit: str, bound: str, of: int | None) -> dict[str, int | str | None]:
    return {"value": value, "unit": unit, "bound": bound, "of": of}


def _counted(story: Story, sentence: Sentence, amount: Amount, about: frozenset[int]) -> Iterator[Fact]:
    text = sentence.text
    left, right = text[: amount.start], text[amount.end :]
    if _MONEY.search(left) or _MONEY_AFTER.match(right) or _is_date(story, sentence, amount):
        return
    bound = next((bound for bound, pattern in _grammar().bounds if pattern.search(left[-30:])), "exact")
    bound = "at_least" if re.match(r" (?:or more|plus)\b|\+", right) else bound
    unit, noun_end = _unit(right)
    form = _form_line(left)
    if unit is None and form is None and not (amount.value >= 10_000 and _bare(story, sentence, amount)):
        return
    start, end = sentence.start + amount.start - _bound_width(left), sentence.start + amount.end + noun_end
    total = _total(sentence, amount, noun_end)
    if total:
        if unit in {"people", "accounts", None} and amount.value >= 1000:
            yield Fact("victim.customers", amount.value, start, end, about)
        return
    if amount.value < 50 or (
        form is None
        and (
            sentence.section in {"about", "why"}
            or not _is_affected(sentence, amount.start, amount.end + noun_end, loose=amount.value >= 10_000)
        )
    ):
        return
    if sentence.section == "about":
        return
    value = _value(amount.value, unit or "people", bound, None)
    yield Fact("affected", value, start, end, about, _scope(sentence, amount, form), _source(story, sentence))


def _bound_width(left: str) -> int:
    found = re.search(
        r"(?:(?:no|not) (?:fewer|less|more) than|more than|less than|fewer than|at least|up to|as many as|an estimated|just under|close to|plus de|près de|[\w]+) ?$",
        left[-30:],
    )
    known = next((pattern for _, pattern in _grammar().bounds if pattern.search(left[-30:])), None)
    return len(found.group()) if found and known else 0


def _unit(right: str) -> tuple[str | None, int]:
    best: tuple[int, str] | None = None
    limit = re.search(
        r"[,;:.()]| (?:and|or|from|in|at|with|who|whose|that|to|were|was|are|is|had|have|et|dont|pour) ", right
    )
    window = right[: limit.start() if limit else 80][:80]
    for unit, pattern in _grammar().units:
        found = pattern.match(window)
        if found and (best is None or found.end() > best[0] and False or found.end("noun") < best[0]):
            best = (found.end("noun"), unit)
    if best is None:
        return None, 0
    return best[1], best[0]


def _form_line(left: str) -> str | None:
    found = re.search(
        r"((?:total )?number of [^:]{0,40}(?:affected|individuals|persons|people|residents|consumers)[^:]{0,40}|individuals affected|persons affected|people affected|affected individuals|residents affected)[ .]{0,20}:\s*$",
        left,
        re.IGNORECASE,
    )
    return found.group(1) if found else None


def _bare(story: Story, sentence: Sentence, amount: Amount) -> bool:
    """A large number without a noun still counts people where its sentence says that people were hit."""
    left = sentence.text[: amount.start]
    if (
        re.search(
            r"(?:people|persons|individuals|customers|residents|it (?:held|holds)|lists|another|at|to|of|les)(?: [\w']+){0,8} $",
            left,
        )
        is None
    ):
        return False
    return bool(
        re.match(
            r"\s?[,.;:)]|$| (?:of them|could|had|lost|annoncés|that|who|in (?:all|total)|were)",
            sentence.text[amount.end :],
        )
    ) or bool(re.search(r"(?:at )?no (?:fewer|less) than $", left))


def _is_date(story: Story, sentence: Sentence, amount: Amount) -> bool:
    start, end = sentence.start + amount.start, sentence.start + amount.end
    if any(moment.start < end and start < moment.end for moment in story.moments.get(sentence.index, ())):
        return True
    return 1900 <= amount.value <= 2100 and amount.end - amount.start == 4


def _total(sentence: Sentence, amount: Amount, noun_end: int) -> bool:
    """True where the figure is what the organisation serves, employs or sells."""
    text = sentence.text
    left = text[max(0, amount.start - 60) : amount.start]
    around = text[max(0, amount.start - 70) : amount.end + noun_end + 60]
    if _grammar().other.search(around) and not re.search(
        r"(?:affect|stolen|expos|claim|offers|names? of)\w* (?:\w+ ){0,3}$", left
    ):
        return True
    return bool(
        re.search(
            r"(?:\bits|\btheir|\bserves|\bserving|\bhas|\bhave|\bhad|\bwith|compte|counts|\bfirm with|\bof (?:its|the)) (?:(?:more than|some|about|over|approximately|nearly|around|close to|plus de|more|roughly) )?$",
            left,
        )
    ) and not re.search(r"(?:data (?:on|of)|records (?:on|of)|held data on|having the data) (?:\w+ ){0,2}$", left)


def _is_affected(sentence: Sentence, start: int, end: int, *, loose: bool) -> bool:
    window = sentence.text if loose else sentence.text[max(0, start - 120) : end + 120]
    return bool(_grammar().affected.search(window))


def _scope(sentence: Sentence, amount: Amount, form: str | None) -> str | None:
    text = form if form is not None else sentence.text[amount.start : amount.end + 60]
    found = _STATE.search(text)
    if found and found.group("place") not in {"Including", "All", "Affected"}:
        return f"{found.group('place')} residents"
    return None


def _source(story: Story, sentence: Sentence) -> str | None:
    if _ACTOR_SOURCE.search(sentence.text):
        return "actor"
    if _REGULATOR_SOURCE.search(sentence.text):
        return "regulator"
    return "victim" if story.own_voice else None
