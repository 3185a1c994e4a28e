"""The connections of a backend: lent to one thread at a time, and never carried over a fork."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TypeVar

from graphmeta.backends.base import ReadGivenUpError
from graphmeta.backends.sqlite import forks
from graphmeta.backends.sqlite.faults import translated
from graphmeta.backends.sqlite.lock import WriteLock
from graphmeta.backends.sqlite.opening import Connection, Opener
from graphmeta.backends.sqlite.shared_commit import SharedCommit
from graphmeta.errors import FailedPreconditionError, GraphmetaError, NotFoundError, StoreUnavailableError

T = TypeVar("T")

_FORK_WAIT = 10.0  # seconds that a fork waits for another thread's write
# SQLite's steps, some tens of milliseconds, between two looks at whether a read is still wanted.
_STEPS_BETWEEN_LOOKS = 500_000

# What a statement may raise, and what opening and locking a file may raise besides; `translated` knows them.
_REFUSALS = (sqlite3.Error, UnicodeEncodeError, OverflowError, MemoryError)
_FAULTS = (*_REFUSALS, OSError)


class Connections:
    """The connections of one backend to its file.

    Args:
        path: of the file, absolute.
        read_only: never write, nor make anything.
    """

    def __init__(self, path: str, *, read_only: bool) -> None:
        self.path = path
        self.read_only = read_only
        self.lock = WriteLock(f"{path}-graphmeta.lock")
        self._idle: list[Connection] = []  # before what may raise: `__del__` looks at it
        self._opener = Opener(path)
        self._lent: list[None] = []  # one entry a connection in use: appending is atomic, counting is not
        self._shared = SharedCommit()  # only the lock's holder asks
        self._callers = threading.local()  # `wanted`: whether somebody waits for this thread's reads
        self._closed = False
        self._locked_for_fork = False
        forks.watch(self)

    def read(self, work: Callable[[Connection], T]) -> T:
        """Run `work` in a reading transaction, so that all that it reads is of one moment.

        Raises:
            NotFoundError: there is no store there yet.
            StoreUnavailableError, ForeignStoreError, SchemaVersionError: it cannot be read.
            ReadGivenUpError: nobody wants it any longer; see `reading_while`.
        """
        try:
            done, result = self._read(work, still=True)
            if not done:
                # Somebody wrote what was taken for still: what was read may be of two moments.
                _, result = self._read(work, still=False)
        except GraphmetaError:
            raise  # some are OSErrors as well
        except _FAULTS as error:
            raise translated(error, self.path) from error
        return result  # type: ignore[return-value]

    @contextmanager
    def reading_while(self, wanted: Callable[[], bool]) -> Iterator[None]:
        """See `Backend.reading_while`."""
        self._callers.wanted = wanted
        try:
            yield
        finally:
            self._callers.wanted = None

    def _read(self, work: Callable[[Connection], T], *, still: bool) -> tuple[bool, T | None]:
        self._check_open()
        self._lent.append(None)
        try:
            return self._read_through(work, still=still)
        finally:
            self._lent.pop()

    def _read_through(self, work: Callable[[Connection], T], *, still: bool) -> tuple[bool, T | None]:
        wanted: Callable[[], bool] | None = getattr(self._callers, "wanted", None)
        if wanted is not None and not wanted():
            raise ReadGivenUpError
        connection = self._taken() or self._opener.for_reading(read_only=self.read_only, still=still)
        try:
            with _asking(connection.raw, wanted):
                connection.raw.execute("BEGIN")
                result = work(connection)
                connection.raw.execute("COMMIT")
        except BaseException as error:
            if isinstance(error, sqlite3.OperationalError) and str(error) == "interrupted":
                # Nothing is wrong with the connection, and closing it might wait for who writes.
                connection.raw.rollback()
                self._give_back(connection)
                raise ReadGivenUpError from None
            self._discard(connection)
            if still and not self._as_it_was(connection):
                return False, None
            raise
        if still and not self._as_it_was(connection):
            self._discard(connection)
            return False, None
        self._give_back(connection)
        return True, result

    @contextmanager
    def writing(self, *, in_parts: bool = False) -> Iterator[Connection]:
        """A connection inside a writing transaction, committed durably at the end or undone. Makes the
        file, and in it what a store needs, where that is missing.

        Args:
            in_parts: see `Opener.begin`.
        """
        self._check_open()
        if self.lock.mine and self._shared.open:
            try:
                with self._shared.part() as part:
                    yield part
            except _REFUSALS as error:
                raise translated(error, self.path) from error
            return
        if self.lock.mine:
            raise FailedPreconditionError(
                "A transaction on this store began inside another one of the same thread; end that one first."
            )
        try:
            if not self._idle:
                self._check_before_writing()
            self.lock.acquire()
        except FileNotFoundError:
            raise NotFoundError(
                f"There is no folder {Path(self.path).parent} to make the store in. Make it, or give another path."
            ) from None
        except GraphmetaError:
            raise
        except _FAULTS as error:
            raise translated(error, self.path) from error
        self._lent.append(None)
        try:
            connection = None
            try:
                connection = self._taken() or self._opener.for_writing()
                self._opener.begin(connection, in_parts=in_parts)
                yield connection
                connection.raw.execute("COMMIT")
            except BaseException as error:
                if connection is not None:
                    self._roll_back(connection, error)
                if isinstance(error, _REFUSALS):
                    raise translated(error, self.path) from error
                raise
            connection.equipped = True
            connection.wrote = True
            self._give_back(connection)
        finally:
            self._lent.pop()
            self.lock.release()

    @contextmanager
    def together(self, *, undo_alone: bool) -> Iterator[None]:
        """Let what this thread writes within the block be committed at its end, at once; see `Backend.together`."""
        with self.writing(in_parts=undo_alone) as connection, self._shared.by(connection, undo_alone=undo_alone):
            yield

    @contextmanager
    def alone(self) -> Iterator[Connection]:
        """A connection to a file that is there, in no transaction, while nobody else writes it.

        Raises:
            NotFoundError: there is no store there yet.
        """
        if self.lock.mine:
            raise FailedPreconditionError("This cannot be done inside a transaction on the store; end that one first.")
        self.read(lambda connection: None)
        with self.writing() as connection:
            connection.raw.execute("COMMIT")
            yield connection
            connection.raw.execute("BEGIN")

    def close(self) -> None:
        """Close all connections that nobody uses; those in use are closed when given back."""
        self._closed = True
        self._shut_idle()
        if not self.lock.mine:
            self.lock.close()

    def __del__(self) -> None:
        # Whoever forgets to close loses nothing; but a collector may not wait for a lock.
        for connection in self._idle:
            connection.raw.close()
        self.lock.close()

    # ------------------------------------------------------------ forks

    def before_fork(self) -> None:
        """Leave a child nothing of this store: SQLite's own memory of locks would mislead it."""
        self._locked_for_fork = False
        if not self.lock.mine:
            # Another thread's write is waited for, but not for ever: it may wait for this one.
            with suppress(OSError):
                if self._idle or self.lock.held:
                    self.lock.acquire(_FORK_WAIT)
                    self._locked_for_fork = True
        while self._idle:
            self._idle.pop().raw.close()

    def after_fork_in_parent(self) -> None:
        """Go on as before."""
        if self._locked_for_fork:
            self.lock.release()

    def after_fork_in_child(self) -> bool:
        """Begin anew; returns whether the parent was using the store at that moment."""
        self.lock.abandon()
        self.lock = WriteLock(self.lock.path)
        used = bool(self._lent or self._idle)
        self._lent = []
        forks.keep(self._idle)
        self._idle = []
        return used

    # ------------------------------------------------------------ within

    def _check_open(self) -> None:
        if self._closed:
            raise StoreUnavailableError(f"The store {self.path} was closed; open it again with graphmeta.connect.")
        forks.check(self.path)

    def _check_before_writing(self) -> None:
        self._lent.append(None)
        try:
            self._opener.check_before_writing()
        finally:
            self._lent.pop()

    def _shut_idle(self) -> None:
        while self._idle:
            self._shut(self._idle.pop())

    def _taken(self) -> Connection | None:
        """An idle connection to the file that is at the path now, or None."""
        while True:
            try:
                connection = self._idle.pop()
            except IndexError:
                return None
            stamp = self._opener.stamp()
            same = connection.stamp and stamp and connection.stamp.identity == stamp.identity
            if same and self._as_it_was(connection):
                return connection
            self._shut(connection)

    def _as_it_was(self, connection: Connection) -> bool:
        """Whether what was read through a connection is right: a still one must find the file unchanged."""
        return not connection.still or (self._opener.is_still() and self._opener.stamp() == connection.stamp)

    def _give_back(self, connection: Connection) -> None:
        if self._closed:
            self._shut(connection)
        else:
            self._idle.append(connection)

    def _roll_back(self, connection: Connection, error: BaseException) -> None:
        connection.forget_types()
        undone = True
        try:
            if connection.raw.in_transaction:
                connection.raw.execute("ROLLBACK")
        except (sqlite3.Error, MemoryError):
            undone = False
        faulty = isinstance(error, (sqlite3.Error, MemoryError)) and not isinstance(error, sqlite3.IntegrityError)
        if undone and not faulty:
            self._give_back(connection)
        else:
            self._shut(connection)  # after a fault of the disk, begin anew

    def _discard(self, connection: Connection) -> None:
        with suppress(sqlite3.Error):
            connection.raw.rollback()
        self._shut(connection)

    def _shut(self, connection: Connection) -> None:
        """Close; the last connection to a file folds its log into it, which counts as writing."""
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


@contextmanager
def _asking(raw: sqlite3.Connection, wanted: Callable[[], bool] | None) -> Iterator[None]:
    """Let a connection's statements within the block be interrupted once they are not wanted.

    By SQLite's progress handler, which runs in the thread that reads: `interrupt` from another one is lost between
    two statements, and may hit whoever got the connection next.
    """
    if wanted is None:
        yield
        return
    raw.set_progress_handler(lambda: not wanted(), _STEPS_BETWEEN_LOOKS)
    try:
        yield
    finally:
        raw.set_progress_handler(None, 0)
