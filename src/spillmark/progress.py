"""Progress is told to an observer that is passed in, so that the library never prints."""


class Progress:
    """Hears what a long step is doing; this one stays silent, the command line's draws it on stderr."""

    def stage(self, name: str) -> None:
        """A new stage begins, such as "Reading 12 files"."""

    def advance(self, done: int, total: int | None = None) -> None:
        """`done` of `total` units of the current stage are finished."""


SILENT = Progress()
