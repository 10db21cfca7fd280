"""A tree back to one line of SOQL; reading that line gives an equal tree."""

from typing import assert_never

from spillmark.soql.tree import (
    And,
    Argument,
    Arithmetic,
    Bind,
    Boolean,
    Call,
    Child,
    Comparison,
    Condition,
    Currency,
    Date,
    FieldGroup,
    Grouping,
    Includes,
    InList,
    InQuery,
    Instant,
    Like,
    Not,
    Null,
    Number,
    Operand,
    Or,
    OrderItem,
    Path,
    Query,
    RelativeDate,
    Selected,
    SelectItem,
    Source,
    Text,
    Time,
    TypeOf,
    Value,
    With,
    WithCall,
    WithCategory,
    WithFilter,
    WithMode,
)


def text_of(query: Query) -> str:
    """Gives the query as one line, keywords in capitals, names and strings as written."""
    parts = [
        "SELECT " + ", ".join(_item(item) for item in query.select),
        "FROM " + ", ".join(_source(source) for source in query.sources),
        "" if query.scope is None else f"USING SCOPE {query.scope}",
        "" if query.where is None else f"WHERE {condition_text(query.where)}",
        *(f"WITH {_with(clause)}" for clause in query.withs),
        "" if query.group is None else _group(query.group),
        "ORDER BY " + ", ".join(_order(item) for item in query.order) if query.order else "",
        "" if query.limit is None else f"LIMIT {_rows(query.limit)}",
        "" if query.offset is None else f"OFFSET {_rows(query.offset)}",
        *(f"FOR {kind}" for kind in query.fors),
        "UPDATE " + ", ".join(query.updates) if query.updates else "",
        "ALL ROWS" if query.all_rows else "",
    ]
    return " ".join(part for part in parts if part)


def condition_text(condition: Condition) -> str:
    """Gives one condition; parts that are conditions of their own stand in parentheses."""
    match condition:
        case And():
            return " AND ".join(_part(part) for part in condition.parts)
        case Or():
            return " OR ".join(_part(part) for part in condition.parts)
        case Not():
            return f"NOT {_part(condition.part)}"
        case Comparison():
            right = _argument(condition.value)
            return f"{operand_text(condition.left)} {condition.operator} {right}"
        case Like():
            return f"{operand_text(condition.left)} LIKE {_like(condition)}"
        case InList():
            word = "NOT IN" if condition.negated else "IN"
            return f"{operand_text(condition.left)} {word} {_values(condition.values)}"
        case InQuery():
            word = "NOT IN" if condition.negated else "IN"
            return f"{operand_text(condition.left)} {word} ({text_of(condition.query)})"
        case Includes():
            word = "EXCLUDES" if condition.negated else "INCLUDES"
            return f"{operand_text(condition.left)} {word} {_values(condition.values)}"
        case _:
            assert_never(condition)


def operand_text(operand: Operand) -> str:
    """Gives a field, a function call or a sum."""
    if isinstance(operand, Arithmetic):
        return f"{operand_text(operand.left)} {operand.sign} {operand_text(operand.right)}"
    return _argument(operand)


def value_text(value: Value) -> str:
    """Gives one literal or bind variable."""
    match value:
        case Text():
            return f"'{value.raw}'"
        case Number() | Date() | Instant() | Time():
            return value.text
        case Currency():
            return value.code + value.amount
        case Boolean():
            return "TRUE" if value.value else "FALSE"
        case Null():
            return "NULL"
        case RelativeDate():
            return value.name if value.count is None else f"{value.name}:{value.count}"
        case Bind():
            return f":{value.name}"
        case _:
            assert_never(value)


def _part(condition: Condition) -> str:
    text = condition_text(condition)
    return f"({text})" if isinstance(condition, And | Or | Not) else text


def _like(condition: Like) -> str:
    return value_text(condition.patterns[0]) if len(condition.patterns) == 1 else _values(condition.patterns)


def _values(values: tuple[Value, ...]) -> str:
    if len(values) == 1 and isinstance(values[0], Bind):
        return value_text(values[0])
    return "(" + ", ".join(value_text(value) for value in values) + ")"


def _argument(argument: Argument | FieldGroup) -> str:
    match argument:
        case Path():
            return str(argument)
        case Call():
            return f"{argument.name}({', '.join(_argument(inner) for inner in argument.arguments)})"
        case FieldGroup():
            return f"FIELDS({argument.group})"
        case _:
            return value_text(argument)


def _aliased(text: str, alias: str | None) -> str:
    return text if alias is None else f"{text} {alias}"


def _item(item: SelectItem) -> str:
    match item:
        case Selected():
            return _aliased(_argument(item.expression), item.alias)
        case Child():
            return _aliased(f"({text_of(item.query)})", item.alias)
        case TypeOf():
            whens = "".join(f" WHEN {when.object} THEN {', '.join(map(str, when.fields))}" for when in item.whens)
            otherwise = f" ELSE {', '.join(map(str, item.otherwise))}" if item.otherwise else ""
            return f"TYPEOF {item.reference}{whens}{otherwise} END"
        case _:
            assert_never(item)


def _source(source: Source) -> str:
    # AS keeps an alias that is spelled like a clause apart from that clause.
    return str(source.path) if source.alias is None else f"{source.path} AS {source.alias}"


def _with(clause: With) -> str:
    match clause:
        case WithMode():
            return clause.name
        case WithFilter():
            return condition_text(clause.condition)
        case WithCall():
            return f"{clause.name}({', '.join(f'{key} = {value_text(value)}' for key, value in clause.settings)})"
        case WithCategory():
            filters = [f"{f.group} {f.selector} ({', '.join(f.categories)})" for f in clause.filters]
            return "DATA CATEGORY " + " AND ".join(filters)
        case _:
            assert_never(clause)


def _group(group: Grouping) -> str:
    items = ", ".join(_argument(item) for item in group.items)
    listed = items if group.kind == "plain" else f"{group.kind.upper()}({items})"
    having = "" if group.having is None else f" HAVING {condition_text(group.having)}"
    return f"GROUP BY {listed}{having}"


def _order(item: OrderItem) -> str:
    text = _argument(item.expression) + (" DESC" if item.descending else "")
    return text if item.nulls is None else f"{text} NULLS {item.nulls}"


def _rows(rows: int | Bind) -> str:
    return str(rows) if isinstance(rows, int) else value_text(rows)
