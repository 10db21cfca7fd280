"""From a parsed Sigma rule to a tree of atoms.

Source of the meaning of modifiers and wildcards: Sigma Specification 2.1 (sigmahq.io/docs/basics/rules.html and
modifiers.html). Texts are compared without regard to case unless `cased` says otherwise; `*` and `?` are wildcards
unless escaped; regular expressions keep their case and are matched anywhere, by RE2 (linear time, no look-around).
"""

from sigma.conditions import (
    ConditionAND,
    ConditionFieldEqualsValueExpression,
    ConditionItem,
    ConditionNOT,
    ConditionOR,
    ConditionValueExpression,
)
from sigma.rule import SigmaRule
from sigma.types import (
    CompareOperators,
    Placeholder,
    SigmaBool,
    SigmaCasedString,
    SigmaCIDRExpression,
    SigmaCompareExpression,
    SigmaExists,
    SigmaExpansion,
    SigmaNull,
    SigmaNumber,
    SigmaRegularExpression,
    SigmaRegularExpressionFlag,
    SigmaString,
    SigmaTimestampPart,
    SigmaType,
    SpecialChars,
)

from spillmark.detect.fold import fold
from spillmark.detect.tree import Atom, Either, Every, Negation, Node, Test
from spillmark.errors import ContentError
from spillmark.model.event import EVENT_COLUMNS

LONGEST_PATTERN = 2_000  # characters; RE2 itself bounds repetition and memory
PLAIN = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_")
KEYWORD_FIELDS = tuple(
    name for name, kind in EVENT_COLUMNS.items() if kind == "VARCHAR" and name not in ("evidence", "source")
)
FLAGS = {
    SigmaRegularExpressionFlag.IGNORECASE: "i",
    SigmaRegularExpressionFlag.MULTILINE: "m",
    SigmaRegularExpressionFlag.DOTALL: "s",
}
COMPARE: dict[CompareOperators, Test] = {
    CompareOperators.LT: "lt",
    CompareOperators.LTE: "lte",
    CompareOperators.GT: "gt",
    CompareOperators.GTE: "gte",
    CompareOperators.NEQ: "ne",
}


def compile_rule(rule: SigmaRule) -> Node:
    """Gives the tree of a rule's conditions; several conditions are alternatives.

    Raises:
        ContentError: the rule uses something that cannot be evaluated here; it is said by name.
        sigma.exceptions.SigmaError: the condition is not valid Sigma.
    """
    nodes = []
    for condition in rule.detection.parsed_condition:
        parsed = condition.parsed
        if parsed is None:
            raise ContentError("a condition without any test")
        nodes.append(_node(parsed))
    return nodes[0] if len(nodes) == 1 else Either(tuple(nodes))


def _node(item: object) -> Node:
    if isinstance(item, ConditionAND):
        return Every(_parts(item))
    if isinstance(item, ConditionOR):
        return Either(_parts(item))
    if isinstance(item, ConditionNOT):
        return Negation(_parts(item)[0])
    if isinstance(item, ConditionFieldEqualsValueExpression):
        return _value(item.field, item.value)
    if isinstance(item, ConditionValueExpression):
        return _keyword(item.value)
    raise ContentError(f"a condition of an unknown kind: {type(item).__name__}")


def _parts(item: ConditionItem) -> tuple[Node, ...]:
    return tuple(_node(part) for part in item.args if part is not None)


def _keyword(value: SigmaType) -> Node:
    """A value without a field is looked for inside each text of the event."""
    if isinstance(value, SigmaString) and not isinstance(value, SigmaCasedString):
        value = SpecialChars.WILDCARD_MULTI + value + SpecialChars.WILDCARD_MULTI
    elif isinstance(value, SigmaNumber):
        value = SigmaString(f"*{value.number}*")
    elif not isinstance(value, SigmaRegularExpression | SigmaCasedString):
        raise ContentError(f"a {type(value).__name__} without a field")
    return Either(tuple(_value(field, value) for field in KEYWORD_FIELDS))


def _value(field: str, value: SigmaType) -> Node:
    match value:
        case SigmaExpansion():
            return Either(tuple(_value(field, part) for part in value.values))
        case SigmaTimestampPart():
            raise ContentError(f"{field}: parts of a time cannot be compared")
        case SigmaString():
            return _text(field, value)
        case SigmaNumber():
            return Atom(field, "eq", str(value.number))
        case SigmaBool():
            return Atom(field, "equals", "true" if value.boolean else "false")
        case SigmaNull():
            return Atom(field, "null")
        case SigmaExists():
            return Atom(field, "exists" if value.exists else "null")
        case SigmaRegularExpression():
            return _regex(field, value)
        case SigmaCIDRExpression():
            return Atom(field, "cidr", str(value.network))
        case SigmaCompareExpression():
            return _compare(field, value)
        case _:
            raise ContentError(f"{field}: a value of the kind {type(value).__name__} cannot be evaluated")


def _text(field: str, value: SigmaString) -> Atom:
    """Splits a text with wildcards into the cheapest test that means the same."""
    cased = isinstance(value, SigmaCasedString)
    parts = list(value.s)
    if any(isinstance(part, Placeholder) for part in parts):
        raise ContentError(f"{field}: a placeholder that nothing fills")
    head, tail = False, False
    while parts and parts[0] is SpecialChars.WILDCARD_MULTI:
        head, parts = True, parts[1:]
    while parts and parts[-1] is SpecialChars.WILDCARD_MULTI:
        tail, parts = True, parts[:-1]
    if not parts:
        return Atom(field, "exists") if head else Atom(field, "null")
    if len(parts) == 1 and isinstance(parts[0], str):
        return Atom(field, _affix(head=head, tail=tail), _plain(field, parts[0], cased=cased), cased)
    middle = "".join(_pattern(field, part, cased=cased) for part in parts)
    text = f"(?s){'.*' if head else ''}{middle}{'.*' if tail else ''}"
    return Atom(field, "pattern", _bounded(field, text), cased)


def _affix(*, head: bool, tail: bool) -> Test:
    if head and tail:
        return "contains"
    if head:
        return "ends"
    return "starts" if tail else "equals"


def _plain(field: str, text: str, *, cased: bool) -> str:
    if "\0" in text:
        raise ContentError(f"{field}: a text with a NUL character")
    return text if cased else fold(text)


def _pattern(field: str, part: str | SpecialChars | Placeholder, *, cased: bool) -> str:
    if isinstance(part, SpecialChars):
        return ".*" if part is SpecialChars.WILDCARD_MULTI else "."
    # Escaping everything that is not a word character or beyond ASCII is RE2's own quoting rule.
    return "".join(c if c in PLAIN or ord(c) > 127 else "\\" + c for c in _plain(field, str(part), cased=cased))


def _bounded(field: str, pattern: str) -> str:
    if len(pattern) > LONGEST_PATTERN:
        raise ContentError(f"{field}: a pattern of more than {LONGEST_PATTERN} characters")
    return pattern


def _regex(field: str, value: SigmaRegularExpression) -> Atom:
    flags = "".join(sorted(FLAGS[flag] for flag in value.flags))
    pattern = value.regexp.to_plain_regex()
    if "\0" in pattern:
        raise ContentError(f"{field}: a pattern with a NUL character")
    return Atom(field, "regex", _bounded(field, f"(?{flags}){pattern}" if flags else pattern), cased=True)


def _compare(field: str, value: SigmaCompareExpression) -> Atom:
    if isinstance(value.number, SigmaTimestampPart):
        raise ContentError(f"{field}: parts of a time cannot be compared")
    return Atom(field, COMPARE[value.op], str(value.number.number))
