"""What the ways out carried, part by part, kept in few tables however many requests there were."""

from dataclasses import dataclass

from spillmark.engine.interface import Engine, Step, identifier, literal
from spillmark.scope.replay import Outcome
from spillmark.soql.sql import timestamp

BATCH = 64
EMPTY = """
    SELECT
        NULL::VARCHAR AS part,
        NULL::VARCHAR AS object,
        NULL::VARCHAR AS record_id,
        FALSE AS certain,
        FALSE AS changed,
        NULL::TIMESTAMP AS left_at
    WHERE FALSE
"""


@dataclass(frozen=True)
class Part:
    """Records of one object that one way out carried.

    `id` is the exit's own for the records that it read, with a suffix for their parents and children. `fields` are
    the names of fields in the order of the query; None where they are not known, which means all.
    """

    id: str
    outcome: Outcome
    object: str
    fields: tuple[str, ...] | None


class Loot:
    """Takes tables (record_id, certain, changed) of parts, and puts a batch of them together when it is full."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._pending: list[tuple[Part, str]] = []
        self._slots = 0
        self._batches = 0
        self._names: dict[str, str] = {}
        self.parts: list[Part] = []

    def slot(self) -> str:
        """Gives the name under which the next table is to be made."""
        self._slots += 1
        return f"left_{self._slots}"

    def name(self, object_name: str) -> str:
        """Gives an object's name as it was written first; SOQL knows no case."""
        return self._names.setdefault(object_name.lower(), object_name)

    def add(self, part: Part, table: str) -> None:
        """Takes a part with its table."""
        self.parts.append(part)
        self._pending.append((part, table))

    def settle(self) -> None:
        """Ends one request: now its tables may be put together with others."""
        if len(self._pending) >= BATCH:
            self._put_together()

    def close(self) -> None:
        """Ends the taking."""
        if self._pending or not self._batches:
            self._put_together()

    def select(self, object_name: str) -> str:
        """Gives the SELECT of all that left of one object: part, record_id, certain, changed, left_at."""
        tables = "\nUNION ALL\n".join(f"SELECT * FROM loot_{number}" for number in range(1, self._batches + 1))
        return f"SELECT * FROM ({tables}) WHERE object = {literal(object_name)}"

    def _put_together(self) -> None:
        selects = [
            f"""
            SELECT
                {literal(part.id)} AS part,
                {literal(part.object)} AS object,
                record_id,
                certain,
                changed,
                {timestamp(part.outcome.exit.left)} AS left_at
            FROM {identifier(table)}
            """
            for part, table in self._pending
        ]
        self._batches += 1
        self._engine.run([Step(f"loot_{self._batches}", "UNION ALL".join(selects) or EMPTY)])
        self._pending, self._slots = [], 0
