"""A sliding view of a text, for JSON values that stand in it one after the other."""

from pathlib import Path
from types import TracebackType
from typing import Self

from spillmark.evidence.lines import Repairs, Text

STEP = 1 << 17
"""Characters read at once. The decoder counts the lines of the whole text for each fault, so the text is kept short."""
BEHIND = 256
"""Characters that stay before the place that was reached, so that the indentation of a value can be seen."""


class Window:
    """A part of a file that grows on demand: `at` is the place reached in `text`, `line` its line in the file."""

    def __init__(self, path: Path, repairs: Repairs) -> None:
        """Opens the file; bytes that are no UTF-8 or NUL are counted in `repairs`."""
        self._handle = path.open("rb")
        self._source = Text(self._handle, repairs)
        self.text = ""
        self.at = 0
        self.line = 1

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._handle.close()

    @property
    def ahead(self) -> int:
        """How many characters of what was read lie ahead."""
        return len(self.text) - self.at

    def more(self) -> bool:
        """Reads on; doubles what is read each time, so that a long value is not tried too often."""
        fresh = self._source.read(max(STEP, self.ahead))
        behind = max(0, self.at - BEHIND)
        self.text = self.text[behind:] + fresh
        self.at -= behind
        return bool(fresh)

    def see(self, count: int) -> None:
        """Reads on until `count` characters lie ahead, or the file ends."""
        while self.ahead < count and self.more():
            pass

    def move(self, to: int) -> None:
        """Steps forward and counts the lines passed."""
        self.line += self.text.count("\n", self.at, to)
        self.at = to

    def skip(self, signs: str) -> str:
        """Steps over `signs`; gives the next character, or an empty text at the end of the file."""
        while True:
            at = self.at
            while at < len(self.text) and self.text[at] in signs:
                at += 1
            self.move(at)
            if at < len(self.text):
                return self.text[at]
            if not self.more():
                return ""

    def after(self, signs: str) -> str:
        """Gives the character that follows the one at the place reached, white space (`signs`) left out."""
        place = 1
        while True:
            while self.at + place < len(self.text) and self.text[self.at + place] in signs:
                place += 1
            if self.at + place < len(self.text):
                return self.text[self.at + place]
            if not self.more():
                return ""
