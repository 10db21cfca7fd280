"""The verbs of those who have a log of their own: mapping suggest, mapping show."""

import json
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from spillmark.cli.choices import NowOption, Plain, PlainOption, moment, plain_files
from spillmark.cli.terminal import Drawn, complain, document, result

PANEL = "Content"
EXAMPLE = "Example: spillmark mapping suggest portal.csv --out portal.yaml; spillmark mapping show web_access"

mapping = typer.Typer(no_args_is_help=True, epilog=EXAMPLE, help="Mappings: what a log looks like, what becomes of it.")


def register(app: typer.Typer) -> None:
    """Adds the group of verbs to the command line."""
    mapping.command(epilog="Example: spillmark mapping suggest portal.csv --out portal.yaml")(suggest)
    mapping.command(epilog="Example: spillmark mapping show salesforce.elf.login")(show)
    app.add_typer(mapping, name="mapping", rich_help_panel=PANEL)


def suggest(
    log: Annotated[Path, typer.Argument(metavar="FILE", help="A log of our own: CSV, JSON or text.")],
    out: Annotated[Path | None, typer.Option("--out", "-o", help="Write the file here, not to stdout.")] = None,
    now: NowOption = None,
    form: PlainOption = Plain.TEXT,
) -> int:
    """Proposes a mapping file for an unknown log: to be read and corrected, then given to build with --mapping."""
    from spillmark.engine.duckdb import DuckDBEngine
    from spillmark.normal.suggest import suggest as proposed

    plain_files(log)
    if out is not None:
        _demand_new(out)
    day = f"{moment(now):%Y-%m-%d}"
    with Drawn() as progress, tempfile.TemporaryDirectory(prefix="spillmark-") as work:
        progress.stage("Looking at the log")
        engine = DuckDBEngine(Path(work))
        try:
            made = proposed(engine, log, shown=log.name, checked_on=day, work=Path(work))
        finally:
            engine.close()
    if out is not None:
        out.write_text(made.text, encoding="utf-8")
    if form is Plain.JSON:
        document(json.dumps(asdict(made), indent=2, ensure_ascii=False))
    elif out is None:
        document(made.text)
    else:
        result(f"{out}: {made.id}, {len(made.reasons)} columns are filled, {len(made.left)} fields were left")
    _say_known(log)
    complain(f"{made.events} events of {made.records} records that were looked at; read the file before you use it")
    return 0


def show(
    name: Annotated[str, typer.Argument(metavar="KIND|ID", help="A kind of evidence (okta) or a mapping's id.")],
    form: PlainOption = Plain.TEXT,
) -> int:
    """Shows which fields of a log go where, and by which documentation."""
    from spillmark.normal.explain import explain_kind
    from spillmark.output import explanation

    found = explain_kind(name)
    if form is Plain.JSON:
        document(explanation.every_json("mappings", found))
    else:
        result("\n".join(explanation.text(one) for one in found))
    return 0


def _say_known(log: Path) -> None:
    from spillmark.evidence.kinds import recognise
    from spillmark.normal.mapping import recognisers

    kind = recognise(log, recognisers()).kind
    if kind in {one.kind for one in recognisers()}:
        complain(f"this log is known already as {kind}: see `spillmark mapping show {kind}`")


def _demand_new(path: Path) -> None:
    from spillmark.errors import UsageError

    if path.exists():
        hint = "name another one with --out, or remove it: it may hold your corrections"
        raise UsageError("the file is there already", where=str(path), hint=hint)
