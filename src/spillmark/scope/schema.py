"""The snapshot's objects with types and references: from describes where they are given, else from names and values.

Sources: Salesforce Object Reference, "Field Types" and the standard objects' reference fields; SOQL and SOSL
Reference, "Understanding Relationship Names" (`AccountId` is reached as `Account`, `Policy__c` as `Policy__r`).
"""

import re
from collections.abc import Iterable
from typing import get_args

from spillmark.engine.interface import Engine, Step, identifier
from spillmark.scope.describe import Described, DescribedField, DescribedObject
from spillmark.scope.ids import PREFIXES
from spillmark.scope.snapshot import Snapshot, SnapshotObject
from spillmark.soql.schema import Field, FieldType, ObjectSchema, Schema

SAMPLE = 500
TYPES = frozenset(get_args(FieldType))
SAME = {"encryptedstring": "string", "combobox": "picklist", "datacategorygroupreference": "string", "long": "int"}
STANDARD_REFERENCES = {
    "accountid": "Account",
    "contactid": "Contact",
    "leadid": "Lead",
    "caseid": "Case",
    "opportunityid": "Opportunity",
    "contractid": "Contract",
    "campaignid": "Campaign",
    "orderid": "Order",
    "quoteid": "Quote",
    "product2id": "Product2",
    "recordtypeid": "RecordType",
    "ownerid": "User",
    "createdbyid": "User",
    "lastmodifiedbyid": "User",
    "userid": "User",
    "profileid": "Profile",
    "managerid": "User",
    "personcontactid": "Contact",
    "convertedcontactid": "Contact",
    "convertedaccountid": "Account",
}
"""Reference fields whose target the name tells on every standard object."""
SELF_REFERENCES = ("parentid", "masterrecordid", "reportstoid")
DATES = ("birthdate", "personbirthdate", "closedate", "activitydate", "effectivedate", "enddate", "startdate")
MULTI_TARGETS = {
    "ownerid": ("User", "Group"),
    "whoid": ("Contact", "Lead"),
    "whatid": ("Account", "Opportunity", "Case"),
}
DATETIME, DAY = r"^\d{4}-\d\d-\d\d[T ]\d\d:\d\d", r"^\d{4}-\d\d-\d\d$"
FLAG = r"^(?i:true|false|0|1)$"
ID = r"^[A-Za-z0-9]{15}([A-Za-z0-9]{3})?$"


def make_schema(engine: Engine, snapshot: Snapshot, described: Described) -> Schema:
    """Gives the schema of all objects in the snapshot, in the order of their names."""
    prefixes = _prefixes(engine, snapshot, described)
    return Schema(
        tuple(
            _object(engine, found, described.named(found.name), prefixes, described)
            for _, found in sorted(snapshot.objects.items())
        )
    )


def _prefixes(engine: Engine, snapshot: Snapshot, described: Described) -> dict[str, str]:
    """Key prefix to object: the standard ones, those of describes, and what the snapshot's own ids show."""
    known = dict(PREFIXES) | {found.prefix: name for name, found in described.objects.items() if found.prefix}
    for name, found in sorted(snapshot.objects.items()):
        if found.synthetic_ids:
            continue
        query = f"""
            SELECT left("Id", 3) AS prefix
            FROM (SELECT "Id" FROM {identifier(found.table)} LIMIT {SAMPLE})
            WHERE length("Id") = 18
            GROUP BY prefix
            ORDER BY count(*) DESC, prefix
            LIMIT 1
        """
        for (prefix,) in engine.rows(query):
            known[str(prefix)] = name
    return known


def _object(
    engine: Engine,
    found: SnapshotObject,
    described: DescribedObject | None,
    prefixes: dict[str, str],
    all_described: Described,
) -> ObjectSchema:
    known = {field.name.lower(): field for field in described.fields} if described else {}
    shapes = _shapes(engine, found)
    fields = []
    for column in found.columns:
        entry = known.get(column.lower())
        if entry is not None:
            fields.append(_described(found.name, column, entry, all_described))
        else:
            fields.append(_inferred(found.name, column, shapes.get(column, ()), prefixes))
    return ObjectSchema(found.name, found.table, tuple(fields), described.label if described else None)


def _described(name: str, column: str, entry: DescribedField, described: Described) -> Field:
    kind = SAME.get(entry.type, entry.type)
    children = next(
        (
            parent.children[(name, entry.name)]
            for target in entry.references
            if (parent := described.named(target)) and (name, entry.name) in parent.children
        ),
        None,
    )
    typed: FieldType = kind if kind in TYPES else "string"  # type: ignore[assignment]
    return Field(entry.name, typed, column, entry.relationship, entry.references, children)


def _shapes(engine: Engine, found: SnapshotObject) -> dict[str, tuple[str, ...]]:
    """Up to a few distinct values of each column; which ones does not depend on the order of rows."""
    sample = f"sample_{found.name}"
    engine.run([Step(sample, f'SELECT * FROM {identifier(found.table)} ORDER BY "Id" LIMIT {SAMPLE}')])
    result: dict[str, tuple[str, ...]] = {}
    for column in found.columns:
        query = f"""
            SELECT DISTINCT {identifier(column)} AS value
            FROM {identifier(sample)}
            WHERE {identifier(column)} IS NOT NULL
            ORDER BY value
        """
        result[column] = tuple(str(row[0]) for row in engine.rows(query))
    return result


def _inferred(name: str, column: str, values: tuple[str, ...], prefixes: dict[str, str]) -> Field:
    lowered = column.lower()
    if lowered == "id":
        return Field(column, "id", column)
    targets = _targets(name, lowered, values, prefixes)
    if targets:
        return Field(column, "reference", column, relationship_name(column), targets)
    return Field(column, _scalar(lowered, values), column)


def _targets(name: str, lowered: str, values: tuple[str, ...], prefixes: dict[str, str]) -> tuple[str, ...]:
    """The objects that a column points to: by its name, else by the key prefixes of its values."""
    if lowered in SELF_REFERENCES:
        return (name,)
    if lowered in MULTI_TARGETS:
        return MULTI_TARGETS[lowered]
    if lowered in STANDARD_REFERENCES:
        return (STANDARD_REFERENCES[lowered],)
    if not values or not _all(values, ID) or not any(c.isdigit() for c in values[0]):
        return ()
    return tuple(sorted({prefixes[value[:3]] for value in values if value[:3] in prefixes}))


def relationship_name(column: str) -> str | None:
    """Gives the name under which a reference's parent is reached: AccountId: Account, Insured__c: Insured__r."""
    if column.lower().endswith("__c"):
        return column[:-1] + "r"
    return column[:-2] if column.lower().endswith("id") and len(column) > 2 else None


def _scalar(lowered: str, values: tuple[str, ...]) -> FieldType:
    if lowered in DATES or (values and _all(values, DAY)):
        return "date"
    if lowered in ("createddate", "lastmodifieddate", "systemmodstamp") or (values and _all(values, DATETIME)):
        return "datetime"
    if lowered.startswith(("is", "has")) and values and _all(values, FLAG):
        return "boolean"
    if values and _all(values, r"^(?i:true|false)$"):
        return "boolean"
    if "email" in lowered and any("@" in value for value in values):
        return "email"
    if _number(values, lowered):
        return "double"
    return "multipicklist" if _options(values) else "string"


def _number(values: tuple[str, ...], lowered: str) -> bool:
    """Numbers, but not what only looks like one: codes with leading zeros, telephone numbers, postal codes."""
    if not values or any(word in lowered for word in ("phone", "fax", "postal", "zip", "code", "number")):
        return False
    return _all(values, r"^-?(0|[1-9]\d*)(\.\d+)?$") and any(value != "0" for value in values)


def _options(values: tuple[str, ...]) -> bool:
    joined = [value for value in values if ";" in value]
    parts = {part for value in joined for part in value.split(";")}
    return bool(joined) and len(parts) < len(joined) * 2 and all(0 < len(part) <= 40 for part in parts)


def _all(values: Iterable[str], pattern: str) -> bool:
    compiled = re.compile(pattern)
    return all(compiled.search(value) for value in values)
