"""An unknown log -> a proposed mapping file, for a person to correct: each line with its reason, no value in clear.

What the file shows of the log are names of its fields and shapes of its values; words in its patterns come from our own
vocabulary. It is read and tried as any user's own file before it is given.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson
import yaml

from spillmark.clock import iso
from spillmark.engine.interface import Engine
from spillmark.errors import ContentError, EvidenceError
from spillmark.evidence.item import Item
from spillmark.model.event import EVENT_COLUMNS
from spillmark.model.evidence import Evidence
from spillmark.normal.draft import MOST_COLUMNS, Draft, Placed, draft_of
from spillmark.normal.events import normalise
from spillmark.normal.holds import Field
from spillmark.normal.instants import invented, invented_usual
from spillmark.normal.mapping import parse_mapping, ranked
from spillmark.normal.own import claimed, read_own
from spillmark.normal.spread import Sample, sample_of

HOW = "write the mapping by hand: docs/content.md says how"
WEB = 4002
"""HTTP Activity (OCSF 1.5)."""
STAND_INS = {"user": "someone", "user_id": "1", "target_user": "somebody", "record_ids": "A-1", "session": "0a1b2c3d4e"}


@dataclass(frozen=True)
class Reason:
    """Why a field fills an event column; `shapes` tell of its values."""

    column: str
    fields: tuple[str, ...]
    why: str
    shapes: str
    doubt: str | None


@dataclass(frozen=True)
class Suggestion:
    """The proposed file as `text`, and how many `events` of the looked-at `records` it makes."""

    id: str
    text: str
    records: int
    events: int
    reasons: tuple[Reason, ...]
    left: tuple[str, ...]


def suggest(engine: Engine, path: Path, *, shown: str, checked_on: str, work: Path) -> Suggestion:
    """Proposes a mapping for a CSV, JSON or text log; `checked_on` is the day that stands in it.

    Raises:
        EvidenceError: there are no records, or none of their fields is a time.
        OSError: it cannot be read.
    """
    sample = sample_of(engine, path, shown, work)
    draft = draft_of(sample)
    if draft is None:
        why = "no field holds times with their day; an event needs one"
        raise EvidenceError("no mapping can be proposed", where=shown, why=why, hint="give the log with its times")
    ident = f"own.{_slug(shown)}"
    record = _record(sample, draft)
    lines = list(_lines(sample, draft, ident, checked_on))
    gives = _gives(engine, "\n".join([*lines, *_samples(sample, record, {})]), draft, work)
    text = "\n".join([*lines, *_samples(sample, record, gives)]) + "\n"
    try:
        mapping = read_own(engine, text, ident)
    except ContentError as error:
        raise EvidenceError("no mapping can be proposed", where=shown, why=error.why or error.what, hint=HOW) from error
    item = claimed(engine, sample.item, [mapping])
    events = 0
    if item is not None:
        made = normalise(engine, [item], mappings=ranked([mapping]), work=work)
        events = made.evidence[0].events or 0
    if not events:
        raise EvidenceError("no mapping can be proposed", where=shown, why="it would make no event", hint=HOW)
    reasons = tuple(_reason(one) for one in draft.placed)
    return Suggestion(ident, text, _count(engine, sample), events, reasons, tuple(f.name for f in draft.left))


def _slug(shown: str) -> str:
    words = re.findall(r"[a-z]+", Path(shown).stem.lower())
    return "_".join(words)[:40] or "log"


def _reason(one: Placed) -> Reason:
    shapes = " | ".join(field.shapes for field in one.fields)
    return Reason(one.column, tuple(field.name for field in one.fields), one.why, shapes, one.doubt)


def _count(engine: Engine, sample: Sample) -> int:
    return int(str(engine.one(f'SELECT count(*) FROM "raw_{sample.item.evidence.id}"')[0]))


# ------------------------------------------------------------------------------------------------------- the file


def _lines(sample: Sample, draft: Draft, ident: str, checked_on: str) -> Iterator[str]:
    """Everything but the samples."""
    web = draft.find("operation") is not None and draft.find("object_name") is not None
    yield f"id: {ident}"
    yield "version: 1"
    yield "# Proposed from the values of a sample. Correct what is wrong; the reason stands above each line."
    yield "# Values are shown by their shape: letters as x and X, figures as 9."
    yield f"title: {_quoted('Log of our own: ' + ident.partition('.')[2].replace('_', ' '))}"
    yield 'source: "proposed from the log itself; name here what describes the log"'
    yield f'checked_on: "{checked_on}"'
    yield "kind: other"
    yield f"product: {_slug(ident.partition('.')[2])}"
    yield "# What a record of this log looks like."
    yield f"recognise: {_flow(_recognise(sample, draft))}"
    yield from _zone(draft)
    if web:
        yield f"class_uid: {WEB}"
    yield "fields:"
    for one in sorted(draft.placed, key=lambda placed: list(EVENT_COLUMNS).index(placed.column)):
        reason = _reason(one)
        yield f"  # {reason.why}" + (f"; values like {reason.shapes}" if reason.shapes else "")
        if reason.doubt:
            yield f"  # Check: {reason.doubt}"
        yield f"  {one.column}: {_flow(one.source)}"
    yield from _left(draft)


def _zone(draft: Draft) -> Iterator[str]:
    if draft.zone is not None:
        yield "# The values themselves say so."
        yield f"zone: {draft.zone}"
    elif not draft.zoned:
        yield "# The times name no zone. Where you know it, write it here; UTC is assumed otherwise."
        yield "# zone: Europe/Paris"


def _left(draft: Draft) -> Iterator[str]:
    if draft.left:
        yield "  # Not placed; each stays in `detail`. To use one, name the event column that it fills:"
    for field in draft.left[:60]:
        told = f"{field.told}" + (f"; values like {field.shapes}" if field.shapes else "")
        yield f"  #   {_quoted(field.name)}: {told}"
    if len(draft.left) > 60:
        yield f"  #   and {len(draft.left) - 60} more"


def _recognise(sample: Sample, draft: Draft) -> dict[str, Any]:
    if sample.skeleton is not None:
        return {"lines": sample.skeleton.pattern}
    return {"columns": [field.name for field in _telling(sample, draft)]}


def _telling(sample: Sample, draft: Draft) -> list[Field]:
    """The fields by which a record is known: those that are used and, in JSON, filled in every record."""
    used = list(dict.fromkeys(field.name for one in draft.placed for field in one.fields))
    known = {field.name: field for field in sample.fields}
    wanted = [known[name] for name in used if sample.form == "table" or all(known[name].values)]
    others = [field for field in draft.left if sample.form == "table" or all(field.values)]
    enough = wanted + others[: max(0, 3 - len(wanted))]
    time = draft.placed[0].fields[0]
    return (enough or [time])[:MOST_COLUMNS]


def _flow(value: object) -> str:
    """Writes a value in one line of YAML; every word is quoted, so that none is taken for another kind of value."""
    if isinstance(value, dict):
        return (
            "{" + ", ".join(f"{key if _bare(key) else _quoted(key)}: {_flow(one)}" for key, one in value.items()) + "}"
        )
    if isinstance(value, list):
        return "[" + ", ".join(_flow(one) for one in value) + "]"
    return _quoted(str(value)) if isinstance(value, str) else orjson.dumps(value).decode()


def _bare(text: str) -> bool:
    return re.fullmatch(r"[a-z_]+", text) is not None and text not in (
        "y",
        "n",
        "yes",
        "no",
        "on",
        "off",
        "true",
        "false",
        "null",
    )


def _quoted(text: str) -> str:
    dumped = yaml.dump(text, default_style='"', width=10**9, allow_unicode=text.isprintable())
    return dumped.strip().removesuffix("\n...")


# --------------------------------------------------------------------------------------------------------- samples


def _record(sample: Sample, draft: Draft) -> dict[str, Any]:
    """An invented record of this log."""
    values = {field.name: _stand_in(field, draft) for field in sample.fields}
    if sample.skeleton is not None:
        line = re.sub(r"\{([^{}]+)\}", lambda found: values.get(found[1], found[0]), sample.skeleton.line)
        return {"text": line}
    wanted = [*(field for one in draft.placed for field in one.fields), *_telling(sample, draft)]
    record: dict[str, Any] = {}
    for field in wanted:
        place = record
        *outer, last = field.keys or (field.name,)
        for key in outer:
            place = place.setdefault(key, {})
        place[last] = values[field.name]
    return record


def _stand_in(field: Field, draft: Draft) -> str:
    columns = {one.column for one in draft.placed if field in one.fields}
    if field.times is not None:
        return _moment(field)
    known = next((start for found in (field.activities, field.outcomes) for _, start in found.values()), None)
    stand_ins = (
        (field.is_clock, "14:10:31" if any(value.count(":") > 1 for value in field.filled) else "14:10"),
        (field.has_port, "192.0.2.10:443"),
        (field.is_address, "192.0.2.10"),
        (field.is_method, "GET"),
        (field.is_path, "/example"),
        (field.is_agent, "Example/1.0"),
        (field.is_code, "200"),
        (bool(columns & {"activity", "status"}) and known is not None, str(known)),
        (field.is_number, "17"),
        (field.is_mail, "someone@example.com"),
    )
    found = next((value for true, value in stand_ins if true), None)
    return found or next((STAND_INS[name] for name in STAND_INS if name in columns), "example")


def _moment(field: Field) -> str:
    if field.times is not None and field.times.formats:
        return invented(field.times.formats[0])
    return invented_usual(field.filled[0])


def _samples(sample: Sample, record: dict[str, Any], gives: dict[str, Any]) -> list[str]:
    """An invented record with what becomes of it, and one that is none of this log."""
    other = {"text": "nothing of the kind"} if sample.form == "text" else {"something_else": "1"}
    return [
        "# Invented records: what must come out of the first, and that the second is none of this log.",
        "samples:",
        f"  - record: {_flow(record)}",
        f"    gives: {_flow(gives)}",
        f"  - record: {_flow(other)}",
        "    gives: null",
    ]


def _gives(engine: Engine, text: str, draft: Draft, work: Path) -> dict[str, Any]:
    """What becomes of the invented record, found by making it an event."""
    document = yaml.safe_load(text)
    mapping = parse_mapping("proposal", document, own=True)
    record = mapping.samples[0].record
    lines = mapping.recognise.lines is not None
    path = work / ("one.log" if lines else "one.jsonl")
    path.write_text((record["text"] if lines else orjson.dumps(record).decode()) + "\n", encoding="utf-8")
    evidence = Evidence("E0", path.name, "1" * 64, path.stat().st_size, mapping.kind)
    normalise(engine, [Item(evidence, path, lines)], mappings=ranked([mapping]), work=work)
    columns = [name for name in EVENT_COLUMNS if draft.find(name) is not None]
    listed = ", ".join(f'"{name}"' for name in columns)
    row: Sequence[Any] = next(iter(engine.rows(f"SELECT {listed} FROM events")), [None] * len(columns))
    found = zip(columns, row, strict=True)
    return {name: iso(value) if isinstance(value, datetime) else value for name, value in found if value is not None}
