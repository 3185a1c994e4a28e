"""What a server is told: where it listens, whom it trusts, how much it takes."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from graphmeta.errors import InvalidArgumentError

GRPC_PORT = 8080
WEB_PORT = 8081
HOST = "127.0.0.1"
# Kubeflow's programs allow messages of 100 MB.
MAX_MESSAGE_MEBIBYTES = 100
WORKERS = 16
GRACE_SECONDS = 30.0
# Pages of this machine, which may call where nothing else is said.
OWN_ORIGINS = r"https?://(localhost|127\.0\.0\.1|\[::1\])(:\d+)?"


@dataclass(frozen=True, slots=True)
class Tls:
    """What TLS needs, each in PEM.

    Attributes:
        key: the server's private key, without a password.
        certificate: the server's certificate, with those between it and its authority behind it.
        authority: the certificates of those who sign the clients'; empty where clients show none.
        verify_clients: whether a client must show a certificate that the authority signed.
    """

    key: bytes = field(repr=False)
    certificate: bytes
    authority: bytes = b""
    verify_clients: bool = False


@dataclass(frozen=True, slots=True)
class Settings:
    """How to serve.

    Attributes:
        host: the address to listen on.
        grpc_port, web_port: 0 for any that is free.
        tls: None to speak in the clear.
        max_message_bytes: of a request, and of an answer.
        workers: how many calls run at the same time.
        grace_seconds: how long running calls may take to end once the server was told to stop.
        origins: of web pages that may call, as `https://pages.example`; `*` for all; none for this machine's alone.
        hosts: names by which the web port is called besides this machine's own, as `lineage.example`; `*` for any.
        pages: whether the web port shows pages as well.
        policies: files with rules that the page of checks looks at.
        verbose: log every call.
    """

    host: str = HOST
    grpc_port: int = GRPC_PORT
    web_port: int = WEB_PORT
    tls: Tls | None = None
    max_message_bytes: int = MAX_MESSAGE_MEBIBYTES * 2**20
    workers: int = WORKERS
    grace_seconds: float = GRACE_SECONDS
    origins: Sequence[str] = ()
    hosts: Sequence[str] = ()
    pages: bool = False
    policies: Sequence[Path] = ()
    verbose: bool = False


def read_tls(key: Path | None, certificate: Path | None, authority: Path | None) -> Tls | None:
    """TLS from PEM files; None where none is named.

    Args:
        authority: if given, clients must show a certificate that it signed.

    Raises:
        InvalidArgumentError: one is missing that the others need.
        OSError: one cannot be read.
    """
    if key is None and certificate is None and authority is None:
        return None
    if key is None or certificate is None:
        raise InvalidArgumentError("TLS needs the server's key and its certificate: give --tls-key and --tls-cert.")
    return Tls(
        key=key.read_bytes(),
        certificate=certificate.read_bytes(),
        authority=authority.read_bytes() if authority else b"",
        verify_clients=authority is not None,
    )


def warning(settings: Settings, address: str) -> str | None:
    """What to say to whoever lets strangers in, or None.

    Args:
        address: the IP address that the host has.
    """
    if ipaddress.ip_address(address.partition("%")[0]).is_loopback:
        return None
    if settings.tls is not None and settings.tls.verify_clients:
        return None
    named = "" if settings.hosts else " To browsers it answers by this machine's own names; --allow-host adds others."
    lacking = "--tls-ca makes clients show a certificate" if settings.tls else "without TLS or authentication"
    return (
        f"Warning: {settings.host} can be reached from other machines, {lacking}: whoever reaches it may read and "
        f"write the store. Let only those through whom you trust.{named}"
    )
