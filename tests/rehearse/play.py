"""Reads a rehearsal's files back, for tests."""

import csv
import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

Row = dict[str, Any]


def rows(path: Path) -> list[Row]:
    """Gives the records of a log, whatever its form."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".csv":
        return list(csv.DictReader(io.StringIO(text)))
    if path.suffix == ".json":
        loaded: list[Row] = json.loads(text)
        return loaded
    return [json.loads(line) for line in text.splitlines()]


def log(evidence: Path, name: str) -> list[Row]:
    """Gives the records of the log of that name."""
    return rows(next(path for path in sorted(evidence.rglob("*")) if path.stem == name))


def exported(evidence: Path, name: str) -> list[Row]:
    """Gives the records of one object of the export."""
    with zipfile.ZipFile(next(evidence.glob("export/*.zip"))) as archive:
        return list(csv.DictReader(io.StringIO(archive.read(f"{name}.csv").decode())))


def files(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Gives every file below the folder with its bytes, by path."""
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            yield path.relative_to(folder).as_posix(), path.read_bytes()
