"""`graphmeta backup`: the store as it is, in another file."""

from __future__ import annotations

from pathlib import Path

import click

from graphmeta.cli import printing
from graphmeta.cli.options import Settings, shared


@click.command(short_help="Write the store to a new file, while others go on using it.")
@click.argument("file")
@shared()
def backup(settings: Settings, file: str) -> int:
    """Write the store as it is at one moment to FILE, while others go on reading and writing it.

    FILE is a store itself: graphmeta and ml-metadata open it as it is. A file that is there is never written over.
    A store in Neo4j is backed up by neo4j-admin, or copied to a file with `graphmeta copy`.
    """
    from graphmeta.keeping.upkeep import back_up
    from graphmeta.render import words

    with settings.open() as store:
        done = back_up(store, Path(file))
    if settings.json:
        printing.document(done.to_json())
    else:
        took = words.duration(round(1000 * done.seconds))
        printing.out(f"{store.url} was written to {done.file}: {words.size(done.size)} in {took}.")
    return 0
