"""ML Metadata's databases in PostgreSQL as targets."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import Any

import psycopg

from graphmeta.backends.statements import names
from graphmeta.moving.source import Trouble
from graphmeta.moving.sources.postgresql import PostgreSQL
from graphmeta.moving.targets.fitting import Limits
from graphmeta.moving.targets.sql import SqlTarget

_INDEX = re.compile(r'index "(\w+)"')


class PostgreSQLTarget(SqlTarget):
    """A database on a server.

    ML Metadata's indexes on URIs and on texts of properties are of the whole text, and PostgreSQL refuses one that
    takes more than 2,704 bytes when it is compressed. ml-metadata cannot write such a text at all; here the index goes,
    which is told, and the text stays.

    Args:
        url: as `postgresql://user:password@host:5432/database`.
    """

    def __init__(self, url: str) -> None:
        limits = Limits(short=len, long=len, text=None, value=None, nul=False, infinity=True)
        super().__init__(PostgreSQL(url), limits)

    def _went_on(self, connection: Any, table: str, id: int) -> None:
        if id > 0:
            self._run(connection, "go_on_after_postgresql", (id, id), table=table.lower())

    def _makes_room(self, error: Exception) -> bool:
        if not isinstance(error, psycopg.errors.ProgramLimitExceeded):
            return False
        found = _INDEX.search(str(error))
        indexes = {PurePosixPath(name).name for name in names("sql", "mlmd/make/postgresql/indexes")}
        if found is None or found[1] not in indexes:
            return False
        connection = self._connected()
        self._run(connection, "drop_index_postgresql", index=found[1])
        connection.commit()
        what = "a text is longer than PostgreSQL's indexes take; it comes whole, and the target goes without the index."
        self._report(Trouble(f"index {found[1]}", what))
        return True
