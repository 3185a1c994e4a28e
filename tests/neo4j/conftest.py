"""Fixtures for what is Neo4j's own: a backend on an empty database, and a server that may be killed."""

from __future__ import annotations

from collections.abc import Iterator

import neo4j
import pytest

from graphmeta.backends.neo4j.backend import Neo4jBackend
from graphmeta.store import Store
from graphmeta.testing import neo4j_server as servers


@pytest.fixture
def backend(neo4j_url: str) -> Iterator[Neo4jBackend]:
    """A backend on an empty database."""
    opened = Neo4jBackend(neo4j_url)
    yield opened
    opened.close()


@pytest.fixture
def store(backend: Neo4jBackend) -> Store:
    """A store on that backend."""
    return Store(backend)


@pytest.fixture
def driver(neo4j_server: servers.Server) -> Iterator[neo4j.Driver]:
    """The database as it is, without graphmeta."""
    with neo4j.GraphDatabase.driver(
        neo4j_server.address,
        auth=(neo4j_server.user, neo4j_server.password),
        notifications_min_severity="OFF",
    ) as opened:
        yield opened


@pytest.fixture
def own_server(neo4j_server: servers.Server) -> Iterator[servers.Neo4jServer]:
    """A server for one test, which may kill it."""
    if not isinstance(neo4j_server, servers.Neo4jServer):
        pytest.skip("this test kills a server, so it needs one that is a process of this machine")
    server = servers.Neo4jServer()
    server.start()
    yield server
    server.stop()
