"""Of which of its victims each sentence of a report speaks, and which of them share one attack."""

import re

from spillmark.reading.lexicon import lexicon
from spillmark.reading.story import Sentence, Story
from spillmark.reading.victims import VictimName


def focus_of(story: Story, victims: tuple[VictimName, ...]) -> dict[int, frozenset[int]]:
    """Says for each sentence of which victims it speaks; an empty set means all of them.

    A sentence without a name goes on with those of the sentence before it in the same paragraph.
    """
    everyone = frozenset(range(len(victims)))
    named: dict[int, set[int]] = {}
    for place, victim in enumerate(victims):
        for mention in victim.mentions:
            named.setdefault(mention.sentence, set()).add(place)
    titled = frozenset(named.get(story.title.index, set())) if story.title is not None else frozenset[int]()
    together = any(len(places) > 1 for places in named.values())
    if not titled and not together and victims:
        titled = frozenset({0})
    focus: dict[int, frozenset[int]] = {}
    block, current = -1, titled
    for sentence in story.sentences:
        if sentence.block != block:
            block, current = sentence.block, titled
        here = frozenset(named.get(sentence.index, set()))
        if here:
            current = here
        focus[sentence.index] = frozenset() if current == everyone else current
    return focus


def narrowed(
    story: Story, sentence: Sentence, victims: tuple[VictimName, ...], at: int, focus: frozenset[int]
) -> frozenset[int]:
    """Where a sentence names several victims, a fact belongs to the last one named before it."""
    if len(victims) < 2 or len(focus) == 1:
        return focus
    before = [
        (mention.start, place)
        for place, victim in enumerate(victims)
        for mention in victim.mentions
        if mention.sentence == sentence.index and mention.start <= at
    ]
    if not before or (
        len({place for _, place in before}) > 1 and not re.search(r"[;:]", story.text[min(before)[0] : at])
    ):
        return focus
    return frozenset({max(before)[1]})


def linked_to_lead(story: Story, victims: tuple[VictimName, ...]) -> frozenset[int]:
    """Gives the victims that share the attack of the leading one: named beside it, or with a word that says so."""
    named: dict[int, set[int]] = {}
    for place, victim in enumerate(victims):
        for mention in victim.mentions:
            named.setdefault(mention.sentence, set()).add(place)
    linked = {0}
    for _ in victims:
        for places in named.values():
            if places & linked:
                linked |= places
    cue = re.compile(rf"(?<!\w){lexicon('victims').document['linked']}(?!\w)", re.IGNORECASE)
    for place, victim in enumerate(victims):
        blocks = {story.sentences[mention.sentence].block for mention in victim.mentions}
        spoken = " ".join(each.text for each in story.sentences if each.block in blocks)
        if cue.search(spoken) or story.title is None:
            linked.add(place)
    return frozenset(linked)
