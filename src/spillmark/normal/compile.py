"""A mapping and the fields of a file -> the SELECT of what is stored of its records."""

from collections.abc import Sequence
from dataclasses import dataclass

from spillmark.engine.interface import identifier, literal
from spillmark.model.event import EVENT_COLUMNS
from spillmark.normal import path
from spillmark.normal.columns import Fields, RecordFields, TableFields
from spillmark.normal.convert import convert, soql_object, time_in, zoneless
from spillmark.normal.mapping import TEMPLATED, Mapping, Recognise, Source, When

VENDOR = "v."
"""What the vendor's own columns are called in front, so that none is taken for one of ours."""
SOBJECT = r"(?i)/sobjects/([A-Za-z][A-Za-z0-9_]*)"
"""Where a path of the REST API names an object (REST API Developer Guide, sObject resources)."""


@dataclass(frozen=True)
class Selected:
    """The SELECT, and what its columns are; see `Piece`."""

    sql: str
    columns: tuple[str, ...]
    vendor: dict[str, str]
    held: dict[str, str]


def selected(
    mapping: Mapping, fields: TableFields | RecordFields, source: str, *, place: Sequence[str], fits: str
) -> Selected:
    """Gives the SELECT that turns the records of the relation `source` into what is stored of them.

    `place` names the columns of the source that tell where a record stands. A column `fits` tells whether the condition
    of that name holds, `local` whether the time names no zone and nobody knows it, `keys` (a JSON list) which fields a
    JSON record has.
    """
    seen = fields.within(mapping)
    made = {name: sql for name, sources in mapping.fields.items() if (sql := _value(sources, seen)) is not None}
    made.setdefault("time", "NULL")
    if mapping.product == "salesforce":
        made |= _named_object(made)
    columns = tuple(name for name in EVENT_COLUMNS if name in made)
    held = _held(mapping, fields) if isinstance(fields, TableFields) else {}
    vendor = _vendor(fields, held)
    listed = [f"r.{identifier(name)}" for name in place]
    listed += [f"({made[name]})::{EVENT_COLUMNS[name]} AS {identifier(name)}" for name in columns]
    if isinstance(fields, TableFields):
        listed += [f"r.{identifier(name.removeprefix(VENDOR))} AS {identifier(name)}" for name in vendor]
    else:
        listed += ["r.record::VARCHAR AS record", "to_json(json_keys(r.record))::VARCHAR AS keys"]
    listed += [f"({fits}) AS fits", f"({_local(mapping, seen)}) AS local"]
    relation = source
    if isinstance(fields, RecordFields):
        relation = fields.relation(source, ", ".join([*map(identifier, place), "record"]))
    sql = f"""
        SELECT
            {("," + chr(10) + "            ").join(listed)}
        FROM {relation} AS r
    """
    return Selected(sql, columns, vendor, held)


def _local(mapping: Mapping, fields: Fields) -> str:
    """That a record's time names no zone, where the mapping does not say which one is meant."""
    if mapping.zone is not None:
        return "FALSE"
    times = [text for one in mapping.fields["time"] for name in one.from_ if (text := fields.expression(name))]
    if any(one.format or one.template for one in mapping.fields["time"]):
        return "TRUE"
    if not times:
        return "FALSE"
    first = f"coalesce({', '.join(times)})"
    return f"coalesce({zoneless(first)}, FALSE)"


def _named_object(made: dict[str, str]) -> dict[str, str]:
    """Where a log names no object, the query's own FROM or the path of the request names it."""
    ways = [made["object"]] if "object" in made else []
    if "query" in made:
        ways.append(soql_object(made["query"]))
    if "object_name" in made:
        ways.append(f"nullif(regexp_extract({made['object_name']}, {literal(SOBJECT)}, 1), '')")
    return {"object": f"coalesce({', '.join(ways)})"} if len(ways) > 1 else {}


def _held(mapping: Mapping, fields: TableFields) -> dict[str, str]:
    """The table columns of which an event column keeps every value as it is."""
    held: dict[str, str] = {}
    for name, sources in mapping.fields.items():
        if len(sources) == 1 and len(sources[0].from_) == 1 and sources[0].holds and not sources[0].blank:
            found = fields.find(sources[0].from_[0])
            if sources[0].as_ == "text" and len(found) == 1 and (name != "object" or mapping.product != "salesforce"):
                held[found[0]] = name
    return held


def _vendor(fields: TableFields | RecordFields, held: dict[str, str]) -> dict[str, str]:
    if isinstance(fields, RecordFields):
        return {name: name for name in fields.names}
    return {VENDOR + column: name for column, name in fields.of.items() if column not in held}


def condition(mapping: Mapping, columns: Fields, kind: str | None = None) -> str:
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


def _looks(look: Recognise, columns: Fields) -> list[str]:
    """As `evidence.look.matches` has it. A table cannot tell a field that is empty from one that is not there: of those
    that must be there, one must be filled. Of a JSON record, which has fields of its own, all must be."""
    needed = [columns.expression(name) for name in look.columns]
    either = [text for name in look.any_of if (text := columns.expression(name)) is not None]
    if None in needed or (look.any_of and not either):
        return ["FALSE"]
    if isinstance(columns, RecordFields):
        tests = [f"{text} IS NOT NULL" for text in needed]
        tests += [" OR ".join(f"{text} IS NOT NULL" for text in either)] if either else []
    else:
        tests = [" OR ".join(f"{text} IS NOT NULL" for text in (*needed, *either))]
    for name, values in sorted(look.values.items()):
        text = columns.expression(name)
        words = ", ".join(literal(value.lower()) for value in values)
        tests += [] if text is None else [f"coalesce(lower({text}) IN ({words}), TRUE)"]
    return tests


def _tests(when: When, columns: Fields) -> list[str]:
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


def choice(mappings: Sequence[Mapping], columns: Fields, kind: str | None = None) -> str:
    """Gives the SQL of the number of the mapping that a record belongs to; NULL where none fits."""
    cases = "\n".join(f"            WHEN {condition(m, columns, kind)} THEN {n}" for n, m in enumerate(mappings))
    return f"CASE\n{cases}\n        END"


def _found(text: str, pattern: str) -> str:
    return f"regexp_matches({text}, {literal(pattern)})"


def _value(sources: Sequence[Source], columns: Fields) -> str | None:
    """The SQL of a column: the first of its sources that gives a value."""
    made = [sql for source in sources if (sql := _guarded(source, columns)) is not None]
    if not made:
        return None
    return made[0] if len(made) == 1 else f"coalesce({', '.join(made)})"


def _guarded(source: Source, columns: Fields) -> str | None:
    """One source, for the records that it is meant for."""
    made = _made(source, columns)
    if made is None or not source.where:
        return made
    fields = [(columns.expression(name), pattern) for name, pattern in sorted(source.where.items())]
    tests = [_found(text, pattern) for text, pattern in fields if text is not None]
    return f"CASE WHEN {' AND '.join(tests)} THEN {made} END" if len(tests) == len(fields) else None


def _made(source: Source, columns: Fields) -> str | None:
    if source.value is not None:
        return literal(source.value)
    if source.template is not None:
        text = _template(source.template, columns)
        return None if text is None else _translated(source, _refined(source, text, columns.zone))
    found = [sql for name in source.from_ if (sql := _candidate(source, columns, name)) is not None]
    if not found:
        return literal(source.otherwise) if source.otherwise is not None else None
    first = found[0] if len(found) == 1 else f"coalesce({', '.join(found)})"
    return _translated(source, first)


def _candidate(source: Source, columns: Fields, name: str) -> str | None:
    """One field, taken out and converted; words that mean nothing are none."""
    found = columns.expression(name)
    return None if found is None else _refined(source, found, columns.zone)


def _refined(source: Source, text: str, zone: str) -> str:
    if source.blank:
        words = ", ".join(literal(word.lower()) for word in source.blank)
        text = f"CASE WHEN lower({text}) NOT IN ({words}) THEN {text} END"
    if source.extract is not None:
        text = f"nullif(regexp_extract({text}, {literal(source.extract)}, 1), '')"
    return converted(source, text, zone)


def converted(source: Source, text: str, zone: str) -> str:
    """Gives the SQL of a text as a source converts it; `zone` is that of times that name none."""
    return time_in(text, source.format, zone) if source.format else convert(text, source.as_, zone)


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


def _template(template: str, columns: Fields) -> str | None:
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


def named_fields(mapping: Mapping) -> set[str]:
    """Gives the fields, in lower case, that a mapping reads."""
    named = {name for sources in mapping.fields.values() for source in sources for name in source.fields}
    named |= {name for when in mapping.when for name in when.fields}
    named |= {"text"} if mapping.recognise.lines is not None else set()
    return {name.lower() for name in named} | {path.parse(name).top.lower() for name in named}
