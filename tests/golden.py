"""Golden cases: evidence with a fixed clock, and the case that was built of it when it was last found right.

Each folder of tests/cases has case.yaml: `about`, `now`, and where the evidence comes from: an `evidence` folder
(beside it unless a path is given), or `make`: a scenario at some size of which only some files are kept, or a timeline.
`expected/case.json` is the canonical case; `python -m tests.refresh` writes it anew.
"""

import contextlib
import csv
import io
import json
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import yaml

from spillmark.cli import main
from spillmark.rehearse.generate import generate
from spillmark.rehearse.journal import Trace
from tests.unc6395 import convert

CASES = Path(__file__).parent / "cases"
SHOWN = 60
# What changes with every edit of content or code and says nothing about the case.
VOLATILE = {"tool": None, "log_head": None, "content": None}

Json = Any


@dataclass(frozen=True)
class Golden:
    """One golden case as its case.yaml tells it."""

    folder: Path
    about: str
    now: str
    evidence: str | None = None
    make: dict[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """Gives the folder's name."""
        return self.folder.name

    @property
    def expected(self) -> Path:
        """Gives where the canonical case stands."""
        return self.folder / "expected" / "case.json"


@dataclass(frozen=True)
class Outcome:
    """What a build gave: exit code, case document, the folder, and what was printed."""

    code: int
    case: Json
    folder: Path
    printed: str


def golden_cases() -> list[Golden]:
    """Lists all golden cases by name."""
    return [_golden(path.parent) for path in sorted(CASES.glob("*/case.yaml"))]


def evidence_of(golden: Golden, work: Path) -> Path:
    """Gives the folder of evidence, made below `work` where it is not stored."""
    if not golden.make:
        return (golden.folder / (golden.evidence or "evidence")).resolve()
    plan = golden.make
    if "timeline" in plan:
        return convert(golden.folder / plan["timeline"], work / "evidence", records=plan.get("records", 2400)).evidence
    truth = generate(plan["scenario"], work, contacts=plan["contacts"], seed=plan["seed"])
    evidence = work / "evidence"
    if plan.get("honest"):
        remove_rows(evidence, truth.events)
    keep(evidence, plan.get("keep", ["*"]))
    return evidence


def keep(evidence: Path, patterns: list[str]) -> None:
    """Removes every file whose path matches none of the patterns (* crosses folders)."""
    for path in sorted(evidence.rglob("*")):
        if path.is_file() and not any(fnmatch(path.relative_to(evidence).as_posix(), pattern) for pattern in patterns):
            path.unlink()


def remove_rows(evidence: Path, traces: tuple[Trace, ...]) -> None:
    """Removes the rows of a thief from the logs, so that only honest life is left."""
    for file in sorted({trace.file for trace in traces}):
        path, gone = evidence / file, {trace.row for trace in traces if trace.file == file}
        text = path.read_text(encoding="utf-8")
        path.write_text(_without(text, path.suffix, gone), encoding="utf-8")


def build(evidence: list[Path], out: Path, now: str) -> Outcome:
    """Builds a case in this process through the command line, with a fixed clock."""
    printed = io.StringIO()
    arguments = ["build", *map(str, evidence), "--out", str(out), "--now", now, "--format", "json"]
    with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
        code = main(arguments)
    document = out / "case.json"
    case = json.loads(document.read_text(encoding="utf-8")) if document.exists() else None
    return Outcome(code, case, out, printed.getvalue())


def build_golden(golden: Golden, work: Path) -> Outcome:
    """Makes the evidence of a golden case and builds it; org.yaml and facts.yaml among it are known by their kind."""
    return build([evidence_of(golden, work)], work / "case", golden.now)


def canonical(case: Json) -> str:
    """Writes a case for comparison: what says nothing about the case is left out, one value a line."""
    return json.dumps(case | VOLATILE, indent=1, ensure_ascii=False) + "\n"


def differences(expected: Json, got: Json) -> list[str]:
    """Names what differs, one line a value: path, what was expected, what came."""
    return list(_compare(expected, got, ""))


def readable(lines: list[str]) -> str:
    """Cuts a long list of differences and says how many there are."""
    more = [f"... and {len(lines) - SHOWN} more"] if len(lines) > SHOWN else []
    return "\n".join([f"{len(lines)} differences", *lines[:SHOWN], *more])


def refresh(golden: Golden, work: Path) -> list[str]:
    """Writes the canonical case anew; gives what changed."""
    outcome = build_golden(golden, work)
    if outcome.case is None:
        raise AssertionError(f"{golden.name}: no case was built:\n{outcome.printed}")
    old = json.loads(golden.expected.read_text(encoding="utf-8")) if golden.expected.exists() else {}
    golden.expected.parent.mkdir(exist_ok=True)
    golden.expected.write_text(canonical(outcome.case), encoding="utf-8")
    return differences(old, outcome.case | VOLATILE)


def without_places(case: Json) -> Json:
    """Leaves out every reference into evidence, so that cases of the same records in other files can be compared.

    `evidence` itself goes, and the case's id, which names the evidence; proofs `E3:142` go from lists (which of many
    rows stand first depends on the files) and from texts; reports are named by their evidence, so all get one name.
    """
    return _placeless({key: value for key, value in case.items() if key not in {"id", *VOLATILE}})


def _placeless(value: Json) -> Json:
    if isinstance(value, dict):
        return {key: _placeless(inner) for key, inner in value.items() if key != "evidence"}
    if isinstance(value, list):
        return [_placeless(inner) for inner in value if not (isinstance(inner, str) and PLACE.fullmatch(inner))]
    return PLACE.sub("E", value) if isinstance(value, str) else value


PLACE = re.compile(r"\bE\d+(:\d+(-\d+)?)?\b")


def split_csv(path: Path, share: float) -> tuple[Path, Path]:
    """Splits a CSV file after that share of its records into two files with the same header; the old one goes."""
    with path.open(encoding="utf-8", newline="") as handle:
        header, *records = list(csv.reader(handle))
    at = int(len(records) * share)
    parts = (path.with_name(f"{path.stem}_1.csv"), path.with_name(f"{path.stem}_2.csv"))
    for part, chosen in zip(parts, (records[:at], records[at:]), strict=True):
        with part.open("w", encoding="utf-8", newline="") as handle:
            csv.writer(handle, quoting=csv.QUOTE_ALL, lineterminator="\n").writerows([header, *chosen])
    path.unlink()
    return parts


def copied(evidence: Path, target: Path, *, backwards: bool) -> Path:
    """Copies a folder file by file in order of name, or backwards, so that a file system lists it otherwise."""
    for path in sorted((p for p in evidence.rglob("*") if p.is_file()), reverse=backwards):
        place = target / path.relative_to(evidence)
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, place)
    return target


def _golden(folder: Path) -> Golden:
    body = yaml.safe_load((folder / "case.yaml").read_text(encoding="utf-8"))
    now = body.pop("now")
    return Golden(folder=folder, now=now if isinstance(now, str) else now.strftime("%Y-%m-%dT%H:%M:%SZ"), **body)


def _without(text: str, suffix: str, gone: set[int]) -> str:
    if suffix == ".csv":
        header, *records = list(csv.reader(io.StringIO(text)))
        buffer = io.StringIO()
        writer = csv.writer(buffer, quoting=csv.QUOTE_ALL, lineterminator="\n")
        writer.writerows([header, *(r for number, r in enumerate(records, 1) if number not in gone)])
        return buffer.getvalue()
    if suffix == ".json":
        left = [r for number, r in enumerate(json.loads(text), 1) if number not in gone]
        return json.dumps(left, ensure_ascii=False, indent=1) + "\n"
    lines = text.splitlines(keepends=True)
    return "".join(line for number, line in enumerate(lines, 1) if number not in gone)


def _compare(expected: Json, got: Json, path: str) -> Iterator[str]:
    if isinstance(expected, dict) and isinstance(got, dict):
        for key in dict.fromkeys([*expected, *got]):
            yield from _compare(expected.get(key, ABSENT), got.get(key, ABSENT), f"{path}.{key}" if path else key)
    elif isinstance(expected, list) and isinstance(got, list):
        yield from _compare_lists(expected, got, path)
    elif expected != got:
        yield f"{path}: expected {_short(expected)}, got {_short(got)}"


def _compare_lists(expected: list[Json], got: list[Json], path: str) -> Iterator[str]:
    """Aligns the lists first, so that one entry more does not make all that follow differ; places are of `got`."""
    old, new = ([json.dumps(entry) for entry in entries] for entries in (expected, got))
    for kind, old_from, old_to, new_from, new_to in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            continue
        for number in range(max(old_to - old_from, new_to - new_from)):
            before = expected[old_from + number] if old_from + number < old_to else ABSENT
            after = got[new_from + number] if new_from + number < new_to else ABSENT
            yield from _compare(before, after, f"{path}[{new_from + number}]")


class _Absent:
    def __repr__(self) -> str:
        return "nothing"


ABSENT = _Absent()


def _short(value: Json) -> str:
    text = repr(value)
    return text if len(text) <= 160 else f"{text[:157]}..."
