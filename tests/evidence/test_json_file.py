"""JSON comes in many wrappings, and a broken element costs itself and nothing else."""

import json
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from spillmark.evidence.json_file import JsonRecord, layout_of, read_records
from spillmark.evidence.lines import Repairs

PROPERTY = settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], derandomize=True
)
ROWS = [
    {"id": n, "time": "2025-07-15T14:10:31Z", "actor": {"id": n + 100, "name": 'a "b" {c}'}, "tags": ["x", {"id": 7}]}
    for n in range(1, 6)
]
ANSWERS = {
    "records": {"totalSize": 5, "done": True, "records": ROWS},
    "value": {"@odata.context": "https://graph.example/$metadata", "value": ROWS, "@odata.nextLink": "https://x"},
    "items": {"kind": "admin#reports#activities", "etag": "e", "nextPageToken": "t", "items": ROWS},
    "entries": {"chunk_size": 5, "next_stream_position": "1", "entries": ROWS},
    "result": {"result": ROWS},
    "result.records": {"status": 0, "result": {"done": True, "records": ROWS}, "warnings": []},
    "data": {"status": {"error": False, "code": 200}, "pagination": {"after_cursor": None}, "data": ROWS},
    "data.events": {"ok": True, "data": {"cursor": "c", "events": ROWS}},
    "logs": {"logs": ROWS, "total": 5},
    "audit_logs": {"page_size": 30, "audit_logs": ROWS},
    "activities": {"activities": ROWS},
    "_embedded": {"_links": {"self": {"href": "/x"}}, "_embedded": {"activities": ROWS}, "count": 5, "size": 5},
    "_embedded.other": {"_links": {"self": {"href": "/x"}}, "_embedded": {"auditEvents": ROWS}},
    "elements": {"paging": {"start": 0}, "elements": ROWS},
    "Items": {"Count": 5, "Items": ROWS},
    "response": {"stat": "OK", "response": {"authlogs": ROWS, "metadata": {"next": "n"}}},
    "batch": {"time": "2025-07-15T14:10:31Z", "user": "exporter", "records": ROWS},
}


def read(folder: Path, data: str | bytes) -> tuple[list[JsonRecord], Repairs]:
    path = folder / "file"
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    head = path.read_bytes()[: 1 << 20].decode(
        "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8", "replace"
    )
    layout = layout_of(head)
    assert layout is not None
    repairs = Repairs()
    return list(read_records(path, layout, repairs)), repairs


def ids(found: list[JsonRecord]) -> list[object]:
    return [json.loads(one.text)["id"] if one.text is not None else None for one in found]


@pytest.mark.parametrize("name", sorted(ANSWERS))
@pytest.mark.parametrize("indent", [None, 2])
def test_wrappers(tmp_path: Path, name: str, indent: int | None) -> None:
    found, _ = read(tmp_path, json.dumps(ANSWERS[name], indent=indent))
    assert ids(found) == [1, 2, 3, 4, 5]
    assert [one.row for one in found] == [1, 2, 3, 4, 5]


@pytest.mark.parametrize("name", sorted(ANSWERS))
def test_pages_after_each_other_are_numbered_on(tmp_path: Path, name: str) -> None:
    page = json.dumps(ANSWERS[name])
    for text in (f"{page}\n{page}\n", page + page, f"[{page},{page}]", json.dumps([ROWS, ROWS])):
        found, _ = read(tmp_path, text)
        assert ids(found) == [1, 2, 3, 4, 5] * 2
        assert [one.row for one in found] == list(range(1, 11))


@pytest.mark.parametrize(
    "record",
    [
        {"id": {"time": "t"}, "actor": {"email": "a@x.example"}, "ipAddress": "192.0.2.1", "events": [{"name": "n"}]},
        {"events": [{"name": "n", "type": "login"}], "id": 1, "actor": {}, "etag": "e"},
        {"time": "t", "user": "u", "activities": [{"time": "t", "user": "u", "ip": "i"}]},
        {"a": 1, "records": ["x"]},
        {"a": 1, "data": {"payload": {"records": "x"}}},
        {"id": 1, "data": []},
    ],
)
def test_a_record_with_a_list_of_its_own_is_a_record(tmp_path: Path, record: dict[str, object]) -> None:
    for text in (json.dumps(record) + "\n" + json.dumps(record), json.dumps(record), json.dumps([record, record])):
        found, _ = read(tmp_path, text)
        assert [json.loads(one.text or "") for one in found] in ([record], [record, record])


def test_an_empty_answer_holds_nothing(tmp_path: Path) -> None:
    assert read(tmp_path, '{"totalSize":0,"done":true,"records":[]}')[0] == []
    assert read(tmp_path, '{"records":[]}{"records":[{"id":1}]}')[0][0].row == 1


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize(
    "form", ["{}", "{},", ",{}", "\x1e{}", " {} "], ids=["plain", "comma behind", "comma before", "RFC 7464", "blanks"]
)
def test_lines(tmp_path: Path, end: str, form: str) -> None:
    found, _ = read(tmp_path, "".join(form.replace("{}", json.dumps(row)) + end for row in ROWS) + end)
    assert ids(found)[:5] == [1, 2, 3, 4, 5]
    assert [one.line for one in found] == [1, 2, 3, 4, 5, 6]
    assert found[5].text is None
    assert found[5].why is None


@pytest.mark.parametrize("between", ["", " ", "\n", ",\n", "\n\n", "\x1e", "\r"])
@pytest.mark.parametrize("indent", [None, 4])
def test_values_side_by_side(tmp_path: Path, between: str, indent: int | None) -> None:
    found, _ = read(tmp_path, between.join(json.dumps(row, indent=indent) for row in ROWS))
    assert ids([one for one in found if one.text or one.why]) == [1, 2, 3, 4, 5]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
@pytest.mark.parametrize("name", ["records", "_embedded"])
def test_encodings(tmp_path: Path, encoding: str, name: str) -> None:
    found, _ = read(tmp_path, json.dumps(ANSWERS[name], ensure_ascii=False).encode(encoding))
    assert ids(found) == [1, 2, 3, 4, 5]


def test_bytes_of_another_encoding_are_told(tmp_path: Path) -> None:
    found, repairs = read(tmp_path, b'[{"id":"Zo\xeb"},\n{"id":"Zo\xc3\xab"},{"id":"a\0b"},{"id":"a\tb"}]')
    assert ids(found) == ["Zoë", "Zoë", "a\ufffdb", "a\tb"]
    assert repairs.first == {"windows_1252": 1, "nul": 2}


def broken(kind: str, text: str) -> str:
    return {
        "brace gone": text[:-1],
        "first brace gone": text[1:],
        "quote gone": text.replace('time"', "time", 1),
        "quote more": text.replace("14:10", '14"10', 1),
        "colon gone": text.replace(":", "", 1),
        "comma gone": text.replace(",", "", 1),
        "word": text.replace("[", "[nul, ", 1),
        "bracket gone": text.replace("]", "", 1),
        "bracket more": text.replace("]", "]]", 1),
        "garbage": "\x07&%$",
        "half": text[: len(text) // 2],
        "empty string opened": '{"',
    }[kind]


KINDS = (
    *("brace gone", "first brace gone", "quote gone", "quote more", "colon gone", "comma gone", "word"),
    *("bracket gone", "bracket more", "garbage", "half", "empty string opened"),
)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("at", [0, 2, 4])
@pytest.mark.parametrize("layout", ["array", "pretty array", "wrapped", "values", "pretty values"])
def test_a_broken_element_costs_itself(tmp_path: Path, kind: str, at: int, layout: str) -> None:
    indent = 2 if "pretty" in layout else None
    texts = [json.dumps(row, indent=indent) for row in ROWS]
    if "values" in layout and at == 0 and kind in ("first brace gone", "garbage"):
        pytest.skip("a file that does not begin like JSON is none")
    texts[at] = broken(kind, texts[at])
    if layout == "wrapped":
        text = '{"done":true,"records":[' + ",".join(texts) + '],"next":null}'
    elif "array" in layout:
        text = "[" + ",\n".join(texts) + "]"
    else:
        text = "\n".join(texts)
    found, _ = read(tmp_path, text)
    whole = [one for one in ids(found) if one is not None]
    assert [one for one in whole if one != 7] == [n for n in range(1, 6) if n != at + 1]
    lost = [one for one in found if one.text is None]
    assert lost
    assert lost[0].row == at + 1
    assert [one.row for one in found] == list(range(1, len(found) + 1))


def test_a_list_that_closes_too_early_is_read_on(tmp_path: Path) -> None:
    found, _ = read(tmp_path, '[{"id":1}],{"id":2},{"id":3}]')
    assert ids(found) == [1, 2, 3, None]


def test_too_deep_or_too_long_costs_itself(tmp_path: Path) -> None:
    deep = '{"id":' + "[" * 50_000 + "]" * 50_000 + "}"
    found, _ = read(tmp_path, f'[{{"id":1}},{deep},{{"id":3}}]')
    assert ids(found) == [1, None, 3]
    long = '{"id":"' + "y" * 17_000_000 + '"}'
    found, _ = read(tmp_path, f'[{{"id":1}},{long},{{"id":3}}]')
    assert ids(found) == [1, None, 3]
    assert "longer than 16,000,000" in (found[1].why or "")


@pytest.mark.parametrize("unit", ['{"a":', "{", "[", '{"a":{"b":1,', '"', '\\"', "}", '{"a":x},', '{"', "[{"])
def test_hostile_repetition_ends(tmp_path: Path, unit: str) -> None:
    begun = time.monotonic()
    found, _ = read(tmp_path, '[{"a":1},' + unit * (400_000 // len(unit)))
    assert ids_of(found)[0] == 1
    assert time.monotonic() - begun < 60


def ids_of(found: list[JsonRecord]) -> list[object]:
    return [json.loads(one.text)["a"] if one.text is not None else None for one in found]


VALUE = st.recursive(
    st.none() | st.integers() | st.text(st.sampled_from('ab"\\{}[]:,é\n'), max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=2), inner, max_size=3),
    max_leaves=5,
)


@PROPERTY
@given(
    values=st.lists(VALUE, min_size=4, max_size=8),
    at=st.integers(0, 7),
    cut=st.floats(0.05, 0.95),
    indent=st.sampled_from([None, 1]),
    wrapped=st.booleans(),
)
def test_half_an_element_never_takes_another_with_it(
    tmp_path: Path, values: list[object], at: int, cut: float, indent: int | None, wrapped: bool
) -> None:
    rows = [{"id": n, "time": "t", "value": value} for n, value in enumerate(values)]
    texts = [json.dumps(row, indent=indent) for row in rows]
    at %= len(texts)
    texts[at] = texts[at][: max(1, int(cut * len(texts[at])))]
    body = "[" + ",\n".join(texts) + "]"
    found, _ = read(tmp_path, f'{{"next":1,"records":{body}}}' if wrapped else body)
    read_rows = [json.loads(one.text) for one in found if one.text is not None]
    assert [row for row in rows if row["id"] != at] == [row for row in read_rows if row in rows and row["id"] != at]
    assert any(one.text is None for one in found)
