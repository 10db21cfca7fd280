"""Content is data: mappings, rules, laws, playbooks, checks, lexicons; this module finds and reads the files.

Each room validates its own kind of content; here only YAML, paths and the hash over everything are known.
"""

import hashlib
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

import yaml

from spillmark.errors import ContentError


def documents(folder: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Gives place (`folder/.../file.yaml`) and document of each YAML file under `folder`, sorted by place.

    Raises:
        ContentError: a file is not YAML or not a mapping.
    """
    for place, file in _walk(folder):
        if place.endswith((".yaml", ".yml")):
            yield place, document(place, file.read_text(encoding="utf-8"))


def document(place: str, text: str) -> dict[str, Any]:
    """Reads one YAML mapping.

    Raises:
        ContentError: with file and line.
    """
    try:
        loaded = yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506 - both are safe loaders
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = place if mark is None else f"{place}:{mark.line + 1}"
        raise ContentError("not valid YAML", where=where, why=str(getattr(error, "problem", error))) from error
    if not isinstance(loaded, dict):
        raise ContentError("expected a mapping at the top", where=f"{place}:1")
    return loaded


def text(place: str) -> str:
    """Gives the text of one content file, such as `templates/report.html`."""
    return _root().joinpath(place).read_text(encoding="utf-8")


@cache
def sha256() -> str:
    """Gives one hash over all content files, so that a case names exactly what made it."""
    digest = hashlib.sha256()
    for place, file in _walk(""):
        if not place.endswith((".py", ".pyc")):
            digest.update(place.encode() + b"\0" + hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()


def _root() -> Traversable:
    return files("spillmark.content")


def _walk(folder: str) -> Iterator[tuple[str, Traversable]]:
    start = _root().joinpath(folder) if folder else _root()
    pending: list[tuple[str, Traversable]] = [(folder, start)]
    found: list[tuple[str, Traversable]] = []
    while pending:
        place, entry = pending.pop()
        for child in entry.iterdir():
            name = f"{place}/{child.name}" if place else child.name
            if child.is_dir():
                if child.name != "__pycache__":
                    pending.append((name, child))
            else:
                found.append((name, child))
    yield from sorted(found, key=lambda pair: pair[0])
