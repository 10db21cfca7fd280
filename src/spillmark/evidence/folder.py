"""Files and folders as they were given: every regular file, sorted, and no link followed."""

import os
import re
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from spillmark.errors import UsageError
from spillmark.evidence.archive import printable
from spillmark.model.evidence import Skip

JUNK = frozenset({".DS_Store", "Thumbs.db", "desktop.ini"})
"""Files that operating systems leave in folders; they are named and not opened."""
CASE = "case.json"
CASE_FILES = frozenset(
    {
        CASE,
        "log.jsonl",
        "cited.jsonl",
        "report.html",
        "events.parquet",
        "taken.parquet",
        "people.parquet",
        "store",
        ".work",
    }
)
"""What a case folder holds. None of it is evidence: a report of ours would come back as what others claim."""
SCHEMA = re.compile(rb'^\s*\{\s*"schema"\s*:\s*"case/\d+"')


@dataclass(frozen=True)
class Found:
    """One file on the disk; `shown` is its path relative to the argument that led to it."""

    shown: str
    path: Path


@dataclass
class _Walk:
    """What a walk leaves out, as device and number of each folder, and what it says of what it left out."""

    skipped: list[Skip]
    without: frozenset[tuple[int, int]] = field(default_factory=frozenset)


def walk(arguments: Sequence[Path], skipped: list[Skip], *, without: Path | None = None) -> Iterator[Found]:
    """Gives the files of all arguments; what is no regular file or leads elsewhere becomes a skip.

    The folder `without` is left out wherever it lies: the case that is being made is no evidence for itself. So are
    the files of other case folders.

    Raises:
        UsageError: an argument is not there, or lies in the folder `without`.
    """
    found = _Walk(skipped, frozenset() if without is None else frozenset({_identity(without.stat())}))
    for argument in arguments:
        try:
            status = argument.stat()
            inside = any(_identity(parent.stat()) in found.without for parent in _upward(argument))
        except OSError as error:
            hint = "check the path; folders, files and archives can be given"
            why = error.strerror or str(error)
            raise UsageError("cannot be opened", where=str(argument), why=why, hint=hint) from error
        if inside:
            hint = "name a folder of its own with --out, and give only what it is to be built from"
            raise UsageError("the case folder itself was given as evidence", where=str(argument), hint=hint)
        if stat.S_ISDIR(status.st_mode):
            yield from _folder(argument, "", found)
        elif stat.S_ISREG(status.st_mode):
            yield Found(printable(argument.name), argument)
        else:
            skipped.append(
                Skip(None, printable(argument.name), "it is no regular file, so it was not opened", "unread")
            )


def _identity(status: os.stat_result) -> tuple[int, int]:
    return (status.st_dev, status.st_ino)


def _upward(path: Path) -> Iterator[Path]:
    place = path.resolve()
    yield place
    yield from place.parents


def _is_case(folder: Path) -> bool:
    """Tells a case folder by the first bytes of its document, so that a name alone hides nothing."""
    document = folder / CASE
    try:
        if document.is_symlink() or not document.is_file():
            return False
        with document.open("rb") as handle:
            return SCHEMA.match(handle.read(200)) is not None
    except OSError:
        return False


def _folder(folder: Path, shown: str, walked: _Walk) -> Iterator[Found]:
    skipped = walked.skipped
    try:
        with os.scandir(folder) as entries:
            found = sorted(entries, key=lambda entry: entry.name)
    except OSError as error:
        why = f"the folder cannot be read ({error.strerror}); run with the rights to read it"
        skipped.append(Skip(None, shown or printable(folder.name), why, "unread"))
        return
    if _is_case(folder):
        why = "a case folder: its own files tell of evidence and are none, so they were left out"
        skipped.append(Skip(None, shown or printable(folder.name), why, "note"))
        found = [entry for entry in found if entry.name.removesuffix(".partial") not in CASE_FILES]
    for entry in found:
        name = f"{shown}/{printable(entry.name)}".lstrip("/")
        if entry.is_symlink():
            why = "it is a symbolic link and was not followed; give the file itself if it is evidence"
            skipped.append(Skip(None, name, why, "unread"))
        elif entry.is_dir(follow_symlinks=False):
            if _identity(entry.stat(follow_symlinks=False)) in walked.without:
                skipped.append(Skip(None, name, "the folder of this case, which is no evidence for itself", "note"))
            else:
                yield from _folder(Path(entry.path), name, walked)
        elif entry.name in JUNK:
            skipped.append(Skip(None, name, "left by the operating system, not evidence", "note"))
        elif entry.is_file(follow_symlinks=False):
            yield Found(name, Path(entry.path))
        else:
            skipped.append(Skip(None, name, "it is no regular file, so it was not opened", "unread"))
