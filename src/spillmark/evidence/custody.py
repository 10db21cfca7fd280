"""The custody and decision log: a chain of lines, each naming the hash of the line before it.

Whoever holds the last hash (the head, printed and written into the report) can show that no earlier line was changed,
taken out or put in. The log only grows; a process that is killed leaves at most a torn last line, which is told and
never silently mended.
"""

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from spillmark.errors import EvidenceError

START = "0" * 64
"""The hash that the first line names."""
OWN = ("prev", "time", "what")
Detail = str | int | float | bool | None | list["Detail"] | dict[str, "Detail"]


@dataclass(frozen=True)
class Verdict:
    """Whether a log holds: `head` is the hash of its last whole line, `lines` how many are whole.

    `broken` is the number of the first line that is wrong, `why` says how; `torn` tells of an unfinished last line,
    as a killed process leaves it, with all lines before it whole.
    """

    intact: bool
    lines: int
    head: str
    broken: int | None = None
    why: str | None = None
    torn: bool = False


class CustodyLog:
    """An append-only log at `path`, readable by its owner only; every line is on the disk before `add` returns."""

    def __init__(self, path: Path) -> None:
        """Opens the log, or begins it.

        Raises:
            EvidenceError: the chain that is there is broken or its last line is torn; nothing is appended to it.
        """
        self._path = path
        self._head = START
        if path.exists():
            verdict = verify_log(path, None)
            if not verdict.intact:
                hint = "keep it as it is and begin a new case folder"
                raise EvidenceError("the custody log is broken", where=str(path), why=verdict.why, hint=hint)
            self._head = verdict.head

    @property
    def head(self) -> str:
        """The hash of the last line, 64 hexadecimal digits; zeros where there is no line yet."""
        return self._head

    def add(self, time: str, what: str, detail: Mapping[str, Detail] | None = None) -> str:
        """Appends one line and gives the new head. `time` is ISO 8601; `detail` may hold anything but `prev`,
        `time` and `what`.

        Raises:
            ValueError: `detail` uses one of these names.
        """
        more = dict(detail or {})
        if taken := sorted(set(more) & set(OWN)):
            raise ValueError(f"the log itself writes {', '.join(taken)}")
        entry = {"prev": self._head, "time": time, "what": what, **more}
        line = json.dumps(entry, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()
        fresh = not self._path.exists()
        handle = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), 0o600)
        try:
            _write_all(handle, line + b"\n")
            os.fsync(handle)
        finally:
            os.close(handle)
        if fresh:
            _sync_folder(self._path.parent)
        self._head = hashlib.sha256(line).hexdigest()
        return self._head


def _write_all(handle: int, data: bytes) -> None:
    while data:
        data = data[os.write(handle, data) :]


def _sync_folder(folder: Path) -> None:
    """Makes the new name last, too: a file whose folder was not written is gone after a power failure."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def verify_log(path: Path, head: str | None) -> Verdict:
    """Checks the chain, and its last hash against `head` where one is given.

    Raises:
        OSError: the log cannot be read.
    """
    last = START
    number = 0
    with path.open("rb") as handle:
        for number, raw in enumerate(handle, 1):
            fault = _fault(raw, last)
            if fault is not None:
                torn = not raw.endswith(b"\n")
                return Verdict(
                    intact=False, lines=number - 1, head=last, broken=number, why=f"line {number} {fault}", torn=torn
                )
            last = hashlib.sha256(raw.rstrip(b"\n")).hexdigest()
    if head is not None and head != last:
        why = f"the last line has the hash {last}, not {head}: lines were changed, added or taken off at the end"
        return Verdict(intact=False, lines=number, head=last, broken=number or None, why=why)
    return Verdict(intact=True, lines=number, head=last)


def _fault(raw: bytes, last: str) -> str | None:
    """What is wrong with a line, or None."""
    if not raw.endswith(b"\n"):
        return "is torn: it was not written to its end"
    try:
        entry = json.loads(raw)
    except (ValueError, RecursionError):
        return "is not JSON"
    if not isinstance(entry, dict) or "prev" not in entry:
        return "names no line before it"
    if entry["prev"] != last:
        return "does not follow from the line before it"
    return None
