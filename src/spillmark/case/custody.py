"""What a build writes into the custody log: the evidence with its hashes, and the content that judged it."""

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path

from spillmark.case.store import write
from spillmark.evidence.custody import CustodyLog, Detail, verify_log
from spillmark.model.case import Case

Line = tuple[str, dict[str, Detail]]


def case_id(about: Sequence[str | None]) -> str:
    """Gives the name of a case from what it is about, so that more evidence, or the same in other files, keeps it."""
    digest = hashlib.sha256("\n".join(word or "" for word in about).encode())
    return f"case-{digest.hexdigest()[:12]}"


def record(path: Path, case: Case) -> str:
    """Appends what this build took in and by which content it judged, and gives the new head.

    Building again from the same evidence with the same content and clock appends nothing. A torn last line, as a
    killed build leaves it, is taken off, and the log says so.

    Raises:
        EvidenceError: the chain that is there is broken.
    """
    torn = _take_off_torn_line(path)
    log = CustodyLog(path)
    if torn is not None:
        log.add(case.built_at, "torn_line_taken_off", torn)
    lines = list(_lines(case))
    if torn is not None or not _ends_with(path, case.built_at, lines):
        for what, detail in lines:
            log.add(case.built_at, what, detail)
    return log.head


def _lines(case: Case) -> list[Line]:
    taken_in: list[Line] = [
        (
            "evidence",
            {"id": item.id, "path": item.path, "sha256": item.sha256, "bytes": item.bytes, "kind": item.kind},
        )
        for item in case.evidence
    ]
    refused: list[Line] = [
        ("refused", {"thing": skip.what, "why": skip.why}) for skip in case.skipped if skip.level == "unread"
    ]
    judged: Line = (
        "built",
        {
            "case": case.id,
            "tool": case.tool,
            "content": case.content.sha256,
            "findings": len(case.findings),
            "records": sum(taken.records.certain + taken.records.possible for taken in case.scope.objects),
            "people": case.scope.people.certain + case.scope.people.possible,
            "duties": len(case.duties),
        },
    )
    return [*taken_in, *refused, judged]


def _ends_with(path: Path, time: str, lines: Sequence[Line]) -> bool:
    if not path.is_file():
        return False
    written = [json.loads(line) for line in path.read_bytes().splitlines()[-len(lines) :]]
    wanted = [{"time": time, "what": what, **detail} for what, detail in lines]
    return [{key: value for key, value in entry.items() if key != "prev"} for entry in written] == wanted


def _take_off_torn_line(path: Path) -> dict[str, Detail] | None:
    if not path.is_file():
        return None
    data = path.read_bytes()
    if not data or data.endswith(b"\n") or not verify_log(path, None).torn:
        return None
    whole, _, torn = data.rpartition(b"\n")
    write(path, whole + b"\n" if whole else b"")
    return {"sha256": hashlib.sha256(torn).hexdigest(), "bytes": len(torn)}
