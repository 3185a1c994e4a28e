"""A server elsewhere, graphmeta's or any other of ML Metadata's, over gRPC."""

from __future__ import annotations

from typing import Any

from graphmeta.mlmd import errors
from graphmeta.mlmd.proto.metadata_store_pb2 import MetadataStoreClientConfig
from graphmeta.mlmd.proto.metadata_store_service_pb2_grpc import MetadataStoreServiceStub

try:
    import grpc
except ImportError:
    raise ImportError(
        "A MetadataStoreClientConfig names a server, and talking to one needs grpcio. Install it with: "
        "pip install 'graphmeta[server]'"
    ) from None


class Server:
    """Answers calls by asking a server.

    Args:
        config: where it is; see `MetadataStoreClientConfig` in proto/metadata_store.proto.
    """

    def __init__(self, config: MetadataStoreClientConfig) -> None:
        self._calls = vars(MetadataStoreServiceStub(_channel(config)))
        self._timeout = config.client_timeout_sec if config.HasField("client_timeout_sec") else None

    def call(self, name: str, request: Any) -> Any:
        """Ask, and return the response.

        Raises:
            errors.StatusError: with the server's code and words, or gRPC's own where the server is not reached.
        """
        try:
            return self._calls[name](request, timeout=self._timeout)
        except grpc.RpcError as error:
            raise errors.make_exception(error.details() or "", error.code().value[0]) from error


def _channel(config: MetadataStoreClientConfig) -> Any:
    target = f"{config.host}:{config.port}"
    given = config.channel_arguments
    options = [
        (f"grpc.{key}", getattr(given, field))
        for key, field in (
            ("max_receive_message_length", "max_receive_message_length"),
            ("http2.max_ping_strikes", "http2_max_ping_strikes"),
        )
        if given.HasField(field)
    ]
    if not config.HasField("ssl_config"):
        return grpc.insecure_channel(target, options=options)
    ssl = config.ssl_config
    return grpc.secure_channel(
        target,
        grpc.ssl_channel_credentials(
            root_certificates=_pem(ssl, "custom_ca"),
            private_key=_pem(ssl, "client_key"),
            certificate_chain=_pem(ssl, "server_cert"),  # the client's own, whatever its name says
        ),
        options=options,
    )


def _pem(ssl: MetadataStoreClientConfig.SSLConfig, field: str) -> bytes | None:
    text: str = getattr(ssl, field)
    return text.encode("ascii") if ssl.HasField(field) else None
