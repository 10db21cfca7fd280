"""How the values of a field type compare."""

from typing import Literal, assert_never

from spillmark.soql.schema import FieldType

Kind = Literal["text", "id", "options", "flag", "number", "day", "instant", "time", "opaque"]
"""`options` is a multi-select picklist; `opaque` values cannot be compared with anything but null."""


def kind_of(field_type: FieldType) -> Kind:
    """Gives how values of a field type compare."""
    match field_type:
        case "id" | "reference":
            return "id"
        case "string" | "textarea" | "picklist" | "email" | "phone" | "url" | "anytype":
            return "text"
        case "multipicklist":
            return "options"
        case "boolean":
            return "flag"
        case "int" | "double" | "currency" | "percent":
            return "number"
        case "date":
            return "day"
        case "datetime":
            return "instant"
        case "time":
            return "time"
        case "base64" | "address" | "location":
            return "opaque"
        case _:
            assert_never(field_type)
