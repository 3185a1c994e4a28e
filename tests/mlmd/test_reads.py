"""The calls that read nodes by what they are known by, and what lies next to them."""

from __future__ import annotations

from typing import Any

import pytest
from google.protobuf.struct_pb2 import Struct

from graphmeta.mlmd import errors
from graphmeta.mlmd.proto import metadata_store_pb2 as pb
from graphmeta.mlmd.service import CALLS, Service
from graphmeta.model import KINDS, Artifact, Event, Kind, artifact_type
from graphmeta.store import PutOptions, Store
from tests.mlmd.reading import VALUES, ask, ids, small_world


@pytest.fixture
def world(store: Store) -> Store:
    """A store that holds `small_world`."""
    small_world(store)
    return store


def nodes(response: Any, kind: Kind) -> Any:
    return getattr(response, f"{kind}s")


# ---------------------------------------------------------------- whole messages


def values(*, string: str = VALUES["string"]) -> dict[str, pb.Value]:
    struct = Struct()
    struct.update(VALUES["struct"])
    found = {
        "int": pb.Value(int_value=VALUES["int"]),
        "double": pb.Value(double_value=VALUES["double"]),
        "string": pb.Value(string_value=string),
        "struct": pb.Value(struct_value=struct),
        "proto": pb.Value(),
        "bool": pb.Value(bool_value=False),
    }
    found["proto"].proto_value.type_url = VALUES["proto"].type_url
    found["proto"].proto_value.value = VALUES["proto"].value
    return found


def test_an_artifact_in_full(world: Store) -> None:
    (found,) = ask(world, "GetArtifactsByID", artifact_ids=[1]).artifacts
    stored = world.artifact(1)
    expected = pb.Artifact(
        id=1,
        type_id=stored.type_id,
        type="Data",
        name="first",
        uri="s3://b/1",
        state=pb.Artifact.LIVE,
        external_id="a-1",
        create_time_since_epoch=stored.created,
        last_update_time_since_epoch=stored.updated,
        properties=values(),
        custom_properties=values(string=""),
    )
    assert found == expected


def test_an_execution_and_a_context_in_full(world: Store) -> None:
    (execution,) = ask(world, "GetExecutionsByID", execution_ids=[1]).executions
    stored = world.execution(1)
    assert execution == pb.Execution(
        id=1,
        type_id=stored.type_id,
        type="Step",
        name="train",
        last_known_state=pb.Execution.COMPLETE,
        external_id="e-1",
        create_time_since_epoch=stored.created,
        last_update_time_since_epoch=stored.updated,
        properties=values(),
    )
    (context,) = ask(world, "GetContextsByID", context_ids=[2]).contexts
    known = world.context(2)
    assert context == pb.Context(
        id=2,
        type_id=known.type_id,
        type="Run",
        name="run-2",
        external_id="c-2",
        create_time_since_epoch=known.created,
        last_update_time_since_epoch=known.updated,
        properties=values(),
    )


def test_what_was_never_given_is_not_there_but_for_the_uri(world: Store) -> None:
    artifact = ask(world, "GetArtifactsByID", artifact_ids=[4]).artifacts[0]
    assert artifact.HasField("uri")
    assert artifact.uri == ""
    assert not any(artifact.HasField(field) for field in ("name", "state", "external_id", "system_metadata"))
    execution = ask(world, "GetExecutionsByID", execution_ids=[2]).executions[0]
    assert not any(execution.HasField(field) for field in ("name", "last_known_state", "external_id"))
    assert ask(world, "GetArtifactsByID", artifact_ids=[3]).artifacts[0].HasField("name")  # it is empty, and given


def test_events_in_full(world: Store) -> None:
    found = list(ask(world, "GetEventsByExecutionIDs", execution_ids=[1, 1]).events)
    step = pb.Event.Path.Step
    data = pb.Event(artifact_id=1, execution_id=1, type=pb.Event.INPUT, milliseconds_since_epoch=5)
    data.path.steps.extend([step(key="data"), step(index=0)])
    model = pb.Event(artifact_id=3, execution_id=1, type=pb.Event.OUTPUT, milliseconds_since_epoch=7)
    model.path.steps.extend([step(key="model"), step(index=0)])
    plain = pb.Event(artifact_id=2, execution_id=1, type=pb.Event.DECLARED_INPUT, milliseconds_since_epoch=6)
    assert found == [data, plain, model]
    again = pb.Event(artifact_id=3, execution_id=2, type=pb.Event.INPUT, milliseconds_since_epoch=8, path=model.path)
    assert list(ask(world, "GetEventsByArtifactIDs", artifact_ids=[3]).events) == [model, again]


# ---------------------------------------------------------------- by id


@pytest.mark.parametrize("kind", KINDS)
def test_by_id_come_those_that_there_are_once_and_by_id(world: Store, kind: Kind) -> None:
    def by_id(*wanted: int) -> list[int]:
        response = ask(world, f"Get{kind.capitalize()}sByID", **{f"{kind}_ids": wanted})
        return ids(nodes(response, kind))

    assert by_id(2, 1, 999, 2, 0, -1, 2**62) == [1, 2]
    assert by_id() == []
    assert by_id(999) == []


def test_by_id_with_types(world: Store) -> None:
    response = ask(world, "GetArtifactsByID", artifact_ids=[4, 2, 3, 1], populate_artifact_types=True)
    assert [(type.name, type.version) for type in response.artifact_types] == [
        ("Data", ""),
        ("Data", "v2"),
        ("Model", ""),
    ]
    data = response.artifact_types[0]
    assert (data.external_id, data.HasField("base_type"), data.properties["int"]) == ("data-type", False, pb.INT)
    assert not ask(world, "GetArtifactsByID", artifact_ids=[1]).artifact_types
    assert not ask(world, "GetArtifactsByID", artifact_ids=[9], populate_artifact_types=True).artifact_types


# ---------------------------------------------------------------- by type, name, URI, external id


def test_by_type_the_version_counts(world: Store) -> None:
    def of_type(name: str, version: str | None = None) -> list[int]:
        return ids(ask(world, "GetArtifactsByType", type_name=name, type_version=version).artifacts)

    assert of_type("Data") == of_type("Data", "") == [1]
    assert of_type("Data", "v2") == [2]
    assert of_type("Model") == [3, 4]
    assert of_type("Data", "v3") == of_type("Nothing") == of_type("") == of_type("Step") == []
    assert ids(ask(world, "GetExecutionsByType", type_name="Step").executions) == [1, 2]
    assert ids(ask(world, "GetContextsByType", type_name="Run").contexts) == [1, 2, 3]


def test_by_type_sees_types_that_others_made(world: Store, request: pytest.FixtureRequest) -> None:
    assert not ask(world, "GetArtifactsByType", type_name="New").artifacts
    engine = "sqlite" if world.url.startswith("sqlite") else "neo4j"
    other: Store = request.getfixturevalue(f"open_{engine}")()
    other.put_type(artifact_type("New"))
    (new,) = other.put(artifacts=[Artifact(type="New", name="n")]).artifact_ids
    assert ids(ask(world, "GetArtifactsByType", type_name="New").artifacts) == [new]
    assert ask(world, "GetArtifactByTypeAndName", type_name="New", artifact_name="n").artifact.id == new


@pytest.mark.parametrize(
    ("kind", "type", "name", "id"),
    [("artifact", "Data", "first", 1), ("execution", "Step", "train", 1), ("context", "Run", "run-3", 3)],
)
def test_by_type_and_name(world: Store, kind: Kind, type: str, name: str, id: int) -> None:
    def by_name(type: str, name: str, version: str = "") -> Any:
        fields = {"type_name": type, "type_version": version, f"{kind}_name": name}
        return ask(world, f"Get{kind.capitalize()}ByTypeAndName", **fields)

    assert getattr(by_name(type, name), kind).id == id
    for response in (by_name(type, "nobody"), by_name("Nothing", name), by_name(type, name, "v9"), by_name(type, "")):
        assert not response.HasField(kind)


def test_the_empty_name_is_a_name(world: Store) -> None:
    assert ask(world, "GetArtifactByTypeAndName", type_name="Model", artifact_name="").artifact.id == 3
    assert ask(world, "GetArtifactByTypeAndName", type_name="Model").artifact.id == 3
    assert (
        ask(world, "GetArtifactByTypeAndName", type_name="Data", type_version="v2", artifact_name="first").artifact.id
        == 2
    )


def test_by_uri(world: Store) -> None:
    def by_uri(*uris: str) -> list[int]:
        return ids(ask(world, "GetArtifactsByURI", uris=uris).artifacts)

    assert by_uri("s3://b/1", "s3://b/1", "nothing") == [1, 3]
    assert by_uri("") == [2, 4]  # whether it was given empty or not at all
    assert by_uri("", "s3://b/1") == [1, 2, 3, 4]
    assert by_uri() == by_uri("nothing") == []


def test_by_uri_as_clients_before_0_21_asked(world: Store) -> None:
    request = CALLS["GetArtifactsByURI"].request.FromString(b"\x0a\x08s3://b/1")
    with pytest.raises(errors.InvalidArgumentError, match="deprecated field `uri`"):
        Service(world).call("GetArtifactsByURI", request)


@pytest.mark.parametrize("kind", KINDS)
def test_by_external_ids(world: Store, kind: Kind) -> None:
    call = f"Get{kind.capitalize()}sByExternalIds"
    known = f"{kind[0]}-1"
    assert ids(nodes(ask(world, call, external_ids=[known, "nothing", known]), kind)) == [1]
    assert not nodes(ask(world, call), kind)
    with pytest.raises(errors.NotFoundError, match=f"No {kind}s found for external_ids"):
        ask(world, call, external_ids=["nothing"])
    with pytest.raises(errors.InvalidArgumentError, match="at least one empty external_id"):
        ask(world, call, external_ids=[known, ""])


# ---------------------------------------------------------------- neighbours


def test_events_of_nothing(world: Store) -> None:
    for call, field in (("GetEventsByArtifactIDs", "artifact_ids"), ("GetEventsByExecutionIDs", "execution_ids")):
        assert not ask(world, call).events
        assert not ask(world, call, **{field: [999, 0, -1]}).events


def test_events_of_an_artifact_that_does_not_exist(world: Store) -> None:
    world.put(events=[Event(77, 1, "INPUT")], options=PutOptions(allow_missing_artifacts=True))
    (event,) = ask(world, "GetEventsByArtifactIDs", artifact_ids=[77]).events
    assert (event.artifact_id, event.execution_id) == (77, 1)


def test_contexts_of_nodes(world: Store) -> None:
    assert ids(ask(world, "GetContextsByArtifact", artifact_id=1).contexts) == [1, 2]
    assert ids(ask(world, "GetContextsByExecution", execution_id=2).contexts) == [1]
    for id in (2, 999):
        with pytest.raises(errors.NotFoundError, match=f"No contexts found for artifact_id: {id}"):
            ask(world, "GetContextsByArtifact", artifact_id=id)
    with pytest.raises(errors.NotFoundError, match="No contexts found for execution_id: 0"):
        ask(world, "GetContextsByExecution")


def test_nodes_of_contexts(world: Store) -> None:
    assert ids(ask(world, "GetArtifactsByContext", context_id=1).artifacts) == [1, 4]
    assert ids(ask(world, "GetExecutionsByContext", context_id=1).executions) == [1, 2]
    for id in (3, 999, 0):
        assert not ask(world, "GetArtifactsByContext", context_id=id).artifacts
        assert not ask(world, "GetExecutionsByContext", context_id=id).executions


def test_parents_and_children(world: Store) -> None:
    assert ids(ask(world, "GetParentContextsByContext", context_id=1).contexts) == [2, 3]
    assert ids(ask(world, "GetChildrenContextsByContext", context_id=3).contexts) == [1, 2]
    assert not ask(world, "GetParentContextsByContext", context_id=3).contexts
    assert not ask(world, "GetChildrenContextsByContext", context_id=999).contexts


def test_parents_and_children_of_several(world: Store) -> None:
    above = ask(world, "GetParentContextsByContexts", context_ids=[1, 2, 3, 999]).contexts
    assert {id: ids(group.parent_contexts) for id, group in above.items()} == {1: [2, 3], 2: [3]}
    below = ask(world, "GetChildrenContextsByContexts", context_ids=[3, 2, 1]).contexts
    assert {id: ids(group.children_contexts) for id, group in below.items()} == {2: [1], 3: [1, 2]}
    assert below[2].children_contexts[0] == ask(world, "GetContextsByID", context_ids=[1]).contexts[0]
    assert not ask(world, "GetParentContextsByContexts").contexts
