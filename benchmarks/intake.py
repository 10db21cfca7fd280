"""Intake: one event log (CSV) to stored events, against a plain COPY of all its columns to Parquet."""

import shutil
from pathlib import Path

import duckdb

from benchmarks.data import long_log
from benchmarks.figure import Bar, Figure, Plan, side_by_side
from spillmark.engine.duckdb import DuckDBEngine
from spillmark.evidence.intake import collect
from spillmark.normal.events import normalise
from spillmark.normal.mapping import recognisers

ROWS = 200_000
LOG = "RestApi"
BAR = Bar(0.7)


def measure(plan: Plan) -> tuple[Figure, ...]:
    """Hashes, recognises, proves the record numbers of, maps and joins one log, and writes the events to Parquet."""
    rows = plan.scaled(ROWS)
    log = long_log(plan, LOG, rows)
    about = f"{rows:,} rows of {LOG}, {log.stat().st_size / 1e6:.0f} MB"
    stored = side_by_side(plan, lambda: events(log, plan.work), lambda: copy(log, plan.work))
    return (
        Figure("stored events, as fast as the plain COPY", stored.ratio, "x", about, BAR),
        Figure("events per second", rows / stored.ours, "1/s", about),
        Figure("CSV per second", log.stat().st_size / 1e6 / stored.ours, "MB/s", about),
    )


def events(log: Path, work: Path) -> None:
    """Makes the table `events` as a build does, and stores it."""
    folder = work / "intake"
    engine = DuckDBEngine(folder)
    try:
        intake = collect([log], folder, recognisers=recognisers())
        normalise(engine, intake.items, work=folder)
        engine.export("SELECT * FROM events", work / "events.parquet")
    finally:
        engine.close()
        shutil.rmtree(folder, ignore_errors=True)


def copy(log: Path, work: Path) -> None:
    """What the engine needs at least: read all columns as text, write them compressed."""
    target = work / "copy.parquet"
    with duckdb.connect() as connection:
        connection.execute("SET enable_progress_bar = false")
        connection.execute(
            f"COPY (SELECT * FROM read_csv('{log}', all_varchar = true, header = true)) "
            f"TO '{target}' (FORMAT parquet, COMPRESSION zstd)"
        )
