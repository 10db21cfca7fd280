"""Why it matters: the risks that a report names."""

from collections.abc import Iterator

from spillmark.reading.facts import Fact
from spillmark.reading.lexicon import lexicon
from spillmark.reading.story import Story


def risks_of(story: Story) -> Iterator[Fact]:
    """Gives why_it_matters facts; protection on offer ("identity theft protection") is no risk."""
    for index, hits in story.hits(lexicon("risks")).items():
        sentence = story.sentences[index]
        if not sentence.told or sentence.section in {"noise", "about"}:
            continue
        for hit in hits:
            after = story.text[hit.end : hit.end + 30].lower()
            if after.lstrip().startswith(
                ("protection", "restoration", "monitoring", "services", "insurance", "group", "gang")
            ):
                continue
            yield Fact("why_it_matters", {"risk": hit.id}, hit.start, hit.end)
