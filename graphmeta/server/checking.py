"""Whether a server is healthy, asked over gRPC, for containers' health checks."""

from __future__ import annotations

import ipaddress
from typing import Any

import grpc
from grpc_health.v1 import health_pb2, health_pb2_grpc

from graphmeta.mlmd.service import SERVICE
from graphmeta.server.listening import address_of, reachable, with_port
from graphmeta.server.settings import Settings

CHECK_SECONDS = 5.0


def healthy(settings: Settings) -> str | None:
    """Ask the server that these settings describe.

    Returns:
        None if it serves, else a sentence about what is wrong.
    """
    target = with_port(reachable(address_of(settings.host)), settings.grpc_port)
    with _channel(settings, target, settings.host) as channel:
        request = health_pb2.HealthCheckRequest(service=SERVICE)
        try:
            # (The stub's type leaves its calls out.)
            stub: Any = health_pb2_grpc.HealthStub(channel)
            answer = stub.Check(request, timeout=CHECK_SECONDS)
        except grpc.RpcError as error:
            return f"The server at {target} does not answer: {error.details()}."
    if answer.status == health_pb2.HealthCheckResponse.SERVING:
        return None
    return f"The server at {target} does not take calls now."


def _channel(settings: Settings, target: str, host: str) -> grpc.Channel:
    if settings.tls is None:
        return grpc.insecure_channel(target)
    tls = settings.tls
    # The server's own key and certificate: it is trusted here, and it is what a client may show.
    credentials = grpc.ssl_channel_credentials(tls.authority or tls.certificate, tls.key, tls.certificate)
    # The address was looked up; the certificate is for the name.
    return grpc.secure_channel(target, credentials, [("grpc.ssl_target_name_override", host)] if _is_name(host) else [])


def _is_name(host: str) -> bool:
    """Whether a host is given by its name, and not by its address."""
    try:
        ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return True
    return False
