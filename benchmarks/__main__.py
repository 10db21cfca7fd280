"""Measures: `python -m benchmarks [NAME ...] [--size N] [--repeat N] [--json]`; see docs/performance.md."""

import argparse
import json
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import asdict
from importlib import import_module
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks.figure import REPEAT, Figure, Plan, seconds

NAMES = ("intake", "rules", "scope", "reports", "page", "whole")
Measure = Callable[[Plan], tuple[Figure, ...]]


def parser() -> argparse.ArgumentParser:
    """Gives the command line."""
    made = argparse.ArgumentParser(prog="python -m benchmarks", description="Measures speed, as ratios in one run.")
    made.add_argument("names", nargs="*", metavar="NAME", help=f"which: {', '.join(NAMES)}; default: all")
    made.add_argument("--size", type=float, default=1.0, help="multiplies the sizes; default: 1")
    made.add_argument("--repeat", type=int, default=REPEAT, help=f"runs of which the median counts; default: {REPEAT}")
    made.add_argument("--json", action="store_true", help="print JSON in place of tables")
    return made


def arguments(given: Sequence[str]) -> argparse.Namespace:
    """Reads the command line; exits with 2 and the reason where it is wrong."""
    read = parser().parse_args(given)
    unknown = [name for name in read.names if name not in NAMES]
    if unknown:
        parser().error(f"no such measurement: {', '.join(unknown)}; known: {', '.join(NAMES)}")
    if read.size <= 0 or read.repeat < 1:
        parser().error("--size and --repeat must be positive")
    return read


def main(given: Sequence[str]) -> int:
    """Takes the measurements and prints them; exits with 0 whether or not the bars are met."""
    read = arguments(given)
    taken: dict[str, tuple[Figure, ...]] = {}
    console = Console(width=None if sys.stdout.isatty() else 160)
    with tempfile.TemporaryDirectory(prefix="spillmark-bench-") as work:
        plan = Plan(Path(work), read.size, read.repeat)
        for name in read.names or NAMES:
            measure: Measure = import_module(f"benchmarks.{name}").measure
            lasted = seconds(lambda name=name, measure=measure: taken.update({name: measure(plan)}))  # type: ignore[misc]
            if not read.json:
                console.print(table(name, taken[name], lasted))
    if read.json:
        print(json.dumps({name: [asdict(one) for one in figures] for name, figures in taken.items()}, indent=2))
    return 0


def table(name: str, figures: Sequence[Figure], lasted: float) -> Table:
    """Draws the figures of one measurement."""
    drawn = Table(title=f"{name} ({lasted:.0f} s)", title_justify="left", show_edge=False)
    for heading in ("figure", "value", "bar", "of"):
        drawn.add_column(heading, justify="right" if heading == "value" else "left")
    for one in figures:
        bar = "" if one.bar is None else f"{one.bar} {'met' if one.bar.met(one.value) else 'MISSED'}"
        drawn.add_row(one.name, f"{shown(one.value)} {one.unit}", bar, one.about)
    return drawn


def shown(value: float) -> str:
    """Gives three figures of a number."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
