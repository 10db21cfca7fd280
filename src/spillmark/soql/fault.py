"""The error of this room: a query text that is not SOQL, with its exact place."""

from dataclasses import dataclass

from spillmark.errors import SpillmarkError


class SoqlError(SpillmarkError):
    """A query text breaks the grammar of SOQL.

    `message` says what was expected; `position` is the offset in the text from 0, `line` and `column` count from 1.
    """

    def __init__(self, message: str, position: int, line: int, column: int, *, hint: str | None = None) -> None:
        super().__init__(message, where=f"query:{line}:{column}", hint=hint)
        self.message = message
        self.position = position
        self.line = line
        self.column = column


def line_and_column(text: str, position: int) -> tuple[int, int]:
    """Gives line and column, both from 1, of an offset; a line ends at LF, or at CR that no LF follows."""
    before = text[:position].replace("\r\n", "\n").replace("\r", "\n")
    return before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1


def fault(text: str, position: int, message: str, *, hint: str | None = None) -> SoqlError:
    """Makes the error for an offset of a text."""
    line, column = line_and_column(text, position)
    return SoqlError(message, position, line, column, hint=hint)


def shown(piece: str) -> str:
    """Quotes a piece of hostile text for a message: one line, printable, at most 40 characters."""
    clipped = piece if len(piece) <= 40 else piece[:39] + "…"
    return "'" + "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in clipped) + "'"


@dataclass(frozen=True)
class QueryProblem:
    """A query that reads well but that Salesforce would refuse; offset from 0, line and column from 1."""

    message: str
    position: int
    line: int
    column: int
    hint: str | None = None


def problem(text: str, position: int, message: str, *, hint: str | None = None) -> QueryProblem:
    """Makes the problem for an offset of a text."""
    line, column = line_and_column(text, position)
    return QueryProblem(message, position, line, column, hint)
