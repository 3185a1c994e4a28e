"""`graphmeta upgrade`: an old file of ML Metadata's, brought to today's schema."""

from __future__ import annotations

from pathlib import Path

import click

from graphmeta.cli import printing

_SHOWN = 100  # of what is left out


@click.command(short_help="Bring an old ML Metadata file to schema 10, with a backup beside it.")
@click.argument("file")
@click.option("--dry-run", is_flag=True, help="Only say what would be done.")
def upgrade(file: str, dry_run: bool) -> int:
    """Bring FILE, which ML Metadata wrote with schema 4 to 9, to schema 10, which graphmeta and ml-metadata 1.14 and
    later read and write.

    The file as it is goes to FILE.schema4-TIME.backup first. All is done in one transaction: whoever is killed
    meanwhile leaves the file old or new, and whole. A file that another process uses is refused.

    Exit status: 0, also where it has schema 10 already; 1 where something is only in the backup; 2 where it cannot be
    done.
    """
    from graphmeta.backends.sqlite.backend import SqliteBackend
    from graphmeta.backends.sqlite.schema import VERSION
    from graphmeta.errors import InvalidArgumentError
    from graphmeta.moving.upgrading import upgrade as bring
    from graphmeta.store import connect

    with connect(file, read_only=True) as store:
        if not isinstance(store.backend, SqliteBackend):
            raise InvalidArgumentError(f"{store.url} is not a file; only files of ML Metadata's are upgraded.")
        path = Path(store.backend.path)
    found = bring(path, dry_run=dry_run)
    if found.version == VERSION:
        printing.out(f"{path} has schema {VERSION} already; there is nothing to do.")
        return 0
    would = "would be" if dry_run else "was"
    printing.out(f"{path} {would} brought from schema {found.version} to {VERSION}.")
    if found.system_types:
        printing.out(f"System types that {'would be' if dry_run else 'were'} added: {', '.join(found.system_types)}.")
    printing.lines(f"Left out: {what}" for what in found.left_out[:_SHOWN])
    if found.left_out:
        printing.out(f"In all {len(found.left_out):,} {would} left out; the backup has them.")
    if found.backup is not None:
        printing.out(f"As it was, it is {found.backup}.")
    return 1 if found.left_out else 0
