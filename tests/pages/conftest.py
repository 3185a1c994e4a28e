"""Stores to browse, made once: the demo's, a hostile one; and the pages behind all that a server has before them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from graphmeta.demo import run_demo
from graphmeta.mlmd.service import Service
from graphmeta.server.calls import Calls
from graphmeta.server.settings import Settings
from graphmeta.server.web import application
from graphmeta.store import Store, connect
from graphmeta.testing import hostile

Browse = Callable[[Store], TestClient]


@pytest.fixture
def store(sqlite_store: Store) -> Store:
    """A fresh store for a page: what a page asks is asked of both engines in tests/query, where that is quicker."""
    return sqlite_store


@pytest.fixture(params=["sqlite", pytest.param("neo4j", marks=pytest.mark.neo4j)])
def either_store(request: pytest.FixtureRequest) -> Store:
    """A fresh, initialised store, on each engine in turn: for the few tests that see all pages."""
    return request.getfixturevalue(f"{request.param}_store")  # type: ignore[no-any-return]


@contextmanager
def served(store: Store, settings: Settings | None = None, address: str = "127.0.0.1") -> Iterator[TestClient]:
    """A client of the web port of `graphmeta up`, without a socket in between."""
    calls = Calls(Service(store), 4)
    try:
        app = application(calls, settings or Settings(pages=True), address)
        with TestClient(app, base_url="http://127.0.0.1:8081") as client:
            yield client
    finally:
        calls.close()


@pytest.fixture(scope="session")
def demo_store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """The demo's store; tests only read it."""
    folder = tmp_path_factory.mktemp("demo")
    yield from _made(folder / "demo.db", lambda store: run_demo(store, folder=folder, echo=lambda line: None))


@pytest.fixture(scope="session")
def hostile_store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A store whose texts attack pages (graphmeta/testing/hostile.py); tests only read it."""
    yield from _made(tmp_path_factory.mktemp("hostile") / "hostile.db", hostile.fill)


def _made(file: Path, fill: Callable[[Store], object]) -> Iterator[Store]:
    with connect(file) as store:
        fill(store)
    with connect(file, read_only=True) as store:
        yield store


@pytest.fixture
def browse(closing: ExitStack) -> Browse:
    """Opens the pages of a store as `graphmeta up` answers them."""
    return lambda store: closing.enter_context(served(store))
