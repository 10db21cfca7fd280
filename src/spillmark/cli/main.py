"""The entry point: verbs are registered, faults become short messages and exit codes."""

import errno
import signal
import sys
import tempfile
import threading
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Annotated

import typer

import spillmark
from spillmark.cli import content, duties, investigate, mapping, read
from spillmark.cli.config import load_defaults
from spillmark.cli.terminal import complain, give_up_stdout, prepare_streams
from spillmark.errors import SpillmarkError

app = typer.Typer(
    name="spillmark",
    help="Shows how far a theft of customer data reached: what happened, why it matters, whose data, what to do now.",
    epilog="Exit codes: 0 done; 1 a fault of ours; 2 wrong usage; 3 no usable evidence; 4 built, but incomplete; "
    "5 a custody log does not hold; 10 --fail-on level reached; 130 stopped.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
investigate.register(app)
read.register(app)
duties.register(app)
content.register(app)
mapping.register(app)


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
    prepare_streams()
    try:
        with _asked_to_stop():
            code = app(args=given, standalone_mode=False)
    except typer.Exit as leave:
        return leave.exit_code
    except SpillmarkError as error:
        complain(str(error))
        return error.exit_code
    except (_StoppedError, KeyboardInterrupt, typer.Abort) as stop:
        complain("stopped; nothing half was written, run again to go on")
        return 128 + (stop.number if isinstance(stop, _StoppedError) else signal.SIGINT)
    except BrokenPipeError:
        give_up_stdout()
        return 0
    except OSError as error:
        return _refused(error, given)
    except Exception as fault:  # noqa: BLE001 - the last boundary: a bug becomes a saved trace, not a traceback
        return _fault(fault, given)
    return code if isinstance(code, int) else 0


class _StoppedError(BaseException):
    """Somebody asked us to stop; no room may take this for a fault of one item, and typer does not hide it."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


@contextmanager
def _asked_to_stop() -> Iterator[None]:
    """Lets Ctrl-C and every polite request to stop end alike, so that unpacked evidence does not stay behind."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(number: int, _: FrameType | None) -> None:
        raise _StoppedError(number)

    wanted = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]
    ours_to_take = (signal.SIG_DFL, signal.default_int_handler)
    before = {one: signal.signal(one, stop) for one in wanted if signal.getsignal(one) in ours_to_take}
    try:
        yield
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)


def _refused(error: OSError, arguments: list[str]) -> int:
    """The machine says no: a full disk, missing rights, a path that cannot be. No fault of the program."""
    if "--debug" in arguments:
        traceback.print_exception(error)
    place = error.filename
    if place is None:
        give_up_stdout()  # a file of ours has a name: this was the result
    where = (
        "the output" if place is None else place.decode(errors="replace") if isinstance(place, bytes) else str(place)
    )
    complain(f"{where}: cannot be read or written", error.strerror or type(error).__name__, _remedy(error.errno))
    return SpillmarkError.exit_code


def _remedy(number: int | None) -> str:
    match number:
        case errno.ENOSPC | errno.EDQUOT:
            return "free space on the disk, or name a folder on another one with --out, and run again"
        case errno.EACCES | errno.EPERM | errno.EROFS:
            return "run with the rights to it, or name another folder with --out"
        case errno.EMFILE | errno.ENFILE:
            return "let more files be open (ulimit -n) and run again"
        case _:
            return "check the path and the disk, and run again"


def _fault(fault: Exception, arguments: list[str]) -> int:
    said = getattr(fault, "format_message", None)
    if callable(said):  # typer's own errors about usage
        context = getattr(fault, "ctx", None)
        path = context.command_path if context is not None else "spillmark"
        complain(str(said()), f"try '{path} --help'")
        return int(getattr(fault, "exit_code", 2))
    if "--debug" in arguments:
        traceback.print_exception(fault)
        return 1
    # Not its text: that may quote evidence, and what is printed here ends up in logs of others.
    complain(f"a fault of ours: {type(fault).__name__}", *_saved(fault), "run again with --debug to see it here")
    return 1


def _saved(fault: Exception) -> tuple[str, ...]:
    """Keeps the trace where only the caller can read it, and says where."""
    try:
        descriptor, name = tempfile.mkstemp(prefix="spillmark-fault-", suffix=".txt")
        with open(descriptor, "w", encoding="utf-8", errors="backslashreplace") as handle:  # noqa: PTH123 - open already
            traceback.print_exception(fault, file=handle)
    except OSError:
        return ()
    return (f"the trace was saved in {name} (it may quote evidence: read it before you send it)",)
