"""Which field of an unknown log fills which event column, and why."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from spillmark.normal.holds import PORT, Field
from spillmark.normal.instants import Instants
from spillmark.normal.spread import Sample
from spillmark.normal.vocabulary import is_other_date, score

MOST_COLUMNS = 8
NAMED = {3: "its name says so", 2: "its name ends so", 1: "its name hints at it", 0: "its values say so"}
SERVER = re.compile(r"(?i)serv|dest|local|dst|target|host")
ACCENTS = {"a": "aàáâäã", "c": "cç", "e": "eèéêë", "i": "iìíîï", "n": "nñ", "o": "oòóôöõ", "u": "uùúûü"}


@dataclass(frozen=True)
class Placed:
    """One event column: its source as the file says it, the fields that it reads, the reason, a doubt where there is
    one."""

    column: str
    source: dict[str, Any]
    fields: tuple[Field, ...]
    why: str
    doubt: str | None = None


@dataclass(frozen=True)
class Draft:
    """The columns that were placed, the zone that the values name, and the fields that were left."""

    placed: tuple[Placed, ...]
    zone: str | None
    zoned: bool
    left: tuple[Field, ...]

    def find(self, column: str) -> Placed | None:
        """Gives what fills an event column."""
        return next((one for one in self.placed if one.column == column), None)


def draft_of(sample: Sample) -> Draft | None:
    """Places the fields of a sample; None where none of them is a time."""
    time = _time(sample.fields)
    if time is None:
        return None
    placed, instants = time
    used = {field.name for field in placed.fields}
    columns = [placed]
    for column, fits, least, make in RULES:
        if any(one.column == column for one in columns):
            continue
        free = [field for field in sample.fields if field.name not in used and field.filled and fits(field)]
        ranked = sorted(free, key=lambda field: (-_weight(field, column), sample.fields.index(field)))
        best = next((field for field in ranked if score(field.name, column) >= least), None)
        if best is None:
            continue
        used.add(best.name)
        columns += make(column, best)
    columns += _person(columns) + _activity(columns)
    left = tuple(field for field in sample.fields if field.name not in used)
    zone = "UTC" if instants.zoned and instants.formats else None
    return Draft(tuple(columns), zone, instants.zoned, left)


def _weight(field: Field, column: str) -> float:
    server = column == "src_ip" and SERVER.search(field.name) is not None
    return score(field.name, column) + field.fill - 2 * server


# ------------------------------------------------------------------------------------------------------------- time


def _time(fields: Sequence[Field]) -> tuple[Placed, Instants] | None:
    """The field that is most surely the time of the event: by name, with a time of the day, filled."""
    found = [(field, field.times) for field in fields if field.times is not None and not is_other_date(field.name)]
    ranked = sorted(found, key=lambda pair: -_time_weight(*pair))
    if not ranked or ranked[0][1] is None:
        return None
    field, times = ranked[0]
    if not times.clocked and (joined := _joined(field, times, fields)) is not None:
        return joined
    source = {**_source(field), "as": "time", **_formats(times.formats)}
    doubt = times.doubt or (None if times.clocked else "it holds days only: every event would be at midnight")
    return Placed("time", source, (field,), f"{times.why}; {_named(field, 'time')}", doubt), times


def _time_weight(field: Field, times: Instants | None) -> float:
    if times is None:
        return 0.0
    counted = not times.formats and times.zoned and field.is_number
    return score(field.name, "time") + 3 * field.fill + 2 * times.clocked - counted


def _joined(field: Field, times: Instants, fields: Sequence[Field]) -> tuple[Placed, Instants] | None:
    """The day in one field, the time of the day in another."""
    clock = next((one for one in fields if one.is_clock and one.whole and one.fill >= field.fill / 2), None)
    if clock is None or not field.whole:
        return None
    seconds = [":%S" if value.count(":") > 1 else "" for value in clock.filled[:1]]
    fraction = any("." in value or "," in value for value in clock.filled)
    template = f"{{{field.name}}} {{{clock.name}}}"
    formats = tuple(f"{day} %H:%M{seconds[0]}" for day in times.formats)
    if formats and fraction:
        sign = "," if any("," in value for value in clock.filled) else "."
        formats = (*(f"{one}{sign}%f" for one in formats), *formats)
    made = replace(times, formats=formats, clocked=True)
    source = {"template": template, "as": "time", **_formats(formats)}
    why = f"the day stands in one field ({times.why}), the time of the day in the other"
    return Placed("time", source, (field, clock), why, times.doubt), made


def _formats(formats: Sequence[str]) -> dict[str, Any]:
    if not formats:
        return {}
    return {"format": formats[0] if len(formats) == 1 else list(formats)}


# ---------------------------------------------------------------------------------------------------- other columns


def _source(field: Field) -> dict[str, Any]:
    return {**field.source, **({"blank": list(field.blanks)} if field.blanks else {})}


def _named(field: Field, column: str) -> str:
    return NAMED[score(field.name, column)]


def _plain(column: str, field: Field) -> list[Placed]:
    return [Placed(column, _source(field), (field,), f"{field.told}; {_named(field, column)}")]


def _converted(how: str) -> Callable[[str, Field], list[Placed]]:
    def make(column: str, field: Field) -> list[Placed]:
        return [replace(one, source={**one.source, "as": how}) for one in _plain(column, field)]

    return make


def _address(column: str, field: Field) -> list[Placed]:
    port = {"extract": f"^{PORT.pattern}$"} if field.has_port and "extract" not in field.source else {}
    return [replace(one, source={**one.source, **port, "as": "ip"}) for one in _plain(column, field)]


def _status(column: str, field: Field) -> list[Placed]:
    if field.is_code:
        patterns = {"^[123]": "success", "^[45]": "failure"}
    else:
        patterns = dict(_beginnings({value: field.outcomes[value] for value in field.outcomes}))
    if not patterns:
        return []
    unsure = len(field.outcomes) < len(field.distinct) and not field.is_code
    doubt = "words of which it is not known how it ended stay as they are" if unsure else None
    return [replace(one, source={**one.source, "patterns": patterns}, doubt=doubt) for one in _plain(column, field)]


def _deed(column: str, field: Field) -> list[Placed]:
    """The code as it stands, and our word for what it means where that is known."""
    made = _plain(column, field)
    patterns = dict(_beginnings(field.activities))
    source = {**_source(field), "patterns": patterns, "otherwise": "other"} if patterns else {"value": "other"}
    known = sum(value in field.activities for value in field.distinct)
    why = f"{known} of {len(field.distinct)} words begin like one that is known"
    doubt = None if known == len(field.distinct) else "say what the others mean: `map: {WORD: record_viewed}`"
    return [*made, Placed("activity_name", source, (field,), why, doubt)]


def _beginnings(found: dict[str, tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """Patterns for the known beginnings that occur, the longest first; no word of the log stands in them."""
    by_start: dict[str, tuple[str, list[str]]] = {}
    for value, (meaning, start) in found.items():
        by_start.setdefault(start, (meaning, []))[1].append(value)
    for start, (meaning, values) in sorted(by_start.items(), key=lambda one: (-len(one[0]), one[0])):
        accented = "".join(f"[{ACCENTS[sign]}]" if sign in ACCENTS else sign for sign in start)
        loose = r"[\W_]?".join(start)
        whole = r"(?:[\W_]|$)" if len(start) <= 2 else ""
        for text in (start, accented, loose):
            pattern = rf"(?i)^[\W_]*{text}{whole}"
            if all(re.search(pattern, value) for value in values):
                yield pattern, meaning
                break


def _person(columns: Sequence[Placed]) -> list[Placed]:
    """An id of a person names both the record and whom it is about."""
    ids = next((one for one in columns if one.column == "record_ids"), None)
    if ids is None or any(one.column == "target_user" for one in columns):
        return []
    (field,) = ids.fields
    if not score(field.name, "target_user"):
        return []
    return [Placed("target_user", _source(field), ids.fields, "the record is that of a person", "is it the person?")]


def _activity(columns: Sequence[Placed]) -> list[Placed]:
    known = {one.column for one in columns}
    if "activity_name" in known:
        return []
    if {"operation", "object_name"} <= known:
        return [Placed("activity_name", {"value": "web_request"}, (), "a method and a path: requests of a web server")]
    doubt = "write what its records mean, such as record_viewed (content/vocab/activities.yaml)"
    return [Placed("activity_name", {"value": "other"}, (), "no field says what was done", doubt)]


def _words(field: Field) -> bool:
    return not (field.times or field.is_clock or field.is_address or field.is_path or field.is_agent)


def _name(field: Field) -> bool:
    return _words(field) and not field.is_number and not field.is_method and not field.outcomes


def _coded(field: Field) -> bool:
    return field.few and (field.is_code or 2 * len(field.outcomes) >= len(field.distinct))


def _done(field: Field) -> bool:
    return field.few and _words(field) and not field.is_number


def _is_path(field: Field) -> bool:
    return field.is_path


RULES: tuple[tuple[str, Callable[[Field], bool], int, Callable[[str, Field], list[Placed]]], ...] = (
    ("src_ip", lambda field: field.is_address, 0, _address),
    ("operation", lambda field: field.is_method, 0, _plain),
    ("object_name", _is_path, 0, _plain),
    ("user_agent", lambda field: field.is_agent, 0, _plain),
    ("status", _coded, 1, _status),
    ("activity", _done, 1, _deed),
    ("activity", lambda field: _done(field) and 2 * len(field.activities) >= len(field.distinct), 0, _deed),
    ("bytes", lambda field: field.is_number, 2, _converted("int")),
    ("rows", lambda field: field.is_number, 2, _converted("int")),
    ("session", lambda field: field.is_token or field.is_number, 2, _plain),
    ("request_id", _words, 2, _plain),
    ("event_id", _words, 2, _plain),
    ("record_ids", _words, 2, _converted("list")),
    ("user_id", _words, 2, _plain),
    ("user", _name, 2, _plain),
    ("target_user", _name, 1, _plain),
    ("user", _words, 1, _plain),
    ("user", lambda field: field.is_mail, 0, _plain),
    ("object", lambda field: field.few and _words(field), 2, _plain),
    ("query", _words, 2, _plain),
    ("app", lambda field: field.few and _words(field), 2, _plain),
    ("src_location", lambda field: field.few and _words(field), 2, _plain),
)
"""Event column, what its field must hold, how well the name must suit, and how it is placed; in order of sureness. A
column that is named twice is tried again where the first way found nothing."""
