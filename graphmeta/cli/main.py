"""`graphmeta`: the group of commands, each loaded when it is called, and what every failure looks like."""

from __future__ import annotations

import contextlib
import errno
import gc
import importlib
import os
import sys
from collections.abc import Sequence
from typing import Any, NoReturn

import click

from graphmeta.cli.options import SETTINGS_OF_CLICK, STORE_HELP
from graphmeta.errors import GraphmetaError

# Where each command is. Loading all of them would take longer than answering most questions.
COMMANDS = {
    "datasets": "questions",
    "params": "questions",
    "metrics": "questions",
    "origin": "questions",
    "models": "questions",
    "compare": "questions",
    "environment": "questions",
    "explain": "questions",
    "siblings": "questions",
    "lineage": "lineage",
    "path": "ways",
    "common": "ways",
    "impact": "ways",
    "why": "ways",
    "hotspots": "ways",
    "evidence": "evidence",
    "export": "export",
    "ls": "listing",
    "show": "listing",
    "types": "listing",
    "stats": "stats",
    "cypher": "cypher",
    "init": "setup",
    "demo": "setup",
    "serve": "serve",
    "up": "up",
    "inspect": "inspect",
    "copy": "copy",
    "diff": "diff",
    "upgrade": "upgrade",
    "check": "check",
    "delete": "delete",
    "gc": "gc",
    "restore": "restore",
    "annotate": "annotate",
    "backup": "backup",
    "vacuum": "vacuum",
}
OK, NO, WRONG, INTERRUPTED, PIPE_CLOSED = 0, 1, 2, 130, 141


class PipeClosedError(Exception):
    """Whoever read the output, as `head`, has seen enough. (Click would take the BrokenPipeError for itself.)"""


class Commands(click.Group):
    """Finds a command in its module."""

    def invoke(self, context: click.Context) -> Any:
        try:
            return super().invoke(context)
        except BrokenPipeError:
            raise PipeClosedError from None

    def list_commands(self, context: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        module = importlib.import_module(f"graphmeta.cli.{COMMANDS[name]}")
        command: click.Command = getattr(module, name)
        return command


def _version(context: click.Context, parameter: click.Parameter, wanted: bool) -> None:
    if wanted and not context.resilient_parsing:
        from importlib.metadata import version

        click.echo(f"graphmeta {version('graphmeta')}")
        context.exit()


@click.group(cls=Commands, context_settings=SETTINGS_OF_CLICK, invoke_without_command=True)
@click.option("--store", metavar="URL", help=STORE_HELP)
@click.option(
    "--version", is_flag=True, is_eager=True, expose_value=False, callback=_version, help="Print the version."
)
@click.pass_context
def cli(context: click.Context, store: str | None) -> None:
    """What made this model, and what else was made from the same data?

    A node is named by type and name (Model:churn is the newest, Model:churn@3 that version), by kind and
    id (artifact/42, execution/7, context/3), by its URI, or by the path of a file.

    Exit status: 0; 1 where a question has no answer; 2 where something was wrong.
    """
    if context.invoked_subcommand is None:
        click.echo(context.get_help())


def run(arguments: Sequence[str] | None = None) -> NoReturn:
    """The entry point: run a command and exit with its status. No traceback reaches anybody who has not
    set GRAPHMETA_DEBUG."""
    # Most commands end sooner than the first look for garbage would pay: look a hundred times less often.
    gc.set_threshold(70_000, 10, 10)
    for stream in (sys.stdout, sys.stderr):
        # A name that the terminal's encoding lacks is written as \\xe9, not refused.
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")
    status = _status(arguments)
    try:
        if sys.stdout is not None:
            sys.stdout.flush()
    except BrokenPipeError:
        status = _closed()
    except OSError as error:
        status = _fail(f"The output cannot be written: {error.strerror or error}.")
    sys.exit(status)


def _status(arguments: Sequence[str] | None) -> int:
    try:
        # A command returns its exit status, or None for success; so does click for --help.
        answer: Any = cli.main(args=arguments, prog_name="graphmeta", standalone_mode=False)
        return answer if isinstance(answer, int) else OK
    except (KeyboardInterrupt, click.Abort):
        click.echo("Interrupted.", err=True)
        return INTERRUPTED
    except PipeClosedError:
        return _closed()
    except click.ClickException as error:
        return _fail(_usage(error))
    except GraphmetaError as error:
        if _debugging():
            raise
        return _fail(str(error))
    except OSError as error:
        if _debugging():
            raise
        return _fail(_trouble(error))
    except Exception as error:
        if _debugging():
            raise
        return _fail(
            f"graphmeta met an error that it did not expect, {type(error).__name__}: {error}. Please report it with "
            "what GRAPHMETA_DEBUG=1 prints."
        )


# What to do about what the system says of a file.
ADVICE = {
    errno.ENOENT: "Check the path, and that its folder is there.",
    errno.ENOTDIR: "A part of the path is a file, and not a folder: check it.",
    errno.EISDIR: "It is a folder: name a file.",
    errno.EEXIST: "Name another, or move it away.",
    errno.EACCES: "Name a place that you may use, or change its permissions.",
    errno.EPERM: "Name a place that you may use, or change its permissions.",
    errno.EROFS: "Name a place on another disk, for this one is read-only.",
    errno.ENOSPC: "Make room on the disk, or name a place on another.",
    errno.ENAMETOOLONG: "Give it a shorter name.",
}


def _trouble(error: OSError) -> str:
    """What the system says of a file, and what to do."""
    said = error.strerror or str(error)
    said = said[:1].lower() + said[1:]
    what = f"{os.fsdecode(error.filename)} cannot be used" if isinstance(error.filename, (str, bytes)) else "It failed"
    advice = ADVICE.get(error.errno or 0, "")
    return f"{what}: {said}. {advice}".rstrip()


def _usage(error: click.ClickException) -> str:
    command = error.ctx.command_path if isinstance(error, click.UsageError) and error.ctx else "graphmeta"
    said = error.format_message()
    if (
        isinstance(error, click.BadParameter)
        and error.param is not None
        and not isinstance(error, click.MissingParameter)
    ):
        # Without click's "Invalid value for '[OPTIONS]'": the option, or of an argument the words alone.
        said = f"{error.param.opts[0]}: {error.message}" if isinstance(error.param, click.Option) else error.message
    message = " ".join(said.split())
    if not message.endswith((".", "?", "!")):
        message += "."
    return f"{message} `{command} --help` says what is possible."


def _fail(message: str) -> int:
    from graphmeta.render.safe import shortened, visible

    # The reader of standard error may be gone as well.
    with contextlib.suppress(OSError):
        click.echo(f"graphmeta: {visible(shortened(message, 1500))}", err=True)
    return WRONG


def _closed() -> int:
    """Leave quietly: what is still buffered goes nowhere, rather than failing once more at exit."""
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return PIPE_CLOSED


def _debugging() -> bool:
    return bool(os.environ.get("GRAPHMETA_DEBUG"))
