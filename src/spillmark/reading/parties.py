"""Providers through which the data left: named platforms, vendors and integrations; named and unnamed processors."""

import re
from collections.abc import Iterator, Mapping
from functools import cache

from spillmark.reading.facts import Fact
from spillmark.reading.lexicon import lexicon
from spillmark.reading.names import names_in
from spillmark.reading.roster import known_in, known_names
from spillmark.reading.spelling import key_of
from spillmark.reading.story import Sentence, Story
from spillmark.reading.victims import VictimName

_SKIPPED = frozenset({"noise", "actions", "you_can_do", "about"})


@cache
def _cues() -> tuple[tuple[str, "re.Pattern[str]", "re.Pattern[str] | None"], ...]:
    content = lexicon("parties").document
    cues: list[tuple[str, re.Pattern[str], re.Pattern[str] | None]] = []
    for role in ("processor", "vendor", "platform", "integration"):
        before = "|".join(content["before"].get(role, ["(?!)"]))
        after = "|".join(content["after"].get(role, ["(?!)"]))
        cues.append(
            (role, re.compile(rf"(?<!\w)(?:{before})$", re.IGNORECASE), re.compile(rf"^(?:{after})", re.IGNORECASE))
        )
    return tuple(cues)


def parties_of(story: Story, victims: tuple[VictimName, ...], focus: Mapping[int, frozenset[int]]) -> Iterator[Fact]:
    """Gives third_parties facts; a victim is never its own provider."""
    own = {key_of(each) for victim in victims for each in (victim.name, *victim.also)}
    for sentence in story.sentences:
        if not sentence.told or sentence.section in _SKIPPED:
            continue
        yield from _known(sentence, own)
    yield from _called(story, own, victims)
    for index, hits in story.hits(lexicon("parties")).items():
        sentence = story.sentences[index]
        if (
            sentence.told
            and sentence.section not in _SKIPPED | {"why"}
            and not sentence.heading
            and "advice" not in sentence.roles
        ):
            for hit in hits:
                yield Fact(
                    "third_parties", {"name": None, "role": hit.id}, hit.start, hit.end, focus.get(index, frozenset())
                )


def _known(sentence: Sentence, own: set[str]) -> Iterator[Fact]:
    for known in known_in("platforms", sentence.text):
        if known.role == "none" or key_of(known.name) in own or any(key_of(known.written) == key for key in own):
            continue
        if sentence.section == "why":
            continue
        name = known.name
        yield Fact(
            "third_parties",
            {"name": name, "role": known.role},
            sentence.start + known.start,
            sentence.start + known.end,
        )


def _called(story: Story, own: set[str], victims: tuple[VictimName, ...]) -> Iterator[Fact]:
    spans = [(mention.start, mention.end) for victim in victims for mention in victim.mentions]
    known = known_names()
    for name in names_in(story):
        if name.key in own or any(key in name.key.split() for key in own):
            continue
        lowered = {each.lower() for each in name.spellings()}
        if lowered & (known.actors | known.authorities | known.platforms):
            continue
        for mention in name.mentions:
            sentence = story.sentences[mention.sentence]
            if not sentence.told or sentence.section in _SKIPPED | {"why"} or (mention.start, mention.end) in spans:
                continue
            at = mention.start - sentence.start
            left, right = sentence.text[max(0, at - 90) : at], sentence.text[at + len(mention.written) :][:120]
            role = next(
                (
                    role
                    for role, before, after in _cues()
                    if before.search(left) or (after is not None and after.match(right))
                ),
                None,
            )
            if role is not None:
                yield Fact("third_parties", {"name": name.best, "role": role}, mention.start, mention.end)
                break
