"""Addresses and ports: what a host means, and whether a port is free."""

from __future__ import annotations

import socket

from graphmeta.errors import InvalidArgumentError


class PortTakenError(Exception):
    """A port that cannot be listened on; the message is a sentence."""


def address_of(host: str) -> str:
    """The IP address of a host, of version 4 where it has one.

    Raises:
        InvalidArgumentError: it has none.
    """
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except (OSError, UnicodeError) as error:
        said = error.strerror if isinstance(error, OSError) else "it is no host's name"
        raise InvalidArgumentError(
            f"There is no host {host!r} to listen on: {said}. Give an address of this machine, such as 127.0.0.1."
        ) from None
    found.sort(key=lambda entry: entry[0] != socket.AF_INET)
    return str(found[0][4][0])


# What is listened on for everybody, and where it is reached from this machine.
_EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 (what is not listened on here)


def reachable(address: str) -> str:
    """The address under which this machine reaches what listens at an address."""
    return _EVERYWHERE.get(address, address)


def with_port(address: str, port: int) -> str:
    """Both in one, with brackets around an address of IP version 6."""
    return f"[{address}]:{port}" if ":" in address else f"{address}:{port}"


def listen(address: str, port: int, option: str) -> socket.socket:
    """A socket bound to a port; it is the caller's to close.

    Args:
        option: of the command line, that chooses the port.

    Raises:
        PortTakenError: somebody has it, or this user may not.
    """
    listening = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET)
    try:
        # So that a server which just ended may be started again; it does not let two listen.
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((address, port))
        listening.listen(1024)
    except OSError as error:
        listening.close()
        raise taken(address, port, option, error.strerror or str(error)) from None
    listening.setblocking(False)
    return listening


def taken(address: str, port: int, option: str, said: str) -> PortTakenError:
    """The error for a port that cannot be had."""
    return PortTakenError(
        f"Port {port} of {address} cannot be listened on: {said[:1].lower() + said[1:]}. Choose another with {option}, "
        "or 0 for any that is free."
    )
