"""The case folder: written whole or not at all, readable by its owner only, read back at the border."""

import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import orjson
from pydantic import TypeAdapter, ValidationError

from spillmark.errors import UsageError
from spillmark.evidence.custody import Verdict, verify_log
from spillmark.model.case import Case, CitedRow

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


def dump(case: Case) -> bytes:
    """Gives the canonical bytes of case.json: fields in the order of the contract, two spaces, UTF-8, one line end."""
    return _adapter().dump_json(case, by_alias=True, indent=2) + b"\n"


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


def load(place: Path) -> Case:
    """Reads a case from its folder or its case.json; fields that this version does not know are left out.

    Raises:
        UsageError: there is none, it is damaged, or it is of another schema.
    """
    path = place / CASE if place.is_dir() else place
    try:
        document = orjson.loads(path.read_bytes())
    except OSError as error:
        raise UsageError("no case here", where=str(path), why=error.strerror, hint="build it first") from error
    except orjson.JSONDecodeError as error:
        raise UsageError("damaged case", where=str(path), why=str(error), hint="build it again") from error
    return _validated(path, document)


def verify(folder: Path, head: str | None) -> Verdict:
    """Checks the custody log of a case folder against itself, against `head` and against case.json.

    Raises:
        UsageError: there is no log.
    """
    log = folder / LOG if folder.is_dir() else folder.parent / LOG
    if not log.is_file():
        raise UsageError("no custody log here", where=str(log), hint="give the case folder")
    return verify_log(log, head or load(folder).log_head)


@cache
def _adapter() -> TypeAdapter[Case]:
    return TypeAdapter(Case)


def _validated(path: Path, document: Any) -> Case:
    schema = document.get("schema") if isinstance(document, dict) else None
    if schema != "case/1":
        why = f"its schema is {schema!r}, this version reads case/1"
        raise UsageError("not a case that can be shown", where=str(path), why=why)
    try:
        return _adapter().validate_python(document)
    except ValidationError as error:
        first = error.errors()[0]
        where = f"{path}: {'.'.join(str(part) for part in first['loc'])}"
        raise UsageError("damaged case", where=where, why=first["msg"], hint="build it again") from error
