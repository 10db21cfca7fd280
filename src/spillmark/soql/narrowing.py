"""Clauses that narrow a result by what no snapshot tells, so that only a superset can be given.

Source: Salesforce SOQL and SOSL Reference, "USING SCOPE", "WITH DATA CATEGORY", "WITH", "HAVING". FOR VIEW, FOR
REFERENCE, UPDATE, ALL ROWS and the access modes change no row of a replay.
"""

from collections.abc import Iterator

from spillmark.soql.printer import value_text
from spillmark.soql.tree import Bind, Query, With, WithCall, WithCategory, WithFilter, WithMode

_HARMLESS_MODES = frozenset(["SECURITY_ENFORCED", "USER_MODE", "SYSTEM_MODE", "RANDOM_IDENTIFIER"])


def narrowing(query: Query) -> tuple[str, ...]:
    """Gives one sentence for each clause that narrows in a way that cannot be told here."""
    return tuple(_reasons(query))


def _reasons(query: Query) -> Iterator[str]:
    if query.scope is not None and query.scope.lower() != "everything":
        yield f"USING SCOPE {query.scope} narrows by who asked, which the copy does not tell"
    for clause in query.withs:
        if not isinstance(clause, WithMode) or clause.name.upper() not in _HARMLESS_MODES:
            yield f"WITH {_name(clause)} narrows by what the copy does not tell"
    if query.group is not None and query.group.having is not None:
        yield "HAVING drops whole groups; the records of all groups stand here"
    for rows, word in ((query.limit, "LIMIT"), (query.offset, "OFFSET")):
        if isinstance(rows, Bind):
            yield f"the number behind {word} {value_text(rows)} is not known"


def _name(clause: With) -> str:
    match clause:
        case WithCategory():
            return "DATA CATEGORY"
        case WithFilter():
            return "a filter"
        case WithMode() | WithCall():
            return clause.name
