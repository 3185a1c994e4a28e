"""ML Metadata's interface on graphmeta's stores: what the package `ml_metadata` is elsewhere.

    from graphmeta import mlmd          # was: import ml_metadata as mlmd

    store = mlmd.MetadataStore("lineage.db")

See docs/mlmd.md.
"""

from graphmeta.mlmd import errors, proto
from graphmeta.mlmd.install import install
from graphmeta.mlmd.metadata_store import ListOptions, MetadataStore, OrderByField, downgrade_schema
from graphmeta.mlmd.version import __version__

__all__ = [
    "ListOptions",
    "MetadataStore",
    "OrderByField",
    "__version__",
    "downgrade_schema",
    "errors",
    "install",
    "proto",
]
