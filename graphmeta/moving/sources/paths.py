"""The steps of events' paths, also where nothing in the database finds them quickly."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from graphmeta.model import INT64
from graphmeta.moving.sources.dialects import Dialect
from graphmeta.moving.sources.portions import Database


class Paths:
    """Reads steps.

    A SQLite file of an old schema has no index of steps by event, so that each portion would look at all of them. There
    a table of the connection's own, which SQLite keeps outside the file, notes once in which rows they lie; rows that
    come later are noted when they come.

    Args:
        dialect: of the database.
    """

    def __init__(self, dialect: Dialect) -> None:
        self._dialect = dialect
        # Which connection the rest speaks of: what was noted goes with it.
        self._database: Database | None = None
        self._indexed = True
        self._last: tuple[int, Any] | None = None

    def steps(self, database: Database, behind: int, last: int) -> list[tuple[Any, ...]]:
        """The steps of events in a range of ids, whether or not there are such events: (event id, whether it is an
        index, the index, the key), an event's in the order in which they were written.

        Args:
            behind, last: above the one, up to the other.
        """
        if self._dialect.engine == "sqlite":
            if database is not self._database:
                self._database, self._last = database, None
                self._indexed = bool(database.rows("places/indexed"))
            if not self._indexed:
                self._note(database)
                return database.rows("places/steps", (behind, last))
        return database.rows("steps", (behind, last), order=self._dialect.order_of_rows)

    def _note(self, database: Database) -> None:
        """Note where the steps lie that came since."""
        if self._last is not None and not _is(database.rows("places/at", self._last[:1]), self._last[1]):
            # Rows were deleted, and their numbers may have been given again; to other events, whose ids are new.
            database.rows("places/drop")
            self._last = None
        if self._last is None:
            database.rows("places/make")
        found = database.rows("places/last")
        known = INT64.start if self._last is None else self._last[0]
        if found and found[0][0] != known:
            database.rows("places/fill", (known,))
            self._last = (found[0][0], found[0][1])
        elif self._last is None:
            self._last = (0, None)


def _is(rows: Sequence[tuple[Any, ...]], event_id: Any) -> bool:
    return bool(rows) and rows[0][0] == event_id
