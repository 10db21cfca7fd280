"""What one log leaves out and another tells of the same transaction."""

from collections.abc import Sequence

from spillmark.engine.interface import Step, identifier


def join_steps(source: str, table: str) -> Sequence[Step]:
    """Makes `table` of the mapped events."""
    return [Step(table, f"SELECT * FROM {identifier(source)}", "view")]
