"""The log files: entries come in any order near one time, and are written in order of time, one file a log."""

import csv
import io
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

Form = Literal["csv", "json", "jsonl"]
Json = str | int | float | bool | None | list["Json"] | dict[str, "Json"]


@dataclass(frozen=True)
class Log:
    """One log: its file under evidence/, its columns (for CSV), and the form in which a person would have it."""

    path: str
    form: Form
    columns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of a log; `step` names the thief's step that caused it, None is honest life."""

    time: datetime
    values: dict[str, Json]
    step: str | None = None


@dataclass(frozen=True)
class Trace:
    """Where one thing that the thief did stands: file under evidence/, row from 1 (header not counted)."""

    step: str
    file: str
    row: int
    time: str


class Journal:
    """Takes entries and writes them in order of time; what is written leaves memory."""

    def __init__(self, folder: Path | None = None) -> None:
        """Without a folder nothing is written; entries stay in memory until they are asked for."""
        self._folder = folder
        self._waiting: dict[Log, list[Entry]] = {}
        self._written: dict[Log, int] = {}
        self._traces: list[Trace] = []
        self._size = 0

    @property
    def waiting(self) -> int:
        """Gives how many entries are not yet written."""
        return self._size

    def add(self, log: Log, entry: Entry) -> None:
        """Takes one entry; it must not be earlier than what was written."""
        self._waiting.setdefault(log, []).append(entry)
        self._size += 1

    def write(self, until: datetime | None = None) -> None:
        """Writes the entries before that time, or all; they go to the end of their files."""
        if self._folder is None:
            return
        for log in sorted(self._waiting, key=lambda log: log.path):
            entries = self._waiting[log]
            ready = [entry for entry in entries if until is None or entry.time < until]
            if ready:
                self._waiting[log] = [] if until is None else [entry for entry in entries if entry.time >= until]
                ready.sort(key=lambda entry: entry.time)  # a stable sort: ties stay as they came
                self._append(self._folder, log, ready)
                self._size -= len(ready)

    def close(self) -> list[Trace]:
        """Writes what is left; gives the places of the thief's rows, by file and row."""
        self.write()
        if self._folder is not None:
            for log in self._written:
                if log.form == "json":
                    with (self._folder / log.path).open("a", encoding="utf-8", newline="") as handle:
                        handle.write("\n]\n")
        return sorted(self._traces, key=lambda trace: (trace.file, trace.row))

    def _append(self, folder: Path, log: Log, entries: Sequence[Entry]) -> None:
        path, before = folder / log.path, self._written.get(log, 0)
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a", encoding="utf-8", newline="") as handle:
            _append(handle, log, entries, first=before == 0)
        self._written[log] = before + len(entries)
        for row, entry in enumerate(entries, before + 1):
            if entry.step is not None:
                self._traces.append(Trace(entry.step, log.path, row, f"{entry.time:%Y-%m-%dT%H:%M:%SZ}"))


def csv_text(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Writes CSV as Salesforce does: every cell in quotes, quotes doubled, lines ended by a line feed."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, quoting=csv.QUOTE_ALL, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)
    return buffer.getvalue()


def _append(handle: io.TextIOBase, log: Log, entries: Sequence[Entry], *, first: bool) -> None:
    if log.form == "csv":
        writer = csv.writer(handle, quoting=csv.QUOTE_ALL, lineterminator="\n")
        if first:
            writer.writerow(log.columns)
        writer.writerows([entry.values.get(column, "") for column in log.columns] for entry in entries)
    elif log.form == "json":
        body = ",\n".join(json.dumps(entry.values, ensure_ascii=False) for entry in entries)
        handle.write(f"[\n{body}" if first else f",\n{body}")
    else:
        handle.writelines(json.dumps(entry.values, ensure_ascii=False) + "\n" for entry in entries)
