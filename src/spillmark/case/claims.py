"""What others say: the reports among the evidence, read into incidents and campaigns."""

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from spillmark.errors import EvidenceError
from spillmark.evidence.intake import collect
from spillmark.evidence.item import Item
from spillmark.model.evidence import Skip
from spillmark.model.report import Reading
from spillmark.normal.mapping import recognisers
from spillmark.progress import SILENT, Progress
from spillmark.reading.read import ReportText, read


@dataclass(frozen=True)
class Claims:
    """The reading of a set of reports, and what of them could not be read."""

    reading: Reading
    skipped: tuple[Skip, ...]


def read_items(items: Sequence[Item]) -> Claims:
    """Reads the reports among the items of a case; the id of a report is its evidence id."""
    texts: list[ReportText] = []
    lost: list[Skip] = []
    for item in items:
        if item.evidence.kind != "report":
            continue
        try:
            texts.append(ReportText(item.evidence.id, item.evidence.path, item.local.read_bytes()))
        except OSError as error:
            lost.append(Skip(item.evidence.id, item.evidence.path, f"cannot be read: {error.strerror}", "unread"))
    if not texts:
        return Claims(Reading(), tuple(lost))
    done = read(texts)
    return Claims(done.reading, (*lost, *done.skipped))


def read_reports(paths: Sequence[Path], *, progress: Progress = SILENT) -> Claims:
    """Reads reports alone, outside a case; a file of another kind among them is noted and left aside.

    Raises:
        UsageError: a path is not there.
        EvidenceError: nothing among what was given is a report.
    """
    with tempfile.TemporaryDirectory(prefix="spillmark-") as work:
        progress.stage("Looking through what was given")
        intake = collect(paths, Path(work), recognisers=recognisers(), progress=progress)
        progress.stage("Reading reports")
        claims = read_items(intake.items)
    if not claims.reading.reports:
        why = f"{len(intake.items)} files were looked at"
        raise EvidenceError(
            "no report found", why=why, hint="give .txt, .md, .html or .eml files that tell of a breach"
        )
    unknown = {item.evidence.id for item in intake.items if item.evidence.kind == "unknown"}
    refused = (replace(one, level="note") if one.evidence in unknown else one for one in intake.skipped)
    foreign = (
        Skip(item.evidence.id, item.evidence.path, f"not a report but {item.evidence.kind}", "note")
        for item in intake.items
        if item.evidence.kind not in {"report", "archive", "unknown"}
    )
    return Claims(claims.reading, (*refused, *claims.skipped, *foreign))
