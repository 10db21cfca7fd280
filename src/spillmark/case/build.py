"""The use case, top to bottom: evidence in, case folder out."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Literal

import spillmark
from spillmark.case import actions, cited, claims, conflicts, custody, severity, store, story, timeline
from spillmark.case.given import Given, as_kinds, read_given
from spillmark.case.obligations import Obliged, from_case
from spillmark.case.own import own_mappings, without_answered
from spillmark.case.packs import versions
from spillmark.clock import iso
from spillmark.detect.rules import load_rules
from spillmark.detect.run import Detected, detect
from spillmark.engine.interface import Engine
from spillmark.errors import EvidenceError
from spillmark.evidence.coverage import coverage
from spillmark.evidence.intake import collect
from spillmark.evidence.item import Item
from spillmark.model.case import Action, Case, CitedRow
from spillmark.model.evidence import Coverage, Evidence, Skip
from spillmark.model.finding import TimelineRow
from spillmark.normal.events import normalise
from spillmark.normal.mapping import recognisers
from spillmark.progress import SILENT, Progress
from spillmark.review.weaknesses import Reviewed, review
from spillmark.scope.taken import Measured, measure

INCOMPLETE = ("unread", "failed")
UNUSABLE = ("archive", "unknown", "org", "facts", "mapping")
GRAVE = ("high", "critical")
PROOFS = 6


@dataclass(frozen=True)
class Request:
    """What to build: evidence, folder, clock, and the files that say who we are, what no log can say, what logs of
    our own look like, and the zone of times that name none."""

    evidence: tuple[Path, ...]
    out: Path
    now: datetime
    org: Path | None = None
    facts: Path | None = None
    mappings: tuple[Path, ...] = ()
    zone: str = "UTC"
    keep_events: Literal["case", "all"] = "case"


@dataclass(frozen=True)
class Views:
    """How the case is written: the document as JSON, and the page with the cited rows at hand."""

    document: Callable[[Case], str]
    page: Callable[[Case, Mapping[str, CitedRow]], str]


@dataclass(frozen=True)
class Built:
    """The case, and whether everything given was read and every rule and law evaluated."""

    case: Case
    complete: bool


@dataclass(frozen=True)
class _Found:
    """Everything that the stages found, before it is told."""

    items: tuple[Item, ...]
    evidence: tuple[Evidence, ...]
    coverage: tuple[Coverage, ...]
    given: Given
    claims: claims.Claims
    detected: Detected
    measured: Measured
    reviewed: Reviewed
    deeds: tuple[timeline.Deed, ...]
    raw: dict[str, str]
    own: dict[str, str]
    skipped: tuple[Skip, ...]


def build(
    request: Request, open_engine: Callable[[Path], Engine], views: Views, *, progress: Progress = SILENT
) -> Built:
    """Builds a case from evidence and writes its folder.

    Raises:
        UsageError: a path is not there, or the folder is not ours to write.
        EvidenceError: nothing of what was given could be used.
    """
    with store.opened(request.out) as work:
        engine = open_engine(work)
        try:
            found = _look(request, engine, work, progress)
            progress.stage("Telling the case")
            case = _tell(request, engine, found)
            progress.stage("Writing the case")
            with store.drafted(request.out, work) as made:
                case = replace(case, log_head=custody.record(made / store.LOG, case))
                _write(made, request, engine, case, found, views)
        finally:
            engine.close()
    return Built(case, not any(skip.level in INCOMPLETE for skip in case.skipped))


def _look(request: Request, engine: Engine, work: Path, progress: Progress) -> _Found:
    """Reads and measures, stage by stage."""
    progress.stage("Taking in the evidence")
    named = (*request.mappings, *(path for path in (request.org, request.facts) if path is not None))
    paths = [*request.evidence, *named]
    intake = collect(paths, work, recognisers=recognisers(), progress=progress, without=request.out)
    marked = as_kinds(intake.items, request.org, request.facts, request.mappings)
    own = own_mappings(engine, marked, request.mappings)
    items = own.items
    intake = replace(intake, skipped=without_answered(own, intake.skipped))
    given = read_given(items, request.org, request.facts)
    progress.stage("Reading reports")
    told = claims.read_items(items)
    progress.stage("Bringing logs into one form")
    known = own.mappings.in_zone(request.zone)
    normal = normalise(engine, items, progress, mappings=known, work=work, store=request.out / store.STORE)
    _demand_usable(items, (*intake.skipped, *own.skipped, *told.skipped, *normal.skipped))
    progress.stage("Looking for the theft")
    detected = detect(engine, load_rules(), org=given.org, progress=progress)
    progress.stage("Measuring what left")
    covered = coverage(engine, own.mappings.retention)
    measured = measure(engine, items, detected.findings, org=given.org, progress=progress, coverage=covered)
    reviewed = review(items)
    parts = (intake, own, given, told, normal, detected, measured, reviewed)
    return _Found(
        items=items,
        evidence=_counted(normal.evidence, measured.opened),
        coverage=covered,
        given=given,
        claims=told,
        detected=detected,
        measured=measured,
        reviewed=reviewed,
        deeds=timeline.deeds(engine),
        raw=normal.raw,
        own=own.versions,
        skipped=tuple(skip for part in parts for skip in part.skipped),
    )


def _demand_usable(items: Sequence[Item], skipped: Sequence[Skip]) -> None:
    unread = {skip.evidence for skip in skipped if skip.level in INCOMPLETE}
    if any(item.evidence.kind not in UNUSABLE and item.evidence.id not in unread for item in items):
        return
    refused = "; ".join(f"{skip.what}: {skip.why}" for skip in skipped[:3])
    hint = "give reports, audit logs, settings or copies of the data"
    raise EvidenceError("no usable evidence", why=refused or f"{len(items)} files were looked at", hint=hint)


def _tell(request: Request, engine: Engine, found: _Found) -> Case:
    """Draws the conclusions: conflicts, severity, duties, actions, story."""
    scope = found.measured.scope
    findings = found.detected.findings
    rows = timeline.rows(found.deeds)
    grave = tuple(f.id for f in findings if f.severity in GRAVE)[:PROOFS]
    first = next((deed for deed in found.deeds if deed.meaning.content), None)
    began = None if first is None else iso(first.time)[:10]
    clashes = conflicts.conflicts(
        found.claims.reading.incidents, conflicts.Measure(scope, began, grave), found.given.org
    )
    classes = {name for taken in scope.objects for name in taken.data_classes}
    score = severity.assess(classes, grave)
    obliged = from_case(engine, found.given, scope, first, grave, request.now)
    steps = _steps(found, rows, obliged)
    plot = story.Plot(
        deeds=found.deeds,
        findings=findings,
        coverage=found.coverage,
        scope=scope,
        severity=score,
        incidents=found.claims.reading.incidents,
        conflicts=clashes,
        duties=obliged.answer.duties,
        actions=steps,
        org=found.given.org,
        logs_read=bool(found.coverage),
    )
    reading = found.claims.reading
    return Case(
        schema_="case/1",
        id=custody.case_id(_about(found)),
        title=_title(found),
        built_at=iso(request.now),
        tool=f"spillmark {spillmark.__version__}",
        content=versions(found.own),
        log_head="",
        evidence=found.evidence,
        coverage=found.coverage,
        skipped=(*found.skipped, *obliged.skipped),
        reports=reading.reports,
        incidents=reading.incidents,
        campaigns=reading.campaigns,
        findings=findings,
        timeline=rows,
        scope=scope,
        weaknesses=found.reviewed.weaknesses,
        conflicts=clashes,
        severity=score,
        duties=obliged.answer.duties,
        not_triggered=obliged.answer.not_triggered,
        questions=obliged.answer.questions,
        actions=steps,
        story=story.story(plot),
    )


def _steps(found: _Found, rows: tuple[TimelineRow, ...], obliged: Obliged) -> tuple[Action, ...]:
    kinds = {item.kind.partition(".")[0] for item in found.evidence if item.kind not in {"report", "unknown"}}
    recommended = [i.id for i in found.claims.reading.incidents if i.actions]
    return actions.actions(
        findings=found.detected.findings,
        timeline=rows,
        scope=found.measured.scope,
        duties=obliged.answer.duties,
        weaknesses=found.reviewed.weaknesses,
        platforms=sorted(kinds),
        claimed=recommended,
    )


def _about(found: _Found) -> list[str | None]:
    """What tells this case from another: whose it is, and the theft's first act, or else what was looked at."""
    who = found.given.org.organisation.name
    if found.deeds:
        first = found.deeds[0]
        return [who, iso(first.time), first.user, first.app, first.ip]
    looked_at = [f"{one.source} {one.start}" for one in found.coverage]
    return [who, *sorted(incident.id for incident in found.claims.reading.incidents), *looked_at]


def _title(found: _Found) -> str:
    who = found.given.org.organisation.name
    reading = found.claims.reading
    if found.deeds:
        left = [deed for deed in found.deeds if deed.meaning.content]
        bulk = [deed for deed in left if deed.meaning.phase == "exfiltration"]
        day = iso((*bulk, *left, *found.deeds)[0].time)[:10]
        what = "Theft of customer data" if found.measured.scope.objects else "Suspicious access"
        return f"{what}{f' from {who}' if who else ''}, {day}"
    if reading.incidents:
        incidents = "incident" if len(reading.incidents) == 1 else "incidents"
        reports = "report" if len(reading.reports) == 1 else "reports"
        return f"{len(reading.incidents)} reported {incidents} in {len(reading.reports)} {reports}"
    return f"Evidence{f' of {who}' if who else ''}: no theft found"


def _counted(evidence: tuple[Evidence, ...], opened: Mapping[str, tuple[int, int]]) -> tuple[Evidence, ...]:
    """Adds the numbers of records of the copies of data, which are opened apart from the logs."""
    return tuple(
        replace(item, rows=opened[item.id][0], rejected=opened[item.id][1]) if item.id in opened else item
        for item in evidence
    )


def _write(made: Path, request: Request, engine: Engine, case: Case, found: _Found, views: Views) -> None:
    """Writes every file of the case but its log."""
    local = {item.evidence.id: item.local for item in found.items}
    rows = cited.cited_rows(engine, case, local, found.raw)
    store.export(engine, made, keep_events=request.keep_events)
    store.save_cited(made, rows)
    store.write(made / store.REPORT, views.page(case, {row.ref: row for row in rows}).encode())
    store.write(made / store.CASE, views.document(case).encode())
