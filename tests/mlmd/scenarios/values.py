"""Odd texts and odd values."""

from __future__ import annotations

from typing import Any

from google.protobuf import struct_pb2

from graphmeta.mlmd.errors import INTERNAL, INVALID_ARGUMENT, OK
from graphmeta.mlmd.proto import metadata_store_pb2 as pb
from graphmeta.mlmd.proto import metadata_store_service_pb2 as service_pb2
from graphmeta.testing.mlmd.making import artifact, execution, options
from graphmeta.testing.mlmd.scenarios import Differs, Play, scenario
from tests.mlmd.scenarios.query_differences import lower_case
from tests.mlmd.scenarios.world import KINDS, MAKE, get, put, put_one, types

TEXTS = (
    "é\U0001f600", "e\u0301", " leading and trailing ", "a'b", 'a"b', "a`b", "a\\b", "a\\\\b", "a%b_c",
    "line\nbreak\ttab\r",
    "$1 ?1 :a @b {x}", "'; DROP TABLE Artifact; --", "\u202eright to left", "null", "None", "0", "\u0001\u007f",
)  # fmt: skip


@scenario
def odd_texts_as_names_and_uris(play: Play) -> None:
    ids = types(play)
    for kind in KINDS:
        for number, text in enumerate(TEXTS):
            fields: dict[str, Any] = {"name": text, "external_id": f"{text}x"}
            if kind == "artifact":
                fields["uri"] = text
            id = put_one(play, kind, ids.of(kind), **fields, p={"string": text}, c={text: text, f"k{number}": text})
            get(play, kind, id)
            name = {"artifact": "Data", "execution": "Step", "context": "Run"}[kind]
            play(f"Get{kind.title()}ByTypeAndName", type_name=name, **{f"{kind}_name": text})
            play(f"Get{kind.title()}sByExternalIds", external_ids=[f"{text}x"])
            if kind == "artifact":
                play("GetArtifactsByURI", uris=[text])


@scenario
def the_text_that_means_nothing(play: Play) -> None:
    ids = types(play)
    unreadable = Differs(
        "ml-metadata reads the text __MLMD_NULL__ as no value and then cannot read the node; here it is a text.",
        theirs=INTERNAL,
        ours=OK,
    )
    id = put_one(play, "artifact", ids.artifact, c={"k": "__MLMD_NULL__"})
    play("GetArtifactsByID", artifact_ids=[id], differs=unreadable)
    id = put_one(play, "artifact", ids.artifact, c={"__MLMD_NULL__": "k"})
    get(play, "artifact", id)


@scenario
def long_texts(play: Play) -> None:
    ids = types(play)
    for size in (255, 256, 1024, 8_192, 100_000):
        text = "x" * size
        id = put_one(play, "artifact", ids.artifact, uri=text, p={"string": text}, c={"k": text})
        get(play, "artifact", id)
        play("GetArtifactsByURI", uris=[text])
    for kind in KINDS:
        for size in (255, 256, 9_000):
            text = "y" * size
            id = put_one(play, kind, ids.of(kind), name=text, external_id=text)
            get(play, kind, id)
            play(f"Get{kind.title()}sByExternalIds", external_ids=[text])


@scenario
def long_keys(play: Play) -> None:
    ids = types(play)
    key = "k" * 2_000
    id = put_one(play, "artifact", ids.artifact, c={key: 1, "": 2})
    get(play, "artifact", id)


@scenario
def case_matters(play: Play) -> None:
    ids = types(play)
    put(play, "artifact", artifact(ids.artifact, name="a", uri="u", external_id="e", c={"k": 1, "K": 2}))
    put(play, "artifact", artifact(ids.artifact, name="A", uri="U", external_id="E", c={"K": 1}))
    play("GetArtifactsByURI", uris=["u"])
    play("GetArtifactsByURI", uris=["U", "u"])
    play("GetArtifactByTypeAndName", type_name="Data", artifact_name="A")
    play("GetArtifactByTypeAndName", type_name="data", artifact_name="a")
    play("GetArtifactsByType", type_name="data")
    play("GetArtifactsByExternalIds", external_ids=["e"])
    for query in ("name = 'a'", "uri = 'U'", "external_id = 'E'", "type = 'data'", "custom_properties.k.int_value = 1",
                  "custom_properties.k.int_value = 2"):  # fmt: skip
        play("GetArtifacts", options=options(query))
    play("GetArtifacts", options=options("custom_properties.K.int_value = 2"), differs=lower_case(0, 1))
    both = "custom_properties.k.int_value = 1 AND custom_properties.K.int_value = 2"
    play("GetArtifacts", options=options(both), differs=lower_case(INVALID_ARGUMENT, 1))


@scenario
def whole_numbers(play: Play) -> None:
    ids = types(play)
    for number in (0, 1, -1, 2**31, 2**53, 2**53 + 1, 2**63 - 1, -(2**63)):
        id = put_one(play, "artifact", ids.artifact, p={"int": number}, c={"n": number})
        get(play, "artifact", id)
        play("GetArtifacts", options=options(f"properties.int.int_value = {number}"))
        play("GetArtifacts", options=options(f"custom_properties.n.int_value >= {number}"))


@scenario
def doubles_of_at_most_six_decimals(play: Play) -> None:
    ids = types(play)
    for number in (0.0, 0.5, -1.25, 1e6, 123456.789, 0.000001, 1e15, -1e15, 3.0):
        id = put_one(play, "execution", ids.execution, p={"double": number}, c={"n": number})
        get(play, "execution", id)
        play("GetExecutions", options=options(f"properties.double.double_value = {number!r}"))
        play("GetExecutions", options=options(f"custom_properties.n.double_value > {number!r}"))


@scenario
def booleans_structs_and_messages(play: Play) -> None:
    ids = types(play)
    nested = struct_pb2.Struct()
    nested.update(
        {
            "null": None,
            "yes": True,
            "number": 1.5,
            "text": "é'\"",
            "list": [1, "a", [None], {}],
            "deep": {"a": {"b": []}},
        }
    )
    packed = pb.Artifact(id=3, name="inside")
    for kind in KINDS:
        make, type_id = MAKE[kind], ids.of(kind)
        for number, (p, c) in enumerate((
            ({"bool": True}, {"k": False}),
            ({"struct": {}}, {"k": {}}),
            ({"struct": nested}, {"k": nested}),
            ({"proto": packed}, {"k": packed}),
            ({"proto": pb.Artifact()}, {"k": service_pb2.PutArtifactsRequest()}),
            ({"bool": False, "struct": nested, "proto": packed, "int": 1, "double": 0.5, "string": ""}, {"": ""}),
        )):  # fmt: skip
            (id,) = put(play, kind, make(type_id, name=f"n{number}", p=p, c=c))
            get(play, kind, id)
            put(play, kind, make(type_id, id=id, name=f"n{number}", p=p, c=c))
            get(play, kind, id)


@scenario
def a_message_without_a_type(play: Play) -> None:
    ids = types(play)
    unreadable = Differs(
        "ml-metadata stores an Any without a type URL and then cannot read the node; here it can be read.",
        theirs=INTERNAL,
        ours=OK,
    )
    node = artifact(ids.artifact)
    node.properties["proto"].proto_value.SetInParent()
    node.custom_properties["k"].proto_value.value = b"\x00\xff"
    (id,) = put(play, "artifact", node)
    play("GetArtifactsByID", artifact_ids=[id], differs=unreadable)
    node = artifact(ids.artifact)
    node.custom_properties["k"].proto_value.type_url = "type.googleapis.com/nobody.Knows"
    (id,) = put(play, "artifact", node)
    get(play, "artifact", id)


@scenario
def a_custom_property_changes_its_kind(play: Play) -> None:
    ids = types(play)
    (id,) = put(play, "artifact", artifact(ids.artifact, c={"k": 1}))
    for given in ("text", 2.5, True, {"a": 1}, pb.Artifact(id=1), 1, "text"):
        put(play, "artifact", artifact(ids.artifact, id=id, c={"k": given}))
        get(play, "artifact", id)


@scenario
def one_key_twice(play: Play) -> None:
    ids = types(play)
    (id,) = put(
        play, "artifact", artifact(ids.artifact, p={"int": 1, "string": "declared"}, c={"int": "custom", "string": 2})
    )
    get(play, "artifact", id)
    for query in ("properties.int.int_value = 1", "custom_properties.int.string_value = 'custom'",
                  "properties.string.string_value = 'declared'", "custom_properties.string.int_value = 2"):  # fmt: skip
        play("GetArtifacts", options=options(query))
    declared_go = Differs(
        "Where a declared and a custom property share a key and both are updated, ml-metadata loses the declared one.",
        theirs=0,
        ours=2,
        of=lambda answer: len(answer.response.artifacts[0].properties),
    )
    put(play, "artifact", artifact(ids.artifact, id=id, p={"int": 2, "string": "new"}, c={"int": "new", "string": 3}))
    play("GetArtifactsByID", artifact_ids=[id], differs=declared_go)


@scenario
def many_properties(play: Play) -> None:
    ids = types(play)
    c = {f"key {number}": number if number % 2 else f"text {number}" for number in range(300)}
    (id,) = put(play, "execution", execution(ids.execution, c=c))
    get(play, "execution", id)


@scenario
def artifacts_by_uri(play: Play) -> None:
    ids = types(play)
    put(
        play,
        "artifact",
        *(artifact(ids.artifact, **({} if uri is None else {"uri": uri})) for uri in ("u", "v", "u", "", None)),
    )
    for uris in ([], ["u"], ["v", "u"], ["u", "u"], ["none"], ["none", "v"], [""], ["", "u"], ["U"], ["%"]):
        play("GetArtifactsByURI", uris=uris)


@scenario
def a_reserved_field(play: Play) -> None:
    types(play)
    request = service_pb2.GetArtifactsByURIRequest()
    request.ParseFromString(b"\x0a\x01u")
    play("GetArtifactsByURI", request)
    request = service_pb2.GetArtifactsByURIRequest(uris=["u"])
    request.MergeFromString(b"\x0a\x01u")
    play("GetArtifactsByURI", request)


@scenario
def fields_that_nobody_knows(play: Play) -> None:
    ids = types(play)
    request = service_pb2.PutArtifactsRequest(artifacts=[artifact(ids.artifact, name="a")])
    request.MergeFromString(b"\xf2\x3f\x01u")
    play("PutArtifacts", request)
    request = service_pb2.GetArtifactsRequest()
    request.MergeFromString(b"\xf2\x3f\x01u")
    play("GetArtifacts", request)


@scenario
def transaction_options(play: Play) -> None:
    tag = {"transaction_options": {"tag": "x"}}
    id = play("PutArtifactType", artifact_type={"name": "T"}, **tag).response.type_id
    play("PutArtifacts", artifacts=[artifact(id)], **tag)
    play("GetArtifacts", **tag)
    play("GetArtifactTypes", **tag)


@scenario
def reads_of_an_empty_store(play: Play) -> None:
    for kind in KINDS:
        title = kind.title()
        play(f"Get{title}s")
        play(f"Get{title}sByID")
        play(f"Get{title}sByID", **{f"{kind}_ids": [1]})
        play(f"Get{title}sByType")
        play(f"Get{title}sByType", type_name="")
        play(f"Get{title}ByTypeAndName")
        play(f"Get{title}sByExternalIds")
        play(f"Get{title}sByExternalIds", external_ids=["x"])
    play("GetArtifactsByURI")
    play("GetEventsByArtifactIDs")
    play("GetEventsByExecutionIDs")
    play("GetEventsByArtifactIDs", artifact_ids=[1])
    for name in ("GetContextsByArtifact", "GetContextsByExecution", "GetParentContextsByContext",
                 "GetChildrenContextsByContext", "GetArtifactsByContext", "GetExecutionsByContext"):  # fmt: skip
        play(name)


@scenario
def by_type_and_name(play: Play) -> None:
    ids = types(play)
    for kind, type_name in zip(KINDS, ("Data", "Step", "Run"), strict=True):
        put_one(play, kind, ids.of(kind), name="n")
        call, field = f"Get{kind.title()}ByTypeAndName", f"{kind}_name"
        play(call, type_name=type_name, **{field: "n"})
        play(call, type_name=type_name, **{field: "nope"})
        play(call, type_name="Nope", **{field: "n"})
        play(call, type_name=type_name)
        play(call, **{field: "n"})
        play(call, type_name=type_name, type_version="1", **{field: "n"})
        play(call, type_name=type_name, type_version="", **{field: "n"})
        for version in (None, "", "1"):
            given = {} if version is None else {"type_version": version}
            play(f"Get{kind.title()}sByType", type_name=type_name, **given)
