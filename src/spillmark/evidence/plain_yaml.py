"""YAML that a person wrote, read without its surprises: `NO` is Norway, dates stay as they are written.

Only the JSON scalars of YAML 1.2 are resolved (true, false, null, whole and decimal numbers); aliases, duplicate keys
and documents of absurd size or depth are refused, so that a hostile file can neither grow nor hide a value.
"""

import re
from typing import Any

import yaml

from spillmark.errors import EvidenceError

LARGEST = 4_000_000
"""Characters of the largest file: an organisation with thousands of vendors stays far below."""
DEEPEST = 40


class _Loader(yaml.SafeLoader):
    """The safe loader with the resolvers of the JSON schema of YAML 1.2.2, section 10.2, and strict mappings."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, Any]]] = {}  # noqa: RUF012 - the name that PyYAML asks for

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:  # noqa: FBT001, FBT002
        seen: set[str] = set()
        for key, _ in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise yaml.constructor.ConstructorError(None, None, "a key must be a word", key.start_mark)
            if key.value in seen:
                raise yaml.constructor.ConstructorError(
                    None, None, f"the key {key.value!r} stands twice", key.start_mark
                )
            seen.add(key.value)
            key.tag = "tag:yaml.org,2002:str"
        return super().construct_mapping(node, deep)


_SCALARS = (
    ("null", r"^(?:~|null|Null|NULL|)$", ["~", "n", "N", ""]),
    ("bool", r"^(?:true|True|TRUE|false|False|FALSE)$", list("tTfF")),
    ("int", r"^[-+]?(?:0|[1-9][0-9]*)$", list("-+0123456789")),
    ("float", r"^[-+]?(?:0|[1-9][0-9]*)\.[0-9]+$", list("-+0123456789")),
)
for _tag, _pattern, _first in _SCALARS:
    _Loader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(_pattern), _first)


def read_mapping(text: str, where: str) -> dict[str, Any]:
    """Reads one YAML (or JSON) mapping; an empty text is an empty mapping.

    Raises:
        EvidenceError: with `where:line`, what is wrong and what to do.
    """
    if len(text) > LARGEST:
        raise EvidenceError(f"larger than {LARGEST:,} characters", where=where, hint="Is this the right file?")
    try:
        _refuse_hostile(text, where)
        loaded = yaml.load(text, Loader=_Loader)  # noqa: S506 - a subclass of the safe loader
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
        place = where if mark is None else f"{where}:{mark.line + 1}"
        raise EvidenceError("not valid YAML", where=place, why=str(getattr(error, "problem", None) or error)) from error
    except (RecursionError, ValueError) as error:
        raise EvidenceError("not valid YAML", where=where, why=str(error)) from error
    if loaded is None:
        return {}
    if not isinstance(loaded, dict):
        raise EvidenceError(
            "expected names with values at the top", where=f"{where}:1", hint="Write `name: value` lines."
        )
    return loaded


def _refuse_hostile(text: str, where: str) -> None:
    depth = 0
    for event in yaml.parse(text, Loader=yaml.SafeLoader):
        if isinstance(event, yaml.AliasEvent):
            raise EvidenceError("an alias (*name) is not read", where=_place(event, where), hint="Write the value out.")
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > DEEPEST:
            raise EvidenceError(f"nested deeper than {DEEPEST}", where=_place(event, where))


def _place(event: yaml.Event, where: str) -> str:
    return where if event.start_mark is None else f"{where}:{event.start_mark.line + 1}"
