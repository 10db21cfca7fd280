"""Mapping files that were given with the evidence or by flag: read, tried, put before the shipped ones."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from spillmark.case.given import named, text_of
from spillmark.engine.interface import Engine
from spillmark.errors import SpillmarkError, UsageError
from spillmark.evidence.item import Item
from spillmark.model.evidence import Skip
from spillmark.normal.mapping import Mapping, Mappings, load_mappings
from spillmark.normal.own import claimed, read_own, with_own


@dataclass(frozen=True)
class Own:
    """All mappings of this build, the items as these see them, the versions of the user's own, and what was refused.

    `answered` are ids of evidence that nobody knew before: what was said of them does not hold any more.
    """

    mappings: Mappings
    items: tuple[Item, ...]
    versions: dict[str, str]
    answered: frozenset[str]
    skipped: tuple[Skip, ...]


def own_mappings(engine: Engine, items: Sequence[Item], paths: Sequence[Path] = ()) -> Own:
    """Takes every mapping file among the items; those at `paths` were named by flag.

    Raises:
        UsageError: a file that was named is wrong, with file, line and what to do.
    """
    by_flag = [_taken_in(items, path) for path in paths]
    ids = {item.evidence.id for item in by_flag}
    found: list[Mapping] = []
    skipped: list[Skip] = []
    among = (item for item in items if item.evidence.kind == "mapping" and item.evidence.id not in ids)
    for item in (*by_flag, *among):
        try:
            mapping = read_own(engine, text_of(item.local, item.evidence.path), item.evidence.path)
            with_own([*found, mapping])
            found.append(mapping)
        except SpillmarkError as error:
            if item.evidence.id in ids:
                raise UsageError(error.what, where=error.where, why=error.why, hint=error.hint) from error
            skipped.append(Skip(item.evidence.id, item.evidence.path, str(error), "unread"))
        except OSError as error:
            skipped.append(Skip(item.evidence.id, item.evidence.path, f"cannot be read: {error.strerror}", "unread"))
    if not found:
        return Own(load_mappings(), tuple(items), {}, frozenset(), tuple(skipped))
    return _applied(engine, items, found, skipped)


def without_answered(own: Own, skipped: Sequence[Skip]) -> tuple[Skip, ...]:
    """Leaves out that a file is unknown where a user's own mapping knows it."""
    return tuple(skip for skip in skipped if skip.level != "unread" or skip.evidence not in own.answered)


def _applied(engine: Engine, items: Sequence[Item], found: list[Mapping], skipped: list[Skip]) -> Own:
    known = with_own(found)
    first = [mapping for mapping in known.every if mapping.own]
    seen: list[Item] = []
    answered = set()
    for item in items:
        again = claimed(engine, item, first)
        seen.append(item if again is None else again)
        if again is not None:
            answered.add(item.evidence.id)
    versions = {mapping.id: str(mapping.version) for mapping in first}
    return Own(known, tuple(seen), versions, frozenset(answered), tuple(skipped))


def _taken_in(items: Sequence[Item], path: Path) -> Item:
    item = named(items, path)
    if item is None:
        hint = "give a regular file with --mapping, and do not change it while a case is built"
        raise UsageError("the mapping file could not be taken in", where=str(path), hint=hint)
    return item
