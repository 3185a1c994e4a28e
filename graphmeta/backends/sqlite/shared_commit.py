"""Several transactions of one thread with one commit, and so with one flush of the disk; see `Backend.together`."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from graphmeta.backends.base import UndoneError
from graphmeta.backends.sqlite.opening import Connection


class SharedCommit:
    """A commit that transactions share. Each is a savepoint, which its own error undoes alone, where that is wanted.

    Attributes:
        connection: on which the next one begins; None while there is none to share, or one runs.
    """

    def __init__(self) -> None:
        self.connection: Connection | None = None
        self._undo_alone = True
        self._fault: BaseException | None = None  # what undid them all

    @property
    def open(self) -> bool:
        """Whether a transaction that begins now is to be a part."""
        return self.connection is not None

    @contextmanager
    def by(self, connection: Connection, *, undo_alone: bool) -> Iterator[None]:
        """Let transactions within the block be parts of the one that was begun on this connection.

        Args:
            undo_alone: see `Backend.together`.

        Raises:
            Exception: what undid them all, so that nothing is left to commit.
        """
        self.connection, self._undo_alone, self._fault = connection, undo_alone, None
        try:
            yield
            self._check(connection.raw)
        except UndoneError:
            if self._fault is not None:
                raise self._fault from None
            raise
        finally:
            self.connection = self._fault = None

    @contextmanager
    def part(self) -> Iterator[Connection]:
        """One of the transactions. A fault that is not its own undoes them all: no statement may then run outside of
        a transaction, or it would be committed by itself."""
        connection, self.connection = self.connection, None  # a transaction within this one is refused
        assert connection is not None
        raw = connection.raw
        try:
            if self._fault is not None:
                raise UndoneError from self._fault
            self._check(raw)
            before = raw.total_changes
            try:
                if self._undo_alone:
                    raw.execute("SAVEPOINT part")
                yield connection
                if self._undo_alone:
                    raw.execute("RELEASE part")
            except BaseException as error:
                connection.forget_types()
                self._undo(raw, error, wrote=raw.total_changes != before)
                raise
        finally:
            self.connection = connection

    def _check(self, raw: sqlite3.Connection) -> None:
        """Raise what undid the transactions, if anything did."""
        if self._fault is None and not raw.in_transaction:
            self._fault = sqlite3.OperationalError("a transaction ended before its time")
        if self._fault is not None:
            raise self._fault

    def _undo(self, raw: sqlite3.Connection, error: BaseException, *, wrote: bool) -> None:
        """Undo one of them; all of them, if this one's error did so already (SQLite itself rolls back when it lacks
        memory or the disk fails) or may have left more undone than its own, or if it cannot be undone alone."""
        own = not isinstance(error, sqlite3.Error) or isinstance(error, (sqlite3.IntegrityError, sqlite3.DataError))
        if own and raw.in_transaction and not self._undo_alone and not wrote:
            return
        if own and raw.in_transaction and self._undo_alone:
            with suppress(sqlite3.Error, MemoryError):
                raw.execute("ROLLBACK TO part")
                raw.execute("RELEASE part")
                return
        self._fault = error
        with suppress(sqlite3.Error, MemoryError):
            raw.rollback()
