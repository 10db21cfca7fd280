"""The case folder: each file written whole or not at all, readable by its owner only."""

import contextlib
import os
import shutil
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

import orjson

if sys.platform != "win32":
    import fcntl

from spillmark.engine.interface import Engine, identifier
from spillmark.errors import UsageError
from spillmark.evidence.custody import Verdict, verify_log
from spillmark.evidence.durable import write
from spillmark.evidence.folder import CASE, CASE_FILES
from spillmark.model.case import CitedRow
from spillmark.model.event import EVENT_COLUMNS

__all__ = [
    "CASE",
    "CITED",
    "LOG",
    "REPORT",
    "STORE",
    "document",
    "drafted",
    "export",
    "load_cited",
    "opened",
    "save_cited",
    "verify",
    "write",
]
LOG = "log.jsonl"
CITED = "cited.jsonl"
REPORT = "report.html"
STORE = "store"
"""Where the stored form of the logs stays between builds, so that a build that comes again reads only what is new."""
WORK = ".work"
MADE = "made"


@contextmanager
def opened(folder: Path) -> Iterator[Path]:
    """Prepares the case folder and gives a private work folder inside it, which is removed in the end.

    Raises:
        UsageError: the folder exists and holds something that no case wrote, or another build is writing it.
        OSError: the folder cannot be made or written.
    """
    if folder.exists() and not folder.is_dir():
        raise UsageError("the case folder is a file", where=str(folder), hint="name another folder with --out")
    if folder.is_dir():
        foreign = sorted(e.name for e in folder.iterdir() if e.name.removesuffix(".partial") not in CASE_FILES)
        if foreign:
            why = f"it holds {foreign[0]!r}, which no case wrote"
            raise UsageError("not a case folder", where=str(folder), why=why, hint="name a new folder with --out")
    fresh = not folder.exists()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)
    work = folder / WORK
    with _alone(folder):
        _sweep(folder, work)
        work.mkdir(mode=0o700)
        try:
            yield work
        finally:
            shutil.rmtree(work, ignore_errors=True)
            if fresh and not (folder / CASE).exists():
                shutil.rmtree(folder / STORE, ignore_errors=True)
            if fresh and not any(folder.iterdir()):
                folder.rmdir()  # nothing came of it


def _sweep(folder: Path, work: Path) -> None:
    """Takes away what a killed run left behind."""
    if work.is_symlink() or work.is_file():
        work.unlink()
    shutil.rmtree(work, ignore_errors=True)
    stored = folder / STORE
    if stored.is_symlink() or stored.is_file():
        stored.unlink()
    for partial in folder.glob("*.partial"):
        partial.unlink()


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Holds the folder for one build; the lock dies with the process, however it ends, and leaves no file."""
    if sys.platform == "win32":  # it has no such locks: two builds into one folder are the caller's to avoid there
        yield
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            hint = "wait until it is done, or name another folder with --out"
            raise UsageError("another build is writing this case folder", where=str(folder), hint=hint) from error
        except OSError:  # a file system without locks
            pass
        yield
    finally:
        os.close(handle)


@contextmanager
def drafted(folder: Path, work: Path) -> Iterator[Path]:
    """Gives a folder to write the case into, with the log as it stands; in the end the files move to their places.

    Nothing of `folder` changes until every file is whole and on the disk; the document moves last. A build that stops
    before leaves the case that was there, with the log that belongs to it.

    Raises:
        UsageError: the log is a link or no file.
    """
    made = work / MADE
    made.mkdir(mode=0o700)
    log = folder / LOG
    if log.is_symlink() or (log.exists() and not log.is_file()):
        raise UsageError("the custody log is no regular file", where=str(log), hint="name a new folder with --out")
    if log.is_file():
        write(made / LOG, log.read_bytes())
    yield made
    for name in sorted((entry.name for entry in made.iterdir()), key=lambda name: (name == CASE, name != LOG, name)):
        (made / name).replace(folder / name)
    handle = os.open(folder, os.O_RDONLY)
    try:
        with contextlib.suppress(OSError):  # some file systems cannot
            os.fsync(handle)
    finally:
        os.close(handle)


def save_cited(folder: Path, rows: Iterable[CitedRow]) -> None:
    """Writes the cited rows, one JSON object a line, in the order of their references."""
    lines = [orjson.dumps({"ref": row.ref, "place": row.place, "fields": row.fields}) for row in rows]
    write(folder / CITED, b"".join(line + b"\n" for line in lines))


def load_cited(place: Path) -> dict[str, CitedRow]:
    """Gives the cited rows by reference; none where the case document stands alone.

    Raises:
        UsageError: a line is damaged.
    """
    path = (place if place.is_dir() else place.parent) / CITED
    if not path.is_file():
        return {}
    rows: dict[str, CitedRow] = {}
    for number, line in enumerate(path.read_bytes().split(b"\n"), start=1):
        if line.strip():
            row = _cited(line, f"{path}:{number}")
            rows[row.ref] = row
    return rows


def _cited(line: bytes, where: str) -> CitedRow:
    hint = "build the case again from its evidence, or restore the file"
    try:
        row = orjson.loads(line)
        fields = {str(name): str(value) for name, value in row["fields"].items()}
        return CitedRow(str(row["ref"]), str(row["place"]), fields)
    except (orjson.JSONDecodeError, LookupError, TypeError, AttributeError) as error:
        raise UsageError(
            "damaged list of cited rows", where=where, why="no cited row stands there", hint=hint
        ) from error


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
    except (OSError, orjson.JSONDecodeError, AttributeError, RecursionError):
        return None
    return head if isinstance(head, str) else None
