"""Proper names: who might be an organisation, with every place where it stands, short and long forms joined."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from spillmark.reading.spelling import LEGAL_FORM, STREET, bare_name, covers, generic, is_address, key_of, words
from spillmark.reading.story import Sentence, Story

_WORD = (
    r"(?:[A-ZÀ-Þ][\w&.+$]*(?:-[\w&.+$]+)*|\d{1,4}[A-Za-z]*[A-Z]\w*|[a-zà-ÿ]{1,12}[A-Z]\w*|\d{1,3}(?=[A-Z&])|"
    r"\d{2,4}(?!st|nd|rd|th|km|kg|gb|mb|tb|ms|pm|am)[a-z]{2,9}|[a-z0-9][a-z0-9-]{1,30}\.(?:com|org|"
    r"net|io|co|ru|fr|de|info|biz|app|gov|edu|cn|eu))"
)
_INSTITUTION = (
    r"(?:Associates|Human|Medical|Wellness|Sons|Partners|Company|Services|Clinics?|Rehabilitation|"
    r"Trust|Technology|Sciences?|Medicine|Surgery|"
    r"Surgeons|Dental|Prevention|Welfare|Education|Families|Gas|Electric|Power|Light|Water|Beauty|"
    r"Casino|Resorts?|Hospitals?|Family)"
)
_LINK = (
    rf"(?: and (?={_INSTITUTION}\b)| (?:of|de|du|des|for|and the|the|la|&|for the|del|von|der) (?=[A-ZÀ-Þ0-9])|"
    rf" |, (?=(?:Inc|LLC|L\.L\.C|Ltd|Corp|PLC|plc|N\.V|S\.A|LP|INC)\b))"
)
# "Children's Medical Center": a possessive inside a name, where a word of institutions follows.
_OWN = (
    r"(?:'s (?=(?:[A-Z]\w+ ){0,3}(?:Hospital|Medical|University|College|Health|Bank|Center|Centre|"
    r"Clinic|Foundation|Church|School|Hospitals|Healthcare)\b))"
)
_NAME = re.compile(rf"(?<![\w@/.#-]){_WORD}(?:(?:{_OWN}|{_LINK}){_WORD}){{0,6}}")
_FORMED = re.compile(r"(?:,| ) ?(?:Inc|Corp|Ltd|Co|L\.L\.C)\.(?= [A-Z])")


@dataclass(frozen=True)
class Mention:
    """One place of a name: [start:end) in the document's text, as written."""

    start: int
    end: int
    written: str
    sentence: int


@dataclass
class Name:
    """One organisation as the report calls it: `key` for comparing, all its spellings and mentions."""

    key: str
    mentions: list[Mention]

    @property
    def best(self) -> str:
        """The spelling used most, without legal form; the longest of equals."""
        counts: dict[str, int] = {}
        for bare in self._spelled():
            counts[bare] = counts.get(bare, 0) + 1
        return max(counts, key=lambda name: (counts[name], len(name)))

    def spellings(self) -> tuple[str, ...]:
        """Gives all spellings in order of appearance."""
        return tuple(dict.fromkeys(self._spelled()))

    def _spelled(self) -> list[str]:
        """Bare spellings, mention by mention; "the Hospital" is a mention but no spelling of a longer name."""
        spelled = [bare_name(each.written) for each in self.mentions]
        return [each for each in spelled if not generic(each)] or spelled


@lru_cache(maxsize=4)
def names_in(story: Story) -> tuple[Name, ...]:
    """Gives the report's names, in order of first mention, short forms joined with long ones."""
    mentions = [
        mention for sentence in story.sentences if sentence.section != "noise" for mention in _mentions(sentence, story)
    ]
    defined = set(_DEFINED.findall(story.text))
    mentions = [mention for mention in mentions if mention.written.rstrip("s") not in defined]
    mentions = _with_every_place(_extended(mentions, story), story)
    groups: dict[str, Name] = {}
    for mention in mentions:
        key = key_of(mention.written)
        groups.setdefault(key, Name(key, [])).mentions.append(mention)
    return tuple(_merged(_referring(_aliased(list(groups.values()), story), story)))


# "protected health information (PHI)": an abbreviation of common words.
_DEFINED = re.compile(r"(?<![a-z])[a-z]{2,40} \(([A-Z]{2,6})s?\)")
_ALIAS = re.compile(
    r",? ?\(?(?:d/?b/?a|doing business as|also known as|aka|a\.k\.a\.|formerly(?: known as)?|"
    r"now(?: known as)?|trading as|ex-)\.?,? (?:the )?",
    re.IGNORECASE,
)


def _aliased(groups: list[Name], story: Story) -> list[Name]:
    """Joins "A, doing business as B" and "A (ABC)"."""
    ends = {mention.end: group for group in groups for mention in group.mentions}
    kept: list[Name] = []
    for group in groups:
        home = next(
            (
                owner
                for mention in group.mentions
                if (owner := _owner(mention, ends, story)) is not None and owner is not group
            ),
            None,
        )
        if home is None or home not in kept:
            kept.append(group)
        else:
            home.mentions.extend(group.mentions)
            home.mentions.sort(key=lambda each: each.start)
    return kept


def _owner(mention: Mention, ends: dict[int, Name], story: Story) -> Name | None:
    for width in range(2, 34):
        owner = ends.get(mention.start - width)
        if owner is None:
            continue
        between = story.text[mention.start - width : mention.start]
        short = (
            mention.written.isupper() and len(mention.written) <= 8 and story.text[mention.end : mention.end + 1] == ")"
        )
        if _ALIAS.fullmatch(between) or (between in {" (", " (the "} and short):
            return owner
    return None


_FUNCTION = frozenset(
    [
        "dans",
        "pour",
        "avec",
        "sont",
        "mais",
        "avait",
        "cette",
        "leur",
        "leurs",
        "elle",
        "that",
        "with",
        "from",
        "were",
        "have",
        "been",
        "said",
        "says",
        "which",
        "into",
        "also",
        "this",
        "does",
        "will",
        "would",
    ]
)


def _extended(mentions: list[Mention], story: Story) -> list[Mention]:
    """A name that is always followed by the same small word owns it ("Pôle emploi"); only French writes names so."""
    if story.document.report.language != "fr":
        return mentions
    followers: dict[str, set[str]] = {}
    for mention in mentions:
        after = re.match(r" ([a-zà-ÿ]{4,14})\b", story.text[mention.end : mention.end + 18])
        followers.setdefault(mention.written, set()).add(after.group(1) if after else "")
    owned = {name: next(iter(words_)) for name, words_ in followers.items() if len(words_) == 1}
    return [
        Mention(
            each.start, each.end + len(owned[each.written]) + 1, f"{each.written} {owned[each.written]}", each.sentence
        )
        if owned.get(each.written)
        and owned[each.written] not in _FUNCTION
        and sum(other.written == each.written for other in mentions) > 1
        else each
        for each in mentions
    ]


def _with_every_place(mentions: list[Mention], story: Story) -> list[Mention]:
    """Adds the places, in headings and at sentence openings, of one-word names that also are common words ("Free")."""
    taken = {mention.start for mention in mentions}
    common = {each.written for each in mentions if " " not in each.written and each.written.lower() in words().common}
    titled = [sentence.index for sentence in story.sentences if _title_case(sentence)]
    for written in sorted({bare_name(each.written) for each in mentions}):
        for sentence in story.sentences:
            if sentence.section == "noise" or (written not in common and sentence.index not in titled):
                continue
            for found in re.finditer(
                rf"(?<![\w-]){re.escape(written)}(?=$|[ ,.:;']+(?!\w+ (?:to|for|of)\b))", sentence.text
            ):
                at = sentence.start + found.start()
                if at not in taken:
                    taken.add(at)
                    mentions.append(Mention(at, sentence.start + found.end(), written, sentence.index))
    return sorted(mentions, key=lambda each: each.start)


def _mentions(sentence: Sentence, story: Story) -> Iterator[Mention]:
    if is_address(sentence.text):
        return
    shouting = sentence.text.isupper()
    if _title_case(sentence) and not LEGAL_FORM.search(sentence.text):
        return
    for found in _NAME.finditer(sentence.text):
        if found.start() == 0 and found.group() in story.runs and " " in found.group():
            yield Mention(sentence.start, sentence.start + found.end(), found.group(), sentence.index)
            continue
        formed = _FORMED.search(found.group())
        start, end = _trimmed(sentence, found.start(), found.start() + formed.end() if formed else found.end(), story)
        if end <= start:
            continue
        written = sentence.text[start:end]
        if _bracketed(sentence.text, start, end):
            continue
        if shouting and not LEGAL_FORM.search(written):
            continue
        if _plausible(written, inside=start > 0 and not sentence.heading):
            yield Mention(sentence.start + start, sentence.start + end, written, sentence.index)


def _bracketed(text: str, start: int, end: int) -> bool:
    """An abbreviation in brackets after small words ("health information (PHI)") is no name."""
    before = re.search(r"(\w+) ?\($", text[max(0, start - 24) : start])
    return (
        before is not None
        and text[end : end + 1] == ")"
        and before.group(1).islower()
        and text[start:end].upper() == text[start:end]
    )


def _title_case(sentence: Sentence) -> bool:
    """A heading that writes nearly every word with a capital shows no names by its capitals."""
    found = re.findall(r"[^\W\d_]{3,}", sentence.text)
    open_end = not sentence.text.endswith((".", "!", ":"))
    return open_end and len(found) >= 4 and sum(word[0].isupper() for word in found) >= 0.7 * len(found)


def _trimmed(sentence: Sentence, start: int, end: int, story: Story) -> tuple[int, int]:
    """Takes common words off both ends of a run of capitalised words."""
    text = sentence.text
    first_start = start
    while end > start and text[end - 1] in ".,&-+" and not LEGAL_FORM.search(text[start:end]):
        end -= 1
    while start < end:
        first = re.match(r"[\w&.+$-]+", text[start:end])
        if first is None:
            return start, start
        word = first.group().strip(".").lower()
        single = first.end() == end - start
        opens = start == 0 or text[:start].rstrip()[-1:] in {"", ".", '"', ":", "(", "-", "–", ";", "?", "!", "|"}
        alone = single and not opens and not sentence.heading and start == first_start
        inside = not opens and not single and not sentence.heading and word not in words().function
        known = word in words().never or (word.split("-")[0] in words().common and not alone and not inside)
        if known or (opens and word in story.lowered and not re.search(r"[A-Z\d]", first.group()[1:])):
            if not single and word in words().begin:
                break
            start += first.end()
            while start < end and not (text[start].isalnum()):
                start += 1
            rest = re.match(r"(?:of|de|du|des|for|the|la|and|del|von|der) ", text[start:end])
            start += rest.end() if rest else 0
            continue
        break
    return start, end


def _plausible(written: str, *, inside: bool) -> bool:
    bare = bare_name(written)
    if STREET.search(bare) or bare.endswith(("-based", "-owned", "-led", "-linked")):
        return False
    lowered = bare.lower()
    if len(bare) < 2 or not re.search(r"[^\W\d_]", bare) or lowered in words().never or lowered in words().places:
        return False
    if re.fullmatch(
        r"[A-Z]{1,2}\.?|v?\d+(?:\.\d+)*\w?|[A-Z]\d+|[A-Z]{2} \d{5}|(?:19|20)\d\d|\d+[BMKkm]|\d+(?:st|nd|rd|th)", bare
    ) and bare not in {"BA", "EY", "HP", "GE", "3M"}:
        return False
    parts = bare.split()
    return (
        len(parts) == 1
        or (len(parts) > 2 and all(part[0].isupper() for part in parts))
        or not all(part.lower().strip(".") in words().common for part in bare.split())
    )


_THE = re.compile(r"\b(?:the|this|our|your|la|le|les|el|die|der|das) $", re.IGNORECASE)


def _referring(groups: list[Name], story: Story) -> list[Name]:
    """Generic words of one longer name stand for it with an article ("the Hospital"), and name nobody without."""
    kept: list[Name] = []
    longer = [group for group in groups if not generic(group.key)]
    for group in groups:
        parts = set(group.key.split())
        owners = [other for other in longer if parts <= set(other.key.split())] if generic(group.key) else []
        if not owners:
            kept.append(group)
        elif len(owners) == 1:
            owners[0].mentions.extend(
                each for each in group.mentions if _THE.search(story.text[max(0, each.start - 6) : each.start])
            )
            owners[0].mentions.sort(key=lambda each: each.start)
    return kept


def _merged(groups: list[Name]) -> list[Name]:
    """Joins "Latitude" with "Latitude Financial", "BA" with "British Airways"; the name with more mentions leads."""
    merged: list[Name] = []
    for group in sorted(groups, key=lambda each: (-len(each.key.split()), each.mentions[0].start)):
        longer = next((other for other in merged if covers(group.key, other.key)), None)
        if longer is None:
            merged.append(group)
        else:
            longer.mentions.extend(group.mentions)
            longer.mentions.sort(key=lambda each: each.start)
    return sorted(merged, key=lambda each: each.mentions[0].start)
