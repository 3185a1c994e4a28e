"""A server's gRPC side in a thread of this process, on a store that can be exchanged between calls."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from graphmeta.mlmd.service import Service
from graphmeta.server.calls import Calls
from graphmeta.server.grpc_side import GrpcSide
from graphmeta.server.settings import Settings
from graphmeta.store import Store


@contextmanager
def grpc_server(store: Store) -> Iterator[tuple[str, Service]]:
    """Run it.

    Args:
        store: what it serves until another is set as the service's `store`.

    Yields:
        its address, as `127.0.0.1:41234`, and the service that answers its calls.
    """
    service = Service(store)
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="grpc-server")
    thread.start()
    calls = Calls(service, workers=4)

    async def start() -> tuple[GrpcSide, int]:
        side = GrpcSide(calls, Settings())
        port = side.bind("127.0.0.1:0")
        await side.start()
        return side, port

    try:
        side, port = asyncio.run_coroutine_threadsafe(start(), loop).result()
        try:
            yield f"127.0.0.1:{port}", service
        finally:
            asyncio.run_coroutine_threadsafe(side.stop(None), loop).result()
            calls.close()
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()
