"""Event rules: each evaluated once for a distinct combination of answers, then joined back to the rows.

A row's signature is its source and, for each field that some rule uses, the class of its value (see answers.py). There
are a few hundred signatures in millions of rows, so the logic of all rules is plain Python on those.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from spillmark.detect.answers import Answers, answer, check
from spillmark.detect.fields import expression
from spillmark.detect.logsources import condition, selects
from spillmark.detect.rules import Rule
from spillmark.detect.tree import Atom, Node, atoms, holds, reachable
from spillmark.engine.interface import Engine, Step
from spillmark.errors import ContentError
from spillmark.model.evidence import Skip

HITS = {"rule": "VARCHAR", "evidence": "VARCHAR", "row": "BIGINT"}
EMPTY = "SELECT NULL AS nothing WHERE false"


@dataclass(frozen=True)
class Ready:
    """A rule that can run on this evidence."""

    rule: Rule
    tree: Node
    asked: frozenset[Atom]


def evaluate(engine: Engine, rules: Sequence[Rule]) -> dict[str, Skip]:
    """Evaluates event rules on table `events`; makes the table `detect_found` (rule, evidence, row).

    Gives by rule id a Skip for each rule that had nothing to check (note) or could not run (failed).
    """
    known = _Known(engine.columns("events"), _filled(engine), set())
    ready: list[Ready] = []
    skipped: dict[str, Skip] = {}
    for rule in rules:
        try:
            ready.append(_prepare(engine, rule, known))
        except _NothingToCheckError as note:
            skipped[rule.id] = Skip(None, f"rule {rule.id}", str(note), "note")
        except Exception as error:  # noqa: BLE001 - one rule; the others go on
            skipped[rule.id] = Skip(None, f"rule {rule.id}", f"could not run: {_say(error)}", "failed")
    _match(engine, ready)
    return skipped


@dataclass(frozen=True)
class _Known:
    """The events' columns, which of them each source fills, and the atoms that the engine has compiled already."""

    columns: dict[str, str]
    filled: dict[str, frozenset[str]]
    sound: set[Atom]


class _NothingToCheckError(Exception):
    """The evidence holds nothing that the rule is about."""


def _say(error: Exception) -> str:
    return str(error).splitlines()[0] if str(error) else type(error).__name__


def _prepare(engine: Engine, rule: Rule, known: _Known) -> Ready:
    """Checks that a rule has sources, fields and patterns that this evidence and engine know.

    Raises:
        ContentError: a field or pattern is unknown.
        _NothingToCheckError: no events of its sources, or none that fill the fields it needs.
    """
    if rule.tree is None:
        raise ContentError("not an event rule", where=rule.place)
    filled = known.filled
    sources = [source for source in filled if selects(rule.sources, source)]
    if not sources:
        raise _NothingToCheckError(f"no evidence to check: no events of {', '.join(rule.sources)}")
    asked = atoms(rule.tree)
    for atom in sorted(asked - known.sound):
        if expression(atom.field, known.columns, "e") is None:
            raise ContentError(f"events have no field {atom.field}", where=rule.line(atom.field))
        try:
            check(engine, atom)
        except Exception as error:
            raise ContentError(f"{atom.field}: {_say(error)}", where=rule.line(atom.field)) from error
        known.sound.add(atom)
    names = {atom.field for atom in asked if atom.field in known.columns}
    if not any(reachable(rule.tree, names - filled[source]) for source in sources):
        missing = sorted(names - frozenset().union(*(filled[source] for source in sources)))
        what = f"the events of {', '.join(sources)} never fill {', '.join(missing)}" if missing else "fields are empty"
        raise _NothingToCheckError(f"no evidence to check: {what}")
    return Ready(rule, rule.tree, asked)


def _filled(engine: Engine) -> dict[str, frozenset[str]]:
    """Gives for each source the columns that at least one of its events fills."""
    columns = [name for name, kind in engine.columns("events").items() if not kind.endswith("[]")]
    counted = ", ".join(f"count({expression(name, {name: 'VARCHAR'}, 'e')}) > 0" for name in columns)
    sql = f"SELECT coalesce(source, ''), {counted} FROM events e GROUP BY source ORDER BY 1"
    return {
        str(row[0]): frozenset(name for name, some in zip(columns, row[1:], strict=True) if some)
        for row in engine.rows(sql)
    }


def _match(engine: Engine, ready: Sequence[Ready]) -> None:
    """Makes `detect_found` of the rules that are ready."""
    if not ready:
        engine.register("detect_found", HITS, ())
        return
    asked = sorted(frozenset().union(*(one.asked for one in ready)))
    fields = sorted({atom.field for atom in asked})
    answers = [
        answer(engine, number, field, [atom for atom in asked if atom.field == field])
        for number, field in enumerate(fields)
    ]
    engine.run([_marks(ready, answers)])
    keys = ["source", *(f"c{number}" for number in range(len(answers)))]
    signatures = engine.rows(f"SELECT DISTINCT {', '.join(keys)} FROM detect_marks ORDER BY ALL")
    shape = dict.fromkeys(keys, "INTEGER") | {"source": "VARCHAR", "rule": "VARCHAR"}
    engine.register("detect_signatures", shape, _judge(ready, answers, signatures))
    engine.run(
        [
            Step(
                "detect_found",
                f"""
                SELECT s.rule, m.evidence, m.row
                FROM detect_marks m
                JOIN detect_signatures s USING ({", ".join(keys)})
                """,
            ),
            Step("detect_marks", EMPTY),  # as long as the events; no longer needed
        ]
    )


def _marks(ready: Sequence[Ready], answers: Sequence[Answers]) -> Step:
    """The signature of each row of a source that some rule is about."""
    classes = ",\n".join(f"{one.column(f'd{number}')} AS c{number}" for number, one in enumerate(answers))
    joins = "\n".join(
        f"LEFT JOIN {one.table} d{number} ON d{number}.value = {one.sql}" for number, one in enumerate(answers)
    )
    patterns = sorted({pattern for one in ready for pattern in one.rule.sources})
    return Step(
        "detect_marks",
        f"""
        SELECT e.evidence, e.row, coalesce(e.source, '') AS source,
        {classes}
        FROM events e
        {joins}
        WHERE {condition(patterns, "coalesce(e.source, '')")}
        """,
    )


def _judge(
    ready: Sequence[Ready], answers: Sequence[Answers], signatures: Iterator[tuple[object, ...]]
) -> Iterator[tuple[object, ...]]:
    """Gives (signature, rule) for each rule that holds; a rule is asked once for the classes of its own fields."""
    places = {one.field: index for index, one in enumerate(answers)}
    own = [sorted({places[atom.field] for atom in one.asked}) for one in ready]
    known: list[dict[tuple[object, ...], bool]] = [{} for _ in ready]
    about: dict[str, list[int]] = {}
    for source, *classes in signatures:
        name = str(source)
        if name not in about:
            about[name] = [index for index, one in enumerate(ready) if selects(one.rule.sources, name)]
        for index in about[name]:
            one = ready[index]
            key = tuple(classes[place] for place in own[index])
            if key not in known[index]:
                true = frozenset().union(*(answers[p].classes[int(str(classes[p]))] for p in own[index]))
                known[index][key] = holds(one.tree, true)
            if known[index][key]:
                yield (source, *classes, one.rule.id)
