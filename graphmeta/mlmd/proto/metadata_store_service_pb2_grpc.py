"""What gRPC's own compiler would make of the service: a client's stub, a server's base class and its registration.

Clients of ML Metadata other than its Python package import these names. They are made from the service's
descriptor, and only `add_MetadataStoreServiceServicer_to_server` needs grpcio.
"""

from __future__ import annotations

from typing import Any

from graphmeta.mlmd.proto import metadata_store_service_pb2 as service_pb2

_SERVICE = service_pb2.DESCRIPTOR.services_by_name["MetadataStoreService"]
_CALLS = {
    method.name: (getattr(service_pb2, method.input_type.name), getattr(service_pb2, method.output_type.name))
    for method in _SERVICE.methods
}


class MetadataStoreServiceStub:
    """Has each call as a function: takes a request, and `timeout`, `metadata`, …, and returns the response.

    Args:
        channel: a `grpc.Channel`.
    """

    def __init__(self, channel: Any) -> None:
        for name, (request, response) in _CALLS.items():
            call = channel.unary_unary(
                f"/{_SERVICE.full_name}/{name}",
                request_serializer=request.SerializeToString,
                response_deserializer=response.FromString,
            )
            setattr(self, name, call)


class MetadataStoreServiceServicer:
    """The base of a server: a method `<call>(request, context)` for each call; those not overridden are refused."""


def _refuse(self: MetadataStoreServiceServicer, request: Any, context: Any) -> Any:
    import grpc

    context.set_code(grpc.StatusCode.UNIMPLEMENTED)
    context.set_details("Method not implemented!")
    raise NotImplementedError("Method not implemented!")


for _name in _CALLS:
    setattr(MetadataStoreServiceServicer, _name, _refuse)


def add_MetadataStoreServiceServicer_to_server(servicer: MetadataStoreServiceServicer, server: Any) -> None:  # noqa: N802
    """Let a `grpc.Server` answer the calls with a servicer's methods."""
    import grpc

    handlers = {
        name: grpc.unary_unary_rpc_method_handler(
            getattr(servicer, name),
            request_deserializer=request.FromString,
            response_serializer=response.SerializeToString,
        )
        for name, (request, response) in _CALLS.items()
    }
    server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler(_SERVICE.full_name, handlers),))
