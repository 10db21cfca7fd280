"""The verb of the threat and vendor-risk analyst: read."""

from pathlib import Path
from typing import Annotated

import typer

from spillmark.cli.choices import Plain, PlainOption, VerboseOption, existing
from spillmark.cli.terminal import Drawn, complain, document, result

PANEL = "Read"


def register(app: typer.Typer) -> None:
    """Adds the verb to the command line."""
    app.command(rich_help_panel=PANEL, epilog="Example: spillmark read reports/ --format json")(read)


def read(
    reports: Annotated[list[Path], typer.Argument(help="Reports: .txt, .md, .html, .eml; files, folders, archives.")],
    form: PlainOption = Plain.TEXT,
    verbose: VerboseOption = 0,
) -> int:
    """Reads breach reports into incidents and campaigns, each fact with its quote."""
    from spillmark.case.claims import read_reports
    from spillmark.output import reading

    with Drawn() as progress:
        claims = read_reports(existing(reports), progress=progress)
    for skip in claims.skipped:
        if skip.level != "note":
            complain(f"{skip.what}: {skip.why}")
    if form is Plain.JSON:
        document(reading.json(claims.reading))
    else:
        result(reading.text(claims.reading, quotes="all" if verbose else "none"))
    return 4 if any(skip.level in {"unread", "failed"} for skip in claims.skipped) else 0
