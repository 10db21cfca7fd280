"""What an engine must do: run named SQL steps, take small tables in, give rows and Parquet out.

SQL is DuckDB's dialect, so a second engine translates it. Expressions whose meaning differs between engines without
an error (backslashes in LIKE, Unicode lower-casing, hashes, epoch arithmetic) come from the engine by name.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Value = object
Row = tuple[Value, ...]


@dataclass(frozen=True)
class Step:
    """One named SELECT; its result is a table or view of that name that later steps read."""

    name: str
    sql: str
    keep: Literal["table", "view"] = "table"


class Engine(ABC):
    """One database that lives as long as one run."""

    @abstractmethod
    def run(self, steps: Iterable[Step]) -> None:
        """Runs the steps in order; each replaces a table of the same name."""

    @abstractmethod
    def rows(self, sql: str, parameters: Sequence[Value] = ()) -> Iterator[Row]:
        """Gives the rows of a SELECT, in batches behind the scenes."""

    @abstractmethod
    def columns(self, table: str) -> dict[str, str]:
        """Gives column name to SQL type of a table, in order."""

    @abstractmethod
    def exists(self, table: str) -> bool:
        """Tells whether a table or view of that name is there."""

    @abstractmethod
    def register(self, name: str, columns: dict[str, str], rows: Iterable[Sequence[Value]]) -> None:
        """Makes a table of rows that come from Python."""

    @abstractmethod
    def export(self, sql: str, path: Path) -> int:
        """Writes a SELECT to one Parquet file, readable by its owner only, whole or not at all; gives the row count."""

    @abstractmethod
    def close(self) -> None:
        """Frees the database and its temporary files."""

    def one(self, sql: str, parameters: Sequence[Value] = ()) -> Row:
        """Gives the only row of a SELECT.

        Raises:
            LookupError: there is none.
        """
        for row in self.rows(sql, parameters):
            return row
        raise LookupError(sql)


def identifier(name: str) -> str:
    """Quotes a name for SQL; hostile names stay names."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """Quotes a text for SQL; hostile texts stay texts."""
    return "'" + text.replace("'", "''") + "'"
