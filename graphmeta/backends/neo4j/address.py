"""Where a Neo4j is and how to log in, out of a URL, arguments and the environment."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

from graphmeta.errors import InvalidArgumentError

SCHEMES = ("neo4j", "neo4j+s", "neo4j+ssc", "bolt", "bolt+s", "bolt+ssc")


@dataclass(frozen=True, slots=True)
class Address:
    """A server and a database on it.

    Attributes:
        uri: what the driver is given: no credentials, no database.
        url: what people see: the database, no password.
        database: None is the user's home database.
    """

    uri: str
    url: str
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    database: str | None = None


def resolve(url: str, *, user: str | None = None, password: str | None = None, database: str | None = None) -> Address:
    """The address that a URL, arguments and the environment say: arguments win, then the URL.

    The environment's names are GRAPHMETA_NEO4J_USER, _PASSWORD, _DATABASE, then Neo4j's own NEO4J_USERNAME,
    NEO4J_PASSWORD, NEO4J_DATABASE.

    Args:
        url: as in `neo4j://user:password@host:7687/database`.

    Raises:
        InvalidArgumentError: it is not such a URL.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        # Python's own words may hold a part of the password: of user:pass/word@host it takes `pass` for the port.
        raise InvalidArgumentError(
            "The host or the port in this URL of a Neo4j store cannot be read; characters such as / and [ in a "
            f"password are written %2F and %5B. {_EXPECTED}"
        ) from None
    if parts.scheme not in SCHEMES or not host:
        raise InvalidArgumentError(f"{_without_password(url)} is not the URL of a Neo4j store. {_EXPECTED}")
    in_path = unquote(parts.path.strip("/")) or None
    database = database or in_path or _environment("GRAPHMETA_NEO4J_DATABASE", "NEO4J_DATABASE")
    user = user or _unquoted(parts.username) or _environment("GRAPHMETA_NEO4J_USER", "NEO4J_USERNAME")
    password = password or _unquoted(parts.password) or _environment("GRAPHMETA_NEO4J_PASSWORD", "NEO4J_PASSWORD")
    place = f"[{host}]" if ":" in host else host
    place += "" if port is None else f":{port}"
    query = f"?{parts.query}" if parts.query else ""
    shown = f"{parts.scheme}://{place}" + (f"/{database}" if database else "")
    return Address(
        f"{parts.scheme}://{place}{query}", shown, user or ("neo4j" if password else None), password, database
    )


_EXPECTED = f"Expected is scheme://[user:password@]host[:port][/database] with one of {', '.join(SCHEMES)} as scheme."


def _environment(*names: str) -> str | None:
    return next((os.environ[name] for name in names if os.environ.get(name)), None)


def _unquoted(text: str | None) -> str | None:
    return None if text is None else unquote(text)


def _without_password(url: str) -> str:
    scheme, mark, rest = url.partition("://")
    return f"{scheme}{mark}{rest.rpartition('@')[2]}"
