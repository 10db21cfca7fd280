"""Correlation rules: read the hits of the correlated rules group by group, and hand them to the windows.

An event whose group-by field is absent belongs to no group: it cannot be shown to be the same user's (or job's) as
another. An event without a time is in no window.
"""

import operator
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from statistics import median

from sigma.correlations import (
    CorrelationConditionAND,
    CorrelationConditionItem,
    CorrelationConditionNOT,
    CorrelationConditionOR,
    SigmaCorrelationCondition,
    SigmaCorrelationConditionOperator,
    SigmaCorrelationRule,
    SigmaCorrelationType,
    SigmaExtendedCorrelationCondition,
    SigmaRuleReference,
)

from spillmark.detect.fields import expression
from spillmark.detect.rules import Rule, RuleSet, references
from spillmark.detect.windows import Events, Hit, Numbers, Rules, Tally, Values, ordered, percentile, sliding
from spillmark.engine.interface import Engine, literal
from spillmark.errors import ContentError
from spillmark.model.evidence import Skip

COMPARE: dict[SigmaCorrelationConditionOperator, Callable[[float, float], bool]] = {
    SigmaCorrelationConditionOperator.LT: operator.lt,
    SigmaCorrelationConditionOperator.LTE: operator.le,
    SigmaCorrelationConditionOperator.GT: operator.gt,
    SigmaCorrelationConditionOperator.GTE: operator.ge,
    SigmaCorrelationConditionOperator.EQ: operator.eq,
    SigmaCorrelationConditionOperator.NEQ: operator.ne,
}


SEQUENCES = (SigmaCorrelationType.TEMPORAL, SigmaCorrelationType.TEMPORAL_ORDERED)


@dataclass(frozen=True)
class Plan:
    """A correlation that is ready to run: the correlated rules by position, and how to judge one group."""

    rule: Rule
    parts: tuple[Rule, ...]
    groups: tuple[str, ...]
    value: str | None
    judge: Callable[[Sequence[Hit]], list[Hit]]


def order(rules: RuleSet) -> tuple[Rule, ...]:
    """Gives the correlations so that each comes after those it refers to; ones in a circle come last, as they are."""
    waiting = [rule for rule in rules.rules if rule.correlation is not None]
    done: list[Rule] = []
    while waiting:
        open_ids = {rule.id for rule in waiting}
        free = [rule for rule in waiting if not open_ids & {part.id for part in _found(rules, rule)}]
        done.extend(free or waiting)
        waiting = [rule for rule in waiting if rule not in free] if free else []
    return tuple(done)


def _found(rules: RuleSet, rule: Rule) -> list[Rule]:
    return [part for part in (rules.find(name) for name in references(rule)) if part is not None]


def plan(rules: RuleSet, rule: Rule) -> Plan:
    """Checks a correlation and resolves what it refers to.

    Raises:
        ContentError: a rule, field or condition that cannot be used; with file and line.
    """
    correlation = rule.correlation
    if correlation is None:
        raise ContentError("not a correlation", where=rule.place)
    parts = []
    for name in references(rule):
        part = rules.find(name)
        if part is None:
            raise ContentError(f"no rule {name} to correlate", where=rule.line(name))
        parts.append(part)
    if any(one.id == rule.id for part in parts for one in rules.only(part).rules):
        raise ContentError("the correlation refers to itself in a circle", where=rule.line("rules"))
    if not parts:
        raise ContentError("no rules to correlate", where=rule.line("correlation"))
    return Plan(
        rule=rule,
        parts=tuple(parts),
        groups=tuple(correlation.group_by or ()),
        value=_value(rule, correlation),
        judge=_judge(rule, correlation, [part.id for part in parts]),
    )


def hopeless(ready: Plan, silent: Mapping[str, Skip]) -> Skip | None:
    """Gives a Skip where correlated rules that did not run leave nothing to correlate; `silent` holds those by id."""
    correlation = ready.rule.correlation
    missing = [part.id for part in ready.parts if part.id in silent]
    if correlation is None or not missing or isinstance(correlation.condition, SigmaExtendedCorrelationCondition):
        return None
    if correlation.type not in SEQUENCES and len(missing) < len(ready.parts):
        return None
    if any(silent[part].level == "failed" for part in missing):
        return Skip(None, f"rule {ready.rule.id}", f"could not run: it needs {', '.join(missing)}", "failed")
    return Skip(None, f"rule {ready.rule.id}", f"no evidence to check: none for {', '.join(missing)}", "note")


def _value(rule: Rule, correlation: SigmaCorrelationRule) -> str | None:
    field = getattr(correlation.condition, "fieldref", None)
    if isinstance(field, list):
        if len(field) != 1:
            raise ContentError("several fields in one condition", where=rule.line("field"))
        field = field[0]
    return None if field is None else str(field)


def _judge(rule: Rule, correlation: SigmaCorrelationRule, ids: Sequence[str]) -> Callable[[Sequence[Hit]], list[Hit]]:
    span = timedelta(seconds=correlation.timespan.seconds)
    condition = correlation.condition
    if correlation.type is SigmaCorrelationType.TEMPORAL_ORDERED:
        whole = isinstance(condition, SigmaCorrelationCondition) and condition.count == len(ids)
        if not whole or getattr(condition, "op", None) is not SigmaCorrelationConditionOperator.GTE:
            raise ContentError("an ordered sequence takes no condition of its own", where=rule.line("condition"))
        return lambda hits: ordered(hits, span, len(ids))
    make = _tally(rule, correlation, ids)
    return lambda hits: sliding(hits, span, make())


def _tally(rule: Rule, correlation: SigmaCorrelationRule, ids: Sequence[str]) -> Callable[[], Tally]:
    condition = correlation.condition
    if isinstance(condition, SigmaExtendedCorrelationCondition):
        names = references(rule)
        return lambda: Rules(lambda seen: _holds(condition.parsed, {names[step] for step in seen}))
    meets = _meets(condition)
    match correlation.type:
        case SigmaCorrelationType.EVENT_COUNT:
            return lambda: Events(meets)
        case SigmaCorrelationType.VALUE_COUNT:
            return lambda: Values(meets)
        case SigmaCorrelationType.TEMPORAL:
            return lambda: Rules(lambda seen: meets(len({ids[step] for step in seen})))
        case _:
            figure = _figure(rule, correlation.type, condition)
            return lambda: Numbers(meets, figure)


def _meets(condition: SigmaCorrelationCondition) -> Callable[[float], bool]:
    compare = COMPARE[condition.op]
    return lambda measured: compare(measured, condition.count)


def _figure(
    rule: Rule, kind: SigmaCorrelationType, condition: SigmaCorrelationCondition
) -> Callable[[Sequence[float]], float]:
    match kind:
        case SigmaCorrelationType.VALUE_SUM:
            return sum
        case SigmaCorrelationType.VALUE_AVG:
            return lambda numbers: sum(numbers) / len(numbers)
        case SigmaCorrelationType.VALUE_MEDIAN:
            return median
        case SigmaCorrelationType.VALUE_PERCENTILE:
            return percentile(float(50 if condition.percentile is None else condition.percentile))
        case _:
            raise ContentError(f"correlation type {kind} is not known", where=rule.line("type"))


def _holds(node: CorrelationConditionItem | SigmaRuleReference, seen: set[str]) -> bool:
    if isinstance(node, SigmaRuleReference):
        return node.reference in seen
    answers = (_holds(part, seen) for part in node.args)
    if isinstance(node, CorrelationConditionAND):
        return all(answers)
    if isinstance(node, CorrelationConditionOR):
        return any(answers)
    if isinstance(node, CorrelationConditionNOT):
        return not any(answers)
    raise ContentError(f"a condition of an unknown kind: {type(node).__name__}")


def correlated(engine: Engine, ready: Plan) -> Iterator[tuple[str, str, int]]:
    """Gives (rule, evidence, row) of the events that make a correlation true; reads `detect_hits`, one group at a time.

    Raises:
        ContentError: a group-by or value field that events do not have.
    """
    groups = [_column(engine, ready, field) for field in ready.groups]
    value = _column(engine, ready, ready.value) if ready.value is not None else "NULL"
    present = "".join(f"\nAND {group} IS NOT NULL" for group in groups)
    keys = ", ".join(groups) + ", " if groups else ""
    ids = ", ".join(literal(rule_id) for rule_id in sorted({part.id for part in ready.parts}))
    sql = f"""
        SELECT {keys}h.rule, e.evidence, e.row, e.time, {value}
        FROM detect_hits h
        JOIN detect_acting e USING (evidence, row)
        WHERE h.rule IN ({ids}) AND e.time IS NOT NULL{present}
        ORDER BY {keys}e.time, e.evidence, e.row, h.rule
        """
    width = len(groups)
    for _, rows in groupby(engine.rows(sql), key=lambda row: row[:width]):
        for hit in ready.judge(list(_hits(ready, rows, width))):
            yield ready.rule.id, hit.evidence, hit.row


def _hits(ready: Plan, rows: Iterator[tuple[object, ...]], width: int) -> Iterator[Hit]:
    """Joins the rules that found the same event."""
    for (evidence, row), found in groupby(rows, key=lambda one: (one[width + 1], one[width + 2])):
        same = list(found)
        names = {str(one[width]) for one in same}
        time = same[0][width + 3]
        value = next((str(one[width + 4]) for one in same if one[width + 4] is not None), None)
        steps = frozenset(index for index, part in enumerate(ready.parts) if part.id in names)
        if isinstance(time, datetime):
            yield Hit(str(evidence), int(str(row)), time, steps, value)


def _column(engine: Engine, ready: Plan, field: str) -> str:
    """Gives a group-by or value field as SQL; an alias stands for another field for each correlated rule."""
    correlation = ready.rule.correlation
    aliases = correlation.aliases.aliases if correlation is not None else {}
    if field not in aliases:
        return _expression(engine, ready, field)
    named = {reference.reference: name for reference, name in aliases[field].mapping.items()}
    cases = []
    for name, part in zip(references(ready.rule), ready.parts, strict=True):
        if name not in named:
            raise ContentError(f"alias {field} says nothing of rule {name}", where=ready.rule.line(field))
        cases.append(f"WHEN {literal(part.id)} THEN {_expression(engine, ready, named[name])}")
    return f"CASE h.rule {' '.join(cases)} END"


def _expression(engine: Engine, ready: Plan, field: str) -> str:
    sql = expression(field, engine.columns("detect_acting"), "e")
    if sql is None:
        raise ContentError(f"events have no field {field}", where=ready.rule.line(field))
    return sql
