"""What one report tells of one victim: the facts of a story, sorted by whom they concern."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from spillmark.model.report import Report
from spillmark.reading.actors import actors_of
from spillmark.reading.advice import advice_of
from spillmark.reading.authorities import authorities_of
from spillmark.reading.counts import counts_of
from spillmark.reading.data_classes import classes_of
from spillmark.reading.dates import dates_of
from spillmark.reading.document import Document, titled
from spillmark.reading.extortion import extortion_of
from spillmark.reading.facts import Fact
from spillmark.reading.focus import focus_of, linked_to_lead
from spillmark.reading.lexicon import lexicon
from spillmark.reading.masthead import headed, published_of, title_of
from spillmark.reading.parties import parties_of
from spillmark.reading.risks import risks_of
from spillmark.reading.spelling import bare_name
from spillmark.reading.story import Story, sentences_of
from spillmark.reading.vectors import vectors_of
from spillmark.reading.victims import VictimName, victims_of

# Facts of these fields hold for every victim of a report, even where a sentence names only one of them.
_SHARED = frozenset({"vectors", "techniques", "actors", "actions", "why_it_matters", "authorities"})


@dataclass(frozen=True)
class Account:
    """One victim as one document tells of it; `companions` are the other victims of the same document."""

    document: Document
    victim: VictimName
    facts: tuple[Fact, ...]
    joint: tuple[Fact, ...]
    companions: tuple[str, ...]

    @property
    def report(self) -> Report:
        """The report's metadata."""
        return self.document.report


def story_of(document: Document) -> Story:
    """Prepares a document: its date, metadata, sentences and title."""
    published = published_of(document)
    report = headed(document, published)
    sentences = sentences_of(document)
    span = title_of(document)
    title = next((each for each in sentences if span is not None and each.start <= span[0] < each.end), None)
    return Story(titled(document, report), sentences, title, published)


def accounts_of(story: Story) -> tuple[Account, ...]:
    """Gives one account for each victim of the story."""
    victims = victims_of(story)
    if not victims:
        return ()
    focus = focus_of(story, victims) if len(victims) > 1 else {}
    facts = tuple(_facts(story, victims, focus))
    linked = linked_to_lead(story, victims)
    return tuple(_account(story, victims, place, facts, linked) for place in range(len(victims)))


def _account(
    story: Story, victims: tuple[VictimName, ...], place: int, facts: tuple[Fact, ...], linked: frozenset[int]
) -> Account:
    own = tuple(fact for fact in facts if _concerns(fact, place, linked))
    joint = tuple(fact for fact in own if len(victims) > 1 and (not fact.about or len(fact.about) > 1))
    companions = tuple(victim.name for number, victim in enumerate(victims) if number != place)
    named = tuple(_named(story, victims[place]))
    return Account(story.document, victims[place], (*named, *own), joint, companions)


def _concerns(fact: Fact, place: int, linked: frozenset[int]) -> bool:
    """A victim that does not share the attack has only the facts of its own sentences."""
    if place not in linked:
        return place in fact.about
    return not fact.about or place in fact.about or fact.field in _SHARED


def _named(story: Story, victim: VictimName) -> Iterator[Fact]:
    seen: set[str] = set()
    for mention in victim.mentions:
        named = bare_name(mention.written) in (victim.name, *victim.also)
        if named and mention.written not in seen and len(seen) < 4:
            seen.add(mention.written)
            yield Fact("victim.name", victim.name, mention.start, mention.end)
    yield from _sector(story, victim)
    yield from _country(story, victim)


@cache
def _sectors() -> tuple[tuple[str, "re.Pattern[str]"], ...]:
    listed = lexicon("victims").document["sectors"].items()
    return tuple(
        (str(sector), re.compile(rf"(?<!\w)(?:{'|'.join(patterns)})(?!\w)", re.IGNORECASE))
        for sector, patterns in listed
    )


def _sector(story: Story, victim: VictimName) -> Iterator[Fact]:
    near = {mention.sentence for mention in victim.mentions}
    for sector, pattern in _sectors():
        for sentence in story.sentences:
            if sentence.index not in near or sentence.section == "noise":
                continue
            found = pattern.search(sentence.text)
            if found:
                yield Fact("victim.sector", sector, sentence.start + found.start(), sentence.start + found.end())
                return


def _country(story: Story, victim: VictimName) -> Iterator[Fact]:
    near = {mention.sentence for mention in victim.mentions}
    for index, hits in story.hits(lexicon("countries")).items():
        sentence = story.sentences[index]
        if sentence.section == "noise" or (index not in near and sentence.block > 2):
            continue
        yield Fact("victim.country", hits[0].id, hits[0].start, hits[0].end)
        return


def _facts(story: Story, victims: tuple[VictimName, ...], focus: dict[int, frozenset[int]]) -> Iterator[Fact]:
    vectors = list(vectors_of(story))
    advice = list(advice_of(story))
    names = [(mention.start, mention.end) for victim in victims for mention in victim.mentions]
    masks = names + [(fact.start, fact.end) for fact in (*vectors, *advice) if fact.field in {"vectors", "actions"}]
    yield from parties_of(story, victims, focus)
    yield from actors_of(story)
    classes = list(classes_of(story, victims, focus, masks))
    listing = frozenset(
        each.index
        for each in story.sentences
        if any(fact.field == "data_taken" and each.start <= fact.start < each.end for fact in classes)
    )
    yield from counts_of(story, victims, focus, listing)
    yield from classes
    yield from vectors
    yield from dates_of(story, victims, focus)
    yield from authorities_of(story)
    yield from extortion_of(story, focus)
    yield from risks_of(story)
    yield from advice
