"""What a user could see: whether sharing kept records of an object from them, as settings and permission records show.

Unrestricted is claimed only where a record of the evidence says so: View All Data or Modify All Data by profile or
permission set, View All Records on the object, or an organisation-wide default that lets everyone read. Sources:
Salesforce Metadata API Developer Guide, CustomObject (sharingModel, externalSharingModel); Object Reference,
PermissionSet, PermissionSetAssignment, ObjectPermissions, EntityDefinition (InternalSharingModel).
"""

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson
import yaml

from spillmark.engine.interface import Engine, identifier
from spillmark.evidence.item import Item
from spillmark.model.evidence import Skip
from spillmark.scope.ids import short_id
from spillmark.scope.snapshot import Snapshot
from spillmark.soql.ids import is_id

KINDS = ("salesforce.settings", "salesforce.object")
SNAPSHOT_OBJECTS = ("PermissionSet", "PermissionSetAssignment", "ObjectPermissions", "Profile", "User")
LARGEST = 50_000_000
DEEPEST = 12
ALL_DATA = ("permissionsviewalldata", "permissionsmodifyalldata", "viewalldata", "modifyalldata")
ALL_RECORDS = ("permissionsviewallrecords", "permissionsmodifyallrecords", "viewallrecords", "modifyallrecords")
SHARING = ("sharingmodel", "internalsharingmodel", "defaultinternalaccess")
OPEN_MODELS = (
    "read",
    "readselect",
    "readwrite",
    "readwritetransfer",
    "fullaccess",
    "publicreadonly",
    "publicreadwrite",
)
BY_PARENT = "controlledbyparent"
PARENTS = {"contact": "account", "opportunitylineitem": "opportunity", "orderitem": "order", "contract": "account"}
NAMES = ("fullname", "qualifiedapiname", "sobjecttype", "object", "developername", "name", "apiname")


@dataclass(frozen=True)
class Seen:
    """Whether a reader saw every record of an object, the sentence that says why, and what proves it."""

    unrestricted: bool
    says: str
    proof: tuple[str, ...] = ()


@dataclass
class Sight:
    """What the evidence tells of sharing and permissions."""

    defaults: dict[str, tuple[str, str]] = field(default_factory=dict)
    all_data: dict[str, str] = field(default_factory=dict)
    all_records: dict[tuple[str, str], str] = field(default_factory=dict)
    assigned: dict[str, set[str]] = field(default_factory=dict)
    skipped: list[Skip] = field(default_factory=list)

    def of(self, user: str | None, object_name: str, *, internal: bool) -> Seen:
        """Tells whether that user (15-character id, or name) saw every record of the object."""
        holders = {_key(user), *self.assigned.get(_key(user), set())} if user else set()
        for holder in sorted(holders):
            if holder in self.all_data:
                proof = self.all_data[holder]
                return Seen(unrestricted=True, says="the reader's view is unrestricted (View All Data)", proof=(proof,))
            if (holder, object_name.lower()) in self.all_records:
                proof = self.all_records[(holder, object_name.lower())]
                says = f"the reader's view is unrestricted (View All Records on {object_name})"
                return Seen(unrestricted=True, says=says, proof=(proof,))
        return self._default(object_name, internal=internal)

    def all_seeing(self) -> set[str]:
        """Gives users (15-character ids, names in lower case) who hold View All Data or Modify All Data."""
        by_set = {user for user, sets in self.assigned.items() if sets & set(self.all_data)}
        return by_set | {name for name in self.all_data if name.startswith("005") or "@" in name}

    def _default(self, object_name: str, *, internal: bool) -> Seen:
        name = object_name.lower()
        for _ in range(3):
            model, proof = self.defaults.get(name, ("", ""))
            if model == BY_PARENT and name in PARENTS:
                name = PARENTS[name]
                continue
            break
        if model in OPEN_MODELS and internal:
            says = f"the reader's view is unrestricted (by the sharing default all users may read {object_name})"
            return Seen(unrestricted=True, says=says, proof=(proof,))
        if model:
            says = f"sampled visibility: {object_name} is not open to all, and what this reader could see is not shown"
            return Seen(unrestricted=False, says=says, proof=(proof,))
        return Seen(unrestricted=False, says=f"no evidence shows what this reader could see of {object_name}")


def read_sight(engine: Engine, items: Sequence[Item], snapshot: Snapshot) -> Sight:
    """Reads sharing and permissions from settings files and from permission objects in the snapshot."""
    sight = Sight()
    for item in items:
        if item.evidence.kind not in KINDS:
            continue
        try:
            for row, found in _records(item):
                _take(sight, found, f"{item.evidence.id}:{row}")
        except (OSError, ValueError, yaml.YAMLError) as error:
            if item.evidence.kind == "salesforce.settings":
                sight.skipped.append(Skip(item.evidence.id, "visibility", f"not read for sharing: {error}", "note"))
    for name in SNAPSHOT_OBJECTS:
        _from_snapshot(engine, sight, snapshot, name)
    return sight


def _from_snapshot(engine: Engine, sight: Sight, snapshot: Snapshot, name: str) -> None:
    found = snapshot.named(name)
    if found is None:
        return
    columns = [column for column in found.columns if _wanted(column)]
    listed = ", ".join(identifier(column) for column in columns)
    for row in engine.rows(f"SELECT _evidence, _row, {listed} FROM {identifier(found.table)} ORDER BY 1, 2"):
        values = {column.lower(): value for column, value in zip(columns, row[2:], strict=True)}
        _take(sight, values, f"{row[0]}:{row[1]}")


def _wanted(column: str) -> bool:
    lowered = column.lower()
    return lowered in {
        "id", "profileid", "username", "assigneeid", "permissionsetid", "parentid", "sobjecttype", "isownedbyprofile",
        *ALL_DATA, *ALL_RECORDS,
    }  # fmt: skip


def _records(item: Item) -> Iterator[tuple[int, Mapping[str, Any]]]:
    if item.local.stat().st_size > LARGEST:
        raise ValueError(f"larger than {LARGEST:,} bytes")
    data = item.local.read_bytes()
    text = data.decode("utf-8-sig", errors="replace")
    start = text.lstrip()[:1]
    if start == "<":
        yield from _xml(text)
    elif start in "{[":
        for number, value in enumerate(_values(data), 1):
            yield from _walk(value, number, "", 0)
    elif "," in text.partition("\n")[0]:
        for number, row in enumerate(csv.DictReader(io.StringIO(text)), 1):
            yield number, {str(key).lower(): value for key, value in row.items()}
    else:
        yield from _walk(yaml.safe_load(text), 1, "", 0)


def _values(data: bytes) -> list[Any]:
    try:
        loaded = orjson.loads(data.removeprefix(b"\xef\xbb\xbf"))
    except orjson.JSONDecodeError:
        return [orjson.loads(line) for line in data.splitlines() if line.strip()]
    return loaded if isinstance(loaded, list) else [loaded]


def _walk(value: Any, row: int, name: str, depth: int) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """Every mapping at any depth, its keys in lower case; the key under which it stands may name its object."""
    if depth > DEEPEST:
        return
    if isinstance(value, dict):
        flat = {str(key).lower(): entry for key, entry in value.items()}
        yield row, {"_under": name, **flat}
        for key, entry in value.items():
            yield from _walk(entry, row, str(key), depth + 1)
    elif isinstance(value, list):
        for entry in value:
            yield from _walk(entry, row, name, depth + 1)


XML_OBJECT = re.compile(r"<fullName>([^<]{1,80})</fullName>")
XML_MODEL = re.compile(r"<(sharingModel)>([^<]{1,40})</sharingModel>")


def _xml(text: str) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """Metadata of one custom object: its own sharing model stands once, its name where the file tells it."""
    model, names = XML_MODEL.search(text), XML_OBJECT.findall(text)
    if model and names:
        line = text[: model.start()].count("\n") + 1
        yield line, {"fullname": names[-1], "sharingmodel": model[2]}


def _take(sight: Sight, found: Mapping[str, Any], proof: str) -> None:
    _take_default(sight, found, proof)
    _take_assignment(sight, found)
    holders = _holders(found, found.get("parentid") or found.get("id"))
    if any(_true(found.get(key)) for key in ALL_DATA) or _granted(found):
        for name in holders:
            sight.all_data.setdefault(name, proof)
    for target in _whole_objects(found):
        for name in holders:
            sight.all_records.setdefault((name, target), proof)


def _granted(found: Mapping[str, Any]) -> bool:
    """Metadata form of a permission: `userPermissions` with name and enabled."""
    return any(
        str(entry.get("name", "")).lower() in ALL_DATA and _true(entry.get("enabled"))
        for entry in _dicts(found.get("userpermissions"))
    )


def _whole_objects(found: Mapping[str, Any]) -> list[str]:
    """Objects of which a permission shows every record, as a query or as metadata (`objectPermissions`) writes it."""
    entries = [found, *({k.lower(): v for k, v in e.items()} for e in _dicts(found.get("objectpermissions")))]
    return [
        str(entry.get("sobjecttype") or entry.get("object")).lower()
        for entry in entries
        if (entry.get("sobjecttype") or entry.get("object")) and any(_true(entry.get(key)) for key in ALL_RECORDS)
    ]


def _dicts(value: object) -> list[dict[str, Any]]:
    return [entry for entry in value if isinstance(entry, dict)] if isinstance(value, list) else []


def _holders(found: Mapping[str, Any], holder: object) -> list[str]:
    """Ids and names under which permissions are held; a profile's own permission set counts for the profile as well."""
    names = [holder, _name(found), found.get("profileid") if _true(found.get("isownedbyprofile")) else None]
    names += [found.get("username"), found.get("user"), found.get("userid")] if _is_user(found) else []
    return [_key(value) for value in names if value]


def _key(value: object) -> str:
    return short_id(str(value)) if is_id(str(value)) else str(value).lower()


def _is_user(found: Mapping[str, Any]) -> bool:
    return "username" in found or "userid" in found or "user" in found


def _take_default(sight: Sight, found: Mapping[str, Any], proof: str) -> None:
    name = _name(found) or found.get("_under")
    for key in SHARING:
        value = found.get(key)
        if name and isinstance(value, str):
            model = re.sub(r"[^a-z]", "", value.lower())
            if model in OPEN_MODELS or model in (BY_PARENT, "private"):
                sight.defaults.setdefault(str(name).lower(), (model, proof))


def _take_assignment(sight: Sight, found: Mapping[str, Any]) -> None:
    users = [found[key] for key in ("assigneeid", "assignee") if isinstance(found.get(key), str)]
    sets = [found[key] for key in ("permissionsetid", "permissionset") if isinstance(found.get(key), str)]
    for user in users:
        sight.assigned.setdefault(_key(user), set()).update(_key(name) for name in sets)
    if found.get("profileid") and found.get("id") and not _true(found.get("isownedbyprofile")):
        person = str(found["id"])
        if person.startswith("005"):
            sight.assigned.setdefault(short_id(person), set()).add(short_id(str(found["profileid"])))


def _name(found: Mapping[str, Any]) -> str | None:
    return next((str(found[key]) for key in NAMES if found.get(key) and isinstance(found[key], str)), None)


def _true(value: object) -> bool:
    return value is True or (isinstance(value, str) and value.lower() in ("true", "1", "yes"))
