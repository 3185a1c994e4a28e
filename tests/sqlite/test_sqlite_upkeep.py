"""Files that are looked over, copied while in use, and made smaller."""

from __future__ import annotations

import sqlite3
import stat
import threading
from contextlib import closing
from pathlib import Path

import pytest

from graphmeta.backends.batch import Removal
from graphmeta.backends.requests import EventQuery
from graphmeta.backends.sqlite import copying
from graphmeta.backends.sqlite.backend import SqliteBackend
from graphmeta.errors import (
    AlreadyExistsError,
    FailedPreconditionError,
    NotFoundError,
    ReadOnlyError,
    StoreUnavailableError,
)
from graphmeta.model import Artifact, Event, Execution
from graphmeta.store import Store, connect
from graphmeta.testing.conformance.kit import added, content, declare, step


@pytest.fixture
def path(sqlite_store: Store) -> Path:
    """The file of a store with some steps, whose events have paths."""
    declare(sqlite_store)
    for number in range(20):
        source, done = Artifact(type="Thing", uri="s3://" + "x" * 200), Execution(type="Thing", name=f"{number}")
        source.custom_properties = {"k": "v" * 300}
        sqlite_store.put(
            artifacts=[source], executions=[done], events=[Event(source, done, "INPUT", ("a", number, "b"))]
        )
    assert isinstance(sqlite_store.backend, SqliteBackend)
    return sqlite_store.backend.path


def by_hand(path: Path, *statements: str) -> None:
    """Run statements as somebody who has sqlite3."""
    with closing(sqlite3.connect(path)) as connection, connection:
        for text in statements:
            connection.execute(text)


def faults(path: Path) -> list[str]:
    """What a backend of its own says of a file."""
    backend = SqliteBackend(path, read_only=True)
    try:
        return backend.faults()
    finally:
        backend.close()


# ---------------------------------------------------------------- faults


@pytest.mark.parametrize("bytes", [b"\xff", b"\0"])
def test_a_page_that_was_overwritten(sqlite_store: Store, path: Path, tmp_path: Path, bytes: bytes) -> None:
    copy = tmp_path / "copy.db"
    sqlite_store.backend.back_up(copy)
    data = bytearray(copy.read_bytes())
    place = data.index(b"s3://" + b"x" * 200) // 1024 * 1024
    data[place : place + 16] = bytes * 16
    copy.write_bytes(data)
    assert faults(path) == []
    (first, *_) = faults(copy)
    assert "is damaged" in first
    assert first.endswith(".")
    assert "\n" not in first


def test_an_index_that_is_missing(sqlite_store: Store, path: Path) -> None:
    by_hand(path, "DROP INDEX idx_event_execution_id")
    (fault,) = faults(path)
    assert "idx_event_execution_id is missing" in fault
    by_hand(path, fault.partition("sqlite3: ")[2])
    assert faults(path) == []
    by_hand(path, "DROP INDEX graphmeta_attribution_artifact")  # ours is made again by the next write
    assert faults(path) == []


ROWS = {
    "1 rows of properties are of artifacts that are not there, the first of artifact/999": (
        "INSERT INTO ArtifactProperty (artifact_id, name, is_custom_property, int_value) VALUES (999, 'a', 1, 1)"
    ),
    "1 rows of properties are of executions that are not there, the first of execution/999": (
        "INSERT INTO ExecutionProperty (execution_id, name, is_custom_property, int_value) VALUES (999, 'a', 1, 1)"
    ),
    "1 rows of properties are of contexts that are not there, the first of context/999": (
        "INSERT INTO ContextProperty (context_id, name, is_custom_property, int_value) VALUES (999, 'a', 1, 1)"
    ),
    "20 artifacts are of no type of artifacts, the first is artifact/1": "UPDATE Artifact SET type_id = 999",
    "1 executions are of no type of executions, the first is execution/2": (
        "UPDATE Execution SET type_id = (SELECT type_id FROM Artifact) WHERE id = 2"
    ),
    "1 contexts are of no type of contexts, the first is context/1": (
        "INSERT INTO Context (type_id, name) VALUES (999, 'a')"
    ),
    "3 steps of paths are of events that are not there, the first of event 7": "DELETE FROM Event WHERE id = 7",
    "1 attributions lack their artifact or their context, the first is in row 1": (
        "INSERT INTO Attribution (context_id, artifact_id) VALUES (999, 1)"
    ),
    "1 associations lack their execution or their context, the first is in row 1": (
        "INSERT INTO Association (context_id, execution_id) VALUES (999, 1)"
    ),
    "1 parent links lack a context, the first is of context/8": (
        "INSERT INTO ParentContext (context_id, parent_context_id) VALUES (8, 9)"
    ),
}


@pytest.mark.parametrize("said", ROWS)
def test_rows_that_belong_to_nothing(sqlite_store: Store, path: Path, said: str) -> None:
    by_hand(path, ROWS[said])
    assert faults(path) == [f"{said}."]


@pytest.mark.parametrize("table", ["Event", "Attribution", "Association", "ParentContext"])
def test_edges_that_are_said_twice(sqlite_store: Store, path: Path, table: str) -> None:
    # A foreign file need not have the rules of uniqueness.
    columns = {
        "Event": "id INTEGER PRIMARY KEY, artifact_id INT, execution_id INT, type INT, milliseconds_since_epoch INT",
        "Attribution": "id INTEGER PRIMARY KEY, context_id INT, artifact_id INT",
        "Association": "id INTEGER PRIMARY KEY, context_id INT, execution_id INT",
        "ParentContext": "context_id INT, parent_context_id INT",
    }[table]
    added(sqlite_store, "context")
    added(sqlite_store, "context")
    row = {"Event": "NULL, 5, 5, 3, 1", "ParentContext": "1, 2"}.get(table, "NULL, 1, 1")
    by_hand(
        path,
        f"CREATE TABLE other ({columns})",
        f"INSERT INTO other SELECT * FROM {table}",
        f"DROP TABLE {table}",
        f"ALTER TABLE other RENAME TO {table}",
        *[f"INSERT INTO {table} VALUES ({row})"] * (1 if table == "Event" else 2),
    )
    if table == "Event":
        by_hand(path, "CREATE INDEX idx_event_execution_id ON Event (execution_id)")
    if table == "ParentContext":
        by_hand(path, "CREATE INDEX idx_parentcontext_parent_context_id ON ParentContext (parent_context_id)")
    (fault,) = faults(path)
    assert fault.startswith("1 ")
    assert "said more than once" in fault


# ---------------------------------------------------------------- copies


def test_a_backup_holds_everything(sqlite_store: Store, path: Path, tmp_path: Path) -> None:
    path.chmod(0o640)
    copy = tmp_path / "copy.db"
    sqlite_store.backend.back_up(copy)
    with connect(copy) as store:
        assert content(store) == content(sqlite_store)
        assert store.backend.faults() == []
        assert added(store, "artifact") == 21
    assert stat.S_IMODE(copy.stat().st_mode) == 0o640
    assert [file for file in tmp_path.iterdir() if "part" in file.name] == []
    with connect(path, read_only=True) as again:
        again.backend.back_up(tmp_path / "second.db")
    assert faults(tmp_path / "second.db") == []


def test_a_backup_of_a_file_that_is_not_ours_alone(sqlite_store: Store, path: Path, tmp_path: Path) -> None:
    sqlite_store.close()
    by_hand(path, "PRAGMA journal_mode = DELETE")
    for read_only in (True, False):
        copy = tmp_path / f"{read_only}.db"
        with connect(path, read_only=read_only) as store:
            store.backend.back_up(copy)
            with connect(copy, read_only=True) as other:
                assert content(other) == content(store)


@pytest.mark.parametrize("mode", ["wal", "delete"])
def test_others_write_meanwhile(
    sqlite_store: Store, path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mode: str
) -> None:
    sqlite_store.close()
    by_hand(path, f"PRAGMA journal_mode = {mode}")
    monkeypatch.setattr(copying, "_AT_ONCE", 32 * 1024)
    copy = tmp_path / "copy.db"
    stop, wrote = threading.Event(), threading.Event()

    def write() -> None:
        with connect(path) as store:
            while not stop.is_set():
                step(store, [], [added(store, "artifact")])
                wrote.set()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        assert wrote.wait(60)
        with connect(path) as store:
            store.backend.back_up(copy)
    finally:
        stop.set()
        writer.join()
    assert faults(copy) == []
    with connect(copy) as store:
        artifacts, executions = len(store.artifacts()), len(store.executions())
        # Of one moment: a step is never without its event.
        assert len(store.backend.events(EventQuery())) == executions
        assert 20 < artifacts <= executions + 1
        assert len(store.backend.dangling()) == 0


def test_what_is_there_is_not_replaced(sqlite_store: Store, path: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    copy.write_text("mine")
    with pytest.raises(AlreadyExistsError, match="is there already"):
        sqlite_store.backend.back_up(copy)
    assert copy.read_text() == "mine"
    with pytest.raises(NotFoundError, match="no folder"):
        sqlite_store.backend.back_up(tmp_path / "none" / "copy.db")
    with pytest.raises(NotFoundError, match="no store"):
        SqliteBackend(tmp_path / "none.db").back_up(tmp_path / "copy2.db")
    assert not (tmp_path / "copy2.db").exists()


def test_a_backup_that_fails_leaves_nothing(
    sqlite_store: Store, path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "there"
    folder.mkdir()

    def fail(path: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(copying, "_flush", fail)
    with pytest.raises(StoreUnavailableError, match="No space left"):
        sqlite_store.backend.back_up(folder / "copy.db")
    assert list(folder.iterdir()) == []


# ---------------------------------------------------------------- less space


def emptied(store: Store) -> None:
    """Remove most of what is there."""
    events = store.backend.events(EventQuery())
    gone = Removal({"artifact": events.artifact_ids[2:], "execution": events.execution_ids[2:]}, events.ids[2:])
    store.backend.transact(lambda writer: writer.remove(gone))


@pytest.mark.parametrize("mode", ["wal", "delete"])
def test_space_is_given_back_and_nothing_else_changes(sqlite_store: Store, path: Path, mode: str) -> None:
    sqlite_store.close()
    by_hand(path, f"PRAGMA journal_mode = {mode}")
    with connect(path) as store:
        emptied(store)
        store.backend.compact()
        before, large = content(store), path.stat().st_size
        store.put(artifacts=[Artifact(type="Thing", uri="x" * 2_000) for _ in range(200)])
        store.backend.transact(lambda writer: writer.remove(Removal({"artifact": range(21, 221)})))
        store.backend.compact()
        assert path.stat().st_size <= large + 2048
        assert content(store) == before
        assert [event.path for event in store.events(executions=[2])] == [("a", 1, "b")]
        assert store.backend.faults() == []
        assert added(store, "artifact") == 221  # ids are not given again


def test_what_cannot_be_made_smaller(sqlite_store: Store, path: Path, tmp_path: Path) -> None:
    with connect(path, read_only=True) as reader, pytest.raises(ReadOnlyError):
        reader.backend.compact()
    with pytest.raises(NotFoundError, match="no store"):
        SqliteBackend(tmp_path / "none.db").compact()
    assert not (tmp_path / "none.db").exists()
    backend = sqlite_store.backend
    with pytest.raises(FailedPreconditionError, match="inside a transaction"):
        backend.transact(lambda writer: backend.compact())
    with pytest.raises(FailedPreconditionError, match="inside a transaction"), backend.together():
        backend.compact()
    backend.compact()
