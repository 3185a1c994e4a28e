"""From a configuration to something that answers calls: a store of this process, or a server elsewhere."""

from __future__ import annotations

import os
import shutil
import weakref
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from graphmeta.errors import GraphmetaError
from graphmeta.mlmd import errors
from graphmeta.mlmd.proto.metadata_store_pb2 import ConnectionConfig, MetadataStoreClientConfig

if TYPE_CHECKING:
    from graphmeta.backends.base import Backend
    from graphmeta.store import Store

# Takes a call's name and its request, and returns its response or raises a StatusError.
Answer = Callable[[str, Any], Any]


def connect(config: Any, *, enable_upgrade_migration: bool = False) -> Answer:
    """What answers the calls of a client.

    Args:
        config: a `ConnectionConfig`, a `MetadataStoreClientConfig`, a graphmeta store, or the URL of one (see
            `graphmeta.connect`).
        enable_upgrade_migration: allowed where the store is opened here, without effect on a store of today's
            schema; one of an older schema is refused either way.

    Raises:
        ValueError: a configuration of another class, or a server that is to be upgraded from here.
        RuntimeError: a configuration that says nothing, or a file that cannot be opened.
        errors.StatusError: any other store that cannot be opened.
        ImportError: a server is wanted and grpcio is missing.
    """
    if isinstance(config, MetadataStoreClientConfig):
        if enable_upgrade_migration:
            raise ValueError(
                "Upgrade migration is not allowed when using gRPC connection client. Upgrade needs to be performed on "
                "the server side."
            )
        from graphmeta.mlmd.channels import Server

        return Server(config).call
    if isinstance(config, ConnectionConfig):
        from graphmeta.mlmd.databases import open_database

        return _served(open_database(config))
    from graphmeta.store import Store
    from graphmeta.store import connect as open_store

    if not isinstance(config, (Store, str, os.PathLike)):
        raise ValueError(  # noqa: TRY004 (as ml-metadata does)
            "MetadataStore is expecting either proto.ConnectionConfig or proto.MetadataStoreClientConfig, or a "
            f"graphmeta store or its URL, not {type(config).__name__}."
        )
    try:
        store = config if isinstance(config, Store) else owned(open_store(config))
        ready(store)
    except GraphmetaError as error:
        raise errors.from_graphmeta(error) from error
    return _served(store)


def ready(store: Store) -> None:
    """Set a store up if it is not: unlike graphmeta's own, MLMD's users read a new store before they write."""
    from graphmeta.errors import NotFoundError

    try:
        there = bool(store.types(system=True))
    except NotFoundError:
        there = False
    if not there and not getattr(store.backend, "read_only", False):
        store.initialise()


def owned(store: Store, folder: str | None = None) -> Store:
    """A store that was opened here, which is closed when nobody uses it any more; the folder goes with it."""
    weakref.finalize(store, _give_up, store.backend, folder, os.getpid())
    return store


def _give_up(backend: Backend, folder: str | None, process: int) -> None:
    if os.getpid() != process:
        return  # a child that was forked leaves its parent's store and its parent's connections alone
    backend.close()
    if folder is not None:
        shutil.rmtree(folder, ignore_errors=True)


def _served(store: Store) -> Answer:
    from graphmeta.mlmd.service import Service

    return Service(store).call
