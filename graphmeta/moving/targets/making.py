"""An empty database becomes ML Metadata's, of schema 10."""

from __future__ import annotations

from pathlib import PurePosixPath

from graphmeta.backends.sqlite.schema import VERSION
from graphmeta.backends.sqlite.types import TYPE_KINDS
from graphmeta.backends.statements import names
from graphmeta.errors import ForeignStoreError, SchemaVersionError, UnsupportedError
from graphmeta.model import SYSTEM_TYPES
from graphmeta.moving.targets.statements import Statements

NOTES = "note"
_NOTE_TABLE = "graphmeta_note"
# In these every text of ml-metadata's has a place.
_CHARSETS = frozenset({"latin1", "utf8", "utf8mb3", "utf8mb4", "UTF8"})


class Making:
    """Looks at a database, and makes what is not there.

    Attributes:
        has_notes: whether our own table is there.
    """

    def __init__(self, statements: Statements) -> None:
        self._statements = statements
        self._dialect = statements.dialect
        self.has_notes = False

    def make(self) -> None:
        """Make the tables, the system types and the version of an empty database; what was begun is ended.

        Raises:
            ForeignStoreError: it is somebody else's.
            SchemaVersionError: it is ML Metadata's, of another version.
            UnsupportedError: its tables could not hold all texts.
        """
        there = {row[0] for row in self._statements.run(f"columns_{self._dialect.engine}")}
        self.has_notes = _NOTE_TABLE in there
        versions = self._statements.run("version") if "mlmdenv" in there else []
        if versions:
            self._check_version(max(row[0] for row in versions))
            return
        folder = f"mlmd/make/{self._dialect.engine}"
        made = names("sql", folder)
        others = there - {PurePosixPath(name).name.lower() for name in made} - {_NOTE_TABLE}
        url = self._dialect.url
        if others:
            raise ForeignStoreError(
                f"{url} holds the tables {', '.join(sorted(others)[:3])}, which are not ML Metadata's. Name an empty "
                "database."
            )
        charset = self._statements.run(f"charset_{self._dialect.engine}")[0][0]
        if charset not in _CHARSETS:
            raise UnsupportedError(
                f"Tables in {url} would be of the character set {charset}, which ml-metadata's texts do not fit. Make "
                "the database anew with the character set utf8mb4 (in PostgreSQL: UTF8)."
            )
        # Tables first, for indexes are on them.
        for name in sorted(made, key=lambda name: ("/indexes/" in name, name)):
            self._statements.run(name.removeprefix("mlmd/"))
        self._begin_version()

    def _begin_version(self) -> None:
        """Write the system types and the version: what has one is whole."""
        if not self._statements.run("count", table="Type")[0][0]:
            rows = [(name, TYPE_KINDS[kind]) for kind, name in SYSTEM_TYPES]
            self._statements.run_many("schema/insert_system_type", rows)
        self._statements.run_many("schema/insert_version", [(VERSION,)])
        self._statements.connection.commit()

    def _check_version(self, version: int) -> None:
        if version != VERSION:
            raise SchemaVersionError(
                f"{self._dialect.url} has version {version} of ML Metadata's schema, and graphmeta copies to version "
                f"{VERSION}. Name an empty database."
            )
