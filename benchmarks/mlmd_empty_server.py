"""Servers that do nothing: PutExecution gives the same message each time.

    python -m benchmarks.mlmd_empty_server bare       a gRPC handler in Python and nothing else
    python -m benchmarks.mlmd_empty_server storeless  graphmeta's own server, but without a store behind it

Says on which port it listens, and ends when its standard input does.
"""

from __future__ import annotations

import asyncio
import sys
from typing import Any

import grpc
import grpc.aio
from google.protobuf.message import Message

from graphmeta.mlmd.proto.metadata_store_service_pb2 import PutExecutionRequest, PutExecutionResponse
from graphmeta.mlmd.service import SERVICE
from graphmeta.server.calls import Calls
from graphmeta.server.grpc_side import GrpcSide
from graphmeta.server.settings import Settings

ANSWER = PutExecutionResponse(execution_id=1, artifact_ids=[1, 2, 3], context_ids=[1])


class NoStore:
    """Taken for a file: its writes have one thread."""

    url = "sqlite:"


class NoService:
    """What `Calls` asks; the answer is always the same."""

    store = NoStore()

    def call(self, name: str, request: Message) -> Message:
        return ANSWER


async def put_execution(request: PutExecutionRequest, context: Any) -> PutExecutionResponse:
    return ANSWER


def bare() -> tuple[Any, int]:
    """A server of one handler, and its port."""
    handler = grpc.unary_unary_rpc_method_handler(
        put_execution,
        request_deserializer=PutExecutionRequest.FromString,
        response_serializer=PutExecutionResponse.SerializeToString,
    )
    server = grpc.aio.server()
    server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler(SERVICE, {"PutExecution": handler}),))
    return server, server.add_insecure_port("127.0.0.1:0")


def storeless() -> tuple[Any, int]:
    """graphmeta's server, and its port."""
    settings = Settings()
    side = GrpcSide(Calls(NoService(), settings.workers), settings)  # type: ignore[arg-type]
    return side, side.bind("127.0.0.1:0")


async def main() -> None:
    server, port = {"bare": bare, "storeless": storeless}[sys.argv[1]]()
    await server.start()
    print(port, flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    await server.stop(None)


asyncio.run(main())
