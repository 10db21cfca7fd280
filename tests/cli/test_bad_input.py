"""Bad input: a message that says what, where, why, what next; a visible skip; the exit code; never a traceback."""

import gzip
import json
import os
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from spillmark.evidence import item
from tests.cli.run import run

NOW = "2025-07-20T12:00:00Z"
LOGIN = (
    '"EVENT_TYPE","TIMESTAMP","REQUEST_ID","USER_ID","LOGIN_STATUS","USER_NAME","SOURCE_IP","TIMESTAMP_DERIVED"\n'
    '"Login","20250715141031.000","r1","005000000000001","LOGIN_NO_ERROR","a@x.example","192.0.2.1","2025-07-15T14:10:31.000Z"\n'
)


def good(folder: Path) -> None:
    """One log that can be read, so that the rest of the run has something to go on with."""
    (folder / "login.csv").write_text(LOGIN, encoding="utf-8")


def binary_garbage(folder: Path) -> None:
    (folder / "bad.bin").write_bytes(bytes(range(256)) * 40)


def csv_without_header(folder: Path) -> None:
    (folder / "bad.csv").write_text(LOGIN.splitlines()[1] + "\n", encoding="utf-8")


def half_a_zip(folder: Path) -> None:
    whole = folder / "bad.zip"
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.csv", LOGIN * 300)
    whole.write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])


def half_a_gzip(folder: Path) -> None:
    (folder / "bad.csv.gz").write_bytes(gzip.compress(os.urandom(4000))[:2000])


def mixed_encodings(folder: Path) -> None:
    header, row = LOGIN.splitlines()
    rows = [row.encode(), row.replace("a@x", "\u00e9@x").encode("cp1252"), row.replace("a@x", "\u00e9@x").encode()]
    (folder / "bad.csv").write_bytes(header.encode() + b"\n" + b"\n".join(rows) + b"\n")


def log_of_another_product(folder: Path) -> None:
    event = {
        "id": 1,
        "action": "update",
        "actor_id": 2,
        "source_type": "user",
        "source_label": "Agent",
        "created_at": "2025-07-15T14:10:31Z",
    }
    (folder / "bad.json").write_text(json.dumps(event) + "\n", encoding="utf-8")


def link_out_of_the_folder(folder: Path) -> None:
    (folder / "bad.csv").symlink_to("/etc/passwd")


def path_trick(folder: Path) -> None:
    with zipfile.ZipFile(folder / "bad.zip", "w") as archive:
        archive.writestr("../../escaped.csv", LOGIN)


CASES: list[tuple[Callable[[Path], None], int]] = [
    (binary_garbage, 4),
    (csv_without_header, 4),
    (half_a_zip, 4),
    (half_a_gzip, 4),
    (mixed_encodings, 0),
    (log_of_another_product, 4),
    (link_out_of_the_folder, 4),
    (path_trick, 4),
]


@pytest.mark.parametrize(("spoil", "code"), CASES, ids=lambda value: getattr(value, "__name__", str(value)))
def test_one_bad_file_is_a_visible_skip_and_the_rest_goes_on(
    tmp_path: Path, spoil: Callable[[Path], None], code: int
) -> None:
    evidence = tmp_path / "evidence"
    evidence.mkdir()
    good(evidence)
    spoil(evidence)
    ran = run("build", evidence, "--out", tmp_path / "case", "--now", NOW, "--format", "json")
    assert "Traceback" not in ran.err
    assert ran.code == code, ran.err
    case = json.loads(ran.out)
    assert any(one["events"] == 1 for one in case["evidence"] if one["path"] == "login.csv")
    about = [skip for skip in case["skipped"] if "bad" in skip["what"] or skip["evidence"]]
    assert about, case["skipped"]
    assert all(skip["why"] for skip in about)


def test_a_line_without_end_costs_neither_memory_nor_the_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(item, "LONGEST", 1_000_000)
    evidence = tmp_path / "evidence"
    evidence.mkdir()
    good(evidence)
    with (evidence / "bad.csv").open("wb") as handle:
        handle.write(LOGIN.splitlines()[0].encode() + b'\n"Login","')
        for _ in range(40):
            handle.write(b"x" * 500_000)
    ran = run("build", evidence, "--out", tmp_path / "case", "--now", NOW)
    assert "Traceback" not in ran.err
    assert ran.code in {0, 4}
    assert "bad.csv" in ran.err + ran.out + (tmp_path / "case" / "case.json").read_text(encoding="utf-8")


def test_an_unreadable_file_is_said(tmp_path: Path) -> None:
    if os.geteuid() == 0:
        pytest.skip("root reads everything")
    evidence = tmp_path / "evidence"
    evidence.mkdir()
    good(evidence)
    (evidence / "bad.csv").write_text(LOGIN, encoding="utf-8")
    (evidence / "bad.csv").chmod(0)
    ran = run("build", evidence, "--out", tmp_path / "case", "--now", NOW)
    assert ran.code == 4
    assert "bad.csv" in ran.err


def test_a_missing_path_is_wrong_usage(tmp_path: Path) -> None:
    ran = run("build", tmp_path / "nothing", "--out", tmp_path / "case")
    assert ran.code == 2
    assert str(tmp_path / "nothing") in ran.err
    assert "Traceback" not in ran.err
    assert not (tmp_path / "case").exists()


@pytest.mark.parametrize(
    "content", [None, binary_garbage, log_of_another_product], ids=["empty", "garbage", "another product"]
)
def test_no_usable_evidence_is_exit_3(tmp_path: Path, content: Callable[[Path], None] | None) -> None:
    evidence = tmp_path / "evidence"
    evidence.mkdir()
    if content is not None:
        content(evidence)
    ran = run("build", evidence, "--out", tmp_path / "case", "--now", NOW)
    assert ran.code == 3, ran.err
    assert "evidence" in ran.err
    assert "Traceback" not in ran.err


def test_a_folder_that_no_case_wrote_is_not_overwritten(tmp_path: Path) -> None:
    evidence = tmp_path / "evidence"
    evidence.mkdir()
    good(evidence)
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("keep", encoding="utf-8")
    ran = run("build", evidence, "--out", tmp_path / "mine", "--now", NOW)
    assert ran.code == 2
    assert "letter.txt" in ran.err
    assert [path.name for path in (tmp_path / "mine").iterdir()] == ["letter.txt"]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["show", "{tmp}"], "no case here"),
        (["verify", "{tmp}"], "no custody log"),
        (["explain", "SF-NOTHING-999"], "nothing is known"),
        (["explain", "F1"], "--case"),
        (["build", "{tmp}", "--out", "{tmp}/case", "--now", "yesterday"], "no time"),
        (["build", "{tmp}", "--out", "{tmp}/case", "--zone", "Mars/Olympus"], "IANA name"),
        (["duties", "{tmp}/none.yaml"], "no such file"),
        (["read", "{tmp}"], "no"),
        (["nonsense"], "nonsense"),
        (["build", "{tmp}", "--out", "{tmp}/case", "--keep-events", "some"], "some"),
    ],
)
def test_wrong_usage_is_said_in_a_few_lines(tmp_path: Path, arguments: list[str], says: str) -> None:
    ran = run(*(argument.replace("{tmp}", str(tmp_path)) for argument in arguments))
    assert ran.code in {2, 3}
    assert says in ran.err, ran.err
    assert "Traceback" not in ran.err
    assert ran.out == ""


def test_a_wrong_facts_file_names_its_faults(tmp_path: Path) -> None:
    facts = tmp_path / "facts.yaml"
    facts.write_text("clock:\n  discovry: 2025-07-18\npeople:\n- {residence: UK, count: 3, data_classes: [nme]}\n")
    ran = run("duties", facts, "--now", NOW)
    assert ran.code in {2, 3}
    for word in ("discovry", "UK", "nme"):
        assert word in ran.err


def test_a_configuration_with_an_unknown_key_is_refused(tmp_path: Path) -> None:
    config = tmp_path / "c.toml"
    config.write_text('[build]\ncolour = "red"\n')
    ran = run("--config", config, "check")
    assert ran.code == 2
    assert "colour" in ran.err


def test_a_broken_record_of_a_copy_is_counted_as_rejected(tmp_path: Path) -> None:
    evidence = tmp_path / "evidence"
    evidence.mkdir()
    good(evidence)
    rows = ['"Id","LastName"', '"003000000000001AAA","A"', '"003000000000002AAA"', '"003000000000003AAA","C"']
    (evidence / "Contact.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    ran = run("build", evidence, "--out", tmp_path / "case", "--now", NOW, "--format", "json")
    (copy,) = (one for one in json.loads(ran.out)["evidence"] if one["path"] == "Contact.csv")
    assert (copy["kind"], copy["rows"], copy["rejected"]) == ("salesforce.export", 3, 1)
