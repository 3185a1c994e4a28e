"""A server from its first moment to its last: bind, answer, drain, end."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import sys
from collections.abc import Callable
from dataclasses import dataclass

from graphmeta.mlmd.service import Service
from graphmeta.server.calls import Calls
from graphmeta.server.grpc_side import GrpcSide
from graphmeta.server.listening import address_of, listen, reachable, taken, with_port
from graphmeta.server.settings import Settings
from graphmeta.server.web_side import WebSide
from graphmeta.store import Store

LOG = logging.getLogger("graphmeta.server")
# Seconds after which a thread that computes lets another go on. A call crosses threads three times, so that at Python's
# own 5 ms a small one beside a large one takes three to four times as long.
_SWITCH_SECONDS = 0.001
# How long the last answers may be on their way once all calls have ended: what then still runs are streams that
# their callers keep open, as those who watch the health do.
_FLUSH_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where a server answers.

    Attributes:
        grpc: as `127.0.0.1:8080`.
        web: as `http://127.0.0.1:8081`.
        pages: as `http://127.0.0.1:8081/`, an address that a browser of this machine can open; None without pages.
    """

    grpc: str
    web: str
    pages: str | None


def serve(store: Store, settings: Settings, announce: Callable[[Addresses], None]) -> None:
    """Serve a store until SIGTERM or SIGINT; a second one ends the process at once.

    Args:
        store: set up; it stays open.
        announce: is told where the server listens, once it answers.

    Raises:
        PortTakenError: a port cannot be listened on; nothing was started.
        InvalidArgumentError: no such host, or TLS with certificates that are none.
    """
    sys.setswitchinterval(_SWITCH_SECONDS)
    asyncio.run(_serve(store, settings, announce))


async def _serve(store: Store, settings: Settings, announce: Callable[[Addresses], None]) -> None:
    address = address_of(settings.host)
    calls = Calls(Service(store), settings.workers, verbose=settings.verbose)
    grpc_side, web_side = GrpcSide(calls, settings), WebSide(calls, settings, address)
    # Both ports before either answers. gRPC says of a taken port little, and that in its own way: so ask first.
    web = listen(address, settings.web_port, "--web-port")
    try:
        listen(address, settings.grpc_port, "--grpc-port").close()
        try:
            grpc_port = grpc_side.bind(with_port(address, settings.grpc_port))
        except RuntimeError as error:
            raise taken(address, settings.grpc_port, "--grpc-port", str(error)) from None
        stop = _signals()
        await grpc_side.start()
        await web_side.start(web)
    except BaseException:
        web.close()
        await grpc_side.stop(None)
        raise
    scheme = "http" if settings.tls is None else "https"
    web_port = web.getsockname()[1]
    announce(
        Addresses(
            with_port(address, grpc_port),
            f"{scheme}://{with_port(address, web_port)}",
            f"{scheme}://{with_port(reachable(address), web_port)}/" if settings.pages else None,
        )
    )
    await stop.wait()
    await _drain(calls, grpc_side, web_side, settings.grace_seconds)


async def _drain(calls: Calls, grpc_side: GrpcSide, web_side: WebSide, grace_seconds: float) -> None:
    sides = asyncio.gather(grpc_side.stop(grace_seconds), web_side.stop())
    await asyncio.sleep(0)  # both have begun to refuse calls before the health says so
    await grpc_side.leave()
    try:
        await asyncio.wait_for(calls.finish(), grace_seconds)
        await asyncio.wait({sides}, timeout=_FLUSH_SECONDS)
    except asyncio.TimeoutError:
        LOG.warning("Some calls still ran %g seconds after the server was told to stop: cut off.", grace_seconds)
    await grpc_side.stop(None)
    await sides
    if not calls.close():
        # A thread cannot be ended: the process would wait for it. What it has not committed, the store undoes.
        _leave(0)


def _signals() -> asyncio.Event:
    """An event that SIGTERM or SIGINT sets; a second signal ends the process."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()

    def received(number: int) -> None:
        if stop.is_set():
            _leave(128 + number)
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        try:
            loop.add_signal_handler(number, received, number)
        except NotImplementedError:  # Windows
            signal.signal(number, lambda got, frame: loop.call_soon_threadsafe(received, got))
    return stop


def _leave(status: int) -> None:
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    os._exit(status)
