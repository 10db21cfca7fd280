"""Everything that was given, as numbered evidence: walked, unpacked, hashed, recognised, refused with a reason."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from spillmark.errors import EvidenceError
from spillmark.evidence import archive, folder, kinds
from spillmark.evidence.archive import Budget
from spillmark.evidence.item import Intake, Item, Limits, Recogniser
from spillmark.model.evidence import Evidence, Skip
from spillmark.progress import SILENT, Progress

__all__ = ["Intake", "Item", "Limits", "collect"]


@dataclass(frozen=True)
class _File:
    """One file or member before it has a number."""

    shown: str
    local: Path
    sha256: str
    size: int
    form: archive.Form | None


def collect(
    paths: Sequence[Path],
    work: Path,
    *,
    limits: Limits = Limits(),  # noqa: B008 - frozen
    recognisers: Sequence[Recogniser] = (),
    progress: Progress = SILENT,
    without: Path | None = None,
) -> Intake:
    """Takes in files, folders and archives; unpacks into `work`, readable by its owner only.

    Evidence is numbered by sha256, then path, so the order of the arguments changes nothing. The same bytes given
    twice count once, under the first path. An archive is listed too, and each of its members is evidence of its own.

    Raises:
        UsageError: a path is not there, or lies in the folder `without`.
        EvidenceError: there is no file at all.
    """
    skipped: list[Skip] = []
    intake = _Intake(_unpacking_folder(work), limits, skipped, progress)
    files = sorted(intake.files(paths, without), key=lambda file: (file.sha256, file.shown))
    if not files:
        told = "; ".join(f"{skip.what}: {skip.why}" for skip in skipped[:3])
        hint = "give reports, audit logs, settings or copies of the data"
        raise EvidenceError("no usable evidence", why=told or "nothing but empty folders was given", hint=hint)
    items: list[Item] = []
    known: dict[str, str] = {}
    for file in files:
        if file.sha256 in known:
            why = f"the same bytes as {known[file.sha256]}, so it was counted once"
            skipped.append(Skip(None, file.shown, why, "note"))
            continue
        known[file.sha256] = file.shown
        items.append(_item(f"E{len(items) + 1}", file, recognisers, skipped))
    numbers = {item.evidence.path: item.evidence.id for item in items}
    told_of = (replace(skip, evidence=skip.evidence or numbers.get(skip.what)) for skip in skipped)
    return Intake(tuple(items), tuple(sorted(told_of, key=lambda skip: (skip.what, skip.level, skip.why))))


def _unpacking_folder(work: Path) -> Path:
    place = work / "unpacked"
    place.mkdir(parents=True, exist_ok=True, mode=0o700)
    place.chmod(0o700)
    return place


def _item(number: str, file: _File, recognisers: Sequence[Recogniser], skipped: list[Skip]) -> Item:
    found = _kind(file, recognisers)
    if found.why is not None:
        skipped.append(Skip(number, file.shown, found.why, "note" if file.size == 0 else "unread"))
    return Item(Evidence(number, file.shown, file.sha256, file.size, found.kind), file.local, found.lines)


def _kind(file: _File, recognisers: Sequence[Recogniser]) -> kinds.Recognised:
    if file.form is not None:
        return kinds.Recognised("archive")
    try:
        return kinds.recognise(file.local, recognisers)
    except Exception as error:  # noqa: BLE001 - one file must not stop the others
        return kinds.Recognised("unknown", f"it could not be recognised: {type(error).__name__}: {error}")


class _Intake:
    """Finds files and members, one after the other."""

    def __init__(self, place: Path, limits: Limits, skipped: list[Skip], progress: Progress) -> None:
        self._place = place
        self._limits = limits
        self._skipped = skipped
        self._progress = progress
        self._count = 0
        self._seen: dict[str, str] = {}

    def files(self, paths: Sequence[Path], without: Path | None) -> Iterator[_File]:
        """Gives every file and every member of every archive, archives included."""
        found = sorted(folder.walk(paths, self._skipped, without=without), key=lambda one: (one.shown, str(one.path)))
        for done, one in enumerate(found, 1):
            yield from self._given(one)
            self._progress.advance(done, len(found))

    def _given(self, one: folder.Found) -> Iterator[_File]:
        try:
            file = _hashed(one.shown, one.path)
        except OSError as error:
            why = f"it cannot be read ({error.strerror or error}); run with the rights to read it"
            self._skipped.append(Skip(None, one.shown, why, "unread"))
            return
        yield file
        if file.form is not None:
            yield from self._unpacked(file, Budget(file.size, self._limits), 1)

    def _unpacked(self, file: _File, budget: Budget, depth: int) -> Iterator[_File]:
        if file.form is None or file.sha256 in self._seen:
            return
        self._seen[file.sha256] = file.shown
        if depth > self._limits.depth:
            why = f"archives are nested more than {self._limits.depth} deep; unpack it yourself and give the folder"
            self._skipped.append(Skip(None, file.shown, why, "unread"))
            return
        result = archive.unpack(file.local, file.shown, file.form, budget, self._fresh)
        self._skipped.extend(result.skipped)
        for member in result.members:
            inner = _hashed(member.name, member.local)
            yield inner
            if inner.form is not None:
                yield from self._unpacked(inner, budget, depth + 1)

    def _fresh(self) -> Path:
        """A path for a member that owes nothing to the member's name."""
        self._count += 1
        return self._place / f"{self._count:06}"


def _hashed(shown: str, path: Path) -> _File:
    with path.open("rb") as handle:
        digest = hashlib.file_digest(handle, "sha256").hexdigest()
        size = handle.tell()
    return _File(shown, path, digest, size, archive.form_of(path) if size else None)
