"""The service as other languages' clients use it: each call by its name, over a plain channel."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import grpc

from graphmeta.mlmd.proto import metadata_store_service_pb2 as service_pb2
from graphmeta.mlmd.service import SERVICE

# Kubeflow's driver takes messages of this size.
LARGEST = 100 * 1024 * 1024


class Raw:
    """Calls as methods: `raw.GetArtifactsByID(artifact_ids=[1])` gives the response message.

    Args:
        channel: to the server.
    """

    def __init__(self, channel: grpc.Channel) -> None:
        self._channel = channel

    def __getattr__(self, name: str) -> Callable[..., Any]:
        request_class, response_class = (getattr(service_pb2, f"{name}{end}") for end in ("Request", "Response"))
        call = self._channel.unary_unary(
            f"/{SERVICE}/{name}",
            request_serializer=request_class.SerializeToString,
            response_deserializer=response_class.FromString,
        )
        return lambda **fields: call(request_class(**fields))

    def code(self, name: str, **fields: Any) -> grpc.StatusCode:
        """The status of a call that must fail."""
        try:
            response = getattr(self, name)(**fields)
        except grpc.RpcError as error:
            code: grpc.StatusCode = error.code()  # type: ignore[attr-defined]
            return code
        raise AssertionError(f"{name} succeeded with {response}")


def channel(address: str) -> grpc.Channel:
    sizes = [("grpc.max_receive_message_length", LARGEST), ("grpc.max_send_message_length", LARGEST)]
    return grpc.insecure_channel(address, options=sizes)
