"""Runs the command line in this process and keeps what it printed."""

import contextlib
import io
from dataclasses import dataclass

from spillmark.cli import main


@dataclass(frozen=True)
class Ran:
    """Exit code and both streams."""

    code: int
    out: str
    err: str


def run(*arguments: object) -> Ran:
    """Runs one command."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = main([str(argument) for argument in arguments])
    return Ran(code, out.getvalue(), err.getvalue())
