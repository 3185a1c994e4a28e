"""Transactions of one thread that share a commit."""

from __future__ import annotations

from pathlib import Path

import pytest

from graphmeta.errors import AlreadyExistsError, FailedPreconditionError, StoreUnavailableError
from graphmeta.model import Execution, Type
from graphmeta.store import Store, connect
from tests.conftest import Opener


def names(store: Store) -> list[str | None]:
    return [each.name for each in store.executions()]


def train(name: str) -> Execution:
    return Execution(type="train", name=name)


@pytest.fixture
def ready(sqlite_store: Store) -> Store:
    sqlite_store.put_type(Type(kind="execution", name="train"))
    return sqlite_store


def test_nobody_sees_any_before_the_end_and_everybody_all_after(ready: Store, open_sqlite: Opener) -> None:
    other = open_sqlite(read_only=True)
    with ready.backend.together():
        ids = [ready.put(executions=[train(name)]).execution_ids[0] for name in ("a", "b")]
        assert names(other) == names(ready) == []
    assert names(other) == names(ready) == ["a", "b"]
    assert [each.id for each in other.executions()] == ids


def test_one_that_fails_is_undone_alone(ready: Store) -> None:
    with ready.backend.together():
        ready.put(executions=[train("a")])
        with pytest.raises(AlreadyExistsError):
            ready.put(executions=[train("b"), train("a")])
        with pytest.raises(AlreadyExistsError):
            ready.put_type(Type(kind="execution", name="train", properties={"depth": "INT"}))
        ready.put(executions=[train("c")])
    assert names(ready) == ["a", "c"]


def test_an_error_of_the_block_undoes_all(ready: Store) -> None:
    with pytest.raises(ZeroDivisionError), ready.backend.together():
        ready.put(executions=[train("a")])
        raise ZeroDivisionError
    assert names(ready) == []
    ready.put(executions=[train("a")])
    assert names(ready) == ["a"]


def test_a_transaction_within_one_is_still_refused(ready: Store) -> None:
    with ready.backend.together():
        with pytest.raises(FailedPreconditionError):
            ready.backend.transact(lambda writer: ready.put(executions=[train("a")]))
        ready.put(executions=[train("b")])
    assert names(ready) == ["b"]


def test_a_fault_of_the_disk_undoes_all_and_none_slips_through(ready: Store, tmp_path: Path) -> None:
    connections = ready.backend._connections  # type: ignore[attr-defined]
    with pytest.raises(StoreUnavailableError), ready.backend.together():
        ready.put(executions=[train("a")])
        raw = connections._shared.raw
        raw.execute(f"PRAGMA max_page_count = {raw.execute('PRAGMA page_count').fetchone()[0]}")
        for name in ("x" * 100_000, "b"):
            with pytest.raises(StoreUnavailableError):
                ready.put(executions=[train(name)])
    with connect(tmp_path / "graphmeta.db") as another:
        assert names(another) == []
    ready.put(executions=[train("c")])
    assert names(ready) == ["c"]
