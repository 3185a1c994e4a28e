"""`graphmeta restore`: brings back what was removed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from graphmeta.cli import printing
from graphmeta.cli.options import Settings, shared
from graphmeta.cli.removing import told_as_it_goes

if TYPE_CHECKING:
    from graphmeta.keeping.restored import Restored
    from graphmeta.render.blocks import Block

_OK, _TOLD, _INTERRUPTED = 0, 1, 130
_SHOWN = 20


@click.command(short_help="Bring back what gc or delete removed, from its dump.")
@click.argument("dump")
@click.option("--dry-run", is_flag=True, help="Say what would come back, and write nothing.")
@click.option("--overwrite", is_flag=True, help="Give tombstones back what they lost.")
@click.option("--into-another-store", "another", is_flag=True, help="Also into a store that DUMP is not of.")
@shared()
def restore(settings: Settings, dump: str, dry_run: bool, overwrite: bool, another: bool) -> int:
    """Bring back everything that DUMP holds, with the same ids and times. Again is harmless: what is there stays as it
    is, and what differs is told. A dump of another store is refused before anything is written.

    Exit status: 0; 1 where something could not come back or differs; 2 where something was wrong.
    """
    from graphmeta.keeping.restoring import restore as restored

    with settings.open(read_only=dry_run) as store:
        try:
            with told_as_it_goes("Looked at {:,} of the dump's things.") as tell:
                done = restored(store, Path(dump), dry_run=dry_run, overwrite=overwrite, another=another, tell=tell)
        except KeyboardInterrupt:
            click.echo("Interrupted. Run the same command again: it brings back what is missing.", err=True)
            return _INTERRUPTED
        if settings.json:
            printing.document(done.to_json())
        else:
            printing.blocks(_blocks(done))
        return _TOLD if done.trouble else _OK


def _blocks(done: Restored) -> list[Block]:
    from graphmeta.render import words
    from graphmeta.render.blocks import Facts, Heading, Note

    head = done.head
    verb = "Came back to" if done.applied else "Would come back to"
    nodes = sum(done.written[kind] for kind in ("artifact", "execution", "context"))
    blocks: list[Block] = [
        Heading(f"{verb} {done.store}: {nodes:,} node{'' if nodes == 1 else 's'}"),
        Facts([("the dump", f"of {head.store}, {words.time(head.time)}"), ("by", head.why), *_numbers(done)]),
    ]
    if done.overwritten:
        verb = "got" if done.applied else "would get"
        what = "1 tombstone" if done.overwritten == 1 else f"{done.overwritten:,} tombstones"
        blocks.append(
            Note(f"{what} {verb} back what it lost." if done.overwritten == 1 else f"{what} {verb} it all back.")
        )
    if done.trouble:
        blocks.append(Heading(f"Not as it was: {done.trouble:,}"))
        blocks += [Note(each) for each in done.troubles[:_SHOWN]]
        if done.trouble > _SHOWN:
            blocks.append(Note(f"… and {done.trouble - _SHOWN:,} more; --json has the first hundred."))
        if done.edges_left:
            what = "1 edge that ends" if done.edges_left == 1 else f"{done.edges_left:,} edges that end"
            blocks.append(Note(f"{what} there stayed away as well."))
        blocks += [Note(each) for each in done.ways_out]
    else:
        blocks.append(Note("Everything is as it was." if done.applied else "Nothing was written."))
    return blocks


def _numbers(done: Restored) -> list[tuple[str, str]]:
    found = []
    for sort in ("artifact", "execution", "context", "event", "attribution", "association", "parent"):
        written, there = done.written[sort], done.there[sort]
        if written or there:
            were = f" ({there:,} {'was' if there == 1 else 'were'} there)" if there else ""
            found.append((f"{sort}s", f"{written:,}{were}"))
    return found
