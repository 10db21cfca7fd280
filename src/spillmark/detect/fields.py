"""What a field name of a rule means as SQL over the `events` table.

A rule names a column of the common form (`user`, `object_name`, ...) or, as `detail.NAME`, one of the vendor's own
fields that no column holds.
"""

import re

from spillmark.engine.interface import identifier, literal

DETAIL = "detail."
NAME = re.compile(r"[\w .:@/-]+")


def expression(field: str, columns: dict[str, str], alias: str) -> str | None:
    """Gives SQL of type VARCHAR for a field of table `alias`, or None where events have no such field.

    `columns` is column name to SQL type. A list has no single text, so no rule can test it.
    """
    kind = columns.get(field)
    if kind is not None:
        column = f"{alias}.{identifier(field)}"
        if kind.endswith("[]"):
            return None
        return column if kind == "VARCHAR" else f"CAST({column} AS VARCHAR)"
    name = field.removeprefix(DETAIL)
    if not field.startswith(DETAIL) or NAME.fullmatch(name) is None or columns.get("detail") != "VARCHAR":
        return None
    detail = f"{alias}.{identifier('detail')}"
    path = literal(f'$."{name}"')
    # The detail column is made by us, yet one bad text must not stop a whole query.
    return f"CASE WHEN json_valid({detail}) THEN json_extract_string({detail}, {path}) END"
