"""Versions of the content that made a case: what another run must have to come to the same result."""

from functools import cache
from typing import Any

from spillmark import content
from spillmark.model.case import Content

FOLDERS = ("mappings", "rules", "laws", "checks", "playbooks", "lexicons", "classes", "vocab")


@cache
def versions() -> Content:
    """Gives the version of every content file by its place, and one hash over all of them."""
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
