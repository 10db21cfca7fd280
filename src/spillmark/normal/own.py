"""A user's own mapping files: read with care, tried on their samples, and the logs that they recognise.

Such a file may come with the evidence, so it is taken for hostile: YAML without surprises, and its patterns run in the
engine only (RE2 takes linear time), never in Python.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from spillmark.engine.interface import Engine
from spillmark.errors import ContentError, EvidenceError
from spillmark.evidence.head import Head, look
from spillmark.evidence.item import Item
from spillmark.evidence.kinds import first_lines
from spillmark.evidence.look import matches
from spillmark.evidence.plain_yaml import read_mapping
from spillmark.model.content import Problem
from spillmark.model.terms import Kind
from spillmark.normal.lint import try_samples
from spillmark.normal.mapping import Mapping, Mappings, line_of, load_mappings, parse_mapping, ranked

SAMPLE = re.compile(r"sample (\d+)\b")
HOW = "`spillmark mapping suggest LOG` proposes a file that is right; docs/content.md says what each key means"


def read_own(engine: Engine, text: str, shown: str) -> Mapping:
    """Reads one mapping file of a user and runs its samples; `shown` is what it is called in errors.

    Raises:
        ContentError: with file, line and what to do.
    """
    try:
        document = read_mapping(text, shown)
    except EvidenceError as error:
        raise ContentError(error.what, where=error.where, why=error.why, hint=error.hint or HOW) from error
    try:
        mapping = parse_mapping(shown, document, text, own=True)
    except ContentError as error:
        raise ContentError(error.what, where=error.where, why=error.why, hint=HOW) from error
    except (RecursionError, OverflowError) as error:
        raise ContentError("not a valid mapping", where=shown, why="a pattern is too deep or too long") from error
    if not mapping.fields:
        raise ContentError("a mapping without fields makes no events", where=f"{shown}:1", hint=HOW)
    if (taken := load_mappings().find(mapping.id)) is not None:
        line = line_of(text, ["id"])
        why = f"the id {mapping.id} belongs to {taken.title}"
        raise ContentError("the id is taken", where=f"{shown}:{line}", why=why, hint="give it an id of its own")
    for way, pattern in _patterns(mapping):
        _demand_runs(engine, pattern, f"{shown}:{line_of(text, way)}")
    for problem in try_samples(ranked([mapping])):
        raise _untrue(problem, text, shown)
    return mapping


def _patterns(mapping: Mapping) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Every pattern of a mapping, and the keys that lead to it."""
    if mapping.recognise.lines is not None:
        yield ("recognise", "lines"), mapping.recognise.lines
    for number, when in enumerate(mapping.when):
        yield from ((("when", number, "patterns", name), pattern) for name, pattern in when.patterns.items())
    for name, sources in mapping.fields.items():
        for source in sources:
            every = (*source.patterns, *source.where.values(), *([source.extract] if source.extract else []))
            yield from ((("fields", name), pattern) for pattern in every)


def _demand_runs(engine: Engine, pattern: str, where: str) -> None:
    try:
        engine.one("SELECT regexp_matches('', ?)", [pattern])
    except Exception as error:  # whatever an engine raises for a pattern that it does not take
        hint = "write it in RE2's syntax (no look-around, no back-references, counts up to 1000)"
        raise ContentError("the engine cannot run this pattern", where=where, why=pattern[:200], hint=hint) from error


def _untrue(problem: Problem, text: str, shown: str) -> ContentError:
    found = SAMPLE.match(problem.what)
    line = line_of(text, ["samples", int(found[1]) - 1]) if found else None
    where = shown if line is None else f"{shown}:{line}"
    hint = "correct the sample or the fields; a sample is a record and what becomes of it"
    return ContentError("a sample does not come out as it says", where=where, why=problem.what, hint=hint)


def with_own(own: Sequence[Mapping]) -> Mappings:
    """Gives all mappings, the user's own before the shipped ones.

    Raises:
        ContentError: two have one id.
    """
    return ranked([*own, *load_mappings().every]) if own else load_mappings()


def claimed(engine: Engine, item: Item, own: Sequence[Mapping]) -> Item | None:
    """Gives a file as a log of the kind of which own mappings recognise at least half of its first records, if any.

    Raises:
        OSError: it cannot be read.
    """
    if item.evidence.kind in ("archive", "mapping", "org", "facts"):
        return None
    head = look(item.local)
    by_lines = [mapping for mapping in own if mapping.recognise.lines is not None]
    by_fields = [mapping for mapping in own if mapping.recognise.lines is None]
    kind = _most(by_fields, [_kinds_of(by_fields, record) for record in _records(head)])
    if kind is not None:
        return replace(item, evidence=replace(item.evidence, kind=kind), lines=False)
    if head.form not in ("table", "text"):
        return None
    lines = first_lines(head)
    seen = [[m.kind for m, fits in zip(by_lines, row, strict=True) if fits] for row in _fits(engine, by_lines, lines)]
    kind = _most(by_lines, seen)
    return None if kind is None else replace(item, evidence=replace(item.evidence, kind=kind), lines=True)


def _records(head: Head) -> list[dict[str, object]]:
    records = [dict(record) for record in head.records]
    return records or ([dict.fromkeys(head.names)] if head.names else [])


def _kinds_of(own: Sequence[Mapping], record: dict[str, object]) -> list[str]:
    return [mapping.kind for mapping in own if matches(mapping.recogniser, record)]


def _fits(engine: Engine, own: Sequence[Mapping], lines: list[str]) -> list[tuple[object, ...]]:
    """For each line, which of the mappings' patterns are found in it."""
    if not own or not lines:
        return []
    tests = ", ".join("regexp_matches(line, ?)" for _ in own)
    patterns = [mapping.recognise.lines for mapping in own]
    return list(engine.rows(f"SELECT {tests} FROM (SELECT unnest(?::VARCHAR[]) AS line)", [*patterns, lines]))


def _most(own: Sequence[Mapping], seen: Sequence[Sequence[str]]) -> Kind | None:
    """The first kind, in order of precedence, that at least half of the records are of."""
    for mapping in own:
        if seen and 2 * sum(mapping.kind in kinds for kinds in seen) >= len(seen):
            return mapping.kind
    return None
