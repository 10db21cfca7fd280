"""Which words a pattern cannot match without: a cheap test that spares most patterns of a lexicon most texts."""

import re
from collections.abc import Iterator

_QUANTIFIER = re.compile(r"[?*+]\??|\{(\d*)(?:,\d*)?\}\??")


def alternatives(pattern: str) -> list[str]:
    """Splits a pattern at the bars outside brackets."""
    parts, depth, start = [], 0, 0
    place = 0
    while place < len(pattern):
        character = pattern[place]
        if character == "\\":
            place += 2
            continue
        if character == "[":
            place = _class_end(pattern, place)
            continue
        depth += (character == "(") - (character == ")")
        if character == "|" and depth == 0:
            parts.append(pattern[start:place])
            start = place + 1
        place += 1
    return [*parts, pattern[start:]]


def needles(pattern: str) -> tuple[str, ...]:
    """Gives words, in lower case, of which every match holds at least one; () where no such set is known."""
    found: list[str] = []
    for part in alternatives(pattern):
        best = max(_required(part), key=lambda words: min(map(len, words)), default=())
        if not best or min(map(len, best)) < 2:
            return ()
        found.extend(best)
    return tuple(dict.fromkeys(found))


def _required(part: str) -> Iterator[tuple[str, ...]]:
    """Gives, for each piece that a match must hold, the words of which one is in it."""
    literal = ""
    place = 0
    while place < len(part):
        character = part[place]
        if character in "([":
            end = _class_end(part, place) if character == "[" else _group_end(part, place)
            optional, after = _optional(part, end)
            if literal:
                yield (literal.lower(),)
                literal = ""
            if character == "(" and not optional and part.startswith("(?:", place):
                inner = needles(part[place + 3 : end - 1])
                if inner:
                    yield inner
            place = after
            continue
        width = 2 if character == "\\" else 1
        optional, after = _optional(part, place + width)
        plain = width == 1 and (character.isalnum() or character in "'-/@&")
        if optional or not plain:
            if literal:
                yield (literal.lower(),)
            literal = "" if optional or not plain else character
        else:
            literal += character
            if after > place + width:
                yield (literal.lower(),)
                literal = ""
        place = after
    if literal:
        yield (literal.lower(),)


def _optional(part: str, place: int) -> tuple[bool, int]:
    """Says whether the quantifier at `place` allows nothing, and where it ends."""
    found = _QUANTIFIER.match(part, place)
    if found is None:
        return False, place
    text = found.group()
    return text[0] in "?*" or (text[0] == "{" and int(found.group(1) or 0) == 0), found.end()


def _class_end(pattern: str, place: int) -> int:
    end = place + 1
    while end < len(pattern) and pattern[end] != "]":
        end += 2 if pattern[end] == "\\" else 1
    return end + 1


def _group_end(pattern: str, place: int) -> int:
    depth = 0
    while place < len(pattern):
        if pattern[place] == "\\":
            place += 2
            continue
        if pattern[place] == "[":
            place = _class_end(pattern, place)
            continue
        depth += (pattern[place] == "(") - (pattern[place] == ")")
        place += 1
        if depth == 0:
            return place
    return place
