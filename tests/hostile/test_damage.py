"""Case folders that were damaged or forged: said with the place, never believed, never a fault."""

import json
import random
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.run import run
from tests.hostile.program import NOW, evidence


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("damage")
    for clock in (NOW, "2025-07-21T12:00:00Z"):
        assert run("build", evidence(folder / "e"), "--out", folder / "case", "--now", clock).code == 0
    return folder / "case"


@pytest.fixture
def case(whole: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(whole, tmp_path / "case"))


def changed(lines: list[bytes]) -> list[bytes]:
    return [lines[0].replace(b"login.csv", b"other.csv"), *lines[1:]]


def removed(lines: list[bytes]) -> list[bytes]:
    return lines[1:]


def cut(lines: list[bytes]) -> list[bytes]:
    return lines[:-1]


def added(lines: list[bytes]) -> list[bytes]:
    return [*lines, b'{"prev":"0","time":"2025","what":"x"}\n']


def torn(lines: list[bytes]) -> list[bytes]:
    return [*lines[:-1], lines[-1][:20]]


def swapped(lines: list[bytes]) -> list[bytes]:
    return lines[::-1]


def emptied(_: list[bytes]) -> list[bytes]:
    return []


def deep(lines: list[bytes]) -> list[bytes]:
    return [*lines, b"[" * 100_000 + b"\n"]


@pytest.mark.parametrize("spoil", [changed, removed, cut, added, torn, swapped, emptied, deep])
def test_a_log_that_was_touched_does_not_hold(case: Path, spoil: Callable[[list[bytes]], list[bytes]]) -> None:
    log = case / "log.jsonl"
    log.write_bytes(b"".join(spoil(log.read_bytes().splitlines(keepends=True))))
    ran = run("verify", case)
    assert ran.code == 5
    assert "does NOT hold" in ran.out
    assert json.loads(run("verify", case, "--format", "json").out)["intact"] is False


@pytest.mark.parametrize(
    "text",
    [
        "",
        "null",
        "[]",
        "{}",
        '{"schema": "case/9"}',
        '{"schema": "case/1"}',
        "[" * 200_000,
        '{"schema": "case/1", "id"',
    ],
)
def test_a_document_that_is_none_is_said(case: Path, text: str) -> None:
    (case / "case.json").write_text(text, encoding="utf-8")
    for form in ("text", "json", "html"):
        ran = run("show", case, "--format", form)
        assert ran.code == 2
        assert "case.json" in ran.err or str(case) in ran.err
        assert len(ran.err.splitlines()) >= 2
        assert ran.out == ""
    assert run("verify", case).code in {0, 5}


def test_bytes_changed_anywhere_are_no_fault(case: Path) -> None:
    dice = random.Random(7)
    for name in ("case.json", "cited.jsonl"):
        data = (case / name).read_bytes()
        for _ in range(40):
            spoiled = bytearray(data)
            for _ in range(4):
                spoiled[dice.randrange(len(spoiled))] = dice.randrange(256)
            (case / name).write_bytes(
                bytes(spoiled[: dice.randrange(1, len(spoiled))] if dice.random() < 0.3 else spoiled)
            )
            for arguments in (("show", case, "--format", "html"), ("explain", "E1", "--case", case)):
                ran = run(*arguments)
                assert ran.code in {0, 2}, ran.err
        (case / name).write_bytes(data)


@pytest.mark.parametrize("line", ['{"ref":"E1:1"}', "[]", "null", '{"ref":1,"place":2,"fields":[1]}', '{"ref":'])
def test_cited_rows_that_are_none_are_said_with_their_line(case: Path, line: str) -> None:
    (case / "cited.jsonl").write_text(line + "\n", encoding="utf-8")
    ran = run("show", case, "--format", "html")
    assert ran.code == 2
    assert "cited.jsonl:1" in ran.err
