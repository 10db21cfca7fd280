"""Personal data masked for views: enough stays to recognise a value that one knows, too little to learn it.

Masked are e-mail addresses, telephone numbers, numbers of persons, cards and accounts, record ids in part, and by the
name of the field also names, birth dates, addresses, secrets and free text. The evidence and the case document keep
everything (GDPR art. 5(1)(c), data minimisation: a reader of the report needs the fact, not the person).
Masking a masked text changes nothing.
"""

import re
from collections.abc import Mapping
from functools import cache

from spillmark import content
from spillmark.model.content import Problem

DOTS = "…"
FREE_TEXT = 160
"""Characters of a free-text field that a proof row shows."""
_PLACE = "templates/masking.yaml"

_EMAIL = re.compile(r"(?<![\w.+%-])([\w+%-])[\w.+%'-]{0,63}@((?:[\w-]{1,63}\.){1,126}\w{2,24})(?![\w@])")
_SSN = re.compile(r"(?<![\w-])\d{3}-\d{2}-(\d{4})(?![\w-])")
_IBAN = re.compile(r"(?<!\w)([A-Z]{2}\d{2})(?:[ ]?[A-Z0-9]{4}){2,7}[ ]?[A-Z0-9]{0,2}([A-Z0-9]{2})(?!\w)")
_CARD = re.compile(r"(?<![\w.-])(?:\d[ -]?){12,18}(\d)(?![\w-])")
_PHONE = re.compile(
    r"(?<![\w.:/+-])(?:\+\d{1,3}[ .-]?)?(?:\(\d{1,5}\)[ .-]?)?\d{1,5}(?:[ .-]\d{2,5}){1,5}(?![\w:/-]|\.\d)"
)
_PLUS_PHONE = re.compile(r"(?<![\w+])\+\d{7,15}(?!\w)")
_RECORD_ID = re.compile(
    r"(?<![A-Za-z0-9])([a-zA-Z0-9]{3})(?=[A-Za-z0-9]{0,11}\d)[A-Za-z0-9]{8}([A-Za-z0-9]{4})(?:[A-Za-z0-9]{3})?(?![A-Za-z0-9])"
)
_ADDRESS_LIKE = re.compile(r"^\d{1,3}(?:\.\d{1,3}){3}$")
_DATE_LIKE = re.compile(r"^(?:19|20)\d\d[ .-]\d{2}[ .-]\d{2}(?:[ T]\d{2})?$|^\d{2}[ .-]\d{2}[ .-](?:19|20)\d\d$")
_SUFFIX = re.compile(r"__p?c$")
_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_NAME = r"(?P<name>[a-zA-Z_][\w.]{0,80})"
_LITERAL = re.compile(rf"(?i)\b{_NAME}\s{{0,5}}(?:=|!=|<>|like|<=?|>=?)\s{{0,5}}'(?P<value>(?:[^'\\]|\\.){{1,400}})'")
_IN_LIST = re.compile(rf"(?i)\b{_NAME}\s{{1,5}}(?:not\s{{1,5}})?in\s{{0,5}}\((?P<values>[^()]{{1,4000}})\)")
_QUOTED = re.compile(r"'((?:[^'\\]|\\.){1,400})'")
_MEMBER = re.compile(r""""(?P<name>[A-Za-z_][\w. -]{0,60})"\s{0,3}:\s{0,3}"(?P<value>(?:[^"\\]|\\.){1,2000})(?:"|$)""")


def text(value: str) -> str:
    """Masks what shows itself by its form: e-mail, telephone, person, card and account numbers, record ids."""
    value = _EMAIL.sub(rf"\1{DOTS}@\2", value)
    value = _SSN.sub(rf"{DOTS}\1", value)
    value = _IBAN.sub(rf"\1{DOTS}\2", value)
    value = _CARD.sub(_card, value)
    value = _PLUS_PHONE.sub(_last_two, value)
    value = _PHONE.sub(_phone, value)
    return _RECORD_ID.sub(rf"\1{DOTS}\2", value)


def query(value: str) -> str:
    """Masks a query: what `text` masks, and the literals compared with a field that holds personal data."""
    value = _LITERAL.sub(_named, value)
    return text(_IN_LIST.sub(_literals, value))


def field(name: str, value: str) -> str:
    """Masks one value by the name of its field, in any naming style (LastName, LAST_NAME, last_name__c)."""
    if not value or DOTS in value:
        return value
    words = [word.lower() for word in _WORDS.findall(_SUFFIX.sub("", name))]
    kind = _kind(frozenset(words), "".join(words))
    match kind:
        case "secrets":
            return DOTS
        case "whole_names":
            return value if "@" in value else _initials(value)
        case "births":
            return f"{value[:4]}{DOTS}" if re.match(r"(?:19|20)\d\d", value) else DOTS
        case "phones":
            return _tail(value)
        case "numbers":
            return _tail(value) if any(character.isdigit() for character in value) else value
        case "places":
            return value if "@" in value else f"{value[:2]}{DOTS}"
        case "texts":
            return f"{value[:FREE_TEXT]}{DOTS}" if len(value) > FREE_TEXT else value
        case _:
            return value


def row(fields: Mapping[str, str]) -> str:
    """Writes a record as `field: value` pairs in the order given, each value masked by name and by form.

    JSON and queries inside a value are masked by the names inside them.
    """
    return "; ".join(f"{name}: {_inner(field(name, value))}" for name, value in fields.items() if value)


def lint() -> tuple[Problem, ...]:
    """Runs the samples of the word lists: what must be masked and what must stay."""
    tests = content.document(_PLACE, content.text(_PLACE))["tests"]
    wanted = [(one["field"], one["value"], one["shown"]) for one in tests["masked"]]
    wanted += [(one["field"], one["value"], one["value"]) for one in tests["kept"]]
    faults = [(name, value, shown, text(field(name, value))) for name, value, shown in wanted]
    return tuple(
        Problem(_PLACE, f"{name} {value!r} is shown as {got!r}, expected {shown!r}")
        for name, value, shown, got in faults
        if got != shown
    )


def _inner(value: str) -> str:
    if value.lstrip().startswith(("{", "[")):
        value = _MEMBER.sub(_named, value)
    return query(value)


def _named(match: re.Match[str]) -> str:
    """The whole match with its group `value` masked by its group `name`."""
    whole, offset = match.group(), match.start()
    start, end = match.start("value") - offset, match.end("value") - offset
    return whole[:start] + field(match.group("name").rpartition(".")[2], match.group("value")) + whole[end:]


def _literals(match: re.Match[str]) -> str:
    name, listed = match.group("name").rpartition(".")[2], match.group("values")
    masked = _QUOTED.sub(lambda literal: f"'{field(name, literal.group(1))}'", listed)
    return match.group().removesuffix(f"{listed})") + f"{masked})"


def _kind(words: frozenset[str], joined: str) -> str | None:
    """Finds the first list that holds a word of the name; names about machines are left alone, secrets never."""
    lists = _lists()
    if words & lists["secrets"] or joined in lists["secrets"]:
        return "secrets"
    if words & lists["technical"]:
        return None
    if joined in lists["whole_names"]:
        return "whole_names"
    order = ("births", "phones", "numbers", "places", "texts")
    return next((kind for kind in order if words & lists[kind] or joined in lists[kind]), None)


@cache
def _lists() -> dict[str, frozenset[str]]:
    lists = content.document(_PLACE, content.text(_PLACE))
    return {key: frozenset(words) for key, words in lists.items() if isinstance(words, list)}


def _initials(value: str) -> str:
    return " ".join(f"{part[0]}{DOTS}" for part in value.split()[:4])


def _tail(value: str) -> str:
    return f"{DOTS}{value[-2:]}" if len(value) > 4 else DOTS


def _last_two(match: re.Match[str]) -> str:
    return f"{DOTS}{match.group()[-2:]}"


def _phone(match: re.Match[str]) -> str:
    """Takes no address, date or plain figure for a telephone number: at least nine digits, or a bracket or plus."""
    found = match.group()
    digits = sum(character.isdigit() for character in found)
    if _ADDRESS_LIKE.match(found) or _DATE_LIKE.match(found) or not 7 <= digits <= 15:
        return found
    return _last_two(match) if digits >= 9 or found[0] in "+(" else found


def _card(match: re.Match[str]) -> str:
    """Masks a number that passes the Luhn check (ISO/IEC 7812-1), as all card numbers do."""
    digits = [int(character) for character in match.group() if character.isdigit()]
    doubled = [digit * 2 - 9 if digit > 4 else digit * 2 for digit in digits[-2::-2]]
    return _last_two(match) if (sum(doubled) + sum(digits[-1::-2])) % 10 == 0 else match.group()
