"""From a URL to a store."""

from __future__ import annotations

import os
import re
from pathlib import Path
from urllib.parse import unquote, urlsplit

from graphmeta.configuration import read_once
from graphmeta.errors import InvalidArgumentError
from graphmeta.store.store import Store

DEFAULT_URL = "graphmeta.db"
NEO4J_SCHEMES = ("neo4j", "neo4j+s", "neo4j+ssc", "bolt", "bolt+s", "bolt+ssc")
MOVING_SCHEMES = ("mysql", "postgresql", "grpc", "grpcs")  # what is copied, inspected and compared, and no more
_SCHEME = re.compile(r"^([A-Za-z][A-Za-z0-9+.-]*)://")


def connect(
    url: str | os.PathLike[str] | None = None,
    *,
    user: str | None = None,
    password: str | None = None,
    database: str | None = None,
    read_only: bool = False,
) -> Store:
    """Open a store.

    Args:
        url: a file (`lineage.db`, `sqlite:///lineage.db`, `sqlite:////an/absolute/lineage.db`) or a Neo4j
            server (`neo4j://host:7687`, `neo4j+s://…`, `bolt://…`, with `user:password@` before the host
            and `/database` behind it where wanted). None means $GRAPHMETA_STORE, else `./graphmeta.db`.
        user, password, database: for Neo4j; else from the URL, else from $GRAPHMETA_NEO4J_USER,
            $GRAPHMETA_NEO4J_PASSWORD and $GRAPHMETA_NEO4J_DATABASE, else from $NEO4J_USERNAME,
            $NEO4J_PASSWORD and $NEO4J_DATABASE.
        read_only: refuse to write; opening then needs no right to write either.

    Returns:
        the store. A file is made by the first write, not before.

    Raises:
        InvalidArgumentError: a URL of an unknown kind, a path that no file can have; a configuration file
            (`configuration`) that cannot be read.
        StoreUnavailableError, ForeignStoreError, SchemaVersionError: at once or with the first use.
    """
    read_once()
    text = os.fspath(url) if url is not None else os.environ.get("GRAPHMETA_STORE") or DEFAULT_URL
    found = _SCHEME.match(text)
    scheme = found.group(1).lower() if found else "sqlite"
    if scheme in NEO4J_SCHEMES:
        from graphmeta.backends.neo4j.backend import Neo4jBackend

        return Store(Neo4jBackend(text, user=user, password=password, database=database, read_only=read_only))
    if scheme == "sqlite":
        from graphmeta.backends.sqlite.backend import SqliteBackend

        return Store(SqliteBackend(_checked(_path(text) if found else Path(text)), read_only=read_only))
    if scheme in MOVING_SCHEMES:
        raise InvalidArgumentError(
            f"graphmeta does not work in {scheme}:// itself. Copy it to a file or to Neo4j: `graphmeta copy "
            f"{scheme}://… lineage.db` (with --follow it stays in step), and ask that with --store lineage.db."
        )
    raise InvalidArgumentError(
        f"graphmeta does not know stores of the kind {scheme}://. Give a file such as lineage.db, or a Neo4j URL "
        f"({', '.join(each + '://' for each in NEO4J_SCHEMES[:2])}, bolt://…)."
    )


def _checked(path: Path) -> Path:
    """The path, where a file may be called so.

    Raises:
        InvalidArgumentError: it holds a NUL or half a character.
    """
    try:
        usable = b"\0" not in os.fsencode(path)
    except UnicodeEncodeError:
        usable = False
    if not usable:
        raise InvalidArgumentError(f"No file can be called {str(path)[:80]!r}; give a path such as lineage.db.")
    return path


def _path(url: str) -> Path:
    """The file of a sqlite URL: three slashes and a relative path, or four and an absolute one."""
    parts = urlsplit(url)
    if parts.netloc or not parts.path.strip("/"):
        raise InvalidArgumentError(
            f"{url!r} names no file; write sqlite:///lineage.db for a file in this folder, or sqlite:////folder/lineage.db."
        )
    return Path(unquote(parts.path)[1:])
