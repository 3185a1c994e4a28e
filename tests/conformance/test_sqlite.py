"""The embedded store does what every store must."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from graphmeta.testing.conformance import Reopen, Store, StoreTests


class TestSqlite(StoreTests):
    @pytest.fixture
    def store(self, sqlite_store: Store) -> Store:
        return sqlite_store

    @pytest.fixture
    def reopen(self, store: Store, open_sqlite: Callable[..., Store]) -> Reopen:
        return open_sqlite


def test_no_group_of_tests_hides_another() -> None:
    groups = [group for group in StoreTests.__mro__ if group.__name__.endswith("Tests")]
    names = [name for group in groups for name in vars(group) if name.startswith("test_")]
    assert len(groups) > 10
    assert sorted(names) == sorted(set(names))
