"""Which organisations a report says were hit, and of which of them each sentence speaks."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from spillmark.reading.lexicon import lexicon
from spillmark.reading.names import Mention, Name, names_in
from spillmark.reading.roster import known_names
from spillmark.reading.spelling import generic, words
from spillmark.reading.story import Sentence, Story

_STRONG = 6.0
_ENOUGH = 300  # mentions of one name that are weighed
_LIST_GLUE = re.compile(
    r"\s*(?:,\s*|(?:,? and|,? et|,? y|,? und|,? or|&|,? as well as)\s*(?:the |chain |l'|now |maintenant )?"
    r"(?:[a-z']+ ){0,2})"
)
# Where a cue says [a-z] it means a small letter, though all else is matched in any case.
_SMALL = re.compile(r"\[a-z[^\]]*\](?:\[[^\]]*\][*+]?)?")
_LEFT, _RIGHT = 110, 260


@dataclass(frozen=True)
class VictimName:
    """One organisation that was hit, as this report names it."""

    name: str
    also: tuple[str, ...]
    mentions: tuple[Mention, ...]
    score: float


@dataclass(frozen=True)
class _Cues:
    before: tuple[tuple[float, "re.Pattern[str]"], ...]
    after: tuple[tuple[float, "re.Pattern[str]"], ...]
    against: tuple["re.Pattern[str]", ...]
    against_after: "re.Pattern[str]"
    authored: "re.Pattern[str]"
    person_before: "re.Pattern[str]"
    person_after: "re.Pattern[str]"


@cache
def _cues() -> _Cues:
    content = lexicon("victims").document
    flags = re.IGNORECASE

    def small(pattern: str) -> str:
        return _SMALL.sub(r"(?-i:\g<0>)", pattern)

    def before(pattern: str) -> "re.Pattern[str]":
        return re.compile(rf"(?<![\w])(?:{small(pattern)})$", flags)

    return _Cues(
        tuple((float(weight), before(each)) for weight, listed in content["before"].items() for each in listed),
        tuple(
            (float(weight), re.compile(rf"^(?:{small(each)})", flags))
            for weight, listed in content["after"].items()
            for each in listed
        ),
        tuple(re.compile(rf"(?<![\w])(?:{each})", flags) for each in content["against"]),
        re.compile(content["against_after"], flags),
        re.compile(rf"(?<![\w]){content['authored']}", flags),
        re.compile(rf"(?<![\w])(?:{content['persons']['before']})", flags),
        re.compile(content["persons"]["after"], flags),
    )


def victims_of(story: Story) -> tuple[VictimName, ...]:
    """Gives the victims, the leading one first; empty where the report names none."""
    found = names_in(story)
    chosen = _chosen([name for name in found if not _excluded(name, story)], story)
    if not chosen:
        chosen = _chosen([name for name in found if _hit_itself(name, story)], story)
    return tuple(_victim(total, name, owners) for total, name, owners in _families(chosen, story))


def _chosen(names: list[Name], story: Story) -> list[tuple[float, Name]]:
    scored = [(_scored(name, story), name) for name in names]
    cued = _shared_cues(scored, story)
    ranked = sorted(scored, key=lambda pair: (-(pair[0].total + cued.get(pair[1].key, 0.0)), pair[1].mentions[0].start))
    if not ranked:
        return []
    lead, first = ranked[0]
    top = lead.total + cued.get(first.key, 0.0)
    if top < (3.0 if lead.total > 0 and len(story.sentences) <= 12 else 4.0):
        return []
    chosen = [(top, first)]
    for score, name in ranked[1:]:
        strong = score.strong + cued.get(name.key, 0.0)
        total = score.total + cued.get(name.key, 0.0)
        if strong >= _STRONG and total >= max(7.0, 0.25 * top) and lead.strong + cued.get(first.key, 0.0) >= _STRONG:
            chosen.append((total, name))
    if story.own_voice:  # a filing or letter speaks of one victim
        return chosen[:1]
    chosen = _with_companions(chosen, ranked, story)
    titled = [name.key for _, name in chosen if _in_title(name, story)]
    if len(titled) != 1:
        return chosen
    own = {name.key for score, name in ranked if score.strong >= _STRONG}
    return [(total, name) for total, name in chosen if name.key in own or name.key in titled]


def _in_title(name: Name, story: Story) -> bool:
    return story.title is not None and any(mention.sentence == story.title.index for mention in name.mentions)


def _with_companions(
    chosen: list[tuple[float, Name]], ranked: list[tuple["_Score", Name]], story: Story
) -> list[tuple[float, Name]]:
    """Names that stand in one list with the leading victim were hit with it."""
    lead = chosen[0][1].key
    listed = {
        key
        for sentence in story.sentences
        if sentence.told and sentence.section == "body" and not sentence.heading
        for run in _lists(sentence, [name for _, name in ranked])
        if lead in [key for key, _ in run] and _cue(run[0][1], sentence) >= 0
        for key, _ in run
    }
    have = {name.key for _, name in chosen}
    return chosen + [(score.total, name) for score, name in ranked if name.key in listed - have and score.total > 0]


def _families(chosen: list[tuple[float, Name]], story: Story) -> list[tuple[float, Name, tuple[str, ...]]]:
    """An owner named beside its hit unit is the same victim: its names become further names of the unit."""
    content = lexicon("victims").document
    parent = re.compile(rf"(?<!\w){content['parent']}", re.IGNORECASE)
    child = re.compile(rf"(?<!\w){content['child']}", re.IGNORECASE)

    def follows(name: Name, pattern: "re.Pattern[str]") -> bool:
        return any(pattern.search(story.text[max(0, each.start - 70) : each.start]) for each in name.mentions)

    everyone = [name for name in names_in(story) if not _excluded(name, story)] if chosen else []
    units = [name for name in everyone if follows(name, child)]
    if units and story.own_voice:
        owner = chosen[0][1]
        return (
            [(chosen[0][0], units[0], owner.spellings())] if units[0].key != owner.key else [(chosen[0][0], owner, ())]
        )
    owners = [name for _, name in chosen if follows(name, parent)]
    kept = [(total, name) for total, name in chosen if name not in owners] or chosen
    extra = tuple(each for name in owners for each in name.spellings()) if kept is not chosen else ()
    return [(total, name, extra if place == 0 else ()) for place, (total, name) in enumerate(kept)]


def _victim(total: float, name: Name, owners: tuple[str, ...]) -> VictimName:
    best = name.best
    also = dict.fromkeys((*name.spellings(), *owners))
    further = tuple(each for each in also if each != best and not generic(each))
    return VictimName(best, further, tuple(name.mentions), total)


@dataclass(frozen=True)
class _Score:
    total: float
    strong: float


def _scored(name: Name, story: Story) -> _Score:
    total, strong = 0.0, 0.0
    counted = 0
    for mention in name.mentions[:_ENOUGH]:
        sentence = story.sentences[mention.sentence]
        if not sentence.told or sentence.section in {"about"}:
            continue
        cue = _cue(mention, sentence)
        advice = sentence.section in {"actions", "you_can_do", "why"}
        strong = max(strong, 0.0 if advice or not _may_be_subject(sentence) else cue)
        if cue < 0:
            total += cue
            continue
        total += min(cue, _STRONG) * (0.3 if advice else 1.0)
        if counted < 6:
            counted += 1
            total += 1.0
        if story.title is not None and sentence.index == story.title.index:
            total += 4.0
    total = min(total, 40.0) + _place_bonus(name, story)
    return _Score(total, strong if strong >= _STRONG else 0.0)


def _may_be_subject(sentence: Sentence) -> bool:
    return "attempt" not in sentence.roles


def _place_bonus(name: Name, story: Story) -> float:
    """Letters and filings name their sender at the top, with its legal form, or at the foot."""
    bonus = 0.0
    first = name.mentions[0]
    if story.sentences[first.sentence].block <= 3:
        bonus += 2.0
    for mention in name.mentions:
        tail = story.text[mention.end : mention.end + 60]
        formed = re.match(r",? (?:Inc|LLC|L\.L\.C|Corp|Ltd|plc|SA)\b", tail) or mention.written.endswith(
            ("INC", "INCORPORATED", "Inc", "LLC", "Incorporated", "Corporation")
        )
        if re.match(
            r"[^\n]{0,20}\n\n\(exact name of registrant", story.text[mention.end : mention.end + 60], re.IGNORECASE
        ):
            bonus += 10.0
        if formed and story.sentences[mention.sentence].block <= 24:
            bonus += 5.0
            break
    if re.search(rf"(?<!\w){lexicon('victims').document['organisation_words']}(?!\w)", first.written, re.IGNORECASE):
        bonus += 2.0
    if story.own_voice and story.sentences[first.sentence].block <= 1:
        bonus += 6.0
    if story.own_voice and re.search(
        rf"(?<!\w)(?:at|from|because|of) {re.escape(first.written)}(?:,)? (?:we|our)\b", story.text, re.IGNORECASE
    ):
        bonus += 6.0
    return bonus


def _cue(mention: Mention, sentence: Sentence) -> float:
    """Weighs the words right before and after a mention; against-words take the cue away."""
    cues = _cues()
    at = mention.start - sentence.start
    left = sentence.text[max(0, at - _LEFT) : at]
    right = sentence.text[mention.end - sentence.start :][:_RIGHT]
    if cues.against_after.match(right) or cues.authored.search(left):
        return -3.0
    after = max((weight for weight, pattern in cues.after if pattern.match(right)), default=0.0)
    if after < _STRONG and any(pattern.search(left) for pattern in cues.against):
        return -3.0
    before = max((weight for weight, pattern in cues.before if pattern.search(left)), default=0.0)
    return before + after


def _shared_cues(scored: list[tuple[_Score, Name]], story: Story) -> dict[str, float]:
    """A list shares the cue of its first ("attacks on A, B and C") or last member ("A, B and C have confirmed")."""
    shared: dict[str, float] = {}
    allowed = {name.key: name for _, name in scored}
    for sentence in story.sentences:
        if not sentence.told or sentence.section in {"actions", "you_can_do", "noise", "about"}:
            continue
        for run in _lists(sentence, list(allowed.values())):
            first, last = run[0][1], run[-1][1]
            cue = max(_cue(first, sentence), _cue(last, sentence))
            if _cue(first, sentence) < 0:
                shared.update({key: min(shared.get(key, 0.0), -9.0) for key, _ in run})
            elif cue >= _STRONG:
                for key, mention in run:
                    if _cue(mention, sentence) < 0:
                        continue
                    shared[key] = max(shared.get(key, 0.0), cue + 2)
    return shared


def _lists(sentence: Sentence, names: list[Name]) -> Iterator[list[tuple[str, Mention]]]:
    here = sorted(
        ((name.key, mention) for name in names for mention in name.mentions if mention.sentence == sentence.index),
        key=lambda pair: pair[1].start,
    )
    run: list[tuple[str, Mention]] = []
    for key, mention in here:
        if run:
            between = sentence.text[run[-1][1].end - sentence.start : mention.start - sentence.start]
            if not _LIST_GLUE.fullmatch(between):
                if len(run) > 1:
                    yield run
                run = []
        run.append((key, mention))
    if len(run) > 1:
        yield run


def _excluded(name: Name, story: Story) -> bool:
    """Actors, authorities, platforms, outlets, places, laws and persons are no victims."""
    lowered = {each.lower() for each in name.spellings()}
    if lowered & known_names().actors or lowered & known_names().authorities:
        return True
    if any(each in known_names().platforms for each in lowered):
        return True
    if story.document.report.language == "de" and not _german_name(name, story):
        return True
    if _only_opens(name, story):
        return True
    if any(words().media.search(each) for each in lowered) and not _hit_somewhere(name, story):
        return True
    if any(words().laws.search(each) for each in lowered):
        return True
    return all(_is_person(mention, story.sentences[mention.sentence]) for mention in name.mentions[:2])


def _hit_somewhere(name: Name, story: Story) -> bool:
    return any(
        _cue(each, story.sentences[each.sentence]) >= _STRONG
        for each in name.mentions
        if story.sentences[each.sentence].told
    )


def _only_opens(name: Name, story: Story) -> bool:
    """A plain capitalised word that only ever opens sentences is a word, not a name, unless it does what victims do."""
    plain = all(re.fullmatch(r"[A-ZÀ-Þ][a-zà-ÿ]+", each) for each in name.spellings())
    opens = all(story.sentences[each.sentence].start == each.start for each in name.mentions)
    apposed = any(
        re.match(r",? (?:the|an?|which|who) |'s ", story.text[each.end : each.end + 7]) for each in name.mentions
    )
    return plain and opens and not apposed and len(name.mentions) < 3 and not _hit_somewhere(name, story)


def _german_name(name: Name, story: Story) -> bool:
    """German writes every noun with a capital: a name stands at least once after a noun or a preposition of place."""
    return len(name.mentions) > 1 and not any(
        re.search(
            r"(?:\d|\b(?:der|die|das|den|dem|ein|eine|einen|einem|einer)) $",
            story.text[max(0, each.start - 8) : each.start],
        )
        for each in name.mentions
    )


def _hit_itself(name: Name, story: Story) -> bool:
    """A platform is a victim only where the title names it with a cue of its own."""
    if story.title is None:
        return False
    return any(
        mention.sentence == story.title.index and _cue(mention, story.title) >= _STRONG for mention in name.mentions
    )


_TITLE = re.compile(
    r"\b(?:Director|Secretary|Minister|Commissioner|Chief|Officer|President|Chairman|Senator|Judge|Attorney|Dr|Professor|"
    r"Detective) [A-Z]"
)


def _is_person(mention: Mention, sentence: Sentence) -> bool:
    at = mention.start - sentence.start
    left, right = sentence.text[max(0, at - 60) : at], sentence.text[mention.end - sentence.start :][:80]
    cues = _cues()
    if _TITLE.search(mention.written):
        return True
    two = len(mention.written.split()) in {2, 3} and not re.search(r" (?:of|de|for) |&", mention.written)
    return two and bool(cues.person_before.search(left) or cues.person_after.match(right))
