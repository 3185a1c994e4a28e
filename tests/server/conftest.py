"""Servers to call: one on a file that all tests of a module share, others as a test wants them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from graphmeta.testing.serving import Served, serving
from tests.server.kit import Client, calling


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server on a file."""
    with serving(tmp_path_factory.mktemp("served") / "served.db") as server:
        yield server


@pytest.fixture
def client(served: Served) -> Iterator[Client]:
    """A client of `served`."""
    with calling(served) as client:
        yield client


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Where a store may be made."""
    return tmp_path / "store.db"


@pytest.fixture(params=["sqlite", pytest.param("neo4j", marks=pytest.mark.neo4j)])
def any_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty store, on each engine in turn."""
    if request.param == "neo4j":
        return str(request.getfixturevalue("neo4j_url"))
    return str(tmp_path / "store.db")
