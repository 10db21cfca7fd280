"""Which elements of a statute the data of a group of persons holds: yes, no, or a question."""

from spillmark.duties.given import Residents
from spillmark.duties.terms import elements
from spillmark.duties.truth import Truth, all_of, any_of, false, true, unknown


def has(row: Residents, element: str) -> Truth:
    """Tells whether an element is among the data of a row of `people`.

    `data_classes` are complete where they are given: what follows from none of them is not there. `elements` add.
    """
    terms = elements()
    stated = {name for given in row.elements for name in (given, *terms.implies.get(given, ()))}
    if element in stated:
        return true(_readable(element))
    if row.data_classes is None:
        return unknown("people.data_classes")
    surely, maybe = _from_classes(row)
    if element in surely:
        return true(_readable(element))
    together = terms.together.get(element, ())
    if any(set(parts) <= (surely | stated) for parts in together):
        return true(_readable(element))
    if element in maybe:
        return unknown(f"people.elements.{element}")
    return false()


def any_element(row: Residents, names: tuple[str, ...]) -> Truth:
    """Tells whether one of several elements is there; the reason names those that are."""
    found = [has(row, name) for name in names]
    there = [name for name, truth in zip(names, found, strict=True) if truth.value]
    if there:
        return true(", ".join(_readable(name) for name in there))
    return any_of(found)


def every_element(row: Residents, names: tuple[str, ...]) -> Truth:
    """Tells whether all of several elements are there."""
    return all_of(has(row, name) for name in names)


def personal(row: Residents) -> bool:
    """Tells whether a row is about persons: all its classes being known as an organisation's own data, it is not."""
    classes = row.data_classes
    return row.count != 0 and not (classes and set(classes) <= set(elements().impersonal))


def _from_classes(row: Residents) -> tuple[set[str], set[str]]:
    terms = elements()
    surely: set[str] = set()
    maybe: set[str] = set()
    for name in row.data_classes or ():
        holds = terms.holds(name, row.residence)
        surely |= {name, *holds.is_}
        maybe |= set(holds.may)
    surely |= {implied for name in surely for implied in terms.implies.get(name, ())}
    return surely, maybe


def _readable(element: str) -> str:
    return element.replace("_", " ")
