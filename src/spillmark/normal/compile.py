"""A mapping and a file's columns -> one SELECT that gives events."""

import json
import re
from collections.abc import Mapping as Map
from collections.abc import Sequence
from dataclasses import dataclass, replace

from spillmark.engine.interface import identifier, literal
from spillmark.model.event import EVENT_COLUMNS
from spillmark.normal import path
from spillmark.normal.convert import convert, time_in
from spillmark.normal.mapping import TEMPLATED, Mapping, Recognise, Source, When


@dataclass(frozen=True)
class Columns:
    """The columns of a raw table by the vendor's name; case does not count."""

    of: Map[str, str]  # table column -> vendor's name
    parts: bool = False  # the table tells which event of its record each is
    lines: str | None = None  # a pattern of which the named groups are fields within the line of a text log

    def within(self, mapping: Mapping) -> "Columns":
        """Gives the columns as a mapping sees them."""
        return replace(self, lines=mapping.recognise.lines)

    def find(self, name: str) -> tuple[str, ...]:
        """Gives the table columns that hold a field; several where a file spells its name in several ways."""
        return tuple(column for column, vendor in self.of.items() if vendor.lower() == name.lower())

    def expression(self, name: str) -> str | None:
        """Gives the SQL of a field, or None where the file has none; see `path` for what a name may say."""
        exact = [f"r.{identifier(column)}" for column in self.find(name)]
        if exact:
            return exact[0] if len(exact) == 1 else f"coalesce({', '.join(exact)})"
        if self.lines is not None and name in re.compile(self.lines).groupindex and (text := self.expression("text")):
            return _group(text, self.lines, name)
        way = path.parse(name)
        if not way.hops or (base := self.expression(way.top)) is None:
            return None
        return path.sql(way, base)


def _group(text: str, pattern: str, name: str) -> str:
    """One named group. Every group is taken at once, in the same words for each field: the engine does it once a line,
    which is several times faster than a pattern a field."""
    compiled = re.compile(pattern)
    known = {place: group for group, place in compiled.groupindex.items()}
    names = ", ".join(literal(known.get(place, f"#{place}")) for place in range(1, compiled.groups + 1))
    return f"nullif(struct_extract(regexp_extract({text}, {literal(pattern)}, [{names}]), {literal(name)}), '')"


def condition(mapping: Mapping, columns: Columns, kind: str | None = None) -> str:
    """Gives the SQL that tells whether a record belongs to a mapping; no `when` means every record.

    A line of a text log must look as the mapping says. So must every record that a user's own mapping takes, which
    comes before all others, or one for another kind than the file's (`kind`).
    """
    seen = columns.within(mapping)
    tests = [" OR ".join(f"({' AND '.join(_tests(one, seen)) or 'TRUE'})" for one in mapping.when)]
    if mapping.recognise.lines is not None:
        text = columns.expression("text")
        tests.append("FALSE" if text is None else _found(text, mapping.recognise.lines))
    elif mapping.own or mapping.kind != (kind or mapping.kind):
        tests += _looks(mapping.recognise, columns)
    return " AND ".join(f"({test})" for test in tests if test) or "TRUE"


def _looks(look: Recognise, columns: Columns) -> list[str]:
    """As `evidence.look.matches` has it. A table cannot tell a field that is empty from one that is not there: of those
    that must be there, one must be filled."""
    needed = [columns.expression(name) for name in look.columns]
    either = [text for name in look.any_of if (text := columns.expression(name)) is not None]
    if None in needed or (look.any_of and not either):
        return ["FALSE"]
    tests = [" OR ".join(f"{text} IS NOT NULL" for text in (*needed, *either))]
    for name, values in sorted(look.values.items()):
        text = columns.expression(name)
        words = ", ".join(literal(value.lower()) for value in values)
        tests += [] if text is None else [f"coalesce(lower({text}) IN ({words}), TRUE)"]
    return tests


def _tests(when: When, columns: Columns) -> list[str]:
    tests = []
    for name, values in sorted(when.values.items()):
        found = columns.expression(name)
        words = ", ".join(literal(value.lower()) for value in values)
        tests.append("FALSE" if found is None else f"coalesce(lower({found}) IN ({words}), FALSE)")
    for name, pattern in sorted(when.patterns.items()):
        found = columns.expression(name)
        tests.append("FALSE" if found is None else f"coalesce({_found(found, pattern)}, FALSE)")
    for name in when.present:
        found = columns.expression(name)
        tests.append("FALSE" if found is None else f"{found} IS NOT NULL")
    for name in when.absent:
        found = columns.expression(name)
        tests.append("TRUE" if found is None else f"{found} IS NULL")
    return tests


def choice(mappings: Sequence[Mapping], columns: Columns, kind: str | None = None) -> str:
    """Gives the SQL of the number of the mapping that a record belongs to; NULL where none fits."""
    cases = "\n".join(f"            WHEN {condition(m, columns, kind)} THEN {n}" for n, m in enumerate(mappings))
    return f"CASE\n{cases}\n        END"


def select(mapping: Mapping, columns: Columns, *, table: str, evidence: str, where: str = "TRUE") -> str:
    """Gives the SELECT that turns the records of a raw table into events, in the columns of model/event.py.

    What no column holds whole goes into `detail`: a JSON object of the vendor's fields that are not empty.
    """
    columns = columns.within(mapping)
    names = list(columns.of)
    plain = "".join(f",\n                r.{identifier(name)} AS c{n}" for n, name in enumerate(names))
    made = {name: _value(sources, columns) for name, sources in mapping.fields.items()}
    filled = "".join(f",\n                {sql} AS {identifier(name)}" for name, sql in made.items() if sql is not None)
    fixed = {
        "evidence": literal(evidence),
        "row": '"row"',
        "part": '"part"' if columns.parts else "NULL",
        "source": literal(mapping.id),
        "class_uid": str(mapping.class_uid) if mapping.class_uid is not None else "NULL",
        "detail": _detail(mapping, columns, names),
    }
    out = (
        f"({fixed.get(name) or (identifier(name) if made.get(name) else 'NULL')})::{kind} AS {identifier(name)}"
        for name, kind in EVENT_COLUMNS.items()
    )
    return f"""
        SELECT
            {("," + chr(10) + "            ").join(out)}
        FROM (
            SELECT
                r."row"{', r."part"' if columns.parts else ""}{plain}{filled}
            FROM {identifier(table)} AS r
            WHERE {where}
        )
        WHERE "time" IS NOT NULL
    """


def _found(text: str, pattern: str) -> str:
    return f"regexp_matches({text}, {literal(pattern)})"


def _value(sources: Sequence[Source], columns: Columns) -> str | None:
    """The SQL of a column: the first of its sources that gives a value."""
    made = [sql for source in sources if (sql := _guarded(source, columns)) is not None]
    if not made:
        return None
    return made[0] if len(made) == 1 else f"coalesce({', '.join(made)})"


def _guarded(source: Source, columns: Columns) -> str | None:
    """One source, for the records that it is meant for."""
    made = _made(source, columns)
    if made is None or not source.where:
        return made
    fields = [(columns.expression(name), pattern) for name, pattern in sorted(source.where.items())]
    tests = [_found(text, pattern) for text, pattern in fields if text is not None]
    return f"CASE WHEN {' AND '.join(tests)} THEN {made} END" if len(tests) == len(fields) else None


def _made(source: Source, columns: Columns) -> str | None:
    if source.value is not None:
        return literal(source.value)
    if source.template is not None:
        text = _template(source.template, columns)
        return None if text is None else _translated(source, _refined(source, text))
    found = [sql for name in source.from_ if (sql := _candidate(source, columns, name)) is not None]
    if not found:
        return literal(source.otherwise) if source.otherwise is not None else None
    first = found[0] if len(found) == 1 else f"coalesce({', '.join(found)})"
    return _translated(source, first)


def _candidate(source: Source, columns: Columns, name: str) -> str | None:
    """One field, taken out and converted; words that mean nothing are none."""
    found = columns.expression(name)
    return None if found is None else _refined(source, found)


def _refined(source: Source, text: str) -> str:
    if source.blank:
        words = ", ".join(literal(word.lower()) for word in source.blank)
        text = f"CASE WHEN lower({text}) NOT IN ({words}) THEN {text} END"
    if source.extract is not None:
        text = f"nullif(regexp_extract({text}, {literal(source.extract)}, 1), '')"
    return _converted(source, text)


def _converted(source: Source, text: str) -> str:
    return time_in(text, source.format) if source.format else convert(text, source.as_)


def _translated(source: Source, sql: str) -> str:
    rest = f"lower({sql})" if source.otherwise is None else literal(source.otherwise)
    if source.map:
        cases = " ".join(f"WHEN {literal(word.lower())} THEN {literal(to)}" for word, to in source.map.items())
        return f"CASE lower({sql}) {cases} ELSE {rest} END"
    if source.patterns:
        cases = " ".join(
            f"WHEN regexp_matches({sql}, {literal(pattern)}) THEN {literal(to)}"
            for pattern, to in source.patterns.items()
        )
        return f"CASE {cases} ELSE {rest} END"
    return sql if source.otherwise is None else f"coalesce({sql}, {rest})"


def _template(template: str, columns: Columns) -> str | None:
    """The text between two fields stands only where both are filled: `{city}, {country}` of a country alone is it."""
    parts = TEMPLATED.split(template)
    fields = [columns.expression(name) for name in parts[1::2]]
    known = [text for text in fields if text is not None]
    if not known:
        return None
    joints = set(parts[2:-1:2])
    if len(joints) <= 1 and not parts[0] and not parts[-1]:
        return f"nullif(concat_ws({literal(joints.pop() if joints else '')}, {', '.join(known)}), '')"
    pieces = [literal(parts[0])] if parts[0] else []
    for text, after in zip(fields, parts[2::2], strict=True):
        pieces += [f"coalesce({text}, '')"] if text is not None else []
        pieces += [literal(after)] if after else []
    return f"nullif(trim({' || '.join(pieces)}), '')"


def _detail(mapping: Mapping, columns: Columns, names: Sequence[str]) -> str:
    """The vendor's fields that no column holds, as SQL of a JSON text; by name, so that the same record is the same
    text whatever the order of columns in its file."""
    holders = _holders(mapping, columns)
    parts = []
    for number, name in sorted(enumerate(names), key=lambda pair: (columns.of[pair[1]] or pair[1], pair[1])):
        kept = _kept(holders.get(name, []), f"c{number}")
        if kept is not None:
            key = literal(json.dumps(columns.of[name] or name, ensure_ascii=False) + ":")
            parts.append(f"CASE WHEN {kept} THEN {key} || to_json(c{number})::VARCHAR END")
    if not parts:
        return "NULL"
    joined = ",\n                ".join(parts)
    return f"'{{' || nullif(concat_ws(',',\n                {joined}), '') || '}}'"


def _holders(mapping: Mapping, columns: Columns) -> dict[str, list[tuple[str, Source, bool]]]:
    """Table column -> the event columns that may hold its value whole."""
    holders: dict[str, list[tuple[str, Source, bool]]] = {}
    for name, sources in mapping.fields.items():
        for source in sources:
            for field in source.from_ if source.holds else ():
                for column in columns.find(field):
                    holders.setdefault(column, []).append((name, source, len(sources) + len(source.from_) == 2))
    return holders


def _kept(holders: Sequence[tuple[str, Source, bool]], cell: str) -> str | None:
    """The condition under which a field must stand in `detail`, or None where a column always holds it."""
    tests = []
    for name, source, alone in holders:
        if alone and source.as_ in ("text", "id") and not source.blank:
            return None
        if source.as_ in ("ids", "list"):
            # The ids are what counts in a list of records; the rest of it stays in the evidence.
            tests.append(f"{identifier(name)} IS NOT NULL")
            continue
        # Held if this very value, converted, is what the column shows: another candidate may have come first.
        tests.append(f"({convert(cell, source.as_)}) = {identifier(name)}")
    held = f" AND ({' OR '.join(tests)}) IS NOT TRUE" if tests else ""
    return f"{cell} IS NOT NULL{held}"


def named_fields(mapping: Mapping) -> set[str]:
    """Gives the fields, in lower case, that a mapping reads."""
    named = {name for sources in mapping.fields.values() for source in sources for name in source.fields}
    named |= {name for when in mapping.when for name in when.fields}
    named |= {"text"} if mapping.recognise.lines is not None else set()
    return {name.lower() for name in named} | {path.parse(name).top.lower() for name in named}
