"""Several threads, several processes, forks, and processes that die: nothing is lost, nothing half there."""

from __future__ import annotations

import gc
import itertools
import os
import random
import signal
import sqlite3
import subprocess
import sys
import threading
import warnings
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from graphmeta.backends.batch import Batch, TakenError, Writer, Written
from graphmeta.backends.requests import NodeQuery
from graphmeta.backends.sqlite.backend import SqliteBackend
from graphmeta.errors import FailedPreconditionError, InvalidArgumentError
from graphmeta.model import artifact_type
from tests.sqlite.sqlite_kit import declare, node, put_step

HERE = str(Path(__file__).parents[2])
forks = pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")

# Puts steps until it has put so many, or for ever, and says each as soon as it is acknowledged.
WRITER = """
import sys
sys.path.insert(0, sys.argv[1])
from tests.sqlite.sqlite_kit import SqliteBackend, declare, put_step
path, name, number = sys.argv[2], sys.argv[3], int(sys.argv[4])
backend = SqliteBackend(path)
ids = {(type.kind, type.name): type.id for type in backend.types()}
types = ids["artifact", "Data"], ids["execution", "Step"], ids["context", "Run"]
print("ready", flush=True)
sys.stdin.readline()
done = 0
while done != number:
    written = backend.transact(lambda writer: put_step(writer, types, f"{name}-{done}", f"{name}-{done}"))
    print(f"{name}-{done}", *written.artifact_ids, flush=True)
    done += 1
backend.close()
"""


def writer(path: Path, name: str, number: int) -> subprocess.Popen[str]:
    command = [sys.executable, "-W", "error", "-c", WRITER, HERE, str(path), name, str(number)]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def acknowledged(output: str) -> dict[str, list[int]]:
    """The names and artifact ids that a writer said; its last line may be cut off."""
    lines = output[: output.rfind("\n") + 1].splitlines()
    return {line.split()[0]: [int(id) for id in line.split()[1:]] for line in lines if line != "ready"}


def check(path: Path, said: dict[str, list[int]], *, integrity: bool = True) -> int:
    """Every put that was acknowledged is there whole, and none is there in part; returns how many there are."""
    with closing(sqlite3.connect(path)) as connection:

        def rows(text: str) -> list[tuple[object, ...]]:
            return connection.execute(text).fetchall()

        if integrity:
            assert rows("PRAGMA integrity_check") == [("ok",)]
        steps = dict(rows("SELECT name, id FROM Execution"))
        artifacts = dict(rows("SELECT name, id FROM Artifact"))
        keys = {key for (key,) in rows("SELECT key FROM graphmeta_put")}
        assert set(steps) == keys
        assert set(artifacts) == {f"{name}-{way}" for name in steps for way in ("in", "out")}
        counts = {"Context": 1, "Event": 2, "EventPath": 4, "Association": 1, "Attribution": 2}
        for table, each in {**counts, "ArtifactProperty": 3, "ExecutionProperty": 1}.items():
            assert rows(f"SELECT COUNT(*) FROM {table}") == [(len(steps) * each,)], table
        for name, ids in said.items():
            assert [artifacts[f"{name}-in"], artifacts[f"{name}-out"]] == ids
    return len(steps)


@pytest.mark.slow
def test_eight_processes_write_two_hundred_puts_each(backend: SqliteBackend, path: Path) -> None:
    declare(backend)
    writers = [writer(path, f"p{number}", 200) for number in range(8)]
    for each in writers:
        assert each.stdout is not None
        assert each.stdout.readline() == "ready\n"
    said: dict[str, list[int]] = {}
    with ThreadPoolExecutor(8) as pool:
        for output, _ in pool.map(lambda each: each.communicate("go\n"), writers):
            said |= acknowledged(output)
    assert [each.returncode for each in writers] == [0] * 8
    assert len(said) == 1_600
    assert check(path, said) == 1_600
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT MAX(id), COUNT(*) FROM Event").fetchone() == (3_200, 3_200), "no gaps"


def write_for_ever(path: Path, types: tuple[int, int, int], name: str, output: int) -> None:
    """Put steps and say each, on a pipe, as soon as it is acknowledged."""
    own = SqliteBackend(path)
    for done in itertools.count():
        key = f"{name}-{done}"
        written = own.transact(lambda writer, key=key: put_step(writer, types, key, key))  # type: ignore[misc]
        os.write(output, f"{key} {' '.join(map(str, written.artifact_ids))}\n".encode())


@forks
@pytest.mark.slow
def test_fifty_writers_killed_while_writing_lose_nothing(backend: SqliteBackend, path: Path) -> None:
    types = declare(backend)
    backend.close()
    chance = random.Random(0)
    said: dict[str, list[int]] = {}
    for number in range(50):
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(reading)
            write_for_ever(path, types, f"k{number}", writing)
        os.close(writing)
        with os.fdopen(reading) as pipe:
            output = "".join(pipe.readline() for _ in range(chance.randrange(1, 60)))
            os.kill(child, signal.SIGKILL)
            output += pipe.read()
        os.waitpid(child, 0)
        said |= acknowledged(output)
        assert check(path, said, integrity=number % 10 == 9) >= len(said)
    assert len(said) > 500


def test_threads_share_a_backend(backend: SqliteBackend, path: Path) -> None:
    types = declare(backend)

    def work(number: int) -> int:
        for each in range(20):
            name = f"t{number}-{each}"
            backend.transact(lambda writer, name=name: put_step(writer, types, name, name))  # type: ignore[misc]
            assert backend.nodes(NodeQuery("execution")).rows
        return number

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(work, range(8))) == list(range(8))
    assert len(backend._connections._idle) <= 8
    backend.close()
    assert not backend._connections._idle
    assert check(path, {}) == 160


def test_threads_that_ended_leave_no_connections(backend: SqliteBackend) -> None:
    backend.initialise()
    for _ in range(20):
        thread = threading.Thread(target=backend.types)
        thread.start()
        thread.join()
    assert len(backend._connections._idle) == 1


def test_a_backend_that_nobody_closed_is_cleaned_up(path: Path) -> None:
    backend = SqliteBackend(path)
    declare(backend)
    del backend
    gc.collect()  # a connection left open would be a ResourceWarning, which is an error here
    again = SqliteBackend(path)
    assert len(again.types()) == 12
    again.close()


def test_transactions_do_not_nest(backend: SqliteBackend) -> None:
    types = declare(backend)

    def outer(writer: Writer) -> None:
        put_step(writer, types, "outer")
        backend.transact(lambda inner: put_step(inner, types, "inner"))

    with pytest.raises(FailedPreconditionError, match="inside another one"):
        backend.transact(outer)
    assert not backend.nodes(NodeQuery("execution"))
    backend.transact(lambda writer: put_step(writer, types, "after"))


def test_a_reader_inside_a_transaction_sees_what_was_before_it(backend: SqliteBackend) -> None:
    types = declare(backend)

    def work(writer: Writer) -> int:
        put_step(writer, types, "a")
        assert len(writer.nodes(NodeQuery("execution"))) == 1
        return len(backend.nodes(NodeQuery("execution")))

    assert backend.transact(work) == 0
    assert len(backend.nodes(NodeQuery("execution"))) == 1


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, FileNotFoundError, UnicodeError])
def test_whatever_is_raised_undoes_the_transaction(backend: SqliteBackend, error: type[BaseException]) -> None:
    types = declare(backend)

    def work(writer: Writer) -> None:
        put_step(writer, types, "a", "key")
        writer.write_types([artifact_type("Lost")])
        assert len(writer.types()) == 13
        raise error("mine")

    with pytest.raises(error, match="mine"):
        backend.transact(work)
    assert len(backend.types()) == 12
    assert len(backend.transact(lambda writer: writer.types())) == 12
    assert backend.transact(lambda writer: put_step(writer, types, "a", "key")) == Written((1, 2), (1,), (1,))


def test_text_that_is_no_unicode_and_numbers_beyond_64_bits_are_refused(backend: SqliteBackend) -> None:
    types = declare(backend)
    for value, words in (("\ud800", "lone surrogate"), (2**63, "64 bits")):
        batch = Batch("k", nodes=[node("artifact", 1, types[0], custom={"k": value})])
        with pytest.raises(InvalidArgumentError, match=words):
            backend.transact(lambda writer, batch=batch: writer.write(batch, Written((1,))))  # type: ignore[misc]
    assert not backend.nodes(NodeQuery("artifact"))


def test_types_are_seen_by_other_connections_at_once(backend: SqliteBackend, path: Path) -> None:
    types = declare(backend)
    other = SqliteBackend(path)
    for number in range(3):
        assert len(other.types()) == 12 + number == len(backend.types())
        assert len(other.transact(lambda writer: writer.types())) == 12 + number
        backend.transact(lambda writer, name=f"T{number}": writer.write_types([artifact_type(name)]))  # type: ignore[misc]
    given = other.types()
    given[-1].properties["mine"] = "INT"
    assert other.types() == backend.types(), "what a caller does to a type stays with the caller"
    with pytest.raises(TakenError):
        other.transact(lambda writer: writer.write_types([artifact_type("T0")]))
    backend.transact(lambda writer: put_step(writer, types, "still fine"))
    other.close()


def in_child(work: Callable[[], object]) -> bool:
    """Whether some work succeeds in a forked child."""
    child = os.fork()
    if child == 0:
        try:
            work()
        except BaseException as error:
            sys.stderr.write(f"in the child: {error!r}\n")
            os._exit(1)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


@forks
def test_a_forked_child_uses_connections_of_its_own(backend: SqliteBackend, path: Path) -> None:
    types = declare(backend)

    def child() -> None:
        assert len(backend.types()) == 12
        backend.transact(lambda writer: put_step(writer, types, "child", "child"))
        backend.close()

    for number in range(3):
        backend.transact(lambda writer, name=f"a{number}": put_step(writer, types, name, name))  # type: ignore[misc]
        if number == 0:
            assert in_child(child)
        assert in_child(lambda: None)
    backend.close()
    assert check(path, {}) == 4


@forks
def test_a_child_forked_inside_a_transaction_may_not_use_the_store(backend: SqliteBackend, path: Path) -> None:
    types = declare(backend)

    def child() -> None:
        for use in (backend.types, SqliteBackend(path).types, backend.initialise):
            with pytest.raises(FailedPreconditionError, match="forked while"):
                use()

    def work(writer: Writer) -> None:
        put_step(writer, types, "before", "before")
        assert in_child(child)
        put_step(writer, types, "after", "after")

    backend.transact(work)
    assert in_child(lambda: backend.transact(lambda writer: put_step(writer, types, "child", "child")))
    backend.close()
    assert check(path, {}) == 3


@forks
def test_a_fork_waits_for_a_write_of_another_thread(backend: SqliteBackend, path: Path) -> None:
    types = declare(backend)
    stop = threading.Event()

    def write() -> int:
        done = 0
        while not stop.is_set():
            name = f"t{done}"
            backend.transact(lambda writer, name=name: put_step(writer, types, name, name))  # type: ignore[misc]
            done += 1
        return done

    with ThreadPoolExecutor(1) as pool, warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of forks where there are threads, since Python 3.12
        writing = pool.submit(write)
        for number in range(5):
            name = f"child {number}"
            assert in_child(lambda name=name: backend.transact(lambda writer: put_step(writer, types, name, name)))  # type: ignore[misc]
        stop.set()
        done = writing.result()
    backend.close()
    assert check(path, {}) == done + 5
