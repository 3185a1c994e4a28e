"""Statements on a connection to a database that is written."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from typing import Any

from graphmeta.moving.sources.dialects import WritableDialect
from graphmeta.moving.sources.portions import filled


class Statements:
    """Runs statements within a transaction that somebody else ends.

    Attributes:
        dialect: of the database.
        connection: the driver's own.
        doing: the statement that was last run for many rows.
    """

    def __init__(self, dialect: WritableDialect, connection: Any) -> None:
        self.dialect = dialect
        self.connection = connection
        self.doing = ""

    def run(self, name: str, parameters: Sequence[Any] = (), /, **places: str) -> list[Any]:
        """What a statement in sql/mlmd finds."""
        with contextlib.closing(self.connection.cursor()) as cursor:
            cursor.execute(filled(f"mlmd/{name}", self.dialect.mark, tuple(places.items())), tuple(parameters))
            return list(cursor.fetchall()) if cursor.description else []

    def run_many(self, name: str, rows: Sequence[Sequence[Any]], /, **places: str) -> None:
        """A statement of sql for many rows; texts as ml-metadata would write them."""
        if not rows:
            return
        self.doing = name
        sent = self.dialect.sent
        made = [tuple([sent(each) if each.__class__ is str else each for each in row]) for row in rows]
        with contextlib.closing(self.connection.cursor()) as cursor:
            cursor.executemany(filled(name, self.dialect.mark, tuple(places.items())), made)
