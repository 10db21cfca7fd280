"""Arguments that cannot work: exit 2, what and what next on stderr, nothing on stdout, nothing left behind."""

import os
from pathlib import Path

import pytest

from tests.cli.run import run
from tests.hostile.program import NOW, evidence


@pytest.mark.parametrize(
    ("flags", "says"),
    [
        (["--memory", "garbage"], "2GB"),
        (["--memory", "-1GB"], "2GB"),
        (["--memory", "1KB"], "128MB"),
        (["--threads", "0"], "--threads"),
        (["--threads", "-1"], "--threads"),
        (["--threads", "99999999"], "--threads"),
        (["--now", "9999-12-31T23:59:59-12:00"], "--now"),
        (["--now", "99999-01-01"], "--now"),
        (["--now", ""], "--now"),
        (["--keep-events", "[/x]"], "[/x]"),
        (["--\x1b[31m"], "No such option"),
    ],
)
def test_flags_that_cannot_work(tmp_path: Path, flags: list[str], says: str) -> None:
    ran = run("build", evidence(tmp_path / "e"), "--out", tmp_path / "case", "--now", NOW, *flags)
    assert ran.code == 2, ran.err
    assert says in ran.err
    assert "\x1b" not in ran.err
    assert "fault of ours" not in ran.err
    assert ran.out == ""
    assert not (tmp_path / "case").exists()


@pytest.mark.parametrize("out", ["e/login.csv", "e/login.csv/x", "n" * 300])
def test_a_case_folder_that_cannot_be(tmp_path: Path, out: str) -> None:
    evidence(tmp_path / "e")
    ran = run("build", tmp_path / "e", "--out", tmp_path / out, "--now", NOW)
    assert ran.code == 2
    assert out[:40] in ran.err
    assert "fault of ours" not in ran.err
    assert [path.name for path in sorted(tmp_path.iterdir())] == ["e"]


@pytest.mark.parametrize("head", ["", "xyz", "3f9a"])
def test_a_head_that_is_no_hash_compares_nothing_and_is_refused(tmp_path: Path, head: str) -> None:
    assert run("build", evidence(tmp_path / "e"), "--out", tmp_path / "case", "--now", NOW).code == 0
    ran = run("verify", tmp_path / "case", "--head", head)
    assert ran.code == 2
    assert "64" in ran.err
    assert run("verify", tmp_path / "case", "--head", "0" * 64).code == 5


@pytest.mark.parametrize("ident", ["", "E1:x", "E1:0", "E1:2", "E1:99999999999999999999", "E99:1", "L", "*", "\udcff"])
def test_ids_of_nothing_are_explained_as_nothing(tmp_path: Path, ident: str) -> None:
    assert run("build", evidence(tmp_path / "e"), "--out", tmp_path / "case", "--now", NOW).code == 0
    ran = run("explain", ident, "--case", tmp_path / "case")
    assert ran.code == 2, ran.out
    assert "nothing is known" in ran.err
    assert run("explain", "E1:1", "--case", tmp_path / "case").code == 0


def test_files_that_are_named_must_be_files(tmp_path: Path) -> None:
    evidence(tmp_path / "e")
    os.mkfifo(tmp_path / "fifo")
    for wrong in (tmp_path, tmp_path / "fifo", Path("/dev/null")):
        for ran in (
            run("duties", wrong, "--now", NOW),
            run("build", tmp_path / "e", "--out", tmp_path / "case", "--now", NOW, "--org", wrong),
            run("build", tmp_path / "e", "--out", tmp_path / "case", "--now", NOW, "--facts", wrong),
        ):
            assert ran.code == 2
            assert "not a regular file" in ran.err


def test_a_named_file_counts_even_if_its_bytes_came_in_under_another_name(tmp_path: Path) -> None:
    evidence(tmp_path / "e")
    org = "organisation: {name: Brackwater Life}\nvendors: []\n"
    (tmp_path / "e" / "aaa.yaml").write_text(org, encoding="utf-8")
    (tmp_path / "org.yaml").write_text(org, encoding="utf-8")
    ran = run("build", tmp_path / "e", "--out", tmp_path / "case", "--now", NOW, "--org", tmp_path / "org.yaml")
    assert ran.code == 0, ran.err
    assert "Brackwater Life" in (tmp_path / "case" / "report.html").read_text(encoding="utf-8")


def test_bytes_of_a_wrong_file_are_not_quoted(tmp_path: Path) -> None:
    facts = tmp_path / "facts.yaml"
    facts.write_bytes("clock: {discovery: 2025-07-18}\n# Ren\u00e9 Secret\n".encode("cp1252"))
    ran = run("duties", facts, "--now", NOW)
    assert ran.code == 2
    assert "UTF-8" in ran.err
    assert "Secret" not in ran.err
