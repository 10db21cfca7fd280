"""Files and folders as they were given: every regular file, sorted, and no link followed."""

import os
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from spillmark.errors import UsageError
from spillmark.evidence.archive import printable
from spillmark.model.evidence import Skip

JUNK = frozenset({".DS_Store", "Thumbs.db", "desktop.ini"})
"""Files that operating systems leave in folders; they are named and not opened."""


@dataclass(frozen=True)
class Found:
    """One file on the disk; `shown` is its path relative to the argument that led to it."""

    shown: str
    path: Path


def walk(arguments: Sequence[Path], skipped: list[Skip]) -> Iterator[Found]:
    """Gives the files of all arguments; what is no regular file or leads elsewhere becomes a skip.

    Raises:
        UsageError: an argument is not there.
    """
    for argument in arguments:
        try:
            mode = argument.stat().st_mode
        except OSError as error:
            hint = "check the path; folders, files and archives can be given"
            why = error.strerror or str(error)
            raise UsageError("cannot be opened", where=str(argument), why=why, hint=hint) from error
        if stat.S_ISDIR(mode):
            yield from _folder(argument, "", skipped)
        elif stat.S_ISREG(mode):
            yield Found(printable(argument.name), argument)
        else:
            skipped.append(
                Skip(None, printable(argument.name), "it is no regular file, so it was not opened", "unread")
            )


def _folder(folder: Path, shown: str, skipped: list[Skip]) -> Iterator[Found]:
    try:
        with os.scandir(folder) as entries:
            found = sorted(entries, key=lambda entry: entry.name)
    except OSError as error:
        why = f"the folder cannot be read ({error.strerror}); run with the rights to read it"
        skipped.append(Skip(None, shown or printable(folder.name), why, "unread"))
        return
    for entry in found:
        name = f"{shown}/{printable(entry.name)}".lstrip("/")
        if entry.is_symlink():
            why = "it is a symbolic link and was not followed; give the file itself if it is evidence"
            skipped.append(Skip(None, name, why, "unread"))
        elif entry.is_dir(follow_symlinks=False):
            yield from _folder(Path(entry.path), name, skipped)
        elif entry.name in JUNK:
            skipped.append(Skip(None, name, "left by the operating system, not evidence", "note"))
        elif entry.is_file(follow_symlinks=False):
            yield Found(name, Path(entry.path))
        else:
            skipped.append(Skip(None, name, "it is no regular file, so it was not opened", "unread"))
