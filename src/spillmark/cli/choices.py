"""Options that several verbs share, with one wording."""

import sys
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from spillmark.clock import parse_instant, to_utc
from spillmark.errors import UsageError


class Format(StrEnum):
    """How a result is written."""

    TEXT = "text"
    JSON = "json"
    HTML = "html"


class Plain(StrEnum):
    """How a result without a page of its own is written."""

    TEXT = "text"
    JSON = "json"


OrgOption = Annotated[Path | None, typer.Option("--org", help="Who we are: ORG.yaml.", envvar="SPILLMARK_ORG")]
NowOption = Annotated[
    str | None,
    typer.Option("--now", help="The clock (ISO 8601); default: the time of the machine.", envvar="SPILLMARK_NOW"),
]
FormatOption = Annotated[Format, typer.Option("--format", help="How the result is written to stdout.")]
PlainOption = Annotated[Plain, typer.Option("--format", help="How the result is written to stdout.")]
VerboseOption = Annotated[
    int, typer.Option("--verbose", "-v", count=True, help="-v adds the reasons, -vv the proving rows.")
]


def moment(now: str | None) -> datetime:
    """Reads --now, or the machine's clock where it is not given.

    Raises:
        UsageError: the text is no ISO 8601 time.
    """
    if now is None:
        return datetime.now(UTC).replace(microsecond=0)
    try:
        return to_utc(parse_instant(now))
    except ValueError as error:
        raise UsageError(f"--now {now!r} is no time", hint="write it like 2025-07-20T12:00:00Z") from error


def existing(paths: list[Path]) -> list[Path]:
    """Gives the paths back if all are there.

    Raises:
        UsageError: naming the first that is not.
    """
    for path in paths:
        if not path.exists() and not path.is_symlink():
            raise UsageError(
                "no such file or folder", where=str(path), hint="check the path; quote it if it has spaces"
            )
    return paths


def colourful() -> bool:
    """Tells whether stdout is a terminal that wants colour (NO_COLOR is obeyed)."""
    import os

    return sys.stdout.isatty() and "NO_COLOR" not in os.environ
