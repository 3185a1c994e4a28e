"""The service over gRPC, with health and reflection beside it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import grpc
import grpc.aio
from grpc_health.v1 import health, health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection

from graphmeta.mlmd import errors
from graphmeta.mlmd.service import CALLS, SERVICE
from graphmeta.server.calls import Calls
from graphmeta.server.settings import Settings, Tls

STATUS = {code.value[0]: code for code in grpc.StatusCode}


class GrpcSide:
    """A gRPC server of the service; make it inside the running event loop.

    Args:
        calls: what it answers with.
        settings: its TLS and its limits.
    """

    def __init__(self, calls: Calls, settings: Settings) -> None:
        self._tls = settings.tls
        self._server = grpc.aio.server(options=_options(settings))
        handlers = {name: _handler(calls, name) for name in CALLS}
        self._server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler(SERVICE, handlers),))
        self._health = health.aio.HealthServicer()
        health_pb2_grpc.add_HealthServicer_to_server(self._health, self._server)
        named = (SERVICE, health.SERVICE_NAME, reflection.SERVICE_NAME)
        reflection.enable_server_reflection(named, self._server)

    def bind(self, address: str) -> int:
        """Listen at an address, as `127.0.0.1:8080`; returns the port.

        Raises:
            RuntimeError: it is taken.
        """
        if self._tls is None:
            return int(self._server.add_insecure_port(address))
        return int(self._server.add_secure_port(address, _credentials(self._tls)))

    async def start(self) -> None:
        """Answer, and say so to those who ask for health."""
        for service in ("", SERVICE):
            await self._health.set(service, health_pb2.HealthCheckResponse.SERVING)
        await self._server.start()

    async def leave(self) -> None:
        """Tell those who watch the health that this server is leaving."""
        await self._health.enter_graceful_shutdown()

    async def stop(self, grace_seconds: float | None) -> None:
        """Take no new calls; cancel those that still run after a while, or at once."""
        await self._server.stop(grace_seconds)


def _options(settings: Settings) -> list[tuple[str, int]]:
    return [
        ("grpc.max_receive_message_length", settings.max_message_bytes),
        ("grpc.max_send_message_length", settings.max_message_bytes),
        # Two servers on one port would each get some of the calls, and nobody would notice.
        ("grpc.so_reuseport", 0),
    ]


def _credentials(tls: Tls) -> grpc.ServerCredentials:
    return grpc.ssl_server_credentials(
        [(tls.key, tls.certificate)],
        root_certificates=tls.authority or None,
        require_client_auth=tls.verify_clients,
    )


def _handler(calls: Calls, name: str) -> grpc.RpcMethodHandler[Any, Any]:
    """A handler of bytes: the messages are read and written in the threads of the calls."""
    return grpc.unary_unary_rpc_method_handler(_answering(calls, name))


def _answering(calls: Calls, name: str) -> Callable[[bytes, Any], Awaitable[bytes]]:
    async def answer(request: bytes, context: Any) -> bytes:
        outcome = await calls.answer(name, request, context.peer())
        if outcome.code != errors.OK:
            await context.abort(STATUS.get(outcome.code, grpc.StatusCode.UNKNOWN), outcome.message)
        return outcome.response

    return answer
