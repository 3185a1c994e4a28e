"""Copies: all of it, with ids, times, order and types; into the right places only; behind what is there."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import click
import pytest

from graphmeta.backends.batch import Writer
from graphmeta.backends.rows import EventColumns
from graphmeta.cli.main import cli
from graphmeta.errors import (
    FailedPreconditionError,
    InvalidArgumentError,
    SchemaVersionError,
    StoreUnavailableError,
    UnsupportedError,
)
from graphmeta.model import (
    SYSTEM_TYPES,
    Artifact,
    Context,
    Event,
    Execution,
    artifact_type,
)
from graphmeta.moving.copying import Copying
from graphmeta.moving.progress import Progress
from graphmeta.moving.source import PARTS, Trouble
from graphmeta.moving.sources.opening import open_source
from graphmeta.moving.targets.opening import open_target
from graphmeta.store import connect
from graphmeta.testing.mlmd.grpc_server import grpc_server
from graphmeta.testing.mlmd_files import SCHEMAS

from .reading import everything
from .worlds import REAL_FILES, copied, fill, real_file, whole


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A file with a bit of everything."""
    path = tmp_path / "source.db"
    with connect(path) as store:
        fill(store)
    return path


@pytest.fixture(params=["sqlite", pytest.param("neo4j", marks=pytest.mark.neo4j)])
def target(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty place to copy to, on each engine in turn."""
    return str(tmp_path / "target.db") if request.param == "sqlite" else request.getfixturevalue("neo4j_url")


def contents(url: Path | str) -> dict[str, Any]:
    with connect(url, read_only=True) as store:
        return whole(store)


def statements(path: Path, *texts: str) -> None:
    """Change a file behind everybody's back."""
    with closing(sqlite3.connect(path)) as connection, connection:
        for text in texts:
            connection.execute(text)


# ---------------------------------------------------------------- all of it


def test_everything_comes_over(source: Path, target: str) -> None:
    comes_over(source, target, 7)


@pytest.mark.parametrize("portion", [1, 3, 5000])
def test_everything_comes_over_in_portions(source: Path, tmp_path: Path, portion: int) -> None:
    comes_over(source, str(tmp_path / "target.db"), portion)


def comes_over(source: Path, target: str, portion: int) -> None:
    """Copy in portions of a size, and see that all of it is there."""
    done = copied(source, target, portion=portion)
    assert contents(target) == contents(source)
    assert done.told == 0
    with open_source(str(source)) as opened:
        numbers = opened.summary().numbers
    assert {part: done.written.get(part, 0) for part in PARTS} == dict(numbers)
    assert all(numbers.values())


def test_what_is_put_later_gets_higher_ids(source: Path, target: str) -> None:
    copied(source, target)
    with open_source(str(source)) as opened:
        highest = opened.summary().highest
    with connect(target) as store:
        step, thing, run = Execution(type="Step"), Artifact(type="Thing"), Context(type="Run", name="later")
        store.put(executions=[step], artifacts=[thing], contexts=[run], events=[Event(thing, step, "OUTPUT")])
        for node in (step, thing, run):
            assert node.id is not None
            assert node.id > highest[node.kind]
        assert min(event.id or 0 for event in store.events(executions=[step])) > highest["event"]
        assert store.put_type(artifact_type("Later")) > max(type.id or 0 for type in store.types()[:-1])


def check_same(source: Path | str, target: str) -> None:
    """Both hold the same, as sources, but for the system types that the target adds."""
    with open_source(str(source)) as one, open_source(target) as other:
        mine, theirs = everything(one), everything(other)
    for part in ("attributions", "associations"):
        mine[part], theirs[part] = ([pair[1:] for pair in side[part]] for side in (mine, theirs))
    types, there = mine.pop("types"), theirs.pop("types")
    assert theirs == mine
    assert [type for type in there if type in types] == types
    added = [type for type in there if type not in types]
    lacking = set(SYSTEM_TYPES).difference((type.kind, type.name) for type in types)
    assert {(type.kind, type.name) for type in added} == lacking
    assert all((type.id or 0) > max(known.id or 0 for known in types) for type in added)


@pytest.mark.parametrize("name", REAL_FILES)
def test_files_that_others_wrote(name: str, tmp_path: Path, target: str) -> None:
    source, troubles = real_file(name, tmp_path), list[Trouble]()
    before = source.read_bytes()
    copied(source, target, troubles)
    assert source.read_bytes() == before
    check_same(source, target)
    assert not troubles


@pytest.mark.slow
@pytest.mark.parametrize("schema", SCHEMAS)
def test_files_of_every_schema(schema: int, mlmd_worlds: dict[int, Path], tmp_path: Path) -> None:
    target = str(tmp_path / "target.db")
    copied(mlmd_worlds[schema], target)
    check_same(mlmd_worlds[schema], target)


@pytest.mark.slow
def test_from_mysql(mysql_world: Callable[..., str], target: str) -> None:
    source = mysql_world("utf8mb4")
    copied(source, target)
    check_same(source, target)


@pytest.mark.slow
def test_from_postgresql(postgresql_world: str, tmp_path: Path) -> None:
    copied(postgresql_world, tmp_path / "target.db")
    check_same(postgresql_world, str(tmp_path / "target.db"))


def test_from_a_server(source: Path, tmp_path: Path) -> None:
    with connect(source) as store, grpc_server(store) as (address, _):
        url, target = f"grpc://{address}", str(tmp_path / "target.db")
        copied(url, target)
        check_same(url, target)
        assert not copied(url, target).written


@pytest.mark.neo4j
def test_roles_become_labels(source: Path, neo4j_url: str) -> None:
    copied(source, neo4j_url)
    with connect(neo4j_url) as store:
        models, train = (
            store.backend.cypher(f"MATCH (node:{role}) RETURN count(node) AS number", {}) for role in ("Model", "Train")
        )
    assert (models, train) == ([{"number": 4}], [{"number": 4}])


@pytest.mark.neo4j
def test_from_neo4j(source: Path, tmp_path: Path, neo4j_url: str) -> None:
    copied(source, neo4j_url)
    copied(neo4j_url, tmp_path / "back.db")
    assert contents(tmp_path / "back.db") == contents(source)


def test_an_empty_store(tmp_path: Path, target: str) -> None:
    with connect(tmp_path / "source.db") as store:
        store.initialise()
    assert not copied(tmp_path / "source.db", target).written
    assert contents(target) == contents(tmp_path / "source.db")


# ---------------------------------------------------------------- again, and behind what is there


def test_again_adds_nothing_and_then_what_is_new(source: Path, target: str, tmp_path: Path) -> None:
    copied(source, target)
    again = copied(source, target)
    assert not again.written
    assert again.there["event"] > 0
    with connect(source) as store:
        store.put_type(artifact_type("New", {"p": "INT"}, base_type="DATASET"))
        step, made = Execution(type="Step"), Artifact(type="New", properties={"p": 1})
        store.put(executions=[step], artifacts=[made], events=[Event(made, step, "OUTPUT")])
    # It may have moved meanwhile.
    source = source.rename(tmp_path / "moved.db")
    assert copied(source, target).written == {"artifact": 1, "execution": 1, "event": 1}
    assert contents(target) == contents(source)


@pytest.mark.slow
def test_while_somebody_writes_the_source(source: Path, target: str) -> None:
    progress, number = Progress(), 0
    with connect(source) as writing:

        def write() -> None:
            nonlocal number
            number += 1
            if number > 40:
                return
            if number % 10 == 1:
                writing.put_type(artifact_type(f"Type {number}", base_type="MODEL"))
            step, made = Execution(type="Step"), Artifact(type=f"Type {number - (number - 1) % 10}")
            writing.put(executions=[step], artifacts=[made], events=[Event(made, step, "OUTPUT")])

        progress.watch(write)
        copied(source, target, progress=progress)
    assert number > 10
    copied(source, target)
    assert contents(target) == contents(source)


def test_nodes_whose_transaction_ended_late(source: Path, target: str) -> None:
    owners = ("Event", "Association", "ExecutionProperty")
    renumber = [f"UPDATE {table} SET execution_id = 100 WHERE execution_id = 2" for table in owners]
    statements(source, "UPDATE Execution SET id = 100 WHERE id = 2", *renumber)
    copied(source, target)
    statements(
        source,
        "INSERT INTO Execution (id, type_id, name) SELECT 2, type_id, 'late' FROM Execution WHERE id = 1",
        "INSERT INTO Event (artifact_id, execution_id, type, milliseconds_since_epoch) VALUES (1, 2, 3, 9)",
        "INSERT INTO Association (context_id, execution_id) VALUES (1, 2)",
    )
    assert copied(source, target).written == {"execution": 1, "event": 1, "association": 1}
    assert contents(target) == contents(source)


def test_events_whose_execution_is_gone_do_not_hold_up_the_others(source: Path, target: str) -> None:
    """The source gives an execution's events, and then has it no more."""
    with open_source(str(source)) as opened, open_target(target, opened) as into:
        copying = Copying(opened, into, Progress(), 2, shared=False)
        events = opened.events
        troubles: list[Trouble] = []
        copying._report = troubles.append

        def gone(after: int, limit: int) -> EventColumns:
            rows = [(id, a, 999 if e == 2 else e, *rest) for id, a, e, *rest in events(after, limit).rows()]
            return EventColumns.of(rows)  # type: ignore[arg-type]

        opened.events = gone  # type: ignore[method-assign]
        done = copying.run()
    assert len(troubles) == done.told == 5
    assert troubles[0].what == "there is no execution/999; it is left out."
    with connect(target) as store:
        assert len(store.events(executions=[1, 3, 4])) == done.written["event"] == 17


def test_nodes_with_ids_below_one(source: Path, target: str) -> None:
    statements(source, *(f"INSERT INTO Artifact (id, type_id, uri) VALUES ({id}, 1, 'low')" for id in range(-9, 0)))
    assert copied(source, target).written["artifact"] == 25
    with connect(target) as store:
        assert [artifact.id for artifact in store.artifacts()][:10] == [*range(-9, 0), 1]


def test_types_that_make_room_for_those_of_the_source(tmp_path: Path, target: str) -> None:
    """An old file without system types gains a type whose id the target gave to one of them."""
    source = real_file(REAL_FILES[0], tmp_path)
    copied(source, target)
    statements(
        source,
        "INSERT INTO Type (id, name, type_kind) VALUES (23, 'Late', 1)",
        "INSERT INTO Artifact (id, type_id, uri) VALUES (500, 23, 'late')",
    )
    copied(source, target)
    with connect(target) as store:
        assert store.type("artifact", "Late").id == 23
        assert store.artifact(500).type == "Late"
        assert {(type.kind, type.name) for type in store.types(system=True)} >= set(SYSTEM_TYPES)


# ---------------------------------------------------------------- what a store holds once only


def test_names_that_become_the_same(source: Path, target: str) -> None:
    statements(
        source,
        "UPDATE Context SET name = CAST('run 1' AS BLOB) WHERE name = 'run 2'",
        "UPDATE Context SET external_id = CAST('run/1' AS BLOB) WHERE external_id = 'run/3'",
    )
    for portion in (1, 5000):
        troubles: list[Trouble] = []
        place = target if portion == 1 else str(source.with_name("other.db"))
        done = copied(source, place, troubles, portion=portion)
        with connect(place) as store:
            names = {context.id: context.name for context in store.contexts()}
            external_ids = {context.id: context.external_id for context in store.contexts()}
        assert [names[id] for id in (3, 4, 5)] == ["run 1", "run 1 (context/4)", "run 3"]
        assert [external_ids[id] for id in (3, 4, 5)] == ["run/1", "run/2", "run/1 (context/5)"]
        renamed = [trouble.where for trouble in troubles if "as well" in trouble.what]
        assert renamed == ["context/4", "context/5"]
        assert done.told == len(troubles)


def test_what_was_told_by_an_earlier_run_counts(source: Path, target: str) -> None:
    statements(source, "UPDATE Artifact SET state = 77 WHERE id = 1")
    assert copied(source, target).told == 1
    assert copied(source, target).told == 1


# ---------------------------------------------------------------- where it may be copied to


def test_a_target_that_holds_something_is_refused(source: Path, target: str) -> None:
    with connect(target) as store:
        store.put_type(artifact_type("Mine"))
    before = contents(target)
    with pytest.raises(FailedPreconditionError, match=r"not empty: it holds 1 types of its own.*a new file"):
        copied(source, target)
    assert contents(target) == before


def test_a_target_with_nodes_of_system_types_is_refused(source: Path, target: str) -> None:
    with connect(target) as store:
        store.put(artifacts=[Artifact(type="mlmd.Model")])
    with pytest.raises(FailedPreconditionError, match="1 artifacts"):
        copied(source, target)


def test_a_copy_of_another_source_is_refused(source: Path, target: str, tmp_path: Path) -> None:
    copied(source, target)
    with connect(tmp_path / "other.db") as store:
        fill(store)
    before = contents(target)
    with pytest.raises(FailedPreconditionError, match="another source"):
        copied(tmp_path / "other.db", target)
    assert contents(target) == before


def test_a_copy_that_somebody_wrote_to_is_refused(source: Path, target: str) -> None:
    copied(source, target)
    with connect(target) as store:
        store.put(artifacts=[Artifact(type="Thing")])
    before = contents(target)
    with pytest.raises(FailedPreconditionError, match="somebody wrote artifact/"):
        copied(source, target)
    troubles: list[Trouble] = []
    assert copied(source, target, troubles, shared=True).told == 1
    assert "left alone" in troubles[0].what
    assert contents(target) == before


def test_two_copies_at_once(source: Path, target: str) -> None:
    with open_source(str(source)) as opened, open_target(target, opened) as one, open_target(target, opened) as other:
        types = opened.types()
        one.judge(opened, types)
        other.judge(opened, types)
        one.take_types(types)
        one.write(done={"attribution": 1})
        with pytest.raises(FailedPreconditionError, match="Another process copies"):
            other.take_types(types)


def test_the_source_itself_is_refused(source: Path, tmp_path: Path) -> None:
    (tmp_path / "link.db").symlink_to(source)
    for name in (str(source), f"sqlite:///{source}", os.path.relpath(source), str(tmp_path / "link.db")):
        with pytest.raises(InvalidArgumentError, match="the same"):
            copied(source, name)


@pytest.mark.parametrize("url", ["grpc://h:1", "grpcs://h:1"])
def test_what_can_only_be_copied_from(source: Path, url: str) -> None:
    with pytest.raises(UnsupportedError, match=r"gives ids and times itself.*lineage\.db"):
        copied(source, url)


@pytest.mark.parametrize("url", ["mysql://u:secret@127.0.0.1:1/d", "postgresql://u:secret@127.0.0.1:1/d"])
def test_a_server_that_does_not_answer(source: Path, url: str) -> None:
    with pytest.raises(StoreUnavailableError, match="does not answer") as caught:
        copied(source, url)
    assert "secret" not in str(caught.value)


def test_an_older_file_as_target_is_refused(source: Path, tmp_path: Path) -> None:
    old = real_file(REAL_FILES[0], tmp_path)
    before = old.read_bytes()
    with pytest.raises(SchemaVersionError):
        copied(source, old)
    assert old.read_bytes() == before


# ---------------------------------------------------------------- the command


def call(*arguments: str) -> int:
    answer: int = cli.main(args=["copy", *arguments], prog_name="graphmeta", standalone_mode=False)
    return answer


def test_the_command(source: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target = str(tmp_path / "target.db")
    assert call(str(source), target, "--portion", "3") == 0
    said = capsys.readouterr()
    assert "artifacts: 16\n" in said.out
    assert "Everything came over as it was." in said.out
    assert said.err == ""
    assert call(str(source), target, "--json") == 0
    document = json.loads(capsys.readouterr().out)
    assert document["written"] == {}
    assert document["there"]["artifacts"] == 16
    assert call(str(source), target, "--quiet") == 0
    assert capsys.readouterr() == ("", "")


def test_the_command_tells_troubles(source: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    statements(
        source,
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 150) "
        "INSERT INTO Artifact (type_id, state, uri) SELECT 1, 77, 'x' FROM n",
    )
    assert call(str(source), str(tmp_path / "a.db")) == 1
    said = capsys.readouterr()
    assert "150 did not come over as they were" in said.out
    lines = said.err.splitlines()
    assert lines[0] == "artifact/17: there is no state 77; it comes as UNKNOWN."
    assert lines[100:] == ["… and 50 more; --troubles FILE has them all."]
    assert call(str(source), str(tmp_path / "b.db"), "--troubles", str(tmp_path / "troubles")) == 1
    assert capsys.readouterr().err == ""
    assert len((tmp_path / "troubles").read_text(encoding="utf-8").splitlines()) == 150


def test_ctrl_c_says_how_to_go_on(
    source: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    target = str(tmp_path / "target.db")
    add = Progress.add

    def interrupted(self: Progress, part: Any, number: int) -> None:
        add(self, part, number)
        if part == "execution":
            raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Progress, "add", interrupted)
        assert call(str(source), target) == 130
    assert "run the same command again" in capsys.readouterr().err
    assert call(str(source), target, "--json") == 0
    assert set(json.loads(capsys.readouterr().out)["written"]) == {"events", "attributions", "associations", "parents"}
    assert contents(target) == contents(source)


def test_sigterm_ends_it_as_ctrl_c_does(
    source: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    target = str(tmp_path / "target.db")
    add = Progress.add

    def terminated(self: Progress, part: Any, number: int) -> None:
        add(self, part, number)
        if part == "execution":
            signal.raise_signal(signal.SIGTERM)

    before = signal.getsignal(signal.SIGTERM)
    with monkeypatch.context() as patch:
        patch.setattr(Progress, "add", terminated)
        assert call(str(source), target) == 143
    assert "What was copied is safe: run the same command again" in capsys.readouterr().err
    assert signal.getsignal(signal.SIGTERM) is before
    assert call(str(source), target, "--quiet") == 0
    assert contents(target) == contents(source)


def test_json_and_verify_are_one_document(source: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target = str(tmp_path / "target.db")
    assert call(str(source), target, "--json", "--verify") == 0
    document = json.loads(capsys.readouterr().out)
    assert (document["written"]["artifacts"], document["comparison"]["same"]) == (16, True)
    statements(source, "UPDATE Artifact SET uri = 'changed', last_update_time_since_epoch = 1 WHERE id = 2")
    assert call(str(source), target, "--json", "--verify") == 1
    document = json.loads(capsys.readouterr().out)
    assert {each["field"] for each in document["comparison"]["differences"]} == {"URI", "updated"}
    assert call(str(source), target, "--verify") == 1
    assert "artifact/2: updated 1970-01-01T" in capsys.readouterr().out


def test_once_goes_with_follow(source: Path, tmp_path: Path) -> None:
    with pytest.raises(click.UsageError, match="--once goes with --follow"):
        call(str(source), str(tmp_path / "target.db"), "--once")
    assert not (tmp_path / "target.db").exists()


def test_memberships_that_come_again_are_not_counted(source: Path, target: str) -> None:
    copied(source, target)
    with connect(target) as store:  # as if the copy had ended before it noted the last portion

        def forget(writer: Writer) -> None:
            mark = json.loads(writer.note("copy") or "")
            del mark["done"]["attribution"]
            writer.write_note("copy", json.dumps(mark))

        store.backend.transact(forget)
    done = copied(source, target)
    assert (sum(done.written.values()), done.there["attribution"]) == (0, 8)


@pytest.mark.parametrize("url", ["ftp://host/x", "mongodb://host"])
def test_a_target_of_no_known_kind(source: Path, url: str) -> None:
    with pytest.raises(InvalidArgumentError, match=r"neo4j://.*mysql://.*postgresql://"):
        copied(source, url)


def test_what_is_only_copied_from_or_to_says_so_elsewhere() -> None:
    for scheme in ("mysql", "postgresql", "grpc", "grpcs"):
        with pytest.raises(InvalidArgumentError, match=f"graphmeta copy {scheme}://"):
            connect(f"{scheme}://host/x")


def test_progress() -> None:
    now = 0.0
    progress = Progress(lambda: now)
    progress.begin({"artifact": 1_000, "event": 3_000}, {"artifact": 0})
    assert (progress.rate, progress.left) == (0, None)
    now = 10.0
    progress.add("artifact", 1_000)
    assert (progress.rate, progress.left) == (100, 30)
    assert progress.line() == "artifacts 1,000 of 1,000; 25 %, 100 a second, 0:30 left"
    now = 50.0
    progress.add("event", 2_000)
    assert progress.rate == 50
    assert progress.line() == "events 2,000 of 3,000; 75 %, 50 a second, 0:20 left"


def test_a_copied_file_is_one_of_ml_metadata(source: Path, tmp_path: Path) -> None:
    copied(source, tmp_path / "target.db")
    with closing(sqlite3.connect(source)) as one, closing(sqlite3.connect(tmp_path / "target.db")) as other:
        assert other.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        names = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'graphmeta_%'"
        for (table,) in one.execute(names).fetchall():
            mine, theirs = (sorted(map(repr, each.execute(f"SELECT * FROM {table}"))) for each in (one, other))
            assert theirs == mine, table
