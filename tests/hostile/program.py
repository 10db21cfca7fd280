"""The program in a process of its own, for what cannot be shown within the test's process; and small evidence."""

import csv
import io
import os
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

NOW = "2025-07-20T12:00:00Z"
COMMAND = (sys.executable, "-m", "spillmark")
LOGIN = {
    "EVENT_TYPE": "Login",
    "TIMESTAMP": "20250715141031.000",
    "REQUEST_ID": "r1",
    "USER_ID": "005000000000001",
    "LOGIN_STATUS": "LOGIN_NO_ERROR",
    "USER_NAME": "a@x.example",
    "SOURCE_IP": "192.0.2.1",
    "TIMESTAMP_DERIVED": "2025-07-15T14:10:31.000Z",
}


def start(*arguments: object, environment: Mapping[str, str] | None = None, **more: object) -> subprocess.Popen[bytes]:
    """Starts the program."""
    given = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **more}
    whole = {**os.environ, **(environment or {})}
    return subprocess.Popen([*COMMAND, *map(str, arguments)], env=whole, **given)  # type: ignore[call-overload, no-any-return]


def shell(script: str, **variables: object) -> subprocess.CompletedProcess[bytes]:
    """Runs a line of shell in which $SPILLMARK is the program."""
    known = {"SPILLMARK": " ".join(COMMAND), **{name: str(value) for name, value in variables.items()}}
    return subprocess.run(
        ["/bin/bash", "-c", script], env={**os.environ, **known}, capture_output=True, timeout=60, check=False
    )


def table(rows: Iterable[Mapping[str, str]]) -> str:
    """Writes records as CSV, every cell quoted; the header has the columns of all of them."""
    listed = list(rows)
    names = list(dict.fromkeys(name for row in listed for name in row))
    sink = io.StringIO()
    writer = csv.DictWriter(sink, names, restval="", quoting=csv.QUOTE_ALL, lineterminator="\n")
    writer.writeheader()
    writer.writerows(listed)
    return sink.getvalue()


def logins(count: int, start_at: int = 0) -> list[dict[str, str]]:
    """Logins that differ in request and second."""
    return [
        {
            **LOGIN,
            "REQUEST_ID": f"r{number}",
            "TIMESTAMP_DERIVED": f"2025-07-15T14:{number // 60:02}:{number % 60:02}.000Z",
        }
        for number in range(start_at, start_at + count)
    ]


def evidence(folder: Path) -> Path:
    """A folder with one log of one login."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "login.csv").write_text(table([LOGIN]), encoding="utf-8")
    return folder
