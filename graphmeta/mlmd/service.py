"""The 52 calls of `ml_metadata.MetadataStoreService`, on a store.

A call takes its request message and returns its response message, wherever it comes from: the client class
of this process, gRPC, grpc-web.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from google.protobuf.message import Message

from graphmeta.errors import GraphmetaError
from graphmeta.mlmd import errors
from graphmeta.mlmd.calls import lineage, lists, neighbours, put_execution, puts, reads, types
from graphmeta.mlmd.proto import metadata_store_service_pb2 as service_pb2
from graphmeta.store import Store

SERVICE = "ml_metadata.MetadataStoreService"
Answer = Callable[[Store, Any], Message]


class Call(NamedTuple):
    """One call: the classes of its messages, and the function that answers it."""

    request: type[Message]
    response: type[Message]
    answer: Answer


def _calls() -> dict[str, Call]:
    """Every call of the service by name."""
    answers: dict[str, Answer] = {}
    for module in (types, puts, put_execution, reads, neighbours, lists, lineage):
        answers.update(module.ANSWERS)
    methods = service_pb2.DESCRIPTOR.services_by_name["MetadataStoreService"].methods
    return {
        method.name: Call(
            getattr(service_pb2, method.input_type.name),
            getattr(service_pb2, method.output_type.name),
            answers[method.name],
        )
        for method in methods
    }


CALLS: Mapping[str, Call] = _calls()


class Service:
    """The service on one store. Safe to use from several threads, as the store is.

    Args:
        store: what it reads and writes.
    """

    def __init__(self, store: Store) -> None:
        self.store = store

    def call(self, name: str, request: Message) -> Message:
        """Answer a call.

        Args:
            name: one of `CALLS`, as `PutArtifacts`.
            request: a message of that call's request class; it is not changed.

        Raises:
            graphmeta.mlmd.errors.StatusError: with MLMD's code.
        """
        try:
            return CALLS[name].answer(self.store, request)
        except GraphmetaError as error:
            raise errors.from_graphmeta(error) from error
