"""The client class, as `ml_metadata.metadata_store.metadata_store` has it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from graphmeta.mlmd.metadata_store.client import MAX_NUM_RESULT
from graphmeta.mlmd.metadata_store.edges import Edges
from graphmeta.mlmd.metadata_store.options import ExtraOptions, ListOptions, OrderByField
from graphmeta.mlmd.metadata_store.puts import Puts
from graphmeta.mlmd.proto.metadata_store_pb2 import ConnectionConfig, MetadataStoreClientConfig

if TYPE_CHECKING:
    from graphmeta.store import Store

__all__ = ["MAX_NUM_RESULT", "ExtraOptions", "ListOptions", "MetadataStore", "OrderByField", "downgrade_schema"]


class MetadataStore(Puts, Edges):
    """A store through ML Metadata's interface: 49 methods, by subject in the modules beside this one.

    Each takes `extra_options` last, which is ignored. Safe to use from several threads.

    Args:
        config: a `ConnectionConfig` (a file, or a store of one's own), a `MetadataStoreClientConfig` (a server), or
            what ml-metadata does not take: a graphmeta store, or the URL of one (see `graphmeta.connect`).
        enable_upgrade_migration: without effect: a file of an older schema is refused either way.

    Raises:
        ValueError: a config of another class; an upgrade of a server's database.
        RuntimeError: the database of a ConnectionConfig cannot be opened, or it says none.
        errors.UnimplementedError: it is in MySQL or PostgreSQL.
        errors.StatusError: a graphmeta store cannot be opened.
        ImportError: a server is wanted and grpcio is missing.
    """

    def __init__(
        self,
        config: ConnectionConfig | MetadataStoreClientConfig | Store | str | os.PathLike[str],
        enable_upgrade_migration: bool = False,
    ) -> None:
        super().__init__(config, enable_upgrade_migration)

    @property
    def pipeline_asset(self) -> None:
        """None, as in ml-metadata."""
        return


def downgrade_schema(config: ConnectionConfig, downgrade_to_schema_version: int) -> None:
    """See `graphmeta.mlmd.databases.downgrade_schema`."""
    from graphmeta.mlmd import databases  # late, for it loads the store

    databases.downgrade_schema(config, downgrade_to_schema_version)
