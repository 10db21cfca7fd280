"""The verbs of the incident lead: build, show, explain, verify."""

from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import Annotated, assert_never

import typer

from spillmark.cli.choices import (
    Format,
    FormatOption,
    NowOption,
    OrgOption,
    Plain,
    PlainOption,
    VerboseOption,
    colourful,
    existing,
    head_hash,
    moment,
    plain_files,
    size,
    time_zone,
)
from spillmark.cli.terminal import Drawn, complain, document, result
from spillmark.model.case import Case

PANEL = "Investigate"
BROKEN = 5
INCOMPLETE = 4
REACHED = 10


class Keep(StrEnum):
    """Which events are written to events.parquet."""

    CASE = "case"
    ALL = "all"


class Level(StrEnum):
    """A severity of findings."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"


LEVELS = ("informational", "low", "medium", "high", "critical")


def register(app: typer.Typer) -> None:
    """Adds the verbs to the command line."""
    app.command(rich_help_panel=PANEL, epilog="Example: spillmark build logs/ export.zip notice.eml --out case")(build)
    app.command(rich_help_panel=PANEL, epilog="Example: spillmark show case --format html > report.html")(show)
    app.command(rich_help_panel=PANEL, epilog="Example: spillmark explain F1 --case case; spillmark explain eu-gdpr")(
        explain
    )
    app.command(rich_help_panel=PANEL, epilog="Example: spillmark verify case --head 3f9a...")(verify)


def build(
    evidence: Annotated[list[Path], typer.Argument(help="Files, folders, zip, gz or zst: any mix of evidence.")],
    out: Annotated[Path, typer.Option("--out", "-o", help="The folder for the case.")],
    org: OrgOption = None,
    facts: Annotated[
        Path | None, typer.Option("--facts", help="What no log can say (discovery, harm): FACTS.yaml.")
    ] = None,
    mapping: Annotated[
        list[Path] | None,
        typer.Option("--mapping", help="What a log of our own looks like: MAPPING.yaml; may be given several times."),
    ] = None,
    zone: Annotated[
        str, typer.Option("--zone", help="The zone of times in logs that name none, such as Europe/Paris.")
    ] = "UTC",
    now: NowOption = None,
    keep_events: Annotated[Keep, typer.Option("--keep-events", help="Events of the case only, or all.")] = Keep.CASE,
    fail_on: Annotated[
        Level | None, typer.Option("--fail-on", help="Exit 10 if a finding has this severity or more.")
    ] = None,
    form: FormatOption = Format.TEXT,
    memory: Annotated[str, typer.Option("--memory", help="Memory for the engine.")] = "2GB",
    threads: Annotated[
        int | None, typer.Option("--threads", min=1, max=256, help="Threads for the engine; default: all.")
    ] = None,
) -> int:
    """Builds a case from evidence: what happened, why it matters, whose data was taken, what to do now."""
    from spillmark.case.build import Request, Views
    from spillmark.case.build import build as build_case
    from spillmark.engine.duckdb import DuckDBEngine
    from spillmark.output import html, json, summary

    mappings = tuple(mapping or ())
    plain_files(org, facts, *mappings)
    paths = existing(evidence)
    memory = size(memory)
    request = Request(
        tuple(paths),
        out,
        moment(now),
        org=org,
        facts=facts,
        mappings=mappings,
        zone=time_zone(zone),
        keep_events=keep_events.value,
    )
    views = Views(json.render, html.render)
    with Drawn() as progress:
        built = build_case(
            request, lambda folder: DuckDBEngine(folder, memory=memory, threads=threads), views, progress=progress
        )
    if form is Format.TEXT:
        result(summary.render(built.case, str(out / "report.html")))
    else:
        document(_rendered(out, built.case, form))
    for skip in built.case.skipped:
        if skip.level in {"unread", "failed"}:
            complain(f"{skip.what}: {skip.why}")
    if fail_on and any(LEVELS.index(f.severity) >= LEVELS.index(fail_on.value) for f in built.case.findings):
        return REACHED
    return 0 if built.complete else INCOMPLETE


def show(
    case: Annotated[Path, typer.Argument(help="A case folder, or its case.json.")],
    form: FormatOption = Format.TEXT,
    verbose: VerboseOption = 0,
) -> None:
    """Shows a case again, from its case.json alone."""
    show_it = result if form is Format.TEXT else document
    show_it(_rendered(case, _loaded(case), form, verbose))


def explain(
    ident: Annotated[
        str,
        typer.Argument(metavar="ID", help="A rule, law, playbook, check, mapping, or (with --case) F1, D1, A1, E3:14."),
    ],
    case: Annotated[Path | None, typer.Option("--case", help="The case that the id belongs to.")] = None,
    form: PlainOption = Plain.TEXT,
) -> None:
    """Explains one id: what it means, where it comes from, what proves it."""
    from spillmark.case.store import load_cited
    from spillmark.cli import catalogue
    from spillmark.output import explanation

    known = None if case is None else _loaded(case)
    found = catalogue.explain(ident, known, load_cited(case) if case else {})
    match form:
        case Plain.TEXT:
            result(explanation.text(found))
        case Plain.JSON:
            document(explanation.json(found))
        case _:
            assert_never(form)


def verify(
    case: Annotated[Path, typer.Argument(help="A case folder.")],
    head: Annotated[
        str | None, typer.Option("--head", help="The head hash that was printed or noted when the case was built.")
    ] = None,
    form: PlainOption = Plain.TEXT,
) -> int:
    """Checks the custody log of a case: that no line was changed, removed or added, and which head it has."""
    from spillmark.case.store import verify as verify_case

    verdict = verify_case(existing([case])[0], head_hash(head))
    if form is Plain.JSON:
        import json

        document(json.dumps(asdict(verdict), indent=2))
    elif verdict.intact:
        result(f"holds: {verdict.lines} lines, head {verdict.head}")
    else:
        result(f"does NOT hold: {verdict.why}\n{verdict.lines} lines before it are whole")
    return 0 if verdict.intact else BROKEN


def _rendered(place: Path, case: Case, form: Format, depth: int = 0) -> str:
    match form:
        case Format.JSON:
            from spillmark.output import json

            return json.render(case)
        case Format.TEXT:
            from spillmark.output import text

            return text.render(case, depth=min(depth, 2), colour=colourful())  # type: ignore[arg-type]
        case Format.HTML:
            from spillmark.case.store import load_cited
            from spillmark.output import html

            return html.render(case, load_cited(place))
        case _:
            assert_never(form)


def _loaded(place: Path) -> Case:
    from spillmark.case import store
    from spillmark.output import json

    return json.load(store.document(existing([place])[0]), str(place))
