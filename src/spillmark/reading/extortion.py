"""Whether the victim was asked to pay, and whether data was published."""

from collections.abc import Iterator, Mapping

from spillmark.reading.facts import Fact
from spillmark.reading.lexicon import lexicon
from spillmark.reading.story import Story


def extortion_of(story: Story, focus: Mapping[int, frozenset[int]]) -> Iterator[Fact]:
    """Gives extortion.demanded and extortion.leaked facts; a denial is stated as false."""
    for index, hits in story.hits(lexicon("extortion")).items():
        sentence = story.sentences[index]
        if not sentence.told or sentence.section in {"noise", "about", "you_can_do", "actions", "why"}:
            continue
        kinds = {hit.id for hit in hits}
        for hit in hits:
            field = "leaked" if hit.id.endswith("leaked") else "demanded"
            denied = f"not_{field}" in kinds
            if hit.id == field and denied:
                continue
            if field == "leaked" and "guess" in sentence.roles and not denied:
                continue
            yield Fact(
                f"extortion.{field}", not hit.id.startswith("not_"), hit.start, hit.end, focus.get(index, frozenset())
            )
