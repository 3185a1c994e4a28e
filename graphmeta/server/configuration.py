"""MLMD's own configuration of a server, a MetadataStoreServerConfig in text form.

Source: what its fields mean, from ml_metadata/proto/metadata_store.proto and from how MLMD's server uses them
(metadata_store_server_main.cc): the texts of `ssl_config` are PEM themselves, not paths.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from google.protobuf import text_format

from graphmeta.errors import InvalidArgumentError, UnsupportedError
from graphmeta.mlmd.proto.metadata_store_pb2 import ConnectionConfig, MetadataStoreServerConfig
from graphmeta.server.settings import Tls

if TYPE_CHECKING:
    from graphmeta.store import Store


def read_configuration(path: Path) -> MetadataStoreServerConfig:
    """The configuration that a file holds.

    Raises:
        InvalidArgumentError: the file holds something else.
        UnsupportedError: it wants a schema that this server does not write.
        OSError: it cannot be read.
    """
    config = MetadataStoreServerConfig()
    try:
        text_format.Parse(path.read_text(encoding="utf-8"), config)
    except (text_format.ParseError, UnicodeDecodeError) as error:
        raise InvalidArgumentError(
            f"{path} is no MetadataStoreServerConfig in text form: {error}. It looks like: "
            'connection_config { sqlite { filename_uri: "mlmd.db" connection_mode: READWRITE_OPENCREATE } }'
        ) from None
    if config.migration_options.downgrade_to_schema_version >= 0:
        raise UnsupportedError(
            f"{path} asks to downgrade the store, which `graphmeta serve` does not do. Take "
            "downgrade_to_schema_version out of it; ml-metadata 1.17.1 downgrades a copy of a file."
        )
    return config


def open_configured(config: ConnectionConfig) -> Store:
    """The store that a configuration names, set up.

    Raises:
        InvalidArgumentError: it names none, or one that cannot be opened.
        UnsupportedError: one in MySQL or PostgreSQL.
    """
    from graphmeta.mlmd import errors
    from graphmeta.mlmd.databases import open_database

    try:
        return open_database(config)
    except errors.UnimplementedError as error:
        raise UnsupportedError(error.message) from error
    except RuntimeError as error:
        raise InvalidArgumentError(f"The connection_config cannot be used: {error}") from error


def configured_tls(config: MetadataStoreServerConfig) -> Tls | None:
    """The TLS of a configuration, or None.

    Raises:
        InvalidArgumentError: it lacks the key or the certificate.
    """
    if not config.HasField("ssl_config"):
        return None
    given = config.ssl_config
    if not given.server_key or not given.server_cert:
        raise InvalidArgumentError("ssl_config needs server_key and server_cert, each the PEM text itself.")
    if given.client_verify and not given.custom_ca:
        raise InvalidArgumentError(
            "ssl_config has client_verify, and no custom_ca that says whose certificates clients may show: give it one."
        )
    return Tls(
        key=given.server_key.encode(),
        certificate=given.server_cert.encode(),
        authority=given.custom_ca.encode(),
        verify_clients=given.client_verify,
    )
