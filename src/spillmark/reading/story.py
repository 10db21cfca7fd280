"""A document as sentences, each with section and role: told event, advice, background, failed attempt, noise."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from spillmark.reading.document import Block, Document
from spillmark.reading.lexicon import Hit, Lexicon, lexicon
from spillmark.reading.moments import Moment, find_moments
from spillmark.reading.sentences import split

_NUMBERING = re.compile(r"^(?:\(?\d{1,2}[.)]|[-•*])\s*")
_ENDS_NOISE = 200
ADVICE_SECTIONS = frozenset({"actions", "you_can_do"})
QUIET_SECTIONS = frozenset({"actions", "you_can_do", "why", "noise", "about"})
_SALUTATION = re.compile(
    r"(?:^|\n)(?:(?:Dear|Chère?|Cher|Sehr geehrte[rs]?|Estimad[oa]s?) [^\n]{2,60}|Madame, Monsieur),?(?:\n|$)"
)
_RUN = re.compile(r"(?<![.!?:\"] )(?<![\w@&-])[A-Z][\w&-]{1,40}(?: [A-Z][\w&-]{1,40}){1,5}")
_FIRST_PERSON = re.compile(r"(?<![\w\"'])(?:we|our|us|nous|nos|notre)(?!\w)", re.IGNORECASE)


@dataclass(frozen=True)
class Sentence:
    """One sentence, [start:end) in the document's text."""

    index: int
    start: int
    end: int
    text: str
    section: str
    block: int
    heading: bool
    roles: frozenset[str]

    @property
    def told(self) -> bool:
        """True where the sentence may speak of the incident itself."""
        return self.section != "noise" and not self.roles & {"earlier", "attempt"}


@dataclass(frozen=True, eq=False)
class Story:
    """All that is read from one document before facts are sought."""

    document: Document
    sentences: tuple[Sentence, ...]
    title: Sentence | None
    published: str | None

    @property
    def text(self) -> str:
        """The document's text."""
        return self.document.text

    @cached_property
    def own_voice(self) -> bool:
        """True for letters, filings and statements, in which the victim speaks of itself as "we"."""
        told = [sentence for sentence in self.sentences if sentence.section not in {"noise"}]
        outside = sum(len(_FIRST_PERSON.findall(re.sub(r'"[^"]{0,600}"', " ", each.text))) for each in told)
        addressed = bool(_SALUTATION.search(self.text))
        return (outside >= 3 and outside * 4 >= len(told)) or (addressed and outside >= 1)

    @cached_property
    def lowered(self) -> frozenset[str]:
        """Words that the document writes with a small letter somewhere."""
        return frozenset(re.findall(r"(?<![\w])[a-zà-ÿ][\w'-]{0,30}", self.text))

    @cached_property
    def runs(self) -> frozenset[str]:
        """Runs of capitalised words inside sentences; such a run is a name at the opening of one, too."""
        found = (_RUN.finditer(each.text) for each in self.sentences if not each.heading)
        return frozenset(match.group() for matches in found for match in matches if match.start() > 0)

    @cached_property
    def moments(self) -> dict[int, tuple[Moment, ...]]:
        """Date expressions by sentence, placed in the document's text."""
        return {
            each.index: tuple(_moved(moment, each.start) for moment in find_moments(each.text))
            for each in self.sentences
        }

    @cached_property
    def _found(self) -> dict[str, dict[int, tuple[Hit, ...]]]:
        return {}

    def hits(self, content: Lexicon) -> dict[int, tuple[Hit, ...]]:
        """Gives the lexicon's hits by sentence; a hit across two sentences is none."""
        if content.id not in self._found:
            self._found[content.id] = placed(
                content.find(self.text), [(each.start, each.end) for each in self.sentences]
            )
        return self._found[content.id]


def placed(hits: Sequence[Hit], spans: Sequence[tuple[int, int]]) -> dict[int, tuple[Hit, ...]]:
    """Sorts hits into spans, both in order of place; a hit that crosses an edge is dropped."""
    found: dict[int, list[Hit]] = {}
    place = 0
    for hit in hits:
        while place < len(spans) and spans[place][1] <= hit.start:
            place += 1
        if place == len(spans):
            break
        if spans[place][0] <= hit.start and hit.end <= spans[place][1]:
            found.setdefault(place, []).append(hit)
    return {index: tuple(each) for index, each in found.items()}


def _moved(moment: Moment, by: int) -> Moment:
    return Moment(
        moment.start + by,
        moment.end + by,
        moment.year,
        moment.month,
        moment.day,
        moment.weekday,
        moment.back,
        moment.pair,
    )


def sentences_of(document: Document) -> tuple[Sentence, ...]:
    """Cuts a document into sentences and gives each its section and roles."""
    spans = [span for block in document.blocks for span in split(document.text, block.start, block.end)]
    roles = placed(lexicon("roles").find(document.text), spans)
    made: list[Sentence] = []
    section, noisy = "body", False
    for number, block in enumerate(document.blocks):
        text = document.text[block.start : block.end]
        named = _section(text) if block.heading or len(text) < 60 else None
        if noisy and named is None and (block.heading or len(text) >= _ENDS_NOISE):
            noisy, section = False, "body"
        if named is not None:
            section, noisy = named, named == "noise"
        inline = _inline(text)
        for start, end in split(document.text, block.start, block.end):
            sentence = document.text[start:end]
            asked = _section(sentence) if len(sentence) < 70 else None
            if asked is not None:
                section, noisy = asked, asked == "noise"
            found = frozenset(hit.id for hit in roles.get(len(made), ()))
            made.append(Sentence(len(made), start, end, sentence, inline or section, number, block.heading, found))
        if section == "about" and not block.heading:
            section = "body"
    return tuple(made)


def _section(text: str) -> str | None:
    """Gives the section that a heading opens, where the whole line (without its number) is one of its phrases."""
    bare = _NUMBERING.sub("", text).strip(" :?!.-–—=*#>[]()")
    for hit in lexicon("sections").find(bare):
        if hit.start == 0 and hit.end >= len(bare) - 2:
            return hit.id
    return None


_INLINE_NOISE = re.compile(
    r"^(?:lea también|à lire aussi|lire aussi|mehr zum thema|read (?:also|more|next)|see also|"
    r"also read|advertisement|publicité|"
    r"sponsored|from our partners|\(c\)|©|copyright|unsubscribe|view this e-?mail|subscribe)\b",
    re.IGNORECASE,
)
_INLINE_ABOUT = re.compile(
    r"^about [A-Z\d][\w.&' -]{1,40}:|^(?:notes to editors|media contact|cautionary statement)", re.IGNORECASE
)
_INLINE_NOTE = re.compile(r"^\((?:for the|as a reminder|full disclosure)", re.IGNORECASE)


def _inline(text: str) -> str | None:
    if _INLINE_NOISE.match(text) or _INLINE_NOTE.match(text):
        return "noise"
    return "about" if _INLINE_ABOUT.match(text) else None


def opening(document: Document, count: int = 12) -> Iterator[tuple[Block, str]]:
    """Gives the first blocks and their text."""
    for block in document.blocks[:count]:
        yield block, document.text[block.start : block.end]
