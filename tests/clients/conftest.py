"""Fixtures: a server on each engine, and the environments of other Pythons that real clients need."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from graphmeta.testing import tfx
from graphmeta.testing.environments import skip_or_fail
from graphmeta.testing.oracle import oracle
from graphmeta.testing.serving import Served, serving
from tests.clients.raw import Raw, channel

ROOT = Path(__file__).resolve().parents[2]
CACHE = ROOT / ".cache"


@pytest.fixture(params=["sqlite", pytest.param("neo4j", marks=pytest.mark.neo4j)])
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where an empty store is, on each engine in turn."""
    if request.param == "sqlite":
        return str(tmp_path / "lineage.db")
    return str(request.getfixturevalue("neo4j_url"))


@pytest.fixture
def served(store_url: str) -> Iterator[Served]:
    """`graphmeta serve` on that store."""
    with serving(store_url) as server:
        yield server


@pytest.fixture
def raw(served: Served) -> Iterator[Raw]:
    """A plain client of that server."""
    with channel(served.grpc_address) as open_channel:
        yield Raw(open_channel)


@pytest.fixture(scope="session")
def oracle_python() -> Path:
    """An interpreter with ml-metadata 1.17.1."""
    return found(*oracle(CACHE), "ML-METADATA")


@pytest.fixture(scope="session")
def tfx_python() -> Path:
    """An interpreter with TFX and ml-metadata."""
    return found(*tfx.with_ml_metadata(CACHE), "TFX")


@pytest.fixture(scope="session")
def tfx_on_graphmeta_python() -> Path:
    """An interpreter with TFX and graphmeta, and without ml-metadata."""
    return found(*tfx.with_graphmeta(CACHE, ROOT), "TFX")


def found(python: Path | None, problem: str, what: str) -> Path:
    """The interpreter; skipped where there is none, failed where CI=true."""
    skip_or_fail(problem and f"NO {what} TO TEST WITH: {problem}", pytest.skip, pytest.fail)
    assert python is not None
    return python
