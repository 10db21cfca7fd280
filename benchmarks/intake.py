"""Intake: one event log, as CSV and as JSON lines, to its stored form, against a plain COPY of all its columns."""

import csv
import json
import shutil
from functools import partial
from pathlib import Path
from typing import Literal

import duckdb

from benchmarks.data import long_log
from benchmarks.figure import Bar, Figure, Plan, seconds, side_by_side
from spillmark.engine.duckdb import DuckDBEngine
from spillmark.evidence.intake import collect
from spillmark.normal.events import normalise
from spillmark.normal.log import read_log
from spillmark.normal.mapping import load_mappings, recognisers
from spillmark.normal.stored import Store

ROWS = 500_000
LOG = "RestApi"
BAR = Bar(0.7)
Form = Literal["CSV", "JSON lines"]


def measure(plan: Plan) -> tuple[Figure, ...]:
    """Hashes, recognises, proves the record numbers of, maps and stores one log; then makes the table of it, too."""
    rows = plan.scaled(ROWS)
    table = long_log(plan, LOG, rows)
    found: list[Figure] = []
    logs: tuple[tuple[Form, Path], ...] = (("CSV", table), ("JSON lines", _as_json(table)))
    for form, log in logs:
        about = f"{rows:,} rows of {LOG}, {log.stat().st_size / 1e6:.0f} MB of {form}"
        both = side_by_side(plan, partial(stored, log, plan.work), partial(copy, log, form, plan.work))
        found += [
            Figure(f"{form} stored, as fast as the plain COPY", both.ratio, "x", about, BAR),
            Figure(f"{form} per second", log.stat().st_size / 1e6 / both.ours, "MB/s", about),
        ]
    whole = seconds(lambda: events(table, plan.work))
    found.append(Figure("events of a log ready for rules", rows / whole, "1/s", f"{rows:,} rows of {LOG}"))
    return tuple(found)


def _as_json(table: Path) -> Path:
    """The same records as JSON lines."""
    path = table.with_suffix(".jsonl")
    with table.open(encoding="utf-8", newline="") as source, path.open("w", encoding="utf-8") as target:
        target.writelines(json.dumps(record) + "\n" for record in csv.DictReader(source))
    return path


def stored(log: Path, work: Path) -> None:
    """Reads a log into its stored form, as a build does with one that it has not seen."""
    folder = work / "intake"
    engine = DuckDBEngine(folder)
    try:
        (item,) = collect([log], folder, recognisers=recognisers()).items
        mappings = load_mappings().of_product(item.evidence.kind)
        read_log(engine, item, mappings, Store(folder / "store"), "log", folder)
    finally:
        engine.close()
        shutil.rmtree(folder, ignore_errors=True)


def events(log: Path, work: Path) -> None:
    """Makes the table `events` as a build does, joins and repetitions included."""
    folder = work / "intake"
    engine = DuckDBEngine(folder)
    try:
        intake = collect([log], folder, recognisers=recognisers())
        normalise(engine, intake.items, work=folder, store=folder / "store")
    finally:
        engine.close()
        shutil.rmtree(folder, ignore_errors=True)


def copy(log: Path, form: Form, work: Path) -> None:
    """What the engine needs at least: read all columns, write them compressed."""
    read = f"read_csv('{log}', all_varchar = true, header = true)" if form == "CSV" else f"read_json('{log}')"
    with duckdb.connect() as connection:
        connection.execute("SET enable_progress_bar = false")
        connection.execute(
            f"COPY (SELECT * FROM {read}) TO '{work / 'copy.parquet'}' (FORMAT parquet, COMPRESSION zstd)"
        )
