"""Fixtures of the MLMD interface's tests: ml-metadata as the judge, and the stores that are judged."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from itertools import count
from pathlib import Path

import grpc
import pytest

from graphmeta.mlmd.service import Service
from graphmeta.store import Store, connect
from graphmeta.testing import neo4j_server as servers
from graphmeta.testing.mlmd.grpc_server import grpc_server
from graphmeta.testing.mlmd.players import Direct, Judge, Player, Remote
from graphmeta.testing.oracle import oracle

ROOT = Path(__file__).resolve().parents[2]
Fresh = Callable[[], Player]
Serve = Callable[[Store], Player]


@pytest.fixture(scope="session")
def judge(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Judge]:
    """ml-metadata 1.17.1; skipped where it cannot be had, failed where CI=true."""
    python, why_not = oracle(ROOT / ".cache")
    if python is None:
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(f"NO ML-METADATA TO COMPARE WITH: {why_not}")
    made = Judge(python, tmp_path_factory.mktemp("judge") / "log")
    yield made
    made.close()


@pytest.fixture(scope="session")
def over_grpc(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serve]:
    """Makes a client of a server of its own, which serves a store."""
    with ExitStack() as stack:
        first = stack.enter_context(connect(tmp_path_factory.mktemp("grpc") / "first.db"))
        address, service = stack.enter_context(grpc_server(first))
        remote = Remote(stack.enter_context(grpc.insecure_channel(address, [("grpc.max_receive_message_length", -1)])))

        def serve(store: Store) -> Player:
            service.store = store
            return remote

        yield serve


@pytest.fixture
def fresh_sqlite(tmp_path: Path, closing: ExitStack) -> Callable[[], Store]:
    """Makes a new store in a file of its own, each time it is called; the one before is closed."""
    last = closing.enter_context(ExitStack())
    numbers = count()

    def make() -> Store:
        last.close()
        store = last.enter_context(connect(tmp_path / f"{next(numbers)}.db"))
        store.initialise()
        return store

    return make


@pytest.fixture
def fresh_neo4j(neo4j_server: servers.Server, closing: ExitStack) -> Callable[[], Store]:
    """Empties the database and opens it, each time it is called; what was opened before is closed."""
    last = closing.enter_context(ExitStack())

    def make() -> Store:
        last.close()
        servers.wipe(neo4j_server.address, neo4j_server.user, neo4j_server.password)
        store = last.enter_context(connect(neo4j_server.url))
        store.initialise()
        return store

    return make


@pytest.fixture
def fresh(request: pytest.FixtureRequest) -> Fresh:
    """Makes a player of graphmeta on an empty store, each time it is called.

    Its parameter says how and on what: "in process" or "over gRPC", "SQLite" or "Neo4j", as `in process, SQLite`.
    """
    way, _, engine = request.param.partition(", ")
    make: Callable[[], Store] = request.getfixturevalue(f"fresh_{engine.lower()}")
    if way == "in process":
        return lambda: Direct(Service(make()))
    serve: Serve = request.getfixturevalue("over_grpc")
    return lambda: serve(make())
