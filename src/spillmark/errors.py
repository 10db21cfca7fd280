"""Errors that a person can act on: what, where, why and what next."""


class SpillmarkError(Exception):
    """A fault of the input, not of the program.

    `what` went wrong, `where` (file:line, path or record), `why`, and `hint`: the next step. `exit_code` follows the
    case contract: 2 wrong usage, 3 no usable evidence.
    """

    exit_code = 2

    def __init__(self, what: str, *, where: str | None = None, why: str | None = None, hint: str | None = None) -> None:
        super().__init__(what)
        self.what = what
        self.where = where
        self.why = why
        self.hint = hint

    def __str__(self) -> str:
        head = self.what if self.where is None else f"{self.where}: {self.what}"
        return "\n".join(line for line in (head, self.why, self.hint) if line)


class UsageError(SpillmarkError):
    """The command was called in a way that cannot work."""


class EvidenceError(SpillmarkError):
    """No evidence that could be used was given."""

    exit_code = 3


class ContentError(SpillmarkError):
    """A rule, mapping, law, playbook or other content file is wrong; `where` is file:line where known."""


class ResourceError(SpillmarkError):
    """The machine has not the memory or the disk that the work needs."""
