"""The entry point: verbs are registered, faults become short messages and exit codes."""

import sys
import tempfile
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

import spillmark
from spillmark.cli import content, duties, investigate, read
from spillmark.cli.config import load_defaults
from spillmark.cli.terminal import complain
from spillmark.errors import SpillmarkError

app = typer.Typer(
    name="spillmark",
    help="Shows how far a theft of customer data reached: what happened, why it matters, whose data, what to do now.",
    epilog="Exit codes: 0 done; 1 a fault of ours; 2 wrong usage; 3 no usable evidence; 4 built, but incomplete; "
    "10 --fail-on level reached.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
investigate.register(app)
read.register(app)
duties.register(app)
content.register(app)


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"spillmark {spillmark.__version__}")
        raise typer.Exit


@app.callback()
def options(
    context: typer.Context,
    config: Annotated[
        Path | None,
        typer.Option(help="Configuration file (TOML); default: spillmark.toml here.", envvar="SPILLMARK_CONFIG"),
    ] = None,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Show the full trace of a fault.")] = False,
) -> None:
    """Takes the options that stand before the verb."""
    del version, debug  # read by typer and by main
    context.default_map = load_defaults(config)


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command and gives its exit code; no fault of any kind shows a traceback unless --debug asks for it."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    try:
        code = app(args=given, standalone_mode=False)
    except typer.Exit as leave:
        return leave.exit_code
    except SpillmarkError as error:
        complain(str(error))
        return error.exit_code
    except (KeyboardInterrupt, typer.Abort):
        complain("stopped")
        return 130
    except BrokenPipeError:
        return 0
    except Exception as fault:  # noqa: BLE001 - the last boundary: a bug becomes a saved trace, not a traceback
        return _fault(fault, given)
    return code if isinstance(code, int) else 0


def _fault(fault: Exception, arguments: list[str]) -> int:
    show = getattr(fault, "show", None)
    if callable(show):  # typer's own errors about usage
        show()
        return int(getattr(fault, "exit_code", 2))
    if "--debug" in arguments:
        traceback.print_exception(fault)
        return 1
    descriptor, name = tempfile.mkstemp(prefix="spillmark-fault-", suffix=".txt")
    with open(descriptor, "w", encoding="utf-8") as handle:  # noqa: PTH123 - the descriptor is open already
        traceback.print_exception(fault, file=handle)
    complain(
        f"a fault of ours: {type(fault).__name__}: {fault}",
        f"the trace was saved in {name} (it may quote evidence: read it before you send it)",
        "run again with --debug to see it here",
    )
    return 1
