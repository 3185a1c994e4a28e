"""The least that a gRPC server in Python can do: one whose PutExecution gives the same message each time.

Says on which port it listens, and ends when its standard input does.
"""

from __future__ import annotations

import asyncio
import sys
from typing import Any

import grpc
import grpc.aio

from graphmeta.mlmd.proto.metadata_store_service_pb2 import PutExecutionRequest, PutExecutionResponse
from graphmeta.mlmd.service import SERVICE

ANSWER = PutExecutionResponse(execution_id=1, artifact_ids=[1, 2, 3], context_ids=[1])


async def put_execution(request: PutExecutionRequest, context: Any) -> PutExecutionResponse:
    return ANSWER


async def main() -> None:
    handler = grpc.unary_unary_rpc_method_handler(
        put_execution,
        request_deserializer=PutExecutionRequest.FromString,
        response_serializer=PutExecutionResponse.SerializeToString,
    )
    server = grpc.aio.server()
    server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler(SERVICE, {"PutExecution": handler}),))
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    print(port, flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    await server.stop(None)


asyncio.run(main())
