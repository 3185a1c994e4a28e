"""MLMD's schema 10 and our own tables beside it: what is in a file, and making it."""

from __future__ import annotations

import sqlite3
from pathlib import PurePosixPath

from graphmeta.backends.sqlite.types import TYPE_KINDS
from graphmeta.backends.statements import names, statement
from graphmeta.errors import ForeignStoreError, SchemaVersionError
from graphmeta.model import SYSTEM_TYPES

VERSION = 10  # of MLMD's schema, since ml-metadata 1.14


def _statements(*folders: str) -> dict[str, str]:
    """The statements in folders below sql/, by the name of what they make."""
    return {PurePosixPath(name).name: statement("sql", name) for folder in folders for name in names("sql", folder)}


def mlmd_statements() -> dict[str, str]:
    """What makes MLMD's tables and indexes, by their names."""
    return _statements("schema/tables", "schema/indexes")


def own_statements() -> dict[str, str]:
    """What makes our own table and indexes, by their names."""
    return _statements("graphmeta/tables", "graphmeta/indexes")


def what_is_there(connection: sqlite3.Connection, path: str) -> frozenset[str]:
    """The names of the tables and indexes in an MLMD file; none if the file is empty.

    Raises:
        ForeignStoreError: it holds something, but not MLMD's tables.
        SchemaVersionError: it has another version of MLMD's schema than ours.
    """
    there = frozenset(row[0] for row in connection.execute(statement("sql", "schema/names")))
    if not there:
        return there
    if "MLMDEnv" not in there:
        shown = ", ".join(sorted(name for name in there if not name.startswith("sqlite_"))[:3])
        raise ForeignStoreError(
            f"{path} is a SQLite file of another program (it holds {shown}), not of graphmeta or ML Metadata; "
            "graphmeta leaves it alone. Give the path of another file, or of a new one."
        )
    version = max((row[0] for row in connection.execute(statement("sql", "schema/version"))), default=None)
    if version != VERSION:
        raise SchemaVersionError(_wrong_version(path, version))
    missing = {PurePosixPath(name).name for name in names("sql", "schema/tables")} - there
    if missing:
        raise ForeignStoreError(
            f"{path} calls itself an ML Metadata file but lacks the tables {', '.join(sorted(missing))}; graphmeta "
            "leaves it alone. Restore it from a backup, or give the path of another file."
        )
    return there


def _wrong_version(path: str, version: int | None) -> str:
    if version is not None and version > VERSION:
        return (
            f"{path} has version {version} of ML Metadata's schema, and this graphmeta reads version {VERSION}. "
            "A newer graphmeta may read it."
        )
    said = f"version {version}" if version is not None else "no version"
    return (
        f"{path} has {said} of ML Metadata's schema, and graphmeta works on version {VERSION}. `graphmeta upgrade "
        f"FILE` brings a file of version 4 or later to version {VERSION}, with a backup beside it; `graphmeta copy "
        "FILE TARGET` copies it to another store."
    )


def create(connection: sqlite3.Connection) -> None:
    """Make MLMD's tables and the system types, inside the caller's transaction."""
    for text in mlmd_statements().values():
        connection.execute(text)
    connection.execute(statement("sql", "schema/insert_version"), (VERSION,))
    connection.executemany(
        statement("sql", "schema/insert_system_type"), [(name, TYPE_KINDS[kind]) for kind, name in SYSTEM_TYPES]
    )


def equip(connection: sqlite3.Connection, there: frozenset[str]) -> None:
    """Make what is not there yet of our own table and indexes, and mend counters that somebody's hand left
    behind, inside the caller's transaction."""
    for name, text in own_statements().items():
        if name not in there:
            connection.execute(text)
    for name, highest in connection.execute(statement("sql", "put/counters_behind")).fetchall():
        connection.execute(statement("sql", "put/mend_counter"), (highest, name))
