"""What a replay learns on its way: remarks for the reader, whether it stayed exact, and the fields that filter."""


class Ledger:
    """Collects in order, each thing once."""

    def __init__(self) -> None:
        self._notes: dict[str, None] = {}
        self._filters: dict[tuple[str, str], None] = {}
        self.exact = True

    @property
    def notes(self) -> tuple[str, ...]:
        """All remarks."""
        return tuple(self._notes)

    @property
    def filters(self) -> tuple[tuple[str, str], ...]:
        """Object and name of each field that decides which rows match."""
        return tuple(self._filters)

    def remark(self, text: str) -> None:
        """Notes something that the reader should know; the result stays exact."""
        self._notes[text] = None

    def widen(self, text: str) -> None:
        """Notes a part of the query that could not be told, so that more rows stand than it gave."""
        self._notes[text] = None
        self.exact = False

    def filter(self, owners: tuple[tuple[str, str], ...]) -> None:
        """Notes fields that decide which rows match."""
        self._filters.update(dict.fromkeys(owners))
