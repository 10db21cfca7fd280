"""A file given as evidence, recognised and made events, as a build would do it."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from spillmark.engine.interface import Engine
from spillmark.evidence.intake import collect
from spillmark.model.event import EVENT_COLUMNS
from spillmark.normal.events import normalise
from spillmark.normal.mapping import recognisers


def events(engine: Engine, folder: Path, texts: Sequence[str]) -> list[dict[str, Any]]:
    """Gives the events of files with these texts, in the order of files, records and parts."""
    given, work = folder / "given", folder / "work"
    given.mkdir()
    work.mkdir()
    for number, text in enumerate(texts, 1):
        (given / f"log{number}").write_text(text, encoding="utf-8")
    intake = collect([given], work, recognisers=recognisers())
    normalise(engine, intake.items, work=work)
    found = engine.rows('SELECT * FROM events ORDER BY length(evidence), evidence, "row", part')
    return [dict(zip(EVENT_COLUMNS, one, strict=True)) for one in found]
