"""The verb of those who write content: check."""

import typer

from spillmark.cli.choices import Plain, PlainOption
from spillmark.cli.terminal import Drawn, document, result

PANEL = "Content"


def register(app: typer.Typer) -> None:
    """Adds the verb to the command line."""
    app.command(rich_help_panel=PANEL, epilog="Example: spillmark check")(check)


def check(form: PlainOption = Plain.TEXT) -> int:
    """Checks all content (rules, mappings, laws, playbooks, lexicons) and runs each file's own samples."""
    from spillmark.cli.catalogue import lint
    from spillmark.output import explanation

    with Drawn() as progress:
        checked = lint(progress)
    if form is Plain.JSON:
        document(explanation.lint_json(checked))
    else:
        result(explanation.lint_text(checked))
    return 1 if checked.problems else 0
