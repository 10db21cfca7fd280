"""ORDER BY with LIMIT and OFFSET over bounds: which rows can stand in the window that the query asked for.

A row can come as early as right behind the rows that certainly match and certainly sort before it, and as late as
behind all rows that may match and do not certainly sort after it. Without ORDER BY every row may stand anywhere: then
the window is "some n of the matching rows". Nulls come first unless NULLS LAST stands there, which a parent's field
ignores. Source: Salesforce SOQL and SOSL Reference, "ORDER BY", "LIMIT", "OFFSET".
"""

from dataclasses import dataclass

from spillmark.soql.dates import Anchor
from spillmark.soql.ledger import Ledger
from spillmark.soql.operand import typed_operand
from spillmark.soql.printer import operand_text
from spillmark.soql.relation import Missing, Relation
from spillmark.soql.sql import FALSE, TRUE, all_of, folded, not_true, plain
from spillmark.soql.tree import OrderItem, Path, Query


@dataclass(frozen=True)
class SortKey:
    """One sort key: its SQL, how it sorts, and for which rows its place is sure."""

    sql: str
    direction: str
    sure: str
    unique: bool


def sort_keys(query: Query, relation: Relation, anchor: Anchor, ledger: Ledger) -> tuple[SortKey, ...]:
    """Gives the keys up to the first one whose order cannot be told."""
    keys: list[SortKey] = []
    for item in query.order:
        key = _sort_key(item, relation, anchor)
        if isinstance(key, Missing):
            ledger.remark(f"ORDER BY {operand_text(item.expression)}: the order is not known: {key.why}")
            break
        keys.append(key)
    return tuple(keys)


def _sort_key(item: OrderItem, relation: Relation, anchor: Anchor) -> SortKey | Missing:
    left = typed_operand(item.expression, relation, anchor)
    if isinstance(left, Missing):
        return left
    field = None
    if isinstance(item.expression, Path) and not left.over_parent:
        field = relation.base.field(relation.expand(item.expression)[-1])
    if left.kind in ("options", "opaque") or (field is not None and field.type == "picklist"):
        return Missing("it follows the order of the picklist, which is not known here")
    nulls = "LAST" if item.nulls == "LAST" and not left.over_parent else "FIRST"
    sql = {"text": folded(left.value), "id": left.text, "flag": f"coalesce({left.value}, FALSE)"}.get(
        left.kind, left.value
    )
    readable = f"coalesce({plain(left.text)}, TRUE)" if left.kind == "text" else TRUE
    sure = all_of([not_true(left.doubt), readable])
    unique = field is not None and field.type == "id"
    return SortKey(sql, f"{'DESC' if item.descending else 'ASC'} NULLS {nulls}", sure, unique)


def window(keys: tuple[SortKey, ...], source: str, *, limit: int | None, offset: int, per_parent: bool) -> str:
    """Gives the SELECT that keeps the rows which can stand in the window; `source` has certain, sure, key_1...

    `certain` stays true only for rows that surely stand in it.
    """
    columns = [f"key_{number}" for number, _ in enumerate(keys, 1)]
    order = ", ".join(f"{column} {key.direction}" for column, key in zip(columns, keys, strict=True))
    parent = ["parent_id"] if per_parent else []
    over = _over(parent, order)
    peers = _over([*parent, *columns], "")
    whole = _over(parent, "")
    # A sum, because a counting FILTER in a window costs quadratic time in the engine.
    return f"""-- how many rows surely come before each, and how many can stand up to its place
WITH placed AS (
  SELECT
    *,
    sum(CAST(certain AS INTEGER)) OVER {over} - sum(CAST(certain AS INTEGER)) OVER {peers} AS sure_before,
    count(*) OVER {over} AS last_place,
    count(*) OVER {whole} AS everyone,
    bool_and(sure) OVER {whole} AS sorted
  FROM {source}
),
-- where the order of one row is not sure, any row can stand anywhere
bounded AS (
  SELECT
    * EXCLUDE (sure_before, last_place),
    CASE WHEN sorted THEN sure_before + 1 ELSE 1 END AS earliest,
    CASE WHEN sorted THEN last_place ELSE everyone END AS latest
  FROM placed
)
SELECT
  * EXCLUDE (certain, sure, everyone, sorted, earliest, latest{"".join(", " + column for column in columns)}),
  certain AND earliest > {offset}{"" if limit is None else f" AND latest <= {offset + limit}"} AS certain
FROM bounded
WHERE {_reaches(limit, offset)}"""


def _reaches(limit: int | None, offset: int) -> str:
    """A row is shown if one of its places lies in the window."""
    if limit is None:
        return f"latest > {offset}"
    return f"latest > {offset} AND earliest <= {offset + limit}" if limit > 0 else FALSE


def _over(partition: list[str], order: str) -> str:
    parts = [f"PARTITION BY {', '.join(partition)}" if partition else "", f"ORDER BY {order}" if order else ""]
    return "(" + " ".join(part for part in parts if part) + ")"


def sureness(keys: tuple[SortKey, ...]) -> str:
    """Tells rows whose place under all keys is sure."""
    return all_of([key.sure for key in keys]) if keys else TRUE
