"""What an update replaces, with a mask and without: section 4 of the reference, "Nodes: update"."""

from __future__ import annotations

from typing import Any

from graphmeta.testing.mlmd.making import artifact
from graphmeta.testing.mlmd.scenarios import Play, scenario
from tests.mlmd.scenarios.nodes import STATES, try_put
from tests.mlmd.scenarios.world import KINDS, MAKE, PUT, get, put, put_one, types


def full(kind: str, type_id: int, **more: Any) -> Any:
    """A node that has everything."""
    fields: dict[str, Any] = {"external_id": f"x-{kind}", "name": "full"}
    if kind == "artifact":
        fields["uri"] = "u"
    if kind in STATES:
        fields[STATES[kind][0]] = 2
    return MAKE[kind](type_id, p={"int": 1, "string": "s"}, c={"a": 1, "b": "t"}, **{**fields, **more})


def second(kind: str, type_id: int, id: int) -> Any:
    """Every field of it otherwise."""
    fields: dict[str, Any] = {"external_id": f"y-{kind}", "name": "full"}
    if kind == "artifact":
        fields["uri"] = "v"
    if kind in STATES:
        fields[STATES[kind][0]] = 3
    return MAKE[kind](type_id, id=id, p={"int": 2, "double": 0.5}, c={"a": "two", "c": True}, **fields)


@scenario
def without_a_mask_everything_is_replaced(play: Play) -> None:
    ids = types(play)
    for kind in KINDS:
        (id,) = put(play, kind, full(kind, ids.of(kind)))
        get(play, kind, id)
        put(play, kind, second(kind, ids.of(kind), id))
        get(play, kind, id)
        put(play, kind, MAKE[kind](ids.of(kind), id=id, name="full"))
        get(play, kind, id)


MASKS = [
    [],
    [""],
    ["nope"],
    ["nope", "external_id"],
    ["external_id"],
    ["uri"],
    ["state"],
    ["last_known_state"],
    ["name"],
    ["id"],
    ["type_id"],
    ["type"],
    ["create_time_since_epoch"],
    ["properties"],
    ["properties.int"],
    ["properties.int", "properties.double"],
    ["properties.string"],
    ["properties.nope"],
    ["properties."],
    ["properties.int.int_value"],
    ["properties", "properties.int"],
    ["custom_properties"],
    ["custom_properties.a"],
    ["custom_properties.b"],
    ["custom_properties.c"],
    ["custom_properties.nope"],
    ["custom_properties", "custom_properties.c"],
    ["properties.int", "custom_properties.b", "external_id"],
    ["properties", "custom_properties", "external_id", "state", "last_known_state", "uri", "name"],
    ["Properties"],
    ["external_id", "external_id"],
    ["system_metadata"],
]


def play_masks(play: Play, kind: str) -> None:
    ids = types(play)
    for number, paths in enumerate(MASKS):
        (id,) = put(play, kind, full(kind, ids.of(kind), name=f"n{number}", external_id=f"x{number}"))
        new = second(kind, ids.of(kind), id)
        new.name, new.external_id = f"n{number}", f"y{number}"
        play(PUT[kind], **{f"{kind}s": [new]}, update_mask={"paths": paths})
        get(play, kind, id)
        # What the mask names and the request leaves out goes.
        play(PUT[kind], **{f"{kind}s": [MAKE[kind](id=id, name=f"n{number}")]}, update_mask={"paths": paths})
        get(play, kind, id)


@scenario
def masks_of_artifacts(play: Play) -> None:
    play_masks(play, "artifact")


@scenario
def masks_of_executions(play: Play) -> None:
    play_masks(play, "execution")


@scenario
def masks_of_contexts(play: Play) -> None:
    play_masks(play, "context")


@scenario
def a_mask_and_new_nodes(play: Play) -> None:
    ids = types(play)
    for kind in KINDS:
        make, type_id, mask = MAKE[kind], ids.of(kind), {"update_mask": {"paths": ["custom_properties.a"]}}
        id = put_one(play, kind, type_id, name="old", c={"a": 1, "b": 1}, external_id="x")
        both = make(type_id, id=id, c={"a": 2}), make(type_id, name="new", c={"a": 1, "b": 2}, external_id="y")
        try_put(play, kind, *both, **mask)
        try_put(play, kind, make(type_id, name="wrong", p={"nope": 1}), **mask)
        try_put(play, kind, make(name="no type", c={"a": 1}), **mask)
        try_put(play, kind, make(type_id, name="old", c={"a": 3}), **mask)
        try_put(play, kind, make(type_id, id=999, c={"a": 3}), **mask)


@scenario
def a_mask_and_wrong_properties(play: Play) -> None:
    ids = types(play)
    for kind in KINDS:
        make, type_id = MAKE[kind], ids.of(kind)
        id = put_one(play, kind, type_id, name="n", p={"int": 1})
        wrong = make(type_id, id=id, name="n", p={"nope": 1, "int": "text"}, c={"a": 1})
        for paths in (["custom_properties.a"], ["properties.nope"], ["properties.int"], ["properties"], []):
            try_put(play, kind, wrong, update_mask={"paths": paths})
        other = make(999, id=id, name="n", c={"a": 2})
        try_put(play, kind, other, update_mask={"paths": ["custom_properties.a"]})
        try_put(play, kind, make(id=id, c={"a": 2}), update_mask={"paths": ["custom_properties.a"]})


@scenario
def keys_with_dots_in_masks(play: Play) -> None:
    ids = types(play)
    c = {"a.b": 1, "a": 1, "a.b.c": 1}
    (id,) = put(play, "artifact", artifact(ids.artifact, c=c))
    for paths in (
        ["custom_properties.a.b"],
        ["custom_properties.a"],
        ["custom_properties.a.b.c"],
        ["custom_properties.`a.b`"],
    ):
        new = artifact(ids.artifact, id=id, c=dict.fromkeys(c, 2))
        play("PutArtifacts", artifacts=[new], update_mask={"paths": paths})
        get(play, "artifact", id)
