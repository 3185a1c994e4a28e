"""Nodes changed: section 4 of the reference, "Nodes: update"."""

from __future__ import annotations

from typing import Any

from graphmeta.testing.mlmd.making import artifact, context, value
from graphmeta.testing.mlmd.scenarios import Play, scenario
from tests.mlmd.scenarios.masks import full
from tests.mlmd.scenarios.nodes import STATES, try_put
from tests.mlmd.scenarios.world import KINDS, MAKE, PUT, get, put, put_one, types


@scenario
def an_unknown_id(play: Play) -> None:
    ids = types(play)
    for kind in KINDS:
        for id in (999, -1, 0):
            try_put(play, kind, MAKE[kind](ids.of(kind), id=id, name=f"n{id}"))
            try_put(play, kind, MAKE[kind](id=id, name=f"m{id}"))
        play(
            PUT[kind], **{f"{kind}s": [MAKE[kind](ids.of(kind), id=999, name="n")]}, says="Cannot find the given id 999"
        )


@scenario
def another_type(play: Play) -> None:
    ids = types(play)
    for kind in KINDS:
        other = play(f"Put{kind.title()}Type", **{f"{kind}_type": {"name": "Other"}}).response.type_id
        id = put_one(play, kind, ids.of(kind), name="a", c={"x": 1})
        for type_id in (other, 999, ids.of("context" if kind == "artifact" else "artifact")):
            play(PUT[kind], **{f"{kind}s": [MAKE[kind](type_id, id=id, name="a")]})
        play(PUT[kind], **{f"{kind}s": [MAKE[kind](id=id, name="a", c={"x": 2})]})
        get(play, kind, id)


@scenario
def names_of_artifacts_and_executions_stay_names_of_contexts_change(play: Play) -> None:
    ids = types(play)
    for kind in KINDS:
        make, type_id = MAKE[kind], ids.of(kind)
        first, _, third = put(play, kind, make(type_id, name="a"), make(type_id, name="b"), make(type_id, name="c"))
        try_put(play, kind, make(type_id, id=first, name="z"))
        try_put(play, kind, make(type_id, id=first))
        try_put(play, kind, make(type_id, id=first, name="b"))
        try_put(play, kind, make(type_id, id=first, name="z"), update_mask={"paths": ["name"]})
        try_put(play, kind, make(type_id, id=third, name="y", external_id="e"), update_mask={"paths": ["external_id"]})
        for name in ("a", "z", "b", "y", "c"):
            play(f"Get{kind.title()}ByTypeAndName", type_name=("Data", "Step", "Run")[KINDS.index(kind)],
                 **{f"{kind}_name": name})  # fmt: skip


@scenario
def an_unnamed_node_gets_a_name(play: Play) -> None:
    ids = types(play)
    for kind in ("artifact", "execution"):
        id = put_one(play, kind, ids.of(kind))
        try_put(play, kind, MAKE[kind](ids.of(kind), id=id, name="late"))
        try_put(play, kind, MAKE[kind](ids.of(kind), id=id, name="late"), update_mask={"paths": ["name"]})


@scenario
def no_change_leaves_the_time(play: Play) -> None:
    ids = types(play)
    for kind in KINDS:
        (id,) = put(play, kind, full(kind, ids.of(kind)))
        same = full(kind, ids.of(kind), id=id)
        get(play, kind, id)
        put(play, kind, same)
        get(play, kind, id)
        put(play, kind, same, update_mask={"paths": ["properties", "custom_properties.a", "external_id"]})
        get(play, kind, id)
        (stored,) = get(play, kind, id)
        stored.type = "other"
        stored.create_time_since_epoch = stored.last_update_time_since_epoch = 5
        put(play, kind, stored)
        get(play, kind, id)
        stored.ClearField("type_id")
        put(play, kind, stored)
        get(play, kind, id)
        stored.custom_properties["new"].int_value = 1
        put(play, kind, stored)
        get(play, kind, id)
        put(play, kind, stored)
        get(play, kind, id)


@scenario
def each_change_moves_the_time(play: Play) -> None:
    ids = types(play)
    for kind in KINDS:
        node = MAKE[kind](ids.of(kind), name="n")
        (node.id,) = put(play, kind, node)
        changes: list[tuple[str, Any]] = [("external_id", "x"), ("external_id", "")]
        changes += [("uri", "u"), ("uri", "")] if kind == "artifact" else []
        changes += [(STATES[kind][0], 1), (STATES[kind][0], 0)] if kind in STATES else []
        for field, given in changes:
            setattr(node, field, given)
            put(play, kind, node)
            get(play, kind, node.id)
            node.ClearField(field)
            put(play, kind, node)
            get(play, kind, node.id)
        for property, each in (("int", 1), ("int", 2), ("struct", {"a": 1}), ("struct", {"a": 2})):
            node.properties[property].CopyFrom(value(each))
            put(play, kind, node)
            get(play, kind, node.id)
        for each in (1, 1.0, "1", True, {}):
            node.custom_properties["c"].CopyFrom(value(each))
            put(play, kind, node)
            get(play, kind, node.id)


@scenario
def the_same_node_twice_in_a_request(play: Play) -> None:
    ids = types(play)
    for kind in KINDS:
        make, type_id = MAKE[kind], ids.of(kind)
        id = put_one(play, kind, type_id, name="n")
        put(play, kind, make(type_id, id=id, name="n", c={"a": 1}), make(type_id, id=id, name="n", c={"b": 1}))
        get(play, kind, id)
        mask = {"update_mask": {"paths": ["custom_properties.a", "custom_properties.c"]}}
        put(play, kind, make(type_id, id=id, c={"a": 2}), make(type_id, id=id, c={"c": 1}), **mask)
        get(play, kind, id)


@scenario
def an_update_that_must_find_the_time_it_knows(play: Play) -> None:
    ids = types(play)
    (id,) = put(play, "artifact", artifact(ids.artifact, name="n"))
    (stored,) = get(play, "artifact", id)
    check = {"options": {"abort_if_latest_updated_time_changed": True}}
    stored.custom_properties["a"].int_value = 1
    put(play, "artifact", stored, **check)
    get(play, "artifact", id)
    play("PutArtifacts", artifacts=[stored], **check)  # It knows the time before.
    (stored,) = get(play, "artifact", id)
    put(play, "artifact", stored, **check)  # Nothing changes.
    get(play, "artifact", id)
    (stored,) = get(play, "artifact", id)
    stored.last_update_time_since_epoch = 0
    play("PutArtifacts", artifacts=[stored], **check)
    stored.ClearField("last_update_time_since_epoch")
    play("PutArtifacts", artifacts=[stored], **check)
    play("PutArtifacts", artifacts=[stored], options={"abort_if_latest_updated_time_changed": False})
    play("PutArtifacts", artifacts=[artifact(ids.artifact, name="new")], **check)
    play("PutArtifacts", artifacts=[artifact(ids.artifact, id=999)], **check)
    (stored,) = get(play, "artifact", id)
    stored.custom_properties["a"].int_value = 2
    stored.uri = "u"
    play("PutArtifacts", artifacts=[stored], update_mask={"paths": ["uri"]}, **check)
    play("PutArtifacts", artifacts=[stored], update_mask={"paths": ["uri"]}, **check)
    get(play, "artifact", id)


@scenario
def a_name_that_is_given_up_and_taken(play: Play) -> None:
    ids = types(play)
    old, other = put(play, "context", context(ids.context, name="old"), context(ids.context, name="x", external_id="e"))
    try_put(play, "context", context(ids.context, id=old, name="new"), context(ids.context, name="old"))
    try_put(play, "context", context(ids.context, id=other, name="x"), context(ids.context, name="y", external_id="e"))
    try_put(play, "context", context(ids.context, id=old, name="x"), context(ids.context, id=other, name="new"))
