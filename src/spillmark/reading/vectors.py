"""How the attackers got in: vectors and ATT&CK techniques, as a report states them."""

import re
from collections.abc import Iterator

from spillmark.reading.facts import Fact
from spillmark.reading.lexicon import lexicon
from spillmark.reading.story import Sentence, Story

# A more exact word makes the general one beside it superfluous only for techniques, never for vectors.
_SKIPPED = frozenset({"noise", "actions", "you_can_do", "about"})


def vectors_of(story: Story) -> Iterator[Fact]:
    """Gives vectors and techniques facts; a guess of the writer, advice and background give none."""
    for field, name in (("vectors", "vectors"), ("techniques", "techniques")):
        for index, hits in story.hits(lexicon(name)).items():
            sentence = story.sentences[index]
            if not _states(sentence):
                continue
            for hit in hits:
                if _UNSAID.search(story.text[max(sentence.start, hit.start - 45) : hit.start]):
                    continue
                yield Fact(field, hit.id, hit.start, hit.end, basis="explicit" if field == "techniques" else None)


_UNSAID = re.compile(
    r"(?:possibility of|risks? of|potential|threat of|against|aware of|beware of|warn\w{0,3} "
    r"(?:of|about)|(?:^|\W)(?:not?|pas|never|without|rather than|keine?)(?: \w+){0,2}) ?(?:an? "
    r"|une? |further |any )?$",
    re.IGNORECASE,
)


def _states(sentence: Sentence) -> bool:
    if not sentence.told or sentence.section in _SKIPPED or "guess" in sentence.roles:
        return False
    if sentence.section == "why":
        return False
    return "advice" not in sentence.roles
