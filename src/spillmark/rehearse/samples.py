"""Scenarios as content: what each tells, and whether each still plays as it says."""

from collections.abc import Iterator

from spillmark import content
from spillmark.errors import ContentError
from spillmark.model.content import Explanation, Problem
from spillmark.rehearse.generate import SMALLEST, Played, play
from spillmark.rehearse.scenario import Sample, Scenario, load_cast, load_scenario, scenario_ids

KINDS = ("scenario", "people")


def explain(ident: str) -> Explanation | None:
    """Explains one scenario; None where there is none of that id."""
    if ident not in scenario_ids():
        return None
    scenario = load_scenario(ident)
    steps = tuple((f"{step.at:%Y-%m-%d %H:%M:%S} UTC", f"{step.phase}: {step.id}") for step in scenario.thief.steps)
    facts = (
        ("version", str(scenario.version)),
        ("contacts", str(scenario.contacts)),
        ("source", scenario.source.strip()),
    )
    text = f"Rehearses a theft from {scenario.organisation['name']}, an invented organisation, with its whole truth."
    return Explanation(ident, "scenario", scenario.title, (text,), (*facts, *steps))


def lint() -> tuple[Problem, ...]:
    """Checks every file of content/scenarios and plays each scenario at the sizes that it names."""
    found: list[Problem] = []
    for place, body in content.documents("scenarios"):
        if body.get("kind") not in KINDS:
            found.append(Problem(place, f"kind is {body.get('kind')!r}", f"use one of {', '.join(KINDS)}"))
    for ident in scenario_ids():
        place = f"scenarios/{ident}.yaml"
        try:
            scenario = load_scenario(ident)
            cast = load_cast()
        except ContentError as error:
            found.append(Problem(error.where or place, error.what, error.why or ""))
            continue
        problems = [*_wording(scenario)]
        if not problems:
            problems = [
                p for s in scenario.tests for p in _played(play(scenario, cast, contacts=s.contacts, seed=s.seed), s)
            ]
        found += [Problem(place, problem) for problem in problems]
    return tuple(found)


def _wording(scenario: Scenario) -> Iterator[str]:
    """Finds what cannot work before anything is played."""
    if not scenario.tests:
        yield "no tests: name at least one size"
    yield from (f"test of {s.contacts} contacts is below {SMALLEST}" for s in scenario.tests if s.contacts < SMALLEST)
    if scenario.thief.app not in scenario.apps:
        yield f"thief.app {scenario.thief.app!r} is none of apps"
    for step in scenario.thief.steps:
        moments = [m for m in (step.at, step.complete, step.download, step.delete) if m is not None]
        if moments != sorted(moments):
            yield f"step {step.id}: its times run backwards"
        if not all(scenario.window.start <= moment < scenario.window.end for moment in moments):
            yield f"step {step.id}: outside the window of the logs"
        if step.act in {"query", "bulk"} and step.query not in scenario.queries:
            yield f"step {step.id}: no query {step.query!r}"
        if max(moments) >= scenario.export.at:
            yield f"step {step.id}: after the export"


def _played(played: Played, sample: Sample) -> Iterator[str]:
    """Finds what a played scenario lacks: rows for every query, fields that exist, drift that touched something."""
    at = f"at {sample.contacts} contacts"
    yield from (f"{at}: step {a.step} returns no rows" for a in played.loot.answers if not a.rows)
    for name, known in played.org.scenario.classes.items():
        columns = played.org.tables[name].columns if name in played.org.tables else ()
        yield from (f"{at}: classes: {name} has no field {column}" for column in known if column not in columns)
    if not (played.org.contacts.soft and played.org.contacts.hard):
        yield f"{at}: drift touches no contact"
