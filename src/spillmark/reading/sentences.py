"""Sentences of a document, with their places; an abbreviation, an initial or a decimal point ends none."""

import re
from collections.abc import Iterator

_END = re.compile(
    r"[.!?…]{1,3}[\"')\]]{0,3}(?=\s{1,5}[\"'(\[«]{0,2}[A-ZÀ-ÖØ-Þ0-9])|\.{0,1}\"(?=\s[A-Z][a-z]+ )(?<=[.!?]\")"
)
_ABBREVIATION = re.compile(
    r"(?:^|[\s(])(?:Mr|Mrs|Ms|Dr|St|Inc|Corp|Co|Ltd|No|Nr|vs|e\.g|i\.e|U\.S|U\.K|L\.L\.C|a\.m|"
    r"p\.m|approx|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|"
    r"Nov|Dec|Calif|Mass|Tel|Mio|Mrd|ca|z\.B|M|Mme|art|al|may|[A-Z])\.$"
)
MAX_SENTENCE = 2_000


def split(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Gives [start:end) of each sentence inside text[start:end); a sentence above 2,000 characters is cut."""
    at = start
    for found in _END.finditer(text, start, end):
        head = text[max(at, found.start() - 12) : found.start() + 1]
        if found.group().startswith(".") and _ABBREVIATION.search(head) and not _sentence_follows(text, found.end()):
            continue
        yield from _chunks(text, at, found.end())
        at = found.end()
    yield from _chunks(text, at, end)


def _sentence_follows(text: str, at: int) -> bool:
    """After "Inc." or "p.m." a new sentence begins only with a common opening word."""
    return bool(
        re.match(
            r"\s+(?:The|This|It|In|On|We|Our|They|You|A|An|Its|His|Her|If|For|What|Most|No|All)\s", text[at : at + 12]
        )
    )


def _chunks(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    while end - start > MAX_SENTENCE:
        yield start, start + MAX_SENTENCE
        start += MAX_SENTENCE
    if start < end:
        yield start, end
