"""What stands before the web port: who is answered, and what every answer says of itself.

A page of the internet may give its own name the address of this machine (DNS rebinding), and then read what a server
here answers as if it were its own. The browser still sends the page's name as the Host: so a server answers only to
this machine's names and addresses, and to the names that it was told. (An address is nobody's to give away.)

Nor may another site load what it cannot read, as if it were a picture: pages take time to make.
"""

from __future__ import annotations

import ipaddress
import re
import socket
from collections.abc import Sequence
from typing import NamedTuple

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from graphmeta.pages.headers import HEADERS
from graphmeta.server.settings import Settings

_HOST = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[^\[\]:/?#@\s]+)(?::[0-9]*)?")
_MISDIRECTED = 421


class Hosts(NamedTuple):
    """What a server is called by, besides localhost and the addresses of loopback.

    Attributes:
        names: in small letters, addresses without brackets.
        addresses: whether any IP address is one: beyond this machine none is known to be the only one.
    """

    names: frozenset[str]
    addresses: bool

    def hold(self, host: str) -> bool:
        """Whether a Host header names the server."""
        found = _HOST.fullmatch(host)
        if found is None:
            return False
        name = found[1].lower().strip("[]")
        if name == "localhost" or name in self.names:
            return True
        try:
            address = ipaddress.ip_address(name)
        except ValueError:
            return False
        return self.addresses or address.is_loopback


def hosts_of(settings: Settings, address: str) -> Hosts | None:
    """What a server is called by; None where it may be called anything.

    Args:
        address: the IP address that it listens on.
    """
    if "*" in settings.hosts:
        return None
    names = [*settings.hosts, settings.host, address]
    beyond = not ipaddress.ip_address(address.partition("%")[0]).is_loopback
    if beyond:
        names += [socket.gethostname(), socket.getfqdn()]
    return Hosts(frozenset(name.lower().strip("[]") for name in names), beyond)


class Guard:
    """An application behind the checks; it gives every answer the headers of `pages/headers`.

    Args:
        application: what answers.
        hosts: what it is called by; None answers to every name.
    """

    def __init__(self, application: ASGIApp, hosts: Hosts | None) -> None:
        self._application = application
        self._hosts = hosts

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

        answering = self._refusal(scope["method"], Headers(scope=scope)) or self._application
        await answering(scope, receive, sending)

    def _refusal(self, method: str, headers: Headers) -> PlainTextResponse | None:
        """What is said in the place of an answer; None where nothing is wrong."""
        given = headers.getlist("host")
        if self._hosts is not None and not (given and all(self._hosts.hold(host) for host in given)):
            return _misdirected(given)
        if method in ("GET", "HEAD") and _is_loaded_elsewhere(headers):
            return PlainTextResponse("Another site may link to what is here, and may not load it.\n", 403)
        return None


def _is_loaded_elsewhere(headers: Headers) -> bool:
    """Whether a browser wants it for another site's page: for anything but to go here by a link."""
    if headers.get("sec-fetch-site") != "cross-site":
        return False
    return (headers.get("sec-fetch-mode"), headers.get("sec-fetch-dest")) != ("navigate", "document")


def _misdirected(given: Sequence[str]) -> PlainTextResponse:
    host = ascii(given[0][:100]) if given else "no host"
    said = (
        f"This server answers to localhost, to its address and to the names that it was told, and was called {host}. "
        "Where that is its name as well, or a proxy leads here under it, start graphmeta with --allow-host NAME.\n"
    )
    return PlainTextResponse(said, _MISDIRECTED)
