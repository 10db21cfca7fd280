"""The records of one Salesforce object, compact enough for millions, and how a query's structure picks from them."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from spillmark.rehearse.scenario import Condition, QueryPlan

Record = list[str]
Value = str | bool | None


@dataclass
class Table:
    """Records of one object as lists of texts in the order of `columns`; an empty text is null.

    `created`, `soft` and `hard` hold the times of creation and deletion by place in `records`; a hard-deleted
    record stays in memory, for it was there once.
    """

    name: str
    label: str
    prefix: str
    columns: tuple[str, ...]
    records: list[Record] = field(default_factory=list)
    created: list[datetime] = field(default_factory=list)
    soft: dict[int, datetime] = field(default_factory=dict)
    hard: dict[int, datetime] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.place = {column: number for number, column in enumerate(self.columns)}

    def add(self, values: dict[str, str], created: datetime) -> int:
        """Adds a record; a column that is not named is null. Gives its place."""
        self.records.append([values.get(column, "") for column in self.columns])
        self.created.append(created)
        return len(self.records) - 1

    def value(self, record: int, column: str) -> str:
        """Gives one value of the record at that place."""
        return self.records[record][self.place[column]]

    def put(self, record: int, column: str, value: str) -> None:
        """Changes one value."""
        self.records[record][self.place[column]] = value

    def ids(self, places: Sequence[int]) -> list[str]:
        """Gives the record ids at these places."""
        number = self.place["Id"]
        return [self.records[place][number] for place in places]

    def alive(self, moment: datetime) -> Iterator[int]:
        """Gives the places of the records that exist, undeleted, at that moment."""
        for place, created in enumerate(self.created):
            if created <= moment and not self._gone(place, moment):
                yield place

    def _gone(self, place: int, moment: datetime) -> bool:
        deleted = self.soft.get(place) or self.hard.get(place)
        return deleted is not None and deleted <= moment


def soql(plan: QueryPlan) -> str:
    """Writes the query's SOQL text."""
    text = f"SELECT {', '.join(plan.fields)} FROM {plan.object}"
    if plan.where:
        text += " WHERE " + " AND ".join(_condition_text(condition) for condition in plan.where)
    return text if plan.limit is None else f"{text} LIMIT {plan.limit}"


def matching(table: Table, plan: QueryPlan, visible: Sequence[int]) -> list[int]:
    """Gives the places that the query returns among those that its sender may see, in the order of the record ids."""
    tests = [_test(table, condition) for condition in plan.where]
    found = [place for place in visible if all(test(table.records[place]) for test in tests)]
    found.sort(key=lambda place: table.records[place][table.place["Id"]])
    return found if plan.limit is None else found[: plan.limit]


def _test(table: Table, condition: Condition) -> Callable[[Record], bool]:
    """Makes one comparison: text regardless of case (SOQL Reference, "Comparison Operators"); null is empty."""
    number = table.place[condition.field]
    wanted = {_stored(value) for value in _values(condition)}
    if condition.op == "!=":
        return lambda record: record[number].casefold() not in wanted
    return lambda record: record[number].casefold() in wanted


def _values(condition: Condition) -> tuple[Value, ...]:
    return condition.value if isinstance(condition.value, tuple) else (condition.value,)


def _stored(value: Value) -> str:
    if isinstance(value, bool):
        return "1" if value else "0"
    return (value or "").casefold()


def _condition_text(condition: Condition) -> str:
    words = [_literal(value) for value in _values(condition)]
    right = f"({', '.join(words)})" if condition.op == "in" else words[0]
    return f"{condition.field} {condition.op.upper()} {right}"


def _literal(value: Value) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"
