"""Transactions of one thread that share a commit, and reads that nobody waits for any longer."""

from __future__ import annotations

import subprocess
import sys
from itertools import count
from pathlib import Path

import pytest

from graphmeta.backends.base import ReadGivenUpError
from graphmeta.backends.batch import TakenError, Writer
from graphmeta.backends.sqlite.lock import WriteLock
from graphmeta.errors import (
    AlreadyExistsError,
    FailedPreconditionError,
    InvalidArgumentError,
    NotFoundError,
    ReadOnlyError,
    StoreUnavailableError,
)
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


def test_a_large_one_that_fails_is_undone_alone_and_without_a_file(ready: Store) -> None:
    made = [train(f"{number:04}") for number in range(2_000)]
    ready.put(executions=made)
    connections = ready.backend._connections  # type: ignore[attr-defined]
    with ready.backend.together():
        ready.put(executions=[train("a")])
        changed = [Execution(id=each.id, name=each.name, custom_properties={"k": "x" * 100}) for each in made]
        with pytest.raises(AlreadyExistsError):
            ready.put(executions=[*changed, train("b"), train("a")])
        if Path("/proc/self/fd").is_dir():  # as SQLite calls its files for what does not fit into memory
            assert not [file for file in Path("/proc/self/fd").iterdir() if "etilqs_" in str(file.resolve())]
        # What reads sort through this connection may still go to one.
        assert connections._shared.connection.raw.execute("PRAGMA temp_store").fetchone() == (0,)
    assert names(ready) == [*(each.name for each in made), "a"]
    assert not any(each.custom_properties for each in ready.executions())


def test_where_none_is_undone_alone_one_that_wrote_nothing_breaks_no_other(ready: Store) -> None:
    ready.put(executions=[train("a")])
    with ready.backend.together(undo_alone=False):
        ready.put(executions=[train("b")])
        for refused in ([train("a"), train("c")], [Execution(type="unknown")]):
            with pytest.raises((AlreadyExistsError, NotFoundError)):
                ready.put(executions=refused)
        ready.put(executions=[train("d")])
    assert names(ready) == ["a", "b", "d"]


def test_where_none_is_undone_alone_one_that_wrote_something_breaks_all(ready: Store) -> None:
    ready.put(executions=[train("a")])
    with pytest.raises(TakenError), ready.backend.together(undo_alone=False):
        ready.put(executions=[train("b")])
        for each in ([train("c"), train("a")], [train("d")]):
            with pytest.raises(AlreadyExistsError):
                ready.put(executions=each)
    assert names(ready) == ["a"]
    ready.put(executions=[train("e")])
    assert names(ready) == ["a", "e"]


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
        raw = connections._shared.connection.raw
        raw.execute(f"PRAGMA max_page_count = {raw.execute('PRAGMA page_count').fetchone()[0]}")
        for name in ("x" * 100_000, "b"):
            with pytest.raises(StoreUnavailableError):
                ready.put(executions=[train(name)])
    with connect(tmp_path / "graphmeta.db") as another:
        assert names(another) == []
    ready.put(executions=[train("c")])
    assert names(ready) == ["c"]


# (In a process of its own: SQLite's bound on memory is the process's, and cannot be lifted again.)
_LACKING_MEMORY = """
import sys
import graphmeta
from graphmeta.backends.base import UndoneError
from graphmeta.errors import StoreUnavailableError
from graphmeta.model import Execution, Type

def put(name):
    store.put(executions=[Execution(type="train", name=name)])

def starve(writer):
    raw.execute("PRAGMA hard_heap_limit = 20000000")
    raw.execute("INSERT INTO ArtifactProperty VALUES (99, 'q', 1, NULL, NULL, CAST(randomblob(60000000) AS TEXT), "
                "NULL, NULL, NULL)")

with graphmeta.connect(sys.argv[1]) as store:
    store.put_type(Type(kind="execution", name="train"))
    try:
        with store.backend.together():
            put("a")
            raw = store.backend._connections._shared.connection.raw
            for work in (lambda: store.backend.transact(starve), lambda: put("b"), lambda: put("c")):
                try:
                    work()
                except (StoreUnavailableError, UndoneError):
                    print("refused")
            print("in a transaction" if raw.in_transaction else "undone")
    except StoreUnavailableError:
        print("nothing committed")
    put("d")
    print([each.name for each in store.executions()])
"""


def test_a_lack_of_memory_undoes_all_and_none_slips_through(tmp_path: Path) -> None:
    command = [sys.executable, "-c", _LACKING_MEMORY, str(tmp_path / "graphmeta.db")]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert ran.stdout.splitlines() == [*["refused"] * 3, "undone", "nothing committed", "['d']"], ran.stderr


@pytest.mark.parametrize("swallowed", [False, True])
def test_whatever_ends_the_transaction_none_slips_through(ready: Store, swallowed: bool) -> None:
    connections = ready.backend._connections  # type: ignore[attr-defined]

    def end(writer: Writer) -> None:
        raw.rollback()
        if not swallowed:
            raise ZeroDivisionError

    with pytest.raises(Exception, match="." if swallowed else "^$") as caught, ready.backend.together():
        ready.put(executions=[train("a")])
        raw = connections._shared.connection.raw
        for work in (lambda: ready.backend.transact(end), lambda: ready.put(executions=[train("b")])):
            with pytest.raises(Exception):  # noqa: B017 (what ended it, whatever that was)
                work()
    assert isinstance(caught.value, ZeroDivisionError) is not swallowed
    assert names(ready) == []


def test_one_whose_value_is_too_long_is_undone_alone(ready: Store) -> None:
    connections = ready.backend._connections  # type: ignore[attr-defined]
    with ready.backend.together():
        ready.put(executions=[train("a")])
        raw = connections._shared.connection.raw
        with pytest.raises(InvalidArgumentError) as caught:
            ready.backend.transact(lambda writer: raw.execute("SELECT randomblob(2000000000)").fetchall())
        ready.put(executions=[train("b")])
    assert names(ready) == ["a", "b"]
    assert connections.path not in str(caught.value)


def test_nothing_begins_in_a_store_for_reading_only(ready: Store, open_sqlite: Opener) -> None:
    other = open_sqlite(read_only=True)
    lock = WriteLock(f"{other.backend._connections.path}-graphmeta.lock")  # type: ignore[attr-defined]
    with lock, other.backend.together(), pytest.raises(ReadOnlyError):
        other.put(executions=[train("a")])


def test_a_read_ends_when_nobody_wants_it(ready: Store) -> None:
    connections = ready.backend._connections  # type: ignore[attr-defined]
    endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"
    asked = count()
    with ready.backend.reading_while(lambda: next(asked) < 3):
        with pytest.raises(ReadGivenUpError):
            connections.read(lambda connection: connection.raw.execute(endless).fetchall())
        with pytest.raises(ReadGivenUpError):
            names(ready)
        ready.backend.transact(lambda writer: None)  # a write is never ended
    [connection] = connections._idle
    few = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 1000000) SELECT count(*) FROM n"
    assert connection.raw.execute(few).fetchone() == (1_000_000,)
    assert names(ready) == []
