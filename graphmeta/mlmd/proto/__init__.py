"""ML Metadata's messages: the classes that `ml_metadata.proto` has, and the modules with all of them.

They are ml-metadata's own in a process that has loaded it too: both register the same descriptors.
"""

from graphmeta.mlmd.proto import metadata_store_pb2, metadata_store_service_pb2, metadata_store_service_pb2_grpc
from graphmeta.mlmd.proto.metadata_store_pb2 import (
    Artifact,
    ArtifactType,
    Association,
    Attribution,
    ConnectionConfig,
    Context,
    ContextType,
    Event,
    Execution,
    ExecutionType,
    FakeDatabaseConfig,
    MetadataStoreClientConfig,
    MySQLDatabaseConfig,
    ParentContext,
    SqliteMetadataSourceConfig,
)

__all__ = [
    "Artifact",
    "ArtifactType",
    "Association",
    "Attribution",
    "ConnectionConfig",
    "Context",
    "ContextType",
    "Event",
    "Execution",
    "ExecutionType",
    "FakeDatabaseConfig",
    "MetadataStoreClientConfig",
    "MySQLDatabaseConfig",
    "ParentContext",
    "SqliteMetadataSourceConfig",
    "metadata_store_pb2",
    "metadata_store_service_pb2",
    "metadata_store_service_pb2_grpc",
]
