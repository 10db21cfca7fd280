"""Archives unpacked in bounds: zip, gzip and Zstandard, member by member, into files with names of our own.

Nothing in an archive is trusted: not its names (they never become paths), not its sizes (bytes are counted as they
come), not its structure. Sources: APPNOTE.TXT (zip), RFC 1952 (gzip), RFC 8878 (Zstandard).
"""

import gzip
import os
import re
import stat
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, Literal

import zstandard

from spillmark.evidence.item import Limits
from spillmark.model.evidence import Skip

CHUNK = 1 << 20
Form = Literal["zip", "gzip", "zstd"]
MAGIC: tuple[tuple[bytes, Form], ...] = (
    (b"PK\x03\x04", "zip"),
    (b"PK\x05\x06", "zip"),
    (b"PK\x07\x08", "zip"),
    (b"\x1f\x8b", "gzip"),
    (b"\x28\xb5\x2f\xfd", "zstd"),
)
OFFICE = ("[Content_Types].xml", "mimetype", "META-INF/MANIFEST.MF")
"""A zip with one of these is a document or a program, not an archive of evidence (ECMA-376, ODF, JAR)."""
UNSAFE = re.compile(r"^[\\/]|^[A-Za-z]:|(^|[\\/])\.\.([\\/]|$)|[\x00-\x1f\x7f]")

UNSHOWN = re.compile(r"[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


class BombError(ValueError):
    """Unpacking would cost more than is allowed; the text says which bound."""


@dataclass
class Budget:
    """What the unpacking of one given file has cost so far, against its limits."""

    size: int
    limits: Limits
    spent: int = 0
    members: int = 0

    def member(self) -> None:
        """Counts one member.

        Raises:
            BombError: there are too many.
        """
        self.members += 1
        if self.members > self.limits.members:
            raise BombError(f"more than {self.limits.members:,} members")

    def spend(self, count: int) -> None:
        """Counts unpacked bytes.

        Raises:
            BombError: more than the file may become.
        """
        self.spent += count
        if self.spent > max(self.limits.free, self.limits.ratio * self.size):
            raise BombError(f"it unpacks to more than {self.limits.ratio:,} times its size")
        if self.spent > self.limits.total:
            raise BombError(f"it unpacks to more than {self.limits.total:,} bytes")


@dataclass(frozen=True)
class Member:
    """One unpacked member: its name within the archive and its bytes."""

    name: str
    local: Path


@dataclass
class Unpacked:
    """What came out of an archive, and what of it was refused or could not be read."""

    members: list[Member] = field(default_factory=list)
    skipped: list[Skip] = field(default_factory=list)


def form_of(path: Path) -> Form | None:
    """Tells the form of an archive by its first bytes; None where the file is no archive of evidence."""
    with path.open("rb") as handle:
        head = handle.read(8)
    form = next((form for magic, form in MAGIC if head.startswith(magic)), None)
    return None if form == "zip" and _is_document(path) else form


def _is_document(path: Path) -> bool:
    try:
        with zipfile.ZipFile(path) as archive:
            return any(name in OFFICE for name in archive.namelist()[:50])
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return False


def unpack(path: Path, shown: str, form: Form, budget: Budget, place: Callable[[], Path]) -> Unpacked:
    """Unpacks one archive; `shown` is its path in words, `place` gives a fresh path for each member."""
    result = Unpacked()
    try:
        if form == "zip":
            _unzip(path, shown, budget, place, result)
        else:
            _stream(path, shown, form, budget, place, result)
    except BombError as error:
        why = f"unpacking was stopped: {error}; unpack it yourself if you trust it, and give the folder"
        result.skipped.append(Skip(None, shown, why, "unread"))
    except (zipfile.BadZipFile, NotImplementedError, OSError, ValueError, EOFError) as error:
        why = f"the archive cannot be opened ({error}); it may be cut off, so ask for it again"
        result.skipped.append(Skip(None, shown, why, "unread"))
    return result


def _unzip(path: Path, shown: str, budget: Budget, place: Callable[[], Path], result: Unpacked) -> None:
    with zipfile.ZipFile(path) as archive:
        seen: dict[str, int] = {}
        for info in archive.infolist():
            budget.member()
            if info.is_dir():
                continue
            name = f"{shown}!{printable(info.filename)}"
            if (why := _refusal(info)) is not None:
                result.skipped.append(Skip(None, name, why, "unread"))
                continue
            seen[info.filename] = seen.get(info.filename, 0) + 1
            again = f"#{seen[info.filename]}" if seen[info.filename] > 1 else ""
            _member(archive, info, name + again, budget, place, result)


def _refusal(info: zipfile.ZipInfo) -> str | None:
    if UNSAFE.search(info.orig_filename) or UNSAFE.search(info.filename):
        return "its name points outside of the archive, as in an attack; it was not unpacked"
    if stat.S_ISLNK(info.external_attr >> 16):
        return "it is a symbolic link, which an archive of evidence should not hold; it was not followed"
    if info.flag_bits & 0x1:
        return "it is encrypted; unpack it with its password and give the folder"
    return None


def _member(
    archive: zipfile.ZipFile,
    info: zipfile.ZipInfo,
    name: str,
    budget: Budget,
    place: Callable[[], Path],
    result: Unpacked,
) -> None:
    target = place()
    try:
        with archive.open(info) as source:
            _copy(iter(lambda: source.read(CHUNK), b""), target, budget)
    except BombError:
        target.unlink(missing_ok=True)
        raise
    except (zipfile.BadZipFile, NotImplementedError, OSError, ValueError, EOFError, zlib.error, RuntimeError) as error:
        _damaged(name, target, str(error), result)
        return
    result.members.append(Member(name, target))


def _damaged(name: str, target: Path, error: str, result: Unpacked) -> None:
    """Keeps what could be read of a damaged member, and says so; nothing readable is unread."""
    if target.exists() and target.stat().st_size:
        why = f"it is damaged or cut off ({error}); what comes before the damage was read, so ask for it again"
        result.skipped.append(Skip(None, name, why, "partial"))
        result.members.append(Member(name, target))
    else:
        result.skipped.append(Skip(None, name, f"it cannot be unpacked ({error}); ask for it again", "unread"))


def _stream(path: Path, shown: str, form: Form, budget: Budget, place: Callable[[], Path], result: Unpacked) -> None:
    """gzip and Zstandard hold one file without a trusted name: it is called like the archive, without its ending."""
    budget.member()
    name = f"{shown}!{inner_name(shown)}"
    target = place()
    try:
        with path.open("rb") as handle:
            _copy(_gunzip(handle) if form == "gzip" else _unzstd(handle), target, budget)
    except BombError:
        target.unlink(missing_ok=True)
        raise
    except (OSError, EOFError, zlib.error, zstandard.ZstdError) as error:
        _damaged(name, target, str(error) or type(error).__name__, result)
        return
    result.members.append(Member(name, target))


def _gunzip(handle: BinaryIO) -> Iterator[bytes]:
    with gzip.GzipFile(fileobj=handle, mode="rb") as source:
        # read1 gives what there is, so that a cut-off file yields everything before the cut.
        while chunk := source.read1(CHUNK):
            yield chunk


def _unzstd(handle: BinaryIO) -> Iterator[bytes]:
    # Small pieces: one block of four bytes may stand for 128 KiB, so this bounds what one piece can become. A frame may
    # ask for a window of its own size; 128 MiB is what the format's reference tool accepts by default.
    decompressor = zstandard.ZstdDecompressor(max_window_size=1 << 27)
    frame = decompressor.decompressobj()
    while piece := handle.read(4096):
        while piece:
            if frame.eof:
                frame = decompressor.decompressobj()
            if chunk := frame.decompress(piece):
                yield chunk
            piece = frame.unused_data if frame.eof else b""
    if not frame.eof:
        raise EOFError("the file ends within a frame")


def _copy(chunks: Iterator[bytes], target: Path, budget: Budget) -> None:
    with os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as sink:
        for chunk in chunks:
            budget.spend(len(chunk))
            sink.write(chunk)


def inner_name(shown: str) -> str:
    """Gives the name of what a gzip or Zstandard file holds: its own without the ending."""
    last = re.split(r"[/!]", shown)[-1]
    stem = re.sub(r"\.(gz|gzip|zst|zstd)$", "", last, flags=re.IGNORECASE)
    return stem if stem != last else f"{last}.content"


def printable(name: str) -> str:
    """Gives a name that can be shown: control characters, line separators, marks that turn the direction of writing and
    bytes that are no UTF-8 become a question mark, backslashes slashes."""
    return UNSHOWN.sub("?", name.replace("\\", "/"))
