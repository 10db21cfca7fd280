"""The copy of the data: a Data Export archive with one CSV an object, and the objects' describes beside it."""

import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path

from spillmark.rehearse.ids import id18
from spillmark.rehearse.journal import Json, csv_text
from spillmark.rehearse.org import Organisation
from spillmark.rehearse.table import Table

CHUNK = 5_000
BOOLEANS = {"IsDeleted", "IsActive", "HasOptedOutOfEmail"}
REFERENCES = {"AccountId": "Account", "OwnerId": "User", "CreatedById": "User", "LastModifiedById": "User",
              "Insured__c": "Contact", "MasterRecordId": "Contact"}  # fmt: skip
TYPES = {
    "Id": "id",
    "Email": "email",
    "Phone": "phone",
    "MobilePhone": "phone",
    "Birthdate": "date",
    "Start_Date__c": "date",
    "Annual_Premium__c": "currency",
    "Sum_Insured__c": "currency",
    "Description": "textarea",
    "Notes__c": "textarea",
    "Customer_Status__c": "picklist",
    "Status__c": "picklist",
    "Product__c": "picklist",
}


def write_export(org: Organisation, folder: Path) -> str:
    """Writes export/WE_<org id>_1.zip as the weekly export names it; gives its path under the folder.

    Cells are quoted, ids have 18 characters, times are ISO 8601 with Z, booleans 1 and 0; hard-deleted records are
    absent. The members are stored, not deflated, so that no version of a compressor changes a byte.
    """
    scenario = org.scenario
    name = f"export/WE_{id18(scenario.platform.org_id)}_1.zip"
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    at = scenario.export.at
    moment = (at.year, at.month, at.day, at.hour, at.minute, at.second)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        for table in sorted(org.tables.values(), key=lambda table: table.name):
            member = zipfile.ZipInfo(f"{table.name}.csv", moment)
            member.create_system = 3
            member.external_attr = 0o600 << 16
            with archive.open(member, "w") as raw, io.TextIOWrapper(raw, "utf-8", newline="") as handle:
                for part in _parts(table):
                    handle.write(part)
    return name


def write_describes(org: Organisation, folder: Path) -> None:
    """Writes describe/<object>.json, the part of a describe that a reader of queries needs."""
    target = folder / "describe"
    target.mkdir(parents=True, exist_ok=True)
    for table in org.tables.values():
        body = json.dumps(_describe(table), indent=1, ensure_ascii=False)
        (target / f"{table.name}.json").write_text(body + "\n", encoding="utf-8")


def _parts(table: Table) -> Iterator[str]:
    gone = table.hard
    yield csv_text(table.columns, [])
    for start in range(0, len(table.records), CHUNK):
        places = range(start, min(start + CHUNK, len(table.records)))
        rows = [table.records[place] for place in places if place not in gone]
        yield csv_text(table.columns, rows).split("\n", 1)[1]


def _describe(table: Table) -> Json:
    fields: list[Json] = [_field(column) for column in table.columns]
    return {"name": table.name, "label": table.label, "keyPrefix": table.prefix, "custom": table.name.endswith("__c"),
            "queryable": True, "fields": fields}  # fmt: skip


def _field(column: str) -> Json:
    kind = _type(column)
    target = REFERENCES.get(column)
    relation = None if target is None else column.removesuffix("Id").replace("__c", "__r")
    reference: list[Json] = [] if target is None else [target]
    return {"name": column, "label": column.removesuffix("__c").replace("_", " "), "type": kind,
            "custom": column.endswith("__c"), "nillable": column not in ("Id", "IsDeleted"), "referenceTo": reference,
            "relationshipName": relation, "length": 255 if kind == "string" else 0}  # fmt: skip


def _type(column: str) -> str:
    if column in REFERENCES:
        return "reference"
    if column in BOOLEANS:
        return "boolean"
    if column.endswith(("Date", "Modstamp")):
        return "datetime"
    return TYPES.get(column, "string")
