"""What the embedded backend answers below the store's rules: values, walks and conditions against plain Python."""

from __future__ import annotations

import operator
import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphmeta.backends import statements
from graphmeta.backends.batch import (
    Batch,
    EventWrite,
    MissingNodesError,
    StaleTypesError,
    TakenError,
    TypeUse,
    Writer,
    Written,
)
from graphmeta.backends.predicates import And, Compare, Field, KnownAs, Not, OneOf, Or, Predicate, Property, StartsWith
from graphmeta.backends.requests import NodeQuery, Walk
from graphmeta.backends.sqlite import values
from graphmeta.backends.sqlite.backend import SqliteBackend
from graphmeta.model import EVENT_TYPES, INPUT_EVENTS, KINDS, AnyValue, Kind, Type, artifact_type, execution_type
from tests.sqlite.sqlite_kit import declare, dump, node, put_step

# ---------------------------------------------------------------- values

TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
NUMBERS = st.floats(allow_nan=False).map(lambda number: number + 0.0)  # the store makes 0.0 of -0.0
STRUCTS = st.dictionaries(
    TEXTS,
    st.recursive(
        st.none() | st.booleans() | NUMBERS | TEXTS,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
        max_leaves=8,
    ),
    max_size=4,
)
VALUES = (
    TEXTS.filter(lambda text: not text.startswith(values.STRUCT))
    | st.integers(-(2**63), 2**63 - 1)
    | NUMBERS
    | st.booleans()
    | STRUCTS
    | st.builds(AnyValue, TEXTS, st.binary())
)


TYPES = (10, 11, 12)  # what `declare` returns in a new store


@cache
def template() -> bytes:
    """The bytes of a store in which `declare` was done; a copy is made quicker than a new one."""
    with TemporaryDirectory() as folder:
        backend = SqliteBackend(Path(folder) / "lineage.db")
        assert declare(backend) == TYPES
        backend.close()
        return backend.path.read_bytes()


@contextmanager
def fresh() -> Iterator[SqliteBackend]:
    """A new store, for tests that hypothesis runs many times."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "lineage.db"
        path.write_bytes(template())
        backend = SqliteBackend(path)
        try:
            yield backend
        finally:
            backend.close()


def write(backend: SqliteBackend, **parts: Any) -> Written:
    return backend.transact(lambda writer: writer.write(Batch("key", **parts), Written()))


@given(st.dictionaries(TEXTS, VALUES, max_size=30), st.dictionaries(TEXTS, VALUES, max_size=30))
def test_values_come_back_exactly(properties: dict[str, Any], custom: dict[str, Any]) -> None:
    with fresh() as backend:
        for kind, type_id in zip(KINDS, TYPES, strict=True):
            write(backend, nodes=[node(kind, 1, type_id, "n", properties=properties, custom=custom)])
            again = backend.nodes(NodeQuery(kind)).properties(1)
            for before, after in zip((properties, custom), again, strict=True):
                assert before == after
                # repr tells 1 from 1.0 and from True, and 0.0 from -0.0. (Structs keep no order of keys.)
                plain = {key: repr(value) for key, value in before.items() if not isinstance(value, dict)}
                assert plain == {key: repr(value) for key, value in after.items() if not isinstance(value, dict)}


def test_a_string_that_only_looks_like_a_struct_stays_one(backend: SqliteBackend) -> None:
    types = declare(backend)
    text = f"{values.STRUCT}not base64!"
    write(backend, nodes=[node("artifact", 1, types[0], custom={"k": text})])
    assert backend.nodes(NodeQuery("artifact")).properties(1) == ({}, {"k": text})


def test_a_value_that_ml_metadata_could_not_store_is_absent(backend: SqliteBackend) -> None:
    types = declare(backend)
    write(backend, nodes=[node("artifact", 1, types[0], custom={"k": 1.5})])
    with closing(sqlite3.connect(backend.path)) as connection, connection:
        connection.execute("UPDATE ArtifactProperty SET double_value = NULL")
    assert backend.nodes(NodeQuery("artifact")).properties(1) == ({}, {})


# ---------------------------------------------------------------- types, batches


def test_types_come_back_whole(backend: SqliteBackend) -> None:
    full = Type(
        kind="execution",
        name="Full",
        version="v1",
        properties={"b": "INT", "a": "STRUCT"},
        description="d",
        base_type="TRAIN",
        external_id="x",
        input_type="{}",
        output_type="{ }",
    )
    (id,) = backend.transact(lambda writer: writer.write_types([full]))
    full.id = id
    assert backend.types()[-1] == full
    assert list(backend.types()[-1].properties) == ["a", "b"], "by key, as in the other store"
    full.properties["c"] = "PROTO"
    full.base_type = None
    assert backend.transact(lambda writer: writer.write_types([full, artifact_type("Full")])) == [id, id + 1]
    assert backend.types()[-2] == full


def test_a_type_that_is_there_is_taken(backend: SqliteBackend) -> None:
    declare(backend)
    for new in (artifact_type("Data"), artifact_type("mlmd.Model")):
        with pytest.raises(TakenError) as caught:
            backend.transact(lambda writer, new=new: writer.write_types([new]))  # type: ignore[misc]
        assert (caught.value.what, caught.value.kind) == ("name", "type")
    pair = [artifact_type("A", external_id="x"), artifact_type("B", external_id="x")]
    with pytest.raises(TakenError) as caught:
        backend.transact(lambda writer: writer.write_types(pair))
    assert (caught.value.what, caught.value.kind) == ("external_id", "type")
    assert len(backend.types()) == 12


def test_the_base_type_is_found_by_its_name(backend: SqliteBackend) -> None:
    # In a file that was upgraded from an old schema the system types come after the user's.
    backend.initialise()
    backend.close()
    with closing(sqlite3.connect(backend.path)) as connection, connection:
        connection.execute("UPDATE Type SET id = id + 20 WHERE name LIKE 'mlmd.%'")
    again = SqliteBackend(backend.path)
    again.transact(lambda writer: writer.write_types([execution_type("Mine", base_type="DEPLOY")]))
    assert again.types()[-1].base_type == "DEPLOY"
    again.close()


def test_ids_ascend_without_gaps(backend: SqliteBackend) -> None:
    types = declare(backend)
    with pytest.raises(ValueError, match="no"):
        backend.transact(lambda writer: _fail(put_step(writer, types, "lost")))
    for number in range(3):
        written = backend.transact(lambda writer, name=f"{number}": put_step(writer, types, name))  # type: ignore[misc]
        assert written == Written((2 * number + 1, 2 * number + 2), (number + 1,), (number + 1,))


def _fail(_: object) -> None:
    raise ValueError("no")


def test_a_known_key_writes_nothing(backend: SqliteBackend) -> None:
    types = declare(backend)
    first = backend.transact(lambda writer: put_step(writer, types, "a", "key"))
    before = dump(backend)
    assert backend.transact(lambda writer: put_step(writer, types, "b", "key")) == first
    assert dump(backend) == before


def test_what_a_batch_relies_on_is_checked(backend: SqliteBackend) -> None:
    data, _, _ = declare(backend)
    for use in (
        TypeUse("artifact", 99, "Data", {}, "DATASET"),
        TypeUse("execution", data, "Data", {}, "DATASET"),
        TypeUse("artifact", data, "Other", {}, "DATASET"),
        TypeUse("artifact", data, "Data", {"new": "INT"}, "DATASET"),
        TypeUse("artifact", data, "Data", {"int": "STRING"}, "DATASET"),
        TypeUse("artifact", data, "Data", {}, None),
    ):
        with pytest.raises(StaleTypesError):
            write(backend, uses=[use])
    write(backend, uses=[TypeUse("artifact", data, "Data", {"int": "INT"}, "DATASET")])
    with pytest.raises(MissingNodesError) as caught:
        write(backend, requires={"artifact": [3, 1], "context": [7, 7], "execution": []})
    assert caught.value.ids == {"artifact": [1, 3], "context": [7]}


def test_what_is_taken_is_named(backend: SqliteBackend) -> None:
    types = declare(backend)
    data, step, run = types
    backend.transact(lambda writer: put_step(writer, types, "a"))
    write(backend, nodes=[node("context", 2, run, "b"), node("artifact", 3, data, external_id="x")], parents=[(1, 2)])
    for parts, expected in (
        ({"nodes": [node("artifact", 9, data, "a-in")]}, ("name", "artifact", "Data:a-in")),
        (
            {"nodes": [node("execution", 8, step, "n"), node("execution", 9, step, "n")]},
            ("name", "execution", "Step:n"),
        ),
        ({"nodes": [node("context", 2, run, "a", create=False)]}, ("name", "context", "Run:a")),
        ({"nodes": [node("artifact", 9, data, external_id="x")]}, ("external_id", "artifact", "x")),
        ({"nodes": [node("context", 1, run, "new")]}, ("id", "context", "")),
        ({"events": [EventWrite(9, 1, 1, "INPUT", (), 5)]}, ("event", None, "artifact 1, execution 1, INPUT")),
        ({"parents": [(1, 2)]}, ("parent", "context", "child 1, parent 2")),
    ):
        before = dump(backend)
        with pytest.raises(TakenError) as caught:
            write(backend, **parts)
        assert (caught.value.what, caught.value.kind, caught.value.detail) == expected
        assert dump(backend) == before


# ---------------------------------------------------------------- walks, against plain Python

EVENTS = st.lists(
    st.tuples(st.integers(1, 6), st.integers(1, 5), st.sampled_from(sorted(EVENT_TYPES))), unique=True, max_size=25
)


def reached(
    events: list[tuple[int, int, str]], kind: str, start: set[int], direction: str, hops: int | None
) -> tuple[set[tuple[str, int]], set[tuple[int, int, str]]]:
    """The nodes and the events of a walk in one direction, from its definition."""
    steps = []
    for artifact, execution, type in events:
        ends = ("artifact", artifact), ("execution", execution)
        towards_artifact = (type in INPUT_EVENTS) == (direction == "upstream")
        steps.append((*(reversed(ends) if towards_artifact else ends), (artifact, execution, type)))
    seen = {(kind, id) for id in start}
    frontier, hop = set(seen), 0
    while frontier and (hops is None or hop < hops):
        frontier = {far for near, far, _ in steps if near in frontier} - seen
        seen |= frontier
        hop += 1
    return seen, {event for near, far, event in steps if near in seen and far in seen}


@given(
    EVENTS,
    st.sampled_from(["artifact", "execution"]),
    st.sets(st.integers(1, 7), max_size=3),
    st.sampled_from(["upstream", "downstream", "both"]),
    st.none() | st.integers(0, 5),
)
def test_walks_reach_what_they_should(
    events: list[tuple[int, int, str]], kind: Any, start: set[int], direction: Any, hops: int | None
) -> None:
    with fresh() as backend:
        data, step, _ = TYPES
        # Artifact 6 does not exist, though events may name it.
        nodes = [node("artifact", id, data) for id in range(1, 6)] + [node("execution", id, step) for id in range(1, 6)]
        write(
            backend,
            nodes=nodes,
            events=[EventWrite(id, *event[:2], event[2], (id, "k"), 5) for id, event in enumerate(events, 1)],
        )
        there = start - {6, 7}
        ways = ("upstream", "downstream") if direction == "both" else (direction,)
        walks = [reached(events, kind, there, way, hops) for way in ways]
        seen = set().union(*(walk[0] for walk in walks))
        crossed = set().union(*(walk[1] for walk in walks))
        for with_events in (False, True):
            closure = backend.walk(Walk(kind, sorted(start), direction, hops, with_events))
            assert list(closure.artifact_ids) == sorted(id for of, id in seen if of == "artifact" and id != 6)
            assert list(closure.execution_ids) == sorted(id for of, id in seen if of == "execution")
            assert list(closure.missing_artifact_ids) == ([6] if ("artifact", 6) in seen else [])
            found = closure.events
            assert set(zip(found.artifact_ids, found.execution_ids, found.types, strict=True)) == (
                crossed if with_events else set()
            )
            assert list(found.ids) == sorted(set(found.ids))
            assert list(found.paths) == [(id, "k") for id in found.ids]


# ---------------------------------------------------------------- conditions, against plain Python

WORDS = st.sampled_from(
    ["", "a", "A", "ab", "a%", "a_", "é", "\U0001f600", "\U0010ffff", "\U0010ffffz", "\ud7ff", "a\0b"]
)
SCALARS = st.sampled_from([0, 1, -1, 2**63 - 1, 2**70, 0.0, 1.0, 0.5, True, False]) | WORDS
OPERATORS: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
SIMPLE = (
    st.builds(
        Compare, st.builds(Field, st.sampled_from(["name", "uri", "external_id"])), st.sampled_from([*OPERATORS]), WORDS
    )
    | st.builds(
        Compare, st.builds(Property, st.sampled_from("kl"), st.booleans()), st.sampled_from([*OPERATORS]), SCALARS
    )
    | st.builds(Compare, st.builds(Field, st.sampled_from(["id", "created"])), st.sampled_from([*OPERATORS]), SCALARS)
    | st.builds(OneOf, st.just(Field("name")), st.lists(WORDS, max_size=3))
    | st.builds(OneOf, st.just(Field("id")), st.lists(st.integers(0, 5) | st.just(2**70), max_size=3))
    | st.builds(StartsWith, st.builds(Field, st.sampled_from(["name", "uri", "type"])), WORDS)
)
PREDICATES = st.recursive(
    SIMPLE,
    lambda inner: (
        st.builds(And, st.lists(inner, max_size=3)) | st.builds(Or, st.lists(inner, max_size=3)) | st.builds(Not, inner)
    ),
    max_leaves=6,
)
PROPERTIES = st.dictionaries(st.sampled_from("kl"), SCALARS.filter(lambda value: value != 2**70) | st.just({"a": 1.0}))


def holds(predicate: Predicate, fields: dict[str, Any], properties: tuple[dict[str, Any], dict[str, Any]]) -> bool:
    """Whether a predicate holds for a node, from its definition."""
    match predicate:
        case And(parts):
            return all(holds(part, fields, properties) for part in parts)
        case Or(parts):
            return any(holds(part, fields, properties) for part in parts)
        case Not(part):
            return not holds(part, fields, properties)
        case OneOf(Field(name), wanted):
            return fields[name] in wanted
        case StartsWith(Field(name), prefix):
            return fields[name] is not None and fields[name].startswith(prefix)
        case Compare(Field(name), by, value):
            if isinstance(value, bool) or isinstance(value, str) != isinstance(fields[name], str):
                return False
            return OPERATORS[by](fields[name], value)
        case Compare(Property(key, custom), by, value):
            there = properties[custom].get(key)
            return type(there) is type(value) and OPERATORS[by](there, value)
    raise AssertionError(predicate)


@given(
    st.lists(
        st.tuples(st.none() | WORDS, st.none() | WORDS, PROPERTIES, PROPERTIES), max_size=4, unique_by=lambda n: n[0]
    ),
    st.lists(PREDICATES, min_size=1, max_size=8),
)
def test_conditions_hold_where_they_should(nodes: list[Any], predicates: list[Predicate]) -> None:
    with fresh() as backend:
        data = TYPES[0]
        writes = [
            node("artifact", id, data, name, uri=uri, properties=declared, custom=custom)
            for id, (name, uri, declared, custom) in enumerate(nodes, 1)
        ]
        write(backend, nodes=writes)
        for predicate in predicates:
            found = [row.id for row in backend.nodes(NodeQuery("artifact", predicate))]
            assert found == [
                each.row.id
                for each in writes
                if holds(predicate, each.row._asdict(), (each.properties, each.custom_properties))
            ], predicate


def test_a_condition_of_many_parts(backend: SqliteBackend) -> None:
    data, _, _ = declare(backend)
    write(backend, nodes=[node("artifact", id, data, f"n{id}") for id in range(1, 4)])
    many = [Compare(Field("name"), "=", f"n{number}") for number in range(3_000)]
    assert len(backend.nodes(NodeQuery("artifact", Or(many)))) == 3
    assert len(backend.nodes(NodeQuery("artifact", OneOf(Field("id"), range(1, 200_000))))) == 3
    assert len(backend.nodes(NodeQuery("artifact", KnownAs([f"n{number}" for number in range(50_000)])))) == 3


@pytest.mark.parametrize(
    ("kind", "predicate", "index"),
    [
        ("artifact", Compare(Field("name"), "=", "x"), "sqlite_autoindex_Artifact_2"),
        ("artifact", Compare(Field("uri"), "=", "x"), "idx_artifact_uri"),
        ("artifact", StartsWith(Field("uri"), "x"), "idx_artifact_uri"),
        ("artifact", Compare(Property("k", True), "=", "x"), "idx_artifact_property_string"),
        ("execution", Compare(Property("k", False), ">", 1), "idx_execution_property_int"),
        ("context", Compare(Property("k", False), "<", 1.5), "idx_context_property_double"),
        ("artifact", KnownAs(["x"]), "graphmeta_artifact_uri_tail"),
        ("artifact", KnownAs(["x", "y"]), "graphmeta_artifact_uri_tail"),
        ("artifact", KnownAs(["x", "y"]), "idx_artifact_property_string"),
    ],
)
def test_conditions_use_indexes(backend: SqliteBackend, kind: Kind, predicate: Predicate, index: str) -> None:
    backend.initialise()
    plans: list[str] = []

    def work(writer: Writer) -> None:
        connection: sqlite3.Connection = writer._raw  # type: ignore[attr-defined]
        texts: list[str] = []
        connection.set_trace_callback(texts.append)
        writer.nodes(NodeQuery(kind, predicate))
        connection.set_trace_callback(None)
        plans.extend(row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {texts[0]}"))

    backend.transact(work)
    assert any(index in plan for plan in plans), plans
    assert not any(re.match(r"SCAN (node|Artifact|property)\b", plan) for plan in plans), plans


# ---------------------------------------------------------------- statements


def test_every_statement_is_used_and_every_used_one_exists() -> None:
    there = statements.names("sql")
    used = set()
    package = Path(statements.__file__).parents[1]
    for file in (*(package / "backends" / "sqlite").glob("*.py"), *(package / "moving").rglob("*.py")):
        used |= set(re.findall(r'"([a-z_{}.]+/[a-z_{}.]+|totals)"', file.read_text(encoding="utf-8")))
    folders = {name.split("/")[0] for name in there}
    patterns = [re.sub(r"{.*?}", "[a-z_]+", name) for name in used if name.split("/")[0] in folders or "{" in name]
    patterns = [f"{each}(_events)?" if each.startswith("walk/") else f"{each}(/.*)?" for each in patterns]
    for name in there:
        assert any(re.fullmatch(each, name) for each in patterns), f"sql/{name}.sql is not used"
    for each in patterns:
        assert any(re.fullmatch(each, name) for name in there), f"there is no sql/{each}.sql"
