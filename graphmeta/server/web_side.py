"""uvicorn on the web port, as one task among others of an event loop."""

from __future__ import annotations

import asyncio
import socket
import ssl
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import uvicorn

from graphmeta.errors import InvalidArgumentError
from graphmeta.server.calls import Calls
from graphmeta.server.settings import Settings, Tls
from graphmeta.server.web import application


class WebSide:
    """A web server of the service.

    Args:
        calls: what it answers with.
        settings: its TLS and its limits.
        address: the IP address that it will listen on.
    """

    def __init__(self, calls: Calls, settings: Settings, address: str) -> None:
        config = uvicorn.Config(
            application(calls, settings, address),
            lifespan="off",
            log_config=None,
            access_log=False,  # the calls themselves are logged
            server_header=False,
            ws="none",
            timeout_graceful_shutdown=max(1, round(settings.grace_seconds)),
        )
        config.load()
        config.ssl = _context(settings.tls) if settings.tls else None
        self._server = _Uvicorn(config)
        self._task: asyncio.Task[None] | None = None

    async def start(self, listening: socket.socket) -> None:
        """Answer whoever calls at a socket."""
        self._task = asyncio.ensure_future(self._server.serve(sockets=[listening]))
        while not self._server.started and not self._task.done():
            await asyncio.sleep(0)  # uvicorn has no event for it
        if self._task.done():
            await self._task

    async def stop(self) -> None:
        """Take no new calls, and wait for those that run, within the grace."""
        self._server.should_exit = True
        if self._task is not None:
            await self._task


class _Uvicorn(uvicorn.Server):
    """uvicorn without its own ideas about signals: it would raise SIGTERM again once it has stopped, so that the
    process ended with 143."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    def install_signal_handlers(self) -> None:
        """What versions before 0.29 call instead."""


def _context(tls: Tls) -> ssl.SSLContext:
    """TLS as Python does it.

    Raises:
        InvalidArgumentError: what should be PEM is not, or the key is another certificate's.
    """
    try:
        return _loaded(tls)
    except (ssl.SSLError, UnicodeDecodeError) as error:
        raise InvalidArgumentError(
            f"The key and the certificates cannot be used ({error}). Give a private key without a password, the "
            "certificate that was made for it, and the authority's, each in PEM."
        ) from None


def _loaded(tls: Tls) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    # Python reads certificates from files only.
    with tempfile.TemporaryDirectory() as folder:
        pair = Path(folder, "pair.pem")
        pair.touch(mode=0o600)
        pair.write_bytes(tls.key.rstrip() + b"\n" + tls.certificate)
        context.load_cert_chain(pair, password=_no_password)
    if tls.verify_clients:
        context.verify_mode = ssl.CERT_REQUIRED
        if tls.authority:
            context.load_verify_locations(cadata=tls.authority.decode("ascii"))
        else:
            context.load_default_certs(ssl.Purpose.CLIENT_AUTH)
    return context


def _no_password() -> str:
    """Instead of asking for one at the terminal."""
    return ""
