"""Copies to databases on servers: as ml-metadata makes them, and it goes on with them."""

from __future__ import annotations

import itertools
import re
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pymysql
import pytest

from graphmeta.errors import FailedPreconditionError, ForeignStoreError, SchemaVersionError, UnsupportedError
from graphmeta.model import KINDS, Artifact, Context, Event, Execution, artifact_type, context_type, execution_type
from graphmeta.moving.comparing import Comparison, compare
from graphmeta.moving.copying import copy
from graphmeta.moving.following import Follower
from graphmeta.moving.progress import Progress
from graphmeta.moving.source import Trouble
from graphmeta.moving.sources.opening import open_source
from graphmeta.moving.targets.opening import open_target
from graphmeta.store import connect
from graphmeta.testing import mariadb, mlmd_files, postgresql
from graphmeta.testing.mlmd.grpc_server import grpc_server

from .worlds import copied

pytestmark = pytest.mark.slow
NUMBERS = itertools.count(1)


class Database:
    """An empty database on a server.

    Attributes:
        url: with its password.
        config: the same as ml-metadata wants it.
        run: runs a statement and returns its rows.
    """

    def __init__(self, url: str, config: str, run: Callable[[str], list[Any]]) -> None:
        self.url = url
        self.config = config
        self.run = run


@pytest.fixture(params=["mysql", "postgresql"])
def engine(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


@pytest.fixture
def database(engine: str, request: pytest.FixtureRequest) -> Iterator[Database]:
    """An empty database, on each engine in turn."""
    name = f"target_{next(NUMBERS)}"
    if engine == "mysql":
        mysql: mariadb.MariaDBServer = request.getfixturevalue("mariadb_server")
        login = {"host": mysql.host, "port": mysql.port, "user": mysql.user, "password": mysql.password}
        with pymysql.connect(**login, autocommit=True) as connection, connection.cursor() as cursor:
            cursor.execute(f"CREATE DATABASE {name} CHARACTER SET utf8mb4")
            cursor.execute(f"USE {name}")

            def run(statement: str) -> list[Any]:
                cursor.execute(statement)
                return list(cursor.fetchall())

            fields = " ".join(f'{key}: "{value}"' for key, value in login.items() if key != "port")
            url = f"mysql://{mysql.user}:{mysql.password}@{mysql.host}:{mysql.port}/{name}"
            yield Database(url, f'mysql {{{fields} port: {mysql.port} database: "{name}"}}', run)
    else:
        postgres: postgresql.PostgreSQLServer = request.getfixturevalue("postgresql_server")
        with psycopg.connect(postgres.url("postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")
        with psycopg.connect(postgres.url(name), autocommit=True) as other:

            def ask(statement: str) -> list[Any]:
                found = other.execute(statement)
                return list(found.fetchall()) if found.description else []

            config = f'postgresql {{host: "{postgres.host}" port: "{postgres.port}" user: "{postgres.user}" '
            yield Database(postgres.url(name), f'{config} password: "{postgres.password}" dbname: "{name}"}}', ask)


@pytest.fixture
def world(mlmd_worlds: dict[int, Path], tmp_path: Path) -> Path:
    """A file that ml-metadata wrote, without what it writes and cannot read again: a message of no type."""
    path = tmp_path / "world.db"
    shutil.copyfile(mlmd_worlds[10], path)
    with closing(sqlite3.connect(path)) as connection, connection:
        for kind in KINDS:
            connection.execute(f"DELETE FROM {kind}Property WHERE name = 'no url'")
    return path


def compared(a: Path | str, b: str) -> Comparison:
    with open_source(str(a)) as one, open_source(b) as other:
        return compare(one, other)


# ---------------------------------------------------------------- all of it


@pytest.mark.parametrize("portion", [2, 5000])
def test_ml_metadata_goes_on_with_a_copy(world: Path, database: Database, ml_metadata: Path, portion: int) -> None:
    troubles: list[Trouble] = []
    done = copied(world, database.url, troubles, portion=portion)
    assert (done.told, troubles) == (0, [])
    assert compared(world, database.url).differences == []
    with closing(sqlite3.connect(world)) as file:
        highest = {name: file.execute(f"SELECT MAX(id) FROM {name}").fetchone()[0] for name in ("Type", "Event")}
    found = mlmd_files.go_on(ml_metadata, database.config)
    seen, given = found["seen"], found["given"]
    assert min(seen["artifacts"])[:2] == [1, "a@1"]
    assert {each[2] for each in seen["artifacts"]} >= {"s3://büro/a", "/data/%41 b"}
    assert [name for _, name in sorted(seen["contexts"])] == ["run 1", "実験", "whole"]
    assert seen["events"] == len(mlmd_files.WORLD["events"])
    assert sorted(map(sorted, seen["members"])) == [[], [1, 4], [2, 4]]
    assert (given["artifact"], given["execution"], given["type"]) == (7, 4, highest["Type"] + 1)
    assert database.run("SELECT MAX(id) FROM Event") == [(highest["Event"] + 1,)]
    with open_source(database.url) as source:
        [later] = source.nodes_by_id("artifact", [7])
        assert (later.name, later.uri) == ("later", "s3://büro/später")
        assert source.nodes_by_id("artifact", [7]).properties(7)[0] == {"note": "später 数据"}


def test_a_database_as_ml_metadata_makes_it(
    world: Path, database: Database, engine: str, request: pytest.FixtureRequest
) -> None:
    copied(world, database.url)
    if engine == "mysql":
        theirs = request.getfixturevalue("mysql_world")("utf8mb4")
        parts = urlsplit(theirs)
        own = f"`{parts.path[1:]}`."
        for (table,) in database.run("SHOW TABLES"):
            if table != "graphmeta_note":
                made, expected = (
                    re.sub(r" AUTO_INCREMENT=\d+", "", database.run(f"SHOW CREATE TABLE {place}`{table}`")[0][1])
                    for place in ("", own)
                )
                assert made == expected
        return
    with psycopg.connect(request.getfixturevalue("postgresql_world")) as connection:
        for query in (
            "SELECT table_name, column_name, data_type, character_maximum_length, is_nullable, column_default "
            "FROM information_schema.columns WHERE table_schema = 'public' AND table_name <> 'graphmeta_note' "
            "ORDER BY table_name, ordinal_position",
            "SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' "
            "AND tablename <> 'graphmeta_note' ORDER BY 2",
            "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE conname NOT LIKE 'graphmeta%' "
            "AND connamespace = 'public'::regnamespace ORDER BY 1",
            "SELECT sequencename, data_type FROM pg_sequences ORDER BY 1",
        ):
            assert database.run(query) == connection.execute(query).fetchall()


def test_an_interrupted_copy_goes_on(world: Path, database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    add = Progress.add

    def until(last: str) -> Callable[[Progress, Any, int], None]:
        def interrupted(self: Progress, part: Any, number: int) -> None:
            add(self, part, number)
            if part == last:
                raise KeyboardInterrupt

        return interrupted

    for part in ("context", "artifact", "event", "attribution"):
        with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
            patch.setattr(Progress, "add", until(part))
            copied(world, database.url, portion=4)
    assert copied(world, database.url).written == {"association": 3, "parent": 2}
    assert compared(world, database.url).same
    assert copied(world, database.url).written == {}


def test_followed(database: Database, tmp_path: Path) -> None:
    path = tmp_path / "source.db"
    troubles: list[Trouble] = []
    with connect(path) as store:
        store.put_types([artifact_type("Thing", {"n": "INT"}), execution_type("Step")])
        store.put(artifacts=[Artifact(type="Thing", name=name, properties={"n": 1}) for name in ("one", "two")])
        with open_source(str(path)) as source, open_target(database.url, source) as target:
            copy(source, target)
            follower = Follower(source, target, troubles.append)
            follower.round()
            one, _ = store.artifacts()
            one.properties["n"] = 2
            store.put(artifacts=[one])
            with closing(sqlite3.connect(path)) as raw, raw:  # two gets the name that one gives up
                for id, name in ((1, "three"), (2, "one")):
                    raw.execute(
                        "UPDATE Artifact SET name = ?, last_update_time_since_epoch = ? WHERE id = ?",
                        (name, (one.updated or 0) + 1000, id),
                    )
            step = Execution(type="Step", name="step")
            store.put(executions=[step], events=[Event(one, step, "INPUT", ("k", 0))])
            came = follower.round()
            assert came.new == {"execution": 1, "event": 1}
            assert set(came.changed) == {"artifact"}
            assert not follower.round()
            assert troubles == []
    assert compared(path, database.url).differences == []


# ---------------------------------------------------------------- what columns cannot hold


def test_what_does_not_fit_is_told(database: Database, engine: str, tmp_path: Path) -> None:
    path = tmp_path / "source.db"
    custom: dict[str, Any] = {
        "lr": 1, "LR": 2, "large": 2**40, "infinite": float("inf"), "nul": "a\0b", "k" * 300: True, "fits": "é" * 100
    }  # fmt: skip
    noise = "".join(chr(0x4E00 + (each * 7919) % 20000) for each in range(9000))
    with connect(path) as store:
        store.put_types([artifact_type("Thing", {"n": "INT", "N": "INT"}), context_type("Run")])
        store.put(
            contexts=[Context(type="Run", name=name) for name in ("run", "RUN", "x" * 300)],
            artifacts=[
                Artifact(type="Thing", name="é" * 200, uri="u" * 70_000, custom_properties=custom),
                Artifact(type="Thing", name="é" * 199 + "è", properties={"n": 1, "N": 2}),
                Artifact(type="Thing", custom_properties={"noise": noise}),
            ],
        )
    troubles: list[Trouble] = []
    copied(path, database.url, troubles)
    told = {trouble.where for trouble in troubles}
    with open_source(database.url) as source:
        runs = [row.name for row in source.nodes_by_id("context", [1, 2, 3])]
        things = source.nodes_by_id("artifact", [1, 2, 3])
        values, declared = things.properties(1)[1], things.properties(2)[0]
        assert things.properties(3)[1] == {"noise": noise}
    assert len(runs[2] or "") <= 255
    assert (runs[2] or "").endswith("… (context/3)")
    assert values["fits"] == "é" * 100
    assert values["large"] == str(2**40)
    assert sum(key.startswith("kkkk") for key in values) == 1
    if engine == "mysql":
        assert runs[:2] == ["run", "RUN (context/2)"]
        assert [values["LR"], values["lr (2)"]] == [2, 1]
        assert declared == {"N": 2, "n (2)": 1}
        assert (values["infinite"], values["nul"]) == ("inf", "a\0b")
        assert things[0].uri == "u" * 65_535
        assert all((row.name or "").endswith(f"… (artifact/{row.id})") for row in things[:2])
        assert told >= {"context/2", "context/3", "artifact/1", "artifact/1 property lr", "artifact/2 property n"}
    else:
        assert runs[:2] == ["run", "RUN"]
        assert (values["lr"], values["LR"], values["infinite"], values["nul"]) == (1, 2, float("inf"), "a\\x00b")
        assert things[0].uri == "u" * 70_000
        assert things[0].name == "é" * 200
        assert declared == {"n": 1, "N": 2}
        assert "index idx_artifact_property_string" in told
    again = copied(path, database.url)
    assert (again.written, again.told) == ({}, len(troubles))


def test_ids_beyond_32_bits_are_refused(database: Database, tmp_path: Path) -> None:
    path = tmp_path / "source.db"
    with connect(path) as store:
        store.put(artifacts=[Artifact(type="mlmd.Model")])
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE Artifact SET id = 3000000000")
    with pytest.raises(UnsupportedError, match=r"artifact/3000000000 cannot be copied.*2,147,483,647"):
        copied(path, database.url)
    assert tables(database) == []


def test_a_server_with_too_many_executions_for_its_events_numbers(database: Database, tmp_path: Path) -> None:
    path = tmp_path / "source.db"
    with connect(path) as store:
        store.put(executions=[Execution(type="mlmd.Train")])
        with closing(sqlite3.connect(path)) as connection, connection:
            connection.execute("UPDATE Execution SET id = 2048")
        with grpc_server(store) as (address, _):
            with pytest.raises(UnsupportedError, match=r"event/2147483649.*copy from the database behind it"):
                copied(f"grpc://{address}", database.url)
            assert tables(database) == []
            assert copied(f"grpc://{address}", tmp_path / "target.db").written == {"execution": 1}


def tables(database: Database) -> list[Any]:
    """What was made in a database."""
    schema = "DATABASE()" if database.url.startswith("mysql") else "'public'"
    return database.run(f"SELECT table_name FROM information_schema.tables WHERE table_schema = {schema}")


# ---------------------------------------------------------------- where it may be copied to


def test_what_is_not_empty_is_refused(world: Path, database: Database, tmp_path: Path, ml_metadata: Path) -> None:
    database.run("CREATE TABLE other (id INTEGER)")
    with pytest.raises(ForeignStoreError, match="holds the tables other"):
        copied(world, database.url)
    database.run("DROP TABLE other")
    mlmd_files.fill(ml_metadata, database.config)
    with pytest.raises(FailedPreconditionError, match=r"not empty: it holds 6 artifacts.*empty database"):
        copied(world, database.url)
    assert not any("graphmeta" in str(row) for row in database.run("SELECT name FROM Type"))
    database.run("UPDATE MLMDEnv SET schema_version = 9")
    with pytest.raises(SchemaVersionError, match="version 9"):
        copied(world, database.url)


def test_a_copy_of_another_source_is_refused(world: Path, database: Database, tmp_path: Path) -> None:
    copied(world, database.url)
    with connect(tmp_path / "other.db") as store:
        store.put_type(artifact_type("Mine"))
    with pytest.raises(FailedPreconditionError, match="another source"):
        copied(tmp_path / "other.db", database.url)


def test_two_copies_at_once(world: Path, database: Database) -> None:
    with open_source(str(world)) as source:
        types = source.types()
        with open_target(database.url, source) as one, open_target(database.url, source) as other:
            one.judge(source, types)
            other.judge(source, types)
            one.take_types(types)
            one.write(done={"attribution": 1})
            with pytest.raises(FailedPreconditionError, match="Another process copies"):
                other.take_types(types)


def test_an_empty_database_of_ml_metadata(world: Path, database: Database, ml_metadata: Path) -> None:
    """One that it made, with system types only."""
    mlmd_files.fill(ml_metadata, database.config, {**mlmd_files.WORLD, **{part: [] for part in mlmd_files.PARTS}})
    copied(world, database.url)
    assert compared(world, database.url).same
