"""How many: each figure with unit, bound, share, scope and source; and the victim's own total."""

import re
from collections.abc import Iterator, Mapping

from spillmark.model.report import Json
from spillmark.reading.counting import bound_of, grammar, unit_of
from spillmark.reading.facts import Fact
from spillmark.reading.focus import narrowed
from spillmark.reading.numbers import Amount, amounts_in
from spillmark.reading.story import Sentence, Story
from spillmark.reading.victims import VictimName

_MONEY = re.compile(r"[$£€]\s?$|(?:usd|eur|gbp|us\$|a\$)\s?$", re.IGNORECASE)
_MEASURE = re.compile(
    r"^\s?(?:dollars|euros|pounds|usd|eur|percent|per cent|prozent|pour cent|[- ]?(?:years?|"
    r"days?|months?|hours?|weeks?|minutes?|ans|jours|"
    r"heures|terabytes?|gigabytes?|tb|gb|mb|jahre|times|cents?|points?|states?|countries|in "
    r"bitcoin|in crypto))\b|^ ?[%€$]",
    re.IGNORECASE,
)
_PLACE = re.compile(r"(?P<place>[A-Z][A-Za-z]+(?: [A-Z][a-z]+)?) (?:residents|citizens|customers|users)")
_FORM = re.compile(
    r"(?P<label>(?:total )?number of [^:]{0,40}(?:affected|individuals|persons|people|residents|consumers)[^:]{0,40}|"
    r"(?:individuals|persons|people|residents) affected|affected individuals)[ .]{0,20}:\s*$",
    re.IGNORECASE,
)
_BARE_LEFT = re.compile(
    r"(?:people|persons|individuals|customers|residents|members|families|relatives|estimated|"
    r"reckoned,?|[Ii]t (?:held|holds)|lists|another|at|to|of|les|against|than|passes|tops)(?: "
    r"[\w']+){0,8} $"
)
_BARE_RIGHT = re.compile(r"\s?[,.;:)]|$| (?:of them|could|had|lost|annoncés|that|who|in (?:all|total)|were|as)\b")
_ACTOR = re.compile(
    r"claim|boast|seller|(?:crew|gang|group|hackers?|actor) (?:says?|said)|vendeur|propose|affirme|"
    r"extortion note|hawk|offers",
    re.IGNORECASE,
)
_REGULATOR = re.compile(
    r"CNIL|regulator|attorney general|prosecutor|commissioner|\bICO\b|watchdog|department of justice|filing",
    re.IGNORECASE,
)
_STAFF = re.compile(
    r"employees?|staff|workers?|personnel|salariés|mitarbeiter|empleados|teachers?|doctors?|nurses?", re.IGNORECASE
)
_FRACTION = re.compile(r"quarter|third|half|percent|per cent|%", re.IGNORECASE)
# Below this a bare figure is more often a footnote, an age or a list number than a count of the affected.
_SMALLEST, _CERTAIN = 50, 10_000


def counts_of(
    story: Story,
    victims: tuple[VictimName, ...],
    focus: Mapping[int, frozenset[int]],
    listing: frozenset[int] = frozenset(),
) -> Iterator[Fact]:
    """Gives affected and victim.customers facts.

    "Some customers" without a fraction stands only where the report gives no figure; figures of organisations that a
    whole campaign hit are not those of one of its victims. A figure in a sentence that lists data taken (`listing`)
    counts that data.
    """
    found = list(_all_counts(story, victims, focus, listing))
    figures = any(fact.field == "affected" and _part(fact.value, "value") is not None for fact in found)
    for fact in found:
        vague = _part(fact.value, "bound") == "some_of" and not _FRACTION.search(story.text[fact.start : fact.end])
        of_many = _part(fact.value, "unit") == "organisations" and len(victims) > 1
        if not (vague and figures) and not of_many:
            yield fact


def _part(value: Json, name: str) -> Json:
    return value.get(name) if isinstance(value, dict) else None


def _all_counts(
    story: Story, victims: tuple[VictimName, ...], focus: Mapping[int, frozenset[int]], listing: frozenset[int]
) -> Iterator[Fact]:
    for sentence in story.sentences:
        if sentence.section in {"noise", "actions", "you_can_do"} or not sentence.told:
            continue
        about = focus.get(sentence.index, frozenset())
        done: list[tuple[int, int]] = []
        for fact in _shares(story, sentence, about):
            done.append((fact.start, fact.end))
            yield fact
        for amount in amounts_in(sentence.text):
            at = sentence.start + amount.start
            if any(start <= at < end for start, end in done):
                continue
            aim = narrowed(story, sentence, victims, at, about)
            for fact in _counted(story, sentence, amount, aim, listed=sentence.index in listing):
                done.append((fact.start, fact.end))
                yield fact


def _shares(story: Story, sentence: Sentence, about: frozenset[int]) -> Iterator[Fact]:
    """Reads "the majority of its 1.4 million customers" and "less than one percent of users"."""
    if sentence.section in {"why", "about"} or sentence.heading:
        return
    for bound, pattern in grammar().shares:
        for found in pattern.finditer(sentence.text):
            inner = amounts_in(sentence.text[found.start("rest") : found.end("noun")])
            of = inner[0].value if inner else None
            fraction = bool(_FRACTION.search(found.group()[:40]))
            if not fraction and (
                not _is_affected(sentence, found.start(), found.end(), loose=True) or (of and bound == "some_of")
            ):
                continue
            start, end = sentence.start + found.start(), sentence.start + found.end()
            yield Fact("affected", _value(None, "people", bound, of), start, end, about, src=_source(story, sentence))
            if of is not None:
                yield Fact("victim.customers", of, start, end, about)


def _value(value: int | None, unit: str, bound: str, of: int | None) -> dict[str, Json]:
    return {"value": value, "unit": unit, "bound": bound, "of": of}


def _counted(
    story: Story, sentence: Sentence, amount: Amount, about: frozenset[int], *, listed: bool
) -> Iterator[Fact]:
    left, right = sentence.text[: amount.start], sentence.text[amount.end :]
    if (
        _MONEY.search(left)
        or _MEASURE.match(right)
        or _is_date(story, sentence, amount)
        or grammar().not_counted.search(left[-60:])
    ):
        return
    bound, width = bound_of(left, right)
    unit, noun_end = unit_of(right)
    form = _FORM.search(left)
    if unit is None and form is None and not _bare(left[: len(left) - width], right, bound, amount):
        return
    start, end = sentence.start + amount.start - width, sentence.start + amount.end + noun_end
    if _is_total(sentence, amount, noun_end, unit):
        if unit in {"people", "accounts"} and amount.value >= 1000 and not _STAFF.search(right[:noun_end]):
            yield Fact("victim.customers", amount.value, start, end, about)
        return
    if form is None and not _counts_affected(sentence, amount, noun_end, listed=listed):
        return
    of, reach = _share_of(right)
    end = max(end, sentence.start + amount.end + reach)
    scope = _scope(sentence, amount, form)
    yield Fact(
        "affected",
        _value(amount.value, unit or "people", bound, of),
        start,
        end,
        about,
        scope,
        _source(story, sentence),
    )
    if of is not None:
        yield Fact("victim.customers", of, start, end, about)


def _counts_affected(sentence: Sentence, amount: Amount, noun_end: int, *, listed: bool) -> bool:
    if amount.value < _SMALLEST or sentence.section in {"about", "why"}:
        return False
    return listed or _is_affected(sentence, amount.start, amount.end + noun_end, loose=True)


def _share_of(right: str) -> tuple[int | None, int]:
    """Gives the total that a share names ("close to half of the 14 million who ..."), and where it ends."""
    found = grammar().share_of.match(right)
    if found is None:
        return None, 0
    total = next(iter(amounts_in(right[found.end() : found.end() + 24])), None)
    return (None, 0) if total is None or total.start > 1 else (total.value, found.end() + total.end)


def _bare(left: str, right: str, bound: str, amount: Amount) -> bool:
    """A figure without a noun still counts where the words around it do ("217 of them", "no fewer than 25 million")."""
    if right.startswith(" of them"):
        return True
    if amount.value < _CERTAIN or re.search(r"\d $", left):
        return False
    return bool(_BARE_LEFT.search(left)) and (bound == "at_least" or bool(_BARE_RIGHT.match(right)))


def _is_date(story: Story, sentence: Sentence, amount: Amount) -> bool:
    start, end = sentence.start + amount.start, sentence.start + amount.end
    if any(moment.start < end and start < moment.end for moment in story.moments.get(sentence.index, ())):
        return True
    return 1900 <= amount.value <= 2100 and amount.end - amount.start == 4


def _is_total(sentence: Sentence, amount: Amount, noun_end: int, unit: str | None) -> bool:
    """True where the figure is what the organisation serves, employs or sells."""
    text = sentence.text
    left = text[max(0, amount.start - 60) : amount.start]
    around = text[max(0, amount.start - 70) : amount.end + noun_end + 60]
    if grammar().whole_other.search(text):
        return True
    if grammar().other.search(around) and not re.search(
        r"(?:affect|stolen|expos|claim|offers|names? of)\w* (?:\w+ ){0,3}$", left
    ):
        return True
    if unit == "records" or re.search(r"(?:data (?:on|of)|records (?:on|of)|having the data) (?:\w+ ){0,2}$", left):
        return False
    return bool(grammar().own_total.search(left))


def _is_affected(sentence: Sentence, start: int, end: int, *, loose: bool) -> bool:
    window = sentence.text if loose else sentence.text[max(0, start - 120) : end + 120]
    return bool(grammar().affected.search(window))


def _scope(sentence: Sentence, amount: Amount, form: "re.Match[str] | None") -> str | None:
    text = form.group("label") if form is not None else sentence.text[amount.end : amount.end + 40]
    found = _PLACE.search(text)
    if found is None or found.group("place").lower() in {"including", "all", "affected", "total number of"}:
        return None
    return f"{found.group('place')} residents"


def _source(story: Story, sentence: Sentence) -> str | None:
    if _ACTOR.search(sentence.text):
        return "actor"
    if _REGULATOR.search(sentence.text):
        return "regulator"
    return "victim" if story.own_voice else None
