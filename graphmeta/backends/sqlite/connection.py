"""Connections to one file: opened when needed, lent to one thread at a time, never carried over a fork."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from graphmeta.backends.sqlite.faults import translated
from graphmeta.backends.sqlite.lock import WriteLock
from graphmeta.backends.sqlite.schema import create, equip, what_is_there
from graphmeta.backends.sqlite.types import TypeTable, read_types
from graphmeta.errors import FailedPreconditionError, ForeignStoreError, NotFoundError, StoreUnavailableError

_BUSY_WAIT = 60.0  # seconds that SQLite itself waits for locks of others, as of ml-metadata
_Identity = tuple[int, int]  # device and inode

# Connections that a forked child found in its copy of the parent's memory. Closing one there could end the
# parent's locks or fold its log, so they are kept, unused, to the child's end.
_INHERITED: list[Connection] = []


class Connection:
    """One connection and what is known through it.

    Attributes:
        raw: Python's own connection.
        equipped: whether our own table and indexes are known to be there.
        lasting: whether it sees what others write, so that it may be kept.
    """

    __slots__ = ("_types", "_types_version", "equipped", "identity", "lasting", "raw", "wrote")

    def __init__(self, raw: sqlite3.Connection, identity: _Identity, *, lasting: bool = True) -> None:
        self.raw = raw
        self.identity = identity
        self.lasting = lasting
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


class Connections:
    """The connections of one backend.

    Args:
        path: of the file, absolute.
        read_only: never write, nor make anything.
    """

    def __init__(self, path: str, *, read_only: bool) -> None:
        self.path = path
        self.read_only = read_only
        self._uri = Path(path).as_uri()
        self._idle: list[Connection] = []
        self._process = os.getpid()
        self._closed = False
        self.lock = WriteLock(f"{path}-graphmeta.lock")

    # ------------------------------------------------------------ lending

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection inside a reading transaction: all that is read through it is of one moment.

        Raises:
            NotFoundError: there is no store there yet.
        """
        try:
            connection = self._taken() or self._open_for_reading()
        except (sqlite3.Error, OSError) as error:
            raise translated(error, self.path) from error
        try:
            connection.raw.execute("BEGIN")
            yield connection
            connection.raw.execute("COMMIT")
        except (sqlite3.Error, UnicodeEncodeError, OverflowError) as error:
            self._discard(connection)
            raise translated(error, self.path) from error
        except BaseException:
            self._discard(connection)
            raise
        self._give_back(connection)

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A connection inside a writing transaction, committed durably at the end or undone. Makes the
        file, and in it what a store needs, where that is missing."""
        self._check_process()
        if self.lock.mine:
            raise FailedPreconditionError(
                "A transaction on this store began inside another one of the same thread; end that one first."
            )
        try:
            self.lock.acquire()
        except FileNotFoundError:
            raise NotFoundError(
                f"There is no folder {Path(self.path).parent} to make the store in. Make it, or give another path."
            ) from None
        except OSError as error:
            raise translated(error, self.path) from error
        try:
            connection = None
            try:
                connection = self._taken() or self._open_for_writing()
                self._begin(connection)
                yield connection
                connection.raw.execute("COMMIT")
            except BaseException as error:
                if connection is not None:
                    self._roll_back(connection, error)
                if isinstance(error, (sqlite3.Error, OSError, UnicodeEncodeError, OverflowError)):
                    raise translated(error, self.path) from error
                raise
            connection.equipped = True
            connection.wrote = True
            self._give_back(connection)
        finally:
            self.lock.release()

    def close(self) -> None:
        """Close all connections that nobody uses; those in use are closed when given back."""
        self._closed = True
        self._check_process()
        while self._idle:
            self._shut(self._idle.pop())
        self.lock.close()

    def __del__(self) -> None:
        # Whoever forgets to close loses nothing; but closing here may not wait for a lock.
        if self._process == os.getpid():
            for connection in self._idle:
                connection.raw.close()
            self.lock.close()
        else:
            _INHERITED.extend(self._idle)

    # ------------------------------------------------------------ within

    def _check_process(self) -> None:
        if self._process != os.getpid():
            _INHERITED.extend(self._idle)
            self._idle = []
            self._process = os.getpid()
            self.lock = WriteLock(self.lock.path)

    def _taken(self) -> Connection | None:
        """An idle connection to the file that is at the path now, or None."""
        self._check_process()
        if self._closed:
            raise StoreUnavailableError(f"The store {self.path} was closed; open it again with graphmeta.connect.")
        while True:
            try:
                connection = self._idle.pop()
            except IndexError:
                return None
            if connection.identity == self._identity():
                return connection
            self._shut(connection)

    def _identity(self) -> _Identity | None:
        """What tells the file at the path from one that replaced it."""
        try:
            found = os.stat(self.path)  # noqa: PTH116 (quicker than Path.stat, and done for each use)
        except OSError:
            return None
        return found.st_dev, found.st_ino

    def _give_back(self, connection: Connection) -> None:
        if self._closed or not connection.lasting:
            self._shut(connection)
        else:
            self._idle.append(connection)

    def _roll_back(self, connection: Connection, error: BaseException) -> None:
        connection.forget_types()
        try:
            if connection.raw.in_transaction:
                connection.raw.execute("ROLLBACK")
        except sqlite3.Error:
            error = sqlite3.DatabaseError("undoing failed")
        if isinstance(error, sqlite3.Error) and not isinstance(error, sqlite3.IntegrityError):
            self._shut(connection)  # a fault of the disk: begin anew
        else:
            self._give_back(connection)

    def _discard(self, connection: Connection) -> None:
        with suppress(sqlite3.Error):
            connection.raw.rollback()
        self._shut(connection)

    def _shut(self, connection: Connection) -> None:
        """Close; the last connection folds the log into the file, which counts as writing."""
        locked = False
        if not self.read_only and not self.lock.mine and (connection.wrote or Path(self.lock.path).exists()):
            with suppress(OSError):
                self.lock.acquire()
                locked = True
        try:
            connection.raw.close()
        finally:
            if locked:
                self.lock.release()

    # ------------------------------------------------------------ opening

    def _connect(self, mode: str) -> Connection:
        raw = sqlite3.connect(
            f"{self._uri}?{mode}",
            uri=True,
            timeout=_BUSY_WAIT,
            isolation_level=None,
            check_same_thread=False,
            cached_statements=256,
        )
        try:
            raw.execute("PRAGMA synchronous = FULL")
            identity = self._identity()
            return Connection(raw, identity or (0, 0), lasting="immutable" not in mode)
        except BaseException:
            raw.close()
            raise

    def _open_for_reading(self) -> Connection:
        nothing = NotFoundError(
            f"There is no store at {self.path} yet. Record something, or make an empty one with `graphmeta init`."
        )
        try:
            size = os.stat(self.path).st_size  # noqa: PTH116
        except (FileNotFoundError, NotADirectoryError):
            raise nothing from None
        if size == 0:
            raise nothing
        self._check_is_file()
        connection = self._connect("mode=ro" if self.read_only else "mode=rw")
        try:
            there = what_is_there(connection.raw, self.path)
        except sqlite3.OperationalError as error:
            connection.raw.close()
            if "unable to open" not in str(error) or os.access(Path(self.path).parent, os.W_OK):
                raise
            connection, there = self._open_unwritable()
        except BaseException:
            connection.raw.close()
            raise
        if not there:
            connection.raw.close()
            raise nothing
        return connection

    def _open_unwritable(self) -> tuple[Connection, frozenset[str]]:
        """A file with a write-ahead log, in a folder where SQLite cannot make the log's files."""
        with suppress(OSError):
            if Path(f"{self.path}-wal").stat().st_size:
                raise StoreUnavailableError(
                    f"{self.path}-wal holds writes that were not folded into the store yet, and this user may not "
                    "write that folder. Open the store once as a user who may, or copy all its files elsewhere."
                )
        connection = self._connect("mode=ro&immutable=1")
        try:
            return connection, what_is_there(connection.raw, self.path)
        except BaseException:
            connection.raw.close()
            raise

    def _open_for_writing(self) -> Connection:
        self._check_is_file()
        return self._connect("mode=rwc")

    def _begin(self, connection: Connection) -> None:
        """Begin a writing transaction, after making what a store needs."""
        raw = connection.raw
        if connection.equipped:
            raw.execute("BEGIN IMMEDIATE")
            return
        there = what_is_there(raw, self.path)
        if not there:
            # Before the transaction, for inside one it cannot be changed. A file that ml-metadata made keeps its mode.
            raw.execute("PRAGMA journal_mode = WAL")
        raw.execute("BEGIN IMMEDIATE")
        there = what_is_there(raw, self.path)
        if not there:
            create(raw)
        equip(raw, there)

    def _check_is_file(self) -> None:
        if Path(self.path).is_dir():
            raise ForeignStoreError(f"{self.path} is a folder, not a file. Give the path of a file in it.")
