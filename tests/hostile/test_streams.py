"""Streams that are closed, full, cut off or of another encoding: the right exit code, no traceback, no noise."""

import json
from pathlib import Path

import pytest

from tests.cli.run import run
from tests.hostile.program import NOW, evidence, shell


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("streams")
    assert run("build", evidence(folder / "evidence"), "--out", folder / "case", "--now", NOW).code == 0
    return folder / "case"


@pytest.mark.parametrize(
    ("script", "code"),
    [
        ("$SPILLMARK show $CASE -vv --format json | head -c 1 >/dev/null; exit ${PIPESTATUS[0]}", 0),
        ("$SPILLMARK show $CASE --format html | true; exit ${PIPESTATUS[0]}", 0),
        ("$SPILLMARK show $CASE >&-", 0),
        ("$SPILLMARK show $CASE <&- >/dev/null", 0),
        ("$SPILLMARK show nothing-here 2>&-", 2),
        ("$SPILLMARK show $CASE >&- 2>&- <&-", 0),
    ],
)
def test_closed_and_cut_streams_are_no_fault(case: Path, script: str, code: int) -> None:
    ran = shell(script, CASE=case)
    assert ran.returncode == code
    assert ran.stderr == b""


def test_a_full_disk_behind_stdout_is_said(case: Path) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("this system has no /dev/full")
    ran = shell("$SPILLMARK show $CASE >/dev/full", CASE=case)
    assert ran.returncode == 2
    assert b"No space left" in ran.stderr
    assert b"free space" in ran.stderr
    assert b"fault of ours" not in ran.stderr
    assert b"Exception ignored" not in ran.stderr


@pytest.mark.parametrize("form", ["text", "json", "html"])
def test_every_form_can_be_written_under_a_locale_without_unicode(case: Path, form: str) -> None:
    locale = "PYTHONIOENCODING=ascii PYTHONUTF8=0 PYTHONCOERCECLOCALE=0 LC_ALL=C"
    ran = shell(f"{locale} $SPILLMARK show $CASE --format {form}", CASE=case)
    assert ran.returncode == 0, ran.stderr
    if form == "text":
        assert ran.stdout.isascii()
    else:
        assert ran.stdout == shell(f"$SPILLMARK show $CASE --format {form}", CASE=case).stdout
    if form == "json":
        json.loads(ran.stdout)
