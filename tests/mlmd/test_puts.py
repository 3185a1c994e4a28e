"""The calls that write nodes of one kind, or edges."""

from __future__ import annotations

from typing import Any

import pytest
from google.protobuf.struct_pb2 import Struct

from graphmeta.mlmd import errors
from graphmeta.mlmd.proto import metadata_store_pb2 as pb
from graphmeta.mlmd.proto import metadata_store_service_pb2 as service_pb2
from graphmeta.model import KINDS, Artifact, Kind, artifact_type
from graphmeta.store import Store
from tests.mlmd.writing import DATA, RUN, STEP, ask, put_types, refused

TYPE_IDS = {"artifact": DATA, "execution": STEP, "context": RUN}
each_kind = pytest.mark.parametrize("kind", KINDS)


@pytest.fixture
def typed(store: Store) -> Store:
    """A store that holds a type of each kind, and has a clock that ticks at every put."""
    put_types(store)
    time = iter(range(1_000, 1_000_000, 10))
    store.backend.clock = lambda: next(time)
    return store


def put(store: Store, kind: Kind, *nodes: Any, **fields: Any) -> list[int]:
    response = ask(store, f"Put{kind.capitalize()}s", **{f"{kind}s": nodes}, **fields)
    return list(getattr(response, f"{kind}_ids"))


def get(store: Store, kind: Kind, id: int = 1) -> Any:
    (node,) = getattr(ask(store, f"Get{kind.capitalize()}sByID", **{f"{kind}_ids": [id]}), f"{kind}s")
    return node


def new(kind: Kind, **fields: Any) -> dict[str, Any]:
    """A node of a kind; contexts get a name."""
    named = {"name": "c"} if kind == "context" else {}
    return {"type_id": TYPE_IDS[kind], **named, **fields}


def full(kind: Kind) -> dict[str, Any]:
    """A node of which everything is set that a client may set."""
    struct = Struct()
    struct.update({"a": [1, None, True, {"b": "c"}, []], "": {}})
    values: dict[str, Any] = {
        "int": {"int_value": -(2**63)},
        "double": {"double_value": 1 / 3},
        "string": {"string_value": "hé\U0001f600"},
        "struct": {"struct_value": struct},
        "proto": {"proto_value": {"type_url": "t", "value": b"\x08\x03"}},
        "bool": {"bool_value": False},
    }
    more = {"artifact": {"uri": "u", "state": 6}, "execution": {"last_known_state": 5}}.get(kind, {})
    custom = {**values, "string": {"string_value": ""}, "a.b é%": {"int_value": 0}, "": {"bool_value": True}}
    return {**new(kind), "name": "n", "external_id": "x", "properties": values, "custom_properties": custom, **more}


# ---------------------------------------------------------------- create


@each_kind
def test_what_is_put_comes_back(typed: Store, kind: Kind) -> None:
    filled_in = {"type": "other", "create_time_since_epoch": 1, "last_update_time_since_epoch": 2}
    assert put(typed, kind, {**full(kind), **filled_in}) == [1]
    found = get(typed, kind)
    assert found.create_time_since_epoch == found.last_update_time_since_epoch > 2
    found.ClearField("create_time_since_epoch")
    found.ClearField("last_update_time_since_epoch")
    type_name = {"artifact": "Data", "execution": "Step", "context": "Run"}[kind]
    assert found == type(found)(**full(kind), id=1, type=type_name)


@each_kind
def test_what_was_not_given_is_not_set_but_the_uri(typed: Store, kind: Kind) -> None:
    put(typed, kind, new(kind))
    found = get(typed, kind)
    for field in ("external_id", "state", "last_known_state", "system_metadata"):
        assert field not in found.DESCRIPTOR.fields_by_name or not found.HasField(field)
    assert found.HasField("name") == (kind == "context")
    assert kind != "artifact" or (found.HasField("uri") and not found.uri)


@each_kind
def test_empty_is_not_unset(typed: Store, kind: Kind) -> None:
    named = {} if kind == "context" else {"name": ""}
    put(typed, kind, new(kind, external_id="", **named))
    found = get(typed, kind)
    assert found.HasField("external_id") and found.HasField("name")
    with refused(typed, errors.AlreadyExistsError, "external id"):
        put(typed, kind, new(kind, external_id="", **({"name": "d"} if kind == "context" else {})))
    if kind != "context":
        with refused(typed, errors.AlreadyExistsError, "name"):
            put(typed, kind, new(kind, name=""))


@each_kind
def test_ids_ascend_in_the_order_given(typed: Store, kind: Kind) -> None:
    assert put(typed, kind, *(new(kind, name=name) for name in "abc")) == [1, 2, 3]
    assert [get(typed, kind, id).name for id in (1, 2, 3)] == ["a", "b", "c"]
    assert put(typed, kind) == []


@each_kind
def test_a_node_needs_the_number_of_a_type_of_its_kind(typed: Store, kind: Kind) -> None:
    with refused(typed, errors.InvalidArgumentError, "Type id is missing."):
        put(typed, kind, {"type": "Data", "name": "n"})
    for number in (99, 0, -1, *(set(TYPE_IDS.values()) - {TYPE_IDS[kind]})):
        with refused(typed, errors.NotFoundError, str(number)):
            put(typed, kind, new(kind, name="n"), new(kind, type_id=number, name="m"))


@each_kind
@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"properties": {"x": {"int_value": 1}}}, "Found unknown property: x"),
        ({"properties": {"int": {"double_value": 1}}}, "Found unmatched property type: int"),
        ({"properties": {"double": {"int_value": 1}}}, "Found unmatched property type: double"),
        ({"properties": {"int": {}}}, "Found unmatched property type: int"),
        ({"custom_properties": {"k": {}}}, "'k'"),
        ({"custom_properties": {"k": {"double_value": float("nan")}}}, "NaN"),
        ({"custom_properties": {"k": {"struct_value": {"fields": {"a": {"number_value": float("nan")}}}}}}, "nan"),
        ({"custom_properties": {"k": {"string_value": "mlmd-struct::x"}}}, "mlmd-struct::"),
    ],
)
def test_a_value_that_cannot_be(typed: Store, kind: Kind, given: dict[str, Any], words: str) -> None:
    with refused(typed, errors.InvalidArgumentError, words):
        put(typed, kind, new(kind, name="good"), new(kind, name="bad", **given))


@each_kind
def test_names_are_unique_within_a_type(typed: Store, kind: Kind) -> None:
    other = ask(typed, f"Put{kind.capitalize()}Type", **{f"{kind}_type": {"name": "Other"}}).type_id
    put(typed, kind, new(kind, name="n"), new(kind, name="n", type_id=other))
    with refused(typed, errors.AlreadyExistsError, "name"):
        put(typed, kind, new(kind, name="m"), new(kind, name="n"))
    with refused(typed, errors.AlreadyExistsError, "name"):
        put(typed, kind, new(kind, name="m"), new(kind, name="m"))


@pytest.mark.parametrize("name", [{}, {"name": ""}])
def test_a_context_has_a_name(typed: Store, name: dict[str, str]) -> None:
    with refused(typed, errors.InvalidArgumentError, "Context name should not be empty"):
        put(typed, "context", {"type_id": RUN, **name})
    (id,) = put(typed, "context", new("context"))
    with refused(typed, errors.InvalidArgumentError, "Context name should not be empty"):
        put(typed, "context", {"id": id, **name})


# ---------------------------------------------------------------- update


@each_kind
def test_an_update_replaces_everything_but_the_name(typed: Store, kind: Kind) -> None:
    put(typed, kind, full(kind))
    before = get(typed, kind)
    assert put(typed, kind, {"id": 1, "name": "m"}) == [1]
    found = get(typed, kind)
    assert found.name == ("m" if kind == "context" else "n")
    assert not found.properties and not found.custom_properties and not found.HasField("external_id")
    assert kind != "artifact" or (found.uri, found.HasField("state")) == ("", False)
    assert kind != "execution" or not found.HasField("last_known_state")
    assert (found.type_id, found.create_time_since_epoch) == (before.type_id, before.create_time_since_epoch)
    assert found.last_update_time_since_epoch > before.last_update_time_since_epoch


@each_kind
def test_an_update_names_what_is_there(typed: Store, kind: Kind) -> None:
    put(typed, kind, new(kind))
    for id in (77, 0, -1):
        with refused(typed, errors.InvalidArgumentError, f"Cannot find the given id {id}"):
            put(typed, kind, new(kind, id=id, type_id=99))
    for number in (99, 0, *(set(TYPE_IDS.values()) - {TYPE_IDS[kind]})):
        with refused(typed, errors.InvalidArgumentError, f"Given type_id {number} is different"):
            put(typed, kind, new(kind, id=1, type_id=number), update_mask={"paths": ["external_id"]})


@each_kind
def test_an_update_may_not_take_what_is_anothers(typed: Store, kind: Kind) -> None:
    put(typed, kind, new(kind, name="a", external_id="x"), new(kind, name="b"))
    with refused(typed, errors.InternalError, "external id"):
        put(typed, kind, {"id": 2, "name": "b", "external_id": "x"})
    if kind == "context":
        with refused(typed, errors.InternalError, "name"):
            put(typed, kind, {"id": 2, "name": "a"})


@each_kind
def test_what_is_read_and_put_back_keeps_its_time(typed: Store, kind: Kind) -> None:
    put(typed, kind, full(kind))
    before = get(typed, kind)
    again = type(before)()
    again.CopyFrom(before)
    again.ClearField("type_id")
    again.create_time_since_epoch = again.last_update_time_since_epoch = 5
    put(typed, kind, again)
    assert get(typed, kind) == before


NOT_AS_READ: list[dict[str, Any]] = [{"type": None}, {"type": "x"}, {"name": "m"}, {"system_metadata": {}}]


@pytest.mark.parametrize(
    ("kind", "change", "mask"),
    [
        (kind, change, mask)
        for kind in KINDS
        for change in NOT_AS_READ
        for mask in ([], ["external_id"])
        if mask or kind != "context" or "name" not in change  # that would rename the context
    ],
)
def test_what_is_not_as_read_moves_the_time_though_nothing_changes(
    typed: Store, kind: Kind, change: dict[str, Any], mask: list[str]
) -> None:
    put(typed, kind, full(kind))
    before = get(typed, kind)
    again = type(before)()
    again.CopyFrom(before)
    for field, value in change.items():
        again.ClearField(field)
        if value is not None:
            again.MergeFrom(type(before)(**{field: value}))
    put(typed, kind, again, update_mask={"paths": mask})
    after = get(typed, kind)
    assert after.last_update_time_since_epoch > before.last_update_time_since_epoch
    after.last_update_time_since_epoch = before.last_update_time_since_epoch
    assert after == before


def test_an_artifact_is_only_updated_as_it_was_read(typed: Store) -> None:
    put(typed, "artifact", new("artifact"))
    read = get(typed, "artifact")
    abort = {"abort_if_latest_updated_time_changed": True}
    read.uri = "mine"
    with refused(typed, errors.FailedPreconditionError, "1"):
        put(typed, "artifact", {"id": 1, "uri": "mine"}, options=abort)
    put(typed, "artifact", read, new("artifact"), options=abort)
    assert get(typed, "artifact").uri == "mine"
    with refused(typed, errors.FailedPreconditionError, "1"):
        put(typed, "artifact", read, options=abort)


# ---------------------------------------------------------------- masks

MASKED: list[tuple[list[str], dict[str, Any], dict[str, Any]]] = [
    (["external_id"], {"external_id": "y", "name": "m"}, {"external_id": "y"}),
    (["external_id"], {}, {"external_id": None}),
    (["properties"], {"properties": {"int": {"int_value": 5}}}, {"properties": {"int": 5}}),
    (["properties.int"], {"properties": {"int": {"int_value": 5}, "none": {}}}, {"properties": {"int": 5, "bool": 1}}),
    (["properties.int"], {}, {"properties": {"bool": 1}}),
    (["properties.int", "properties"], {}, {"properties": {}}),
    (["custom_properties.a.b"], {"custom_properties": {"a.b": {"int_value": 9}}}, {"custom": {"a": 2, "a.b": 9}}),
    (["custom_properties"], {}, {"custom": {}}),
    (["properties.none"], {}, {}),
    (["nope", "", "type_id", "id", "create_time_since_epoch"], {}, {}),
]


@each_kind
@pytest.mark.parametrize(("paths", "given", "changed"), MASKED, ids=lambda each: ",".join(each))
def test_a_mask_says_what_is_replaced(
    typed: Store, kind: Kind, paths: list[str], given: dict[str, Any], changed: dict[str, Any]
) -> None:
    values = {"int": {"int_value": 1}, "bool": {"bool_value": True}}
    custom = {"a": {"int_value": 2}, "a.b": {"int_value": 3}}
    put(typed, kind, new(kind, name="n", external_id="x", properties=values, custom_properties=custom))
    put(typed, kind, {"id": 1, **given}, update_mask={"paths": paths})
    found = get(typed, kind)
    plain = {
        "name": found.name,
        "external_id": found.external_id if found.HasField("external_id") else None,
        "properties": {key: getattr(value, value.WhichOneof("value")) for key, value in found.properties.items()},
        "custom": {key: getattr(value, value.WhichOneof("value")) for key, value in found.custom_properties.items()},
    }
    unchanged = {"name": "n", "external_id": "x", "properties": {"int": 1, "bool": 1}, "custom": {"a": 2, "a.b": 3}}
    assert plain == {**unchanged, **changed}


def test_a_mask_has_the_names_that_the_messages_have(typed: Store) -> None:
    put(typed, "execution", new("execution", last_known_state=2))
    put(typed, "execution", {"id": 1, "last_known_state": 3}, update_mask={"paths": ["state"]})
    assert get(typed, "execution").last_known_state == 2
    put(typed, "execution", {"id": 1, "last_known_state": 3}, update_mask={"paths": ["last_known_state"]})
    assert get(typed, "execution").last_known_state == 3
    put(typed, "artifact", new("artifact", uri="u", state=2))
    put(typed, "artifact", {"id": 1, "state": 4, "uri": "v"}, update_mask={"paths": ["state", "last_known_state"]})
    assert (get(typed, "artifact").state, get(typed, "artifact").uri) == (4, "u")
    put(typed, "artifact", {"id": 1, "uri": "v"}, update_mask={"paths": ["uri"]})
    assert (get(typed, "artifact").state, get(typed, "artifact").uri) == (4, "v")
    put(typed, "context", new("context", name="a", external_id="x"))
    put(typed, "context", {"id": 1, "name": "b"}, update_mask={"paths": ["name"]})
    assert (get(typed, "context").name, get(typed, "context").external_id) == ("b", "x")
    with refused(typed, errors.InvalidArgumentError, "Context name should not be empty"):
        put(typed, "context", {"id": 1, "external_id": "y"}, update_mask={"paths": ["name"]})


def test_a_mask_is_for_what_has_an_id(typed: Store) -> None:
    put(typed, "artifact", new("artifact", uri="u"))
    put(
        typed,
        "artifact",
        {"id": 1, "uri": "v", "external_id": "x"},
        new("artifact", uri="w", external_id="y"),
        update_mask={"paths": ["external_id"]},
    )
    assert [(each.uri, each.external_id) for each in typed.artifacts()] == [("u", "x"), ("w", "y")]


@each_kind
def test_what_a_mask_leaves_out_is_not_looked_at(typed: Store, kind: Kind) -> None:
    put(typed, kind, new(kind))
    wrong = {"nope": {"int_value": 1}, "int": {"string_value": "1"}}
    put(typed, kind, {"id": 1, "properties": wrong, "external_id": "x"}, update_mask={"paths": ["external_id"]})
    assert get(typed, kind).external_id == "x"
    with refused(typed, errors.InvalidArgumentError, "Found unknown property: nope"):
        put(typed, kind, {"id": 1, "properties": wrong}, update_mask={"paths": ["properties.nope"]})


# ---------------------------------------------------------------- edges


@pytest.fixture
def nodes(typed: Store) -> Store:
    """Two nodes of each kind, 1 and 2, and a third context."""
    for kind in KINDS:
        put(typed, kind, new(kind, name="a"), new(kind, name="b"))
    put(typed, "context", new("context", name="c"))
    return typed


def test_events(nodes: Store) -> None:
    path = {"steps": [{"index": 3}, {"key": "k"}, {}, {"key": ""}, {"index": 0}]}
    given = [
        {"artifact_id": 1, "execution_id": 1, "type": 3, "path": path, "milliseconds_since_epoch": 0},
        {"artifact_id": 1, "execution_id": 1, "type": 7, "milliseconds_since_epoch": -5},
        {"artifact_id": 2, "execution_id": 1, "type": 1},
    ]
    assert ask(nodes, "PutEvents", events=given) == service_pb2.PutEventsResponse()
    found = list(ask(nodes, "GetEventsByExecutionIDs", execution_ids=[1]).events)
    del path["steps"][2]  # neither a key nor an index
    assert found[:2] == [pb.Event(**event) for event in given[:2]]
    assert (found[2].type, found[2].milliseconds_since_epoch >= 1_000, found[2].HasField("path")) == (1, True, False)
    ask(nodes, "PutEvents")


@pytest.mark.parametrize(
    ("event", "words"),
    [
        ({"execution_id": 1, "type": 3}, "No artifact id is specified."),
        ({"artifact_id": 1, "type": 3}, "No execution id is specified."),
        ({"artifact_id": 1, "execution_id": 1}, "No event type is specified."),
        ({"artifact_id": 1, "execution_id": 1, "type": 0}, "No event type is specified."),
        ({"artifact_id": 99, "execution_id": 1, "type": 3}, "99"),
        ({"artifact_id": 1, "execution_id": 99, "type": 3}, "99"),
        ({"artifact_id": 0, "execution_id": 1, "type": 3}, "0"),
    ],
)
def test_an_event_that_cannot_be(nodes: Store, event: dict[str, int], words: str) -> None:
    good = {"artifact_id": 1, "execution_id": 1, "type": 4}
    with refused(nodes, errors.InvalidArgumentError, words):
        ask(nodes, "PutEvents", events=[good, event])


def test_there_is_one_event_of_a_type_between_two_nodes(nodes: Store) -> None:
    event = {"artifact_id": 1, "execution_id": 1, "type": 3}
    with refused(nodes, errors.AlreadyExistsError, "event"):
        ask(nodes, "PutEvents", events=[event, event])
    ask(nodes, "PutEvents", events=[event])
    with refused(nodes, errors.AlreadyExistsError, "event"):
        ask(nodes, "PutEvents", events=[{**event, "milliseconds_since_epoch": 4}])


def test_attributions_and_associations_twice_are_one(nodes: Store) -> None:
    given: dict[str, Any] = {
        "attributions": [{"artifact_id": 2, "context_id": 1}, {"artifact_id": 2, "context_id": 1}],
        "associations": [{"execution_id": 2, "context_id": 1}],
    }
    for _ in range(2):
        ask(nodes, "PutAttributionsAndAssociations", **given)
    assert [each.id for each in ask(nodes, "GetArtifactsByContext", context_id=1).artifacts] == [2]
    assert [each.id for each in ask(nodes, "GetExecutionsByContext", context_id=1).executions] == [2]
    ask(nodes, "PutAttributionsAndAssociations")


@pytest.mark.parametrize("number", [{}, {"context_id": 99}, {"context_id": 0}])
def test_both_ends_of_a_membership_are_there(nodes: Store, number: dict[str, int]) -> None:
    good = {"artifact_id": 1, "context_id": 1}
    for given in (
        {"attributions": [good, {"artifact_id": 1, **number}]},
        {"attributions": [good], "associations": [{"execution_id": 1, **number}]},
        {"attributions": [good, {"artifact_id": 99, "context_id": 1}]},
        {"attributions": [good], "associations": [{"context_id": 1}]},
    ):
        with refused(nodes, errors.InvalidArgumentError, "id not found"):
            ask(nodes, "PutAttributionsAndAssociations", **given)


def test_parent_contexts(nodes: Store) -> None:
    ask(nodes, "PutParentContexts", parent_contexts=[{"child_id": 1, "parent_id": 2}, {"child_id": 2, "parent_id": 3}])
    assert [each.id for each in ask(nodes, "GetParentContextsByContext", context_id=1).contexts] == [2]
    with refused(nodes, errors.AlreadyExistsError, "parent"):
        ask(nodes, "PutParentContexts", parent_contexts=[{"child_id": 1, "parent_id": 2}])
    with refused(nodes, errors.InvalidArgumentError, "There is a cycle detected"):
        ask(nodes, "PutParentContexts", parent_contexts=[{"child_id": 3, "parent_id": 1}])
    for link in ({}, {"child_id": 1}, {"parent_id": 1}):
        with refused(nodes, errors.InvalidArgumentError, "Missing parent / child id"):
            ask(nodes, "PutParentContexts", parent_contexts=[link])
    for child, parent in ((1, 1), (1, 99), (99, 1), (0, 1)):
        with refused(nodes, errors.InvalidArgumentError):
            ask(nodes, "PutParentContexts", parent_contexts=[{"child_id": child, "parent_id": parent}])
    ask(nodes, "PutParentContexts")


def test_what_another_program_stored_without_a_uri_has_an_empty_one_once_put(store: Store) -> None:
    store.put_type(artifact_type("T"))
    store.put(artifacts=[Artifact(type="T")])
    put(store, "artifact", get(store, "artifact"))
    assert store.artifact(1).uri == ""
