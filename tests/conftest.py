"""Fixtures for every test: stores, fresh and empty, on both engines; and the order of the run.

`--store sqlite|neo4j|both` chooses. The Neo4j is a real server (graphmeta/testing/neo4j_server.py says which),
started once a session, when the first test wants it; its database is wiped before each test.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

pytest.register_assert_rewrite("graphmeta.testing.conformance", "graphmeta.testing.machine")

from graphmeta.store import Store, connect  # noqa: E402
from graphmeta.testing import neo4j_server as servers  # noqa: E402

NEO4J_FIXTURES = {"neo4j_server", "neo4j_url", "neo4j_store"}
Opener = Callable[..., Store]

_quiet = [HealthCheck.too_slow, HealthCheck.data_too_large]
settings.register_profile("dev", deadline=None, suppress_health_check=_quiet)
settings.register_profile("ci", parent=settings.get_profile("dev"), derandomize=True, print_blob=True)
settings.register_profile("thorough", parent=settings.get_profile("dev"), max_examples=1_000)
settings.load_profile("ci" if os.environ.get("CI") == "true" else "dev")


# ---------------------------------------------------------------- what is run, and in which order


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--store", choices=("sqlite", "neo4j", "both"), default="both", help="the engines to test (default: both)"
    )


def pytest_configure(config: pytest.Config) -> None:
    # What a shell runs in the background ignores Ctrl-C, and so would the programs that tests start and interrupt.
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    config.addinivalue_line("markers", "neo4j: needs a Neo4j server")
    config.addinivalue_line("markers", "slow: takes more than a few seconds")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark what needs Neo4j, leave out what `--store` leaves out, and put the fast tests first."""
    for item in items:
        if NEO4J_FIXTURES & set(getattr(item, "fixturenames", ())):
            item.add_marker("neo4j")
    left_out = [item for item in items if not _wanted(item, config.getoption("--store"))]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in set(left_out)]
    items.sort(key=_price)


def _wanted(item: pytest.Item, store: str) -> bool:
    needs_neo4j = item.get_closest_marker("neo4j") is not None
    return store == "both" or (store == "neo4j") == needs_neo4j


def _price(item: pytest.Item) -> tuple[bool, bool]:
    return item.get_closest_marker("slow") is not None, item.get_closest_marker("neo4j") is not None


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Say loudly that no Neo4j was tested, where that is so."""
    reasons = {str(report.longrepr[2]) for report in terminalreporter.stats.get("skipped", []) if report.longrepr}
    for reason in sorted(reason for reason in reasons if "No Neo4j for tests" in reason):
        terminalreporter.section("NEO4J WAS NOT TESTED", red=True, bold=True)
        terminalreporter.line(reason, red=True)


# ---------------------------------------------------------------- stores


@pytest.fixture
def closing() -> Iterator[ExitStack]:
    """Closes, at the end of the test, what is entered into it."""
    with ExitStack() as stack:
        yield stack


@pytest.fixture
def open_sqlite(tmp_path: Path, closing: ExitStack) -> Opener:
    """Opens one new file, each time it is called; arguments are `connect`'s."""

    def open_file(**options: Any) -> Store:
        return closing.enter_context(connect(tmp_path / "graphmeta.db", **options))

    return open_file


@pytest.fixture
def sqlite_store(open_sqlite: Opener) -> Store:
    """A fresh, initialised store in a file of its own."""
    store = open_sqlite()
    store.initialise()
    return store


@pytest.fixture(scope="session")
def neo4j_server() -> Iterator[servers.Server]:
    """A real Neo4j, running; skipped where there is none to be had, failed where CI=true."""
    servers.skip_or_fail(pytest.skip, pytest.fail)
    with servers.running() as server:
        yield server


@pytest.fixture
def neo4j_url(neo4j_server: servers.Server) -> str:
    """The URL, with user and password, of a Neo4j database without a single node."""
    servers.wipe(neo4j_server.address, neo4j_server.user, neo4j_server.password)
    return neo4j_server.url


@pytest.fixture
def open_neo4j(neo4j_url: str, closing: ExitStack) -> Opener:
    """Opens the Neo4j database, empty at the start of the test, each time it is called."""

    def open_database(**options: Any) -> Store:
        return closing.enter_context(connect(neo4j_url, **options))

    return open_database


@pytest.fixture
def neo4j_store(open_neo4j: Opener) -> Store:
    """A fresh, initialised store in Neo4j."""
    store = open_neo4j()
    store.initialise()
    return store


@pytest.fixture(params=["sqlite", pytest.param("neo4j", marks=pytest.mark.neo4j)])
def store(request: pytest.FixtureRequest) -> Store:
    """A fresh, initialised store, on each engine in turn."""
    return request.getfixturevalue(f"{request.param}_store")  # type: ignore[no-any-return]
