"""Versions of the content that made a case: what another run must have to come to the same result."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from spillmark import content
from spillmark.model.case import Content

FOLDERS = ("mappings", "rules", "laws", "checks", "playbooks", "lexicons", "classes", "vocab")


def versions(own: Mapping[str, str] | None = None) -> Content:
    """Gives the version of every content file by its place, and one hash over all of them.

    `own` are the versions of mapping files that came with the evidence, by id; their bytes are evidence.
    """
    shipped = _shipped()
    return Content(shipped.sha256, shipped.packs | {f"own/{name}": version for name, version in (own or {}).items()})


@cache
def _shipped() -> Content:
    packs = {
        place.removesuffix(".yaml").removesuffix(".yml"): _version(document)
        for folder in FOLDERS
        for place, document in content.documents(folder)
    }
    return Content(content.sha256(), packs)


def _version(document: dict[str, Any]) -> str:
    own = document.get("spillmark")
    version = document.get("version", own.get("version") if isinstance(own, dict) else None)
    return str(version) if version is not None else "unversioned"
