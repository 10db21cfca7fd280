"""A WHERE tree to SQL with two bounds: rows that cannot be excluded, and rows that certainly match.

Each condition becomes a pair. What cannot be told (a bind variable, an unknown field, a value that is no number) is
true in the upper bound and false in the lower one; NOT swaps the two. So whatever is missing, the upper bound never
drops a row. Null rules: see `Nulls`.
"""

from dataclasses import dataclass, replace
from typing import Literal, assert_never

from spillmark.soql.compare import Atom, among, equals, includes, like, orders
from spillmark.soql.dates import Anchor
from spillmark.soql.ledger import Ledger
from spillmark.soql.operand import Typed, typed_operand
from spillmark.soql.printer import condition_text, operand_text, value_text
from spillmark.soql.relation import BASE, Missing, Relation
from spillmark.soql.schema import Schema
from spillmark.soql.sql import FALSE, TRUE, all_of, any_of, column, folded, indented, negated, not_true, text_value
from spillmark.soql.tree import (
    And,
    Bind,
    Call,
    Comparison,
    Condition,
    Currency,
    Date,
    Includes,
    InList,
    InQuery,
    Like,
    Not,
    Null,
    Number,
    Or,
    Path,
    Query,
    Selected,
    Text,
    Value,
)

Nulls = Literal["include", "exclude"]
"""Whether an empty field passes `!=`, NOT IN and NOT: sources disagree, so the caller chooses and may do both."""


@dataclass(frozen=True)
class Bounds:
    """SQL that is true for each row that cannot be excluded, and SQL that is true for each that certainly matches."""

    upper: str
    lower: str


OPEN = Bounds(TRUE, FALSE)
EVERY = Bounds(TRUE, TRUE)


@dataclass(frozen=True)
class Conditions:
    """Turns conditions over one relation into SQL.

    With `both_inside` the subqueries of semi-joins are bounded by both rules for empty fields at once: what passes NOT
    IN under one rule may not under the other.
    """

    schema: Schema
    relation: Relation
    anchor: Anchor
    nulls: Nulls
    ledger: Ledger
    both_inside: bool = True

    def bounds(self, condition: Condition | None) -> Bounds:
        """Gives both bounds of a condition; no condition holds for every row."""
        match condition:
            case None:
                return EVERY
            case And():
                parts = [self.bounds(part) for part in condition.parts]
                return Bounds(all_of([part.upper for part in parts]), all_of([part.lower for part in parts]))
            case Or():
                parts = [self.bounds(part) for part in condition.parts]
                return Bounds(any_of([part.upper for part in parts]), any_of([part.lower for part in parts]))
            case Not():
                return self._opposite(self.bounds(condition.part), condition)
            case Comparison() | Like() | InList() | InQuery() | Includes():
                return self._test(condition)
            case _:
                assert_never(condition)

    def _test(self, condition: Comparison | Like | InList | InQuery | Includes) -> Bounds:
        left = typed_operand(condition.left, self.relation, self.anchor)
        if isinstance(left, Missing):
            self.ledger.widen(f"{condition_text(condition)} was left open: {left.why}")
            return OPEN
        self.ledger.filter(left.owners)
        match condition:
            case Comparison():
                return self._comparison(left, condition)
            case Like():
                return self._either(condition, [(value, like(left, value)) for value in condition.patterns])
            case InList():
                return self._membership(left, condition)
            case Includes():
                tests = [(value, includes(left, value)) for value in condition.values]
                positive = self._either(condition, tests)
                return self._opposite(positive, condition) if condition.negated else positive
            case InQuery():
                positive = self._semi_join(left, condition)
                null_counts = _null_counts(left, ())
                return self._opposite(positive, condition, null_counts=null_counts) if condition.negated else positive
            case _:
                assert_never(condition)

    def _comparison(self, left: Typed, condition: Comparison) -> Bounds:
        value = condition.value
        if isinstance(value, Call):
            return self._open(condition, f"{operand_text(value)} cannot be computed here")
        if isinstance(value, Currency):
            return self._money(left, condition, value)
        atom = self._atom(left, condition, value)
        if atom is None:
            return self._open(condition, _misfit(left, value))
        if condition.operator == "!=":
            return self._opposite(_bounds(atom), condition, null_counts=_null_counts(left, (value,)))
        return _bounds(atom)

    def _atom(self, left: Typed, condition: Comparison, value: Value) -> Atom | None:
        if left.kind == "instant" and isinstance(value, Date):
            self.ledger.widen(f"{condition_text(condition)} compares a time with a day; read as that day of the sender")
        if condition.operator in ("=", "!="):
            return equals(left, value, self.anchor)
        return orders(left, condition.operator, value, self.anchor)

    def _money(self, left: Typed, condition: Comparison, value: Currency) -> Bounds:
        """An amount with a currency compares converted; without rates only rows of that very currency are sure."""
        code = self.relation.base.field("CurrencyIsoCode")
        bare = Comparison(left=condition.left, operator=condition.operator, value=Number(value.amount), at=condition.at)
        inner = self._comparison(left, bare)
        if code is None:
            self.ledger.remark(f"{value_text(value)} was read as {value.amount}: the records carry no currency")
            return inner
        self.ledger.widen(f"{condition_text(condition)} was left open for records in other currencies")
        held = self.relation.named("text", column(BASE, code.column))
        same = f"coalesce({folded(held)} = {text_value(value.code)}, FALSE)"
        return Bounds(any_of([inner.upper, f"NOT {same}"]), all_of([inner.lower, same]))

    def _membership(self, left: Typed, condition: InList) -> Bounds:
        atoms, unfit = among(left, condition.values, self.anchor)
        for value in unfit:
            self._open(condition, _misfit(left, value))
        parts = [_bounds(atom) for atom in atoms] + ([OPEN] if unfit else [])
        positive = Bounds(any_of([part.upper for part in parts]), any_of([part.lower for part in parts]))
        if not condition.negated:
            return positive
        return self._opposite(positive, condition, null_counts=_null_counts(left, condition.values))

    def _either(self, condition: Condition, tests: list[tuple[Value, Atom | None]]) -> Bounds:
        parts: list[Bounds] = []
        for value, atom in tests:
            parts.append(self._open(condition, f"{value_text(value)} does not fit") if atom is None else _bounds(atom))
        return Bounds(any_of([part.upper for part in parts]), any_of([part.lower for part in parts]))

    def _semi_join(self, left: Typed, condition: InQuery) -> Bounds:
        inner = self._inner(condition.query)
        if isinstance(inner, Missing):
            return self._open(condition, inner.why)
        relation, column, where = inner
        if column.kind != left.kind or column.kind not in ("id", "text"):
            return self._open(condition, "its two sides are not both ids")
        texts = [folded(side.value) if side.kind == "text" else side.value for side in (left, column)]
        upper, lower = (_subselect(relation, column, texts[1], row_test) for row_test in (where.upper, where.lower))
        doubt = any_of([left.doubt])
        return Bounds(
            any_of([_in(left, texts[0], upper), doubt]), all_of([_in(left, texts[0], lower), not_true(doubt)])
        )

    def _inner(self, query: Query) -> tuple[Relation, Typed, Bounds] | Missing:
        base = self.schema.object(query.object)
        item = query.select[0]
        if base is None:
            return Missing(f"there is no copy of {query.object}")
        if len(query.select) != 1 or not isinstance(item, Selected) or not isinstance(item.expression, Path):
            return Missing("its subquery selects something else than one field")
        relation = Relation(self.schema, base, query)
        column = typed_operand(item.expression, relation, self.anchor)
        if isinstance(column, Missing):
            return column
        self.ledger.filter(column.owners)
        where = self._inner_bounds(query, relation)
        return relation, column, OPEN if query.limit is not None or query.scope is not None else where

    def _inner_bounds(self, query: Query, relation: Relation) -> Bounds:
        if not self.both_inside:
            return replace(self, relation=relation).bounds(query.where)
        upper = replace(self, relation=relation, nulls="include").bounds(query.where).upper
        lower = replace(self, relation=relation, nulls="exclude", ledger=Ledger()).bounds(query.where).lower
        return Bounds(upper, lower)

    def _open(self, condition: Condition, why: str) -> Bounds:
        self.ledger.widen(f"{condition_text(condition)} was left open: {why}")
        return OPEN

    def _opposite(self, bounds: Bounds, condition: Condition, *, null_counts: bool = True) -> Bounds:
        turn = not_true if self.nulls == "include" else negated
        if null_counts:
            self.ledger.remark(
                f"{condition_text(condition)}: sources disagree whether an empty field passes; here it "
                f"{'passes' if self.nulls == 'include' else 'does not pass'}"
            )
        return Bounds(turn(bounds.lower), turn(bounds.upper))


def _bounds(atom: Atom) -> Bounds:
    return Bounds(any_of([atom.sql, atom.doubt]), all_of([atom.sql, not_true(atom.doubt)]))


def _null_counts(left: Typed, values: tuple[Value, ...]) -> bool:
    """Tells whether the rule for empty fields matters: not for booleans and ids, nor where null is among the values."""
    own_id = not left.over_parent and left.owners[0][1].lower() == "id"
    return (
        left.kind != "flag" and not own_id and not any(isinstance(value, Null) or value == Text("") for value in values)
    )


def _misfit(left: Typed, value: Value) -> str:
    if isinstance(value, Bind):
        return f"the value of {value_text(value)} is not known"
    return f"{left.name} ({left.kind}) cannot be compared with {value_text(value)}"


def _in(left: Typed, key: str, subselect: str) -> str:
    """Null stays null whatever the list holds, an empty one included."""
    return f"CASE WHEN {left.text} IS NOT NULL THEN {key} IN ({subselect}) END"


def _subselect(relation: Relation, column: Typed, key: str, test: str) -> str:
    """A null in the list would poison NOT IN, so that none gets in."""
    where = all_of([f"{column.text} IS NOT NULL", test])
    return f"\nSELECT {key}\nFROM (\n{indented(relation.given())}\n) AS given\nWHERE {where}"
