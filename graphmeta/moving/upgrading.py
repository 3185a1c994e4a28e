"""An ML Metadata file of an old schema brought to today's, in one transaction, with a backup beside it.

What ml-metadata 1.17.1 makes of the same file with enable_upgrade_migration=True is the same, row by row.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
import time
from dataclasses import dataclass, field
from pathlib import Path

from graphmeta.backends.sqlite.faults import translated
from graphmeta.backends.sqlite.lock import WriteLock
from graphmeta.backends.sqlite.schema import VERSION
from graphmeta.backends.statements import statement
from graphmeta.errors import (
    ForeignStoreError,
    GraphmetaError,
    NotFoundError,
    SchemaVersionError,
    StoreUnavailableError,
)
from graphmeta.moving.schema_upgrade import bring, lacking_system_types, left_out

OLDEST = 4  # schema; ml-metadata before 0.22 wrote it
_WAIT = 5.0  # seconds for others to end a transaction


@dataclass
class Upgrade:
    """What was done, or would be.

    Attributes:
        path: of the file.
        version: of the schema that it had.
        backup: where it lies as it was; None where nothing was done.
        done: whether it was brought to today's schema.
        system_types: the names of those that were added.
        left_out: what is only in the backup, in sentences.
    """

    path: Path
    version: int
    backup: Path | None = None
    done: bool = False
    system_types: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)


def upgrade(path: Path, *, dry_run: bool = False) -> Upgrade:
    """Bring a file to schema 10. A process that is killed meanwhile leaves the file as it was (SQLite's journal beside
    it, which the next to open it folds back), or upgraded.

    Args:
        dry_run: only say what would be done.

    Raises:
        NotFoundError, ForeignStoreError, SchemaVersionError: there is nothing there that can be upgraded.
        StoreUnavailableError, ReadOnlyError: another process uses the file, or it cannot be written.
    """
    if not path.is_file():
        raise NotFoundError(f"There is no file {path}. Check the path.")
    try:
        with contextlib.closing(_open(path)) as connection:
            found = Upgrade(path, _version(connection, path))
            if found.version == VERSION:
                return found
            found.system_types = lacking_system_types(connection)
            found.left_out = left_out(connection, found.version)
            if not dry_run:
                _run(connection, found)
            return found
    except sqlite3.Error as error:
        if "locked" in str(error):
            raise _in_use(path, "another process reads or writes it") from error
        raise translated(error, str(path)) from error


def _open(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=rw", uri=True, timeout=_WAIT, isolation_level=None)
    # Views that somebody made go on meaning the table of that name.
    connection.execute("PRAGMA legacy_alter_table = ON")
    connection.execute("PRAGMA synchronous = FULL")
    return connection


def _version(connection: sqlite3.Connection, path: Path) -> int:
    there = {row[0] for row in connection.execute(statement("sql", "schema/names"))}
    if "MLMDEnv" not in there:
        raise ForeignStoreError(
            f"{path} is not a file of ML Metadata's: it has no table MLMDEnv. graphmeta leaves it alone."
        )
    version: int | None = max((row[0] for row in connection.execute(statement("sql", "schema/version"))), default=None)
    if version is None or version < OLDEST:
        raise SchemaVersionError(
            f"{path} has {'no version' if version is None else f'version {version}'} of ML Metadata's schema, and "
            f"graphmeta upgrades versions {OLDEST} to {VERSION - 1}. Open a copy once with ml-metadata 1.17.1 and "
            "enable_upgrade_migration=True."
        )
    if version > VERSION:
        raise SchemaVersionError(
            f"{path} has version {version} of ML Metadata's schema, which is newer than {VERSION}, the newest that "
            "this graphmeta knows; nothing was done. A newer graphmeta may know it."
        )
    missing = {"Type", "TypeProperty", "Artifact", "Execution", "Context", "Event", "EventPath"} - there
    if missing:
        raise ForeignStoreError(
            f"{path} calls itself an ML Metadata file but lacks the tables {', '.join(sorted(missing))}; nothing was "
            "done."
        )
    return version


def _run(connection: sqlite3.Connection, found: Upgrade) -> None:
    path = found.path
    users = _users(path)
    if users:
        raise _in_use(path, f"it is open in process {', '.join(map(str, users))}")
    lock = WriteLock(f"{path.absolute()}-graphmeta.lock")
    lock_was_there = Path(lock.path).exists()
    try:
        lock.acquire(_WAIT)
    except TimeoutError:
        raise _in_use(path, "another process writes it") from None
    try:
        connection.execute("BEGIN IMMEDIATE")
        try:
            _check_still(connection, found)
            found.backup = _back_up(path, found.version)
            bring(connection, path, found.version, found.system_types)
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise
        found.done = True
    finally:
        if not lock_was_there:
            Path(lock.path).unlink(missing_ok=True)
        lock.release()
        lock.close()


def _check_still(connection: sqlite3.Connection, found: Upgrade) -> None:
    if _version(connection, found.path) != found.version:
        raise _in_use(found.path, "another process upgraded it at this moment")


def _in_use(path: Path, why: str) -> GraphmetaError:
    return StoreUnavailableError(f"{path} was not upgraded, for {why}. End what uses it and try again.")


def _users(path: Path) -> list[int]:
    """Other processes that have the file open, as far as the system tells (Linux, one's own processes): who only has it
    open holds no lock that could be seen, and would go on as if the schema were the old one."""
    mine, file = os.getpid(), path.stat()
    found = set()
    for link in Path("/proc").glob("[0-9]*/fd/*"):
        with contextlib.suppress(OSError):
            there = link.stat()
            if (there.st_dev, there.st_ino) == (file.st_dev, file.st_ino):
                found.add(int(link.parts[2]))
    return sorted(found - {mine})


def _back_up(path: Path, version: int) -> Path:
    """Copy the file beside itself, whole, with the rights that it has."""
    name = f"{path.name}.schema{version}-{time.strftime('%Y%m%dT%H%M%S')}"
    places = (path.with_name(f"{name}{'' if n == 1 else f'-{n}'}.backup") for n in range(1, 1000))
    place = next(place for place in places if not place.exists())
    part = place.with_name(f"{place.name}.part-{os.getpid()}")
    part.touch(mode=0o600, exist_ok=False)
    try:
        with contextlib.closing(sqlite3.connect(part)) as copy, contextlib.closing(_open(path)) as source:
            source.backup(copy)
        shutil.copymode(path, part)
        part.rename(place)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    return place
