"""The whole case: the rehearsed theft at three sizes, from files to the written folder; growth and memory."""

import json
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import perf_counter

from benchmarks.data import NOW, scenario
from benchmarks.figure import Bar, Figure, Plan

CONTACTS = 5_000
STEPS = (1, 4, 8)
BUSY = 4
"""How many times the honest logins and look-ups of the scenario, at the smallest size."""
LINEAR = Bar(1.3, least=False)
BOTH = "persons and events together"
WATCHER = """
import resource, subprocess, sys
subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(used.ru_utime + used.ru_stime, used.ru_maxrss)
"""
GROWTH = "processor time, which what else runs disturbs less; 1 is linear"


def measure(plan: Plan) -> tuple[Figure, ...]:
    """Builds each size in a process of its own, as a user does; events and persons grow alike."""
    sizes = [plan.scaled(CONTACTS * step) for step in STEPS]
    evidence = [scenario(plan, size, noise=BUSY * step) for size, step in zip(sizes, STEPS, strict=True)]
    runs: list[list[Ran]] = [[] for _ in sizes]
    for _ in range(plan.repeat):
        for number, folder in enumerate(evidence):
            runs[number].append(_build(folder, plan.work / "whole"))
    cpu = [median(one.cpu for one in run) for run in runs]
    memory = [median(one.memory for one in run) for run in runs]
    slopes = _slopes(cpu, sizes)
    return (
        *(
            Figure(f"{size:,} contacts", median(one.wall for one in run), "s", _about(run))
            for size, run in zip(sizes, runs, strict=True)
        ),
        Figure("processor time that does not grow", cpu[0] - slopes[0] * sizes[0], "s", "at no contacts, by the line"),
        Figure("cost of a contact more, large against small", slopes[1] / slopes[0], "x", GROWTH, LINEAR),
        Figure("processor time for 100,000 contacts more", 1e5 * slopes[1], "s", BOTH),
        Figure(
            "memory for 100,000 contacts more", 1e5 * _slopes(memory, sizes)[1], "MB", "persons and events together"
        ),
    )


@dataclass(frozen=True)
class Ran:
    """One build: seconds by the clock and of the processors, peak memory in MB, events read."""

    wall: float
    cpu: float
    memory: float
    events: int


def _about(run: list[Ran]) -> str:
    return (
        f"{run[0].events:,} events, {median(one.cpu for one in run):.1f} s of the processors, "
        f"peak {median(one.memory for one in run):.0f} MB"
    )


def _slopes(values: list[float], sizes: list[int]) -> list[float]:
    steps = zip(values, values[1:], sizes, sizes[1:], strict=False)
    return [(after - before) / (more - less) for before, after, less, more in steps]


def _build(evidence: Path, out: Path) -> Ran:
    """Builds once; a small process stands between, because a child's peak memory begins with that of its parent."""
    shutil.rmtree(out, ignore_errors=True)
    command = [sys.executable, "-m", "spillmark", "build", str(evidence), "--out", str(out), "--now", NOW]
    begun = perf_counter()
    told = subprocess.run([sys.executable, "-c", WATCHER, *command], check=True, capture_output=True, text=True)
    lasted = perf_counter() - begun
    cpu, memory = map(float, told.stdout.split())
    case = json.loads((out / "case.json").read_bytes())
    events = sum(one["events"] or 0 for one in case["evidence"])
    return Ran(lasted, cpu, memory / 1024, events)
