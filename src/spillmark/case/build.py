"""The use case, top to bottom: evidence in, case folder out."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Literal

import spillmark
from spillmark import content
from spillmark.case import actions, cited, claims, conflicts, custody, obligations, severity, store, story, timeline
from spillmark.case.packs import pack_versions
from spillmark.case.given import Given, read_given
from spillmark.clock import iso
from spillmark.detect.rules import load_rules
from spillmark.detect.run import detect
from spillmark.engine.interface import Engine
from spillmark.errors import EvidenceError
from spillmark.evidence.coverage import coverage
from spillmark.evidence.intake import Intake, collect
from spillmark.model.case import Case, CitedRow, Content
from spillmark.model.evidence import Evidence, Skip
from spillmark.normal.events import normalise
from spillmark.normal.mapping import recognisers, retention
from spillmark.progress import SILENT, Progress
from spillmark.review.weaknesses import review
from spillmark.scope.taken import measure

Page = Callable[[Case, Mapping[str, CitedRow]], str]
INCOMPLETE = ("unread", "failed")


@dataclass(frozen=True)
class Request:
    """What to build: evidence paths, the folder, the clock, the files that say who we are and what no log can say."""

    evidence: tuple[Path, ...]
    out: Path
    now: datetime
    org: Path | None = None
    facts: Path | None = None
    keep_events: Literal["case", "all"] = "case"


@dataclass(frozen=True)
class Built:
    """The case, and whether everything given was read and every rule and law evaluated."""

    case: Case
    complete: bool


def build(request: Request, open_engine: Callable[[Path], Engine], page: Page, *, progress: Progress = SILENT) -> Built:
    """Builds a case from evidence and writes its folder.

    Raises:
        UsageError: a path is not there, or the folder is not ours to write.
        EvidenceError: nothing of what was given could be used.
    """
    with store.opened(request.out) as work:
        engine = open_engine(work)
        try:
            case, rows = _investigate(request, engine, work, progress)
            progress.stage("Writing the case")
            _write(request, engine, case, rows, page)
        finally:
            engine.close()
    return Built(case, not any(skip.level in INCOMPLETE for skip in case.skipped))
