"""What stands before the web port: who is answered, and what every answer says of itself.

A page of the internet may give its own name the address 127.0.0.1 (DNS rebinding), and then read what a server of this
machine answers as if it were its own. The browser still sends the page's name as the Host: so a server that listens for
this machine alone answers only to this machine's names.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Sequence

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from graphmeta.pages.headers import HEADERS
from graphmeta.server.settings import Settings

_HOST = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[^\[\]:/?#@\s]+)(?::[0-9]*)?")
_MISDIRECTED = 421


class Guard:
    """An application behind the check of hosts; it gives every answer the headers of `pages/headers`.

    Args:
        application: what answers.
        hosts: names that are answered besides this machine's own; None answers every one.
    """

    def __init__(self, application: ASGIApp, hosts: Sequence[str] | None) -> None:
        self._application = application
        self._hosts = None if hosts is None else frozenset(host.lower().strip("[]") for host in hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._application(scope, receive, send)
            return

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        given = Headers(scope=scope).getlist("host")
        if self._hosts is None or (given and all(self._answers(host) for host in given)):
            await self._application(scope, receive, sending)
        else:
            await _refusal(given)(scope, receive, sending)

    def _answers(self, host: str) -> bool:
        assert self._hosts is not None
        name = _name_of(host)
        return name is not None and (_is_this_machine(name) or name in self._hosts)


def hosts_of(settings: Settings, address: str) -> Sequence[str] | None:
    """The names that a server answers to besides this machine's own; None where it answers to every one: beyond this
    machine nobody but who runs it knows what it is called.

    Args:
        address: the IP address that it listens on.
    """
    if "*" in settings.hosts:
        return None
    if settings.hosts or ipaddress.ip_address(address.partition("%")[0]).is_loopback:
        return [*settings.hosts, settings.host, address]
    return None


def _name_of(host: str) -> str | None:
    """A Host header without its port and its brackets; None where it is none."""
    found = _HOST.fullmatch(host)
    return found[1].lower().strip("[]") if found else None


def _is_this_machine(name: str) -> bool:
    if name == "localhost":
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def _refusal(given: Sequence[str]) -> PlainTextResponse:
    host = ascii(given[0][:100]) if given else "no host"
    said = (
        f"This server answers to localhost and to 127.0.0.1, and was called {host}. Where a proxy leads here under "
        "that name, start graphmeta with --allow-host NAME.\n"
    )
    return PlainTextResponse(said, _MISDIRECTED)
