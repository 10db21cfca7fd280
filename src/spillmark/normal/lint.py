"""Mapping files checked: whether they are well formed and whether their own samples come out as they should."""

import hashlib
import json
import tempfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from spillmark import content
from spillmark.clock import iso
from spillmark.engine.duckdb import DuckDBEngine
from spillmark.engine.interface import Engine
from spillmark.errors import ContentError
from spillmark.evidence.item import Item
from spillmark.evidence.look import matches
from spillmark.model.content import Problem
from spillmark.model.event import EVENT_COLUMNS
from spillmark.model.evidence import Evidence
from spillmark.normal.events import map_alone
from spillmark.normal.mapping import FOLDER, Mapping, Mappings, parse_mapping, ranked


def lint() -> tuple[Problem, ...]:
    """Checks every mapping file and runs its samples through the real readers; gives what is wrong."""
    problems: list[Problem] = []
    found: list[Mapping] = []
    for place, document in content.documents(FOLDER):
        try:
            found.append(parse_mapping(place, document, content.text(place)))
        except ContentError as error:
            problems.append(Problem(error.where or place, f"{error.what}: {error.why}", error.hint or ""))
    try:
        known = ranked(found)
    except ContentError as error:
        return (*problems, Problem(error.where or FOLDER, error.what))
    return (*problems, *try_samples(known))


def try_samples(known: Mappings) -> Iterator[Problem]:
    """Runs the samples of the mappings as a file of JSON lines each, as evidence would come."""
    engine = DuckDBEngine(threads=1)
    try:
        with tempfile.TemporaryDirectory() as folder:
            for mapping in known.every:
                yield from _tried(engine, mapping, known, Path(folder))
    finally:
        engine.close()


def _tried(engine: Engine, mapping: Mapping, known: Mappings, folder: Path) -> Iterator[Problem]:
    # The lines of a text log are recognised by the engine: a pattern of a user's own must not run here.
    by_engine = mapping.own and mapping.recognise.lines is not None
    look = [by_engine or matches(mapping.recogniser, sample.record) for sample in mapping.samples]
    for number, (sample, seen) in enumerate(zip(mapping.samples, look, strict=True), 1):
        if sample.gives is not None and not seen:
            yield Problem(mapping.place, f"sample {number} is not recognised", "see recognise")
        if not mapping.fields and sample.gives is None and seen:
            yield Problem(mapping.place, f"sample {number} is recognised though it must not be", "see recognise")
    if not mapping.fields:
        return
    item = _written(mapping, folder)
    map_alone(engine, item, known, folder / mapping.id)
    names = list(EVENT_COLUMNS)
    rows = {row[1]: dict(zip(names, row, strict=True)) for row in engine.rows("SELECT * FROM events_mapped")}
    for number, sample in enumerate(mapping.samples, 1):
        event = rows.get(number)
        ours = event is not None and event["source"] == mapping.id and look[number - 1]
        if sample.gives is None and ours:
            yield Problem(mapping.place, f"sample {number} is mapped though it must not be", "see when and recognise")
        if sample.gives is not None:
            yield from _compared(mapping, number, sample.gives, event if ours else None)


def _written(mapping: Mapping, folder: Path) -> Item:
    """The samples as a file: JSON lines, or the lines of a text log where the mapping is for those."""
    text = mapping.recognise.lines is not None
    made = (str(one.record.get("text", "")) if text else json.dumps(one.record) for one in mapping.samples)
    path = folder / ("samples.log" if text else "samples.jsonl")
    path.write_text("".join(line.replace("\n", " ") + "\n" for line in made), encoding="utf-8")
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return Item(Evidence("E1", path.name, digest, path.stat().st_size, mapping.kind), path, text)


def _compared(
    mapping: Mapping, number: int, gives: dict[str, object], event: dict[str, object] | None
) -> Iterator[Problem]:
    if event is None:
        yield Problem(mapping.place, f"sample {number} gives no event of this mapping", "see when and time")
        return
    for name, want in gives.items():
        found = event.get(name, "no such column")
        found = iso(found) if isinstance(found, datetime) else found
        if name == "time":
            found, want = _instant(found), _instant(want)
        if found != want:
            yield Problem(mapping.place, f"sample {number}: {name} is {found!r} and should be {want!r}")


def _instant(value: object) -> object:
    try:
        return datetime.fromisoformat(str(value))
    except ValueError:
        return value
