"""The case folder under fire: whole or as before, alone, owner-only, and never its own evidence."""

import json
import os
import resource
import signal
import stat
import time
from pathlib import Path

import pytest

from tests.cli.run import run
from tests.hostile.program import LOGIN, NOW, evidence, logins, start, table

FILES = {
    "store",
    "case.json",
    "cited.jsonl",
    "events.parquet",
    "log.jsonl",
    "people.parquet",
    "report.html",
    "taken.parquet",
}


def content(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir()) if path.is_file()}


@pytest.mark.parametrize("delay", [0.5, 0.9, 1.3])
def test_a_build_that_is_killed_leaves_the_case_that_was_there(tmp_path: Path, delay: float) -> None:
    case = tmp_path / "case"
    assert run("build", evidence(tmp_path / "e"), "--out", case, "--now", NOW).code == 0
    before = content(case)
    (tmp_path / "e" / "more.csv").write_text(table(logins(3)), encoding="utf-8")
    build = start("build", tmp_path / "e", "--out", case, "--now", NOW)
    time.sleep(delay)
    build.kill()
    build.communicate()
    if content(case) != before:  # it was faster than the kill: then the new case stands there whole
        listed = json.loads(run("show", case, "--format", "json").out)["evidence"]
        assert "more.csv" in {one["path"] for one in listed}
    assert run("verify", case).code == 0
    assert run("show", case).code == 0
    again = run("build", tmp_path / "e", "--out", case, "--now", NOW)
    assert again.code == 0, again.err
    assert {path.name for path in case.iterdir()} == FILES
    assert run("verify", case).code == 0


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_build_that_is_asked_to_stop_leaves_nothing(tmp_path: Path, number: signal.Signals) -> None:
    evidence(tmp_path / "e")
    build = start("build", tmp_path / "e", "--out", tmp_path / "case", "--now", NOW)
    deadline = time.monotonic() + 20
    while not (tmp_path / "case" / ".work").exists() and build.poll() is None and time.monotonic() < deadline:
        time.sleep(0.01)
    build.send_signal(number)
    _, err = build.communicate()
    assert build.returncode == 128 + number
    assert err.startswith(b"spillmark: stopped")
    assert b"Traceback" not in err
    assert not (tmp_path / "case").exists()


def test_only_one_build_writes_a_folder_at_a_time(tmp_path: Path) -> None:
    fcntl = pytest.importorskip("fcntl")
    case = tmp_path / "case"
    assert run("build", evidence(tmp_path / "e"), "--out", case, "--now", NOW).code == 0
    before = content(case)
    held = os.open(case, os.O_RDONLY)
    try:
        fcntl.flock(held, fcntl.LOCK_EX)
        ran = run("build", tmp_path / "e", "--out", case, "--now", "2025-07-21T12:00:00Z")
    finally:
        os.close(held)
    assert ran.code == 2
    assert "another build" in ran.err
    assert content(case) == before
    assert run("build", tmp_path / "e", "--out", case, "--now", "2025-07-21T12:00:00Z").code == 0


def test_a_disk_that_is_full_leaves_the_case_that_was_there(tmp_path: Path) -> None:
    case = tmp_path / "case"
    assert run("build", evidence(tmp_path / "e"), "--out", case, "--now", NOW).code == 0
    before = content(case)

    def small() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))

    build = start("build", tmp_path / "e", "--out", case, "--now", "2025-07-21T12:00:00Z", preexec_fn=small)
    _, err = build.communicate()
    assert build.returncode == 2
    assert b"fault of ours" not in err
    assert b"cannot be" in err
    assert content(case) == before
    assert run("verify", case).code == 0


def test_nothing_is_readable_by_others_whatever_the_umask(tmp_path: Path) -> None:
    evidence(tmp_path / "e")
    before = os.umask(0)
    try:
        assert run("build", tmp_path / "e", "--out", tmp_path / "case", "--now", NOW).code == 0
    finally:
        os.umask(before)
    case = tmp_path / "case"
    assert stat.S_IMODE(case.stat().st_mode) == 0o700
    inside = list(case.rglob("*"))
    assert {stat.S_IMODE(path.stat().st_mode) for path in inside if path.is_file()} == {0o600}
    assert {stat.S_IMODE(path.stat().st_mode) for path in inside if path.is_dir()} == {0o700}
    assert {path.name for path in case.iterdir()} == FILES
    assert {path.name for path in tmp_path.iterdir()} == {"e", "case"}


def test_planted_links_are_not_followed(tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.mkdir()
    (victim / "letter.txt").write_text("keep", encoding="utf-8")
    case = tmp_path / "case"
    case.mkdir()
    (case / ".work").symlink_to(victim)
    (case / "case.json.partial").symlink_to(victim / "letter.txt")
    (case / "report.html").symlink_to(victim / "letter.txt")
    assert run("build", evidence(tmp_path / "e"), "--out", case, "--now", NOW).code == 0
    assert [path.name for path in victim.iterdir()] == ["letter.txt"]
    assert (victim / "letter.txt").read_text(encoding="utf-8") == "keep"
    assert not any(path.is_symlink() for path in case.iterdir())
    (case / "log.jsonl").unlink()
    (case / "log.jsonl").symlink_to(victim / "letter.txt")
    ran = run("build", tmp_path / "e", "--out", case, "--now", NOW)
    assert ran.code == 2
    assert "custody log" in ran.err


def test_a_case_is_no_evidence_for_itself(tmp_path: Path) -> None:
    folder = evidence(tmp_path / "e")
    case = folder / "case"
    first = run("build", folder, "--out", case, "--now", NOW, "--format", "json")
    second = run("build", folder, "--out", case, "--now", NOW, "--format", "json")
    assert (first.code, second.code) == (0, 0), second.err
    assert first.out == second.out
    assert [item["path"] for item in json.loads(second.out)["evidence"]] == ["login.csv"]
    for inside in (case, case / "report.html"):
        ran = run("build", inside, "--out", case, "--now", NOW)
        assert ran.code == 2
        assert "given as evidence" in ran.err


def test_other_cases_are_no_evidence_but_a_name_hides_nothing(tmp_path: Path) -> None:
    folder = evidence(tmp_path / "e")
    assert run("build", folder, "--out", folder / "old", "--now", NOW).code == 0
    (folder / "old" / "late.csv").write_text(table([{**LOGIN, "REQUEST_ID": "late"}]), encoding="utf-8")
    hidden = folder / "trick"
    hidden.mkdir()
    (hidden / "case.json").write_text('{"schema": "x"}', encoding="utf-8")
    (hidden / "log.jsonl").write_text(json.dumps({**LOGIN, "REQUEST_ID": "hidden"}) + "\n", encoding="utf-8")
    ran = run("build", folder, "--out", tmp_path / "case", "--now", NOW, "--format", "json")
    made = json.loads(ran.out)
    read = {item["path"]: item["events"] for item in made["evidence"] if item["events"]}
    assert read == {"login.csv": 1, "old/late.csv": 1, "trick/log.jsonl": 1}
    assert any(skip["what"] == "old" and "case folder" in skip["why"] for skip in made["skipped"])
    alone = run("read", folder / "old" / "..", "--format", "json")
    assert "SF-" not in alone.out
