"""Addresses, logins, servers that are not there, databases that are somebody else's, servers that go away."""

from __future__ import annotations

import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from urllib.parse import urlsplit

import neo4j
import pytest

from graphmeta.backends.neo4j.address import resolve
from graphmeta.backends.neo4j.backend import Neo4jBackend
from graphmeta.errors import (
    ForeignStoreError,
    InvalidArgumentError,
    NotFoundError,
    ReadOnlyError,
    SchemaVersionError,
    StoreUnavailableError,
)
from graphmeta.model import Artifact, Context
from graphmeta.store import PutOptions, Store
from graphmeta.testing import neo4j_server as servers
from tests.neo4j.kit import COMMIT, PUT, CuttingProxy, declare, run


def test_an_address(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("USER", "PASSWORD", "DATABASE"):
        monkeypatch.delenv(f"GRAPHMETA_NEO4J_{name}", raising=False)
        monkeypatch.delenv(f"NEO4J_{name}", raising=False)
    monkeypatch.delenv("NEO4J_USERNAME", raising=False)
    found = resolve("neo4j+s://me:p%40ss@host:7688/runs?policy=eu")
    assert (found.uri, found.url) == ("neo4j+s://host:7688?policy=eu", "neo4j+s://host:7688/runs")
    assert (found.user, found.password, found.database) == ("me", "p@ss", "runs")
    assert "p@ss" not in repr(found)
    monkeypatch.setenv("NEO4J_USERNAME", "theirs")
    monkeypatch.setenv("NEO4J_PASSWORD", "secret")
    monkeypatch.setenv("GRAPHMETA_NEO4J_USER", "ours")
    assert (resolve("bolt://host").user, resolve("bolt://host").password) == ("ours", "secret")
    assert resolve("bolt://url@host").user == "url"
    assert resolve("bolt://url@host", user="argument", database="d").user == "argument"


@pytest.mark.parametrize(
    "url",
    [
        "http://host",
        "neo4j://",
        "neo4j://host:port",
        "neo4j://a:secret@",
        "neo4j://a:secret/1@host",
        "neo4j://a:secret[1@h",
        "host:7687",
    ],
)
def test_what_is_no_address(url: str) -> None:
    with pytest.raises(InvalidArgumentError) as caught:
        Neo4jBackend(url)
    assert "secret" not in str(caught.value)


@pytest.fixture
def silent_port() -> Iterator[int]:
    """A port that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]


@pytest.mark.parametrize("scheme", ["bolt", "neo4j"])
def test_a_server_that_is_silent_is_noticed(scheme: str, silent_port: int) -> None:
    backend = Neo4jBackend(f"{scheme}://user:secret@127.0.0.1:{silent_port}")
    started = time.monotonic()
    with pytest.raises(StoreUnavailableError) as caught:
        backend.types()
    assert time.monotonic() - started < 10
    assert "secret" not in str(caught.value)
    backend.close()


@pytest.mark.parametrize("scheme", ["bolt", "neo4j"])
@pytest.mark.parametrize("host", ["127.0.0.1:1", "no-such-host.invalid"])
def test_a_server_that_is_not_there(scheme: str, host: str) -> None:
    backend = Neo4jBackend(f"{scheme}://user:secret@{host}")
    started = time.monotonic()
    with pytest.raises(StoreUnavailableError, match="does not answer"):
        backend.types()
    with pytest.raises(StoreUnavailableError):
        Store(backend).put(artifacts=[])
        backend.initialise()
    assert time.monotonic() - started < 10
    backend.close()


def test_a_wrong_password(neo4j_server: servers.Server) -> None:
    backend = Neo4jBackend(neo4j_server.address, user="neo4j", password="certainly wrong")
    with pytest.raises(StoreUnavailableError, match="refuses the login of user 'neo4j'"):
        backend.types()
    backend.close()


def test_a_database_that_is_not_there(neo4j_url: str) -> None:
    backend = Neo4jBackend(neo4j_url, database="nosuch")
    with pytest.raises(NotFoundError, match="nosuch"):
        backend.types()
    backend.close()


@pytest.mark.parametrize("label", ["Artifact", "Execution", "Context", "Type"])
def test_a_database_of_somebody_else(backend: Neo4jBackend, driver: neo4j.Driver, label: str) -> None:
    driver.execute_query(f"CREATE (:{label} {{theirs: true}})")  # type: ignore[arg-type]
    with pytest.raises(ForeignStoreError, match=label):
        backend.types()
    with pytest.raises(ForeignStoreError):
        declare(Store(backend))
    with pytest.raises(ForeignStoreError):
        backend.initialise()
    assert driver.execute_query("MATCH (n) RETURN count(n)").records[0][0] == 1


def test_a_database_beside_other_peoples_nodes(store: Store, driver: neo4j.Driver) -> None:
    driver.execute_query("CREATE (:Person {name: 'Ada'})")
    declare(store)
    assert store.types("context")


def test_a_database_of_a_newer_graphmeta(backend: Neo4jBackend, driver: neo4j.Driver) -> None:
    backend.initialise()
    driver.execute_query("MATCH (counter:GraphmetaCounter) SET counter.format = 99")
    again = Neo4jBackend(backend._connection.address.uri, user="neo4j", password=backend._connection.address.password)
    with pytest.raises(SchemaVersionError, match="99"):
        again.types()
    again.close()


def test_reading_only(neo4j_url: str, store: Store) -> None:
    declare(store)
    reader = Neo4jBackend(neo4j_url, read_only=True)
    assert reader.types()
    with pytest.raises(ReadOnlyError):
        declare(Store(reader))
    with pytest.raises(ReadOnlyError):
        reader.cypher("CREATE (n:Artifact)", {})
    with pytest.raises(ReadOnlyError):
        reader.cypher("CREATE (n:Artifact)", {}, write=True)
    reader.close()


def test_cypher(backend: Neo4jBackend) -> None:
    assert backend.cypher("UNWIND $list AS x RETURN x, x * 2 AS y", {"list": [1, 2]}) == [
        {"x": 1, "y": 2},
        {"x": 2, "y": 4},
    ]
    with pytest.raises(InvalidArgumentError, match="refuses"):
        backend.cypher("MATCH (n RETURN n", {})
    with pytest.raises(StoreUnavailableError, match="longer"):
        backend.cypher("UNWIND range(1, 1000000000) AS x RETURN count(x % 3)", {}, timeout=0.2)


def test_a_closed_backend_says_so(neo4j_url: str) -> None:
    backend = Neo4jBackend(neo4j_url)
    backend.close()
    backend.close()
    with pytest.raises(StoreUnavailableError, match="closed"):
        backend.types()


def test_neither_graphmeta_nor_compile_imports_the_driver() -> None:
    code = (
        "import sys, graphmeta, graphmeta.backends.neo4j.compile, graphmeta.backends.neo4j.predicates\n"
        "assert 'neo4j' not in sys.modules, 'the driver was imported'"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_a_commit_whose_answer_was_lost_is_there_once(
    neo4j_server: servers.Server, store: Store, driver: neo4j.Driver
) -> None:
    declare(store)
    proxy = CuttingProxy(urlsplit(neo4j_server.address).port or 7687)
    backend = Neo4jBackend(f"bolt://127.0.0.1:{proxy.port}", user=neo4j_server.user, password=neo4j_server.password)
    try:
        through = Store(backend)
        context = through.put(**run("warm", Context(type="Run", name="monday"))).context_ids[0]
        proxy.drop(PUT)  # a transaction of one statement, which no COMMIT follows
        written = through.put(**run("lost", context))
        lost = through.artifact(written.artifact_ids[0])
        lost.uri = "elsewhere"
        proxy.drop(COMMIT)
        through.put(artifacts=[lost], options=PutOptions(abort_if_changed=True))
        assert through.artifact(lost.id or 0).uri == "elsewhere"
        assert proxy.cuts == 2, "the proxy dropped no answer, so nothing was tested"
    finally:
        backend.close()
        proxy.close()
    found = driver.execute_query("MATCH (n:Execution {name: 'lost'}) RETURN n.id").records
    assert [record[0] for record in found] == list(written.execution_ids)
    assert driver.execute_query("MATCH (n:Artifact) WHERE n.name STARTS WITH 'lost' RETURN count(n)").records[0][0] == 2


def test_a_read_whose_answer_was_lost_is_tried_again(neo4j_server: servers.Server, store: Store) -> None:
    declare(store)
    proxy = CuttingProxy(urlsplit(neo4j_server.address).port or 7687)
    backend = Neo4jBackend(f"bolt://127.0.0.1:{proxy.port}", user=neo4j_server.user, password=neo4j_server.password)
    try:
        there = backend.types()
        proxy.drop(b"MATCH (type:Type)")
        assert backend.types() == there
        assert proxy.cuts == 1, "the proxy dropped no answer, so nothing was tested"
    finally:
        backend.close()
        proxy.close()


@pytest.mark.slow
def test_a_server_that_restarts_while_puts_run(own_server: servers.Neo4jServer) -> None:
    backend = Neo4jBackend(own_server.url)
    backend.retry_seconds = 120.0
    store = Store(backend)
    declare(store)
    acknowledged: list[int] = []
    some, stop = threading.Event(), threading.Event()

    def write() -> None:
        while not stop.is_set():
            number = len(acknowledged)
            acknowledged.extend(store.put(artifacts=[Artifact(type="Data", name=f"a{number}")]).artifact_ids)
            if len(acknowledged) >= 20:
                some.set()

    writer = threading.Thread(target=write)
    writer.start()
    assert some.wait(60)
    own_server.kill()
    own_server.start()
    before = len(acknowledged)
    deadline = time.monotonic() + 120
    while len(acknowledged) < before + 20 and time.monotonic() < deadline:
        writer.join(timeout=0.05)
    stop.set()
    writer.join(timeout=120)
    assert len(acknowledged) >= before + 20
    assert [row.id for row in store.rows("artifact")] == sorted(acknowledged), "none lost, none twice"
    backend.close()
