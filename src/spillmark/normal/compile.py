"""A mapping and a file's columns -> one SELECT that gives events."""

import json
import re
from collections.abc import Mapping as Map
from collections.abc import Sequence
from dataclasses import dataclass

from spillmark.engine.interface import identifier, literal
from spillmark.evidence.json_table import pointer
from spillmark.model.event import EVENT_COLUMNS
from spillmark.normal.convert import convert
from spillmark.normal.mapping import Mapping, Source, When

FIELD = re.compile(r"\{([^{}]+)\}")


@dataclass(frozen=True)
class Columns:
    """The columns of a raw table by the vendor's name; case does not count."""

    of: Map[str, str]  # table column -> vendor's name

    def find(self, name: str) -> tuple[str, ...]:
        """Gives the table columns that hold a field; several where a file spells its name in several ways."""
        return tuple(column for column, vendor in self.of.items() if vendor.lower() == name.lower())

    def expression(self, name: str) -> str | None:
        """Gives the SQL of a field (`a.b` is the field `b` within the nested `a`), or None where the file has none."""
        exact = [f"r.{identifier(column)}" for column in self.find(name)]
        if exact:
            return exact[0] if len(exact) == 1 else f"coalesce({', '.join(exact)})"
        outer, _, inner = name.partition(".")
        if not inner or (base := self.expression(outer)) is None:
            return None
        path = literal(pointer(*inner.split(".")))
        return f"CASE WHEN json_valid({base}) THEN nullif(json_extract_string({base}, {path}), '') END"


def condition(when: Sequence[When], columns: Columns) -> str:
    """Gives the SQL that tells whether a record belongs to a mapping; no `when` means every record."""
    if not when:
        return "TRUE"
    return " OR ".join(f"({' AND '.join(_tests(one, columns)) or 'TRUE'})" for one in when)


def _tests(when: When, columns: Columns) -> list[str]:
    tests = []
    for name, values in sorted(when.values.items()):
        found = columns.expression(name)
        words = ", ".join(literal(value.lower()) for value in values)
        tests.append("FALSE" if found is None else f"coalesce(lower({found}) IN ({words}), FALSE)")
    for name in when.present:
        found = columns.expression(name)
        tests.append("FALSE" if found is None else f"{found} IS NOT NULL")
    for name in when.absent:
        found = columns.expression(name)
        tests.append("TRUE" if found is None else f"{found} IS NULL")
    return tests


def choice(mappings: Sequence[Mapping], columns: Columns) -> str:
    """Gives the SQL of the number of the mapping that a record belongs to; NULL where none fits."""
    cases = "\n".join(f"            WHEN {condition(m.when, columns)} THEN {n}" for n, m in enumerate(mappings))
    return f"CASE\n{cases}\n        END"


def select(mapping: Mapping, columns: Columns, *, table: str, evidence: str, where: str = "TRUE") -> str:
    """Gives the SELECT that turns the records of a raw table into events, in the columns of model/event.py.

    What no column holds whole goes into `detail`: a JSON object of the vendor's fields that are not empty.
    """
    names = list(columns.of)
    plain = "".join(f",\n                r.{identifier(name)} AS c{n}" for n, name in enumerate(names))
    made = {name: _value(source, columns) for name, source in mapping.fields.items()}
    filled = "".join(f",\n                {sql} AS {identifier(name)}" for name, sql in made.items() if sql is not None)
    fixed = {
        "evidence": literal(evidence),
        "row": '"row"',
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
                r."row"{plain}{filled}
            FROM {identifier(table)} AS r
            WHERE {where}
        )
        WHERE "time" IS NOT NULL
    """


def _value(source: Source, columns: Columns) -> str | None:
    if source.value is not None:
        return literal(source.value)
    if source.template is not None:
        return _template(source.template, columns)
    found = [sql for name in source.from_ if (sql := _candidate(source, columns, name)) is not None]
    if not found:
        return literal(source.otherwise) if source.otherwise is not None else None
    first = found[0] if len(found) == 1 else f"coalesce({', '.join(found)})"
    return _translated(source, first)


def _candidate(source: Source, columns: Columns, name: str) -> str | None:
    """One field, taken out and converted; words that mean nothing are none."""
    found = columns.expression(name)
    if found is None:
        return None
    if source.blank:
        words = ", ".join(literal(word.lower()) for word in source.blank)
        found = f"CASE WHEN lower({found}) NOT IN ({words}) THEN {found} END"
    if source.extract is not None:
        found = f"nullif(regexp_extract({found}, {literal(source.extract)}, 1), '')"
    return convert(found, source.as_)


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
    parts: list[str] = []
    known = False
    for position, part in enumerate(FIELD.split(template)):
        if position % 2 == 0:
            parts.extend([literal(part)] if part else [])
        elif (found := columns.expression(part)) is not None:
            known = True
            parts.append(f"coalesce({found}, '')")
    return f"nullif(trim({' || '.join(parts)}), '')" if known else None


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


def _holders(mapping: Mapping, columns: Columns) -> dict[str, list[tuple[str, Source]]]:
    """Table column -> the event columns that may hold its value whole."""
    holders: dict[str, list[tuple[str, Source]]] = {}
    for name, source in mapping.fields.items():
        for field in source.from_ if source.holds else ():
            for column in columns.find(field):
                holders.setdefault(column, []).append((name, source))
    return holders


def _kept(holders: Sequence[tuple[str, Source]], cell: str) -> str | None:
    """The condition under which a field must stand in `detail`, or None where a column always holds it."""
    tests = []
    for name, source in holders:
        if len(source.from_) == 1 and source.as_ in ("text", "id") and not source.blank:
            return None
        if source.as_ == "ids":
            # The ids are what counts in a list of records; the rest of it stays in the evidence.
            tests.append(f"{identifier(name)} IS NOT NULL")
            continue
        # Held if this very value, converted, is what the column shows: another candidate may have come first.
        tests.append(f"({convert(cell, source.as_)}) = {identifier(name)}")
    held = f" AND ({' OR '.join(tests)}) IS NOT TRUE" if tests else ""
    return f"{cell} IS NOT NULL{held}"


def named_fields(mapping: Mapping) -> set[str]:
    """Gives the fields, in lower case, that a mapping reads."""
    named = {name for source in mapping.fields.values() for name in source.from_}
    named |= {name for source in mapping.fields.values() for name in FIELD.findall(source.template or "")}
    named |= {name for when in mapping.when for name in (*when.values, *when.present, *when.absent)}
    return {name.lower() for name in named} | {name.partition(".")[0].lower() for name in named}
