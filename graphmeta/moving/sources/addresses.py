"""URLs of databases on servers."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import quote, unquote, urlsplit

from graphmeta.errors import InvalidArgumentError


@dataclass(frozen=True, slots=True)
class Address:
    """A database on a server.

    Attributes:
        url: what people see: no password.
    """

    url: str
    host: str
    port: int
    user: str | None
    password: str | None = field(repr=False)
    database: str


def parse_address(url: str, *, scheme: str, port: int, password_names: Sequence[str]) -> Address:
    """The address that a URL and the environment say.

    Args:
        url: as `mysql://user:password@host:3306/database`.
        scheme: what it begins with.
        port: where it names none.
        password_names: the variables of the environment that hold the password where the URL has none; the first
            that is set counts.

    Raises:
        InvalidArgumentError: it is not such a URL.
    """
    expected = f"Write {scheme}://user:password@host:{port}/database."
    host, given, user, password, path = _parts(url, expected)
    database = unquote(path.strip("/"))
    if not host or not database:
        raise InvalidArgumentError(f"The URL of the source names no {'database' if host else 'host'}. {expected}")
    if password is None:
        password = next((os.environ[name] for name in password_names if os.environ.get(name)), None)
    shown = f"[{host}]" if ":" in host else host
    login = "" if user is None else f"{quote(user)}@"
    return Address(
        f"{scheme}://{login}{shown}:{given or port}/{quote(database)}", host, given or port, user, password, database
    )


def parse_place(url: str, *, scheme: str, port: int) -> tuple[str, int]:
    """The host and port of a URL such as `grpc://host:8080`.

    Raises:
        InvalidArgumentError: it is not such a URL.
    """
    expected = f"Write {scheme}://host:{port}."
    host, given, user, password, path = _parts(url, expected)
    if not host or user is not None or password is not None or path.strip("/"):
        raise InvalidArgumentError(f"The URL of the source is more or less than a host and a port. {expected}")
    return host, given or port


def _parts(url: str, expected: str) -> tuple[str | None, int | None, str | None, str | None, str]:
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        # Python's own words may hold a part of the password: of user:pass/word@host it takes `pass` for the port.
        raise InvalidArgumentError(
            "The host or the port in the URL of the source cannot be read; characters such as / and [ in a password "
            f"are written %2F and %5B. {expected}"
        ) from None
    if parts.query or parts.fragment:
        raise InvalidArgumentError(
            "The URL of the source has a ? or a # in it, which mean nothing here; in a password they are written %3F "
            f"and %23. {expected}"
        )
    user = None if parts.username is None else unquote(parts.username)
    return host, port, user, None if parts.password is None else unquote(parts.password), parts.path
