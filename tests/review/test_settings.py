"""Settings files become flat facts with the line on which each value stands; hostile ones are refused."""

from pathlib import Path

import pytest

from spillmark.errors import EvidenceError
from spillmark.review.settings import read_settings


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "settings"
    path.write_text(text, encoding="utf-8")
    return path


def test_json_keeps_lines_and_list_numbers(tmp_path: Path) -> None:
    text = '{\n "ConnectedApp": [\n  {"name": "A"},\n  {"name": "B",\n   "on": false}\n ]\n}\n'
    found = {".".join(s.path): (s.value, s.line) for s in read_settings("E1", written(tmp_path, text))}
    assert found == {
        "ConnectedApp.0.name": ("A", 3),
        "ConnectedApp.1.name": ("B", 4),
        "ConnectedApp.1.on": ("false", 5),
    }


def test_metadata_xml_drops_its_namespace_and_numbers_repeated_elements(tmp_path: Path) -> None:
    text = (
        '<?xml version="1.0"?>\n<SecuritySettings xmlns="http://soap.sforce.com/2006/04/metadata">\n'
        "<ip><start>a</start></ip>\n<ip><start>b</start></ip>\n</SecuritySettings>"
    )
    found = [(".".join(s.path), s.value, s.line) for s in read_settings("E1", written(tmp_path, text))]
    assert found == [("SecuritySettings.ip.start", "a", 3), ("SecuritySettings.ip#1.start", "b", 4)]


@pytest.mark.parametrize(
    "text",
    [
        '<!DOCTYPE a [<!ENTITY x "xxxxxxxx"><!ENTITY y "&x;&x;&x;">]><a>&y;</a>',
        "<a><b></a>",
        '{"a": ' + "[" * 60 + "]" * 60 + "}",
        '{"a": ',
        "a: &x [1, 2\n",
    ],
    ids=["entities", "not well-formed", "too deep", "cut off", "broken yaml"],
)
def test_hostile_and_broken_files_are_refused_with_a_reason(tmp_path: Path, text: str) -> None:
    with pytest.raises(EvidenceError) as caught:
        read_settings("E7", written(tmp_path, text))
    assert caught.value.where is not None
    assert caught.value.where.startswith("E7")


def test_yaml_words_for_truth_are_one(tmp_path: Path) -> None:
    found = [s.value for s in read_settings("E1", written(tmp_path, "a: yes\nb: Off\nc: 'yes'\nd: null\n"))]
    assert found == ["true", "false", "yes", None]
