"""Which kinds of data a report says were taken, and which it says were not."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from spillmark.reading.facts import Fact
from spillmark.reading.focus import narrowed
from spillmark.reading.lexicon import Hit, lexicon
from spillmark.reading.story import Sentence, Story
from spillmark.reading.victims import VictimName

_CLAUSE = re.compile(
    r"[;:!?]|\.(?=\s|$)|,? (?:but|however|while|whereas|although|though|nevertheless|mais|pero|"
    r"aber|in contrast|and it|and the) |\s[–—-]\s|, and (?=no |not |nothing )"
)
_ENDS_FORWARD = re.compile(
    r",? (?:but|however|while|although|though|mais|pero|aber|and (?:it|he|they|the|that|what|"
    r"says)|except|besides|only|which|who|because|since|whose|as the|until|pas|so|then|for)(?= "
    r")"
)
_MISUSE = re.compile(r"misus|fraud|published|circulat|identity theft|has been used|sold", re.IGNORECASE)
_ADVICE_VERB = re.compile(
    r"(?:chang|updat|reset|review|monitor|check|verif|order|place|freez|giv|ask|communiqu|enter|"
    r"request|click|call us|call \(|contact us|appel)\w{0,4}[^.;:]{0,40}$",
    re.IGNORECASE,
)
_LIST_HEAD = re.compile(r":\s*$")
_ATTACKER_TOOL = re.compile(
    r"(?:with|using|used|via|through|by means of|thanks to|signed in with|logged in with)[^.;:,]{0,30}$", re.IGNORECASE
)
_SUBJECT = re.compile(
    r"(?:names? (?:of|the|is|on|it|them|its|a|that)\b|(?:in|by|under|of) (?:the |our |its )?name)", re.IGNORECASE
)
_ADDRESS_OF = re.compile(
    r"(?:the )?address of (?:a|the) (?:test )?(?:page|site|server)|ip address|address ranges", re.IGNORECASE
)


def classes_of(
    story: Story, victims: tuple[VictimName, ...], focus: Mapping[int, frozenset[int]], masks: Sequence[tuple[int, int]]
) -> Iterator[Fact]:
    """Gives data_taken and data_not_taken facts; places in `masks` (vectors, advice) hold no data classes."""
    content = lexicon("data_classes")
    expands: Mapping[str, list[str]] = content.document["expands"]
    topic = _Topic("health" in story.text.lower(), _HEALTH_COVER.search(story.text) is not None)
    hits = {index: _kept(story, topic, found, masks) for index, found in story.hits(content).items()}
    taking, denial = story.hits(lexicon("taking")), story.hits(lexicon("denial"))
    carried = False
    block = -1
    for sentence in story.sentences:
        here = hits.get(sentence.index, ())
        listed = bool(_LIST_HEAD.search(sentence.text)) or sentence.section == "information"
        if sentence.block != block and not _is_item(sentence):
            carried = False if sentence.section != "information" else carried
        block = sentence.block
        if not _speaks(sentence):
            continue
        taken = (
            bool(taking.get(sentence.index))
            or carried
            or sentence.section == "information"
            or len({hit.id for hit in here}) >= 3
        )
        for hit in here:
            denied = _denied(story, sentence, hit, denial.get(sentence.index, ()))
            if denied is None or (not denied and not _taken(sentence, hit, here, taken=taken)):
                continue
            about = narrowed(story, sentence, victims, hit.start, focus.get(sentence.index, frozenset()))
            yield from _facts(hit, denied=denied, expands=expands, about=about)
        carried = (taken and bool(here)) or (listed and taken) or (carried and _is_item(sentence))


def _speaks(sentence: Sentence) -> bool:
    return sentence.told and sentence.section not in {"noise", "actions", "you_can_do", "why", "about"}


def _is_item(sentence: Sentence) -> bool:
    return bool(re.match(r"(?:[-*•–]|\(?[a-z0-9]{1,2}[.)])\s?", sentence.text)) or len(sentence.text) < 90


def _facts(hit: Hit, *, denied: bool, expands: Mapping[str, list[str]], about: frozenset[int]) -> Iterator[Fact]:
    field = "data_not_taken" if denied else "data_taken"
    for number, value in enumerate(expands.get(hit.id, [hit.id])):
        basis = "generic" if hit.id in expands and (number or hit.id == "group_contact") else None
        yield Fact(field, value, hit.start, hit.end, about, basis=basis)


def _kept(story: Story, topic: "_Topic", hits: Sequence[Hit], masks: Sequence[tuple[int, int]]) -> tuple[Hit, ...]:
    """Drops hits in masked places, hits inside longer hits of other classes, and words in another sense."""
    outer = [
        hit
        for hit in hits
        if not any(
            other.start <= hit.start and hit.end <= other.end and other.end - other.start > hit.end - hit.start
            for other in hits
        )
        and not any(start <= hit.start and hit.end <= end for start, end in masks)
    ]
    kept = [hit for hit in outer if not _other_sense(story, hit)]
    exact = any(hit.id in {"driver_license", "passport"} for hit in kept)
    return tuple(hit for hit in kept if not _loose(topic, story.text, hit, kept, exact=exact))


_LOOSE_ID = re.compile(
    r"(?:government|state|identity|identification|id)\b.{0,12}\b(?:id|ids|documents?|cards?|scans?|images?)",
    re.IGNORECASE,
)


_HEALTH_COVER = re.compile(
    r"health(?:care)?[ -](?:insur|plan|cover|fund)|medical insur|insurer of health|medicare|medicaid|mutuelle|"
    r"complémentaire santé|assurance maladie|krankenversicher|krankenkasse|seguro médico",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class _Topic:
    """What the whole report is about: health at all, and cover for health (whose policies are health insurance)."""

    health: bool
    cover: bool


def _loose(topic: _Topic, text: str, hit: Hit, hits: Sequence[Hit], *, exact: bool) -> bool:
    """Papers named outweigh a general word; "member ID" and "policy" are what the report's kind of cover makes them."""
    if hit.id == "national_id" and exact and _LOOSE_ID.match(text[hit.start : hit.end]):
        return True
    twins = {each.id for each in hits if (each.start, each.end) == (hit.start, hit.end)} - {hit.id}
    if hit.id == "health_insurance":
        return ("account_identifier" in twins and not topic.health) or ("insurance_policy" in twins and not topic.cover)
    if "health_insurance" not in twins:
        return False
    return (hit.id == "account_identifier" and topic.health) or (hit.id == "insurance_policy" and topic.cover)


def _other_sense(story: Story, hit: Hit) -> bool:
    word = story.text[hit.start : hit.end].lower()
    left, right = story.text[max(0, hit.start - 40) : hit.start].lower(), story.text[hit.end : hit.end + 40].lower()
    if hit.id == "name" and (
        _SUBJECT.match(word + right)
        or (
            re.search(
                r"(?:in|by|under|of|with|its leak site with|company|user|domain|file|brand|code) (?:the |our |its )?$",
                left,
            )
            and word in {"name", "names"}
            and "their" not in left
        )
    ):
        return ("customer" not in right[:12] and not re.search(r"(?:with|of) $", left)) or right.startswith(" –")
    if re.search(r"(?:like|unlike) an? (?:\w{3,12} )?$", left):
        return True
    if hit.id == "postal_address" and re.search(r"(?:e-?mail|ip|web|street) $|address of a", left + word + right[:6]):
        return True
    if hit.id == "email" and word in {"e-mail", "email", "e-mails", "emails", "mail"}:
        return bool(
            re.match(r" (?:reached|from|was|is|to|that|sent|of|campaign|with|address of|blackmail)|,? which|-ed", right)
            or re.search(
                (
                    r"(?:an|the|this|blackmail|phishing|by|group|reply to this|in your|extortion|"
                    r"an?n? unsolicited|calls or|appels et) $"
                ),
                left,
            )
        )
    if (
        hit.id == "phone"
        and word.startswith(("phone", "telephone"))
        and re.match(r" (?:call|company|and internet|phishing|firm|us|line|scam|calls|number for)", right)
    ):
        return True
    if hit.id == "phone" and re.search(r"(?:a|by|over the|answers a|call centre|par) $", left):
        return True
    if hit.id in {"credentials"} and re.match(
        r" (?:manager|policy|rules|resets?|reset|for \w+ accounts were reset|hygiene|protection)|-protected", right
    ):
        return True
    return (
        hit.id == "location"
        and word in {"location", "locations"}
        and bool(re.match(r" (?:in|of the (?:office|store|server))", right))
    )


def _taken(sentence: Sentence, hit: Hit, here: Sequence[Hit], *, taken: bool) -> bool:
    if not taken:
        return False
    left = sentence.text[: hit.start - sentence.start]
    if _ADVICE_VERB.search(left) and sentence.roles & {"advice"}:
        return False
    if hit.id == "credentials" and _ATTACKER_TOOL.search(left):
        return False
    return "advice" not in sentence.roles or len({each.id for each in here}) >= 3 or sentence.section == "information"


def _denied(story: Story, sentence: Sentence, hit: Hit, denials: Sequence[Hit]) -> bool | None:
    """True: the report denies it. False: it does not. None: nothing is said ("no evidence of misuse")."""
    if sentence.section == "not_information":
        return True
    text = story.text
    void = [each for each in denials if each.id == "void"]
    for mark in denials:
        if mark.id == "void" or any(each.start <= mark.start < each.end for each in void):
            continue
        if mark.id == "whole" and mark.end <= hit.start:
            return True
        if (
            mark.id == "forward"
            and mark.end <= hit.start + 1
            and _reaches(text[mark.end : hit.start], text[mark.start : mark.end])
        ):
            return not _MISUSE.search(text[mark.start : min(sentence.end, hit.end + 60)]) or None
        if mark.id == "backward" and hit.end <= mark.start and _reaches_back(text[hit.end : mark.start]):
            return True
        if mark.start <= hit.start and hit.end <= mark.end:
            return True
    return False


_STARTS = ("no", "without", "aucun", "ni", "but no")
_VERB = re.compile(r" (?:was|were|has|have|had|is|are|will|did|does|said|says)(?:n't)? (?!not)")
_CLAIMED = re.compile(r"evidence|indication|sign|believe|that")


def _reaches(between: str, mark: str) -> bool:
    """A denial reaches on to the end of its clause; a list with commas and "or" is one clause."""
    if len(between) > 160 or _open_bracket(between) or re.search(r"[;!?]|\.\s|:", between):
        return False
    if _ENDS_FORWARD.search(between):
        return False
    past_verb = mark.lower().startswith(_STARTS) and _VERB.search(between) is not None
    return not past_verb or _CLAIMED.search(mark + between) is not None


def _open_bracket(text: str) -> bool:
    """What a bracket says is said of the words in it."""
    return text.count("(") != text.count(")")


def _reaches_back(between: str) -> bool:
    return (
        not _open_bracket(between)
        and len(between) <= 140
        and not re.search(r"[;!?]|\.\s| (?:was|were|is|are|has|have|had) (?!also)|:", between)
        and not re.search(r",? (?:but|however|while|although) ", between)
    )
