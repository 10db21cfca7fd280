"""The outline of a file's bytes: what must hold so that a fast reader's record numbers can be trusted."""

from dataclasses import dataclass
from pathlib import Path

CHUNK = 4 << 20


@dataclass(frozen=True)
class Shape:
    """`lines` are physical lines (a last one without its end counts); `nul` and `lone_cr` tell of bytes that readers
    take differently: NUL, and a carriage return other than in CR LF."""

    lines: int
    nul: bool
    lone_cr: bool

    @property
    def plain(self) -> bool:
        """Tells that nothing in the bytes is read differently by different readers."""
        return not (self.nul or self.lone_cr)


def shape_of(path: Path) -> Shape:
    """Reads the file once, in chunks, and counts."""
    lines = carriage = pairs = 0
    nul = False
    last = b""
    with path.open("rb") as handle:
        while chunk := handle.read(CHUNK):
            lines += chunk.count(b"\n")
            nul = nul or b"\0" in chunk
            if b"\r" in chunk or last == b"\r":
                carriage += chunk.count(b"\r")
                pairs += chunk.count(b"\r\n") + (last == b"\r" and chunk.startswith(b"\n"))
            last = chunk[-1:]
    return Shape(lines + (last not in (b"", b"\n")), nul, carriage != pairs)
