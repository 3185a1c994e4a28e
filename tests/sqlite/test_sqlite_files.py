"""Which files are opened, made, refused and left alone, and what is said about it."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import tempfile
import textwrap
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from graphmeta.backends.requests import NodeQuery
from graphmeta.backends.sqlite.backend import SqliteBackend
from graphmeta.errors import (
    ForeignStoreError,
    InternalError,
    InvalidArgumentError,
    NotFoundError,
    ReadOnlyError,
    SchemaVersionError,
    StoreUnavailableError,
)
from graphmeta.store import connect
from tests.sqlite.sqlite_kit import beside, declare, dump, put_step


def uses(path: Path) -> Iterator[Callable[[], object]]:
    """Read and write, each through a backend of its own; what is raised is raised in the test."""
    for read_only in (True, False):
        backend = SqliteBackend(path, read_only=read_only)
        try:
            yield backend.types
            if not read_only:
                yield backend.initialise
        finally:
            backend.close()


def test_nothing_is_made_before_the_first_write(backend: SqliteBackend, path: Path) -> None:
    with pytest.raises(NotFoundError, match=r"no store at .*graphmeta init"):
        backend.types()
    assert beside(path) == set()
    backend.initialise()
    backend.initialise()
    assert len(backend.types()) == 9
    assert backend.url == f"sqlite:///{path}"
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_the_setup_statements_make_a_store(backend: SqliteBackend, path: Path) -> None:
    backend.initialise()
    with closing(sqlite3.connect(":memory:")) as by_hand, closing(sqlite3.connect(path)) as ours:
        for text in backend.setup_statements():
            by_hand.execute(text)
        names = [{row[0] for row in each.execute("SELECT name FROM sqlite_master")} for each in (by_hand, ours)]
    assert names[0] == names[1]


@pytest.mark.parametrize("mode", ["DELETE", "WAL"])
def test_an_empty_file_is_a_store_to_be(path: Path, mode: str) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"PRAGMA journal_mode = {mode}")
    if mode == "DELETE":
        assert path.stat().st_size == 0
    backend = SqliteBackend(path)
    with pytest.raises(NotFoundError):
        backend.types()
    backend.initialise()
    assert len(backend.types()) == 9
    backend.close()


@pytest.mark.parametrize("content", [b"x", b"hello, this is text\n" * 200, b"\0" * 511])
def test_a_file_that_is_not_sqlite_is_left_alone(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    for use in uses(path):
        with pytest.raises(ForeignStoreError, match="not a SQLite file"):
            use()
    assert path.read_bytes() == content
    assert beside(path) == {path.name}


def test_a_database_of_another_program_is_left_alone(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE song (title)")
    before = path.read_bytes()
    for use in uses(path):
        with pytest.raises(ForeignStoreError, match=r"another program .*song"):
            use()
    assert path.read_bytes() == before
    assert beside(path) == {path.name}


def test_a_store_that_lacks_tables_is_left_alone(backend: SqliteBackend, path: Path) -> None:
    backend.initialise()
    backend.close()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("DROP TABLE EventPath")
    for use in uses(path):
        with pytest.raises(ForeignStoreError, match="lacks the tables EventPath"):
            use()


@pytest.mark.parametrize(("version", "words"), [(9, "graphmeta upgrade FILE"), (11, "newer graphmeta")])
def test_another_version_of_the_schema_is_refused(backend: SqliteBackend, path: Path, version: int, words: str) -> None:
    backend.initialise()
    backend.close()
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE MLMDEnv SET schema_version = ?", (version,))
    for use in uses(path):
        with pytest.raises(SchemaVersionError, match=f"version {version} .*{words}"):
            use()


def test_folders(tmp_path: Path) -> None:
    for use in uses(tmp_path):
        with pytest.raises(ForeignStoreError, match="is a folder"):
            use()
    backend = SqliteBackend(tmp_path / "nowhere" / "lineage.db")
    with pytest.raises(NotFoundError, match=r"no folder .*nowhere"):
        backend.initialise()
    with pytest.raises(NotFoundError, match="no store"):
        backend.types()
    backend.close()


@pytest.mark.parametrize("name", ["nul\0.db", "half\ud800.db"], ids=ascii)
def test_a_name_that_no_file_can_have(name: str) -> None:
    for url in (name, f"sqlite:///{name}"):
        with pytest.raises(InvalidArgumentError, match="No file can be called"):
            connect(url)


@pytest.mark.parametrize("name", ["mit Leerzeichen é.db", "a?b#c%20.db", "lineage"])
def test_any_name_of_a_file(tmp_path: Path, name: str) -> None:
    backend = SqliteBackend(tmp_path / name)
    backend.initialise()
    backend.close()
    assert beside(tmp_path / name) == {name, f"{name}-graphmeta.lock"}


def test_read_only_refuses_to_write_and_leaves_nothing(backend: SqliteBackend, path: Path) -> None:
    declare(backend)
    backend.close()
    Path(f"{path}-graphmeta.lock").unlink()
    reader = SqliteBackend(path, read_only=True)
    assert len(reader.types()) == 12
    with pytest.raises(ReadOnlyError, match="reading only"):
        reader.initialise()
    assert beside(path) == {path.name}
    reader.close()
    assert beside(path) == {path.name}


def test_a_read_only_store_sees_what_others_write(backend: SqliteBackend, path: Path) -> None:
    types = declare(backend)
    reader = SqliteBackend(path, read_only=True)
    for number in range(3):
        backend.transact(lambda writer, name=f"step {number}": put_step(writer, types, name))  # type: ignore[misc]
        assert len(reader.nodes(NodeQuery("execution"))) == number + 1
        if number == 1:
            backend.close()  # folds the log into the file and removes it
            assert len(reader.nodes(NodeQuery("execution"))) == number + 1
            backend = SqliteBackend(path)
    backend.close()
    assert dump(reader)["executions"][2]["name"] == "step 2"
    reader.close()


def test_what_is_written_while_a_still_file_is_read_is_noticed(backend: SqliteBackend, path: Path) -> None:
    types = declare(backend)
    backend.close()
    reader = SqliteBackend(path, read_only=True)
    seen = []

    def work(connection: object) -> int:
        if not seen:
            writer = SqliteBackend(path)
            writer.transact(lambda writer: put_step(writer, types, "meanwhile"))
            writer.close()
        seen.append(connection)
        return len(seen)

    assert reader._connections.read(work) == 2, "read again, for the first time may have seen half of it"
    reader.close()


def test_a_file_that_was_replaced_is_opened_anew(backend: SqliteBackend, path: Path) -> None:
    declare(backend)
    assert len(backend.types()) == 12
    for each in list(path.parent.iterdir()):
        each.unlink()
    with pytest.raises(NotFoundError):
        backend.types()
    backend.initialise()
    assert len(backend.types()) == 9
    assert {"lineage.db", "lineage.db-graphmeta.lock"} <= beside(path)


def test_a_closed_store_says_so(backend: SqliteBackend) -> None:
    backend.initialise()
    backend.close()
    backend.close()
    for use in (backend.types, backend.initialise):
        with pytest.raises(StoreUnavailableError, match="was closed"):
            use()


def test_a_damaged_file_is_said_to_be_damaged(backend: SqliteBackend, path: Path) -> None:
    types = declare(backend)
    for number in range(200):
        backend.transact(lambda writer, name=f"step {number}": put_step(writer, types, name))  # type: ignore[misc]
    backend.close()
    content = bytearray(path.read_bytes())
    for page in range(20, len(content) // 4096):
        content[page * 4096 : page * 4096 + 100] = b"\xff" * 100
    path.write_bytes(content)
    reader = SqliteBackend(path)
    with pytest.raises(InternalError, match="damaged"):
        dump(reader)
    reader.close()


def run_as_nobody(code: str, *arguments: str) -> str:
    """Run Python code as a user without rights, if this is a user with all of them."""
    drop = "import os; os.getuid() or (os.setgid(65534), os.setuid(65534))\n"
    before = "import sys, sqlite3, logging, urllib.parse; from pathlib import Path\n"
    before += "from graphmeta.backends.sqlite.backend import SqliteBackend\nimport graphmeta.backends.statements as s\n"
    before += "for name in s.names('sql'): s.statement('sql', name)\n"
    command = [sys.executable, "-W", "error", "-c", before + drop + textwrap.dedent(code), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.skipif(sys.platform == "win32", reason="rights are others there")
def test_a_folder_that_may_not_be_written() -> None:
    with tempfile.TemporaryDirectory() as name:  # below /tmp, for others may not enter pytest's folders
        folder = Path(name)
        path = folder / "lineage.db"
        backend = SqliteBackend(path)
        declare(backend)
        backend.close()
        Path(f"{path}-graphmeta.lock").unlink()
        path.chmod(0o444)
        folder.chmod(0o555)
        said = run_as_nobody(
            """
            for read_only in (True, False):
                backend = SqliteBackend(sys.argv[1], read_only=read_only)
                print(len(backend.types()))
                try:
                    backend.initialise()
                except Exception as error:
                    print(type(error).__name__, error)
                backend.close()
            """,
            str(path),
        )
        assert said.splitlines()[0::2] == ["12", "12"]
        assert all(line.startswith("ReadOnlyError") for line in said.splitlines()[1::2])
        assert "may not be written by this user" in said
        assert beside(path) == {path.name}
        # With writes in the log that nobody could fold in, reading the file alone would show an older state.
        folder.chmod(0o755)
        Path(f"{path}-wal").write_bytes(b"\0" * 5000)
        Path(f"{path}-wal").chmod(0o000)
        folder.chmod(0o555)
        said = run_as_nobody(
            """
            try:
                SqliteBackend(sys.argv[1], read_only=True).types()
            except Exception as error:
                print(type(error).__name__, error)
            """,
            str(path),
        )
        folder.chmod(0o755)
        assert said.startswith("StoreUnavailableError")
        assert "folded" in said


FILL = """
import resource, signal, sys
sys.path.insert(0, sys.argv[2])
from tests.sqlite.sqlite_kit import SqliteBackend, declare, put_step
from graphmeta.errors import StoreUnavailableError
backend = SqliteBackend(sys.argv[1])
types = declare(backend)
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (1_500_000, resource.RLIM_INFINITY))
done = 0
try:
    while True:
        backend.transact(lambda writer: put_step(writer, types, f"step {done}", f"key {done}"))
        done += 1
except StoreUnavailableError as error:
    print(done, type(error).__name__, error)
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
backend.transact(lambda writer: put_step(writer, types, f"step {done}", f"key {done}"))
backend.close()
"""


def assert_whole(path: Path, number: int) -> None:
    """So many puts of `put_step` are there, none of them in part, and the file is sound."""
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        counts = {"Execution": 1, "Artifact": 2, "Context": 1, "Event": 2, "EventPath": 4, "Association": 1}
        for table, each in {**counts, "Attribution": 2, "ArtifactProperty": 3, "ExecutionProperty": 1}.items():
            assert connection.execute(f"SELECT COUNT(*) FROM {table}").fetchone() == (number * each,), table


@pytest.mark.skipif(sys.platform == "win32", reason="no such limit there")
def test_a_limit_on_the_file_undoes_the_put_that_meets_it(path: Path) -> None:
    command = [sys.executable, "-W", "error", "-c", FILL, str(path), str(Path(__file__).parents[2])]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    number, error, sentence = done.stdout.split(maxsplit=2)
    assert error == "StoreUnavailableError"
    assert str(path) in sentence
    assert int(number) > 5
    assert_whole(path, int(number) + 1)


def test_a_full_disk_undoes_the_put_that_meets_it(backend: SqliteBackend, path: Path) -> None:
    types = declare(backend)
    connection = backend._connections._idle[-1].raw
    pages = connection.execute("PRAGMA page_count").fetchone()[0]
    connection.execute(f"PRAGMA max_page_count = {pages + 3}")  # SQLite then reports a full disk
    done = 0
    with pytest.raises(StoreUnavailableError, match="is full, so nothing was written"):
        for done in range(10_000):
            backend.transact(lambda writer, name=f"step {done}": put_step(writer, types, name))  # type: ignore[misc]
    assert len(backend.nodes(NodeQuery("execution"))) == done
    backend.transact(lambda writer: put_step(writer, types, "with room again"))
    backend.close()
    assert_whole(path, done + 1)


def test_a_lock_that_others_keep(backend: SqliteBackend, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    backend.initialise()
    other = SqliteBackend(path)
    acquire = type(other._connections.lock).acquire
    monkeypatch.setattr(type(other._connections.lock), "acquire", lambda self, wait=0.0: acquire(self, wait))
    with backend._connections.lock, pytest.raises(StoreUnavailableError, match="locked"):
        other.initialise()
    other.initialise()
    other.close()


def test_a_lock_file_that_somebody_removed_is_made_again(backend: SqliteBackend, path: Path) -> None:
    types = declare(backend)
    Path(f"{path}-graphmeta.lock").unlink()
    backend.transact(lambda writer: put_step(writer, types, "a"))
    assert f"{path.name}-graphmeta.lock" in beside(path)
