"""The reference: one query for each rule, written straight from pySigma's tree with nothing shared with the product.

Texts become one anchored regular expression each, logic becomes SQL logic. It is meant for plain ASCII events.
"""

import re

from sigma.conditions import (
    ConditionAND,
    ConditionFieldEqualsValueExpression,
    ConditionNOT,
    ConditionOR,
)
from sigma.rule import SigmaRule
from sigma.types import (
    SigmaBool,
    SigmaCasedString,
    SigmaCIDRExpression,
    SigmaCompareExpression,
    SigmaExists,
    SigmaNull,
    SigmaNumber,
    SigmaRegularExpression,
    SigmaString,
    SpecialChars,
)

from spillmark.engine.interface import Engine

SIGNS = {"LT": "<", "LTE": "<=", "GT": ">", "GTE": ">=", "NEQ": "<>"}


def reference(engine: Engine, text: str) -> list[tuple[str, int]]:
    """Gives (evidence, row) of the events that one rule finds, by one query."""
    rule = SigmaRule.from_yaml(text)
    where = " OR ".join(f"({_sql(condition.parsed)})" for condition in rule.detection.parsed_condition)
    prefix = str(rule.logsource.product)
    sql = f"SELECT evidence, row FROM events WHERE source LIKE '{prefix}%' AND ({where}) ORDER BY ALL"
    return [(str(evidence), int(str(row))) for evidence, row in engine.rows(sql)]


def _sql(node: object) -> str:
    if isinstance(node, ConditionAND):
        return "(" + " AND ".join(_sql(part) for part in node.args) + ")"
    if isinstance(node, ConditionOR):
        return "(" + " OR ".join(_sql(part) for part in node.args) + ")"
    if isinstance(node, ConditionNOT):
        return f"(NOT {_sql(node.args[0])})"
    assert isinstance(node, ConditionFieldEqualsValueExpression)
    return f"coalesce({_test(node)}, false)"


def _test(node: ConditionFieldEqualsValueExpression) -> str:
    field, value = f'CAST("{node.field}" AS VARCHAR)', node.value
    number = f"TRY_CAST({field} AS DOUBLE)"
    if isinstance(value, SigmaString):
        return _text(field, value)
    if isinstance(value, SigmaNumber):
        return f"{number} = {value.number}"
    if isinstance(value, SigmaBool):
        return f"lower({field}) = '{str(value.boolean).lower()}'"
    if isinstance(value, SigmaNull):
        return f"({field} IS NULL OR {field} = '')"
    if isinstance(value, SigmaExists):
        return f"{field} IS {'NOT ' if value.exists else ''}NULL"
    if isinstance(value, SigmaRegularExpression):
        return f"regexp_matches({field}, {_quote(value.escape())})"
    if isinstance(value, SigmaCIDRExpression):
        patterns = " OR ".join(f"{field} LIKE '{one.replace('*', '%')}'" for one in value.expand())
        return f"({patterns})"
    assert isinstance(value, SigmaCompareExpression)
    return f"(isfinite({number}) AND {number} {SIGNS[value.op.name]} {value.number.number})"


def _text(field: str, value: SigmaString) -> str:
    if not value.s:
        return f"({field} IS NULL OR {field} = '')"
    signs = {SpecialChars.WILDCARD_MULTI: ".*", SpecialChars.WILDCARD_SINGLE: "."}
    pattern = "".join(re.escape(part) if isinstance(part, str) else signs[part] for part in value.s)  # type: ignore[index]
    flags = "s" if isinstance(value, SigmaCasedString) else "is"
    return f"regexp_full_match({field}, {_quote(f'(?{flags}){pattern}')})"


def _quote(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
