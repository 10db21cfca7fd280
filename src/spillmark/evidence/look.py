"""Does a record look as a recogniser says? Records are JSON objects or rows of a table, field names in any case."""

from collections.abc import Mapping, Sequence

from spillmark.evidence.item import Recogniser


def matches(recogniser: Recogniser, record: Mapping[str, object]) -> bool:
    """Tells whether a record has the fields and values of a recogniser, within its envelope where it has one."""
    if recogniser.lines is not None:
        # A line of a text log, as `open_records` gives it.
        line = record.get("text")
        return isinstance(line, str) and len(record) == 1 and recogniser.lines.match(line) is not None
    flat = unwrapped(record, recogniser.unwrap)
    if not (recogniser.columns or recogniser.any_of or recogniser.values):
        return False
    if not all(_there(flat, name) for name in recogniser.columns):
        return False
    if recogniser.any_of and not any(_there(flat, name) for name in recogniser.any_of):
        return False
    for name, values in recogniser.values.items():
        found = _value(flat, name)
        if found is not None and found != "" and str(found).lower() not in values:
            return False
    return True


def best(recognisers: Sequence[Recogniser], record: Mapping[str, object]) -> Recogniser | None:
    """Gives the most demanding recogniser that a record matches; of equal ones the first by id."""
    found = [recogniser for recogniser in recognisers if matches(recogniser, record)]
    return min(found, key=lambda recogniser: (-recogniser.weight, recogniser.id), default=None)


def unwrapped(record: Mapping[str, object], paths: Sequence[str]) -> dict[str, object]:
    """Takes a record out of its envelope and gives its fields by lower-case name, the envelope's beside them."""
    flat = {str(name).lower(): value for name, value in record.items()}
    for path in paths:
        inner: object = record
        for part in path.split("."):
            inner = inner.get(part) if isinstance(inner, Mapping) else None
        if isinstance(inner, Mapping):
            flat.update((str(name).lower(), value) for name, value in inner.items())
    return flat


def _there(flat: Mapping[str, object], name: str) -> bool:
    return name in flat or _value(flat, name) is not None


def _value(flat: Mapping[str, object], name: str) -> object:
    if name in flat:
        return flat[name]
    outer, _, inner = name.partition(".")
    found = flat.get(outer)
    if not inner or not isinstance(found, Mapping):
        return None
    return _value({str(key).lower(): value for key, value in found.items()}, inner)
