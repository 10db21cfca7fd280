"""Names of columns as a database can hold them."""

from collections.abc import Sequence

OWN = ("row", "line", "part", "rowid")


def unique_names(names: Sequence[str]) -> dict[str, str]:
    """Gives table column -> vendor's name, in order: blank names are numbered, and names that a database takes for
    the same (it ignores case) or that are ours (`row`, `line`, `part`) or the engine's (`rowid`) get a number
    behind them."""
    taken = set(OWN)
    found: dict[str, str] = {}
    for position, name in enumerate(names, 1):
        wish = name.strip() or f"column_{position}"
        column, number = wish, 2
        while column.lower() in taken:
            column, number = f"{wish}_{number}", number + 1
        taken.add(column.lower())
        found[column] = name.strip()
    return found
