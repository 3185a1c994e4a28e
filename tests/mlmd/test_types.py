"""The calls about types."""

from __future__ import annotations

from typing import Any

import pytest

from graphmeta.mlmd import errors
from graphmeta.mlmd.proto import metadata_store_pb2 as pb
from graphmeta.mlmd.type_messages import TYPE_CLASSES, from_message, to_message
from graphmeta.model import KINDS, Kind, artifact_type
from graphmeta.store import Store
from tests.conftest import Opener
from tests.mlmd.writing import DECLARED, ask, refused

each_kind = pytest.mark.parametrize("kind", KINDS)


def put(store: Store, kind: Kind, name: str = "T", *, flags: dict[str, bool] | None = None, **fields: Any) -> int:
    type = {"name": name, **fields}
    return int(ask(store, f"Put{kind.capitalize()}Type", **{f"{kind}_type": type}, **(flags or {})).type_id)


def get(store: Store, kind: Kind, name: str = "T", **version: str) -> Any:
    response = ask(store, f"Get{kind.capitalize()}Type", type_name=name, **version)
    return getattr(response, f"{kind}_type")


def many(store: Store, kind: Kind, call: str, **fields: Any) -> list[Any]:
    return list(getattr(ask(store, f"Get{kind.capitalize()}{call}", **fields), f"{kind}_types"))


# ---------------------------------------------------------------- what is put comes back


@each_kind
def test_a_type_in_full(store: Store, kind: Kind) -> None:
    more = {"artifact": {"base_type": 2}, "execution": {"base_type": 4}}.get(kind, {})
    given = {"version": "v", "properties": DECLARED, "description": "", "external_id": "x", **more}
    id = put(store, kind, id=77, **given)
    assert id == 10
    expected = TYPE_CLASSES[kind](id=id, name="T", **given)
    assert get(store, kind, type_version="v") == expected
    assert many(store, kind, "TypesByID", type_ids=[id]) == [expected]
    expected.ClearField("external_id")
    assert many(store, kind, "Types") == [expected]
    expected.external_id = "x"
    if kind != "context":
        expected.ClearField("base_type")
    assert many(store, kind, "TypesByExternalIds", external_ids=["x"]) == [expected]


def test_what_an_execution_type_takes_and_gives(store: Store) -> None:
    taken = pb.ArtifactStructType()
    taken.dict.properties["model"].union_type.candidates.add().simple.CopyFrom(
        pb.ArtifactType(name="Model", properties={"a": 1})
    )
    taken.dict.extra_properties_type.any.SetInParent()
    taken.dict.none_type_not_required = True
    put(store, "execution", input_type=taken, output_type=pb.ArtifactStructType(), external_id="x")
    found = get(store, "execution")
    assert found.input_type == taken
    assert found.HasField("output_type")
    put(store, "execution", input_type=pb.ArtifactStructType(none={}), external_id="x")
    assert get(store, "execution") == found
    (by_external_id,) = many(store, "execution", "TypesByExternalIds", external_ids=["x"])
    assert not by_external_id.HasField("input_type") and not by_external_id.HasField("output_type")


def test_what_was_not_given_is_not_set(store: Store) -> None:
    id = put(store, "artifact", version="", properties={"": 1})
    assert get(store, "artifact") == pb.ArtifactType(id=id, name="T", properties={"": 1})


def test_types_become_messages_and_back() -> None:
    type = artifact_type("T", {"a": "PROTO"}, base_type="METRICS", description="d", external_id="x", version="1", id=3)
    message = to_message(type)
    type.id = None
    assert from_message(message, "artifact") == type
    assert to_message(type, base_type=False, external_id=False) == pb.ArtifactType(
        name="T", properties={"a": 5}, description="d", version="1"
    )


# ---------------------------------------------------------------- put


def test_types_of_all_kinds_are_numbered_in_one_sequence(store: Store) -> None:
    response = ask(
        store,
        "PutTypes",
        artifact_types=[{"name": "A"}, {"name": "B"}, {"name": "A"}],
        execution_types=[{"name": "A"}],
        context_types=[{"name": "A"}, {"name": "A", "version": "2"}],
    )
    assert list(response.artifact_type_ids) == [10, 11, 10]
    assert list(response.execution_type_ids) == [12]
    assert list(response.context_type_ids) == [13, 14]


def test_types_are_put_all_or_none(store: Store) -> None:
    with refused(store, errors.InvalidArgumentError, "No type name is specified."):
        ask(store, "PutTypes", artifact_types=[{"name": "A"}], context_types=[{"properties": {"a": 1}}])
    assert many(store, "artifact", "Types") == []


@each_kind
def test_a_type_may_gain_properties_and_keeps_those_it_has(store: Store, kind: Kind) -> None:
    id = put(store, kind, properties={"a": 1, "b": 3})
    already = "Type already exists with different properties"
    with refused(store, errors.AlreadyExistsError, already):
        put(store, kind, properties={"a": 1})
    with refused(store, errors.AlreadyExistsError, already):
        put(
            store, kind, properties={"a": 1, "b": 3, "c": 6}, flags={"can_omit_fields": True, "can_delete_fields": True}
        )
    both = {"can_add_fields": True, "can_omit_fields": True}
    with refused(store, errors.AlreadyExistsError, already):
        put(store, kind, properties={"a": 2}, flags=both)
    assert put(store, kind, properties={"c": 6}, flags=both, description="late") == id
    found = get(store, kind)
    assert dict(found.properties) == {"a": 1, "b": 3, "c": 6}
    assert not found.HasField("description")


@each_kind
def test_a_property_needs_a_value_type(store: Store, kind: Kind) -> None:
    with refused(store, errors.InvalidArgumentError, "Property q is UNKNOWN."):
        put(store, kind, properties={"p": 1, "q": 0})
    put(store, kind, properties={"p": 1})
    with refused(store, errors.InvalidArgumentError, "Property q is UNKNOWN."):
        put(store, kind, properties={"p": 1, "q": 0}, flags={"can_add_fields": True})
    with refused(store, errors.AlreadyExistsError, "different properties"):
        put(store, kind, properties={"p": 0})


def test_a_base_type_may_be_added_and_no_more(store: Store) -> None:
    put(store, "artifact")
    put(store, "artifact", base_type=pb.ArtifactType.MODEL)
    put(store, "artifact", base_type=pb.ArtifactType.MODEL)
    put(store, "artifact")
    assert get(store, "artifact").base_type == pb.ArtifactType.MODEL
    with refused(store, errors.UnimplementedError, "base_type update is not supported yet"):
        put(store, "artifact", base_type=pb.ArtifactType.DATASET)


@each_kind
def test_a_base_type_is_not_removed(store: Store, kind: Kind) -> None:
    with refused(store, errors.UnimplementedError, "base_type deletion is not supported yet"):
        put(store, kind, base_type=0)


def test_an_external_id_is_unique_among_all_types(store: Store) -> None:
    put(store, "artifact", "A", external_id="x")
    put(store, "artifact", "B", external_id="y")
    with refused(store, errors.AlreadyExistsError, "Conflict of external_id: x"):
        put(store, "artifact", "C", external_id="x")
    with refused(store, errors.AlreadyExistsError, "Conflict of external_id: x"):
        put(store, "context", "C", external_id="x")
    with refused(store, errors.InternalError, "x"):
        put(store, "artifact", "B", external_id="x")
    put(store, "artifact", "B", external_id="")
    assert get(store, "artifact", "B").external_id == "y"
    put(store, "artifact", "B", external_id="z")
    assert get(store, "artifact", "B").external_id == "z"


@pytest.mark.parametrize("call", ["PutTypes", *(f"Put{kind.capitalize()}Type" for kind in KINDS)])
def test_all_fields_must_match(store: Store, call: str) -> None:
    with refused(store, errors.UnimplementedError, "Must match all fields."):
        ask(store, call, all_fields_match=False)


# ---------------------------------------------------------------- get


@each_kind
def test_a_type_is_known_by_kind_name_and_version(store: Store, kind: Kind) -> None:
    old, new = put(store, kind, version="1"), put(store, kind)
    put(store, "execution" if kind == "context" else "context", "Other")
    assert (get(store, kind).id, get(store, kind, type_version="").id) == (new, new)
    assert get(store, kind, type_version="1").id == old
    for name, version in (("T", {"type_version": "2"}), ("Other", {}), ("", {}), ("t", {})):
        with refused(store, errors.NotFoundError, "No type found for query"):
            get(store, kind, name, **version)


def test_system_types_are_known_but_not_listed(store: Store) -> None:
    put(store, "artifact")
    put(store, "execution", "mlmd.Dataset")
    assert get(store, "artifact", "mlmd.Model") == pb.ArtifactType(id=2, name="mlmd.Model")
    assert [type.name for type in many(store, "artifact", "Types")] == ["T"]
    assert many(store, "execution", "Types") == many(store, "context", "Types") == []
    assert [type.name for type in many(store, "execution", "TypesByID", type_ids=[5])] == ["mlmd.Train"]


def test_types_by_id_come_in_the_order_asked_for(store: Store) -> None:
    for name in ("A", "B", "C"):
        put(store, "artifact", name)
    put(store, "context", "D")
    found = many(store, "artifact", "TypesByID", type_ids=[12, 10, 13, 12, 99, 0, -1])
    assert [type.name for type in found] == ["C", "A", "C"]
    assert many(store, "artifact", "TypesByID") == []


@each_kind
def test_types_by_external_id(store: Store, kind: Kind) -> None:
    put(store, kind, "A", external_id="z")
    put(store, kind, "B", external_id="y")
    put(store, kind, "C")
    found = many(store, kind, "TypesByExternalIds", external_ids=["z", "y", "z", "nobody's"])
    assert [type.name for type in found] == ["B", "A"]
    assert many(store, kind, "TypesByExternalIds") == []
    with refused(store, errors.NotFoundError, "No types found for external_ids."):
        many(store, kind, "TypesByExternalIds", external_ids=["nobody's"])
    with refused(store, errors.InvalidArgumentError, "at least one empty external_id"):
        many(store, kind, "TypesByExternalIds", external_ids=["z", ""])


# ---------------------------------------------------------------- others change types meanwhile


@pytest.mark.parametrize("engine", ["sqlite", pytest.param("neo4j", marks=pytest.mark.neo4j)])
def test_what_another_client_changes_is_seen_at_once(request: pytest.FixtureRequest, engine: str) -> None:
    opener: Opener = request.getfixturevalue(f"open_{engine}")
    here, there = opener(), opener()
    id = put(here, "artifact", properties={"a": 1})
    artifact = {"type_id": id, "properties": {"b": {"string_value": "x"}}}
    with refused(here, errors.InvalidArgumentError, "Found unknown property: b"):
        ask(here, "PutArtifacts", artifacts=[artifact])
    put(there, "artifact", properties={"a": 1, "b": 3}, flags={"can_add_fields": True})
    assert dict(get(here, "artifact").properties) == {"a": 1, "b": 3}
    (first,) = ask(here, "PutArtifacts", artifacts=[artifact]).artifact_ids
    made = put(there, "artifact", "New")
    assert [type.name for type in many(here, "artifact", "Types")] == ["T", "New"]
    ask(here, "PutArtifacts", artifacts=[{"type_id": made}])
    (found,) = ask(here, "GetArtifactsByType", type_name="New").artifacts
    assert found.type == "New" and found.id > first
