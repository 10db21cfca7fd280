"""What really happened, known because we made it: the yardstick for every case that is built on the evidence."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from pathlib import Path

from spillmark.rehearse.journal import Trace
from spillmark.rehearse.org import Organisation
from spillmark.rehearse.theft import Answer, Loot


@dataclass(frozen=True)
class Taken:
    """Records of one object that left; `provable` by the evidence, and `unseen` in any copy of the data."""

    records: tuple[str, ...]
    fields: tuple[str, ...]
    data_classes: tuple[str, ...]
    provable: tuple[str, ...]
    unseen: tuple[str, ...]


@dataclass(frozen=True)
class TruePerson:
    """One individual with all records ("Object/id") and those that left; minor is None without a birth date."""

    number: int
    residence: str | None
    minor: bool | None
    records: tuple[str, ...]
    taken: tuple[str, ...]
    data_classes: tuple[str, ...]


@dataclass(frozen=True)
class NotTaken:
    """A data class that is on file and did not leave, with the fields that hold it."""

    data_class: str
    fields: tuple[str, ...]


@dataclass(frozen=True)
class PhaseSpan:
    """One step with its phase and time."""

    step: str
    phase: str
    act: str
    time: str


@dataclass(frozen=True)
class Truth:
    """The whole truth of one rehearsal, as truth.json holds it."""

    scenario: str
    version: int
    seed: int
    contacts: int
    thief: dict[str, str]
    taken: dict[str, Taken]
    queries: tuple[Answer, ...]
    people: tuple[TruePerson, ...]
    events: tuple[Trace, ...]
    phases: tuple[PhaseSpan, ...]
    not_taken: tuple[NotTaken, ...]
    claims: dict[str, object]

    def write(self, path: Path) -> None:
        """Writes truth.json, one line a person so that it stays readable and can be compared."""
        body = {key.name: getattr(self, key.name) for key in fields(self) if key.name != "people"}
        text = json.dumps(body, indent=1, ensure_ascii=False, default=_plain)
        with path.open("w", encoding="utf-8", newline="\n") as handle:
            handle.write(f'{text[:-2]},\n "people": [\n')
            for number, person in enumerate(self.people, 1):
                handle.write(json.dumps(person, ensure_ascii=False, default=_plain))
                handle.write(",\n" if number < len(self.people) else "\n")
            handle.write(" ]\n}\n")


def tell(org: Organisation, loot: Loot, traces: Iterable[Trace], *, seed: int) -> Truth:
    """Puts the truth together after drift."""
    scenario = org.scenario
    taken = {name: _taken(org, loot, name) for name in sorted({a.object for a in loot.answers if a.ids})}
    return Truth(
        scenario=scenario.id,
        version=scenario.version,
        seed=seed,
        contacts=len(org.contacts.records),
        thief=_thief(org, loot),
        taken=taken,
        queries=tuple(loot.answers),
        people=tuple(_people(org, loot)),
        events=tuple(sorted(traces, key=lambda trace: (trace.time, trace.file, trace.row))),
        phases=tuple(PhaseSpan(s.id, s.phase, s.act, f"{s.at:%Y-%m-%dT%H:%M:%SZ}") for s in scenario.thief.steps),
        not_taken=_not_taken(org, taken),
        claims={
            "people": scenario.claims.people,
            "bound": scenario.claims.bound,
            "data_taken": list(scenario.claims.data_taken),
            "data_not_taken": list(scenario.claims.data_not_taken),
        },
    )


def _thief(org: Organisation, loot: Loot) -> dict[str, str]:
    session = loot.session
    return {
        "user": session.user.username,
        "user_id": session.user.id,
        "app": session.app_name,
        "app_id": session.app_id,
        "ip": session.ip,
        "agent": session.agent,
        "session_key": session.session_key,
        "login_key": session.login_key,
    }


def _taken(org: Organisation, loot: Loot, name: str) -> Taken:
    table = org.tables[name]
    answers = [answer for answer in loot.answers if answer.object == name and answer.ids]
    records = sorted({number for answer in answers for number in answer.ids})
    fields = tuple(dict.fromkeys(column for answer in answers for column in answer.fields))
    known = org.scenario.classes.get(name, {})
    gone = set(table.ids(list(table.hard)))
    moved = table.soft or table.hard
    shown = [n for answer in answers if answer.kind == "sample" or not moved for n in answer.ids]
    return Taken(
        records=tuple(records),
        fields=fields,
        data_classes=tuple(sorted({known[column] for column in fields if column in known})),
        provable=tuple(sorted(set(shown))),
        unseen=tuple(number for number in records if number in gone),
    )


def _columns_taken(loot: Loot) -> dict[str, frozenset[str]]:
    """Gives the columns that left, by "Object/id"; records of one answer share one set."""
    columns: dict[str, frozenset[str]] = {}
    joined: dict[tuple[frozenset[str], tuple[str, ...]], frozenset[str]] = {}
    for answer in loot.answers:
        for number in answer.ids:
            key = f"{answer.object}/{number}"
            before = columns.get(key, frozenset())
            columns[key] = joined.setdefault((before, answer.fields), before | frozenset(answer.fields))
    return columns


def _people(org: Organisation, loot: Loot) -> Iterable[TruePerson]:
    columns = _columns_taken(loot)
    policies_of: dict[int, list[int]] = {}
    for policy, contact in enumerate(org.insured_of):
        policies_of.setdefault(org.person_of[contact], []).append(policy)
    day = org.scenario.theft_start.date()
    for number in sorted(org.persons):
        places = [("Contact", place) for place in org.contacts_of[number]]
        places += [("Policy__c", place) for place in policies_of.get(number, [])]
        yield _person(org, number, places, columns, day)


def _person(
    org: Organisation, number: int, places: list[tuple[str, int]], columns: dict[str, frozenset[str]], day: date
) -> TruePerson:
    person = org.persons[number]
    records, taken, classes = [], [], set()
    for name, place in places:
        table = org.tables[name]
        key = f"{name}/{table.value(place, 'Id')}"
        records.append(key)
        if key in columns:
            taken.append(key)
            known = org.scenario.classes.get(name, {})
            classes |= {known[c] for c in columns[key] if c in known and table.value(place, c)}
    return TruePerson(
        number, person.residence, person.is_minor(day), tuple(records), tuple(taken), tuple(sorted(classes))
    )


def _not_taken(org: Organisation, taken: dict[str, Taken]) -> tuple[NotTaken, ...]:
    left = {data_class for one in taken.values() for data_class in one.data_classes}
    kept: dict[str, list[str]] = {}
    for name, known in org.scenario.classes.items():
        for column, data_class in known.items():
            if data_class not in left:
                kept.setdefault(data_class, []).append(f"{name}.{column}")
    return tuple(NotTaken(data_class, tuple(fields)) for data_class, fields in sorted(kept.items()))


def _plain(value: object) -> dict[str, object]:
    if is_dataclass(value):
        return {key.name: getattr(value, key.name) for key in fields(value)}
    raise TypeError(f"{type(value).__name__} has no place in truth.json")
