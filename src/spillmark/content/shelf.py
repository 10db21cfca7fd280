"""A shelf of content: all files of one folder, validated into one shape and found by their ids."""

from collections.abc import Callable
from typing import Protocol, TypeVar

from pydantic import TypeAdapter, ValidationError

from spillmark.content import documents
from spillmark.errors import ContentError


class Named(Protocol):
    """Something with an id that is unique on its shelf."""

    @property
    def id(self) -> str:
        """The id."""


Item = TypeVar("Item", bound=Named)


def shelf(folder: str, shape: type[Item], *, order: Callable[[Item], object] | None = None) -> tuple[Item, ...]:
    """Gives all items of a folder, by id or in the given order.

    Raises:
        ContentError: a file does not have the shape, with the first fault, or two share an id.
    """
    adapter = TypeAdapter(shape)
    found: dict[str, Item] = {}
    for place, document in documents(folder):
        try:
            item = adapter.validate_python(document)
        except ValidationError as error:
            fault = error.errors()[0]
            why = f"{'.'.join(str(step) for step in fault['loc'])}: {fault['msg']}"
            raise ContentError(f"not a {shape.__name__.lower()}", where=place, why=why) from error
        if item.id in found:
            raise ContentError(f"the id {item.id} is taken", where=place)
        found[item.id] = item
    ordered = [found[ident] for ident in sorted(found)]
    return tuple(ordered if order is None else sorted(ordered, key=order))  # type: ignore[arg-type]
