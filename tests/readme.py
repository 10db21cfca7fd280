"""The output that README.md shows for `make case`: what it is, what it must be, and how it is written anew."""

import re
import tempfile
from dataclasses import dataclass
from pathlib import Path

from spillmark.output import json, summary
from tests.golden import Outcome, build
from tests.markdown import ROOT, blocks

README = ROOT / "README.md"
EVIDENCE = ROOT / "examples" / "brackwater" / "evidence"
REPORT = "case/report.html"
COMMAND = "make case"
HASH = re.compile(r"\b[0-9a-f]{64}\b")


@dataclass(frozen=True)
class Shown:
    """The lines of README.md, from 1, on which the command stands and its output begins, and that output."""

    command: int
    first: int
    lines: tuple[str, ...]


def shown(text: str) -> Shown:
    """Finds `make case` in the first blocks of a document, and its output: the rest of that block, or the next one.

    Raises:
        LookupError: no block has the command.
    """
    found = blocks(text)
    for number, block in enumerate(found):
        place = next((n for n, line in enumerate(block.lines) if line.strip().removeprefix("$ ") == COMMAND), None)
        if place is None:
            continue
        if block.lines[place + 1 :]:
            return Shown(block.first + place, block.first + place + 1, block.lines[place + 1 :])
        output = found[number + 1]
        return Shown(block.first + place, output.first, output.lines)
    raise LookupError(f"no block with `{COMMAND}`")


def summary_of(outcome: Outcome) -> str:
    """Gives the summary that `make case` prints, hashes shortened: they change with every edit of content or code."""
    document = (outcome.folder / "case.json").read_text(encoding="utf-8")
    return HASH.sub("...", summary.render(json.load(document, "case.json"), REPORT))


def refresh_readme(now: str) -> bool:
    """Writes the shown output anew; tells whether that changed something."""
    with tempfile.TemporaryDirectory() as work:
        said = summary_of(build([EVIDENCE], Path(work) / "case", now)).splitlines()
    old = README.read_text(encoding="utf-8")
    place = shown(old)
    lines = old.split("\n")
    lines[place.first - 1 : place.first - 1 + len(place.lines)] = said
    new = "\n".join(lines)
    README.write_text(new, encoding="utf-8")
    return new != old
