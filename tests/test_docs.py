"""The documents are true: commands run, links lead somewhere, flags, verbs and keys exist, output is the output."""

import re
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, get_args, get_type_hints

import pytest
import typer.main
import yaml
from benchmarks.__main__ import arguments as benchmark_arguments
from benchmarks.__main__ import parser as benchmark_parser
from pydantic.fields import FieldInfo

from spillmark.case.playbooks import Applies, Playbook
from spillmark.cli.config import VERBS
from spillmark.cli.main import app
from spillmark.detect.rules import Meta
from spillmark.duties import lint as law
from spillmark.duties import packs, predicates
from spillmark.engine.duckdb import DuckDBEngine
from spillmark.normal.mapping import Mapping
from spillmark.normal.own import read_own
from spillmark.reading import lexicon
from spillmark.reading import lint as reading
from spillmark.review.checks import Check, Weak
from tests import refresh
from tests.cli.run import run
from tests.conftest import EXAMPLE, NOW
from tests.golden import Outcome
from tests.markdown import ROOT, anchors, blocks, documents, links, section, spans, tables
from tests.readme import README, shown, summary_of

DOCUMENTS = documents()
FLAG = re.compile(r"(?<![\w-])--[a-z][a-z-]+")
EXIT = re.compile(r"#\s*exit (\d+)")
HELP = {"--help"}
COMMANDS = typer.main.get_command(app).commands  # type: ignore[attr-defined]


@dataclass(frozen=True)
class Command:
    """One command line of a document and the exit code that it must have: 0, or as a comment `# exit 4` says."""

    document: Path
    line: int
    words: tuple[str, ...]
    code: int

    def __str__(self) -> str:
        return f"{self.document.relative_to(ROOT)}:{self.line}: {' '.join(self.words)}"


def commands(document: Path) -> Iterator[Command]:
    """Gives the commands in the blocks of a document that a reader would type."""
    for block in blocks(document.read_text(encoding="utf-8")):
        for number, line in enumerate(block.lines, block.first):
            text = line.strip().removeprefix("$ ")
            words = shlex.split(text, comments=True) if program(text) else []
            if words:
                stated = EXIT.search(text)
                yield Command(document, number, tuple(words), int(stated.group(1)) if stated else 0)


def program(text: str) -> str | None:
    """Tells whose command line a text is, if it is one of ours."""
    first = text.split(maxsplit=1)[0] if text.split() else ""
    if first in {"spillmark", ".venv/bin/spillmark"}:
        return "spillmark"
    if first == "make":
        return "make"
    return "benchmarks" if re.match(r"\S*python\d* -m benchmarks( |$)", text) else None


DOCUMENTED = [command for document in DOCUMENTS for command in commands(document)]


# ---------------------------------------------------------------------------------------------------- commands


@pytest.fixture(scope="module")
def stage(example_case: Outcome, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which everything stands that the documents' commands name: a case, the example, small evidence."""
    folder = tmp_path_factory.mktemp("stage")
    (folder / "examples").symlink_to(ROOT / "examples")
    evidence = EXAMPLE / "evidence"
    for name in ("case", "CASE"):
        shutil.copytree(example_case.folder, folder / name)
    for name in ("path/to/folder", "FOLDER", "reports"):
        shutil.copytree(evidence / "reports", folder / name)
    shutil.copytree(evidence / "logs", folder / "logs")
    for name in ("org.yaml", "facts.yaml"):
        shutil.copyfile(evidence / name, folder / name)
    lines = [f"15.07.2025 14:{n:02}:31,dana,Person {n},LOOKUP" for n in range(40)]
    (folder / "portal.csv").write_text("\n".join(["when,professional,insured,what", *lines, ""]), encoding="utf-8")
    assert run("mapping", "suggest", folder / "portal.csv", "--out", folder / "portal.yaml").code == 0
    return folder


def test_the_documents_show_commands() -> None:
    assert {program(" ".join(command.words)) for command in DOCUMENTED} >= {"spillmark", "make"}
    assert {command.document.name for command in DOCUMENTED} >= {"README.md", "first-case.md"}


@pytest.mark.parametrize("command", DOCUMENTED, ids=str)
def test_command_does_what_is_shown(
    command: Command, stage: Path, example_case: Outcome, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(stage)
    match program(" ".join(command.words)):
        case "spillmark":
            done = run(*without_redirection(command.words[1:]))
            assert done.code == command.code, done.err
        case "make":
            code = make(command.words[1:], example_case)
            assert code is None or code == command.code
        case _:
            benchmark_arguments(list(command.words[3:]))


def without_redirection(words: tuple[str, ...]) -> tuple[str, ...]:
    """Leaves out what the shell does with the output."""
    return words[: next((number for number, word in enumerate(words) if word in {">", "|", ">>"}), len(words))]


def make(words: tuple[str, ...], example_case: Outcome) -> int | None:
    """Runs what `make` would run; None where the target is one that only has to exist."""
    if shutil.which("make") is None:
        pytest.skip("make is not installed")
    told = subprocess.run(
        ["make", "--dry-run", "--no-print-directory", "--directory", str(ROOT), *words],
        capture_output=True,
        text=True,
        check=True,
    )
    targets = [word for word in words if "=" not in word]
    if targets not in ([], ["case"]):
        return None
    line = next(line for line in told.stdout.splitlines() if "spillmark build" in line)
    given = shlex.split(line)[1:]
    if given[1] == "examples/brackwater/evidence":
        assert given == ["build", "examples/brackwater/evidence", "--out", "case", "--now", NOW]
        return example_case.code
    return run(*given).code


# ---------------------------------------------------------------------------------------------------- links, paths


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    broken = []
    for target in links(text):
        if re.match(r"[a-z][a-z0-9+.-]*:", target):
            continue
        place, _, anchor = target.partition("#")
        path = (document.parent / place) if place else document
        if not path.exists() or (anchor and anchor not in anchors(path.read_text(encoding="utf-8"))):
            broken.append(target)
    assert broken == []


def test_files_that_the_documents_name_exist() -> None:
    roots = (ROOT, ROOT / "src" / "spillmark", ROOT / "src" / "spillmark" / "content")
    pattern = re.compile(r"[\w.-]+(/[\w.-]+)+/?|[a-z]+/")
    missing = []
    for document in DOCUMENTS:
        if document.parent not in {ROOT, ROOT / "docs"} or document.name in {"CHANGELOG.md", "README.md"}:
            continue
        for span in spans(document.read_text(encoding="utf-8")):
            if pattern.fullmatch(span) and not span.startswith(("case/", ".venv/", "path/")):
                missing += [] if any((root / span).exists() for root in roots) else [f"{document.name}: {span}"]
    assert missing == []


# ---------------------------------------------------------------------------------------------------- flags, verbs


def flags_of(verb: str | None) -> set[str]:
    """Gives the flags that a verb knows, or without one those that any verb or the program knows."""
    helps = [run("--help").out] if verb is None else []
    shown_by = [*helps, *(text for one in ([verb] if verb else COMMANDS) for text in helped(one))]
    return {flag for text in shown_by for flag in FLAG.findall(text)} | HELP


def helped(verb: str) -> list[str]:
    """Gives the help of a verb, or of a group of verbs and of each of them."""
    parts = getattr(COMMANDS[verb], "commands", {})
    return [run(verb, "--help").out, *(run(verb, part, "--help").out for part in parts)]


ALL_FLAGS = flags_of(None)
BENCHMARK_FLAGS = set(FLAG.findall(benchmark_parser().format_help()))
OTHERS = {"tests.refresh": set(FLAG.findall(refresh.__doc__ or ""))}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_flags_exist(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    lines = [line.strip().removeprefix("$ ") for block in blocks(text) for line in block.lines]
    unknown = [flag for line in [*lines, *spans(text)] for flag in unknown_flags(line)]
    assert unknown == []


def unknown_flags(line: str) -> list[str]:
    """Names the flags of a command line, or of a code span, that do not exist."""
    if program(line) == "benchmarks":
        known = BENCHMARK_FLAGS
    elif program(line) == "spillmark":
        verb = next((word for word in line.split()[1:] if word in COMMANDS), None)
        known = flags_of(verb)
    elif line.startswith("--"):
        known = ALL_FLAGS | BENCHMARK_FLAGS
    else:
        known = next((flags for name, flags in OTHERS.items() if f"-m {name}" in line), set(FLAG.findall(line)))
    return [f"{flag} in {line}" for flag in FLAG.findall(line) if flag not in known]


@pytest.mark.parametrize("verb", sorted(COMMANDS))
def test_verb_is_documented_and_shows_an_example(verb: str) -> None:
    told = "\n".join(path.read_text(encoding="utf-8") for path in DOCUMENTS if path.name != "CHANGELOG.md")
    assert re.search(rf"spillmark\s+{verb}\b", told), f"no document shows `spillmark {verb}`"
    helped = " ".join(run(verb, "--help").out.split())
    assert "Example: spillmark" in helped
    for example in (COMMANDS[verb].epilog or "").removeprefix("Example: ").split("; "):
        parse(example)


def test_commands_in_the_prose_parse() -> None:
    named = [span for path in DOCUMENTS for span in spans(path.read_text(encoding="utf-8"))]
    lines = [span for span in named if re.match(r"(\.venv/bin/)?spillmark [a-z]+ ", span)]
    assert lines
    for line in lines:
        parse(line)


def parse(line: str) -> None:
    """Lets the command line read its arguments; raises its usage error where they are wrong."""
    verb, *given = without_redirection(tuple(shlex.split(line)[1:]))
    COMMANDS[verb].make_context(verb, list(given))


def test_configuration_knows_the_verbs_and_their_flags() -> None:
    assert set(VERBS) <= set(COMMANDS)
    for verb, names in VERBS.items():
        assert {f"--{name}" for name in names} <= flags_of(verb), verb


# ---------------------------------------------------------------------------------------------------- README


def test_readme_begins_with_the_command_and_its_output(example_case: Outcome) -> None:
    place = shown(README.read_text(encoding="utf-8"))
    assert next(command.line for command in DOCUMENTED if command.document == README) == place.command
    assert place.command <= 8
    assert place.first <= 15
    assert "\n".join(place.lines) + "\n" == summary_of(example_case), "make refresh-golden writes it anew"


def test_readme_output_is_found_in_the_same_block_and_in_the_next() -> None:
    same = shown("# x\n\n```\n$ make case\nHappened x\nWhen y\n```\n")
    assert (same.command, same.first, same.lines) == (4, 5, ("Happened x", "When y"))
    apart = shown("```\nmake case\n```\ngives\n```\nHappened x\n```\n")
    assert (apart.command, apart.first, apart.lines) == (2, 6, ("Happened x",))
    with pytest.raises(LookupError):
        shown("```\nmake test\n```\n")


# ---------------------------------------------------------------------------------------------------- content.md

CONTENT = ROOT / "docs" / "content.md"
TABLES: dict[str, tuple[Any, ...]] = {
    "A mapping": (Mapping,),
    "A rule": (Meta,),
    "A law": (packs.Pack, packs.Notice, packs.Limit),
}
IN_WORDS: dict[str, tuple[Any, ...]] = {"A check": (Check, Weak), "A playbook": (Playbook, Applies)}


def keys(*shapes: Any) -> set[str]:
    """Gives the names of the fields as a file writes them."""
    return {alias(shape, one.name) for shape in shapes for one in fields(shape)}


def alias(shape: Any, name: str) -> str:
    """Gives the written name of a field that has another one in Python."""
    noted = get_args(get_type_hints(shape, include_extras=True)[name])[1:]
    return next((info.alias for info in noted if isinstance(info, FieldInfo) and info.alias), name)


def documented(rows: list[list[str]]) -> set[str]:
    """Gives the keys of the first column of a table."""
    return {key for row in rows for key in re.findall(r"`([^`]+)`", row[0])}


@pytest.mark.parametrize("heading", TABLES)
def test_documented_keys_are_fields(heading: str) -> None:
    found = tables(section(CONTENT.read_text(encoding="utf-8"), heading))
    for rows, shape in zip(found, TABLES[heading], strict=False):
        assert documented(rows) - keys(shape) == set(), shape.__name__


@pytest.mark.parametrize("heading", IN_WORDS)
def test_keys_named_in_words_are_fields(heading: str) -> None:
    words = [word for word in spans(section(CONTENT.read_text(encoding="utf-8"), heading)) if word.isidentifier()]
    assert words
    assert set(words) - keys(*IN_WORDS[heading]) == set()


def test_every_key_of_a_law_is_documented() -> None:
    found = tables(section(CONTENT.read_text(encoding="utf-8"), "A law"))
    everywhere = {"version", "from", "until"}
    for rows, shape in zip(found, TABLES["A law"], strict=False):
        assert keys(shape) - documented(rows) - everywhere == set(), shape.__name__


def test_every_condition_of_a_law_is_documented_and_can_be_read() -> None:
    *_, rows = tables(section(CONTENT.read_text(encoding="utf-8"), "A law"))
    shown_as = [yaml.safe_load(row[0].strip("`")) for row in rows]
    for document in shown_as:
        predicates.parse(document, "docs/content.md")
    named = {next(iter(document)) for document in shown_as}
    assert named >= {*get_args(predicates.Name), "all", "any", "not", "known", "says", "data", "count"}
    told = {state for row in rows for state in re.findall(r"`([a-z_]+)`", row[1])}
    assert told >= set(predicates.STATES)


def test_keys_of_a_lexicon_are_used_by_one() -> None:
    (rows,) = tables(section(CONTENT.read_text(encoding="utf-8"), "A lexicon"))
    used = {key for _, document in lexicon.places() for key in document}
    assert documented(rows) - used == set()


def test_examples_of_content_are_right() -> None:
    shown_as = [yaml.safe_load("\n".join(b.lines)) for b in blocks(CONTENT.read_text("utf-8")) if b.language == "yaml"]
    laws = [document for document in shown_as if "notices" in document]
    lists = [document for document in shown_as if "entries" in document]
    own = [document for document in shown_as if "recognise" in document]
    assert laws
    assert lists
    assert own
    engine = DuckDBEngine(threads=1)
    for document in own:
        read_own(engine, yaml.safe_dump(document), "docs/content.md")
    engine.close()
    for document in laws:
        assert list(law.check(packs.read_pack(document, "docs/content.md"))) == []
    for document in lists:
        assert list(reading._problems("lexicons/example.yaml", document)) == []
