"""What people said rather than logs: who we are (org file) and what no log can say (facts file)."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from spillmark.duties.facts import Facts, load_facts
from spillmark.errors import SpillmarkError, UsageError
from spillmark.evidence.item import Item
from spillmark.evidence.org import load_org
from spillmark.evidence.plain_yaml import LARGEST
from spillmark.model.evidence import Skip
from spillmark.model.org import Org


@dataclass(frozen=True)
class Given:
    """Both files with the evidence ids under which they stand, and what of them could not be used."""

    org: Org
    org_id: str | None
    facts: Facts
    facts_id: str | None
    facts_text: str
    skipped: tuple[Skip, ...]


def read_given(items: Sequence[Item], org: Path | None, facts: Path | None) -> Given:
    """Takes the org and the facts file: the ones that were named, else the only ones of their kind.

    Raises:
        UsageError: a file that was named by flag is wrong.
    """
    skipped: list[Skip] = []
    org_item = _chosen(items, org, "org", skipped)
    facts_item = _chosen(items, facts, "facts", skipped)
    known = Org()
    said = Facts()
    text = ""
    if org_item is not None:
        try:
            known = load_org(text_of(org_item.local, org_item.evidence.path), org_item.evidence.path)
        except SpillmarkError as error:
            _refused(org_item, error, skipped, named=org is not None)
            org_item = None
    if facts_item is not None:
        try:
            text = text_of(facts_item.local, facts_item.evidence.path)
            said = load_facts(text, facts_item.evidence.path)
        except SpillmarkError as error:
            _refused(facts_item, error, skipped, named=facts is not None)
            facts_item = None
    return Given(known, _id(org_item), said, _id(facts_item), text, tuple(skipped))


def named(items: Sequence[Item], path: Path | None) -> Item | None:
    """Gives the item that was made of the file at `path`, which may have come in first under another name.

    Raises:
        OSError: the file cannot be read.
    """
    if path is None:
        return None
    with path.open("rb") as handle:
        digest = hashlib.file_digest(handle, "sha256").hexdigest()
    return next((item for item in items if item.evidence.sha256 == digest), None)


def as_kinds(
    items: Sequence[Item], org: Path | None, facts: Path | None, mappings: Sequence[Path] = ()
) -> tuple[Item, ...]:
    """Marks the files that were named by flag as what the flag says they are, whatever they look like."""
    by_flag = {id(named(items, path)): "mapping" for path in mappings}
    by_flag |= {id(named(items, org)): "org", id(named(items, facts)): "facts"}
    return tuple(
        replace(item, evidence=replace(item.evidence, kind=by_flag[id(item)])) if id(item) in by_flag else item  # type: ignore[arg-type]
        for item in items
    )


def text_of(path: Path, shown: str) -> str:
    """Reads a file that a person wrote, in bounds.

    Raises:
        UsageError: it is larger than any such file, or no UTF-8 text.
        OSError: it cannot be read.
    """
    if path.stat().st_size > 4 * LARGEST:
        why = f"more than {4 * LARGEST:,} bytes"
        raise UsageError("too large for an org or facts file", where=shown, why=why, hint="is it the right file?")
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        # Not the error's own text: it quotes the bytes.
        why = f"byte {error.start} is no UTF-8"
        raise UsageError("not UTF-8 text", where=shown, why=why, hint="save it as UTF-8 and run again") from error


def _chosen(items: Sequence[Item], path: Path | None, kind: str, skipped: list[Skip]) -> Item | None:
    if path is not None:
        item = named(items, path)
        if item is None:
            hint = f"give a regular file with --{kind}, and do not change it while a case is built"
            raise UsageError(f"the {kind} file could not be taken in", where=str(path), hint=hint)
        return item
    found = [item for item in items if item.evidence.kind == kind]
    if len(found) > 1:
        why = f"{len(found)} {kind} files were given, none of them was used; name one with --{kind}"
        skipped += [Skip(item.evidence.id, item.evidence.path, why, "unread") for item in found]
    return found[0] if len(found) == 1 else None


def _refused(item: Item, error: SpillmarkError, skipped: list[Skip], *, named: bool) -> None:
    if named:
        raise UsageError(error.what, where=error.where, why=error.why, hint=error.hint) from error
    skipped.append(Skip(item.evidence.id, item.evidence.path, str(error), "unread"))


def _id(item: Item | None) -> str | None:
    return None if item is None else item.evidence.id
