"""A store to list: artifacts of several types and moments, and every order of them said once more."""

from __future__ import annotations

from typing import Any

from graphmeta import (
    Artifact,
    Association,
    Attribution,
    Context,
    Execution,
    ParentContext,
    artifact_type,
    context_type,
    execution_type,
)
from graphmeta.store import Store

DAY = 1_700_000_000_000


def fill_with_many(store: Store) -> Store:
    """45 artifacts of three types, stored at nine moments, some named, some in a run."""
    store.put_types(
        [artifact_type("Data"), artifact_type("Model", {"rate": "DOUBLE"}), artifact_type("Model", version="2")]
    )
    store.put_types(
        [execution_type("train"), context_type("Run"), context_type("Experiment"), context_type("Environment")]
    )
    run, experiment = Context(type="Run", name="nightly/1"), Context(type="Experiment", name="churn")
    environment = Context(type="Environment", name="sha256:1")
    second = store.type("artifact", "Model", "2").id
    for turn in range(9):
        store.backend.clock = lambda turn=turn: DAY + turn * 1_000  # type: ignore[misc]
        made = [Artifact(type="Data", name=f"data {45 - turn}", uri=f"s3://b/{turn}"), Artifact(type="Data")]
        made += [Artifact(type="Model", name=f"Model-{turn}", state="LIVE", properties={"rate": turn / 10})]
        made += [Artifact(type_id=second, name=f"model-{turn}"), Artifact(type="Model", uri=f"file:///{turn}")]
        step = Execution(type="train", name=f"t{turn}", state="FAILED" if turn == 3 else "COMPLETE")
        store.put(
            artifacts=made,
            executions=[step],
            contexts=[each for each in (run, experiment, environment) if each.id is None],
            attributions=[Attribution(made[0], each) for each in (experiment, run, environment)],
            associations=[Association(step, run)],
            parents=[ParentContext(run, experiment)] if turn == 0 else [],
        )
    store.backend.clock = lambda: DAY + 100_000
    first = store.artifact(2)
    first.custom_properties["seen"] = True
    store.put(artifacts=[first])
    return store


def sorted_ids(store: Store, sort: str, descending: bool) -> list[int]:
    """What an order means, said once more."""
    versions = {type.id: type.version for type in store.types("artifact")}
    keys: dict[str, Any] = {
        "id": lambda node: node.id,
        "created": lambda node: (node.created, node.id),
        "updated": lambda node: (node.updated, node.id),
        "name": lambda node: (node.name, node.id),
        "type": lambda node: (node.type, versions[node.type_id], node.id),
    }
    nodes = [node for node in store.artifacts() if sort != "name" or node.name is not None]
    return [node.id or 0 for node in sorted(nodes, key=keys[sort], reverse=descending)]
