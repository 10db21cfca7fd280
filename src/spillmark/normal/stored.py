"""The stored form of logs: a Parquet file for each file of evidence and log in it, listed by an entry that comes last.

Files lie under `source=<log>/day=<first day>/`, the entries beside them. An entry belongs to the bytes of a file and to
everything that decides what becomes of them (its key), so a build that comes again reads only what is new. Each file is
written under another name and moved when it is whole; what no entry names is what a killed run left, and is removed.
"""

import hashlib
import re
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import orjson
from pydantic import TypeAdapter, ValidationError

from spillmark.evidence.durable import write
from spillmark.model.terms import SkipLevel
from spillmark.normal.mapping import Mapping

FORM = "1"
"""The form of stored files; another one reads nothing of what this one wrote."""
INCOMING = "incoming"
ENTRIES = "entries"
PLACE = re.compile(r"source=[\w.-]+/day=[\w-]+/[\w-]+[.]parquet")
"""What the path of a stored file looks like; an entry that leads elsewhere was not written by us."""


@dataclass(frozen=True)
class Piece:
    """The records of one log out of one file of evidence, as one Parquet file.

    Where records are not `placed` (by columns `row` and `line`), the place in the file tells the number, after `before`
    lines. `columns` are the event columns that it has, `vendor` the vendor's fields beside them (stored column ->
    name; JSON records stand whole in `record`, of which `vendor` names the fields), `held` the vendor's fields that an
    event column holds as they are. `records` became events, `events` of them.
    """

    source: str
    path: str
    form: Literal["table", "json"]
    placed: bool
    before: int
    columns: tuple[str, ...]
    vendor: dict[str, str]
    held: dict[str, str]
    records: int
    events: int
    start: str | None
    end: str | None


@dataclass(frozen=True)
class Note:
    """Something of a log that was not read, or otherwise than it stands."""

    why: str
    level: SkipLevel


@dataclass(frozen=True)
class Entry:
    """One file of evidence read: all its records, the pieces that hold events, what was noted."""

    rows: int
    pieces: tuple[Piece, ...]
    notes: tuple[Note, ...]


class Store:
    """A folder of stored logs, of which only this run writes."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._used: set[str] = set()
        # A link that somebody planted would lead our writing and removing to other places.
        for planted in (one for one in (folder, *folder.glob("*"), *folder.glob("source=*/*")) if one.is_symlink()):
            planted.unlink()
        for name in ("", ENTRIES):
            (folder / name).mkdir(mode=0o700, exist_ok=True)
        shutil.rmtree(folder / INCOMING, ignore_errors=True)
        (folder / INCOMING).mkdir(mode=0o700)

    def load(self, name: str) -> Entry | None:
        """Gives the entry of a name, if it is whole and its files are there."""
        try:
            entry = TypeAdapter(Entry).validate_json((self.folder / ENTRIES / f"{name}.json").read_bytes())
        except (OSError, ValidationError):
            return None
        if not all(PLACE.fullmatch(piece.path) and self.path(piece).is_file() for piece in entry.pieces):
            return None
        self._used.add(name)
        return entry

    def save(self, name: str, entry: Entry) -> None:
        """Writes an entry, whole or not at all, after its files."""
        write(self.folder / ENTRIES / f"{name}.json", orjson.dumps(entry))
        self._used.add(name)

    @property
    def incoming(self) -> Path:
        """Where files are written before they have their place."""
        return self.folder / INCOMING

    def settle(self, written: Path, source: str, day: str | None, name: str) -> str:
        """Moves a whole file to its place; gives the path within the store."""
        place = f"source={source}/day={day or 'none'}/{name}.parquet"
        target = self.folder / place
        for folder in (target.parent.parent, target.parent):
            folder.mkdir(mode=0o700, exist_ok=True)
        written.replace(target)
        return place

    def path(self, piece: Piece) -> Path:
        """Gives the file of a piece."""
        return self.folder / piece.path

    def prune(self) -> None:
        """Removes every entry and file that this run did not use."""
        kept: set[str] = set()
        for path in (self.folder / ENTRIES).iterdir():
            if path.stem in self._used and path.suffix == ".json":
                kept.update(piece.path for piece in TypeAdapter(Entry).validate_json(path.read_bytes()).pieces)
            else:
                path.unlink()
        for path in sorted(self.folder.glob("source=*/day=*/*")):
            if path.relative_to(self.folder).as_posix() not in kept:
                path.unlink()
        shutil.rmtree(self.incoming, ignore_errors=True)


def entry_name(sha256: str, kind: str, mappings: Sequence[Mapping]) -> str:
    """Names the entry of a file: by its bytes, its kind and everything that the mappings say."""
    said = hashlib.sha256("\n".join([FORM, kind, *map(repr, mappings)]).encode("utf-8", "surrogatepass"))
    return f"{sha256[:40]}-{said.hexdigest()[:16]}"
