"""Mapping files: what a log is called, how its records are recognised, which field fills which column of an event."""

import re
from collections.abc import Iterable
from collections.abc import Mapping as Map
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import yaml
from pydantic import BeforeValidator, ConfigDict, TypeAdapter, ValidationError
from pydantic import Field as Alias
from pydantic.dataclasses import dataclass as checked

from spillmark import content
from spillmark.errors import ContentError
from spillmark.evidence.coverage import Retention
from spillmark.evidence.item import Recogniser
from spillmark.model.event import EVENT_COLUMNS
from spillmark.model.terms import Kind
from spillmark.normal.path import parse

FOLDER = "mappings"
TEMPLATED = re.compile(r"\{([^{}]+)\}")
FORMAT = re.compile(r"(?=.{2,80}$)(?:%[-]?[aAbBdfgHIjmMnpSyY]|[^%'\"\\\x00-\x1f])+")
OURS = ("evidence", "row", "part", "source", "class_uid", "detail", "findings")
"""Columns that no mapping fills: they are known from elsewhere."""
Conversion = Literal["text", "time", "id", "ids", "list", "ip", "int", "lower", "soql_object"]
STRICT = ConfigDict(extra="forbid")


def _names(value: object) -> object:
    return [value] if isinstance(value, str | int | float | bool) else value


Names = Annotated[tuple[str, ...], BeforeValidator(_names)]


def _pattern(value: object) -> object:
    if isinstance(value, str):
        # The engine's RE2 knows no look-around and no back-references; what is no pattern at all fails in both.
        try:
            re.compile(value)
        except re.error as error:
            raise ValueError(f"not a pattern: {error}") from error
        if re.search(r"\(\?[=!<]|\\[1-9]", value):
            raise ValueError("look-around and back-references are not allowed")
    return value


Pattern = Annotated[str, BeforeValidator(_pattern)]


def _path(value: object) -> object:
    if isinstance(value, str):
        parse(value)
    return value


def _zone(value: object) -> object:
    if isinstance(value, str):
        known_zone(value)
    return value


Zone = Annotated[str, BeforeValidator(_zone)]
FieldName = Annotated[str, BeforeValidator(_path)]
FieldNames = Annotated[tuple[FieldName, ...], BeforeValidator(_names)]


def _format(value: object) -> object:
    if isinstance(value, str) and not FORMAT.fullmatch(value):
        raise ValueError("not a format of times: %Y %m %d %H %M %S and the like, at most 80 characters, no zone")
    return value


Format = Annotated[str, BeforeValidator(_format)]


@checked(frozen=True, config=STRICT)
class Recognise:
    """What a record of this log looks like; see `Recogniser`. Named groups of `lines` are fields of the record."""

    columns: Names = ()
    any_of: Names = ()
    values: dict[str, Names] = field(default_factory=dict)
    lines: Pattern | None = None


@checked(frozen=True, config=STRICT)
class When:
    """Which records of a file of this kind the mapping is for: all that is named must hold.

    `values` compares without regard to case; `patterns` must be found in the field; `present` fields are filled,
    `absent` ones are empty or not there.
    """

    values: dict[FieldName, Names] = field(default_factory=dict)
    patterns: dict[FieldName, Pattern] = field(default_factory=dict)
    present: FieldNames = ()
    absent: FieldNames = ()

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields that it looks at."""
        return (*self.values, *self.patterns, *self.present, *self.absent)


@checked(frozen=True, config=STRICT)
class Source:
    """Where a column's value comes from.

    `from` names fields, the first that gives a value counts; see `path` for what a name may say. `extract` takes the
    first group of a pattern, then `as` converts; a time that is none of the usual ones is read by the first `format`
    that fits (as of strptime: `%d.%m.%Y %H:%M:%S`, no zone). `blank` lists words that mean nothing. `map` translates
    words (case does not count), `patterns` translates by the first pattern found, both else give `otherwise`, or the
    vendor's own word in lower case where that is not said. `value` is a constant, `template` a text with {FIELD} in
    it, of which what is between two fields stands only where both are filled. `where` names fields and patterns that
    must be found in them; other records get nothing from here.
    """

    from_: Annotated[FieldNames, Alias(alias="from")] = ()
    as_: Annotated[Conversion, Alias(alias="as")] = "text"
    format: Annotated[tuple[Format, ...], BeforeValidator(_names)] = ()
    blank: Names = ()
    map: dict[str, str] = field(default_factory=dict)
    patterns: dict[Pattern, str] = field(default_factory=dict)
    otherwise: str | None = None
    extract: Pattern | None = None
    value: str | None = None
    template: str | None = None
    where: dict[FieldName, Pattern] = field(default_factory=dict)

    def __post_init__(self) -> None:
        ways = [bool(self.from_), self.value is not None, self.template is not None]
        if sum(ways) != 1:
            raise ValueError("give exactly one of from, value, template")
        if sum(map(bool, (self.map, self.patterns, self.as_ != "text"))) > 1:
            raise ValueError("give at most one of map, patterns and as")
        if self.format and self.as_ != "time":
            raise ValueError("a format is for times: add as: time")
        for name in TEMPLATED.findall(self.template or ""):
            parse(name)

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields that it reads."""
        return (*self.from_, *TEMPLATED.findall(self.template or ""), *self.where)

    @property
    def holds(self) -> bool:
        """Tells that the column keeps the whole value, so that `detail` need not."""
        changed = self.map or self.patterns or self.extract or self.where or self.as_ == "soql_object"
        return bool(self.from_) and not changed and not self.format


def _sources(value: object) -> object:
    """One source, or several of which the first that gives a value counts; names alone are one source."""
    if isinstance(value, list | tuple) and value and all(isinstance(one, dict | Source) for one in value):
        return value
    return [{"from": value} if isinstance(value, str | list) else value]


Sources = Annotated[tuple[Source, ...], BeforeValidator(_sources)]


@checked(frozen=True, config=STRICT)
class Sample:
    """A record of this log and what becomes of it: `gives` lists expected columns, null says "not of this mapping"."""

    record: dict[str, Any]
    gives: dict[str, Any] | None


@checked(frozen=True, config=STRICT)
class Mapping:
    """One mapping file. Without `fields` it only recognises a log that has no mapping yet.

    `unwrap` names envelopes that are taken off; of a record with the list `each`, every element is an event of its own,
    its fields reached as those of `each`. `zone` is the zone of times that name none, where the vendor documents it.
    `assumed` is the zone where neither says it.
    `own` tells that a user gave it with the evidence: it takes the records that it recognises before any other.
    """

    id: str
    version: int
    title: str
    source: str
    checked_on: str
    kind: Kind
    product: str
    recognise: Recognise
    samples: tuple[Sample, ...]
    when: tuple[When, ...] = ()
    unwrap: Names = ()
    each: str | None = None
    zone: Zone | None = None
    fallback: bool = False
    class_uid: int | None = None
    retention: Retention | None = None
    fields: dict[str, Sources] = field(default_factory=dict)
    place: str = ""
    own: bool = False
    assumed: str = "UTC"

    def __post_init__(self) -> None:
        unknown = sorted(set(self.fields) - (set(EVENT_COLUMNS) - set(OURS)))
        if unknown:
            raise ValueError(f"no such event column: {', '.join(unknown)}")
        if self.fields and "time" not in self.fields:
            raise ValueError("an event needs a time")
        if not {True, False} <= {sample.gives is not None for sample in self.samples}:
            raise ValueError("give at least one positive and one negative sample")

    @property
    def recogniser(self) -> Recogniser:
        """This log's look, for the intake."""
        look = self.recognise
        return Recogniser(
            kind=self.kind,
            id=self.id,
            columns=tuple(name.lower() for name in look.columns),
            any_of=tuple(name.lower() for name in look.any_of),
            values={name.lower(): tuple(v.lower() for v in values) for name, values in look.values.items()},
            unwrap=self.unwrap,
            lines=None if look.lines is None else re.compile(look.lines),
        )


@dataclass(frozen=True)
class Mappings:
    """All mappings, those that demand more first, so that of two that fit the more special one is right."""

    every: tuple[Mapping, ...]

    def of_kind(self, kind: str) -> tuple[Mapping, ...]:
        """Gives the mappings that make events of a kind of evidence, in order of precedence."""
        return tuple(mapping for mapping in self.every if mapping.kind == kind and mapping.fields)

    def of_product(self, kind: str) -> tuple[Mapping, ...]:
        """Gives the mappings for a file of a kind: those of the kind, then others of the same products, as one file may
        hold several kinds; those that take whatever is left come last."""
        own = self.of_kind(kind)
        products = {mapping.product for mapping in self.every if mapping.kind == kind}
        others = tuple(m for m in self.every if m.product in products and m.kind != kind and m.fields)
        return (*(m for m in own if not m.fallback), *others, *(m for m in own if m.fallback))

    def in_zone(self, zone: str) -> "Mappings":
        """Gives the same mappings, for times that name no zone and whose zone nobody documents."""
        return Mappings(tuple(replace(mapping, assumed=zone) for mapping in self.every))

    def find(self, id_: str) -> Mapping | None:
        """Gives one mapping by its id."""
        return next((mapping for mapping in self.every if mapping.id == id_), None)

    @property
    def recognisers(self) -> tuple[Recogniser, ...]:
        """How each log is recognised, for the intake."""
        return tuple(mapping.recogniser for mapping in self.every)

    @property
    def retention(self) -> dict[str, Retention]:
        """How long the platform keeps each source."""
        return {mapping.id: mapping.retention for mapping in self.every if mapping.retention is not None}


def known_zone(name: str) -> str:
    """Gives the name of a time zone back.

    Raises:
        ValueError: there is no such zone.
    """
    try:
        return ZoneInfo(name).key
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError(f"no such time zone: {name}; give its IANA name, such as Europe/Paris") from error


def parse_mapping(place: str, document: Map[str, Any], text: str | None = None, *, own: bool = False) -> Mapping:
    """Checks one mapping document; `own` as in `Mapping`.

    Raises:
        ContentError: with file and line of the first fault.
    """
    try:
        return TypeAdapter(Mapping).validate_python({**document, "place": place, "own": own, "assumed": "UTC"})
    except ValidationError as error:
        first = error.errors()[0]
        path = list(first["loc"])
        line = line_of(text, path) if text is not None else None
        where = place if line is None else f"{place}:{line}"
        raise ContentError(
            "not a valid mapping" + (f": {'.'.join(map(str, path))}" if path else ""),
            where=where,
            why=first["msg"],
            hint="see the docstring of spillmark.normal.mapping for what a mapping may say",
        ) from error


def line_of(text: str, path: Iterable[str | int]) -> int | None:
    """Gives the line of the node that a path of keys leads to, as far as it can be followed."""
    node: yaml.Node | None = yaml.compose(text, Loader=yaml.SafeLoader)
    line = None if node is None else node.start_mark.line + 1
    for part in path:
        if isinstance(node, yaml.MappingNode):
            inner = [(key, value) for key, value in node.value if key.value == str(part)]
            if not inner:
                break
            line, node = inner[0][0].start_mark.line + 1, inner[0][1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
            node = node.value[part]
            line = node.start_mark.line + 1
        else:
            break
    return line


@cache
def load_mappings() -> Mappings:
    """Reads and checks every mapping file.

    Raises:
        ContentError: a file is wrong, or two files have one id.
    """
    found = [parse_mapping(place, doc, content.text(place)) for place, doc in content.documents(FOLDER)]
    return ranked(found)


def recognisers() -> tuple[Recogniser, ...]:
    """Gives how each log is recognised, for the intake."""
    return load_mappings().recognisers


def retention() -> dict[str, Retention]:
    """Gives how long the platform keeps each source, for the coverage."""
    return load_mappings().retention


def ranked(mappings: Iterable[Mapping]) -> Mappings:
    """Puts mappings in order of precedence: a user's own first.

    Raises:
        ContentError: two have one id.
    """
    ids: dict[str, str] = {}
    for mapping in mappings:
        if mapping.id in ids:
            raise ContentError(f"the id {mapping.id} is taken by {ids[mapping.id]}", where=mapping.place)
        ids[mapping.id] = mapping.place
    return Mappings(tuple(sorted(mappings, key=lambda m: (not m.own, m.fallback, -m.recogniser.weight, m.id))))
