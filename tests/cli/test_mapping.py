"""mapping suggest and mapping show: results on stdout, the rest on stderr, exit codes of the contract."""

import json
from pathlib import Path

import yaml

from spillmark.normal.mapping import load_mappings
from tests.cli.run import run

NOW = "2025-07-20T12:00:00Z"
PORTAL = "when,professional,insured,action\n" + "".join(
    f"15.07.2025 14:{n:02}:31,dana.whitlock,Zoe Quill {n},VIEW\n" for n in range(40)
)


def portal(folder: Path) -> Path:
    path = folder / "portal.csv"
    path.write_text(PORTAL, encoding="utf-8")
    return path


def test_what_is_proposed_is_used_without_change(tmp_path: Path) -> None:
    log, own = portal(tmp_path), tmp_path / "portal.yaml"
    ran = run("mapping", "suggest", log, "--out", own, "--now", NOW)
    assert ran.code == 0
    assert "own.portal" in ran.out
    assert "40 events of 40 records" in ran.err
    text = own.read_text(encoding="utf-8")
    assert "Quill" not in text
    assert "whitlock" not in text
    assert 'checked_on: "2025-07-20"' in text
    built = run("build", log, "--mapping", own, "--out", tmp_path / "case", "--now", NOW, "--format", "json")
    assert built.code == 0, built.err
    case = json.loads(built.out)
    assert {(one["path"], one["kind"], one["events"]) for one in case["evidence"]} == {
        ("portal.csv", "other", 40),
        ("portal.yaml", "mapping", None),
    }
    assert case["content"]["packs"]["own/own.portal"] == "1"


def test_the_file_goes_to_stdout_alone(tmp_path: Path) -> None:
    ran = run("mapping", "suggest", portal(tmp_path), "--now", NOW)
    assert ran.code == 0
    document = yaml.safe_load(ran.out)
    assert document["fields"]["target_user"] == {"from": "insured"}
    assert "events of" not in ran.out


def test_as_json(tmp_path: Path) -> None:
    ran = run("mapping", "suggest", portal(tmp_path), "--now", NOW, "--format", "json")
    made = json.loads(ran.out)
    assert (made["id"], made["records"], made["events"], made["left"]) == ("own.portal", 40, 40, [])
    reasons = {one["column"]: one for one in made["reasons"]}
    assert reasons["user"]["fields"] == ["professional"]
    assert reasons["time"]["shapes"] == "99.99.9999 99:99:99"
    assert yaml.safe_load(made["text"])["id"] == "own.portal"


def test_a_file_that_is_there_is_not_overwritten(tmp_path: Path) -> None:
    own = tmp_path / "own.yaml"
    own.write_text("mine", encoding="utf-8")
    ran = run("mapping", "suggest", portal(tmp_path), "--out", own)
    assert ran.code == 2
    assert "there already" in ran.err
    assert own.read_text(encoding="utf-8") == "mine"


def test_a_log_that_is_known_is_said(tmp_path: Path) -> None:
    log = tmp_path / "access.log"
    line = '192.0.2.{} - - [15/Jul/2025:14:10:31 +0000] "GET /a HTTP/1.1" 200 5 "-" "x/1"\n'
    log.write_text("".join(line.format(n) for n in range(30)), encoding="utf-8")
    ran = run("mapping", "suggest", log, "--now", NOW)
    assert ran.code == 0
    assert "known already as web_access" in ran.err


def test_what_is_no_log(tmp_path: Path) -> None:
    log = tmp_path / "a.csv"
    log.write_text("a,b\n1,2\n", encoding="utf-8")
    ran = run("mapping", "suggest", log)
    assert (ran.code, ran.out) == (3, "")
    assert "a.csv: no mapping can be proposed" in ran.err
    assert run("mapping", "suggest", tmp_path / "none.csv").code == 2
    assert run("mapping", "suggest", tmp_path).code == 2


def test_show_a_mapping() -> None:
    ran = run("mapping", "show", "salesforce.elf.login")
    assert ran.code == 0
    assert "SOURCE_IP" in ran.out
    assert "documentation" in ran.out


def test_show_a_kind_and_a_group_of_kinds() -> None:
    shown = json.loads(run("mapping", "show", "web_access", "--format", "json").out)["mappings"]
    assert {one["id"] for one in shown} == {m.id for m in load_mappings().every if m.kind == "web_access"}
    assert all(dict(one["facts"])["documentation"] for one in shown)
    group = json.loads(run("mapping", "show", "Salesforce", "--format", "json").out)["mappings"]
    assert {one["id"].partition(".")[0] for one in group} == {"salesforce"}


def test_show_nothing_known() -> None:
    ran = run("mapping", "show", "no.such")
    assert (ran.code, ran.out) == (2, "")
    assert "kinds: " in ran.err
