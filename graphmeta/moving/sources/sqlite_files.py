"""ML Metadata's databases in SQLite files."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

from graphmeta.backends.sqlite.faults import translated
from graphmeta.backends.sqlite.opening import Opener, Stamp
from graphmeta.errors import ForeignStoreError, GraphmetaError, NotFoundError, StoreUnavailableError
from graphmeta.moving.sources.dialects import Dialect

_BUSY_WAIT = 60.0  # seconds that SQLite itself waits for locks of others, as of ml-metadata


class SqliteFile(Dialect):
    """A file, opened for reading only; somebody may be writing it.

    Args:
        path: of the file.
    """

    engine = "sqlite"
    kind = "an ML Metadata file"
    mark = "?"
    order_of_rows = "ORDER BY step.event_id, step.rowid"

    def __init__(self, path: Path) -> None:
        self.path = path
        self.url = f"sqlite:///{path}"
        self._opener = Opener(str(path.absolute()))
        self._still: tuple[sqlite3.Connection, Stamp] | None = None

    def connect(self, *, lenient: bool) -> sqlite3.Connection:
        stamp = self._opener.stamp()
        if stamp is None:
            raise NotFoundError(f"There is no file {self.path}. Check the path.")
        if self.path.is_dir():
            raise ForeignStoreError(f"{self.path} is a folder, not a file. Give the path of a file in it.")
        if stamp.size == 0:
            raise NotFoundError(f"{self.path} is empty: there is nothing to copy.")
        connection = self._open("mode=ro")
        try:
            connection.execute("SELECT 1 FROM sqlite_master").fetchone()
        except sqlite3.OperationalError as error:
            connection.close()
            # So SQLite says that it cannot make the files of the write-ahead log, as in a folder without the right to.
            if not any(words in str(error) for words in ("unable to open", "readonly database")):
                raise
            if not self._opener.is_still():
                raise StoreUnavailableError(
                    f"Beside {self.path} lies a journal or a log ({self.path.name}-journal or -wal) with writes that "
                    "were not folded into it, and who only reads cannot do that. Open it once with the program that "
                    "writes it, or copy its files together to a folder of your own."
                ) from None
            connection = self._open("mode=ro&immutable=1")
            self._still = (connection, stamp)
        except BaseException:
            connection.close()
            raise
        if lenient:
            connection.text_factory = _text_or_bytes
        return connection

    def begin(self, connection: Any) -> None:
        still, stamp = self._still or (None, None)
        # A still connection takes the file for one that nobody writes, so it serves only as long as that is so.
        if connection is still and (stamp != self._opener.stamp() or not self._opener.is_still()):
            raise _ChangedError
        connection.execute("BEGIN")

    def translated(self, error: Exception) -> GraphmetaError | None:
        return translated(error, str(self.path)) if isinstance(error, (sqlite3.Error, MemoryError)) else None

    def is_about_text(self, error: Exception) -> bool:
        return isinstance(error, sqlite3.OperationalError) and "decode" in str(error)

    def is_lost(self, error: Exception) -> bool:
        return isinstance(error, _ChangedError)

    def _open(self, mode: str) -> sqlite3.Connection:
        return sqlite3.connect(
            f"{self.path.absolute().as_uri()}?{mode}",
            uri=True,
            timeout=_BUSY_WAIT,
            isolation_level=None,
            check_same_thread=False,
        )


class _ChangedError(Exception):
    """The file was written since a connection took it for still."""


def _text_or_bytes(text: bytes) -> str | bytes:
    try:
        return text.decode("utf-8")
    except UnicodeDecodeError:
        return text
