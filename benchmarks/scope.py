"""Scope: the thief's requests replayed on a copy of the data, the people behind the records; stage by stage."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from statistics import median
from time import perf_counter

from benchmarks.data import scenario
from benchmarks.figure import Figure, Plan
from spillmark.detect.rules import load_rules
from spillmark.detect.run import Detected, detect
from spillmark.engine.duckdb import DuckDBEngine
from spillmark.engine.interface import CsvForm, Engine
from spillmark.evidence.intake import collect
from spillmark.evidence.item import Item
from spillmark.model.org import Org
from spillmark.normal.events import normalise
from spillmark.normal.mapping import recognisers
from spillmark.progress import Progress
from spillmark.scope.taken import measure as measure_scope

CONTACTS = 50_000


@dataclass
class Watch(Progress):
    """Notes how long each stage lasted."""

    lasted: dict[str, float] = field(default_factory=dict)
    _name: str | None = None
    _since: float = 0.0

    def stage(self, name: str) -> None:
        self.finish()
        self._name, self._since = name, perf_counter()

    def finish(self) -> None:
        """Ends the stage that is open."""
        if self._name is not None:
            self.lasted[self._name] = self.lasted.get(self._name, 0.0) + perf_counter() - self._since
        self._name = None


@dataclass(frozen=True)
class Scene:
    """Everything that the measuring starts from."""

    engine: Engine
    items: tuple[Item, ...]
    detected: Detected


def measure(plan: Plan) -> tuple[Figure, ...]:
    """Measures the scope of one theft several times over the same copy; `plain` is reading that copy at all."""
    contacts = plan.scaled(CONTACTS)
    with scene(plan, contacts) as stage:
        runs = [_run(stage) for _ in range(plan.repeat)]
        plain = median(_plain(stage) for _ in range(plan.repeat))
        taken, people = (int(str(stage.engine.one(f"SELECT count(*) FROM {name}")[0])) for name in ("taken", "people"))
    about = f"{contacts:,} contacts, {taken:,} records taken, {people:,} people"
    whole = median(sum(run.values()) for run in runs)
    stages = [
        Figure(f"{name}, in times of plain reading", median(run[name] for run in runs) / plain, "x", about)
        for name in runs[0]
    ]
    return (
        *stages,
        Figure("all of it, in times of plain reading", whole / plain, "x", about),
        Figure("taken records per second", taken / whole, "1/s", about),
        Figure("people per second", people / whole, "1/s", about),
    )


@contextmanager
def scene(plan: Plan, contacts: int) -> Iterator[Scene]:
    """Takes the evidence in, up to the findings."""
    work = plan.work / "scope"
    engine = DuckDBEngine(work)
    try:
        intake = collect([scenario(plan, contacts)], work, recognisers=recognisers())
        normalise(engine, intake.items, work=work)
        yield Scene(engine, intake.items, detect(engine, load_rules()))
    finally:
        engine.close()


def _run(stage: Scene) -> dict[str, float]:
    watch = Watch()
    measure_scope(stage.engine, stage.items, stage.detected.findings, org=Org(), progress=watch)
    watch.finish()
    return watch.lasted


def _plain(stage: Scene) -> float:
    """How long the engine takes to read the copy, all columns as text, with nothing proven of it."""
    begun = perf_counter()
    for number, item in enumerate(stage.items):
        if item.evidence.kind == "salesforce.export" and item.local.stat().st_size:
            stage.engine.load_csv(f"plain_{number}", item.local, CsvForm(_columns(item)))
    return perf_counter() - begun


def _columns(item: Item) -> dict[str, str]:
    with item.local.open(encoding="utf-8") as handle:
        return {f"{number} {name}": "VARCHAR" for number, name in enumerate(handle.readline().split(","))}
