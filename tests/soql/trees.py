"""Random query trees: whatever the grammar can hold."""

from functools import cache

from hypothesis import strategies as st

from spillmark.soql import tree
from spillmark.soql.vocabulary import COUNTED_DATES, NOT_A_FIELD, NOT_AN_ALIAS, PLAIN_DATES

_KEYWORDS = (
    NOT_A_FIELD | NOT_AN_ALIAS | {"TRUE", "FALSE", "TYPEOF", "FIELDS", "FORMULA", "DISTANCE", "GEOLOCATION", "END"}
)
_KEYWORDS |= {"ROLLUP", "CUBE", "DATA", "AS", "WHEN", "ELSE", "THEN", "FOR", "ORDER", "ALL", "UPDATE", "OFFSET"}

names = st.from_regex(r"[A-Za-z][A-Za-z0-9_]{0,8}", fullmatch=True).filter(lambda n: n.upper() not in _KEYWORDS)
aliases = names | st.sampled_from(["Offset", "Scope", "Update", "rows"])
paths = st.lists(names, min_size=1, max_size=4).map(lambda found: tree.Path(tuple(found)))
digits = st.integers(0, 10**12).map(str)
escapes = st.sampled_from([r"\n", r"\T", r"\'", r"\"", r"\\", r"\u00e9", r"\_", r"\%"])
plain = st.text(st.characters(exclude_characters="'\\", exclude_categories=["Cs"]), max_size=8)
texts = st.lists(plain | escapes, max_size=5).map(lambda parts: tree.Text("".join(parts)))
numbers = st.builds(
    lambda sign, whole, rest: tree.Number(sign + whole + rest),
    st.sampled_from(["", "-"]),
    digits,
    st.sampled_from(["", ".", ".50"]),
)
dates = st.dates().map(lambda day: tree.Date(day.isoformat()))
instants = st.builds(
    lambda moment, zone: tree.Instant(moment.isoformat(timespec="milliseconds") + zone),
    st.datetimes(),
    st.sampled_from(["Z", "+00:00", "-0530"]),
)
times = st.times().map(lambda moment: tree.Time(moment.isoformat(timespec="milliseconds") + "Z"))
relative = st.sampled_from(sorted(PLAIN_DATES)).map(tree.RelativeDate) | st.builds(
    tree.RelativeDate, st.sampled_from(sorted(COUNTED_DATES)), st.integers(0, 10**9)
)
currencies = st.builds(tree.Currency, st.sampled_from(["USD", "eur"]), st.sampled_from(["5000", "1.5", "3."]))
binds = st.lists(names, min_size=1, max_size=2).map(lambda found: tree.Bind(".".join(found)))
values: st.SearchStrategy[tree.Value] = st.one_of(
    texts,
    numbers,
    dates,
    instants,
    times,
    relative,
    currencies,
    binds,
    st.booleans().map(tree.Boolean),
    st.just(tree.Null()),
)
value_lists = st.lists(values, min_size=1, max_size=3).map(tuple)
calls: st.SearchStrategy[tree.Call] = st.builds(
    lambda name, arguments: tree.Call(name, tuple(arguments)), names, st.lists(paths, max_size=2)
)
expressions = paths | calls
operands = expressions | st.builds(tree.Arithmetic, expressions, st.sampled_from(["+", "-"]), expressions)
formulas = texts.map(lambda text: tree.Call("FORMULA", (text,)))


def leaves(queries: st.SearchStrategy[tree.Query] | None) -> st.SearchStrategy[tree.Condition]:
    """Single tests; semi-joins only where subqueries are given."""
    options: list[st.SearchStrategy[tree.Condition]] = [
        st.builds(tree.Comparison, operands, st.sampled_from(["=", "!=", "<", "<=", ">", ">="]), values | formulas),
        st.builds(tree.Like, operands, value_lists),
        st.builds(tree.InList, operands, value_lists, st.booleans()),
        st.builds(tree.Includes, operands, value_lists, st.booleans()),
    ]
    if queries is not None:
        options.append(st.builds(tree.InQuery, operands, queries, st.booleans()))
    # A list that is one bind variable is written without parentheses, except in LIKE; both read the same.
    return st.one_of(options)


def conditions(queries: st.SearchStrategy[tree.Query] | None = None) -> st.SearchStrategy[tree.Condition]:
    """Nested conditions."""

    def more(inner: st.SearchStrategy[tree.Condition]) -> st.SearchStrategy[tree.Condition]:
        parts = st.lists(inner, min_size=2, max_size=3).map(tuple)
        return st.builds(tree.Not, inner) | st.builds(tree.And, parts) | st.builds(tree.Or, parts)

    return st.recursive(leaves(queries), more, max_leaves=6)


def _many(strategy: st.SearchStrategy[object], least: int = 0) -> st.SearchStrategy[tuple[object, ...]]:
    return st.lists(strategy, min_size=least, max_size=3).map(tuple)


@st.composite
def whole_queries(draw: st.DrawFn, depth: int = 1) -> tree.Query:
    """Whole queries; drawn here so that a failure shows the tree, not the strategy."""
    return draw(_queries(depth))


@cache
def _queries(depth: int) -> st.SearchStrategy[tree.Query]:
    inner = whole_queries(depth - 1) if depth else None
    items: st.SearchStrategy[object] = st.builds(tree.Selected, expressions, st.none() | names)
    items |= st.sampled_from(["ALL", "CUSTOM", "STANDARD"]).map(lambda g: tree.Selected(tree.FieldGroup(g)))  # type: ignore[arg-type]
    whens = _many(st.builds(tree.When, names, _many(paths, 1)), 1)
    items |= st.builds(tree.TypeOf, paths, whens, _many(paths))
    if inner is not None:
        items |= st.builds(tree.Child, inner, st.none() | names)
    rows = st.none() | st.integers(0, 5000) | binds
    return st.builds(
        tree.Query,
        select=_many(items, 1),
        sources=_many(st.builds(tree.Source, paths, st.none() | aliases), 1),
        scope=st.none() | names,
        where=st.none() | conditions(inner),
        withs=_many(withs),
        group=st.none()
        | st.builds(
            tree.Grouping, _many(expressions, 1), st.sampled_from(["plain", "rollup", "cube"]), st.none() | conditions()
        ),
        order=_many(st.builds(tree.OrderItem, expressions, st.booleans(), st.sampled_from([None, "FIRST", "LAST"]))),
        limit=rows,
        offset=rows,
        fors=_many(st.sampled_from(["VIEW", "REFERENCE", "UPDATE"])),
        updates=_many(st.sampled_from(["TRACKING", "VIEWSTAT"])),
        all_rows=st.booleans(),
    )


_categories = st.builds(
    tree.CategoryFilter,
    names,
    st.sampled_from(["AT", "ABOVE", "BELOW", "ABOVE_OR_BELOW"]),
    st.lists(names, min_size=1, max_size=2).map(tuple),
)
withs: st.SearchStrategy[object] = st.one_of(
    names.map(tree.WithMode),
    st.builds(tree.WithFilter, st.builds(tree.Comparison, paths, st.just("="), values)),
    st.builds(tree.WithCall, names, _many(st.tuples(names, values), 1)),
    st.builds(tree.WithCategory, _many(_categories, 1)),
)
