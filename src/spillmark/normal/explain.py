"""Mapping files told in plain words."""

from collections.abc import Sequence

from spillmark.model.content import Explanation
from spillmark.normal.mapping import load_mappings


def explain(id_: str) -> Explanation | None:
    """Tells what a mapping reads, by its id."""
    mapping = load_mappings().find(id_)
    if mapping is None:
        return None
    text = [f"Reads {mapping.title} and makes events of the source {mapping.id}."]
    if not mapping.fields:
        text = [f"Recognises {mapping.title}; there is no mapping of its fields yet, so it gives no events."]
    if mapping.retention is not None:
        text.append(f"The platform keeps it {mapping.retention.days} days: {mapping.retention.why}.")
    facts = [(name, _told(source.from_, source.value or source.template)) for name, source in mapping.fields.items()]
    about = [("version", str(mapping.version)), ("documentation", mapping.source), ("checked on", mapping.checked_on)]
    return Explanation(mapping.id, "mapping", mapping.title, tuple(text), (*about, *facts))


def _told(fields: Sequence[str], fixed: str | None) -> str:
    return fixed if fixed is not None else " or ".join(fields)
