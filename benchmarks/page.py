"""The page: time and bytes of report.html for a large case, against the same case small."""

import json as plain
import shutil
from pathlib import Path

from benchmarks.data import NOW, scenario
from benchmarks.figure import Figure, Plan, middle
from benchmarks.invented import reports
from spillmark.case.build import Request, Views, build
from spillmark.case.store import load_cited
from spillmark.clock import parse_instant
from spillmark.engine.duckdb import DuckDBEngine
from spillmark.output import html, json

CONTACTS = 2_000
REPORTS = 300


def measure(plan: Plan) -> tuple[Figure, ...]:
    """Builds two cases, one with many invented reports beside the theft, and writes the pages of both."""
    count = plan.scaled(REPORTS)
    small, large = _case(plan, "small", 0), _case(plan, "large", count)
    case, cited = json.load((large / "case.json").read_text("utf-8"), "case.json"), load_cited(large)
    page = html.render(case, cited)
    document = (large / "case.json").stat().st_size
    least = (small / "report.html").stat().st_size
    written = middle(plan, lambda: html.render(case, cited))
    read = middle(plan, lambda: plain.loads((large / "case.json").read_bytes()))
    about = f"{len(case.incidents)} incidents, {len(case.findings)} findings, {len(cited)} cited rows"
    size = len(page.encode())
    return (
        Figure("page of a large case", written, "s", about),
        Figure("page, in times of parsing case.json", written / read, "x", about),
        Figure("bytes of the page", size / 1000, "kB", about),
        Figure("bytes of the page, in times of case.json", size / document, "x", f"case.json {document / 1000:.0f} kB"),
        Figure("bytes of the page without the reports", least / 1000, "kB", "the theft alone"),
        Figure("bytes that a reported incident adds", (size - least) / 1000 / max(1, count), "kB", about),
    )


def _case(plan: Plan, name: str, count: int) -> Path:
    told, out = plan.work / f"page-{name}-reports", plan.work / f"page-{name}"
    for folder in (told, out):
        shutil.rmtree(folder, ignore_errors=True)
    told.mkdir()
    for text in reports(count):
        (told / text.path).write_bytes(text.data)
    request = Request((scenario(plan, CONTACTS), told), out, parse_instant(NOW))
    build(request, DuckDBEngine, Views(json.render, html.render))
    return out
