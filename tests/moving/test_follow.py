"""A copy that is kept in step with its source: in the end both hold the same, whatever happened meanwhile."""

from __future__ import annotations

import contextlib
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pymysql
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule, run_state_machine_as_test

from graphmeta.backends.rows import EventColumns, NodeRows
from graphmeta.errors import AlreadyExistsError, StoreUnavailableError
from graphmeta.model import (
    Artifact,
    Association,
    Attribution,
    Context,
    Event,
    Execution,
    Kind,
    ParentContext,
    artifact_type,
    context_type,
    execution_type,
)
from graphmeta.moving import following
from graphmeta.moving.comparing import compare
from graphmeta.moving.copying import copy
from graphmeta.moving.following import Follower, follow
from graphmeta.moving.source import Source, Trouble
from graphmeta.moving.sources.opening import open_source
from graphmeta.moving.sources.stores import StoreSource
from graphmeta.moving.targets.stores import StoreTarget
from graphmeta.store import Store, connect
from graphmeta.testing.mariadb import MariaDBServer
from graphmeta.testing.serving import serving


def lines(source: Source, target: Store) -> list[str]:
    """What differs."""
    return [str(each) for each in compare(source, StoreSource(target)).differences]


class Pair:
    """A source in a file, and its copy."""

    def __init__(self, folder: Path, target: Store) -> None:
        self.path = folder / "source.db"
        self.writer = connect(self.path)
        self.writer.put_types(
            [
                artifact_type("Data", {"rate": "DOUBLE"}),
                execution_type("Step", {"note": "STRING"}),
                context_type("Run", {"note": "STRING"}),
            ]
        )
        self.troubles: list[Trouble] = []
        self.target = target
        self.restart()

    def restart(self) -> None:
        """As a new process does it."""
        self.source = open_source(str(self.path))
        self.into = StoreTarget(self.target)
        copy(self.source, self.into)
        self.follower = Follower(self.source, self.into, self.troubles.append)

    def step(self) -> list[str]:
        """A round, and what differs after it."""
        self.follower.round()
        return lines(self.source, self.target)

    def close(self) -> None:
        self.source.close()
        self.writer.close()


@pytest.fixture
def pair(tmp_path: Path, store: Store) -> Iterator[Pair]:
    made = Pair(tmp_path, store)
    yield made
    made.close()


def put_run(store: Store, name: str, **more: Any) -> tuple[Artifact, Execution, Context]:
    artifact = Artifact(type="Data", name=name, uri=f"s3://{name}", properties={"rate": 0.5}, **more)
    execution = Execution(type="Step", name=name, state="RUNNING")
    context = Context(type="Run", name=name)
    store.put(
        artifacts=[artifact],
        executions=[execution],
        contexts=[context],
        events=[Event(artifact, execution, "OUTPUT", ("model", 0))],
        attributions=[Attribution(artifact, context)],
        associations=[Association(execution, context)],
    )
    return artifact, execution, context


def test_what_is_new_and_what_is_changed(pair: Pair) -> None:
    artifact, execution, context = put_run(pair.writer, "a")
    came = pair.follower.round()
    assert came.new == {"artifact": 1, "execution": 1, "context": 1, "event": 1, "attribution": 1, "association": 1}
    assert came.changed == {}
    assert came.oldest == pair.writer.artifact(artifact.id or 0).created
    assert not pair.follower.round()
    execution.state, artifact.custom_properties = "COMPLETE", {"auc": 1}
    pair.writer.put(executions=[execution], artifacts=[artifact])
    came = pair.follower.round()
    assert (came.new, came.changed) == ({}, {"artifact": 1, "execution": 1})
    assert pair.target.execution(execution.id or 0) == pair.writer.execution(execution.id or 0)
    _, _, other = put_run(pair.writer, "b")
    pair.writer.put(parents=[ParentContext(context, other)], events=[Event(artifact, execution, "INPUT")])
    assert pair.follower.round().new["parent"] == 1
    assert pair.step() == []
    assert pair.troubles == []


def test_types_gain_and_come(pair: Pair) -> None:
    pair.writer.put_type(artifact_type("Data", {"rate": "DOUBLE", "rows": "INT"}), can_add_fields=True)
    pair.writer.put_type(artifact_type("Model", {}, base_type="MODEL", version="2", description="A model."))
    assert pair.step() == []
    model = pair.writer.type("artifact", "Model", "2").id
    pair.writer.put(artifacts=[Artifact(type="Data", properties={"rows": 3}), Artifact(type_id=model)])
    assert pair.step() == []
    assert [artifact.properties for artifact in pair.target.artifacts()] == [{"rows": 3}, {}]


def test_names_that_go_round(pair: Pair) -> None:
    a, b, c = (put_run(pair.writer, name)[2] for name in "abc")
    pair.step()
    a.name = "spare"
    pair.writer.put(contexts=[a])
    b.name, c.name = "a", "b"
    pair.writer.put(contexts=[b])
    pair.writer.put(contexts=[c])
    a.name = "c"
    pair.writer.put(contexts=[a])
    put_run(pair.writer, "d")
    assert pair.step() == []
    assert [context.name for context in pair.target.contexts()] == ["c", "a", "b", "d"]
    assert pair.troubles == []


@pytest.fixture
def narrow(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rounds that look at nothing but what is new and what was updated, and at one piece besides."""
    monkeypatch.setattr(following, "LOOK_BACK", 0)
    monkeypatch.setattr(following, "_SWEPT", 1)


@pytest.mark.usefixtures("narrow")
def test_an_old_node_that_is_updated(pair: Pair) -> None:
    for name in "abcdef":
        artifact, _, _ = put_run(pair.writer, name)
    pair.step()
    artifact.uri = "other"
    pair.writer.put(artifacts=[artifact])
    assert pair.step() == []


@pytest.mark.usefixtures("narrow")
def test_a_name_that_is_given_up_and_taken_within_a_round(pair: Pair) -> None:
    for name in "xya":
        _, _, first = put_run(pair.writer, name)
    pair.step()

    class Busy(StoreSource):
        """Somebody writes it between the look for what was updated and the look for what is new."""

        written = False

        def nodes(self, kind: Kind, after: int, limit: int) -> NodeRows:
            if kind == "context" and not self.written:
                self.written = True
                first.name = "b"
                pair.writer.put(contexts=[first])
                pair.writer.put(contexts=[Context(type="Run", name="a")])
            return super().nodes(kind, after, limit)

    with Busy(connect(pair.path, read_only=True)) as source:
        Follower(source, pair.into, pair.troubles.append).round()
    assert [context.name for context in pair.target.contexts()] == ["x", "y", "b", "a"]
    assert lines(pair.source, pair.target) == []
    assert pair.troubles == []


def test_nodes_that_are_written_between_the_looks_at_nodes_and_edges(pair: Pair) -> None:
    class Busy(StoreSource):
        """Somebody writes it after its nodes were read."""

        written = False

        def events(self, after: int, limit: int) -> EventColumns:
            if not self.written:
                self.written = True
                put_run(pair.writer, "a")
            return super().events(after, limit)

        def parents(self) -> list[tuple[int, int]]:
            one, other = (Context(type="Run", name=name) for name in "bc")
            pair.writer.put(contexts=[one, other], parents=[ParentContext(one, other)])
            return super().parents()

    with Busy(connect(pair.path, read_only=True)) as source:
        came = Follower(source, pair.into, pair.troubles.append).round()
    assert came.new == {
        "artifact": 1, "execution": 1, "context": 3, "event": 1, "attribution": 1, "association": 1, "parent": 1
    }  # fmt: skip
    assert lines(pair.source, pair.target) == []
    assert pair.troubles == []


@pytest.mark.usefixtures("narrow")
def test_two_changes_of_one_millisecond(pair: Pair) -> None:
    artifact, _, _ = put_run(pair.writer, "a")
    for name in "bcdef":
        put_run(pair.writer, name)
    pair.step()
    now = pair.writer.artifact(artifact.id or 0).updated or 0
    pair.step()
    with contextlib.closing(_raw(pair.path)) as connection, connection:
        connection.execute("UPDATE Artifact SET uri = 'other' WHERE id = ?", (artifact.id,))
    assert pair.step() == []
    assert pair.target.artifact(artifact.id or 0).uri == "other"
    assert pair.target.artifact(artifact.id or 0).updated == now


def test_an_update_by_a_clock_that_is_far_behind_comes_in_the_end(pair: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(following, "LOOK_BACK", 2)
    monkeypatch.setattr(following, "_SWEPT", 3)
    for number in range(8):
        put_run(pair.writer, str(number))
    pair.step()
    with contextlib.closing(_raw(pair.path)) as connection, connection:
        connection.execute("UPDATE Artifact SET uri = 'other', last_update_time_since_epoch = 7 WHERE id = 2")
    found = [pair.step() for _ in range(4)]
    assert found[-1] == []


def _raw(path: Path) -> Any:
    import sqlite3

    return sqlite3.connect(path)


def test_what_somebody_else_wrote_to_the_copy_is_left_as_it_is(pair: Pair) -> None:
    put_run(pair.writer, "a")
    pair.step()
    foreign = Artifact(type="Data", name="mine", uri="theirs")
    pair.target.put(artifacts=[foreign])
    artifact, _, _ = put_run(pair.writer, "b")
    with contextlib.closing(_raw(pair.path)) as connection, connection:
        connection.execute("UPDATE Artifact SET create_time_since_epoch = 7 WHERE id = ?", (artifact.id,))
        connection.execute("UPDATE Artifact SET id = ? WHERE id = ?", (foreign.id, artifact.id))
    pair.step()
    assert pair.target.artifact(foreign.id or 0).uri == "theirs"
    assert (f"artifact/{foreign.id}", True) in [(each.where, "somebody else" in each.what) for each in pair.troubles]
    told = len(pair.troubles)
    pair.step()
    assert len(pair.troubles) == told


@pytest.mark.parametrize("restarted", [False, True])
def test_what_somebody_else_changed_in_the_copy_is_replaced_and_told(pair: Pair, restarted: bool) -> None:
    artifact, execution, context = put_run(pair.writer, "a")
    pair.step()
    theirs, spare = pair.target.artifact(artifact.id or 0), pair.target.context(context.id or 0)
    theirs.uri, spare.name = "theirs", "spare"
    pair.target.put(artifacts=[theirs], contexts=[spare])
    if restarted:
        pair.source.close()
        pair.restart()
    artifact.uri, execution.state = "ours", "COMPLETE"
    pair.writer.put(artifacts=[artifact], executions=[execution])
    pair.follower.round()
    # What the source did not change stays as it is remembered, until somebody looks at it anew.
    assert [context.name for context in pair.target.contexts()] == ["a" if restarted else "spare"]
    told = {trouble.where: trouble.what for trouble in pair.troubles}
    assert told.keys() == {f"artifact/{artifact.id}", *([f"context/{context.id}"] if restarted else [])}
    assert all("somebody else changed it in the target at 2" in what for what in told.values())
    pair.troubles.clear()
    artifact.uri, context.custom_properties = "ours again", {"n": 1}
    pair.writer.put(artifacts=[artifact], contexts=[context])
    assert pair.step() == []
    assert [trouble.where for trouble in pair.troubles] == ([] if restarted else [f"context/{context.id}"])


def test_a_name_that_somebody_else_took_in_the_copy(pair: Pair) -> None:
    pair.target.put(contexts=[Context(type="Run", name=str(number)) for number in range(3)])
    pair.target.put(contexts=[Context(type="Run", name="taken")])
    for number in range(5, 10):
        context = Context(type="Run", name=f"own {number}")
        pair.writer.put(contexts=[context])
    pair.writer.put(contexts=[Context(type="Run", name="taken")])
    pair.follower.round()
    theirs = [context for context in pair.target.contexts() if context.name == "taken"]
    assert len(theirs) == 1
    assert any("taken" in each.what for each in pair.troubles)


def test_restarts_go_on(pair: Pair) -> None:
    artifact, _, _ = put_run(pair.writer, "a")
    pair.step()
    artifact.uri = "while nobody followed"
    pair.writer.put(artifacts=[artifact])
    put_run(pair.writer, "b")
    pair.source.close()
    pair.restart()
    assert pair.step() == []


def test_it_ends_between_portions_and_tries_again(pair: Pair) -> None:
    said: list[str] = []
    put_run(pair.writer, "a")
    away = pair.path.with_name("away.db")
    waits: list[float] = []

    def pause(seconds: float) -> bool:
        if seconds:
            waits.append(seconds)
            if len(waits) == 1:
                pair.writer.close()
                shutil.move(pair.path, away)
            if len(waits) == 4:
                shutil.move(away, pair.path)
        return len(waits) == 6

    class Away(StoreSource):
        """A source on a disk that comes and goes."""

        def types(self) -> list[Any]:
            if not pair.path.exists():
                raise StoreUnavailableError("It is away.")
            return super().types()

    source = Away(connect(pair.path, read_only=True))
    with source:
        follow(source, pair.into, say=said.append, report=pair.troubles.append, pause=pause, every=5)
    assert waits == [5, 1, 2, 4, 5, 5]
    assert said[0].startswith("contexts 1 new, artifacts 1 new")
    assert said[1:] == [f"It is away. Trying again in {seconds} s." for seconds in (1, 2, 4)] + ["It answers again."]


# ---------------------------------------------------------------- other processes

_WRITER = """import sys
from graphmeta import connect
from graphmeta.model import *
store = connect(sys.argv[1])
store.put_types([artifact_type("Data"), execution_type("Step"), context_type("Run")])
run = Context(type="Run", name="run")
for number in range(150):
    artifact, execution = Artifact(type="Data", name=str(number)), Execution(type="Step", state="RUNNING")
    edges = {
        "events": [Event(artifact, execution, "OUTPUT")],
        "associations": [Association(execution, run)],
        "attributions": [Attribution(artifact, run)],
    }
    store.put(artifacts=[artifact], executions=[execution], contexts=[run], **edges)
    execution.state = "COMPLETE"
    store.put(executions=[execution])
    if number == 20:
        print("twenty", flush=True)
store.close()
"""


@pytest.mark.slow
def test_a_process_that_writes_and_a_process_that_follows(sqlite_store: Store, tmp_path: Path) -> None:
    store, url, path = sqlite_store, sqlite_store.url, tmp_path / "source.db"
    command = [sys.executable, "-m", "graphmeta", "copy", str(path), url, "--follow", "--every", "0.1", "--quiet"]
    with subprocess.Popen([sys.executable, "-c", _WRITER, str(path)], stdout=subprocess.PIPE) as writer:
        assert writer.stdout is not None
        writer.stdout.readline()
        for ending in (signal.SIGTERM, signal.SIGKILL, signal.SIGINT):
            with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as follower:
                assert follower.stderr is not None
                assert "Following" in follower.stderr.readline()
                if ending == signal.SIGINT:
                    writer.wait()
                follower.send_signal(ending)
                follower.communicate()
            assert follower.returncode == (-signal.SIGKILL if ending == signal.SIGKILL else 0)
    done = subprocess.run([*command, "--once"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    with open_source(str(path)) as source:
        assert lines(source, store) == []
    assert len(store.artifacts()) == 150


# ---------------------------------------------------------------- databases with several writers


ARTIFACT_TYPE, EXECUTION_TYPE = 10, 12  # of the world's types `Thing`


@pytest.mark.slow
def test_transactions_that_commit_late(
    mysql_world: Callable[..., str], mariadb_server: MariaDBServer, sqlite_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(following, "_SWEPT", 1)
    store, url = sqlite_store, mysql_world("utf8mb4", anew=True)
    server = mariadb_server
    login = {"host": server.host, "port": server.port, "user": server.user, "password": server.password}
    database = url.rpartition("/")[2]
    troubles: list[Trouble] = []

    def put(cursor: Any, name: str, updated: int) -> None:
        ids = []
        for table, type_id in (("Artifact", ARTIFACT_TYPE), ("Execution", EXECUTION_TYPE)):
            columns = "type_id, name, create_time_since_epoch, last_update_time_since_epoch"
            row = (type_id, name, updated, updated)
            cursor.execute(f"INSERT INTO {table} ({columns}) VALUES (%s, %s, %s, %s)", row)
            ids.append(cursor.lastrowid)
        columns = "artifact_id, execution_id, type, milliseconds_since_epoch"
        cursor.execute(f"INSERT INTO Event ({columns}) VALUES (%s, %s, 4, %s)", (*ids, updated))
        cursor.execute("INSERT INTO EventPath VALUES (%s, 1, 3, NULL)", (cursor.lastrowid,))
        cursor.execute("INSERT INTO Attribution (context_id, artifact_id) VALUES (1, %s)", (ids[0],))
        cursor.execute("INSERT INTO Association (context_id, execution_id) VALUES (1, %s)", (ids[1],))

    with contextlib.ExitStack() as stack:
        late, early = (
            stack.enter_context(pymysql.connect(**login, database=database, charset="utf8mb4")) for _ in range(2)
        )
        source = stack.enter_context(open_source(url))
        into = StoreTarget(store)
        copy(source, into)
        follower = Follower(source, into, troubles.append)
        follower.round()
        for round in range(2):
            # The clock of the one that commits late is hours behind, so that only its ids tell of it.
            put(late.cursor(), f"late {round}", 10_000)
            put(early.cursor(), f"early {round}", 9_999_999_999_000 + round)
            early.commit()
            came = follower.round()
            assert came.new == {"artifact": 1, "execution": 1, "event": 1, "attribution": 1, "association": 1}
            late.commit()
            came = follower.round()
            assert came.new == {"artifact": 1, "execution": 1, "event": 1, "attribution": 1, "association": 1}
            assert lines(source, store) == []
    assert troubles == []


@pytest.mark.slow
def test_a_database_that_goes_away_and_comes_back(
    mysql_world: Callable[..., str], mariadb_server: MariaDBServer, sqlite_store: Store
) -> None:
    store, url = sqlite_store, mysql_world("utf8mb4", anew=True)
    said: list[str] = []
    waits: list[float] = []
    command: Any = None
    assert mariadb_server.process is not None
    (mariadb_server.home / "users.sql").write_text("", encoding="utf-8")  # they are there already
    with open_source(url) as source:
        into = StoreTarget(store)
        copy(source, into)

        def pause(seconds: float) -> bool:
            nonlocal command
            if seconds:
                waits.append(seconds)
                if len(waits) == 1:
                    command = mariadb_server.process.args
                    mariadb_server.process.terminate()
                    mariadb_server.process.wait()
                if len(waits) == 3:
                    mariadb_server.process = subprocess.Popen(
                        command, stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL
                    )
                    mariadb_server._wait()
            return len(waits) == 4

        follow(source, into, say=said.append, report=lambda trouble: None, pause=pause, every=7)
        assert waits == [7, 1, 2, 7]
        assert said[-1] == "It answers again."
        assert lines(source, store) == []


@pytest.mark.slow
@pytest.mark.usefixtures("narrow")
def test_a_server_is_followed(sqlite_store: Store, tmp_path: Path, closing: contextlib.ExitStack) -> None:
    pair = closing.enter_context(contextlib.closing(Pair(tmp_path, sqlite_store)))
    _, _, run = put_run(pair.writer, "a")
    for name in "xyb":
        artifact, execution, _ = put_run(pair.writer, name)
    with serving(pair.path) as served, open_source(f"grpc://{served.grpc_address}") as source:  # noqa: SIM117
        with connect(tmp_path / "of the server.db") as store:
            into = StoreTarget(store)
            copy(source, into)
            follower = Follower(source, into, pair.troubles.append)
            follower.round()
            follower.round()
            put_run(pair.writer, "c")
            execution.state = "COMPLETE"
            pair.writer.put(
                executions=[execution],
                events=[Event(artifact, execution, "INPUT", ("in", 1))],
                associations=[Association(execution, run)],
            )
            came = follower.round()
            assert came.changed == {"execution": 1}
            assert came.new == {
                "artifact": 1, "execution": 1, "context": 1, "event": 2, "attribution": 1, "association": 2
            }  # fmt: skip
            assert not follower.round()
            assert lines(source, store) == []
            with open_source(str(pair.path)) as own:
                assert lines(own, store) != []  # the ids of events are the server's
                found = compare(source, own)
            assert [str(each) for each in found.differences] == []
            assert found.notes
    assert pair.troubles == []


# ---------------------------------------------------------------- random


class Moves(RuleBasedStateMachine):
    """Random writes to a source, with rounds and restarts in between."""

    folder: Path
    fresh: Callable[[], Store]
    number = 0

    def __init__(self) -> None:
        super().__init__()
        Moves.number += 1
        folder = self.folder / str(Moves.number)
        folder.mkdir()
        self.pair = Pair(folder, type(self).fresh())
        self.moved = False

    @rule(name=st.sampled_from("abcde"), external_id=st.sampled_from([None, "x", "y"]))
    def put(self, name: str, external_id: str | None) -> None:
        with contextlib.suppress(AlreadyExistsError):
            put_run(self.pair.writer, name, external_id=external_id)

    @precondition(lambda self: self.pair.writer.contexts())
    @rule(data=st.data(), name=st.sampled_from("abcdefg"))
    def rename(self, data: st.DataObject, name: str) -> None:
        context = data.draw(st.sampled_from(self.pair.writer.contexts()))
        context.name = name
        with contextlib.suppress(AlreadyExistsError):
            self.pair.writer.put(contexts=[context])

    @precondition(lambda self: self.pair.writer.artifacts())
    @rule(
        data=st.data(),
        uri=st.sampled_from(["", "u", "v"]),
        external_id=st.sampled_from([None, "x", "y"]),
        custom=st.dictionaries(st.sampled_from("pq"), st.sampled_from([1, 1.0, True, "1", {"a": 1}, -0.0, 0.0])),
    )
    def update(self, data: st.DataObject, uri: str, external_id: str | None, custom: dict[str, Any]) -> None:
        artifact = data.draw(st.sampled_from(self.pair.writer.artifacts()))
        artifact.uri, artifact.external_id, artifact.custom_properties = uri, external_id, custom
        with contextlib.suppress(AlreadyExistsError):
            self.pair.writer.put(artifacts=[artifact])

    @precondition(lambda self: len(self.pair.writer.contexts()) > 1)
    @rule(data=st.data())
    def join(self, data: st.DataObject) -> None:
        writer = self.pair.writer
        child, parent = sorted(
            data.draw(st.lists(st.sampled_from([c.id for c in writer.contexts()]), min_size=2, max_size=2, unique=True))
        )
        artifact = data.draw(st.sampled_from(writer.artifacts()))
        execution = data.draw(st.sampled_from(writer.executions()))
        with contextlib.suppress(AlreadyExistsError):
            writer.put(parents=[ParentContext(child, parent)])
        writer.put(attributions=[Attribution(artifact, child)], associations=[Association(execution, parent)])
        with contextlib.suppress(AlreadyExistsError):
            writer.put(events=[Event(artifact, execution, data.draw(st.sampled_from(["INPUT", "OUTPUT"])))])

    @rule(restart=st.booleans())
    def round(self, restart: bool) -> None:
        if restart:
            self.pair.source.close()
            self.pair.restart()
        assert self.pair.step() == []
        assert self.pair.troubles == []

    def teardown(self) -> None:
        try:
            assert self.pair.step() == []
        finally:
            self.pair.close()


@pytest.mark.slow
@pytest.mark.parametrize("engine", ["sqlite", pytest.param("neo4j", marks=pytest.mark.neo4j)])
def test_random_writes_and_rounds(engine: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    with contextlib.ExitStack() as stack:

        def fresh() -> Store:
            if engine == "sqlite":
                store = stack.enter_context(connect(tmp_path / f"target{Moves.number}.db"))
            else:
                from graphmeta.testing import neo4j_server as servers

                server = request.getfixturevalue("neo4j_server")
                servers.wipe(server.address, server.user, server.password)
                store = stack.enter_context(connect(server.url))
            store.initialise()
            return store

        class Here(Moves):
            folder = tmp_path

        Here.fresh = staticmethod(fresh)  # type: ignore[assignment]
        examples = 25 if engine == "sqlite" else 4
        run_state_machine_as_test(
            Here,
            settings=settings(
                max_examples=examples,
                stateful_step_count=20,
                deadline=None,
                suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
            ),
        )
