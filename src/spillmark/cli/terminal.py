"""What the command line writes: results on stdout, all else on stderr, hostile bytes never raw."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Self, TextIO

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bars

from spillmark.progress import Progress

BIDI = set("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u061c")


def printable(text: str) -> str:
    """Escapes control and direction marks, so that evidence can neither move the cursor nor reorder a line."""
    return "".join(c if (c.isprintable() or c in "\n\t") and c not in BIDI else f"\\x{ord(c):02x}" for c in text)


def complain(*lines: str) -> None:
    """Writes an error to stderr, the most important line last left to the caller."""
    for number, line in enumerate(lines):
        prefix = "spillmark: " if number == 0 else "  "
        sys.stderr.write(prefix + printable(line).replace("\n", "\n  ") + "\n")


def result(text: str) -> None:
    """Writes a result for a person to stdout; what the terminal's encoding lacks is written as an escape."""
    with _cut_off_at_will():
        sys.stdout.write(text if text.endswith("\n") else text + "\n")
        sys.stdout.flush()


def document(text: str) -> None:
    """Writes JSON (RFC 8259, section 8.1) or a page to stdout: UTF-8, whatever the locale says."""
    data = text if text.endswith("\n") else text + "\n"
    binary = getattr(sys.stdout, "buffer", None)
    with _cut_off_at_will():
        if binary is None:  # a test's own stream
            sys.stdout.write(data)
        else:
            sys.stdout.flush()
            binary.write(data.encode("utf-8", errors="backslashreplace"))
        sys.stdout.flush()


@contextmanager
def _cut_off_at_will() -> Iterator[None]:
    """Whoever reads the result may stop reading (`| head -1`); the work is done all the same."""
    try:
        yield
    except BrokenPipeError:
        give_up_stdout()


def prepare_streams() -> None:
    """Makes the streams fit for any text and any caller.

    A stream that the caller closed is replaced by one that goes nowhere, so that no file that is opened later takes
    its number; a character that the locale cannot write becomes an escape and never a fault.
    """
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        stream: TextIO | None = getattr(sys, name)
        if stream is None:
            _open_nowhere(number)
            setattr(sys, name, open(os.devnull, "r" if number == 0 else "w", encoding="utf-8"))  # noqa: PTH123, SIM115
        elif number and hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")


def _open_nowhere(number: int) -> None:
    try:
        os.fstat(number)
    except OSError:
        nowhere = os.open(os.devnull, os.O_RDWR)
        if nowhere != number:
            os.dup2(nowhere, number)
            os.close(nowhere)


def give_up_stdout() -> None:
    """Lets nothing more be written to a stdout that cannot take it, so that leaving the program stays silent too."""
    try:
        descriptor = sys.stdout.fileno()
    except (OSError, ValueError):
        return
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, descriptor)
    os.close(nowhere)


class Drawn(Progress):
    """Draws stages on stderr while they run; on something other than a terminal it writes nothing."""

    def __init__(self) -> None:
        self._bars = Bars(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(bar_width=24),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=Console(stderr=True),
            transient=True,
            disable=not sys.stderr.isatty(),
        )
        self._task = self._bars.add_task("Starting", total=None)

    def __enter__(self) -> Self:
        self._bars.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bars.stop()

    def stage(self, name: str) -> None:
        self._bars.reset(self._task, description=name, total=None)

    def advance(self, done: int, total: int | None = None) -> None:
        self._bars.update(self._task, completed=done, total=total)
