"""The configuration file: TOML, one table a verb, the same names as the flags; a flag or variable wins over it.

Example:
    [build]
    org = "org.yaml"
    memory = "4GB"
"""

import tomllib
from pathlib import Path
from typing import Any

from spillmark.errors import UsageError

DEFAULT = Path("spillmark.toml")
VERBS: dict[str, frozenset[str]] = {
    "build": frozenset(
        {"org", "facts", "mapping", "zone", "now", "out", "keep-events", "fail-on", "format", "memory", "threads"}
    ),
    "show": frozenset({"format", "verbose"}),
    "read": frozenset({"format", "verbose"}),
    "duties": frozenset({"now", "org", "format"}),
    "explain": frozenset({"format"}),
    "check": frozenset({"format"}),
    "verify": frozenset({"format"}),
}
PARAMETERS = {"format": "form"}  # a flag whose parameter has another name, since `format` is Python's own


def load_defaults(path: Path | None) -> dict[str, dict[str, Any]]:
    """Gives the defaults of each verb.

    Raises:
        UsageError: the file was named but is not there, is not TOML, or names a verb or flag that does not exist.
    """
    if path is None:
        if not DEFAULT.is_file():
            return {}
        path = DEFAULT
    try:
        loaded = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UsageError("cannot read the configuration", where=str(path), why=error.strerror) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError("not valid TOML", where=str(path), why=str(error)) from error
    return {verb: _table(path, verb, table) for verb, table in loaded.items()}


def _table(path: Path, verb: str, table: object) -> dict[str, Any]:
    known = VERBS.get(verb)
    if known is None or not isinstance(table, dict):
        raise UsageError(f"[{verb}] is no verb", where=str(path), hint=f"known: {', '.join(sorted(VERBS))}")
    for name in table:
        if name not in known:
            raise UsageError(f"[{verb}] has no {name}", where=str(path), hint=f"known: {', '.join(sorted(known))}")
    return {PARAMETERS.get(name, name.replace("-", "_")): value for name, value in table.items()}
