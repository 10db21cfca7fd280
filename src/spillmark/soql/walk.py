"""Ways through a tree: its leaf conditions, calls, paths, values and queries."""

from collections.abc import Iterator

from spillmark.soql.tree import (
    And,
    Argument,
    Arithmetic,
    Call,
    Child,
    Comparison,
    Condition,
    FieldGroup,
    Includes,
    InList,
    InQuery,
    Like,
    Not,
    Operand,
    Or,
    Path,
    Query,
    Selected,
    TypeOf,
    Value,
    WithFilter,
)

Leaf = Comparison | Like | InList | InQuery | Includes


def leaves(condition: Condition | None) -> Iterator[Leaf]:
    """Gives the single tests of a condition, in order; those of a semi-join's subquery are not among them."""
    match condition:
        case None:
            return
        case And() | Or():
            for part in condition.parts:
                yield from leaves(part)
        case Not():
            yield from leaves(condition.part)
        case _:
            yield condition


def values(leaf: Leaf) -> tuple[Value, ...]:
    """Gives the literals of one test."""
    match leaf:
        case Comparison():
            return () if isinstance(leaf.value, Call) else (leaf.value,)
        case Like():
            return leaf.patterns
        case InList() | Includes():
            return leaf.values
        case InQuery():
            return ()


def filters(query: Query) -> Iterator[Leaf]:
    """Gives the tests of WHERE, HAVING and WITH of one query."""
    yield from leaves(query.where)
    if query.group is not None:
        yield from leaves(query.group.having)
    for clause in query.withs:
        if isinstance(clause, WithFilter):
            yield from leaves(clause.condition)


def expressions(query: Query) -> Iterator[Operand | FieldGroup]:
    """Gives all fields, functions and sums of one query, wherever they stand; not those of its subqueries."""
    for item in query.select:
        if isinstance(item, Selected):
            yield item.expression
        elif isinstance(item, TypeOf):
            yield from item.otherwise
    for leaf in filters(query):
        yield leaf.left
    if query.group is not None:
        yield from query.group.items
    yield from (item.expression for item in query.order)


def calls(argument: Argument | Operand | FieldGroup) -> Iterator[Call]:
    """Gives a call and the calls in its arguments."""
    if isinstance(argument, Arithmetic):
        yield from calls(argument.left)
        yield from calls(argument.right)
    if isinstance(argument, Call):
        yield argument
        for inner in argument.arguments:
            yield from calls(inner)


def paths(argument: Argument | Operand | FieldGroup) -> Iterator[Path]:
    """Gives the field paths in an expression."""
    match argument:
        case Path():
            yield argument
        case Arithmetic():
            yield from paths(argument.left)
            yield from paths(argument.right)
        case Call():
            for inner in argument.arguments:
                yield from paths(inner)
        case _:
            return


def semi_joins(query: Query) -> list[InQuery]:
    """Gives the semi- and anti-joins of one query."""
    return [leaf for leaf in leaves(query.where) if isinstance(leaf, InQuery)]


def children(query: Query) -> list[Child]:
    """Gives the child subqueries of one query."""
    return [item for item in query.select if isinstance(item, Child)]
