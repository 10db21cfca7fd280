"""A small invented theft whose truth is known: contacts and policies, what happened since, what the logs say."""

import csv
import io
import json
import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from spillmark.engine.duckdb import DuckDBEngine
from spillmark.evidence.item import Item
from spillmark.model.event import EVENT_COLUMNS
from spillmark.model.evidence import Evidence
from spillmark.model.org import Org, Organisation
from spillmark.model.scope import TakenObject
from spillmark.model.terms import Kind
from spillmark.scope.taken import Measured, measure
from spillmark.soql.ids import long_id

THEFT = datetime(2025, 7, 15, 15, 2)  # noqa: DTZ001 - naive UTC, as in the engine
DONE = THEFT + timedelta(minutes=1)
FETCHED = THEFT + timedelta(minutes=2)
BEFORE, AFTER = "2025-05-02T09:00:00.000Z", "2025-07-17T09:00:00.000Z"
USER = long_id("0058Z000009kQvT")
JOB = "7508Z00000aBcDe"
CONTACT_QUERY = "SELECT Id, FirstName, LastName, Email, Birthdate FROM Contact WHERE Status__c = 'Active'"
POLICY_QUERY = "SELECT Id, Policy_Number__c, Insured__c FROM Policy__c"
OPEN_SHARING = {"CustomObject": [{"fullName": name, "sharingModel": "ReadWrite"} for name in ("Contact", "Policy__c")]}
CLOSED_SHARING = {"CustomObject": [{"fullName": name, "sharingModel": "Private"} for name in ("Contact", "Policy__c")]}


def record_id(prefix: str, number: int) -> str:
    """An 18-character id."""
    return long_id(f"{prefix}8Z0{number:09d}")


def contact(number: int, **own: str) -> dict[str, str]:
    """One contact, unchanged since before the theft unless said otherwise."""
    base = {
        "Id": record_id("003", number),
        "IsDeleted": "0",
        "FirstName": f"Ada{number}",
        "LastName": f"Quill{number}",
        "Email": f"ada{number}@example.com",
        "Birthdate": "1980-02-03",
        "MailingState": "CA",
        "MailingCountry": "USA",
        "Status__c": "Active",
        "CreatedDate": BEFORE,
        "SystemModstamp": BEFORE,
    }
    return base | own


def policy(number: int, insured: str, **own: str) -> dict[str, str]:
    """One policy of a contact."""
    base = {
        "Id": record_id("a0B", number),
        "IsDeleted": "0",
        "Name": f"P-{number:05d}",
        "Policy_Number__c": f"BWL-{number:06d}",
        "Insured__c": insured,
        "Tax_Id__c": f"666-12-{number:04d}",
        "CreatedDate": BEFORE,
        "SystemModstamp": BEFORE,
    }
    return base | own


def campaign() -> dict[str, str]:
    """A record that nobody asked for, last changed after the theft, so that the copy shows its age."""
    return {"Id": record_id("701", 1), "CreatedDate": BEFORE, "SystemModstamp": AFTER}


def event(evidence: str, row: int, **values: object) -> dict[str, object]:
    """One event of the thief."""
    return {"evidence": evidence, "row": row, "user_id": USER, "status": "success", **values}


def bulk(
    query: str, rows: int | None, *, name: str, job: str = JOB, start: datetime = THEFT
) -> list[dict[str, object]]:
    """A bulk job as BulkApi2 shows it (rows, no text), and the fetching of its result (text, no rows)."""
    end, fetched = start + timedelta(minutes=1), start + timedelta(minutes=2)
    common = {
        "source": "salesforce.elf.bulk_api2",
        "job_id": long_id(job),
        "operation": "query",
        "object": name,
        "login_key": "L1",
    }
    row = int(start.timestamp())
    return [
        event("E2", row, time=start, activity_name="bulk_job_created", **common),
        event("E2", row + 1, time=end, activity_name="bulk_job_complete", rows=rows, **common),
        event(
            "E3",
            row,
            time=fetched,
            source="salesforce.realtime.bulk_api_result_event",
            activity_name="bulk_result_downloaded",
            query=query,
            object=name,
            login_key="L1",
        ),
    ]


@dataclass
class Scene:
    """Everything that is given to `measure`."""

    folder: Path
    files: Mapping[str, Sequence[Mapping[str, str]]] = field(default_factory=dict)
    events: list[dict[str, object]] = field(default_factory=list)
    settings: Mapping[str, object] | None = None
    describes: list[Mapping[str, object]] = field(default_factory=list)
    others: list[dict[str, object]] = field(default_factory=list)
    late: bool = True  # whether the copy shows that it was made after the theft

    def play(self, *, numbers: Sequence[int] | None = None) -> tuple[Measured, DuckDBEngine]:
        """Measures; `numbers` gives the evidence other numbers, as other hashes would."""
        engine = DuckDBEngine()
        items = list(self._items(numbers))
        engine.register("events", EVENT_COLUMNS, _rows([*self.events, *self.others]))
        columns = {"evidence": "VARCHAR", "row": "BIGINT", "findings": "VARCHAR[]", "why": "VARCHAR"}
        engine.register("theft_events", columns, [(e["evidence"], e["row"], ["F1"], "session") for e in self.events])
        return measure(engine, items, (), org=Org(organisation=Organisation(domicile="US-CA"))), engine

    def _items(self, numbers: Sequence[int] | None) -> Iterable[Item]:
        made: list[tuple[str, str, Kind]] = [(n, _csv(rows), "salesforce.export") for n, rows in self.files.items()]
        if self.late:
            made.append(("Campaign.csv", _csv([campaign()]), "salesforce.export"))
        made += [(f"d{i}.json", json.dumps(body), "salesforce.describe") for i, body in enumerate(self.describes)]
        if self.settings is not None:
            made.append(("settings.json", json.dumps(self.settings), "salesforce.settings"))
        for place, (name, text, kind) in enumerate(made):
            number = 10 + (place if numbers is None else numbers[place])
            path = self.folder / name
            path.write_text(text, encoding="utf-8")
            yield Item(Evidence(f"E{number}", name, "0" * 64, len(text), kind), path)


def _csv(rows: Sequence[Mapping[str, str]]) -> str:
    columns = list(dict.fromkeys(key for row in rows for key in row))
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, quoting=csv.QUOTE_ALL, restval="")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def _rows(events: Sequence[Mapping[str, object]]) -> Iterable[Sequence[object]]:
    for found in events:
        yield [found.get(column) for column in EVENT_COLUMNS]


def taken(engine: DuckDBEngine, name: str, certainty: str | None = None) -> set[str]:
    """The ids of taken records of one object."""
    rows = engine.rows("SELECT record_id, certainty FROM taken WHERE object = ? ORDER BY record_id", [name])
    return {str(number) for number, said in rows if certainty is None or said == certainty}


def object_of(measured: Measured, name: str) -> TakenObject:
    """The entry of one object."""
    return next(found for found in measured.scope.objects if found.object == name)


@dataclass(frozen=True)
class Truth:
    """What really left of one random life."""

    scene: Scene
    contacts: frozenset[str]
    policies: frozenset[str]


def random_life(
    folder: Path, seed: int, *, size: int = 120, sharing: Mapping[str, object] | None = OPEN_SHARING
) -> Truth:
    """A theft of active contacts and of all policies; then contacts are made, changed and deleted in both ways."""
    dice = random.Random(seed)
    then = [contact(n, Status__c=dice.choice(["Active", "Active", "Former"])) for n in range(size)]
    stolen = [row["Id"] for row in then if row["Status__c"] == "Active"]
    policies = [policy(n, dice.choice(then)["Id"]) for n in range(size // 2)]
    now: list[dict[str, str]] = []
    for row in then:
        fate = dice.random()
        if fate < 0.06:
            continue  # deleted for good
        if fate < 0.12:
            row = row | {"IsDeleted": "1", "SystemModstamp": AFTER}
        elif fate < 0.25:
            row = row | {"Status__c": dice.choice(["Active", "Former"]), "SystemModstamp": AFTER}
        now.append(row)
    now += [contact(size + n, CreatedDate=AFTER, SystemModstamp=AFTER) for n in range(size // 20)]
    dice.shuffle(now)
    scene = Scene(folder, {"Contact.csv": now, "Policy__c.csv": policies}, settings=sharing)
    scene.events = [
        *bulk(CONTACT_QUERY, len(stolen), name="Contact"),
        *bulk(
            POLICY_QUERY, len(policies), name="Policy__c", job="7508Z00000aBcDf", start=THEFT + timedelta(minutes=20)
        ),
    ]
    return Truth(scene, frozenset(stolen), frozenset(row["Id"] for row in policies))
