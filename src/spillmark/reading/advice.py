"""What was done, ordered or recommended, and by whom it is to be done."""

import re
from collections.abc import Iterator

from spillmark.reading.facts import Fact
from spillmark.reading.lexicon import lexicon
from spillmark.reading.story import Story

_FAILING = re.compile(
    r"did not|had no|without|lack|failed to|not insist|weak|no effective|has not been|no credit monitoring",
    re.IGNORECASE,
)


def advice_of(story: Story) -> Iterator[Fact]:
    """Gives actions facts; what a report criticises as missing is none."""
    individual = frozenset(lexicon("actions").document["individual"])
    for index, hits in story.hits(lexicon("actions")).items():
        sentence = story.sentences[index]
        if not sentence.told or sentence.section in {"noise", "about", "why"}:
            continue
        for hit in hits:
            left = story.text[max(sentence.start, hit.start - 60) : hit.start]
            if _FAILING.search(left) and sentence.section not in {"actions", "you_can_do"} and hit.id not in individual:
                continue
            audience = "individual" if hit.id in individual else "organisation"
            if (
                hit.id == "mfa"
                and sentence.section == "actions"
                and re.match(r"(?:users|customers)\b", sentence.text, re.IGNORECASE)
            ):
                audience = "individual"
            yield Fact("actions", {"audience": audience, "action": hit.id}, hit.start, hit.end)
