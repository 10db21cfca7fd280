"""The case folder: each file written whole or not at all, readable by its owner only."""

import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

import orjson

from spillmark.engine.interface import Engine, identifier
from spillmark.errors import UsageError
from spillmark.evidence.custody import Verdict, verify_log
from spillmark.model.case import CitedRow
from spillmark.model.event import EVENT_COLUMNS

CASE = "case.json"
LOG = "log.jsonl"
CITED = "cited.jsonl"
REPORT = "report.html"
WORK = ".work"
PARQUET = ("events.parquet", "taken.parquet", "people.parquet")
OURS = {CASE, LOG, CITED, REPORT, WORK, *PARQUET}


@contextmanager
def opened(folder: Path) -> Iterator[Path]:
    """Prepares the case folder and gives a private work folder inside it, which is removed in the end.

    Raises:
        UsageError: the folder exists and holds something that no case wrote.
    """
    if folder.exists() and not folder.is_dir():
        raise UsageError("the case folder is a file", where=str(folder), hint="name another folder with --out")
    if folder.is_dir():
        foreign = sorted(entry.name for entry in folder.iterdir() if entry.name.removesuffix(".partial") not in OURS)
        if foreign:
            why = f"it holds {foreign[0]!r}, which no case wrote"
            raise UsageError("not a case folder", where=str(folder), why=why, hint="name a new folder with --out")
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    work = folder / WORK
    shutil.rmtree(work, ignore_errors=True)  # what a killed run left behind
    work.mkdir(mode=0o700)
    try:
        yield work
    finally:
        shutil.rmtree(work, ignore_errors=True)


def write(path: Path, data: bytes) -> None:
    """Writes a file readable by its owner only: temporary name, fsync, rename."""
    partial = path.with_name(path.name + ".partial")
    descriptor = os.open(partial, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as handle:
        handle.write(data)
        handle.flush()
        os.fsync(handle.fileno())
    partial.replace(path)


def save_cited(folder: Path, rows: Iterable[CitedRow]) -> None:
    """Writes the cited rows, one JSON object a line, in the order of their references."""
    lines = [orjson.dumps({"ref": row.ref, "place": row.place, "fields": row.fields}) for row in rows]
    write(folder / CITED, b"".join(line + b"\n" for line in lines))


def load_cited(place: Path) -> dict[str, CitedRow]:
    """Gives the cited rows by reference; none where the case document stands alone."""
    path = (place if place.is_dir() else place.parent) / CITED
    if not path.is_file():
        return {}
    rows = (orjson.loads(line) for line in path.read_bytes().splitlines() if line)
    return {row["ref"]: CitedRow(row["ref"], row["place"], row["fields"]) for row in rows}


EVENTS_OF_CASE = """
SELECT
    e.* EXCLUDE (time, findings),
    e.time AT TIME ZONE 'UTC' AS time,
    list_sort(list_distinct(list_concat(coalesce(t.findings, []), coalesce(h.findings, [])))) AS findings
FROM events e
LEFT JOIN theft_events t USING (evidence, row)
LEFT JOIN (
    SELECT evidence, row, list(DISTINCT finding) AS findings
    FROM hits
    GROUP BY evidence, row
) h USING (evidence, row)
"""
OF_CASE = "WHERE t.evidence IS NOT NULL OR h.evidence IS NOT NULL\n"
IN_ORDER = "ORDER BY e.time, e.evidence, e.row"
EMPTY = {
    "taken": "SELECT NULL::VARCHAR AS object, NULL::VARCHAR AS record_id WHERE false",
    "people": "SELECT NULL::VARCHAR AS person_id WHERE false",
}


def export(engine: Engine, folder: Path, *, keep_events: Literal["case", "all"]) -> None:
    """Writes events.parquet, taken.parquet and people.parquet from the tables of the stages.

    Events are those that a rule hit or that are attributed to the thief, or all of them; times carry UTC.
    """
    if engine.exists("events"):
        columns = ", ".join(identifier(name) for name in EVENT_COLUMNS)
        chosen = EVENTS_OF_CASE + ("" if keep_events == "all" else OF_CASE) + IN_ORDER
        engine.export(f"SELECT {columns} FROM ({chosen})", folder / "events.parquet")
    taken = """
    SELECT * EXCLUDE (first_taken), first_taken AT TIME ZONE 'UTC' AS first_taken
    FROM taken
    ORDER BY object, record_id
    """
    people = "SELECT * FROM people ORDER BY person_id"
    engine.export(taken if engine.exists("taken") else EMPTY["taken"], folder / "taken.parquet")
    engine.export(people if engine.exists("people") else EMPTY["people"], folder / "people.parquet")


def document(place: Path) -> str:
    """Gives the text of case.json from a case folder or from the file itself.

    Raises:
        UsageError: there is none, or it is no text.
    """
    path = place / CASE if place.is_dir() else place
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else str(error)
        raise UsageError(
            "no case here", where=str(path), why=why, hint="give a case folder or its case.json"
        ) from error


def verify(folder: Path, head: str | None) -> Verdict:
    """Checks the custody log of a case folder against itself and against `head`, else the head that case.json names.

    Raises:
        UsageError: there is no log.
    """
    folder = folder if folder.is_dir() else folder.parent
    log = folder / LOG
    if not log.is_file():
        raise UsageError("no custody log here", where=str(log), hint="give the case folder")
    return verify_log(log, head or named_head(folder))


def named_head(folder: Path) -> str | None:
    """Gives the head hash that case.json names, if the document can be read."""
    try:
        head = orjson.loads((folder / CASE).read_bytes()).get("log_head")
    except (OSError, orjson.JSONDecodeError, AttributeError):
        return None
    return head if isinstance(head, str) else None
