"""The case document as JSON, written and read back: the published contract `case/1`."""

from dataclasses import replace
from functools import cache
from typing import Any

from pydantic import TypeAdapter, ValidationError
from pydantic_core import PydanticSerializationError, from_json

from spillmark.errors import SpillmarkError
from spillmark.model.case import Case
from spillmark.model.evidence import Skip

SCHEMA = "case/1"
FAULTS_SHOWN = 5


def render(case: Case) -> str:
    """Writes a case: keys in the order of the contract, two spaces, a line feed at the end.

    Raises:
        SpillmarkError: a text holds half a surrogate pair, which is no character of UTF-8.
    """
    try:
        return _adapter().dump_json(case, by_alias=True, indent=2).decode() + "\n"
    except PydanticSerializationError as error:
        hint = "this is a fault of Spillmark: evidence is decoded with replacement characters before it reaches a case"
        raise SpillmarkError("the case cannot be written as UTF-8", why=str(error), hint=hint) from error


def load(text: str, where: str) -> Case:
    """Reads a case document; keys that this version does not know are left out and noted in `skipped`.

    Raises:
        SpillmarkError: not JSON (with line and column), another schema, or a value that the contract does not allow.
    """
    document = _document(text, where)
    try:
        case = _adapter().validate_python(document, by_alias=True)
    except (ValidationError, RecursionError) as error:
        hint = "build the case again from its evidence, or restore the file"
        raise SpillmarkError("damaged case document", where=where, why=_faults(error), hint=hint) from error
    unknown = sorted(_unknown(document, _adapter().dump_python(case, by_alias=True), ""))
    if not unknown:
        return case
    notes = tuple(
        Skip(None, key, f"this version does not know the key; it stands in {where}", "note") for key in unknown
    )
    return replace(case, skipped=(*case.skipped, *notes))


def _document(text: str, where: str) -> dict[str, Any]:
    try:
        document = from_json(text)
    except ValueError as error:
        hint = "check whether the file was cut off or edited; build the case again from its evidence"
        raise SpillmarkError("not a case document", where=where, why=f"it is not JSON: {error}", hint=hint) from error
    if not isinstance(document, dict):
        raise SpillmarkError("not a case document", where=where, why="it is JSON, but no object with a schema")
    schema = document.get("schema")
    if schema != SCHEMA:
        raise SpillmarkError("a case document of another kind", where=where, why=_kind(schema), hint=_remedy(schema))
    return document


def _kind(schema: object) -> str:
    if schema is None:
        return f"it has no key `schema`; this version reads {SCHEMA!r}"
    return f"its schema is {str(schema)[:40]!r}; this version reads {SCHEMA!r}"


def _remedy(schema: object) -> str:
    number = str(schema).removeprefix("case/") if str(schema).startswith("case/") else ""
    if number.isdecimal() and int(number[:9]) > 1:
        return "it was written by a newer Spillmark: update this one"
    return "build the case again from its evidence"


def _faults(error: ValidationError | RecursionError) -> str:
    if isinstance(error, RecursionError):
        return "it is nested too deeply"
    faults = error.errors(include_url=False, include_input=False, include_context=False)
    lines = [f"{_path(fault['loc'])}: {fault['msg']}" for fault in faults[:FAULTS_SHOWN]]
    if len(faults) > FAULTS_SHOWN:
        lines.append(f"and {len(faults) - FAULTS_SHOWN:,} more")
    return "\n".join(lines)


def _path(parts: tuple[int | str, ...]) -> str:
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in parts).lstrip(".") or "document"


def _unknown(given: object, known: object, path: str) -> set[str]:
    """Names each key of `given` that did not survive; all entries of one list count as one place."""
    if isinstance(given, dict) and isinstance(known, dict):
        lost = {f"{path}.{key}".lstrip(".") for key in given.keys() - known.keys()}
        return lost.union(*(_unknown(given[key], known[key], f"{path}.{key}") for key in given.keys() & known.keys()))
    if isinstance(given, list) and isinstance(known, list | tuple):
        return set().union(*(_unknown(one, other, f"{path}[]") for one, other in zip(given, known, strict=False)))
    return set()


@cache
def _adapter() -> TypeAdapter[Case]:
    return TypeAdapter(Case)
