"""The tree of a query: frozen values that compare by meaning, each with its offset `at` in the text.

Parentheses that change nothing leave no trace; names and strings stay as written. `at` never takes part in comparing.
"""

from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from spillmark.soql.lexer import unescape

Operator = Literal["=", "!=", "<", "<=", ">", ">="]
FieldGroupName = Literal["ALL", "CUSTOM", "STANDARD"]
GroupKind = Literal["plain", "rollup", "cube"]
ForKind = Literal["VIEW", "REFERENCE", "UPDATE"]


@dataclass(frozen=True)
class Node:
    """What all parts of a query share: the offset in the text."""

    at: int = field(default=0, compare=False, kw_only=True)


@dataclass(frozen=True)
class Path(Node):
    """A field, or the way to one over parents: Account.Owner.Name."""

    names: tuple[str, ...]

    def __str__(self) -> str:
        return ".".join(self.names)


@dataclass(frozen=True)
class Text(Node):
    """A string; `raw` is what stands between the quotes, escapes untouched, because LIKE reads them its own way."""

    raw: str

    @property
    def value(self) -> str:
        """The text that is meant."""
        return unescape(self.raw)


@dataclass(frozen=True)
class Number(Node):
    """A number as written, sign included."""

    text: str


@dataclass(frozen=True)
class Currency(Node):
    """An amount with its currency: USD5000."""

    code: str
    amount: str


@dataclass(frozen=True)
class Boolean(Node):
    """TRUE or FALSE."""

    value: bool


@dataclass(frozen=True)
class Null(Node):
    """NULL."""


@dataclass(frozen=True)
class Date(Node):
    """A day as written: 2025-07-15."""

    text: str


@dataclass(frozen=True)
class Instant(Node):
    """A date-time as written: 2025-07-15T14:02:11Z."""

    text: str


@dataclass(frozen=True)
class Time(Node):
    """A time of day as written: 14:02:11.000Z."""

    text: str


@dataclass(frozen=True)
class RelativeDate(Node):
    """TODAY, LAST_N_DAYS:7; the name in capitals."""

    name: str
    count: int | None = None


@dataclass(frozen=True)
class Bind(Node):
    """A variable whose value the text does not tell: `:id`."""

    name: str


@dataclass(frozen=True)
class FieldGroup(Node):
    """FIELDS(ALL | CUSTOM | STANDARD)."""

    group: FieldGroupName


@dataclass(frozen=True)
class Call(Node):
    """A function: COUNT(), toLabel(Status), DISTANCE(Place__c, GEOLOCATION(1, 2), 'km')."""

    name: str
    arguments: tuple["Argument", ...] = ()

    @property
    def upper(self) -> str:
        """The function's name in capitals."""
        return self.name.upper()


@dataclass(frozen=True)
class Arithmetic(Node):
    """`left + right` or `left - right` on the left side of a comparison."""

    left: "Operand"
    sign: Literal["+", "-"]
    right: "Operand"


Value: TypeAlias = Text | Number | Currency | Boolean | Null | Date | Instant | Time | RelativeDate | Bind
Expression: TypeAlias = Path | Call
Argument: TypeAlias = Path | Call | Value
Operand: TypeAlias = Path | Call | Arithmetic


@dataclass(frozen=True)
class Comparison(Node):
    """`left operator value`."""

    left: Operand
    operator: Operator
    value: "Value | Call"


@dataclass(frozen=True)
class Like(Node):
    """`left LIKE pattern`, true if one of the patterns fits."""

    left: Operand
    patterns: tuple[Value, ...]


@dataclass(frozen=True)
class InList(Node):
    """`left [NOT] IN (values)`; one bind variable alone stands for a whole list."""

    left: Operand
    values: tuple[Value, ...]
    negated: bool = False


@dataclass(frozen=True)
class InQuery(Node):
    """A semi-join, or negated an anti-join: `left [NOT] IN (SELECT ...)`."""

    left: Operand
    query: "Query"
    negated: bool = False


@dataclass(frozen=True)
class Includes(Node):
    """`left INCLUDES (values)`, or negated EXCLUDES, on a multi-select picklist."""

    left: Operand
    values: tuple[Value, ...]
    negated: bool = False


@dataclass(frozen=True)
class Not(Node):
    """NOT condition."""

    part: "Condition"


@dataclass(frozen=True)
class And(Node):
    """All parts hold; two or more."""

    parts: tuple["Condition", ...]


@dataclass(frozen=True)
class Or(Node):
    """One of the parts holds; two or more."""

    parts: tuple["Condition", ...]


Condition: TypeAlias = Comparison | Like | InList | InQuery | Includes | Not | And | Or


@dataclass(frozen=True)
class Selected(Node):
    """One entry of the field list."""

    expression: Path | Call | FieldGroup
    alias: str | None = None


@dataclass(frozen=True)
class Child(Node):
    """A subquery over children in the field list; its source names the relationship."""

    query: "Query"
    alias: str | None = None


@dataclass(frozen=True)
class When(Node):
    """WHEN object THEN fields."""

    object: str
    fields: tuple[Path, ...]


@dataclass(frozen=True)
class TypeOf(Node):
    """TYPEOF reference WHEN ... ELSE ... END."""

    reference: Path
    whens: tuple[When, ...]
    otherwise: tuple[Path, ...] = ()


SelectItem: TypeAlias = Selected | Child | TypeOf


@dataclass(frozen=True)
class Source(Node):
    """An object (or relationship, or alias.relationship) after FROM, with its alias."""

    path: Path
    alias: str | None = None


@dataclass(frozen=True)
class WithMode(Node):
    """WITH one word: SECURITY_ENFORCED, USER_MODE, SYSTEM_MODE."""

    name: str


@dataclass(frozen=True)
class WithFilter(Node):
    """WITH condition: UserId = '005...', DIVISION = 'Global'."""

    condition: Condition


@dataclass(frozen=True)
class WithCall(Node):
    """WITH name(key = value, ...): RecordVisibilityContext(...)."""

    name: str
    settings: tuple[tuple[str, Value], ...]


@dataclass(frozen=True)
class CategoryFilter(Node):
    """One group of WITH DATA CATEGORY: Geography__c ABOVE (usa__c, uk__c); the selector in capitals."""

    group: str
    selector: str
    categories: tuple[str, ...]


@dataclass(frozen=True)
class WithCategory(Node):
    """WITH DATA CATEGORY filter AND filter."""

    filters: tuple[CategoryFilter, ...]


With: TypeAlias = WithMode | WithFilter | WithCall | WithCategory


@dataclass(frozen=True)
class Grouping(Node):
    """GROUP BY, with its kind of subtotals and the HAVING condition."""

    items: tuple[Expression, ...]
    kind: GroupKind = "plain"
    having: Condition | None = None


@dataclass(frozen=True)
class OrderItem(Node):
    """One sort key; ascending and nulls first unless said otherwise."""

    expression: Expression
    descending: bool = False
    nulls: Literal["FIRST", "LAST"] | None = None


@dataclass(frozen=True)
class Query(Node):
    """A whole SELECT; `sources[0]` is the object, further ones name parents by alias."""

    select: tuple[SelectItem, ...]
    sources: tuple[Source, ...]
    scope: str | None = None
    where: Condition | None = None
    withs: tuple[With, ...] = ()
    group: Grouping | None = None
    order: tuple[OrderItem, ...] = ()
    limit: int | Bind | None = None
    offset: int | Bind | None = None
    fors: tuple[ForKind, ...] = ()
    updates: tuple[str, ...] = ()
    all_rows: bool = False

    @property
    def object(self) -> str:
        """The name after FROM as written."""
        return str(self.sources[0].path)
