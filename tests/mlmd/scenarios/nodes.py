"""Nodes made and read: section 4 of the reference, "Nodes: create" and "Reads"."""

from __future__ import annotations

from typing import Any

from graphmeta.mlmd.errors import INVALID_ARGUMENT
from graphmeta.testing.mlmd.making import artifact, context, execution
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
def reading_by_id(play: Play) -> None:
    ids = types(play)
    for kind in KINDS:
        one, two, three = put(play, kind, *(MAKE[kind](ids.of(kind), name=name) for name in "abc"))
        for asked in ([], [one], [three, one, two], [two, two, two], [999], [999, two, -1, 0], [2**62, one]):
            play(GET[kind], **{f"{kind}_ids": asked})
