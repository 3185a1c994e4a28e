"""Reading an ML Metadata database a portion at a time, each in a transaction that sees one moment."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any, TypeVar

from graphmeta.backends.statements import statement
from graphmeta.errors import ForeignStoreError, GraphmetaError, SchemaVersionError
from graphmeta.moving.sources.dialects import Dialect

T = TypeVar("T")
OLDEST, NEWEST = 4, 10  # of ML Metadata's schema
# What the oldest of them has.
_TABLES = frozenset(
    f"{kind}{what}" for kind in ("artifact", "execution", "context", "type") for what in ("", "property")
) | {"event", "eventpath", "attribution", "association"}


class Database:
    """What a connection leads to.

    Attributes:
        connection: the driver's own.
        schema: the version of ML Metadata's schema.
        columns: of each table, all in small letters.
    """

    def __init__(self, dialect: Dialect, connection: Any) -> None:
        self._dialect = dialect
        self.connection = connection
        self.columns: Mapping[str, set[str]] = {}
        self.schema = 0

    def look(self) -> None:
        """Find out what it has.

        Raises:
            ForeignStoreError, SchemaVersionError: it is no database of ML Metadata's, or not one that we know.
        """
        columns: dict[str, set[str]] = {}
        for table, column in self.rows(f"columns_{self._dialect.engine}"):
            columns.setdefault(table, set()).add(column)
        self.columns = columns
        url = self._dialect.url
        if "mlmdenv" not in columns:
            held = ", ".join(sorted(columns)[:3])
            raise ForeignStoreError(
                f"{url} holds {f'the tables {held}' if held else 'nothing'}, and is no database of ML Metadata or "
                "graphmeta. Check the path or the name of the database."
            )
        schema = max((row[0] for row in self.rows("version")), default=None)
        if not isinstance(schema, int) or not OLDEST <= schema <= NEWEST:
            newer = isinstance(schema, int) and schema > NEWEST
            advice = "A newer graphmeta may read it." if newer else "Upgrade it with an ml-metadata of its time first."
            raise SchemaVersionError(
                f"{url} has version {schema} of ML Metadata's schema, and graphmeta reads {OLDEST} to {NEWEST}. "
                f"{advice}"
            )
        missing = _TABLES - columns.keys()
        if missing:
            raise ForeignStoreError(
                f"{url} calls itself a database of ML Metadata but lacks the tables {', '.join(sorted(missing))}. "
                "Restore it from a backup, or name another."
            )
        self.schema = schema

    def has(self, table: str) -> bool:
        """Whether there is a table."""
        return table.lower() in self.columns

    def column(self, table: str, alias: str, name: str, missing: str = "NULL") -> str:
        """How a statement names a column of a table that it calls `alias`; `missing` where this schema lacks it."""
        return f"{alias}.{name}" if name in self.columns.get(table.lower(), ()) else missing

    def rows(self, name: str, parameters: Sequence[Any] = (), /, **places: str) -> list[tuple[Any, ...]]:
        """What a statement in sql/mlmd finds.

        Args:
            places: texts for its placeholders; never from outside.
        """
        text = filled(f"mlmd/{name}", self._dialect.mark, tuple(places.items()))
        cursor = self.connection.cursor()
        try:
            cursor.execute(text, tuple(parameters))
            return self._dialect.rows(cursor)
        finally:
            with contextlib.suppress(Exception):  # after a fault there may be nothing to close
                cursor.close()


@lru_cache(maxsize=512)
def filled(name: str, mark: str, places: tuple[tuple[str, str], ...]) -> str:
    text = statement("sql", name)
    for place, value in places:
        text = text.replace(f"/*{place}*/", value)
    return text.replace("?", mark)


class Portions:
    """Reads a database, through one connection that is made when it is first wanted, and again where it was lost.

    Not for several threads at a time.
    """

    def __init__(self, dialect: Dialect) -> None:
        self._dialect = dialect
        self._database: Database | None = None

    def read(self, work: Callable[[Database], T]) -> T:
        """Run `work` in a transaction that sees one moment; it may run again, so it must have no other effect.

        Raises:
            GraphmetaError: the database cannot be reached or read.
        """
        with self._dialect.errors():
            lenient = again = False
            while True:
                try:
                    return self._read(work, lenient=lenient)
                except GraphmetaError:
                    raise
                except Exception as error:
                    if not lenient and self._dialect.is_about_text(error):
                        lenient = True
                    elif not again and self._dialect.is_lost(error):
                        again = True
                    else:
                        raise

    def close(self) -> None:
        """Give the connection back. Again is harmless."""
        database, self._database = self._database, None
        if database is not None:
            with contextlib.suppress(Exception):  # it may be gone already
                database.connection.close()

    def _read(self, work: Callable[[Database], T], *, lenient: bool) -> T:
        try:
            database = self._database if self._database is not None and not lenient else self._opened(lenient=lenient)
            self._dialect.begin(database.connection)
            result = work(database)
            database.connection.commit()
        except BaseException:
            self.close()
            raise
        if lenient:
            self.close()  # reading so is slow, and odd text is rare
        return result

    def _opened(self, *, lenient: bool) -> Database:
        self.close()
        self._database = Database(self._dialect, self._dialect.connect(lenient=lenient))
        self._database.look()
        return self._database
