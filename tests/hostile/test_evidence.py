"""Hostile evidence through the whole build: one visible skip each, the rest goes on, nothing runs or leaks."""

import gzip
import io
import json
import os
import zipfile
from pathlib import Path
from typing import Any

import pytest

from tests.cli.run import run
from tests.hostile.program import LOGIN, NOW, evidence, table

RAW = ("\x1b", "\u202e", "\x00")
METADATA = 'xmlns="http://soap.sforce.com/2006/04/metadata"'


def built(folder: Path, *flags: object) -> dict[str, Any]:
    """Builds a case of the folder and gives it; whatever is in the evidence, nothing raw reaches a terminal."""
    case = folder.parent / "case"
    ran = run("build", folder, "--out", case, "--now", NOW, "--format", "json", *flags)
    assert ran.code in {0, 4}, ran.err
    assert "Traceback" not in ran.err
    shown = [ran.err, *(run("show", case, "--format", form, "-vv").out for form in ("text", "html"))]
    assert not [sign for sign in RAW if any(sign in text for text in shown)]
    assert "<script>" not in shown[-1]
    assert {path.name for path in folder.parent.iterdir()} == {folder.name, "case"}
    assert not (case / ".work").exists()
    made: dict[str, Any] = json.loads(ran.out)
    for item in made["evidence"]:
        if item["rows"] is not None and item["events"] is not None:
            assert item["events"] + item["rejected"] <= item["rows"], item
    return made


def events(case: dict[str, Any]) -> dict[str, int]:
    return {item["path"]: item["events"] for item in case["evidence"] if item["events"] is not None}


@pytest.mark.parametrize(
    "name",
    [
        b"a\nb.csv",
        b"\x1b[31mred.csv",
        b"\xff\xfe.csv",
        "\u202egpj.csv".encode(),
        b"<script>x.csv",
        b"-rf.csv",
        b"'; DROP TABLE events;--.csv",
        b"[red]x[-].csv",
        b"{{7*7}}.csv",
        b"n" * 250 + b".csv",
    ],
)
def test_names_of_files(tmp_path: Path, name: bytes) -> None:
    folder = evidence(tmp_path / "e")
    path = os.path.join(os.fsencode(folder), name)  # noqa: PTH118 - pathlib takes no bytes
    with open(path, "wb") as handle:  # noqa: PTH123
        handle.write(table([{**LOGIN, "REQUEST_ID": "r2"}]).encode())
    assert sorted(events(built(folder)).values()) == [1, 1]


@pytest.mark.parametrize(
    "name",
    [
        *("row", "line", "rowid", "evidence", "choice", "record", "ordinal", "file", "time", "findings", "event_type"),
        *('qu"ote', "q'uote", "a;b--", "x); DROP TABLE events;--", "", "  ", "a.b", "$.x", "\x1b[1mX", "<b>", "*"),
        *("very" * 60, "name\nline", "\u0130", "SELECT", "\\"),
    ],
)
def test_names_of_columns(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "e"
    folder.mkdir()
    text = table([{**LOGIN, f"{name}#": "v"}]).replace(f"{name}#".replace('"', '""'), name.replace('"', '""'))
    (folder / "login.csv").write_text(text, encoding="utf-8")
    (folder / "login.jsonl").write_text(json.dumps({**LOGIN, "REQUEST_ID": "j", name: {name: "v"}}) + "\n")
    found = built(folder)
    assert events(found) == {"login.csv": 1, "login.jsonl": 1}, found["skipped"]


def test_many_and_repeated_columns(tmp_path: Path) -> None:
    folder = tmp_path / "e"
    folder.mkdir()
    wide = {**LOGIN, **{f"c{number}": "v" for number in range(4_900)}}
    (folder / "wide.csv").write_text(table([wide]), encoding="utf-8")
    names, cells = ",".join(LOGIN), ",".join(LOGIN.values())
    (folder / "twice.csv").write_text(f"{names},{names}\n{cells},{cells.replace('r1', 'r9')}\n", encoding="utf-8")
    assert events(built(folder)) == {"wide.csv": 1, "twice.csv": 1}


def test_values_of_every_kind_stay_values(tmp_path: Path) -> None:
    folder = tmp_path / "e"
    folder.mkdir()
    evil = ["'; DROP TABLE events;--", "<script>alert(1)</script>", "=cmd|'/C calc'!A0", "\x1b[31m", "\u202e", "a\0b"]
    evil += ["[/red]", "{{7*7}}", "\\", '"', "\r\n", "\u2028", "y" * 1_000_000, "NaN", "1e999", ""]
    columns = ("USER_NAME", "USER_ID", "SOURCE_IP", "LOGIN_STATUS", "EVENT_TYPE")
    rows = [
        {**LOGIN, "REQUEST_ID": f"{place}-{column}", column: value}
        for place, value in enumerate(evil)
        for column in columns
    ]
    (folder / "login.csv").write_text(table(rows), encoding="utf-8")
    found = built(folder, "--keep-events", "all")
    assert events(found) == {"login.csv": len(rows)}


@pytest.mark.parametrize(
    "time_of",
    [
        *("0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "99999-01-01T00:00:00Z", "", "2025-02-30T00:00:00Z"),
        *("infinity", "now", "epoch", "2025-07-15T14:10:31+99:99", "2025-07-15T14:10:31-24:00", "9999999999999"),
        "15/Jul/2025:14:10:31 +9999",
    ],
)
def test_times_that_cannot_be_are_rejected_and_said(tmp_path: Path, time_of: str) -> None:
    folder = tmp_path / "e"
    folder.mkdir()
    bad = {**LOGIN, "REQUEST_ID": "bad", "TIMESTAMP": "", "TIMESTAMP_DERIVED": time_of}
    (folder / "login.csv").write_text(table([LOGIN, bad]), encoding="utf-8")
    found = built(folder)
    assert [(item["rows"], item["events"], item["rejected"]) for item in found["evidence"]] == [(2, 1, 1)]
    assert any("no time" in skip["why"] and "record 2" in skip["why"] for skip in found["skipped"])


def test_yaml_that_grows_is_refused_before_any_room_writes_it_out(tmp_path: Path) -> None:
    folder = evidence(tmp_path / "e")
    grows = "  a: &a [x,x,x,x,x,x,x,x,x]\n"
    for before, after in zip("abcdefgh", "bcdefghi", strict=True):
        grows += f"  {after}: &{after} [{','.join([f'*{before}'] * 9)}]\n"
    (folder / "bomb.yaml").write_text("SecuritySettings:\n" + grows, encoding="utf-8")
    (folder / "loop.yaml").write_text("SecuritySettings: &x\n  enableA: true\n  self: *x\n", encoding="utf-8")
    (folder / "fair.yaml").write_text("SecuritySettings:\n  enableA: &t true\n  enableB: *t\n", encoding="utf-8")
    found = built(folder)  # written out, it would take hours
    why = {skip["what"]: skip["why"] for skip in found["skipped"]}
    assert "aliases" in why["bomb.yaml"]
    assert "aliases" in why["loop.yaml"]
    assert "fair.yaml" not in why


@pytest.mark.parametrize(
    "text",
    [
        f'<?xml version="1.0" encoding="utf-7"?><SecuritySettings {METADATA}><a>1</a></SecuritySettings>',
        f'<?xml version="1.0" encoding="no-such"?><SecuritySettings {METADATA}><a>1</a></SecuritySettings>',
        f'<!DOCTYPE l [<!ENTITY x SYSTEM "file:///etc/passwd">]><SecuritySettings {METADATA}>&x;</SecuritySettings>',
        f"<SecuritySettings {METADATA}>" + "<a>" * 50_000,
        f"<SecuritySettings {METADATA}>",
    ],
)
def test_settings_in_hostile_xml_are_one_skip(tmp_path: Path, text: str) -> None:
    folder = evidence(tmp_path / "e")
    (folder / "bad.xml").write_text(text, encoding="utf-8")
    found = built(folder)
    assert [skip["level"] for skip in found["skipped"] if skip["what"] == "bad.xml"] == ["unread"]
    assert "root:" not in json.dumps(found)


def test_what_a_file_holds_is_not_quoted_where_it_is_refused(tmp_path: Path) -> None:
    folder = evidence(tmp_path / "e")
    (folder / "u32.json").write_bytes(json.dumps([{"name": "Rene Secret"}]).encode("utf-32"))
    people = {"rene.secret@x.example": {"a": 1}, "x": 2}
    (folder / "keys.json").write_text(json.dumps(people), encoding="utf-8")
    (folder / "odd.csv").write_text('"{""Rene Secret"": 1","b}"\n"1","2"\n', encoding="utf-8")
    ran = run("build", folder, "--out", tmp_path / "case", "--now", NOW)
    assert ran.code == 4
    assert "ecret" not in ran.err


def test_archives_of_every_kind_of_malice(tmp_path: Path) -> None:
    folder = evidence(tmp_path / "e")

    def row(request: str) -> str:
        return table([{**LOGIN, "REQUEST_ID": request}])

    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("same.csv", row("z1"))
        with pytest.warns(UserWarning, match="Duplicate name"):
            archive.writestr("same.csv", row("z2"))
        for name in ("/abs.csv", "..\\up.csv", "C:x.csv", "a\nb.csv", "../../out.csv"):
            archive.writestr(name, row(name))
        link = zipfile.ZipInfo("link.csv")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
        archive.writestr("\u202e<script>.csv", row("z3"))
    (folder / "a.gz").write_bytes(gzip.compress(inner.getvalue()))
    locked = bytearray(inner.getvalue())
    for magic, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        locked[locked.index(magic) + offset] |= 1
    (folder / "locked.zip").write_bytes(bytes(locked))
    (folder / "bomb.gz").write_bytes(gzip.compress(bytes(80_000_000)))
    os.mkfifo(folder / "pipe")
    (folder / "loop").symlink_to(folder)
    found = built(folder)
    assert sorted(events(found).values()) == [1, 1, 1, 1]
    told = " ".join(f"{skip['what']}: {skip['why']}" for skip in found["skipped"])
    for word in ("encrypted", "points outside", "symbolic link", "unpacking was stopped", "no regular file"):
        assert word in told
