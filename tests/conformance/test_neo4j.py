"""The Neo4j store does what every store must."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from graphmeta.testing.conformance import Reopen, Store, StoreTests


class TestNeo4j(StoreTests):
    @pytest.fixture
    def store(self, neo4j_store: Store) -> Store:
        return neo4j_store

    @pytest.fixture
    def reopen(self, store: Store, open_neo4j: Callable[..., Store]) -> Reopen:
        return open_neo4j
