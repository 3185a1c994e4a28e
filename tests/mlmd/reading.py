"""What the tests of the reading calls share: a small world, and how to ask."""

from __future__ import annotations

from typing import Any

from graphmeta.mlmd.service import CALLS, Service
from graphmeta.model import (
    AnyValue,
    Artifact,
    Association,
    Attribution,
    Context,
    Event,
    Execution,
    ParentContext,
    Type,
    artifact_type,
    context_type,
    execution_type,
)
from graphmeta.store import Store

DECLARED = {
    "int": "INT",
    "double": "DOUBLE",
    "string": "STRING",
    "struct": "STRUCT",
    "proto": "PROTO",
    "bool": "BOOLEAN",
}
VALUES: dict[str, Any] = {
    "int": -(2**63),
    "double": 0.25,
    "string": "hé\U0001f600",
    "struct": {"a": 1.0, "b": [None, True, {"c": "d"}]},
    "proto": AnyValue("type.googleapis.com/x.Y", b"\x08\x03"),
    "bool": False,
}


def ask(store: Store, call: str, **fields: Any) -> Any:
    """A call's response."""
    return Service(store).call(call, CALLS[call].request(**fields))


def ids(nodes: Any) -> list[int]:
    return [node.id for node in nodes]


def small_world(store: Store) -> None:
    """Artifacts 1 to 4 (Data, Data in version v2, Model, Model), executions 1 and 2, contexts 1 to 3.

    Execution 1 makes artifact 3 of 1 and 2, execution 2 makes 4 of 3. Context 1 holds artifacts 4 and 1 and both
    executions, context 2 holds artifact 1; 1 is part of 3 and of 2, 2 of 3.
    """
    declared: Any = DECLARED
    store.put_types(
        [
            artifact_type("Data", declared, base_type="DATASET", external_id="data-type"),
            Type(kind="artifact", name="Data", version="v2"),
            artifact_type("Model"),
            execution_type("Step", declared),
            context_type("Run", declared),
        ]
    )
    second = next(type.id for type in store.types("artifact") if type.version == "v2")
    artifacts = [
        Artifact(
            type="Data",
            name="first",
            uri="s3://b/1",
            state="LIVE",
            external_id="a-1",
            properties=dict(VALUES),
            custom_properties={**VALUES, "string": ""},
        ),
        Artifact(type_id=second, name="first"),
        Artifact(type="Model", name="", uri="s3://b/1"),
        Artifact(type="Model", uri=""),
    ]
    executions = [
        Execution(type="Step", name="train", state="COMPLETE", external_id="e-1", properties=dict(VALUES)),
        Execution(type="Step"),
    ]
    contexts = [Context(type="Run", name=f"run-{n}", external_id=f"c-{n}", properties=dict(VALUES)) for n in (1, 2, 3)]
    store.put(
        artifacts=artifacts,
        executions=executions,
        contexts=contexts,
        events=[
            Event(artifacts[0], executions[0], "INPUT", ("data", 0), time=5),
            Event(artifacts[1], executions[0], "DECLARED_INPUT", time=6),
            Event(artifacts[2], executions[0], "OUTPUT", ("model", 0), time=7),
            Event(artifacts[2], executions[1], "INPUT", ("model", 0), time=8),
            Event(artifacts[3], executions[1], "PENDING_OUTPUT", time=9),
        ],
        attributions=[Attribution(artifacts[n], contexts[c]) for n, c in ((3, 0), (0, 1), (0, 0))],
        associations=[Association(execution, contexts[0]) for execution in executions],
        parents=[ParentContext(contexts[c], contexts[p]) for c, p in ((0, 2), (0, 1), (1, 2))],
    )
