"""Which authorities were told, which investigate, which warn."""

import re
from collections.abc import Iterator
from functools import cache

from spillmark.reading.facts import Fact
from spillmark.reading.lexicon import lexicon
from spillmark.reading.story import Sentence, Story

_AG = re.compile(
    (
        r"(?:attorney general of (?P<of>[A-Z][a-z]+(?: [A-Z][a-z]+)?)|(?P<before>[A-Z][a-z]+(?: "
        r"[A-Z][a-z]+)?)(?:'s)? attorney general)"
    ),
    re.IGNORECASE,
)


@cache
def _status() -> tuple[tuple[str, "re.Pattern[str]"], ...]:
    content = lexicon("authorities").document["status"]
    return tuple(
        (status, re.compile(rf"(?<!\w)(?:{'|'.join(patterns)})(?!\w)", re.IGNORECASE))
        for status, patterns in content.items()
    )


def authorities_of(story: Story) -> Iterator[Fact]:
    """Gives authorities facts."""
    for index, hits in story.hits(lexicon("authorities")).items():
        sentence = story.sentences[index]
        if not sentence.told or sentence.section in {"noise", "about", "you_can_do"}:
            continue
        taken = 0
        for hit in sorted(hits, key=lambda each: (each.start, -each.end)):
            written = story.text[hit.start : hit.end]
            if hit.start < taken or not _is_name(hit.id, written):
                continue
            status = _status_of(sentence, hit.start - sentence.start, hit.end - sentence.start)
            if status is not None:
                taken = hit.end
                yield Fact("authorities", {"name": _title(hit.id, written), "status": status}, hit.start, hit.end)


def _is_name(name: str, written: str) -> bool:
    """Abbreviations stand in capitals, and a state's attorney general has a state before it."""
    if name == "attorney general":
        return written[0].isupper()
    return not (name.isupper() and len(written) <= 6) or written.isupper()


def _title(name: str, written: str) -> str:
    if name == "attorney general":
        found = _AG.search(written)
        place = (found.group("of") or found.group("before")) if found else ""
        return f"{place} Attorney General".strip()
    return written if name == "Datenschutzbehörde" else name


def _status_of(sentence: Sentence, start: int, end: int) -> str | None:
    """An authority that acts investigates or warns; one that is acted on was notified."""
    left, right = sentence.text[max(0, start - 110) : start], sentence.text[end : end + 90]
    patterns = dict(_status())
    acts = re.split(r"[,;] (?:and|but)|[.;]", right)[0]
    for status in ("warning", "investigating"):
        found = patterns[status].search(acts)
        if found and found.start() < 45 and not patterns["notified"].search(left[-35:]):
            return status
    passive = re.match(r"\s?(?:was|were|has been|have been|knows|is|are)\b", right)
    if passive and patterns["notified"].search(right[:50]):
        return "notified"
    if patterns["notified"].search(left):
        return "notified"
    if patterns["investigating"].search(left[-60:]) and re.search(r"(?:by|with|par|of) (?:the |le |la )?$", left):
        return "investigating"
    return None
