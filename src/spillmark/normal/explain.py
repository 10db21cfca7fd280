"""Mapping files told in plain words."""

from dataclasses import replace

from spillmark.errors import UsageError
from spillmark.model.content import Explanation
from spillmark.normal.mapping import Mapping, Source, load_mappings


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


def explain_kind(name: str) -> tuple[Explanation, ...]:
    """Tells all mappings of a kind of evidence (`okta`), of a group of kinds (`salesforce`), or the one of that id, in
    their order of precedence.

    Raises:
        UsageError: there is no such kind or mapping.
    """
    known = load_mappings().every
    wanted = name.strip().lower()
    found = [m for m in known if wanted in (m.id, m.kind, m.kind.partition(".")[0])]
    if not found:
        kinds = ", ".join(sorted({mapping.kind for mapping in known}))
        raise UsageError(f"no mapping is known by {name!r}", hint=f"kinds: {kinds}; or the id of a mapping")
    made = ((mapping, explain(mapping.id)) for mapping in found)
    return tuple(_recognised(mapping, told) for mapping, told in made if told is not None)


def _recognised(mapping: Mapping, told: Explanation) -> Explanation:
    """Adds by what a record of the log is known."""
    look = mapping.recognise
    ways = [f"has {', '.join(look.columns)}"] if look.columns else []
    ways += [f"has one of {', '.join(look.any_of)}"] if look.any_of else []
    ways += [f"{field} is {' or '.join(values)}" for field, values in look.values.items()]
    ways += [f"the line is like {look.lines}"] if look.lines is not None else []
    return replace(told, facts=(("kind", mapping.kind), ("a record", "; ".join(ways)), *told.facts))


def _told(source: Source) -> str:
    fixed = source.value or source.template
    return fixed if fixed is not None else " or ".join(source.from_)
