"""Settings as flat facts: every value of a settings file with its path and the line on which it stands.

Reads JSON and YAML (PyYAML's composer keeps the lines; JSON is read as YAML flow style) and Salesforce metadata XML
(Metadata API Developer Guide: the root element names the type).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from xml.parsers import expat

import yaml

from spillmark.errors import EvidenceError

LARGEST = 20_000_000
DEEPEST = 40
MOST = 200_000
TRUE, FALSE = "true", "false"


@dataclass(frozen=True)
class Setting:
    """One value: `path` such as SecuritySettings.sessionSettings.sessionTimeout; list items carry their number."""

    evidence: str
    line: int
    path: tuple[str, ...]
    value: str | None


def read_settings(evidence: str, path: Path) -> tuple[Setting, ...]:
    """Reads one settings file.

    Raises:
        EvidenceError: it is too large, too deep, or neither JSON, YAML nor XML.
    """
    if path.stat().st_size > LARGEST:
        raise EvidenceError("settings file too large", where=evidence, why=f"more than {LARGEST:,} bytes")
    data = path.read_bytes()
    found = _from_xml(evidence, data) if data.lstrip()[:1] == b"<" else _from_yaml(evidence, data)
    result = []
    for setting in found:
        result.append(setting)
        if len(result) > MOST:
            raise EvidenceError("settings file too large", where=evidence, why=f"more than {MOST:,} values")
    return tuple(result)


def _from_yaml(evidence: str, data: bytes) -> Iterator[Setting]:
    try:
        text = data.decode("utf-8-sig").replace("\t", " ")
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError) as error:
        raise EvidenceError("not a settings file", where=evidence, why=str(error).splitlines()[0]) from error
    if root is not None:
        yield from _walk(evidence, root, ())


def _walk(evidence: str, node: yaml.Node, path: tuple[str, ...]) -> Iterator[Setting]:
    if len(path) > DEEPEST:
        raise EvidenceError("settings file too deep", where=evidence, why=f"more than {DEEPEST} levels")
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield from _walk(evidence, value, (*path, str(key.value)))
    elif isinstance(node, yaml.SequenceNode):
        for number, value in enumerate(node.value):
            yield from _walk(evidence, value, (*path, str(number)))
    elif isinstance(node, yaml.ScalarNode):
        null = node.tag == "tag:yaml.org,2002:null"
        value = None if null else node.value
        plain = node.tag == "tag:yaml.org,2002:bool"
        yield Setting(evidence, node.start_mark.line + 1, path, _truth(value) if plain and value else value)


def _truth(value: str) -> str:
    return TRUE if value.lower() in {"true", "yes", "on"} else FALSE


def _from_xml(evidence: str, data: bytes) -> Iterator[Setting]:
    reader = _XmlReader(evidence)
    try:
        reader.feed(data)
    except expat.ExpatError as error:
        raise EvidenceError("not well-formed XML", where=f"{evidence}:{error.lineno}", why=str(error)) from error
    except (ValueError, LookupError) as error:  # an encoding that its first line names and nobody can decode
        raise EvidenceError("XML in an encoding that cannot be read", where=evidence, why="save it as UTF-8") from error
    yield from reader.found


class _XmlReader:
    """Flattens metadata XML; repeated elements of one name become list items; entities are never expanded."""

    def __init__(self, evidence: str) -> None:
        self.found: list[Setting] = []
        self._evidence = evidence
        self._path: list[str] = []
        self._seen: list[dict[str, int]] = [{}]
        self._text: list[str] = []
        self._leaf = False
        self._parser = expat.ParserCreate()
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._text.append
        self._parser.EntityDeclHandler = self._refuse

    def feed(self, data: bytes) -> None:
        self._parser.Parse(data, True)  # noqa: FBT003 - expat's own signature

    def _refuse(self, *_: object) -> None:
        raise EvidenceError("XML with entity declarations is not read", where=self._evidence)

    def _start(self, tag: str, _: dict[str, str]) -> None:
        name = re.sub(r"^.*[:}]", "", tag)
        count = self._seen[-1].get(name, 0)
        self._seen[-1][name] = count + 1
        self._path.append(name if count == 0 else f"{name}#{count}")
        if len(self._path) > DEEPEST or len(self.found) > MOST:
            raise EvidenceError("settings file too deep or too large", where=self._evidence)
        self._seen.append({})
        self._text.clear()
        self._leaf = True

    def _end(self, _: str) -> None:
        if self._leaf:
            value = "".join(self._text).strip() or None
            line = self._parser.CurrentLineNumber
            self.found.append(Setting(self._evidence, line, tuple(self._path), value))
        self._leaf = False
        self._text.clear()
        self._path.pop()
        self._seen.pop()
