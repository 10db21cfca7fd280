"""A shelf of content: the files of one folder, or one file, validated into one shape."""

from collections.abc import Callable
from typing import Any, Protocol, TypeVar

from pydantic import TypeAdapter, ValidationError

from spillmark.content import document, documents, text
from spillmark.errors import ContentError


class Named(Protocol):
    """Something with an id that is unique on its shelf."""

    @property
    def id(self) -> str:
        """The id."""


Item = TypeVar("Item", bound=Named)
Shape = TypeVar("Shape")


def shelf(folder: str, shape: type[Item], *, order: Callable[[Item], object] | None = None) -> tuple[Item, ...]:
    """Gives all items of a folder, by id or in the given order.

    Raises:
        ContentError: a file does not have the shape, with the first fault, or two share an id.
    """
    adapter = TypeAdapter(shape)
    found: dict[str, Item] = {}
    for place, found_document in documents(folder):
        item = _validated(place, found_document, adapter, shape.__name__)
        if item.id in found:
            raise ContentError(f"the id {item.id} is taken", where=place)
        found[item.id] = item
    ordered = [found[ident] for ident in sorted(found)]
    return tuple(ordered if order is None else sorted(ordered, key=order))  # type: ignore[arg-type]


def single(place: str, shape: type[Shape]) -> Shape:
    """Gives the one file at `place`, such as `vocab/acts.yaml`.

    Raises:
        ContentError: it does not have the shape, with the first fault.
    """
    return _validated(place, document(place, text(place)), TypeAdapter(shape), shape.__name__)


def _validated(place: str, found: dict[str, Any], adapter: TypeAdapter[Shape], name: str) -> Shape:
    try:
        return adapter.validate_python(found)
    except ValidationError as error:
        fault = error.errors()[0]
        why = f"{'.'.join(str(step) for step in fault['loc'])}: {fault['msg']}"
        raise ContentError(f"not a {name.lower()}", where=place, why=why) from error
