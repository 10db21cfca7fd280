"""The border between a file that a person wrote and our values: every wrong key and value is named, none is guessed."""

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from types import UnionType
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin, get_type_hints

from pydantic import TypeAdapter, ValidationError
from pydantic.fields import FieldInfo
from rapidfuzz import fuzz, process

from spillmark.errors import EvidenceError

Shape = TypeVar("Shape")
SHOWN = 8
LIKE = 60.0
BRANCHES = frozenset({"str", "bool", "int", "float", "none", "literal"})
"""What pydantic adds to the path of a value for the branch of a union; no key of ours has such a name."""

_ADAPTERS: dict[type[Any], TypeAdapter[Any]] = {}


def into(shape: type[Shape], document: Mapping[str, Any], where: str) -> Shape:
    """Turns a mapping into a frozen dataclass; keys that it does not know are errors, with the key that may be meant.

    Raises:
        EvidenceError: with `where`, the key as a path (`people[2].residence`) and what was expected.
    """
    faults = list(unknown_keys(shape, document))
    try:
        value: Shape = _adapter(shape).validate_python(_texts(shape, document))
    except ValidationError as error:
        faults += _values(error)
        raise refusal(faults, where) from error
    if faults:
        raise refusal(faults, where)
    return value


def _adapter(shape: type[Shape]) -> TypeAdapter[Shape]:
    """Builds the validator of a shape once: building costs far more than validating."""
    if shape not in _ADAPTERS:
        _ADAPTERS[shape] = TypeAdapter(shape)
    return _ADAPTERS[shape]


def refusal(faults: list[str], where: str) -> EvidenceError:
    """Makes one error of several faults: the first is what went wrong, the next ones are listed below it."""
    more = faults[1:SHOWN]
    if len(faults) > SHOWN:
        more.append(f"and {len(faults) - SHOWN} more")
    return EvidenceError(faults[0], where=where, why="\n".join(more) or None)


def unknown_keys(shape: Any, document: Any, path: str = "") -> Iterator[str]:
    """Tells each key of `document` that `shape`, a dataclass or a container of them, has no place for."""
    if is_dataclass(shape):
        if isinstance(document, Mapping):
            yield from _keys_of(shape, document, path)
        return
    origin, inner = get_origin(shape), get_args(shape)
    if origin is Annotated:
        yield from unknown_keys(inner[0], document, path)
    elif origin in {Union, UnionType}:
        for one in inner:
            yield from unknown_keys(one, document, path)
    elif origin in {tuple, list} and isinstance(document, list | tuple):
        for number, item in enumerate(document):
            yield from unknown_keys(inner[0], item, f"{path}[{number}]")


def did_you_mean(word: str, known: list[str]) -> str:
    """Gives "; did you mean `x`?" or, where nothing is like it, the words that are known."""
    best = process.extractOne(word, known, scorer=fuzz.ratio, score_cutoff=LIKE)
    if best is not None:
        return f"; did you mean `{best[0]}`?"
    return f"; known are {', '.join(sorted(known))}" if len(known) <= 2 * SHOWN else ""


def _keys_of(shape: Any, document: Mapping[str, Any], path: str) -> Iterator[str]:
    hints = get_type_hints(shape, include_extras=True)
    known = {_alias(hints[one.name]) or one.name: hints[one.name] for one in fields(shape)}
    for key, value in document.items():
        here = f"{path}.{key}" if path else str(key)
        if key in known:
            yield from unknown_keys(known[key], value, here)
        else:
            yield f"`{here}` is not a key that is known{did_you_mean(str(key), list(known))}"


def _texts(hint: Any, value: Any) -> Any:
    """Where only a text fits, a number is the text that was written (an id, a telephone number)."""
    if get_origin(hint) is Annotated:
        return _texts(get_args(hint)[0], value)
    branches = get_args(hint) if get_origin(hint) in {Union, UnionType} else (hint,)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value) if str in branches and not {int, float, bool} & set(branches) else value
    if isinstance(value, Mapping):
        return _texts_of_mapping(branches, value)
    inner = next((get_args(one)[0] for one in branches if get_origin(one) in {tuple, list}), None)
    if isinstance(value, list) and inner is not None:
        return [_texts(inner, item) for item in value]
    return value


def _texts_of_mapping(branches: tuple[Any, ...], value: Mapping[str, Any]) -> Any:
    for one in branches:
        if is_dataclass(one):
            hints = get_type_hints(one, include_extras=True)
            known = {_alias(hints[each.name]) or each.name: hints[each.name] for each in fields(one)}
            return {key: _texts(known.get(key, Any), item) for key, item in value.items()}
        if get_origin(one) is dict:
            return {key: _texts(get_args(one)[1], item) for key, item in value.items()}
    return value


def _alias(hint: Any) -> str | None:
    if get_origin(hint) is not Annotated:
        return None
    return next((info.alias for info in get_args(hint)[1:] if isinstance(info, FieldInfo) and info.alias), None)


def _values(error: ValidationError) -> list[str]:
    faults: dict[str, str] = {}
    for fault in sorted(error.errors(), key=_only_unknown):
        path = ""
        for part in fault["loc"]:
            if isinstance(part, int):
                path += f"[{part}]"
            elif "[" not in part and part not in BRANCHES:
                path += f".{part}" if path else part
        if _only_unknown(fault) and any(known.startswith(path) for known in faults):
            continue
        if fault["type"] == "missing":
            faults.setdefault(path, f"`{path}` is missing")
        else:
            faults.setdefault(path, f"`{path}`: {fault['msg'].lower()}, found {_short(fault.get('input'))}")
    return list(faults.values())


def _only_unknown(fault: Any) -> bool:
    """Of a union with the word unknown, the other branch says what is wrong."""
    return bool(fault["type"] == "literal_error" and fault.get("ctx", {}).get("expected") == "'unknown'")


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= SHOWN * 10 else text[: SHOWN * 10] + "…"
