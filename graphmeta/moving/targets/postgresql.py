"""ML Metadata's databases in PostgreSQL as targets."""

from __future__ import annotations

import psycopg

from graphmeta.model import KINDS
from graphmeta.moving.source import Trouble
from graphmeta.moving.sources.postgresql import PostgreSQL
from graphmeta.moving.targets.fitting import Limits
from graphmeta.moving.targets.sql import SqlTarget
from graphmeta.moving.targets.statements import Statements

# By the statement that fails: the index whose column may hold texts of any length.
_INDEXES = {
    **dict.fromkeys(("artifact/insert", "artifact/update"), "idx_artifact_uri"),
    **{f"{kind}/insert_property": f"idx_{kind}_property_string" for kind in KINDS},
}


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

    def _went_on(self, statements: Statements, table: str, id: int) -> None:
        if id > 0:
            statements.run("go_on_after_postgresql", (id, id), table=table.lower())

    def _makes_room(self, error: Exception) -> bool:
        if not isinstance(error, psycopg.errors.ProgramLimitExceeded):
            return False
        # PostgreSQL does not always name the index.
        doing = "" if self._statements is None else self._statements.doing
        index = _INDEXES.get(doing)
        if index is None:
            return False
        statements = self._connected()
        statements.run("drop_index_postgresql", index=index)
        statements.connection.commit()
        what = "a text is longer than PostgreSQL's indexes take; it comes whole, and the target goes without the index."
        self._report(Trouble(f"index {index}", what))
        return True
