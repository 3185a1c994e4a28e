"""A copy of a file while others use it, and a file without the space that it no longer needs."""

from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from uuid import uuid4

from graphmeta.backends.sqlite.connection import Connections
from graphmeta.backends.statements import statement
from graphmeta.errors import AlreadyExistsError, GraphmetaError, NotFoundError, StoreUnavailableError
from graphmeta.files import give_name

_AT_ONCE = 8 * 1024 * 1024  # bytes that are copied between two moments in which others may write
# After so many writes of others in the middle of the copy, each of which begins it anew, they are made to wait.
_PATIENCE = 5
_READERS_WAIT = 1000  # milliseconds that readers are waited for before what was freed is given back
_BUSY = 5  # SQLite's code
# What SQLite says when it cannot write the new file.
_UNWRITABLE = ("disk is full", "unable to open", "I/O error", "readonly")


class _BegunAnewError(Exception):
    """Others wrote while the file was copied, too often."""


# ---------------------------------------------------------------- a copy


def back_up(connections: Connections, target: Path) -> None:
    """Write a store's file into a new one, as it is at one moment. Nothing has the new one's name before it is whole.

    Raises:
        AlreadyExistsError, NotFoundError, StoreUnavailableError: see `Backend.back_up`.
    """
    if target.exists() or target.is_symlink():
        raise _taken(target)
    part = target.with_name(f".{target.name}-{uuid4().hex[:8]}.part")
    try:
        try:
            part.touch(mode=0o600, exist_ok=False)
            connections.read(lambda connection: _copy(connection.raw, part, target))
            shutil.copymode(connections.path, part)
            _flush(part)
            give_name(part, target)
        except GraphmetaError:
            raise  # some are OSErrors as well
        except FileExistsError:
            raise _taken(target) from None
        except OSError as error:
            raise _unwritable(target, error) from error
    finally:
        part.unlink(missing_ok=True)


def _copy(raw: sqlite3.Connection, part: Path, target: Path) -> None:
    """Copy what a connection sees, which is in a transaction that has read nothing yet."""
    part.write_bytes(b"")  # a read that turns out to be of two moments is done again
    with closing(sqlite3.connect(part, isolation_level=None)) as copy:
        try:
            # Whoever stops in the middle loses the part, which is no use to anybody.
            copy.execute("PRAGMA journal_mode = OFF")
            copy.execute("PRAGMA synchronous = OFF")
            _copy_into(raw, copy)
        except sqlite3.Error as error:
            if any(words in str(error) for words in _UNWRITABLE):
                raise _unwritable(target, error) from error
            raise


def _copy_into(raw: sqlite3.Connection, copy: sqlite3.Connection) -> None:
    if raw.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
        # Who reads holds up who writes: so let go between the pieces, and begin anew when somebody wrote.
        raw.execute("COMMIT")
        try:
            if _in_pieces(raw, copy, patience=_PATIENCE):
                return
        finally:
            raw.execute("BEGIN")
    raw.execute(statement("sql", "schema/names")).fetchall()  # from here on it sees this moment
    _in_pieces(raw, copy)


def _in_pieces(raw: sqlite3.Connection, copy: sqlite3.Connection, patience: int | None = None) -> bool:
    """Copy; returns whether it came to the end before others had written more than so many times."""
    before: int | None = None
    begun = 0

    def look(status: int, remaining: int, total: int) -> None:
        nonlocal before, begun
        if status == _BUSY:
            raise sqlite3.OperationalError("database is locked")
        begun += before is not None and remaining > before
        before = remaining
        if patience is not None and begun > patience:
            raise _BegunAnewError

    pages = _AT_ONCE // raw.execute("PRAGMA page_size").fetchone()[0]
    try:
        raw.backup(copy, pages=pages, progress=look)
    except _BegunAnewError:
        return False
    return True


def _flush(path: Path) -> None:
    descriptor = os.open(path, os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _taken(target: Path) -> AlreadyExistsError:
    return AlreadyExistsError(f"{target} is there already, and a backup never replaces a file. Give another name.")


def _unwritable(target: Path, error: Exception) -> GraphmetaError:
    if isinstance(error, FileNotFoundError):
        return NotFoundError(f"There is no folder {target.parent} to write the backup to. Make it, or give another.")
    return StoreUnavailableError(
        f"The backup {target} could not be written ({error}), and nothing of it was left there. Check that the disk "
        "has room and that this user may write to that folder."
    )


# ---------------------------------------------------------------- less space


def compact(raw: sqlite3.Connection) -> None:
    """Write a file anew without its free space.

    Args:
        raw: a connection in no transaction, whose file nobody else writes.
    """
    raw.execute("VACUUM")
    # With a write-ahead log the file shrinks only once that is folded into it; whoever reads is not waited for long.
    (wait,) = raw.execute("PRAGMA busy_timeout").fetchone()
    raw.execute(f"PRAGMA busy_timeout = {_READERS_WAIT}")
    try:
        raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    finally:
        raw.execute(f"PRAGMA busy_timeout = {int(wait)}")
