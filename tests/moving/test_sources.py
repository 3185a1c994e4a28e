"""What can be copied from: each reads back what was recorded, as far as its schema can hold it."""

from __future__ import annotations

import os
import shutil
import sqlite3
import stat
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg
import pymysql
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graphmeta.backends.requests import MembershipPage
from graphmeta.errors import (
    ForeignStoreError,
    GraphmetaError,
    InvalidArgumentError,
    NotFoundError,
    SchemaVersionError,
    StoreUnavailableError,
)
from graphmeta.model import (
    KINDS,
    AnyNode,
    AnyValue,
    Artifact,
    Association,
    Attribution,
    Context,
    Event,
    Execution,
    ParentContext,
)
from graphmeta.moving.source import Source, Trouble
from graphmeta.moving.sources.opening import open_source
from graphmeta.moving.sources.stores import StoreSource
from graphmeta.store import Store, connect
from graphmeta.store.hydrate import to_nodes
from graphmeta.testing.conformance.kit import declare, exact
from graphmeta.testing.mlmd.grpc_server import grpc_server
from graphmeta.testing.mlmd_files import GONE, SCHEMAS, WORLD, expected_nodes, expected_types, values_lost

from .reading import all_events, all_members, all_nodes, everything, own_types, timeless

DATA = Path(__file__).parents[3] / "shared" / "data"


@pytest.fixture
def troubles() -> list[Trouble]:
    return []


def check_world(source: Source, schema: int) -> None:
    """That a source holds the world, as far as a schema can hold it."""
    assert own_types(source) == expected_types(schema)
    for kind in KINDS:
        nodes = all_nodes(source, kind)
        assert timeless(nodes) == expected_nodes(kind, schema)
        assert [exact(node.properties) for node in nodes] == [exact(n.properties) for n in expected_nodes(kind, schema)]
        if schema >= 5:
            assert all(1_700_000_000_000 < (node.created or 0) <= (node.updated or 0) for node in nodes)
        else:
            assert {(node.created, node.updated) for node in nodes} == {(0, 0)}
        ids = [node.id or 0 for node in nodes]
        assert to_ids(source.nodes_by_id(kind, [*reversed(ids), 999])) == ids
        assert source.nodes_by_id(kind, ids).properties(ids[0]) == (nodes[0].properties, nodes[0].custom_properties)
    assert [(*row[1:4], list(row[5]), row[4]) for row in all_events(source)] == [
        (artifact, execution, type, path, time) for artifact, execution, type, path, time in WORLD["events"]
    ]
    assert source.parents() == (WORLD["parents"] if schema >= 6 else [])


def to_ids(rows: Any) -> list[int]:
    return [row.id for row in rows]


def check_order(source: Source) -> None:
    """That events and memberships have the ids and the order in which they were recorded."""
    assert [row[0] for row in all_events(source)] == list(range(1, len(WORLD["events"]) + 1))
    attributions = [member[1:] for member in all_members(source, "artifact")]
    assert attributions == WORLD["attributions"]
    assert [member[1:] for member in all_members(source, "execution")] == WORLD["associations"]


def check_summary(source: Source, schema: int | None) -> None:
    summary = source.summary()
    assert summary.schema == schema
    counted = {"artifact": 5, "execution": 3, "context": 3, "event": 9, "attribution": 4, "association": 3, "parent": 2}
    if (schema or 10) < 6:
        counted["parent"] = 0
    assert summary.numbers == counted
    highest = {part: summary.highest[part] for part in KINDS}
    assert highest == {"artifact": 6, "execution": 3, "context": 3}
    names = [type["name"] for type in WORLD["types"]]
    assert summary.by_type == {
        ("artifact", names[0]): 2,
        ("artifact", names[1]): 3,
        ("execution", names[2]): 3,
        ("context", names[3]): 3,
    }
    nodes = [node for kind in KINDS for node in all_nodes(source, kind)]
    times = [time for node in nodes for time in (node.created, node.updated) if time is not None]
    if (schema or 10) < 5:  # nodes have none
        times = [event[4] for event in all_events(source) if event[4] is not None]
    assert (summary.first, summary.last) == (min(times), max(times))


# ---------------------------------------------------------------- one world, everywhere


@pytest.mark.slow
@pytest.mark.parametrize("schema", SCHEMAS)
def test_a_file_of_each_schema(mlmd_worlds: dict[int, Path], schema: int, troubles: list[Trouble]) -> None:
    with open_source(str(mlmd_worlds[schema]), troubles.append) as source:
        assert f"of schema {schema}" in source.what
        check_world(source, schema)
        check_order(source)
        check_summary(source, schema)
    # Each value that the schema has no place for is told once, whatever is read again.
    assert len(troubles) == values_lost(schema)
    assert {trouble.where for trouble in troubles} <= {
        f"{kind}/1 property {key}" for kind in KINDS for key in ("flag", "blob", "yes", "no url")
    }


@pytest.mark.slow
@pytest.mark.parametrize("charset", ["latin1", "utf8mb4"])
def test_mysql(mysql_world: Callable[..., str], charset: str, troubles: list[Trouble]) -> None:
    with open_source(mysql_world(charset), troubles.append) as source:
        assert source.what == "an ML Metadata database in MySQL of schema 10"
        check_world(source, 10)
        check_order(source)
        check_summary(source, 10)
    assert troubles == []


@pytest.mark.slow
def test_postgresql(postgresql_world: str, troubles: list[Trouble]) -> None:
    with open_source(postgresql_world, troubles.append) as source:
        assert source.what == "an ML Metadata database in PostgreSQL of schema 10"
        check_world(source, 10)
        check_order(source)
        check_summary(source, 10)
    assert troubles == []


@pytest.mark.slow
def test_a_running_server(mlmd_worlds: dict[int, Path], tmp_path: Path, troubles: list[Trouble]) -> None:
    file = tmp_path / "served.db"
    shutil.copy(mlmd_worlds[10], file)
    with connect(file) as store, grpc_server(store) as (address, _), StoreSource(store) as own:  # noqa: SIM117
        with open_source(f"grpc://{address}", troubles.append) as source:
            assert source.types() == own.types()
            assert source.parents() == own.parents()
            for kind in KINDS:
                served = [unset_uri(node) for node in all_nodes(own, kind)]
                assert all_nodes(source, kind) == served
                assert exact(all_nodes(source, kind)[0].custom_properties) == exact(served[0].custom_properties)
                assert to_ids(source.nodes_by_id(kind, [3, 1, 99])) == [1, 3]
                assert source.changed(kind, 0, 2) == [1, 2]
                assert source.changed(kind, 2**60, 2) == []
            assert [row[1:] for row in all_events(source)] == sorted(
                (row[1:] for row in all_events(own)), key=lambda row: row[1]
            )
            for member in ("artifact", "execution"):
                by_context = sorted(
                    ((context, node) for _, node, context in all_members(own, member)),  # type: ignore[arg-type]
                )
                found = all_members(source, member)  # type: ignore[arg-type]
                assert [(context, node) for _, node, context in found] == by_context
                assert source.memberships(member, found[1].number, 50) == found[2:]  # type: ignore[arg-type]
            check_summary(source, None)
    assert troubles == []


def unset_uri(node: AnyNode) -> AnyNode:
    """A node as a server gives it: ML Metadata's interface has no artifact without a URI."""
    if isinstance(node, Artifact):
        node.uri = node.uri or ""
    return node


def test_nobody_at_the_other_end() -> None:
    for scheme in ("grpc", "grpcs", "mysql", "postgresql"):
        path = "/database" if "grpc" not in scheme else ""
        with pytest.raises(StoreUnavailableError, match=r"127\.0\.0\.1:9"):
            open_source(f"{scheme}://127.0.0.1:9{path}")


# ---------------------------------------------------------------- graphmeta's own stores


@pytest.fixture
def filled(store: Store) -> Store:
    declare(store)
    artifacts = [Artifact(type="Thing", name=f"a{n}", uri=f"s3://{n}", custom_properties={"n": n}) for n in range(5)]
    runs = [Context(type="Thing", name=f"run {n}") for n in range(3)]
    step = Execution(type="Thing", state="COMPLETE", properties={"tree": {"a": [1.5]}, "blob": AnyValue("u", b"\0")})
    store.put(
        artifacts=artifacts,
        executions=[step],
        contexts=runs,
        events=[Event(artifacts[3], step, "INPUT", ("x", 1)), Event(artifacts[0], step, "OUTPUT")],
        attributions=[Attribution(artifacts[4], runs[1]), Attribution(artifacts[0], runs[2])],
        associations=[Association(step, runs[2]), Association(step, runs[0])],
        parents=[ParentContext(runs[2], runs[0])],
    )
    return store


def test_a_store(filled: Store) -> None:
    with StoreSource(filled) as source:
        assert source.url == filled.url
        for kind in KINDS:
            assert all_nodes(source, kind) == to_nodes(filled.rows(kind))
        assert [row[3] for row in all_events(source)] == ["INPUT", "OUTPUT"]
        for kind in ("artifact", "execution"):
            page = filled.backend.membership_page(MembershipPage(kind))
            assert [tuple(member) for member in all_members(source, kind, 1)] == page
            assert len(page) == 2
        assert len(source.parents()) == 1
        last = source.nodes("artifact", 0, 100)[-1]
        assert source.changed("artifact", last.updated, last.id) == to_ids(source.nodes("artifact", 0, 100))
        assert source.changed("artifact", last.updated + 1, last.id) == []
        assert source.changed("artifact", 0, last.id - 1) == to_ids(source.nodes("artifact", 0, 4))
        summary = source.summary()
        assert summary.numbers["event"] == 2
        assert summary.by_type == {("artifact", "Thing"): 5, ("execution", "Thing"): 1, ("context", "Thing"): 3}


def test_an_embedded_store_reads_the_same_as_a_database(open_sqlite: Callable[[], Store], tmp_path: Path) -> None:
    store = open_sqlite()
    store.initialise()
    declare(store)
    with StoreSource(store) as own, open_source(str(tmp_path / "graphmeta.db")) as source:
        assert everything(source) == everything(own)


_texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
_values = st.one_of(
    st.integers(-(2**63), 2**63 - 1),
    st.floats(allow_nan=False),
    _texts.filter(lambda text: not text.startswith("mlmd-struct::")),
    st.booleans(),
    st.dictionaries(
        _texts,
        st.one_of(st.none(), st.booleans(), st.floats(allow_nan=False, allow_infinity=False), _texts),
        max_size=3,
    ),
    st.builds(AnyValue, _texts, st.binary(max_size=10)),
)


@pytest.mark.slow
@given(values=st.lists(st.dictionaries(_texts, _values, max_size=4), min_size=1, max_size=4))
def test_values_come_as_the_store_has_them(
    values: list[dict[str, Any]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    file = tmp_path_factory.mktemp("values") / "values.db"
    with connect(file) as store:
        declare(store)
        store.put(artifacts=[Artifact(type="Thing", custom_properties=each) for each in values])
        troubles: list[Trouble] = []
        with open_source(str(file), troubles.append) as source:
            found, stored = all_nodes(source, "artifact"), to_nodes(store.rows("artifact"))
            assert found == stored
            # (The store takes -0.0 for 0.0, so that is compared with what it holds and not with what it was given.)
            assert [exact(node.custom_properties) for node in found] == [exact(n.custom_properties) for n in stored]
            assert [node.custom_properties for node in found] == values
        assert troubles == []


# ---------------------------------------------------------------- real files


@pytest.mark.skipif(not DATA.is_dir(), reason="the real files are not here")
@pytest.mark.parametrize(
    ("name", "schema", "numbers"),
    [
        ("tfx-taxi-schema4.db", 4, (11, 9, 11, 24, 46, 27, 0)),
        ("covertype-schema8.db", 8, (2, 4, 9, 5, 12, 12, 0)),
    ],
)
def test_real_files(tmp_path: Path, name: str, schema: int, numbers: tuple[int, ...], troubles: list[Trouble]) -> None:
    file = shutil.copy(DATA / name, tmp_path)
    before = Path(file).read_bytes()
    with open_source(str(file), troubles.append) as source:
        summary = source.summary()
        assert summary.schema == schema
        parts = ("artifact", "execution", "context", "event", "attribution", "association", "parent")
        assert summary.numbers == dict(zip(parts, numbers, strict=True))
        read = everything(source)
    assert tuple(len(read[part]) for part in (*KINDS, "events", "attributions", "associations", "parents")) == numbers
    assert troubles == []
    assert Path(file).read_bytes() == before
    assert [each.name for each in tmp_path.iterdir()] == [name]


# ---------------------------------------------------------------- what many hands leave


@pytest.fixture
def odd(tmp_path: Path) -> Iterator[Callable[..., tuple[Any, list[Trouble]]]]:
    """Runs statements on a fresh file, and returns all that a source reads of it, and tells."""
    file = tmp_path / "odd.db"
    with connect(file) as store:
        declare(store)
        things = [Artifact(type="Thing", name=f"a{n}", custom_properties={"x": n}) for n in range(2)]
        step, run = Execution(type="Thing"), Context(type="Thing", name="run")
        store.put(
            artifacts=things,
            executions=[step],
            contexts=[run],
            events=[Event(things[0], step, "INPUT", ("k", 0))],
            attributions=[Attribution(things[0], run)],
            associations=[Association(step, run)],
        )

    def changed(*statements: str) -> tuple[dict[str, Any], list[Trouble]]:
        with closing(sqlite3.connect(file, isolation_level=None)) as connection:
            for statement in statements:
                connection.execute(statement)
        troubles: list[Trouble] = []
        with open_source(str(file), troubles.append) as source:
            read = everything(source)
            assert everything(source) == read
        return read, troubles

    return changed


_PUT = "UPDATE ArtifactProperty SET int_value = NULL, "


@pytest.mark.parametrize(
    ("statement", "value", "told"),
    [
        (f"{_PUT} string_value = CAST(x'636166e9' AS TEXT)", "caf\\xe9", "not UTF-8"),
        (f"{_PUT} string_value = x'c3a9'", "é", "kept as bytes"),
        (f"{_PUT} string_value = 'mlmd-struct::!'", "mlmd-struct::!", "begins like a struct"),
        (
            "UPDATE ArtifactProperty SET int_value = 3, double_value = 1.5, bool_value = 1",
            3,
            "double_value, bool_value",
        ),
        ("UPDATE ArtifactProperty SET int_value = 'three'", "three", "the text 'three'"),
        ("UPDATE ArtifactProperty SET int_value = 1.5", 1.5, "1.5"),
        (f"{_PUT} double_value = 'fast'", "fast", "the text 'fast'"),
        (f"{_PUT} bool_value = 7", 7, "7"),
        (f"{_PUT} byte_value = x'00ff'", "AP8=", "base64"),
        (f"{_PUT} proto_value = '%%%'", "%%%", "cannot be read"),
        (_PUT.rstrip(", "), None, "no value"),
        ("UPDATE ArtifactProperty SET is_custom_property = 5", 0, "said by 5"),
    ],
)
def test_odd_values(odd: Any, statement: str, value: Any, told: str) -> None:
    read, troubles = odd(f"{statement} WHERE artifact_id = 1")
    assert exact(read["artifact"][0].custom_properties) == exact({} if value is None else {"x": value})
    assert read["artifact"][1].custom_properties == {"x": 1}
    assert [trouble.where for trouble in troubles] == ["artifact/1 property x"]
    assert told in troubles[0].what


@pytest.mark.parametrize(
    ("statement", "kind", "fields", "told"),
    [
        ("UPDATE Artifact SET state = 77 WHERE id = 1", "artifact", {"state": "UNKNOWN"}, "no state 77"),
        ("UPDATE Execution SET last_known_state = 'x'", "execution", {"state": "UNKNOWN"}, "no state 'x'"),
        ("UPDATE Artifact SET name = CAST(x'ff' AS TEXT) WHERE id = 1", "artifact", {"name": "\\xff"}, "not UTF-8"),
        ("UPDATE Artifact SET uri = x'2f61' WHERE id = 1", "artifact", {"uri": "/a"}, "kept as bytes"),
        ("UPDATE Artifact SET create_time_since_epoch = 'noon' WHERE id = 1", "artifact", {"created": 0}, "no time"),
        ("UPDATE Artifact SET type_id = 99 WHERE id = 1", "artifact", {"type": "unknown type 99", "type_id": 99}, "99"),
        (
            "UPDATE Artifact SET type_id = (SELECT id FROM Type WHERE name = 'Thing' AND type_kind = 0) WHERE id = 1",
            "artifact", {"type_id": 13}, "there is no such artifact type",
        ),
    ],
)  # fmt: skip
def test_odd_nodes(odd: Any, statement: str, kind: str, fields: dict[str, Any], told: str) -> None:
    read, troubles = odd(statement)
    node = read[kind][0]
    assert {name: getattr(node, name) for name in fields} == fields
    assert len(troubles) == 1
    assert told in troubles[0].what
    assert (node.type_id, node.type) in [(type.id, type.name) for type in read["types"] if type.kind == kind]


@pytest.mark.parametrize(
    ("statement", "part", "left", "where"),
    [
        ("DELETE FROM Execution", "events", 0, "event/1"),
        ("UPDATE Event SET type = 0", "events", 0, "event/1"),
        ("UPDATE Event SET type = 12", "events", 0, "event/1"),
        ("UPDATE Event SET artifact_id = 'x'", "events", 0, "event/1"),
        ("UPDATE Event SET milliseconds_since_epoch = 'x'", "events", 1, "event/1"),
        ("UPDATE EventPath SET event_id = 9 WHERE is_index_step", "events", 1, "event/9"),
        ("UPDATE EventPath SET step_index = NULL WHERE is_index_step", "events", 1, "event/1"),
        ("UPDATE EventPath SET step_index = 'x' WHERE is_index_step", "events", 1, "event/1"),
        ("INSERT INTO Attribution (artifact_id, context_id) VALUES (77, 1)", "attributions", 1, "attribution/2"),
        ("UPDATE Association SET context_id = 9", "associations", 0, "association/1"),
        ("INSERT INTO ParentContext VALUES (1, 5)", "parents", 0, "context/1 parent context/5"),
        ("UPDATE ArtifactProperty SET artifact_id = 8 WHERE artifact_id = 2", "artifact", 2, "artifact/8 property x"),
        ("INSERT INTO Type (name, type_kind) VALUES ('Thing', 1)", "artifact", 2, "type/13"),
        ("INSERT INTO Type (name, type_kind) VALUES ('Odd', 7)", "artifact", 2, "type/13"),
        ("INSERT INTO ParentType VALUES (10, 11)", "artifact", 2, "type/10"),
        ("INSERT INTO TypeProperty VALUES (10, 'odd', 42)", "artifact", 2, "type/10 property odd"),
        ("INSERT INTO TypeProperty VALUES (77, 'odd', 1)", "artifact", 2, "type/77 property odd"),
    ],
)
def test_odd_rows_are_told(odd: Any, statement: str, part: str, left: int, where: str) -> None:
    read, troubles = odd(statement)
    assert len(read[part]) == left
    if "DELETE FROM Execution" in statement:
        troubles = [trouble for trouble in troubles if trouble.where.startswith("event")]
    assert [trouble.where for trouble in troubles] == [where]


def test_an_event_of_no_artifact_comes_as_it_is(odd: Any) -> None:
    read, troubles = odd("DELETE FROM Artifact WHERE id = 1", "DELETE FROM ArtifactProperty WHERE artifact_id = 1",
                         "DELETE FROM Attribution")  # fmt: skip
    assert [row[1] for row in read["events"]] == [1]
    assert troubles == []


def test_two_types_of_one_name_are_told_apart(odd: Any) -> None:
    read, _ = odd("INSERT INTO Type (name, type_kind) VALUES ('Thing', 1)")
    versions = [type.version for type in read["types"] if (type.kind, type.name) == ("artifact", "Thing")]
    assert versions == ["", "type 13"]


@pytest.mark.slow
def test_an_event_that_is_there_twice_comes_once(
    mlmd_worlds: dict[int, Path], tmp_path: Path, troubles: list[Trouble]
) -> None:
    file = shutil.copy(mlmd_worlds[5], tmp_path / "twice.db")
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("INSERT INTO Event (artifact_id, execution_id, type) VALUES (1, 1, 3)")
    with open_source(str(file), troubles.append) as source:
        assert len(all_events(source)) == len(WORLD["events"])
    # The last stays, as ml-metadata's own upgrade has it.
    assert [trouble.where for trouble in troubles] == ["event/1"]
    assert f"event/{len(WORLD['events']) + 1} says the same" in troubles[0].what


# ---------------------------------------------------------------- somebody else writes; nothing is there


def test_a_file_in_use_is_read_as_it_grows(open_sqlite: Callable[[], Store], tmp_path: Path) -> None:
    store = open_sqlite()
    declare(store)
    with open_source(str(tmp_path / "graphmeta.db")) as source:
        assert list(source.nodes("artifact", 0, 10)) == []
        store.put(artifacts=[Artifact(type="Thing", name="one")])
        declare(store, "Later")
        store.put(artifacts=[Artifact(type="Later", name="two")])
        assert [row.type for row in source.nodes("artifact", 0, 10)] == ["Thing", "Later"]
        assert source.nodes("artifact", 1, 10)[0].name == "two"


def test_reading_writes_nothing(open_sqlite: Callable[[], Store], tmp_path: Path) -> None:
    with open_sqlite() as store:
        declare(store)
        store.put(artifacts=[Artifact(type="Thing", name="one")])
    file = tmp_path / "graphmeta.db"
    before = {each.name: each.read_bytes() for each in tmp_path.iterdir()}
    with open_source(str(file)) as source:
        everything(source)
    after = {each.name: each.read_bytes() for each in tmp_path.iterdir()}
    assert {name: after.get(name) for name in before} == before


@pytest.mark.parametrize(
    ("content", "error"),
    [(None, NotFoundError), (b"", NotFoundError), (b"x" * 2000, ForeignStoreError), ("folder", ForeignStoreError)],
)
def test_what_is_no_database(tmp_path: Path, content: Any, error: type[GraphmetaError]) -> None:
    file = tmp_path / "some.db"
    if content == "folder":
        file.mkdir()
    elif content is not None:
        file.write_bytes(content)
    with pytest.raises(error, match=r"some\.db"):
        open_source(str(file))


@pytest.mark.parametrize(
    ("statements", "error", "words"),
    [
        (["CREATE TABLE t (x)"], ForeignStoreError, "the tables t"),
        (["CREATE TABLE MLMDEnv (schema_version INTEGER)"], SchemaVersionError, "version None"),
        (
            ["CREATE TABLE MLMDEnv (schema_version INTEGER)", "INSERT INTO MLMDEnv VALUES (3)"],
            SchemaVersionError,
            "version 3.*4 to 10",
        ),
        (
            ["CREATE TABLE MLMDEnv (schema_version INTEGER)", "INSERT INTO MLMDEnv VALUES (11)"],
            SchemaVersionError,
            "newer graphmeta",
        ),
        (
            ["CREATE TABLE MLMDEnv (schema_version INTEGER)", "INSERT INTO MLMDEnv VALUES (10)"],
            ForeignStoreError,
            "lacks the tables artifact",
        ),
    ],
)
def test_other_databases(tmp_path: Path, statements: list[str], error: type[GraphmetaError], words: str) -> None:
    with closing(sqlite3.connect(tmp_path / "other.db")) as connection, connection:
        for statement in statements:
            connection.execute(statement)
    with pytest.raises(error, match=words):
        open_source(str(tmp_path / "other.db"))


@pytest.mark.parametrize(
    "url",
    ["oracle://host/db", "mysql://host", "mysql:///db", "mysql://u:se/cret@host/db", "postgresql://host:x/db",
     "mysql://u:sec?ret@host/db", "grpc://", "grpc://u:secret@host:1", "grpc://host:1/path"],
)  # fmt: skip
def test_urls_that_mean_nothing(url: str) -> None:
    with pytest.raises(InvalidArgumentError) as found:
        open_source(url)
    assert "secret" not in str(found.value)
    assert "se/cret" not in str(found.value)


@pytest.mark.slow
def test_logins_that_are_refused(
    mysql_world: Callable[..., str], postgresql_world: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for url in (mysql_world("latin1"), postgresql_world):
        login, _, place = url.partition("@")
        scheme, user, password = login.replace("//", "").split(":")
        with pytest.raises(StoreUnavailableError, match="refuses the login") as found:
            open_source(f"{scheme}://{user}:wrong-one@{place}")
        assert "wrong-one" not in str(found.value)
        with pytest.raises(NotFoundError, match="no database 'nowhere'"):
            open_source(f"{login}@{place.partition('/')[0]}/nowhere")
        monkeypatch.setenv("GRAPHMETA_SOURCE_PASSWORD", password)
        with open_source(f"{scheme}://{user}@{place}") as source:
            assert password not in source.url
            assert source.url == f"{scheme}://{user}@{place}"


@settings(max_examples=30)
@given(
    st.lists(st.tuples(st.integers(1, 6), st.sampled_from("abc")), max_size=12),
    st.lists(st.tuples(st.integers(7, 9), st.sampled_from("abc")), max_size=6),
    st.integers(0, 4),
)
def test_paths_in_a_file_without_an_index(
    tmp_path_factory: pytest.TempPathFactory, first: list[tuple[int, str]], later: list[tuple[int, str]], gone: int
) -> None:
    """As with one: also steps in any order, those that go while it is read, and those of events that come."""
    folder = tmp_path_factory.mktemp("files")
    paths = [folder / "with.db", folder / "without.db"]
    with connect(paths[0]) as store:
        nodes = Artifact(type="mlmd.Model"), [Execution(type="mlmd.Train") for _ in range(9)]
        store.put(
            artifacts=[nodes[0]], executions=nodes[1], events=[Event(nodes[0], each, "INPUT") for each in nodes[1]]
        )
    shutil.copyfile(*paths)
    insert = "INSERT INTO EventPath (event_id, is_index_step, step_key) VALUES (?, 0, ?)"
    with closing(sqlite3.connect(paths[1])) as file, file:
        file.execute("DROP INDEX idx_eventpath_event_id")
    found: list[list[Any]] = []
    for path in paths:
        with closing(sqlite3.connect(path)) as file, open_source(str(path)) as source:
            with file:
                file.executemany(insert, first)
            found.append([all_events(source)])
            with file:
                file.execute("DELETE FROM EventPath WHERE rowid > (SELECT MAX(rowid) FROM EventPath) - ?", (gone,))
                file.executemany(insert, later)
            found[-1].append(all_events(source))
    assert found[0] == found[1]
    wanted = {id: tuple(step for event_id, step in first if event_id == id) for id in range(1, 10)}
    assert {row[0]: row[5] for row in found[1][0]} == wanted


@pytest.mark.slow
def test_a_lost_connection_is_made_again(
    mysql_world: Callable[..., str], mariadb_server: Any, postgresql_world: str, postgresql_server: Any
) -> None:
    server = mariadb_server
    login = {"host": server.host, "port": server.port, "user": server.user, "password": server.password}
    with open_source(mysql_world("latin1")) as source:
        before = to_ids(source.nodes("artifact", 0, 10))
        with pymysql.connect(**login) as connection, connection.cursor() as cursor:
            cursor.execute("SELECT id FROM information_schema.processlist WHERE db = 'world_latin1'")
            for (number,) in cursor.fetchall():
                cursor.execute(f"KILL {number}")
        assert to_ids(source.nodes("artifact", 0, 10)) == before
    with open_source(postgresql_world) as source:
        before = to_ids(source.nodes("artifact", 0, 10))
        with psycopg.connect(postgresql_server.url("postgres"), autocommit=True) as connection:
            connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'world'")
        assert to_ids(source.nodes("artifact", 0, 10)) == before


@pytest.mark.skipif(os.getuid() == 0, reason="root may write everywhere")
def test_a_file_in_a_folder_that_may_not_be_written(open_sqlite: Callable[[], Store], tmp_path: Path) -> None:
    with open_sqlite() as store:
        declare(store)
    for name in ("-wal", "-shm"):
        (tmp_path / f"graphmeta.db{name}").unlink(missing_ok=True)
    tmp_path.chmod(stat.S_IRUSR | stat.S_IXUSR)
    try:
        with open_source(str(tmp_path / "graphmeta.db")) as source:
            assert len(source.types()) == 12
    finally:
        tmp_path.chmod(stat.S_IRWXU)


def test_gone_is_gone(mlmd_worlds: dict[int, Path]) -> None:
    """That the world has what the tests above are about."""
    assert any(event[0] == GONE for event in WORLD["events"])
    assert GONE not in [node.id for node in expected_nodes("artifact", 10)]
