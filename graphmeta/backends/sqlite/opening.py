"""Opening one file, for reading or for writing, whoever made it and whoever may write it."""

from __future__ import annotations

import os
import sqlite3
import sys
from pathlib import Path
from typing import NamedTuple

from graphmeta.backends.sqlite.schema import create, equip, what_is_there
from graphmeta.backends.sqlite.types import TypeTable, read_types
from graphmeta.errors import ForeignStoreError, NotFoundError, StoreUnavailableError

_BUSY_WAIT = 60.0  # seconds that SQLite itself waits for locks of others, as of ml-metadata
_SMALLEST = 512  # bytes of the smallest SQLite file that is not empty
# Bytes of the longest value or row that SQLite may hold or make. Its own bound is a billion, of which one filter takes
# several with nested REPLACEs. A property as large as a message of 100 MB, and the ids of a walk of ten million nodes
# in one parameter, still fit. Reading and writing alike, so that what is written can be read.
LONGEST_VALUE = 256 * 1024 * 1024


class Stamp(NamedTuple):
    """What changes when a file is replaced or written."""

    device: int
    inode: int
    size: int
    modified: int  # nanoseconds since the epoch

    @property
    def identity(self) -> tuple[int, int]:
        """What changes only when it is replaced."""
        return self.device, self.inode


class Connection:
    """One connection and what is known through it.

    Attributes:
        raw: Python's own connection.
        stamp: of the file when it was opened.
        still: whether it takes the file for one that nobody writes, so that what was read through it is right
            only if the stamp is the same afterwards.
        equipped: whether our own table and indexes are known to be there.
        wrote: whether anything was written through it.
    """

    __slots__ = ("_types", "_types_version", "equipped", "raw", "stamp", "still", "wrote")

    def __init__(self, raw: sqlite3.Connection, stamp: Stamp | None, *, still: bool) -> None:
        self.raw = raw
        self.stamp = stamp
        self.still = still
        self.equipped = False
        self.wrote = False
        self._types: TypeTable | None = None
        self._types_version = -1

    def types(self) -> TypeTable:
        """All types, read again only if another connection wrote anything, or this one wrote types."""
        version = self.raw.execute("PRAGMA data_version").fetchone()[0]
        if self._types is None or version != self._types_version:
            self._types = read_types(self.raw)
            self._types_version = version
        return self._types

    def forget_types(self) -> None:
        """Read the types again when next asked: SQLite does not count this connection's own writes."""
        self._types = None


class Opener:
    """Opens connections to the file at a path.

    Args:
        path: of the file, absolute.
    """

    def __init__(self, path: str) -> None:
        self.path = path
        self._uri = Path(path).as_uri()

    def stamp(self) -> Stamp | None:
        """The stamp of the file that is at the path now, or None."""
        try:
            found = os.stat(self.path)  # noqa: PTH116 (quicker than Path.stat, and done for each use)
        except OSError:
            return None
        return Stamp(found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns)

    def is_still(self) -> bool:
        """Whether the file has neither a write-ahead log nor a rollback journal, so that nobody writes it now."""
        return not (os.path.exists(f"{self.path}-wal") or os.path.exists(f"{self.path}-journal"))  # noqa: PTH110

    def for_reading(self, *, read_only: bool, still: bool) -> Connection:
        """A connection to read through.

        Args:
            read_only: never write through it.
            still: nobody is known to write now, so read the file alone. Else SQLite makes the files beside it
                that readers and writers share, if they are not there.

        Raises:
            NotFoundError: there is no file, or an empty one.
            StoreUnavailableError: the user may not write where SQLite would have to.
        """
        stamp = self.stamp()
        if stamp is None or stamp.size == 0:
            raise self._nothing()
        self._check_may_be_ours(stamp)
        if still and read_only and self.is_still():
            return self._checked("mode=ro&immutable=1", stamp)
        try:
            return self._checked("mode=ro" if read_only else "mode=rw", stamp)
        except sqlite3.OperationalError as error:
            # So SQLite says that it cannot make the files of the write-ahead log.
            if not any(words in str(error) for words in ("unable to open", "readonly database")):
                raise
            log = Path(f"{self.path}-wal")
            if log.exists() and log.stat().st_size:
                raise StoreUnavailableError(
                    f"{log} holds writes that were not folded into the store yet, and this user may not write that "
                    "folder. Open the store once as a user who may, or copy the files elsewhere together."
                ) from None
            return self._checked("mode=ro&immutable=1", stamp)

    def for_writing(self) -> Connection:
        """A connection to write through, to be handed to `begin`; the file is made if it is not there."""
        return self._connect("mode=rwc")

    def check_before_writing(self) -> None:
        """Refuse a file that is not ours to write, before anything is made beside it.

        Raises:
            ForeignStoreError, SchemaVersionError: see `what_is_there`.
        """
        stamp = self.stamp()
        if stamp is None or stamp.size == 0:
            return
        self._check_may_be_ours(stamp)
        connection = self._connect("mode=ro&immutable=1" if self.is_still() else "mode=ro", stamp)
        try:
            what_is_there(connection.raw, self.path)
        except sqlite3.DatabaseError:
            if not connection.still or (self.is_still() and self.stamp() == stamp):
                raise
            # Somebody is writing it at this moment: it is looked at again within the transaction.
        finally:
            connection.raw.close()

    def begin(self, connection: Connection, *, in_parts: bool = False) -> None:
        """Begin a writing transaction, and make in it what a store needs and the file does not have.

        Args:
            in_parts: it will have savepoints.
        """
        raw = connection.raw
        if connection.equipped:
            _begin(raw, in_parts=in_parts)
            return
        raw.execute("PRAGMA synchronous = FULL")
        # Fold the log into the file every two hundred puts or so (8 MB), not every twenty: it takes several flushes.
        raw.execute("PRAGMA wal_autocheckpoint = 8000")
        if not what_is_there(raw, self.path):
            # Inside a transaction neither can be changed. A file that ml-metadata made keeps its own. A put changes a
            # few bytes of some forty pages (MLMD's many indexes), and all of them are flushed: pages of a quarter of
            # the usual size make it a fifth quicker, and walks a tenth slower.
            raw.execute("PRAGMA page_size = 1024")
            raw.execute("PRAGMA journal_mode = WAL")
        _begin(raw, in_parts=in_parts)
        there = what_is_there(raw, self.path)
        if not there:
            create(raw)
        equip(raw, there)

    def _checked(self, mode: str, stamp: Stamp) -> Connection:
        connection = self._connect(mode, stamp)
        try:
            there = what_is_there(connection.raw, self.path)
        except BaseException:
            connection.raw.close()
            raise
        if there:
            return connection
        connection.raw.close()
        raise self._nothing()

    def _connect(self, mode: str, stamp: Stamp | None = None) -> Connection:
        raw = sqlite3.connect(
            f"{self._uri}?{mode}",
            uri=True,
            timeout=_BUSY_WAIT,
            isolation_level=None,
            check_same_thread=False,
            cached_statements=256,
        )
        if sys.version_info >= (3, 11):
            raw.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, LONGEST_VALUE)
        return Connection(raw, stamp or self.stamp(), still="immutable" in mode)

    def _nothing(self) -> NotFoundError:
        return NotFoundError(
            f"There is no store at {self.path} yet. Record something, or make an empty one with `graphmeta init`."
        )

    def _check_may_be_ours(self, stamp: Stamp) -> None:
        if Path(self.path).is_dir():
            raise ForeignStoreError(f"{self.path} is a folder, not a file. Give the path of a file in it.")
        # SQLite would take so short a file for an empty one of its own, and overwrite it.
        if 0 < stamp.size < _SMALLEST:
            raise ForeignStoreError(
                f"{self.path} is not a SQLite file, so graphmeta leaves it alone. Give the path of a graphmeta or "
                "ML Metadata file, or of a new one."
            )


def _begin(raw: sqlite3.Connection, *, in_parts: bool) -> None:
    """Begin a writing transaction."""
    if in_parts:
        # What undoes a part is kept where the transaction finds this as it begins. Else SQLite makes a file for it, and
        # writes every page that changes to that first. (Only as it begins: what reads sort may be more than fits.)
        raw.execute("PRAGMA temp_store = MEMORY")
    raw.execute("BEGIN IMMEDIATE")
    if in_parts:
        raw.execute("PRAGMA temp_store = DEFAULT")
