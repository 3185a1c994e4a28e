"""The least that a gRPC server in Python can do: one that answers PutExecution with the same bytes each time.

Says on which port it listens, and ends when its standard input does.
"""

from __future__ import annotations

import asyncio
import sys
from typing import Any

import grpc
import grpc.aio

from graphmeta.mlmd.proto.metadata_store_service_pb2 import PutExecutionResponse
from graphmeta.mlmd.service import SERVICE


async def main() -> None:
    answer = PutExecutionResponse(execution_id=1, artifact_ids=[1, 2, 3], context_ids=[1]).SerializeToString()

    async def put_execution(request: bytes, context: Any) -> bytes:
        return answer

    handlers = {"PutExecution": grpc.unary_unary_rpc_method_handler(put_execution)}
    server = grpc.aio.server()
    server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler(SERVICE, handlers),))
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    print(port, flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    await server.stop(None)


asyncio.run(main())
