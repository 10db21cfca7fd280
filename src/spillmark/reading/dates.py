"""When: begin and end of the access, detection and disclosure, resolved against the publication date."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from spillmark.reading.facts import Fact
from spillmark.reading.focus import narrowed
from spillmark.reading.lexicon import Hit, lexicon
from spillmark.reading.moments import Moment, resolve
from spillmark.reading.story import Sentence, Story
from spillmark.reading.victims import VictimName

_REACH = 90
_VAGUE = re.compile(r"(?:a few|several|some|two|three) (?:days|weeks|months) (?:later|ago|before)", re.IGNORECASE)


def dates_of(story: Story, victims: tuple[VictimName, ...], focus: Mapping[int, frozenset[int]]) -> Iterator[Fact]:
    """Gives dates.* facts; a date without a year, where nothing tells it, is written "--MM" or "--MM-DD"."""
    roles = story.hits(lexicon("date_roles"))
    year: int | None = None
    block, last = -1, None
    for sentence in story.sentences:
        moments = story.moments.get(sentence.index, ())
        if sentence.section in {"noise", "actions", "you_can_do", "about"}:
            continue
        for place, moment in enumerate(moments):
            block, last = (block, last) if sentence.block == block else (sentence.block, None)
            solved = _after(moment, last, story.published) or resolve(moment, story.published, year)
            year = solved.year or year
            last = solved if solved.year is not None and solved.month is not None else last
            if not sentence.told or _is_masthead(story, sentence, moment):
                continue
            role = _role(story, sentence, moments, place, roles.get(sentence.index, ()))
            value = _written(solved)
            if role is None or value is None or (solved.month is None and role in {"detected", "disclosed"}):
                continue
            about = narrowed(story, sentence, victims, moment.start, focus.get(sentence.index, frozenset()))
            yield Fact(f"dates.{role}", value, moment.start, moment.end, about)
    yield from _own_statement(story)


def _after(moment: Moment, last: Moment | None, published: str | None) -> Moment | None:
    """A day without a year goes on from the whole date before it in the paragraph, unless that is in the future."""
    if (
        last is None
        or last.year is None
        or last.month is None
        or moment.relative
        or moment.year is not None
        or moment.month is None
    ):
        return None
    later = (moment.month, moment.day or 31) >= (last.month, last.day or 1)
    solved = replace(moment, year=last.year if later else last.year + 1)
    iso = solved.iso()
    return solved if iso is not None and (published is None or iso <= published) else None


def _is_masthead(story: Story, sentence: Sentence, moment: Moment) -> bool:
    return (
        story.published is not None
        and sentence.block <= 12
        and len(sentence.text) < 140
        and moment.day is not None
        and resolve(moment, None).iso() == story.published
        and not re.search(r"discover|detect|occurred|breach", sentence.text, re.IGNORECASE)
    )


def _written(moment: Moment) -> str | None:
    iso = moment.iso()
    if iso is not None:
        return iso
    if moment.month is None:
        return None
    return f"--{moment.month:02d}" if moment.day is None else f"--{moment.month:02d}-{moment.day:02d}"


def _role(story: Story, sentence: Sentence, moments: Sequence[Moment], place: int, hits: Sequence[Hit]) -> str | None:
    moment = moments[place]
    best: tuple[float, str] | None = None
    for hit in _governing(hits):
        distance = _distance(story.text, moment, hit)
        if distance is None or (moment.pair is not None and hit.id in {"detected", "disclosed"}):
            continue
        if any(
            other is not moment
            and min(hit.start, moment.start) < other.start < max(hit.end, moment.end)
            and other.pair is None
            for other in moments
        ):
            distance += 40
        if best is None or distance < best[0]:
            best = (distance, hit.id)
    if best is not None and best[1] == "began" and moment.pair is None:
        best = (best[0], _verb_before(story.text, moment, hits) or best[1])
    if moment.pair is not None:
        if best is not None and best[1] in {"other", "contained"}:
            return None
        if best is None and not re.search(
            r"attack|breach|intru|theft|stol|hack|access|piratage|intrusion|incident|skimm",
            sentence.text,
            re.IGNORECASE,
        ):
            return None
        return "began" if moment.pair == "first" else "ended"
    if best is None or best[1] in {"other", "contained"}:
        return None
    if moment.relative and best[1] == "began" and story.published is None:
        return None
    return best[1]


def _governing(hits: Sequence[Hit]) -> tuple[Hit, ...]:
    """ "The access was removed on", "the breach was discovered on": the verb says what the date is of, not the noun."""
    verbs = [each for each in hits if each.id in {"contained", "detected", "disclosed"}]
    return tuple(
        each
        for each in hits
        if each.id != "began" or not any(verb.start < each.end and each.start < verb.end for verb in verbs)
    )


_ON = re.compile(
    r"(?:attack|attacks|breach|incident|intrusion|hack|theft|leak|access)(?: [a-z]{2,12}){0,2} "
    r"on(?: or (?:about|around))? $",
    re.IGNORECASE,
)


def _verb_before(text: str, moment: Moment, hits: Sequence[Hit]) -> str | None:
    """ "Detected the intrusion on 4 May" dates the detection, "confirmed a breach on Tuesday" the disclosure."""
    found = _ON.search(text[max(0, moment.start - 60) : moment.start])
    if found is None:
        return None
    noun = max(0, moment.start - 60) + found.start()
    verbs = [each for each in hits if each.id in {"detected", "disclosed"} and noun - 40 < each.end <= noun]
    return verbs[-1].id if verbs and "," not in text[verbs[-1].end : noun] else None


def _distance(text: str, moment: Moment, hit: Hit) -> float | None:
    """How far a cue is from a date: cues before it count as nearer; a clause edge between them pushes them apart."""
    cue = text[hit.start : hit.end].lower()
    if hit.id == "disclosed" and (
        text[: hit.start].endswith("had ") or (cue in {"said", "says"} and moment.start - hit.end not in range(14))
    ):
        return None
    if hit.end <= moment.start:
        between, weight = text[hit.end : moment.start], 1.0
    elif moment.end <= hit.start:
        between, weight = text[moment.end : hit.start], 1.6
    else:
        return None
    if len(between) > _REACH * (2 if hit.id == "detected" else 1.5) or re.search(r"[;]", between):
        return None
    return len(between) * weight + 25 * len(re.findall(r", (?:and|but|after|when|while)|[:]", between))


def _own_statement(story: Story) -> Iterator[Fact]:
    """A statement by the victim itself discloses the incident on its own date."""
    if not (story.own_voice or _is_release(story)) or story.published is None:
        return
    for sentence in story.sentences:
        for moment in story.moments.get(sentence.index, ()):
            if moment.iso() == story.published and sentence.block <= 14:
                if not _WEBLOG.search(sentence.text):
                    yield Fact("dates.disclosed", story.published, moment.start, moment.end, basis="own statement")
                return


_RELEASE = re.compile(
    r"communiqué de presse|for immediate release|press release|statement on|media statement|asx announcement",
    re.IGNORECASE,
)
_BY_AUTHORITY = re.compile(
    r"commissioner|commission nationale|attorney general|department of justice|regulator", re.IGNORECASE
)
_WEBLOG = re.compile(r"posted|min(?:ute)?s? read|updated|version \d", re.IGNORECASE)


def _is_release(story: Story) -> bool:
    head = story.text[:400]
    return bool(_RELEASE.search(head)) and not _BY_AUTHORITY.search(story.text[:160])
