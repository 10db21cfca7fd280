"""The configuration file gives defaults; a flag wins over it, and what does not exist is refused."""

import json
from pathlib import Path

import pytest
import typer.main

from spillmark.cli.config import PARAMETERS, VERBS
from spillmark.cli.main import app
from tests.cli.run import run


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "c.toml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("verb", sorted(VERBS))
def test_every_key_is_a_flag_of_its_verb(verb: str) -> None:
    command = typer.main.get_command(app).commands[verb]  # type: ignore[attr-defined]
    flags = {option for parameter in command.params for option in parameter.opts}
    names = {parameter.name for parameter in command.params}
    for key in VERBS[verb]:
        assert f"--{key}" in flags
        assert PARAMETERS.get(key, key.replace("-", "_")) in names


def test_a_default_holds_until_a_flag_says_otherwise(tmp_path: Path) -> None:
    config = written(tmp_path, '[explain]\nformat = "json"\n')
    assert json.loads(run("--config", config, "explain", "eu-gdpr").out)["id"] == "eu-gdpr"
    assert run("--config", config, "explain", "eu-gdpr", "--format", "text").out.startswith("eu-gdpr (law)")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('[build]\ncolour = "red"\n', "colour"),
        ("[destroy]\nx = 1\n", "destroy"),
        ("build = 1\n", "build"),
        ("[build\n", "TOML"),
        ('[explain]\nformat = "poem"\n', "poem"),
    ],
)
def test_what_does_not_exist_is_refused(tmp_path: Path, text: str, says: str) -> None:
    ran = run("--config", written(tmp_path, text), "explain", "eu-gdpr")
    assert ran.code == 2
    assert says in ran.err
    assert "Traceback" not in ran.err


def test_a_missing_file_is_said(tmp_path: Path) -> None:
    ran = run("--config", tmp_path / "none.toml", "check")
    assert ran.code == 2
    assert "none.toml" in ran.err
