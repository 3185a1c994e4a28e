"""`graphmeta copy`: from anywhere into a store."""

from __future__ import annotations

import shlex
import signal
from collections.abc import Iterator
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any

import click

from graphmeta.cli import printing
from graphmeta.cli.options import Number, Seconds
from graphmeta.cli.progress import Telling, shown

if TYPE_CHECKING:
    from graphmeta.moving.copied import Copied
    from graphmeta.moving.progress import Progress
    from graphmeta.moving.source import Part

_OK, _TOLD, _INTERRUPTED, _TERMINATED = 0, 1, 130, 143


@click.command(short_help="Copy a store, a database or a server into a store.")
@click.argument("source")
@click.argument("target")
@click.option(
    "--portion",
    metavar="N",
    type=Number(1),
    default=5000,
    show_default=True,
    help="Read and write so many at a time; memory is bounded by it.",
)
@click.option("--troubles", metavar="FILE", help="Write there all that did not come over as it was, a line each.")
@click.option("--verify", is_flag=True, help="Then compare every node and edge of both, and print what differs.")
@click.option("--follow", is_flag=True, help="Then go on copying what changes in SOURCE, until Ctrl-C.")
@click.option(
    "--every",
    metavar="SECONDS",
    type=Seconds(),
    default=5.0,
    show_default=True,
    help="With --follow, how long to wait before looking again.",
)
@click.option("--once", is_flag=True, help="With --follow, look for changes once.")
@click.option(
    "--csv",
    "as_csv",
    is_flag=True,
    help="TARGET is a new folder: write CSV files there for `neo4j-admin database import`, for many millions.",
)
@click.option("--quiet", is_flag=True, help="Print no progress and no summary.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def copy(
    source: str,
    target: str,
    portion: int,
    troubles: str | None,
    verify: bool,
    follow: bool,
    every: float,
    once: bool,
    as_csv: bool,
    quiet: bool,
    as_json: bool,
) -> int:
    """Copy all of SOURCE into TARGET, ids, times, order and types included.

    SOURCE is what `graphmeta inspect` takes. TARGET is a new file, an empty Neo4j database (neo4j://host:7687) or an
    empty database in MySQL, MariaDB or PostgreSQL (mysql://user:password@host/database, postgresql://…), which
    becomes ML Metadata's; or a copy of SOURCE that was interrupted or has fallen behind: then what is missing is added.

    SOURCE may be written meanwhile; run the copy again for what came later. What does not come over as it was is told
    line by line on standard error, the first 100 of it.

    Exit status: 0; 1 where something did not come over as it was; 2 where it could not be copied; 130 and 143 where
    Ctrl-C and SIGTERM ended it.
    """
    from graphmeta.moving.copying import copy as copied
    from graphmeta.moving.progress import Progress
    from graphmeta.moving.sources.opening import open_source
    from graphmeta.moving.targets.opening import open_target

    progress = Progress()
    if once and not follow:
        raise click.UsageError("--once goes with --follow: a copy without it looks once anyway.")
    if as_csv and (follow or verify):
        raise click.UsageError("--csv goes with neither --follow nor --verify: import the files first.")
    before = signal.signal(signal.SIGTERM, _terminate)
    try:
        if as_csv:
            return _hand_out(source, target, portion, troubles, progress, quiet=quiet, as_json=as_json)
        with Telling(troubles) as telling, open_source(source, telling) as opened, open_target(target, opened) as into:
            with shown(progress, quiet=quiet):
                done = copied(opened, into, progress=progress, portion=portion, shared=follow)
            if as_json and not verify:
                printing.document(_document(done))
            elif not as_json and not quiet:
                printing.lines(_summary(done))
            status = _TOLD if done.told else _OK
            if follow:
                from graphmeta.cli.following import go_on

                status = max(status, go_on(opened, into, every, once))
            if verify:
                status = max(status, _verify(source, target, done, as_json=as_json))
            return status
    except KeyboardInterrupt as ended:
        what = "run the same command again to write it anew" if as_csv else "run the same command again to go on"
        safe = "The folder is not whole" if as_csv else "What was copied is safe"
        click.echo(f"Interrupted. {safe}: {what}.", err=True)
        return _TERMINATED if isinstance(ended, _TerminatedError) else _INTERRUPTED
    finally:
        signal.signal(signal.SIGTERM, before)


def _verify(source: str, target: str, done: Copied, *, as_json: bool) -> int:
    """Compare both, and print what differs; as JSON, with what was copied. Returns the exit status."""
    from graphmeta.cli.diff import document_of, verify

    if not as_json:
        return verify(source, target)
    compared = document_of(source, target)
    printing.document({**_document(done), "comparison": compared})
    return _OK if compared["same"] else _TOLD


def _hand_out(
    source: str, target: str, portion: int, troubles: str | None, progress: Progress, *, quiet: bool, as_json: bool
) -> int:
    """Write the files, and say what to do with them; returns the exit status."""
    from graphmeta.moving.copied import Copied
    from graphmeta.moving.handout.writing import hand_out
    from graphmeta.moving.sources.opening import open_source

    with Telling(troubles) as telling, open_source(source, telling) as opened, shown(progress, quiet=quiet):
        done = hand_out(opened, Path(target), progress=progress, portion=portion)
    made = Copied(done.source, str(done.folder), done.written, {}, done.told, done.seconds)
    if as_json:
        printing.document(_document(made))
    elif not quiet:
        printing.lines([*_summary(made), *_IMPORTING.format(folder=shlex.quote(target)).splitlines()])
    return _TOLD if done.told else _OK


_IMPORTING = """Now, on the machine of a Neo4j that is stopped:
  cd {folder} && neo4j-admin database import full neo4j --overwrite-destination @import.args
and when it is started again:
  graphmeta --store neo4j://localhost:7687 init
`graphmeta copy` from the same source to that store then brings what was written meanwhile."""


class _TerminatedError(KeyboardInterrupt):
    """SIGTERM came."""


def _terminate(number: int, frame: FrameType | None) -> None:
    raise _TerminatedError


def _summary(done: Copied) -> Iterator[str]:
    from graphmeta.moving.progress import duration
    from graphmeta.moving.source import PARTS

    number = sum(done.written.values())
    seconds = max(done.seconds, 0.001)
    yield f"Copied {done.source} to {done.target}: {number:,} in {duration(seconds)}, {number / seconds:,.0f} a second."
    for part in PARTS:
        there = done.there.get(part, 0)
        before = f", {there:,} were there" if there else ""
        if there or done.written.get(part):
            yield f"  {part}s: {done.written.get(part, 0):,}{before}"
    removed = [f"{number:,} {part if number == 1 else part + 's'}" for part, number in done.removed.items()]
    if removed:
        yield f"No longer in the source, and kept in the copy: at least {', '.join(removed)}."
    if done.told:
        yield f"{done.told:,} did not come over as they were; see above, or --troubles FILE on a copy anew."
    else:
        yield "Everything came over as it was."


def _document(done: Copied) -> dict[str, Any]:
    def numbers(parts: dict[Part, int]) -> dict[str, int]:
        return {f"{part}s": number for part, number in parts.items()}

    return {
        "source": done.source,
        "target": done.target,
        "written": numbers(done.written),
        "there": numbers(done.there),
        "no_longer_in_source": numbers(done.removed),
        "number_of_troubles": done.told,
        "seconds": round(done.seconds, 3),
    }
