"""Mapping files told in plain words."""

from spillmark.model.content import Explanation
from spillmark.normal.mapping import Source, load_mappings


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
    facts = [(name, " or ".join(map(_told, sources))) for name, sources in mapping.fields.items()]
    about = [("version", str(mapping.version)), ("documentation", mapping.source), ("checked on", mapping.checked_on)]
    return Explanation(mapping.id, "mapping", mapping.title, tuple(text), (*about, *facts))


def _told(source: Source) -> str:
    fixed = source.value or source.template
    return fixed if fixed is not None else " or ".join(source.from_)
