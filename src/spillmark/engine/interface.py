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
AT = '"#at"'
"""The position of a row in its Parquet file, from 0, in SQL; the name is one that no export has."""
FILE = '"#file"'
"""The path of the Parquet file that a row comes from."""


@dataclass(frozen=True)
class Step:
    """One named SELECT; its result is a table or view of that name that later steps read.

    A table is kept in memory and may spill; `disk` keeps it compressed in the engine's folder, for what is long.
    """

    name: str
    sql: str
    keep: Literal["table", "view", "disk"] = "table"


class ReadError(ValueError):
    """A file is not in the plain form that the engine's own reader was told to expect; nothing was kept of it."""


@dataclass(frozen=True)
class CsvForm:
    """How a CSV file is laid out: names and SQL types of its columns, the delimiter, how many physical lines come
    before the first record, and the longest record in bytes that must be read. Without `quoted` a quote is a character
    like any other, as in a text log."""

    columns: dict[str, str]
    delimiter: str = ","
    skip: int = 1
    longest: int = 2_000_000
    quoted: bool = True


class Engine(ABC):
    """One database that lives as long as one run."""

    @abstractmethod
    def run(self, steps: Iterable[Step]) -> None:
        """Runs the steps in order; each replaces a table of the same name."""

    @abstractmethod
    def rows(self, sql: str, parameters: Sequence[Value] = ()) -> Iterator[Row]:
        """Gives the rows of a SELECT, in batches behind the scenes.

        Raises:
            ReadError: a file that the SELECT reads is not in the form that was told.
        """

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
    def load_csv(self, name: str, path: Path, form: CsvForm, *, ordinal: str | None = None) -> int:
        """Makes `name` of a UTF-8 CSV file (RFC 4180 quoting); gives the number of records that the reader counted.

        An empty cell is NULL. With `ordinal`, a first column of that name numbers the records from 1 in the order
        of the file, as the reader counted them: it does not count blank lines, so a caller must prove that none exist.

        Raises:
            ReadError: the file is not in that form; the table was not made.
        """

    @abstractmethod
    def load_json_lines(self, name: str, path: Path, *, ordinal: str, column: str, longest: int) -> int:
        """Makes `name` of a file with one JSON value a line, as text in `column`, numbered as `load_csv` does.

        Raises:
            ReadError: a line is not JSON or is longer than `longest` bytes; the table was not made.
        """

    @abstractmethod
    def csv(self, path: Path, form: CsvForm) -> str:
        """Gives the SQL of a relation that reads a CSV file as `load_csv` does, in the order of the file."""

    @abstractmethod
    def json_lines(self, path: Path, *, column: str, longest: int) -> str:
        """Gives the SQL of a relation that reads a file of JSON lines as `load_json_lines` does, in its order."""

    @abstractmethod
    def parquet(self, paths: Sequence[Path]) -> str:
        """Gives the SQL of a relation of all rows of Parquet files, a column that one of them has not being NULL there.

        Column `AT` is the row's position in its file, `FILE` the file's path as it was given.
        """

    @abstractmethod
    def store(self, sql: str, path: Path) -> int:
        """Writes a SELECT as `export` does, in the order of its source and without reading it again.

        Raises:
            ReadError: a file that the SELECT reads is not in the form that was told; nothing was written.
        """

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
