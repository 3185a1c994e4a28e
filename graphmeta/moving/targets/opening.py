"""From a URL to a target."""

from __future__ import annotations

import os
import re
from pathlib import Path

from graphmeta.errors import InvalidArgumentError, UnsupportedError
from graphmeta.moving.source import Source
from graphmeta.moving.target import Target
from graphmeta.store import connect
from graphmeta.store.opening import NEO4J_SCHEMES


def open_target(url: str, source: Source) -> Target:
    """Open what is to be written.

    Args:
        url: a file (`lineage.db`, `sqlite:///lineage.db`), an ML Metadata database in MySQL, MariaDB or PostgreSQL
            (`mysql://user:password@host:3306/database`, `postgresql://…`), or a store in Neo4j (`neo4j://…`,
            `bolt://…`).

    Raises:
        UnsupportedError: it is of a kind that can only be copied from, or what writes it is not installed.
        InvalidArgumentError: it is of no known kind, or the source itself.
        StoreUnavailableError, ForeignStoreError, SchemaVersionError: at once or with the first use.
    """
    target = _open(url)
    if _same_place(source.url, target.url):
        target.close()
        raise InvalidArgumentError(f"Source and target are the same, {target.url}. Name another target.")
    return target


def _open(url: str) -> Target:
    found = re.match(r"([A-Za-z][A-Za-z0-9+.-]*)://", url)
    scheme = found[1].lower() if found else "sqlite"
    if scheme in ("grpc", "grpcs"):
        raise UnsupportedError(
            "A server of ML Metadata's interface gives ids and times itself and takes none, so that no copy through it "
            "could keep them. Copy to the database behind it while it is stopped: a file such as lineage.db, "
            "mysql://user:password@host/database or postgresql://…; or to a store of graphmeta's, neo4j://host:7687 or "
            "a file, and serve that with `graphmeta serve`."
        )
    try:
        if scheme == "mysql":
            from graphmeta.moving.targets.mysql import MySQLTarget

            return MySQLTarget(url)
        if scheme == "postgresql":
            from graphmeta.moving.targets.postgresql import PostgreSQLTarget

            return PostgreSQLTarget(url)
    except ImportError as error:
        raise UnsupportedError(str(error)) from error
    if scheme not in (*NEO4J_SCHEMES, "sqlite"):
        raise InvalidArgumentError(
            f"graphmeta cannot copy to {scheme}://. Give a new file such as lineage.db, a Neo4j database "
            f"({', '.join(each + '://' for each in NEO4J_SCHEMES)}), mysql://user:password@host/database or "
            "postgresql://user:password@host/database."
        )
    from graphmeta.moving.targets.stores import StoreTarget

    return StoreTarget(connect(url))


def _same_place(source: str, target: str) -> bool:
    if source == target:
        return True
    start = "sqlite:///"
    if source.startswith(start) and target.startswith(start):
        one, other = Path(source[len(start) :]), Path(target[len(start) :])
        return one.exists() and other.exists() and os.path.samefile(one, other)  # noqa: PTH121
    return False
