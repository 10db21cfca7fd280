"""Rules: all of them at once over distinct values, against one query a rule on the same events; the hits must agree."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import count

from benchmarks.data import long_log
from benchmarks.figure import Bar, Figure, Plan, side_by_side
from spillmark.detect.answers import condition
from spillmark.detect.fields import expression
from spillmark.detect.logsources import condition as of_sources
from spillmark.detect.rules import Rule, load_rules
from spillmark.detect.signatures import evaluate
from spillmark.detect.tree import Atom, Either, Every, Negation, Node, atoms
from spillmark.engine.duckdb import DuckDBEngine
from spillmark.engine.interface import Engine, Step, literal
from spillmark.evidence.intake import collect
from spillmark.normal.events import normalise
from spillmark.normal.mapping import recognisers

ROWS = 20_000
LOGS = ("RestApi", "ApiTotalUsage", "UniqueQuery", "Login", "BulkApi2")
SIZES = (100, 250, 500)
BARS = {250: Bar(3), 500: Bar(5)}
TEXTS = ("equals", "contains", "starts", "ends")
VALUES = 40
"""Values of a field, taken from the events, that the varied rules look for; the others look for what is not there."""


def measure(plan: Plan) -> tuple[Figure, ...]:
    """Evaluates our own rules, and as many made of them as the sizes say."""
    engine = DuckDBEngine()
    try:
        rows = _events(engine, plan)
        own = [rule for rule in load_rules().rules if rule.tree is not None and not _networks(rule.tree)]
        sets = [own, *(varied(engine, own, size) for size in SIZES)]
        return tuple(_figure(engine, plan, rules, rows) for rules in sets)
    finally:
        engine.close()


def _figure(engine: Engine, plan: Plan, rules: Sequence[Rule], rows: int) -> Figure:
    evaluate(engine, rules)
    ours = engine.one("SELECT count(*), count(DISTINCT rule) FROM detect_found")
    one_by_one(engine, rules)
    theirs = engine.one("SELECT count(*), count(DISTINCT rule) FROM reference_found")
    if ours != theirs:
        raise AssertionError(f"{len(rules)} rules: {ours} hits and hitting rules, one query each gives {theirs}")
    pair = side_by_side(plan, lambda: evaluate(engine, rules), lambda: one_by_one(engine, rules))
    about = f"{rows:,} events, {ours[0]:,} hits, {pair.ours:.2f} s against {pair.other:.2f} s"
    return Figure(f"{len(rules)} rules, faster than one query each", pair.ratio, "x", about, BARS.get(len(rules)))


def one_by_one(engine: Engine, rules: Sequence[Rule]) -> None:
    """One query a rule that gives the same (rule, evidence, row), over texts that are folded once."""
    columns = engine.columns("events")
    used = sorted({atom.field for rule in rules if rule.tree for atom in atoms(rule.tree)})
    names = {field: f"f{number}" for number, field in enumerate(used)}
    texts = ", ".join(f"{expression(field, columns, 'e')} AS {name}" for field, name in names.items())
    folded = ", ".join(f"lower({expression(field, columns, 'e')}) AS {name}_folded" for field, name in names.items())
    engine.run(
        [
            Step("folded", f"SELECT evidence, row, coalesce(source, '') AS source, {texts}, {folded} FROM events e"),
            Step("reference_found", "SELECT NULL::VARCHAR AS rule, NULL::VARCHAR AS evidence, 0 AS row WHERE false"),
        ]
    )
    parts = []
    for number, rule in enumerate(rules):
        if rule.tree is None:
            continue
        where = f"({of_sources(rule.sources, 'source')}) AND ({_sql(rule.tree, names)})"
        parts.append(f"reference_{number}")
        engine.run([Step(parts[-1], f"SELECT {literal(rule.id)} AS rule, evidence, row FROM folded WHERE {where}")])
    union = " UNION ALL ".join(f"SELECT * FROM {part}" for part in parts)
    engine.run([Step("reference_found", union)])


def varied(engine: Engine, rules: Sequence[Rule], size: int) -> list[Rule]:
    """Makes so many rules of the given ones: the same trees, each text that they look for another one.

    Of the new texts some are values of that field in the events, some occur nowhere.
    """
    known = {
        field: [str(row[0]) for row in engine.rows(_values(engine, field))]
        for field in sorted({atom.field for rule in rules if rule.tree for atom in atoms(rule.tree)})
    }
    made = list(rules)
    for round_ in count(1):
        for rule in rules:
            if len(made) == size:
                return made
            if rule.tree is not None:
                made.append(replace(rule, id=f"{rule.id}-{round_}", tree=_varied(rule.tree, known, round_)))
    return made


def _values(engine: Engine, field: str) -> str:
    value = expression(field, engine.columns("events"), "e")
    return f"SELECT DISTINCT {value} AS value FROM events e WHERE {value} <> '' ORDER BY value LIMIT {VALUES}"


def _varied(node: Node, known: dict[str, list[str]], round_: int) -> Node:
    match node:
        case Atom(field, test, value, cased) if test in TEXTS:
            values = known[field]
            other = values[round_ % len(values)] if values and round_ % 4 == 1 else f"{value}{round_}"
            return Atom(field, test, other if cased else other.lower(), cased)
        case Atom():
            return node
        case Every(parts):
            return Every(tuple(_varied(part, known, round_) for part in parts))
        case Either(parts):
            return Either(tuple(_varied(part, known, round_) for part in parts))
        case Negation(part):
            return Negation(_varied(part, known, round_))


def _sql(node: Node, names: dict[str, str]) -> str:
    match node:
        case Atom(field, "null"):
            return f"({names[field]} IS NULL OR {names[field]} = '')"
        case Atom(field):
            return f"({names[field]} IS NOT NULL AND {condition(node, names[field], f'{names[field]}_folded')})"
        case Every(parts):
            return "(" + " AND ".join(_sql(part, names) for part in parts) + ")"
        case Either(parts):
            return "(" + " OR ".join(_sql(part, names) for part in parts) + ")"
        case Negation(part):
            return f"(NOT {_sql(part, names)})"


def _networks(tree: Node) -> bool:
    return any(atom.test == "cidr" for atom in atoms(tree))


def _events(engine: Engine, plan: Plan) -> int:
    rows = plan.scaled(ROWS)
    logs = [long_log(plan, name, rows) for name in LOGS]
    intake = collect(logs, plan.work / "rules", recognisers=recognisers())
    normalise(engine, intake.items, work=plan.work)
    return int(str(engine.one("SELECT count(*) FROM events")[0]))
