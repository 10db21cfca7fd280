"""The embedded engine: DuckDB in one process, bounded memory, no network, no extension loading."""

import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Literal

import duckdb

from spillmark.engine.interface import AT, FILE, CsvForm, Engine, ReadError, Row, Step, Value, identifier, literal
from spillmark.errors import ResourceError

FETCH = 10_000
GROUP = 20_480
"""Rows of a Parquet row group: a reader holds whole ones, and a row may be a JSON record of many kilobytes."""
INSERT = 50_000
SESSION = (
    "SET enable_progress_bar = false",  # it would be drawn on stdout
    "SET python_enable_replacements = false",  # a mistyped table must not bind a Python variable
)


@contextmanager
def _within_means() -> Iterator[None]:
    """Tells a machine that is too small from a fault of ours."""
    try:
        yield
    except (duckdb.OutOfMemoryException, duckdb.IOException) as error:
        hint = "allow more with --memory, or free space on the disk of the case folder, and run again"
        why = str(error).splitlines()[0]
        raise ResourceError("the engine has not enough memory or disk", why=why, hint=hint) from error


@contextmanager
def _in_form() -> Iterator[None]:
    """Tells a file that is not in the form that was told from a fault of ours."""
    try:
        yield
    except (duckdb.InvalidInputException, duckdb.ConversionException) as error:
        raise ReadError(str(error).splitlines()[0]) from error


class DuckDBEngine(Engine):
    """A DuckDB database in memory; what exceeds `memory` spills into `folder`.

    A database file would cost a flush to disk for each of hundreds of small steps, and nothing of it outlives a run.
    """

    def __init__(self, folder: Path | None = None, *, memory: str = "2GB", threads: int | None = None) -> None:
        config: dict[str, str | bool | int | float | list[str]] = {
            "memory_limit": memory,
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
        }
        if threads is not None:
            config["threads"] = threads
        # Without a folder nothing may spill: the default would be a folder of its own wherever the program was started.
        self._folder = folder
        self._written = 0
        config["temp_directory"] = "" if folder is None else str(folder / "spill")
        self._connection = duckdb.connect(":memory:", config=config)
        self._prepare(self._connection)
        # Asking the catalogue for each of hundreds of steps costs more than the steps; only this class makes tables.
        self._kinds: dict[str, Literal["TABLE", "VIEW"]] = {}

    def run(self, steps: Iterable[Step]) -> None:
        for step in steps:
            if step.keep == "disk" and self._folder is not None:
                self._on_disk(step, self._folder)
            else:
                self._make(step.name, "VIEW" if step.keep == "view" else "TABLE", f"AS {step.sql}")

    def rows(self, sql: str, parameters: Sequence[Value] = ()) -> Iterator[Row]:
        # A cursor of its own, so that a caller may run other statements while it reads.
        cursor = self._connection.cursor()
        try:
            self._prepare(cursor)
            with _within_means(), _in_form():
                cursor.execute(sql, list(parameters))
                while batch := cursor.fetchmany(FETCH):
                    yield from batch
        finally:
            cursor.close()

    def columns(self, table: str) -> dict[str, str]:
        return {str(row[0]): str(row[1]) for row in self.rows(f"DESCRIBE {identifier(table)}")}

    def exists(self, table: str) -> bool:
        return table.casefold() in self._kinds

    def register(self, name: str, columns: dict[str, str], rows: Iterable[Sequence[Value]]) -> None:
        spec = ", ".join(f"{identifier(column)} {kind}" for column, kind in columns.items())
        self._make(name, "TABLE", f"({spec})")
        # Column-wise: one parameter a column is many times faster than one statement a row.
        unnested = ", ".join(f"unnest(?::{kind}[])" for kind in columns.values())
        iterator = iter(rows)
        while batch := list(islice(iterator, INSERT)):
            with _within_means():
                self._connection.execute(
                    f"INSERT INTO {identifier(name)} SELECT {unnested}", [list(c) for c in zip(*batch, strict=True)]
                )

    def load_csv(self, name: str, path: Path, form: CsvForm, *, ordinal: str | None = None) -> int:
        return self._load(name, self.csv(path, form), ordinal)

    def load_json_lines(self, name: str, path: Path, *, ordinal: str, column: str, longest: int) -> int:
        return self._load(name, self.json_lines(path, column=column, longest=longest), ordinal)

    def csv(self, path: Path, form: CsvForm) -> str:
        columns = ", ".join(f"{literal(column)}: {literal(kind)}" for column, kind in form.columns.items())
        quote = literal('"' if form.quoted else "")
        # Everything is said, nothing is sniffed: a sniffed file is read otherwise when one row of it changes.
        options = (
            "auto_detect = false, header = false, strict_mode = true, compression = 'none', nullstr = '', "
            f"delim = {literal(form.delimiter)}, quote = {quote}, escape = {quote}, skip = {form.skip}, "
            f"max_line_size = {max(form.longest, 2_000_000)}, columns = {{{columns}}}"
        )
        return f"read_csv({literal(str(path))}, {options})"

    def json_lines(self, path: Path, *, column: str, longest: int) -> str:
        options = (
            "format = 'newline_delimited', records = false, auto_detect = false, compression = 'none', "
            f"maximum_object_size = {longest}, columns = {{{literal(column)}: 'JSON'}}"
        )
        return f"read_json({literal(str(path))}, {options})"

    def parquet(self, paths: Sequence[Path]) -> str:
        listed = ", ".join(literal(str(path)) for path in paths)
        options = f"union_by_name = true, filename = {literal(FILE.strip(chr(34)))}, file_row_number = true"
        return f"(SELECT * RENAME (file_row_number AS {AT}) FROM read_parquet([{listed}], {options}))"

    def store(self, sql: str, path: Path) -> int:
        with _in_form():
            return self._copy(sql, path)

    def export(self, sql: str, path: Path) -> int:
        self._copy(sql, path)
        return int(str(self.one(f"SELECT count(*) FROM read_parquet({literal(str(path))})")[0]))

    def close(self) -> None:
        self._connection.close()

    def _copy(self, sql: str, path: Path) -> int:
        partial = path.with_name(path.name + ".partial")
        partial.unlink(missing_ok=True)
        os.close(os.open(partial, os.O_CREAT | os.O_WRONLY, 0o600))
        with _within_means():
            copied = self._connection.execute(
                f"COPY ({sql}) TO {literal(str(partial))} (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {GROUP})"
            ).fetchone()
        partial.chmod(0o600)
        with partial.open("rb") as handle:
            os.fsync(handle.fileno())
        partial.replace(path)
        return int(str(copied[0])) if copied else 0

    def _on_disk(self, step: Step, folder: Path) -> None:
        self._written += 1
        path = folder / f"table-{self._written:04}.parquet"
        self._copy(step.sql, path)
        self._make(step.name, "VIEW", f"AS SELECT * FROM read_parquet({literal(str(path))})")

    def _load(self, name: str, source: str, ordinal: str | None) -> int:
        # The table keeps the order of the file and its rowid is the position: numbering costs nothing that way,
        # where row_number() would read the file on one thread.
        table = name if ordinal is None else f"{name}.file"
        self._drop(name)
        try:
            self._make(table, "TABLE", f"AS SELECT * FROM {source}")
        except duckdb.Error as error:
            raise ReadError(str(error).splitlines()[0]) from error
        if ordinal is not None:
            numbered = f"SELECT rowid + 1 AS {identifier(ordinal)}, * FROM {identifier(table)}"
            self._make(name, "VIEW", f"AS {numbered}")
        return int(str(self.one(f"SELECT count(*) FROM {identifier(table)}")[0]))

    @staticmethod
    def _prepare(connection: duckdb.DuckDBPyConnection) -> None:
        for statement in SESSION:
            connection.execute(statement)

    def _make(self, name: str, kind: Literal["TABLE", "VIEW"], body: str) -> None:
        self._drop(name)
        with _within_means():
            self._connection.execute(f"CREATE {kind} {identifier(name)} {body}")
        self._kinds[name.casefold()] = kind

    def _drop(self, name: str) -> None:
        kind = self._kinds.pop(name.casefold(), None)
        if kind is not None:
            self._connection.execute(f"DROP {kind} {identifier(name)}")
