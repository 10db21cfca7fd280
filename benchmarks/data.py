"""What is measured on: the rehearsed theft at some size, and event logs made long by repeating its rows."""

import csv
from itertools import cycle, islice
from pathlib import Path

from benchmarks.figure import Plan
from spillmark.rehearse.generate import generate

SCENARIO = "helpdesk-call"
NOW = "2025-07-20T18:00:00Z"
LOGS = "logs/eventlogfile"


def scenario(plan: Plan, contacts: int, *, noise: float = 1.0) -> Path:
    """Gives the evidence of the rehearsed theft with so many contacts; made once for all measurements of a run."""
    folder = plan.work / f"{SCENARIO}-{contacts}-{noise:g}"
    if not folder.exists():
        generate(SCENARIO, folder, contacts=contacts, noise=noise)
    return folder / "evidence"


def long_log(plan: Plan, name: str, rows: int) -> Path:
    """Gives an event log of so many rows: those of the rehearsed one again and again, each a request of its own.

    Every row has its own REQUEST_ID, and the addresses of the office spread over a /16, so that no column is shorter
    in distinct values than it is in life.
    """
    path = plan.work / f"{name}-{rows}.csv"
    if path.exists():
        return path
    source = scenario(plan, 500) / LOGS / f"{name}.csv"
    with source.open(encoding="utf-8", newline="") as handle:
        header, *records = list(csv.reader(handle))
    request = header.index("REQUEST_ID")
    address = next((header.index(column) for column in ("CLIENT_IP", "SOURCE_IP") if column in header), None)
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle, quoting=csv.QUOTE_ALL, lineterminator="\n")
        writer.writerow(header)
        for number, record in enumerate(islice(cycle(records), rows)):
            row = list(record)
            row[request] = f"4Yt{number:018d}"
            if address is not None and row[address]:
                row[address] = f"10.20.{number // 250 % 250}.{number % 250}" if number % 3 else row[address]
            writer.writerow(row)
    return path
