"""From a URL to a source."""

from __future__ import annotations

import re
from collections.abc import Callable

from graphmeta.backends.sqlite.backend import SqliteBackend
from graphmeta.errors import InvalidArgumentError, UnsupportedError
from graphmeta.moving.source import Source, Trouble
from graphmeta.store import Store, connect
from graphmeta.store.opening import NEO4J_SCHEMES

_KNOWN = (
    "a file such as lineage.db, mysql://user:password@host/database, postgresql://user:password@host/database, "
    "grpc://host:8080 or grpcs://host:443, or neo4j://host:7687"
)


def open_source(url: str, report: Callable[[Trouble], None] = lambda trouble: None) -> Source:
    """Open what is to be copied, for reading only.

    Args:
        url: a file of ML Metadata's or graphmeta's (`lineage.db`, `sqlite:///lineage.db`) of schema 4 to 10,
            `mysql://user:password@host:3306/database`, `postgresql://user:password@host:5432/database`,
            `grpc://host:port`, `grpcs://host:port`, or a store in Neo4j (`neo4j://…`, `bolt://…`).
        report: is told of what does not come over as it is.

    Raises:
        InvalidArgumentError: a URL of an unknown kind.
        UnsupportedError: what reads it is not installed.
        NotFoundError, ForeignStoreError, SchemaVersionError, StoreUnavailableError: there is nothing to read.
    """
    # Each is imported when it is wanted: nobody has all the drivers.
    try:
        return _open(url, report)
    except ImportError as error:
        raise UnsupportedError(str(error)) from error


def _open(url: str, report: Callable[[Trouble], None]) -> Source:
    found = re.match(r"([A-Za-z][A-Za-z0-9+.-]*)://", url)
    scheme = found[1].lower() if found else "sqlite"
    if scheme in NEO4J_SCHEMES or scheme == "sqlite":
        return _open_store(connect(url, read_only=True), report)
    if scheme in ("grpc", "grpcs"):
        from graphmeta.moving.sources.server import ServerSource

        return ServerSource(url, report)
    if scheme == "mysql":
        from graphmeta.moving.sources.mysql import MySQL
        from graphmeta.moving.sources.sql import SqlSource

        return SqlSource(MySQL(url), report)
    if scheme == "postgresql":
        from graphmeta.moving.sources.postgresql import PostgreSQL
        from graphmeta.moving.sources.sql import SqlSource

        return SqlSource(PostgreSQL(url), report)
    raise InvalidArgumentError(f"graphmeta cannot read {scheme}://. Give {_KNOWN}.")


def _open_store(store: Store, report: Callable[[Trouble], None]) -> Source:
    if isinstance(store.backend, SqliteBackend):
        # Read as ML Metadata's database that it is: of whatever schema, and whoever wrote it.
        from graphmeta.moving.sources.sql import SqlSource
        from graphmeta.moving.sources.sqlite_files import SqliteFile

        store.close()
        return SqlSource(SqliteFile(store.backend.path), report)
    from graphmeta.moving.sources.stores import StoreSource

    return StoreSource(store, report)
