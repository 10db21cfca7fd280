"""Options that several verbs share, with one wording."""

import re
import sys
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from spillmark.clock import parse_instant, to_utc
from spillmark.errors import UsageError

SIZE = re.compile(r"(?P<number>\d{1,9}(?:\.\d{1,3})?) ?(?P<unit>[KMGT]i?B)", re.IGNORECASE)
HEAD = re.compile(r"[0-9a-fA-F]{64}")
UNITS = {
    f"{letter}{kind}B": step**power
    for power, letter in enumerate("KMGT", start=1)
    for kind, step in (("", 1000), ("I", 1024))
}
LEAST = 128_000_000


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
    except (ValueError, OverflowError) as error:
        raise UsageError(f"--now {now!r} is no time", hint="write it like 2025-07-20T12:00:00Z") from error


def size(text: str) -> str:
    """Gives --memory back if it is a size that the engine can work in.

    Raises:
        UsageError: it is no size, or too small for the engine to open at all.
    """
    found = SIZE.fullmatch(text.strip())
    if found is None or float(found["number"]) * UNITS[found["unit"].upper()] < LEAST:
        raise UsageError(f"--memory {text!r} is no size to work in", hint="write it like 2GB; the least is 128MB")
    return text.strip()


def head_hash(text: str | None) -> str | None:
    """Gives --head back if it is a hash; an empty one would compare nothing and seem to hold.

    Raises:
        UsageError: it is not 64 hexadecimal digits.
    """
    if text is None:
        return None
    if HEAD.fullmatch(text.strip()) is None:
        hint = "give the whole hash that `build` printed as log head"
        raise UsageError("--head is no hash: 64 hexadecimal digits are expected", hint=hint)
    return text.strip().lower()


def time_zone(name: str) -> str:
    """Gives the name of a time zone back.

    Raises:
        UsageError: there is no such zone.
    """
    from spillmark.normal.mapping import known_zone

    try:
        return known_zone(name)
    except ValueError as error:
        raise UsageError(
            "no such time zone", where="--zone", why=name, hint="give its IANA name: Europe/Paris"
        ) from error


def existing(paths: list[Path]) -> list[Path]:
    """Gives the paths back if all are there.

    Raises:
        UsageError: naming the first that is not.
    """
    hint = "check the path; quote it if it has spaces"
    for path in paths:
        try:
            path.lstat()
        except (FileNotFoundError, NotADirectoryError) as error:
            raise UsageError("no such file or folder", where=str(path), hint=hint) from error
        except (OSError, ValueError) as error:
            why = getattr(error, "strerror", None) or str(error)
            raise UsageError("cannot be opened", where=str(path), why=why, hint=hint) from error
    return paths


def plain_files(*paths: Path | None) -> None:
    """Checks the files that a flag or argument names: each is there, is a regular file and can be opened.

    Raises:
        UsageError: naming the first that is not.
    """
    for path in existing([path for path in paths if path is not None]):
        if not path.is_file():
            hint = "give a file; save the output of another program into one first"
            raise UsageError("not a regular file", where=str(path), hint=hint)
        with path.open("rb"):
            pass


def colourful() -> bool:
    """Tells whether stdout is a terminal that wants colour (NO_COLOR is obeyed)."""
    import os

    return sys.stdout.isatty() and "NO_COLOR" not in os.environ
