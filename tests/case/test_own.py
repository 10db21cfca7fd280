"""A user's own mapping: a log that nobody knows becomes events; a wrong file is named with line and remedy."""

import json
from pathlib import Path
from typing import Any

import pytest

from spillmark.engine.duckdb import DuckDBEngine
from tests.cli.run import Ran, run

AT = "2025-07-15T14:10:31Z"
NOW = "2025-07-20T12:00:00Z"
MAPPING = """\
id: own.claims_portal
version: 3
title: Claims portal, which professional looked up which insured person
source: handbook of the portal, chapter 7
checked_on: 2025-07-16
kind: other
product: claims_portal
recognise: {columns: [when, professional, insured]}
fields:
  time: {from: when, as: time, format: "%d.%m.%Y %H:%M:%S"}
  activity: what
  activity_name: {from: what, map: {LOOKUP: record_viewed}, otherwise: other}
  user: professional
  target_user: insured
  object: {value: contract}
  record_ids: {from: contract, as: list}
samples:
  - record: {when: "15.07.2025 14:10:31", professional: someone, insured: somebody, contract: C-1, what: LOOKUP}
    gives: {time: "2025-07-15T14:10:31Z", user: someone, target_user: somebody, activity_name: record_viewed}
  - record: {when: "15.07.2025 14:10:31", door: 4}
    gives: null
"""
LINES = """\
id: own.portal_lines
version: 1
title: Claims portal, its text log
source: handbook of the portal, chapter 8
checked_on: 2025-07-16
kind: other
product: claims_portal
recognise:
  lines: '^(?P<at>[0-9-]+ [0-9:]+) \\[(?P<professional>[^\\]]+)\\] (?P<what>\\w+) insured=(?P<insured>\\S+)'
fields:
  time: {from: at, as: time}
  user: professional
  target_user: insured
  activity: what
samples:
  - record: {text: "2025-07-15 14:10:31 [someone] LOOKUP insured=somebody"}
    gives: {user: someone, target_user: somebody, activity: LOOKUP}
  - record: {text: "nothing of the kind"}
    gives: null
"""
PORTAL = "when,professional,insured,contract,what\n" + "".join(
    f"15.07.2025 14:{n:02}:31,dana.w,I-{n},C-{n};D-{n},LOOKUP\n" for n in range(40)
)


def built(folder: Path, *more: object, **files: str) -> tuple[Ran, dict[str, Any]]:
    given = folder / "given"
    given.mkdir(exist_ok=True)
    for name, text in files.items():
        (given / name.replace("_", ".")).write_text(text, encoding="utf-8")
    out = folder / "case"
    ran = run("build", given, "--out", out, "--now", NOW, "--keep-events", "all", *more)
    document = out / "case.json"
    return ran, json.loads(document.read_text(encoding="utf-8")) if document.exists() else {}


def stored(folder: Path) -> list[dict[str, Any]]:
    engine = DuckDBEngine(threads=1)
    try:
        place = folder / "case" / "events.parquet"
        names = "source, activity_name, user, target_user, object, record_ids, time::VARCHAR"
        rows = engine.rows(f"SELECT {names} FROM read_parquet('{place}') ORDER BY evidence, source, row")
        return [dict(zip(names.replace("::VARCHAR", "").split(", "), row, strict=True)) for row in rows]
    finally:
        engine.close()


def evidence(case: dict[str, Any]) -> dict[str, tuple[str, int | None, int | None]]:
    return {one["path"]: (one["kind"], one["rows"], one["events"]) for one in case["evidence"]}


@pytest.mark.parametrize("by_flag", [True, False])
def test_a_log_of_our_own_becomes_events(tmp_path: Path, by_flag: bool) -> None:
    (tmp_path / "own.yaml").write_text(MAPPING, encoding="utf-8")
    more = ["--mapping", tmp_path / "own.yaml"] if by_flag else []
    ran, case = built(tmp_path, *more, portal_csv=PORTAL, **({} if by_flag else {"own_yaml": MAPPING}))
    assert ran.code == 0, ran.err
    assert evidence(case) == {"portal.csv": ("other", 40, 40), "own.yaml": ("mapping", None, None)}
    assert case["content"]["packs"]["own/own.claims_portal"] == "3"
    assert [skip for skip in case["skipped"] if skip["level"] != "note"] == []
    first = stored(tmp_path)[0]
    assert (first["source"], first["activity_name"]) == ("own.claims_portal", "record_viewed")
    assert (first["user"], first["target_user"], first["record_ids"]) == ("dana.w", "I-0", ["C-0", "D-0"])


def test_without_it_the_log_is_unknown(tmp_path: Path) -> None:
    ran, _ = built(tmp_path, portal_csv=PORTAL)
    assert ran.code == 3
    assert "a mapping file can name it" in ran.err


def test_lines_of_a_text_log(tmp_path: Path) -> None:
    text = "".join(f"2025-07-15 14:{n:02}:31 [dana, w] LOOKUP insured=I{n}\n" for n in range(30))
    ran, case = built(tmp_path, own_yaml=LINES, portal_log=text)
    assert ran.code == 0, ran.err
    assert evidence(case)["portal.log"] == ("other", 30, 30)
    assert {(row["user"], row["target_user"]) for row in stored(tmp_path)} == {("dana, w", f"I{n}") for n in range(30)}


def test_several_mappings_and_the_order_of_files_does_not_matter(tmp_path: Path) -> None:
    text = LINE + LINE.replace("I1", "I2")
    (tmp_path / "a.yaml").write_text(MAPPING, encoding="utf-8")
    (tmp_path / "b.yaml").write_text(LINES, encoding="utf-8")
    flags = ["--mapping", tmp_path / "b.yaml", "--mapping", tmp_path / "a.yaml"]
    _, one = built(tmp_path, *flags, portal_csv=PORTAL, portal_log=text)
    _, two = built(tmp_path, *flags[2:], *flags[:2])
    assert evidence(one)["portal.log"] == ("other", 2, 2)
    assert evidence(one)["portal.csv"] == ("other", 40, 40)
    assert one["evidence"] == two["evidence"]
    assert one["content"] == two["content"]


def test_it_wins_over_a_shipped_mapping_for_what_it_recognises(tmp_path: Path) -> None:
    mapping = MAPPING.replace("[when, professional, insured]", "[remote_addr, portal]")
    head, _, _ = mapping.replace("kind: other", "kind: web_access").partition("fields:")
    own = head + (
        "fields:\n  time: {from: at, as: time}\n  user: portal\nsamples:\n"
        '  - record: {remote_addr: a, portal: x, at: "2025-07-15T14:10:31Z"}\n    gives: {user: x}\n'
        "  - record: {remote_addr: a}\n    gives: null\n"
    )
    nginx = [{"remote_addr": f"192.0.2.{n}", "status": 200, "request": "GET / HTTP/1.1", "time": AT} for n in range(3)]
    lines = "".join(json.dumps(one) + "\n" for one in [*nginx, {**nginx[0], "portal": "x", "at": AT}])
    ran, case = built(tmp_path, own_yaml=own, log_jsonl=lines)
    assert ran.code == 0, ran.err
    assert evidence(case)["log.jsonl"][0] == "web_access"
    assert [row["source"] for row in stored(tmp_path)] == ["own.claims_portal", *["web.nginx_json"] * 3]


WRONG = [
    ("as: time", "as: sundial", 10, "Input should be"),
    ("  user: professional", "  usr: professional", 1, "no such event column: usr"),
    ("recognise: {", "recognise: {{", 8, ""),
    ("user: someone,", "user: nobody,", 19, "sample 1: user is 'someone' and should be 'nobody'"),
    ("id: own.claims_portal", "id: okta.system_log", 1, "belongs to"),
    ('format: "%d.%m.%Y', 'format: "%d.%m.%Y %Z', 10, "not a format of times"),
    ("kind: other", "kind: strange", 6, "Input should be"),
    ("activity: what", "activity: {from: what, extract: '(a{1001})'}", 11, "(a{1001})"),
    ("checked_on: 2025-07-16", "checked_on: *x", 5, "alias"),
]


@pytest.mark.parametrize(("old", "new", "line", "why"), WRONG, ids=[new for _, new, _, _ in WRONG])
def test_a_wrong_file_is_named_with_its_line(tmp_path: Path, old: str, new: str, line: int, why: str) -> None:
    text = MAPPING.replace(old, new)
    assert text != MAPPING
    (tmp_path / "own.yaml").write_text(text, encoding="utf-8")
    ran, case = built(tmp_path, "--mapping", tmp_path / "own.yaml", portal_csv=PORTAL)
    assert ran.code == 2
    assert case == {}
    assert why in ran.err
    assert "Traceback" not in ran.err
    where = int(ran.err.partition("own.yaml:")[2].split(":")[0])
    assert abs(where - line) <= 1


@pytest.mark.parametrize(("old", "new", "line", "why"), WRONG, ids=[new for _, new, _, _ in WRONG])
def test_among_the_evidence_it_is_a_visible_skip(tmp_path: Path, old: str, new: str, line: int, why: str) -> None:
    ran, case = built(tmp_path, own_yaml=MAPPING.replace(old, new), lines_yaml=LINES, portal_log=LINE)
    assert ran.code == 4
    (skip,) = [skip for skip in case["skipped"] if skip["what"] == "own.yaml"]
    assert skip["level"] == "unread"
    assert why in skip["why"]
    assert evidence(case)["portal.log"] == ("other", 1, 1)


LINE = "2025-07-15 14:00:31 [dana.w] LOOKUP insured=I1\n"


@pytest.mark.parametrize("pattern", ["^(a+)+$", "^(.*)(.*)(.*)(.*)(.*)x$", "(" * 3000 + "a" + ")" * 3000])
def test_a_hostile_pattern_does_no_harm(tmp_path: Path, pattern: str) -> None:
    head, _, tail = LINES.partition("  lines: ")
    text = f"{head}  lines: '{pattern}'\n{tail.partition(chr(10))[2]}"
    ran, case = built(tmp_path, own_yaml=text, lines_yaml=LINES, portal_log=LINE, a_log="a" * 4000 + "!\n" * 50)
    assert ran.code == 4
    assert evidence(case)["portal.log"] == ("other", 1, 1)
    assert any(skip["what"] == "own.yaml" and skip["level"] == "unread" for skip in case["skipped"])


def test_the_file_must_be_there(tmp_path: Path) -> None:
    ran, _ = built(tmp_path, "--mapping", tmp_path / "none.yaml", portal_csv=PORTAL)
    assert ran.code == 2
    assert "none.yaml" in ran.err
