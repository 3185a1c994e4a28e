"""Where graphmeta does otherwise on purpose, and nowhere else: docs/mlmd.md lists the same for users."""

from __future__ import annotations

from typing import Any

from google.protobuf import struct_pb2

from graphmeta.mlmd.errors import ALREADY_EXISTS, FAILED_PRECONDITION, INTERNAL, INVALID_ARGUMENT, NOT_FOUND, OK
from graphmeta.mlmd.proto import metadata_store_pb2 as pb
from graphmeta.testing.mlmd.making import artifact, context, event, execution, options
from graphmeta.testing.mlmd.players import Answer
from graphmeta.testing.mlmd.scenarios import Differs, Play, scenario
from tests.mlmd.scenarios.world import put, put_one, types

REUSE_CONTEXT = {"reuse_context_if_already_exist": True}
REUSE_ARTIFACT = {"reuse_artifact_if_already_exist_by_external_id": True}


@scenario
def numbers_that_are_none(play: Play) -> None:
    ids = types(play)
    none = Differs(
        "NaN breaks ml-metadata's statement; here it is a wrong argument.", theirs=INTERNAL, ours=INVALID_ARGUMENT
    )
    endless = Differs("So does an infinite number, which can be stored here.", theirs=INTERNAL, ours=OK)
    play("PutArtifacts", artifacts=[artifact(ids.artifact, c={"n": float("nan")})], differs=none)
    play("PutArtifacts", artifacts=[artifact(ids.artifact, p={"double": float("nan")})], differs=none)
    play("PutArtifacts", artifacts=[artifact(ids.artifact, c={"n": float("inf")})], differs=endless)
    play("PutArtifacts", artifacts=[artifact(ids.artifact, p={"double": float("-inf")})], differs=endless)


@scenario
def doubles_of_more_than_six_decimals(play: Play) -> None:
    ids = types(play)
    rounded = Differs(
        "ml-metadata writes six decimals of a double; here it is kept exactly.",
        theirs=0.333333,
        ours=1 / 3,
        of=lambda answer: answer.response.artifacts[0].custom_properties["n"].double_value,
    )
    id = put_one(play, "artifact", ids.artifact, c={"n": 1 / 3})
    play("GetArtifactsByID", artifact_ids=[id], differs=rounded)


def texts(answer: Answer) -> Any:
    """The texts of the one artifact that an answer holds."""
    (one,) = answer.response.artifacts
    return one.name, one.uri, one.custom_properties["k"].string_value


@scenario
def nul_in_texts(play: Play) -> None:
    ids = types(play)
    whole = Differs(
        "NUL ends a text in ml-metadata; here it is a character.",
        theirs=("a", "u", "x"),
        ours=("a\0b", "u\0v", "x\0y"),
        of=texts,
    )
    id = put_one(play, "artifact", ids.artifact, name="a\0b", uri="u\0v", c={"k": "x\0y"})
    play("GetArtifactsByID", artifact_ids=[id], differs=whole)


@scenario
def structs_that_cannot_be_json(play: Play) -> None:
    ids = types(play)
    refused = Differs(
        "A struct with NaN is stored by ml-metadata; here it must be JSON.", theirs=OK, ours=INVALID_ARGUMENT
    )
    for number in ("nan", "inf"):
        odd = struct_pb2.Struct()
        odd.update({"a": [float(number)]})
        play("PutArtifacts", artifacts=[artifact(ids.artifact, c={"s": odd})], differs=refused)


@scenario
def a_text_that_looks_like_a_struct(play: Play) -> None:
    ids = types(play)
    refused = Differs(
        "ml-metadata stores the text as it is and can never read the node again; here it is a wrong argument.",
        theirs=OK,
        ours=INVALID_ARGUMENT,
    )
    play("PutArtifacts", artifacts=[artifact(ids.artifact, c={"s": "mlmd-struct::x"})], differs=refused)
    play("PutArtifacts", artifacts=[artifact(ids.artifact, p={"string": "mlmd-struct::"})], differs=refused)


@scenario
def an_event_that_guesses_the_id_of_a_new_artifact(play: Play) -> None:
    ids = types(play)
    a = put_one(play, "artifact", ids.artifact)
    guessed = Differs(
        "ml-metadata takes an event that names the id which the new artifact happens to get; here it must name none.",
        theirs=OK,
        ours=INVALID_ARGUMENT,
    )
    pair = {"artifact": artifact(ids.artifact), "event": event(a + 1, None)}
    play("PutExecution", execution=execution(ids.execution), artifact_event_pairs=[pair], differs=guessed)


@scenario
def an_edge_to_an_execution_that_is_not_there(play: Play) -> None:
    ids = types(play)
    dangling = Differs(
        "PutLineageSubgraph of ml-metadata takes an event of an execution that is not there; here it is refused.",
        theirs=OK,
        ours=INVALID_ARGUMENT,
    )
    edges = [{"artifact_index": 0, "event": event(None, 999)}]
    play("PutLineageSubgraph", artifacts=[artifact(ids.artifact)], event_edges=edges, differs=dangling)


@scenario
def two_new_artifacts_of_one_external_id(play: Play) -> None:
    ids = types(play)
    one = Differs(
        "PutLineageSubgraph of ml-metadata refuses two artifacts that are to be one; here they are one.",
        theirs=ALREADY_EXISTS,
        ours=OK,
    )
    both = [artifact(ids.artifact, external_id="x")] * 2
    play("PutLineageSubgraph", artifacts=both, options=REUSE_ARTIFACT, differs=one)


@scenario
def properties_of_a_context_that_is_reused(play: Play) -> None:
    ids = types(play)
    put_one(play, "context", ids.context, name="known")
    unwritten = Differs(
        "PutLineageSubgraph of ml-metadata checks the properties of a context that it then does not write; here nobody "
        "looks at them, as in PutExecution.",
        theirs=INVALID_ARGUMENT,
        ours=OK,
    )
    known = [context(ids.context, name="known", p={"nope": 1})]
    play("PutExecution", execution=execution(ids.execution), contexts=known, options=REUSE_CONTEXT)
    play("PutLineageSubgraph", contexts=known, options=REUSE_CONTEXT, differs=unwritten)


@scenario
def a_graph_with_a_node_of_no_type(play: Play) -> None:
    ids = types(play)
    a = put_one(play, "artifact", ids.artifact)
    no_type = Differs(
        "ml-metadata looks for the type that an update of a graph names; here it differs from the stored one.",
        theirs=NOT_FOUND,
        ours=INVALID_ARGUMENT,
    )
    play("PutLineageSubgraph", artifacts=[artifact(999, id=a)], differs=no_type)


@scenario
def a_base_type_for_a_system_type(play: Play) -> None:
    refused = Differs(
        "ml-metadata lets a system type have another one as its base; here they stay as they are.",
        theirs=OK,
        ours=INVALID_ARGUMENT,
    )
    play("PutArtifactType", artifact_type={"name": "mlmd.Dataset", "base_type": pb.ArtifactType.MODEL}, differs=refused)


@scenario
def one_artifact_twice_where_the_time_is_checked(play: Play) -> None:
    ids = types(play)
    put(play, "artifact", artifact(ids.artifact, name="n"))
    (stored,) = play("GetArtifacts").response.artifacts
    stored.custom_properties["k"].int_value = 1
    twice = Differs(
        "ml-metadata compares the second one with the time of the first; here both are compared with the stored time.",
        theirs=FAILED_PRECONDITION,
        ours=OK,
    )
    check = {"abort_if_latest_updated_time_changed": True}
    play("PutArtifacts", artifacts=[stored, stored], options=check, differs=twice)


@scenario
def a_name_that_is_taken_before_it_is_given_up(play: Play) -> None:
    ids = types(play)
    old = put_one(play, "context", ids.context, name="old")
    outcome = Differs(
        "ml-metadata looks at one node after the other; here a request may take what another of its nodes gives up.",
        theirs=ALREADY_EXISTS,
        ours=OK,
    )
    both = [context(ids.context, name="old"), context(ids.context, id=old, name="new")]
    play("PutContexts", contexts=both, differs=outcome)


@scenario
def operations_in_operations(play: Play) -> None:
    ids = types(play)
    put_one(play, "artifact", ids.artifact, name="a")
    too_deep = Differs(
        "ml-metadata takes any number of operations within each other; here twelve levels are the most.",
        theirs=OK,
        ours=INVALID_ARGUMENT,
    )
    play("GetArtifacts", options=options("NOT " * 20 + "name = 'a'"))
    play("GetArtifacts", options=options("ABS(" * 8 + "1" + ")" * 8 + " = 1"))
    play("GetArtifacts", options=options("ABS(" * 14 + "1" + ")" * 14 + " = 1"), differs=too_deep)
