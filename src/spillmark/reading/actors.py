"""Who did it, as far as a report says: known groups, self-chosen names, and how sure the report is."""

import re
from collections.abc import Iterator

from spillmark.reading.facts import Fact
from spillmark.reading.roster import known_in
from spillmark.reading.story import Sentence, Story

_CLAIM = re.compile(
    r"claim(?:ed|s|ing)? (?:responsibility|credit|the attack|to have|it|that)|posted a claim|"
    r"claims?\b|took (?:the )?credit|boast|put \w+ on its leak site|leak site|"
    r"offers?|offered|hawk|sells?|selling|advertis|for sale|listed|says that it|the crew says|"
    r"spoke of|revendiqu|propose|affirme|posted (?:lists|samples|data)|threatened",
    re.IGNORECASE,
)
_DENIAL = re.compile(
    r"den(?:y|ies|ied)|does(?: not|n't) have|do(?: not|n't) have|not (?:behind|responsible)|fibs", re.IGNORECASE
)
_PROVEN = re.compile(
    r"plead(?:ed|s)? guilty|convicted|sentenced|was charged with|charging papers|admitted (?:to "
    r")?(?:the )?hack|condamné",
    re.IGNORECASE,
)
_BACKGROUND = re.compile(
    r"(?:tactics|techniques|similar to|resembl\w+|same (?:method|tactic)s? as|reminiscent of|"
    r"like those of|unlike|other (?:attacks|victims)|history of)[^.]{0,40}$",
    re.IGNORECASE,
)
_SELF_NAMED = re.compile(
    r"(?:calling (?:himself|herself|itself|themselves)|(?:who|which) (?:calls? (?:himself|itself|"
    r"themselves)|goes by|signs? as)|under the (?:name|alias|handle|nickname|pseudonym)(?: of)?|"
    r"(?:hacker|seller|actor|user|individual|group|crew|gang|collective|pirate|vendeur|hackeur)s? "
    r"(?:named|called|known as|nicknamed|dubbed)|(?:qui (?:signe|se fait appeler)|"
    r"sous le (?:nom|pseudonyme)(?: de)?|the alias|the (?:ransomware|extortion|hacking) (?:group|"
    r"gang|crew|operation) (?:called |known as )?))\s?[\"'«]?\s?(?P<name>[A-Za-z0-9][\w.$-]{2,24}(?: "
    r"[A-Z][\w$]{2,20}){0,2})",
)
_COMMON = frozenset(
    [
        "the",
        "that",
        "which",
        "who",
        "and",
        "has",
        "had",
        "have",
        "is",
        "was",
        "were",
        "behind",
        "claimed",
        "said",
        "posted",
        "operation",
        "group",
        "gang",
        "itself",
    ]
)
_PERSON = re.compile(
    r"(?P<name>[A-Z][a-z]{1,24}(?: [A-Z][a-z.]{1,24}){1,2}), "
    r"(?:the charging papers|prosecutors|the indictment|an? \d\d|\d\d)"
    r"|(?P<name2>[A-Z][a-z]{1,24}(?: [A-Z][a-z.]{1,24}){1,2}) (?:has )?(?:agreed to plead|pleaded) guilty"
)


def actors_of(story: Story) -> Iterator[Fact]:
    """Gives actors facts; attribution: confirmed (plea or verdict), claimed (by themselves), suspected (by others)."""
    claims = _tells(story, _CLAIM)
    proven = _tells(story, _PROVEN)
    for sentence in story.sentences:
        if not sentence.told or sentence.section in {"noise", "actions", "you_can_do", "about"}:
            continue
        for known in known_in("actors", sentence.text):
            if _BACKGROUND.search(sentence.text[: known.start]):
                continue
            yield _fact(
                sentence,
                known.name,
                known.written,
                known.start,
                known.end,
                _attribution(story, sentence, claims=claims),
            )
        yield from _self_named(sentence, claims=claims)
        if proven:
            yield from _proven(sentence)


def _fact(sentence: Sentence, name: str, written: str, start: int, end: int, attribution: str) -> Fact:
    also: list[str] = [written] if written != name else []
    return Fact(
        "actors",
        {"name": name, "also": list(also), "attribution": attribution},
        sentence.start + start,
        sentence.start + end,
    )


def _tells(story: Story, pattern: "re.Pattern[str]") -> bool:
    return any(pattern.search(each.text) for each in story.sentences if each.told)


def _attribution(story: Story, sentence: Sentence, *, claims: bool) -> str:
    """The sentence itself decides, or the one after it ("The group has claimed responsibility")."""
    after = story.sentences[sentence.index + 1] if sentence.index + 1 < len(story.sentences) else None
    spoken = sentence.text
    if _DENIAL.search(spoken):
        return "suspected"
    if _CLAIM.search(spoken):
        return "claimed"
    if (
        claims
        and after is not None
        and after.block == sentence.block
        and re.match(r"(?:The|This) (?:group|crew|gang|hackers?|collective)|It |They ", after.text)
        and _CLAIM.search(after.text)
    ):
        return "claimed"
    return "suspected"


def _self_named(sentence: Sentence, *, claims: bool) -> Iterator[Fact]:
    for found in _SELF_NAMED.finditer(sentence.text):
        name = found.group("name")
        if name.lower().split()[0] in _COMMON or any(
            known.start <= found.start("name") < known.end for known in known_in("actors", sentence.text)
        ):
            continue
        if name.islower() and sentence.text[found.start("name") - 2 : found.start("name")].strip(" ") not in {
            '"',
            "'",
            "«",
        }:
            continue
        yield _fact(sentence, name, name, found.start("name"), found.end("name"), "claimed" if claims else "suspected")


def _proven(sentence: Sentence) -> Iterator[Fact]:
    for found in _PERSON.finditer(sentence.text):
        name = "name" if found.group("name") else "name2"
        yield _fact(sentence, found.group(name), found.group(name), found.start(name), found.end(name), "confirmed")
