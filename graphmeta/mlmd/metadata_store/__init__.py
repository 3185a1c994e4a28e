"""The client class, under the names that `ml_metadata.metadata_store` has."""

from graphmeta.mlmd.metadata_store.metadata_store import ListOptions, MetadataStore, OrderByField, downgrade_schema

__all__ = ["ListOptions", "MetadataStore", "OrderByField", "downgrade_schema"]
