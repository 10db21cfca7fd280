"""Fields to kinds of personal data: by the vendor's standard fields, by words of a custom field's name, by its values.

Content: `content/classes/`. `vocabulary.yaml` lists the ids and what they cover; `salesforce.yaml` the standard fields;
`names.yaml` words of names in English and French; `values.yaml` shapes of values. An unclear field is said to be so.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Literal

import stdnum.luhn
from pydantic import TypeAdapter, ValidationError
from stdnum import iban
from stdnum.fr import nir
from stdnum.us import ssn

from spillmark import content
from spillmark.errors import ContentError
from spillmark.model.content import Explanation, Problem
from spillmark.model.terms import Confidence

FOLDER = "classes"
TECHNICAL = "technical"
UNKNOWN = "class unknown"
FREE_TEXT = "communications"
ENOUGH = 0.8
FEWEST = 3
WORDS = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-zà-ÿ]+|[A-Z]+|\d+")
How = Literal["standard", "name", "object", "values", "none"]


@dataclass(frozen=True)
class FieldClass:
    """What a field holds: class ids (none for a technical or unclear one), how sure, and why in a sentence."""

    object: str
    field: str
    classes: tuple[str, ...]
    confidence: Confidence
    why: str
    how: How
    technical: bool = False

    @property
    def unknown(self) -> bool:
        """Tells a field of which nothing is known."""
        return not self.classes and not self.technical


@dataclass(frozen=True)
class FieldTest:
    """A field and the classes that it must get; none for a technical one, `unknown` where that is the right answer."""

    object: str
    field: str
    classes: tuple[str, ...] = ()
    values: tuple[str, ...] = ()
    unknown: bool = False


@dataclass(frozen=True)
class Vocabulary:
    """All class ids and what they cover."""

    id: str
    version: int
    source: str
    checked_on: Any
    classes: dict[str, str]


@dataclass(frozen=True)
class StandardFields:
    """Field tables: `every` holds for any object, `objects` for one; the word `technical` marks no personal data."""

    id: str
    version: int
    source: str
    checked_on: Any
    every: dict[str, str]
    objects: dict[str, dict[str, str]]
    tests: tuple[FieldTest, ...]


@dataclass(frozen=True)
class NameRules:
    """Words of field names by class, and words of object names whose unclear fields belong to a class.

    `weak` lists classes whose words are so general that the object's own class stands before them; `persons` lists
    words of objects whose records are people, so that their field `Name` is a person's name.
    """

    id: str
    version: int
    source: str
    checked_on: Any
    fields: dict[str, tuple[str, ...]]
    objects: dict[str, tuple[str, ...]]
    tests: tuple[FieldTest, ...]
    weak: tuple[str, ...] = ()
    persons: tuple[str, ...] = ()


@dataclass(frozen=True)
class ValueRule:
    """A shape of values: a pattern, and a named check for what has check digits."""

    data_class: str
    confidence: Confidence
    pattern: str
    check: str | None = None
    says: str = ""


@dataclass(frozen=True)
class InsideRule:
    """What free text may hold, as an RE2 pattern that is searched in it."""

    data_class: str
    pattern: str
    says: str = ""


@dataclass(frozen=True)
class ValueRules:
    """All shapes, in order; the first that most of a field's values have decides. `inside` is for free text."""

    id: str
    version: int
    source: str
    checked_on: Any
    shapes: tuple[ValueRule, ...]
    inside: tuple[InsideRule, ...]
    tests: tuple[FieldTest, ...]


@dataclass(frozen=True)
class Classes:
    """The whole content of this kind."""

    vocabulary: Vocabulary
    standard: tuple[StandardFields, ...]
    names: tuple[NameRules, ...]
    values: tuple[ValueRules, ...]
    patterns: Mapping[tuple[str, ...], str] = field(default_factory=dict)


CHECKS: dict[str, Callable[[str], bool]] = {
    "iban": iban.is_valid,
    "luhn": lambda text: stdnum.luhn.is_valid(re.sub(r"\D", "", text)),
    "nir": lambda text: nir.is_valid(re.sub(r"\s", "", text)),
    "ssn": ssn.is_valid,
}
_SHAPES: dict[str, TypeAdapter[Any]] = {
    "vocabulary": TypeAdapter(Vocabulary),
    "salesforce": TypeAdapter(StandardFields),
    "names": TypeAdapter(NameRules),
    "values": TypeAdapter(ValueRules),
}


@cache
def load_classes() -> Classes:
    """Reads and checks the content.

    Raises:
        ContentError: a file does not say what it must say, or names a class that is not in the vocabulary.
    """
    loaded: dict[str, list[Any]] = {kind: [] for kind in _SHAPES}
    for place, body in content.documents(FOLDER):
        kind = str(body.pop("kind", ""))
        if kind not in _SHAPES:
            raise ContentError(f"unknown kind {kind!r}", where=place, hint=f"one of {', '.join(sorted(_SHAPES))}")
        try:
            loaded[kind].append(_SHAPES[kind].validate_python(body))
        except ValidationError as error:
            problem = error.errors()[0]
            where = ".".join(str(part) for part in problem["loc"])
            raise ContentError(f"{where}: {problem['msg']}", where=place) from error
    if len(loaded["vocabulary"]) != 1:
        raise ContentError("exactly one vocabulary of data classes is needed", where=FOLDER)
    names = tuple(loaded["names"])
    patterns = {
        tuple(words(phrase)): data_class
        for rules in names
        for data_class, phrases in rules.fields.items()
        for phrase in phrases
    }
    return Classes(loaded["vocabulary"][0], tuple(loaded["salesforce"]), names, tuple(loaded["values"]), patterns)


def words(name: str) -> list[str]:
    """Cuts a name into lower-case words: `Annual_Premium__c`, `dateOfBirth`, `IBAN2`."""
    stem = re.sub(r"__(c|s|pc|r|x|mdt)$", "", name, flags=re.IGNORECASE)
    return [word.lower() for word in WORDS.findall(stem)]


def classify(object_name: str, field_name: str, *, label: str = "", sample: Sequence[str] = ()) -> FieldClass:
    """Tells what a field holds; `sample` are some of its values, which no log or message ever repeats."""
    known = load_classes()
    by_table = _standard(known, object_name, field_name)
    if by_table is not None:
        return by_table
    by_object = _by_object(known, object_name)
    by_name = _by_words(known, object_name, field_name, label)
    if by_object is not None and any(by_name in rules.weak for rules in known.names):
        by_name = None
    by_value = _valued(known, sample)
    if by_name is not None:
        classes = (by_name, *((by_value.data_class,) if by_value and by_value.data_class != by_name else ()))
        sure: Confidence = "high" if by_value and by_value.data_class == by_name else "medium"
        why = f"the words of the name {field_name}" + (" and the shape of its values" if by_value else "")
        return FieldClass(object_name, field_name, classes, sure, why, "name")
    if by_value is not None:
        why = f"its values look like {by_value.says or by_value.data_class}"
        return FieldClass(object_name, field_name, (by_value.data_class,), by_value.confidence, why, "values")
    if by_object is not None:
        why = f"a field of {object_name} whose name tells nothing else"
        return FieldClass(object_name, field_name, (by_object,), "low", why, "object")
    return FieldClass(object_name, field_name, (), "low", UNKNOWN, "none")


def _standard(known: Classes, object_name: str, field_name: str) -> FieldClass | None:
    for table in known.standard:
        own = {name.lower(): fields for name, fields in table.objects.items()}.get(object_name.lower(), {})
        for fields, where in ((own, object_name), (table.every, "any object")):
            said = {name.lower(): value for name, value in fields.items()}.get(field_name.lower())
            if said is None:
                continue
            technical = said == TECHNICAL
            why = f"a standard field of {where}"
            classes = () if technical else tuple(said.split())
            return FieldClass(object_name, field_name, classes, "high", why, "standard", technical)
    return None


def _by_words(known: Classes, object_name: str, field_name: str, label: str) -> str | None:
    if words(field_name) == ["name"] and not is_person(object_name):
        return None  # the record's own name: a number or a title
    return _named(known, field_name) or _named(known, label)


def is_person(object_name: str) -> bool:
    """Tells an object whose records are people, by the words of its name."""
    return any(set(words(object_name)) & set(rules.persons) for rules in load_classes().names)


def _named(known: Classes, name: str) -> str | None:
    """The longest run of words that a rule names; of two as long the later one, which a name's head usually is."""
    parts = words(name)
    best: tuple[int, int, str] | None = None
    for start in range(len(parts)):
        for end in range(len(parts), start, -1):
            found = known.patterns.get(tuple(parts[start:end]))
            if found is not None and (best is None or (end - start, start) >= best[:2]):
                best = (end - start, start, found)
                break
    return best[2] if best else None


def _by_object(known: Classes, object_name: str) -> str | None:
    parts = set(words(object_name))
    for rules in known.names:
        for data_class, listed in rules.objects.items():
            if parts & set(listed):
                return data_class
    return None


def _valued(known: Classes, sample: Sequence[str]) -> ValueRule | None:
    values = [value.strip() for value in sample if value and value.strip()]
    if len(values) < FEWEST:
        return None
    for rules in known.values:
        for rule in rules.shapes:
            fits = sum(_fits(rule, value) for value in values)
            if fits >= ENOUGH * len(values):
                return rule
    return None


def _fits(rule: ValueRule, value: str) -> bool:
    if len(value) > 200 or re.fullmatch(rule.pattern, value) is None:  # longer is free text
        return False
    return rule.check is None or CHECKS[rule.check](value)


def inside_rules() -> tuple[InsideRule, ...]:
    """Gives what is searched in free text."""
    return tuple(rule for rules in load_classes().values for rule in rules.inside)


def _inside(known: Classes, values: Sequence[str]) -> list[str]:
    rules: list[InsideRule] = [rule for holder in known.values for rule in holder.inside]
    return sorted({rule.data_class for rule in rules for value in values if re.search(rule.pattern, value)})


def explain(id_: str) -> Explanation | None:
    """Explains a data class by its id, or a standard field written as Object.Field."""
    known = load_classes()
    if id_ in known.vocabulary.classes:
        fields = sorted(
            f"{o}.{f}" for t in known.standard for o, m in t.objects.items() for f, c in m.items() if id_ in c.split()
        )
        facts = (("standard fields", ", ".join(fields) or "none"), ("source", known.vocabulary.source))
        return Explanation(id_, "data class", id_.replace("_", " "), (known.vocabulary.classes[id_],), facts)
    object_name, dot, field_name = id_.partition(".")
    if not dot or not field_name:
        return None
    found = classify(object_name, field_name)
    if found.unknown:
        return None
    says = "no personal data of its own" if found.technical else ", ".join(found.classes)
    return Explanation(id_, "field", id_, (f"{id_} holds {says}: {found.why}.",), (("confidence", found.confidence),))


def lint() -> tuple[Problem, ...]:
    """Checks the content and runs its own samples."""
    try:
        load_classes.cache_clear()
        known = load_classes()
    except ContentError as error:
        return (Problem(error.where or FOLDER, error.what, error.hint or ""),)
    return (*_unlisted(known), *_failing(known))


def _unlisted(known: Classes) -> Iterator[Problem]:
    listed = known.vocabulary.classes
    used = {c for t in known.standard for m in (t.every, *t.objects.values()) for v in m.values() for c in v.split()}
    used |= {c for rules in known.names for c in (*rules.fields, *rules.objects)}
    used |= {rule.data_class for rules in known.values for rule in rules.shapes}
    used |= {rule.data_class for rules in known.values for rule in rules.inside}
    for name in sorted(used - set(listed) - {TECHNICAL}):
        yield Problem(FOLDER, f"the class {name!r} is not in the vocabulary", "use an id of vocabulary.yaml")
    for rules in known.values:
        for rule in rules.shapes:
            if rule.check is not None and rule.check not in CHECKS:
                yield Problem(FOLDER, f"there is no check {rule.check!r}", f"one of {', '.join(sorted(CHECKS))}")


def _failing(known: Classes) -> Iterator[Problem]:
    holders: tuple[StandardFields | NameRules | ValueRules, ...] = (*known.standard, *known.names, *known.values)
    for holder in holders:
        for test in holder.tests:
            found = classify(test.object, test.field, sample=test.values)
            classes = (*found.classes, *_inside(known, test.values)) if FREE_TEXT in found.classes else found.classes
            if classes != test.classes or (test.unknown and not found.unknown):
                says = ", ".join(classes) or (UNKNOWN if found.unknown else TECHNICAL)
                yield Problem(
                    f"{FOLDER}/{holder.id}", f"{test.object}.{test.field} gives {says}", "change rule or sample"
                )
