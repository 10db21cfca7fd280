"""The answer as the document of the duties contract."""

from typing import Any

from pydantic import TypeAdapter

from spillmark.model.duty import DutyAnswer


def document(answer: DutyAnswer) -> dict[str, Any]:
    """Gives `{"duties": [..], "not_triggered": [..], "questions": [..]}` in values of JSON."""
    found: dict[str, Any] = TypeAdapter(DutyAnswer).dump_python(answer, mode="json", by_alias=True)
    return found
