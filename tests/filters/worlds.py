"""A store's content for the tests of filters, as JSON for ml-metadata and as a put for graphmeta."""

from __future__ import annotations

from typing import Any, cast

from graphmeta.model import (
    Artifact,
    Association,
    Attribution,
    Context,
    Event,
    Execution,
    Kind,
    ParentContext,
    artifact_type,
    context_type,
    execution_type,
)
from graphmeta.store import Store

World = dict[str, Any]

_DECLARED = {"i": "INT", "d": "DOUBLE", "s": "STRING", "b": "BOOLEAN", "t": "STRUCT"}
WORLD: World = {
    "types": {
        "artifact": [["Model", _DECLARED], ["Data", {"i": "DOUBLE", "s": "STRING", "my prop": "INT"}]],
        "execution": [["Train", {"i": "INT", "s": "STRING"}], ["Eval", {}]],
        "context": [["Run", {"i": "INT"}], ["Project", {}]],
    },
    "nodes": {
        "artifact": [
            {
                "type": "Model",
                "name": "m1",
                "uri": "u1",
                "state": "LIVE",
                "external_id": "x1",
                "properties": {"i": 1, "d": 0.5, "s": "abc", "b": True},
                "custom_properties": {"lr": 0.1, "i": 7, "kubeflow-kale.org/state": "done", "select": 1},
            },
            {
                "type": "Model",
                "name": "m2",
                "uri": "U2",
                "state": "DELETED",
                "properties": {"i": -7, "d": 2.0, "s": "ABC", "b": False},
                "custom_properties": {"lr": 1, "i": 2**62, "my prop": "y"},
            },
            {"type": "Model", "name": "m3", "uri": "", "state": "PENDING", "properties": {"i": 0, "s": ""}},
            {
                "type": "Data",
                "name": "d1",
                "uri": "s3://bücket/Ä%_x",
                "state": "ABANDONED",
                "external_id": "x4",
                "properties": {"i": 1.5, "s": "ÄÖäö😀", "my prop": 3},
                "custom_properties": {"lr": "0.1", "i": 9223372036854775807},
            },
            {
                "type": "Data",
                "uri": "a\\b_c",
                "state": "UNKNOWN",
                "properties": {"i": -2.5, "s": "10", "my prop": -3},
                "custom_properties": {"lr": True, "i": -9223372036854775808, "t": {"a": 1}},
            },
            {"type": "Data", "name": "", "properties": {"s": "3.7abc"}, "custom_properties": {"lr": 5, "s": " 12 "}},
            {"type": "Data", "name": "MARKED", "uri": "x'y\"z", "state": "MARKED_FOR_DELETION"},
            {"type": "Data", "name": "zz", "uri": "\uffff", "state": "REFERENCE", "custom_properties": {"s": "😀"}},
        ],
        "execution": [
            {"type": "Train", "name": "t1", "state": "COMPLETE", "properties": {"i": 1, "s": "a"}},
            {"type": "Train", "name": "t2", "state": "FAILED", "properties": {"i": 2}, "custom_properties": {"k": 1}},
            {"type": "Train", "state": "RUNNING", "custom_properties": {"k": "v", "lr": 0.25}},
            {"type": "Eval", "name": "e1", "state": "CACHED", "external_id": "xe"},
            {"type": "Eval", "name": "e2"},
            {"type": "Eval", "state": "CANCELED"},
            {"type": "Eval", "state": "UNKNOWN"},
            {"type": "Eval", "state": "NEW"},
        ],
        "context": [
            {"type": "Run", "name": "r1", "properties": {"i": 1}},
            {"type": "Run", "name": "r2", "properties": {"i": 2}, "custom_properties": {"k": 0.5}},
            {"type": "Run", "name": "r3", "external_id": "xc"},
            {"type": "Project", "name": "p1"},
            {"type": "Project", "name": "P2", "custom_properties": {"i": 3}},
        ],
    },
    "events": [
        [4, 1, "INPUT", 1000],
        [1, 1, "OUTPUT", 2000],
        [1, 2, "DECLARED_INPUT", 3000],
        [5, 2, "INPUT", 3001],
        [2, 2, "DECLARED_OUTPUT", 4000],
        [2, 4, "INTERNAL_INPUT", 5000],
        [3, 4, "INTERNAL_OUTPUT", 6000],
        [1, 4, "INPUT", 6000],
        [6, 3, "PENDING_OUTPUT", 7000],
        [1, 1, "INPUT", 2500],
    ],
    "attributions": [[1, 1], [2, 1], [2, 2], [4, 1], [4, 4], [5, 3], [1, 4]],
    "associations": [[1, 1], [2, 2], [2, 4], [3, 3], [4, 1], [4, 2], [1, 4]],
    "parents": [[1, 4], [2, 4], [2, 5], [3, 5], [4, 5]],
}

_NODES: dict[str, Any] = {"artifact": Artifact, "execution": Execution, "context": Context}
_TYPES: dict[str, Any] = {"artifact": artifact_type, "execution": execution_type, "context": context_type}


def write(store: Store, world: World = WORLD) -> dict[str, list[int]]:
    """Put a world into a fresh store; the ids of its nodes."""
    for kind, types in world["types"].items():
        for name, declared in types:
            store.put_type(_TYPES[kind](name, declared))
    ids: dict[str, list[int]] = {}
    nodes: dict[str, list[Any]] = {}
    for kind, given in world["nodes"].items():
        # MLMD has the URI "" where none is given.
        unset = {"uri": ""} if kind == "artifact" else {}
        nodes[kind] = [_NODES[kind](**{**unset, **each}) for each in given]
        written = store.put(**{f"{kind}s": nodes[kind]})
        ids[kind] = [int(id) for id in getattr(written, f"{cast(Kind, kind)}_ids")]
    artifacts, executions, contexts = nodes["artifact"], nodes["execution"], nodes["context"]
    store.put(
        events=[Event(artifacts[a - 1], executions[e - 1], type, time=time) for a, e, type, time in world["events"]],
        attributions=[Attribution(artifacts[a - 1], contexts[c - 1]) for a, c in world["attributions"]],
        associations=[Association(executions[e - 1], contexts[c - 1]) for e, c in world["associations"]],
        parents=[ParentContext(contexts[child - 1], contexts[up - 1]) for child, up in world["parents"]],
    )
    return ids
