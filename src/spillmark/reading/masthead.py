"""What a report says of itself: title, address, publisher, date of publication, language."""

import re
from collections import Counter
from datetime import date
from email.utils import parsedate_to_datetime
from functools import cache

from spillmark.model.report import Report
from spillmark.reading.document import Document
from spillmark.reading.lexicon import lexicon
from spillmark.reading.moments import Moment, find_moments
from spillmark.reading.spelling import is_address
from spillmark.reading.story import opening

_URL = re.compile(r"https?://[^\s<>\"')\]]{4,400}")
_ORIGINAL = re.compile(r"^(?:original article|source|article original|url|link)\s*:", re.IGNORECASE)
_EVENT = re.compile(
    r"\bbreach\b|occurred|discover|incident(?!s?\.)|attack|stolen|affected|until|between|enroll|\bevent", re.IGNORECASE
)
_DATELINE = re.compile(r"^[A-ZÀ-Þ][A-ZÀ-Þ.' -]{2,30}(?:, [A-Z][\w.]{1,12})?[,:]? ?[(–—-]{0,2} ?$")
_LABEL = re.compile(
    r"^(?:to the |dear |united states|securities and exchange|washington, d|pursuant|by |posted|"
    r"for immediate release|trust & security)",
    re.IGNORECASE,
)
_WORDS = {str(code): frozenset(str(listed).split()) for code, listed in lexicon("languages").document["words"].items()}


@cache
def _function_words() -> dict[str, frozenset[str]]:
    listed = lexicon("languages").document["words"]
    return {str(code): frozenset(str(words).split()) for code, words in listed.items()}


def published_of(document: Document) -> str | None:
    """Gives the publication date as ISO day: from the container, a short line at the top, a dateline or a signature."""
    if document.hints.published:
        day = _container_day(document.hints.published)
        if day:
            return day
    for block, text in opening(document, 14):
        whole = [moment for moment in find_moments(text) if moment.year is not None and moment.day is not None]
        if not whole:
            continue
        if len(text) <= 140 and not _EVENT.search(text[: whole[0].start]) and _only_a_date(text, whole[0]):
            return whole[0].iso()
        if whole[0].start < 45 and _DATELINE.match(text[: whole[0].start]) and not block.heading:
            return whole[0].iso()
    return _signed(document)


def _only_a_date(text: str, moment: Moment) -> bool:
    """A line whose words are few besides its date: byline, dateline, letterhead."""
    rest = text[: moment.start] + text[moment.end :]
    return len(re.findall(r"[^\W\d_]{2,}", rest)) <= 14 and not re.search(
        r"\b(?:is|are|was|were|has|have|est|a été)\b", rest
    )


def _signed(document: Document) -> str | None:
    for block in reversed(document.blocks[-6:]):
        text = document.text[block.start : block.end]
        found = re.match(r"(?:dated?|date|posted|published)\s*:?\s", text, re.IGNORECASE)
        whole = [moment for moment in find_moments(text) if moment.year is not None and moment.day is not None]
        if found and whole and len(text) < 80:
            return whole[0].iso()
    return None


def _container_day(value: str) -> str | None:
    compact = re.match(r"\s*((?:19|20)\d\d)-?(\d\d)-?(\d\d)(?!\d)", value)
    try:
        if compact:
            return date.fromisoformat("-".join(compact.groups())).isoformat()
        return parsedate_to_datetime(value).date().isoformat()
    except (ValueError, TypeError, IndexError, OverflowError):
        found = [moment for moment in find_moments(value) if moment.year is not None and moment.day is not None]
        return found[0].iso() if found else None


def title_of(document: Document) -> tuple[int, int] | None:
    """Gives [start:end) of the title in the document's text, or None where it has none."""
    wanted = _plain(document.hints.title or "")
    for block, text in opening(document, 25):
        if wanted and len(text) > 8 and _plain(text) in wanted:
            return block.start, block.end
    best: tuple[int, int] | None = None
    for block, text in opening(document, 8):
        if _ORIGINAL.match(text) or _URL.match(text):
            return None
        moments = find_moments(text)
        if moments and _only_a_date(text, moments[0]) and len(text) < 60:
            continue
        if is_address(text) or _LABEL.match(text) or len(text) < 12 or re.fullmatch(r"[\W\d]*", text):
            continue
        first = re.split(r"(?<=[.!?]) (?=[a-z])", text, maxsplit=1)[0]
        if (len(text) < 140 and not text.endswith((".", ",", ";"))) or (len(first) < 110 and first != text):
            best = (block.start, block.start + len(first))
            if len(first.split()) >= 4 and not text.isupper():
                return best
        elif best is not None:
            return best
        else:
            return None
    return best


def _plain(text: str) -> str:
    return re.sub(r"\W+", " ", text.replace("\u2019", "'")).strip().lower()


def language_of(text: str) -> str | None:
    """Gives the ISO 639-1 code of the language with the most function words, or None for too little text."""
    words = Counter(re.findall(r"[^\W\d_]+", text[:20_000].lower()))
    scores = {code: sum(words[word] for word in listed) for code, listed in _function_words().items()}
    best = max(sorted(scores), key=lambda code: scores[code])
    return best if scores[best] >= 3 else None


def headed(document: Document, published: str | None) -> Report:
    """Gives the report's metadata."""
    span = title_of(document)
    quote = None if span is None else document.quote(*span)
    title = document.hints.title if quote is None else document.raw[quote[0] : quote[1]]
    return Report(
        id=document.report.id,
        path=document.report.path,
        title=title,
        url=document.hints.url or _address(document),
        publisher=document.hints.publisher,
        published=published,
        language=language_of(document.text),
    )


def _address(document: Document) -> str | None:
    for _, text in opening(document, 4):
        if _ORIGINAL.match(text):
            found = _URL.search(text)
            if found:
                return found.group()
    return None
