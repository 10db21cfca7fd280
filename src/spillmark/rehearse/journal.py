"""The log files: entries are gathered in any order, then written in order of time, one file a log."""

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
    """Gathers entries by log and writes them."""

    def __init__(self) -> None:
        self._entries: dict[Log, list[Entry]] = {}

    def add(self, log: Log, entry: Entry) -> None:
        """Takes one entry."""
        self._entries.setdefault(log, []).append(entry)

    def write(self, folder: Path) -> list[Trace]:
        """Writes every log below the folder; gives the places of the thief's rows, by file and row."""
        traces: list[Trace] = []
        for log in sorted(self._entries, key=lambda log: log.path):
            entries = sorted(self._entries[log], key=lambda entry: entry.time)  # a stable sort: ties stay as they came
            path = folder / log.path
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("w", encoding="utf-8", newline="") as handle:
                _write(handle, log, entries)
            traces += [
                Trace(entry.step, log.path, row, f"{entry.time:%Y-%m-%dT%H:%M:%SZ}")
                for row, entry in enumerate(entries, 1)
                if entry.step is not None
            ]
        return traces


def csv_text(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Writes CSV as Salesforce does: every cell in quotes, quotes doubled, lines ended by a line feed."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, quoting=csv.QUOTE_ALL, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)
    return buffer.getvalue()


def _write(handle: io.TextIOBase, log: Log, entries: Sequence[Entry]) -> None:
    if log.form == "csv":
        writer = csv.writer(handle, quoting=csv.QUOTE_ALL, lineterminator="\n")
        writer.writerow(log.columns)
        writer.writerows([entry.values.get(column, "") for column in log.columns] for entry in entries)
    elif log.form == "json":
        body = ",\n".join(json.dumps(entry.values, ensure_ascii=False) for entry in entries)
        handle.write(f"[\n{body}\n]\n")
    else:
        handle.writelines(json.dumps(entry.values, ensure_ascii=False) + "\n" for entry in entries)
