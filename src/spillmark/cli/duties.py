"""The verb of the privacy officer and counsel: duties."""

from pathlib import Path
from typing import Annotated

import typer

from spillmark.cli.choices import NowOption, OrgOption, Plain, PlainOption, moment, plain_files
from spillmark.cli.terminal import complain, document, result

PANEL = "Law"


def register(app: typer.Typer) -> None:
    """Adds the verb to the command line."""
    app.command(rich_help_panel=PANEL, epilog="Example: spillmark duties facts.yaml --now 2025-07-20T12:00:00Z")(duties)


def duties(
    facts: Annotated[Path, typer.Argument(help="FACTS.yaml: who, what, whose, since when.")],
    now: NowOption = None,
    org: OrgOption = None,
    form: PlainOption = Plain.TEXT,
) -> int:
    """Derives from facts alone who must be told, by when, under which law (not legal advice)."""
    from spillmark.case.obligations import from_files
    from spillmark.output import answer

    plain_files(facts, org)
    given = from_files(facts, org, moment(now))
    for skip in given.skipped:
        complain(f"{skip.what}: {skip.why}")
    if form is Plain.JSON:
        document(answer.json(given.answer))
    else:
        result(answer.text(given.answer))
    return 4 if any(skip.level == "failed" for skip in given.skipped) else 0
