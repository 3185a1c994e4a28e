"""From a `ConnectionConfig`, which names a database, to a store."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import NamedTuple
from urllib.parse import parse_qsl, unquote, urlsplit

from graphmeta.errors import GraphmetaError
from graphmeta.mlmd import errors
from graphmeta.mlmd.connections import owned, ready
from graphmeta.mlmd.proto.metadata_store_pb2 import ConnectionConfig, SqliteMetadataSourceConfig
from graphmeta.store import Store, connect

SCHEMA_VERSION = 10  # of ML Metadata's databases, since ml-metadata 1.14
_CANNOT_OPEN = "Cannot connect sqlite3 database: "  # how ml-metadata's sentence begins
_MODES = ("ro", "rw", "rwc")  # each allows what those before it allow
_MODE_OF = {
    SqliteMetadataSourceConfig.UNKNOWN: "rwc",
    SqliteMetadataSourceConfig.READONLY: "ro",
    SqliteMetadataSourceConfig.READWRITE: "rw",
    SqliteMetadataSourceConfig.READWRITE_OPENCREATE: "rwc",
}


class Place(NamedTuple):
    """Where a database is: its file, None for one of the process's own; and what may be done there."""

    path: Path | None
    mode: str  # one of _MODES


def open_database(config: ConnectionConfig) -> Store:
    """The store that a configuration names, set up where that is allowed.

    Raises:
        RuntimeError: there is no database there, it cannot be opened, or it is of an older schema.
        errors.UnimplementedError: it is in MySQL or PostgreSQL.
    """
    place = find_database(config)
    if place.path is None:
        return _private_store(place)
    if place.mode != "rwc" and not place.path.exists():
        raise RuntimeError(
            f"{_CANNOT_OPEN}unable to open database file. There is no {place.path}, and the connection mode does not "
            "allow to make it."
        )
    try:
        store = owned(connect(place.path, read_only=place.mode == "ro"))
        ready(store)
    except GraphmetaError as error:
        raise RuntimeError(f"{_CANNOT_OPEN}{error}") from error
    return store


def find_database(config: ConnectionConfig) -> Place:
    """Where the database of a configuration is.

    Raises:
        RuntimeError: the configuration says nothing, or it is a URI that SQLite does not take.
        errors.UnimplementedError: it is in MySQL or PostgreSQL.
    """
    which = config.WhichOneof("config")
    if which is None:
        raise RuntimeError("Unset ConnectionConfig: set sqlite or fake_database.")
    if which == "fake_database":
        return Place(None, "rwc")
    if which != "sqlite":
        name = {"mysql": "MySQL", "postgresql": "PostgreSQL"}[which]
        raise errors.UnimplementedError(
            f"graphmeta does not keep its data in {name}. Today, reach that database through a server of ML "
            "Metadata's, with a MetadataStoreClientConfig; `graphmeta copy` copies it into a file or into Neo4j, and "
            "`graphmeta copy --follow` keeps the copy in step."
        )
    mode = _MODE_OF[config.sqlite.connection_mode]
    return _find_file(config.sqlite.filename_uri, mode)


def _find_file(name: str, mode: str) -> Place:
    """The file that SQLite would open for a name, which may be a URI (sqlite.org/uri.html).

    Raises:
        RuntimeError: SQLite would not open it.
    """
    if not name.startswith("file:"):
        return Place(None if name in ("", ":memory:") else Path(name), mode)
    parts = urlsplit(name)
    if parts.netloc not in ("", "localhost"):
        raise RuntimeError(f"{_CANNOT_OPEN}invalid uri authority: {parts.netloc}")
    path = unquote(parts.path)
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    if "vfs" in options:
        raise RuntimeError(f"{_CANNOT_OPEN}no such vfs: {options['vfs']}. graphmeta uses the usual one; leave it out.")
    if path in ("", ":memory:") or options.get("mode") == "memory":
        return Place(None, mode)
    wanted = options.get("mode", mode)
    if wanted not in _MODES:
        raise RuntimeError(f"{_CANNOT_OPEN}no such access mode: {wanted}")
    if _MODES.index(wanted) > _MODES.index(mode):
        raise RuntimeError(f"{_CANNOT_OPEN}access mode not allowed: {wanted}")
    return Place(Path(path), wanted)


def _private_store(place: Place) -> Store:
    """An empty store that is gone with the object, or with the process."""
    if place.mode == "ro":
        raise RuntimeError(
            "A database without a file is empty and cannot be filled with the connection mode READONLY. "
            "Give a filename_uri, or another mode."
        )
    folder = tempfile.mkdtemp(prefix="graphmeta-")
    store = owned(connect(Path(folder, "private.db")), folder)
    store.initialise()
    return store


def downgrade_schema(config: ConnectionConfig, downgrade_to_schema_version: int) -> None:
    """Bring a database to an older schema, for an older ml-metadata; graphmeta does not do that.

    Args:
        config: names the database.
        downgrade_to_schema_version: the schema wanted; for today's, nothing is done.

    Raises:
        errors.InvalidArgumentError: a version that there is not.
        errors.UnimplementedError: a version older than today's.
        RuntimeError: the database is empty or cannot be opened.
    """
    version = downgrade_to_schema_version
    if version < 0:
        raise errors.InvalidArgumentError("downgrade_to_schema_version not specified")
    path = find_database(config).path
    if path is None or not path.exists() or not path.stat().st_size:
        raise RuntimeError("Empty database is given. Downgrade operation is not needed.")
    if version > SCHEMA_VERSION:
        raise errors.InvalidArgumentError(
            f"MLMD cannot be downgraded to schema_version: {version}. The target version should be greater or equal to "
            f"0, and the current library version: {SCHEMA_VERSION} needs to be greater than the target version."
        )
    open_database(config)
    if version < SCHEMA_VERSION:
        raise errors.UnimplementedError(
            f"graphmeta only keeps schema version {SCHEMA_VERSION}. To bring a copy of {path} to version {version}, "
            "use ml-metadata 1.17.1, where this function is ml_metadata.downgrade_schema."
        )
