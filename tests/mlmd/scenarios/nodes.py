"""Nodes made and changed: section 4 of the reference, "Nodes: create" and "Nodes: update"."""

from __future__ import annotations

from typing import Any

from graphmeta.mlmd.errors import INVALID_ARGUMENT
from graphmeta.testing.mlmd.making import artifact, context, execution, value
from graphmeta.testing.mlmd.players import ABORTS
from graphmeta.testing.mlmd.scenarios import Differs, Play, scenario
from tests.mlmd.scenarios.world import GET, KINDS, MAKE, PUT, get, put, put_one, types

STATES = {"artifact": ("state", range(7)), "execution": ("last_known_state", range(7))}
P: dict[str, Any] = {"int": 1, "double": 0.5, "string": "s", "struct": {"a": [1, None]}, "bool": False}
EMPTY_VALUE = Differs(
    "A property value that holds nothing ends ml-metadata's whole process; it is a wrong argument.",
    theirs=ABORTS,
    ours=INVALID_ARGUMENT,
)


def try_put(play: Play, kind: str, *nodes: Any, says: Any = (), **more: Any) -> None:
    """Put nodes, and read what then is there."""
    play(PUT[kind], says=says, **{f"{kind}s": list(nodes)}, **more)
    play(f"Get{kind.title()}s")


@scenario
def types_that_a_node_cannot_have(play: Play) -> None:
    ids = types(play)
    for kind in KINDS:
        make, name = MAKE[kind], {"name": "n"}
        try_put(play, kind, make(**name), says="Type id is missing.")
        try_put(play, kind, make(type="Data", **name), says="Type id is missing.")
        try_put(play, kind, make(999, **name))
        try_put(play, kind, make(0, **name))
        try_put(play, kind, make(-1, **name))
        for other in ids:
            try_put(play, kind, make(other, name=f"of type {other}"))


@scenario
def undeclared_and_unmatched_properties(play: Play) -> None:
    ids = types(play)
    for kind in KINDS:
        make, type_id = MAKE[kind], ids.of(kind)
        try_put(play, kind, make(type_id, name="a", p={"nope": 1}), says="Found unknown property: nope")
        unmatched: dict[str, Any] = {"int": 1.5, "double": 1, "string": 1, "bool": 1, "struct": "x", "proto": {}}
        for property, given in unmatched.items():
            says = f"Found unmatched property type: {property}"
            try_put(play, kind, make(type_id, name="b", p={property: given}), says=says)
            try_put(play, kind, make(type_id, name="c", p={property: None}), says=says)
        try_put(play, kind, make(type_id, name="d", p=P, c={"anything": 1, "int": "text"}))


@scenario
def a_custom_artifact_property_that_holds_nothing(play: Play) -> None:
    ids = types(play)
    play("PutArtifacts", artifacts=[artifact(ids.artifact, c={"x": None})], differs=EMPTY_VALUE)


@scenario
def a_custom_execution_property_that_holds_nothing(play: Play) -> None:
    ids = types(play)
    play("PutExecutions", executions=[execution(ids.execution, c={"x": None})], differs=EMPTY_VALUE)


@scenario
def a_custom_context_property_that_holds_nothing(play: Play) -> None:
    ids = types(play)
    play("PutContexts", contexts=[context(ids.context, name="n", c={"x": None})], differs=EMPTY_VALUE)


@scenario
def a_custom_property_made_empty(play: Play) -> None:
    ids = types(play)
    (id,) = put(play, "artifact", artifact(ids.artifact, c={"x": 1}))
    play("PutArtifacts", artifacts=[artifact(ids.artifact, id=id, c={"x": None})], differs=EMPTY_VALUE)


@scenario
def names(play: Play) -> None:
    ids = types(play)
    for kind in KINDS:
        make, type_id = MAKE[kind], ids.of(kind)
        try_put(play, kind, make(type_id, name="a"))
        try_put(play, kind, make(type_id, name="a"))
        try_put(play, kind, make(type_id, name="A"), make(type_id, name="a "))
        try_put(play, kind, make(type_id, name="b"), make(type_id, name="b"))
        try_put(play, kind, make(type_id))
        try_put(play, kind, make(type_id), make(type_id))
        try_put(play, kind, make(type_id, name=""))
        try_put(play, kind, make(type_id, name=""))


@scenario
def the_same_name_in_two_types(play: Play) -> None:
    for kind in KINDS:
        for name in ("T", "U"):
            id = play(f"Put{kind.title()}Type", **{f"{kind}_type": {"name": name}}).response.type_id
            try_put(play, kind, MAKE[kind](id, name="a"))
            play(f"Get{kind.title()}ByTypeAndName", type_name=name, **{f"{kind}_name": "a"})
        play(f"Get{kind.title()}ByTypeAndName", type_name="V", **{f"{kind}_name": "a"})


@scenario
def external_ids(play: Play) -> None:
    ids = types(play)
    for kind in KINDS:
        make, type_id, call = MAKE[kind], ids.of(kind), f"Get{kind.title()}sByExternalIds"
        try_put(play, kind, make(type_id, name="1", external_id="x"))
        try_put(play, kind, make(type_id, name="2", external_id="x"))
        try_put(play, kind, make(type_id, name="3", external_id="y"), make(type_id, name="4", external_id="y"))
        try_put(play, kind, make(type_id, name="5", external_id=""))
        try_put(play, kind, make(type_id, name="6", external_id=""))
        (id,) = put(play, kind, make(type_id, name="7", external_id="z"))
        try_put(play, kind, make(type_id, id=id, name="7", external_id="x"))
        try_put(play, kind, make(type_id, id=id, name="7", external_id="w"))
        for asked in (["x"], ["w", "x"], ["z"], ["z", "x"], [""], ["x", ""], [], ["x", "x"]):
            play(call, external_ids=asked)
        try_put(play, kind, make(type_id, id=id, name="7"))
        play(call, external_ids=["w"])


@scenario
def external_ids_are_shared_by_types_not_by_kinds(play: Play) -> None:
    for kind in KINDS:
        for name in ("T", "U"):
            id = play(f"Put{kind.title()}Type", **{f"{kind}_type": {"name": name}}).response.type_id
            try_put(play, kind, MAKE[kind](id, name="a", external_id="same"))


@scenario
def a_context_needs_a_name(play: Play) -> None:
    ids = types(play)
    says = "Context name should not be empty"
    play("PutContexts", contexts=[context(ids.context)], says=says)
    play("PutContexts", contexts=[context(ids.context, name="")], says=says)
    id = put_one(play, "context", ids.context, name="a")
    play("PutContexts", contexts=[context(ids.context, id=id)], says=says)
    play("PutContexts", contexts=[context(ids.context, id=id, name="")], says=says)
    play("PutContexts", contexts=[context(ids.context, id=id)], update_mask={"paths": ["external_id"]})
    play("PutContexts", contexts=[context(ids.context, id=id)], update_mask={"paths": ["name"]})
    get(play, "context", id)


@scenario
def what_is_for_output_only(play: Play) -> None:
    ids = types(play)
    for kind in KINDS:
        fields = {"type": "Nope", "create_time_since_epoch": 7, "last_update_time_since_epoch": 8}
        id = put_one(play, kind, ids.of(kind), name="a", **fields)
        get(play, kind, id)
        node = MAKE[kind](ids.of(kind), id=id, name="a", **fields)
        node.system_metadata.type_url = "type.googleapis.com/x"
        play(PUT[kind], **{f"{kind}s": [node]})
        get(play, kind, id)


@scenario
def what_is_not_set_reads_back_so(play: Play) -> None:
    ids = types(play)
    play(
        "PutArtifacts",
        artifacts=[artifact(ids.artifact), artifact(ids.artifact, uri=""), artifact(ids.artifact, uri="u")],
    )
    play("PutExecutions", executions=[execution(ids.execution)])
    play("PutContexts", contexts=[context(ids.context, name="c")])
    for kind in KINDS:
        play(f"Get{kind.title()}s")


@scenario
def every_state(play: Play) -> None:
    ids = types(play)
    for kind, (field, numbers) in STATES.items():
        made = put(play, kind, *(MAKE[kind](ids.of(kind), **{field: number}) for number in numbers))
        get(play, kind, *made)
        for id, number in zip(made, reversed(numbers), strict=True):
            play(PUT[kind], **{f"{kind}s": [MAKE[kind](id=id, **{field: number})]})
        get(play, kind, *made)
        play(PUT[kind], **{f"{kind}s": [MAKE[kind](id=id) for id in made]})
        get(play, kind, *made)


@scenario
def one_wrong_node_and_nothing_is_stored(play: Play) -> None:
    ids = types(play)
    for kind in KINDS:
        make, type_id = MAKE[kind], ids.of(kind)
        try_put(play, kind, make(type_id, name="a"), make(999, name="b"))
        try_put(play, kind, make(type_id, name="a"), make(type_id, name="b", p={"nope": 1}))
        try_put(play, kind, make(type_id, name="a"), make(type_id, id=77, name="b"))
        id = put_one(play, kind, type_id, name="old", c={"x": 1})
        try_put(play, kind, make(type_id, id=id, name="old", c={"x": 2}), make(type_id, name="old"))


@scenario
def many_nodes_at_once(play: Play) -> None:
    ids = types(play)
    for kind in KINDS:
        play(PUT[kind])
        made = put(
            play, kind, *(MAKE[kind](ids.of(kind), name=f"n{number}", p={"int": number}) for number in range(50))
        )
        more = [MAKE[kind](ids.of(kind), id=id, name=f"n{number}") for number, id in enumerate(made[:3])]
        put(play, kind, more[2], MAKE[kind](ids.of(kind), name="new"), more[0], more[1])
        get(play, kind, *made[:5], *made[-2:])


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
def reading_by_id(play: Play) -> None:
    ids = types(play)
    for kind in KINDS:
        one, two, three = put(play, kind, *(MAKE[kind](ids.of(kind), name=name) for name in "abc"))
        for asked in ([], [one], [three, one, two], [two, two, two], [999], [999, two, -1, 0], [2**62, one]):
            play(GET[kind], **{f"{kind}_ids": asked})
