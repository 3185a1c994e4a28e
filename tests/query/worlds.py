"""Small stores as their writers write them: graphmeta's recorder, TFX, Kubeflow Pipelines, Kale.

Each function fills an empty store through the Store's own API and returns the nodes by a name for the
test. Types, property names, paths and states are those that the clients write.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from graphmeta import vocabulary
from graphmeta.model import (
    KINDS,
    Artifact,
    Association,
    Attribution,
    Context,
    Event,
    Execution,
    Kind,
    ParentContext,
    Type,
)
from graphmeta.store import Store
from graphmeta.store.hydrate import to_nodes

Nodes = dict[str, Any]
Path = tuple[str | int, ...]


def add_types(store: Store, kind: Kind, *names: str, properties: Mapping[str, Any] | None = None, **more: Any) -> None:
    """Make sure that types exist."""
    types = [Type(kind=kind, name=name, properties=dict(properties or {}), **more) for name in names]
    store.put_types(types, can_add_fields=True, can_omit_fields=True)


class Draft:
    """Nodes and edges that one put will write: a server is asked once, and not for each of them."""

    def __init__(self) -> None:
        self._parts: dict[str, list[Any]] = {}

    def put(self, **parts: Sequence[Any]) -> None:
        """As `Store.put`, later."""
        for name, items in parts.items():
            self._parts.setdefault(name, []).extend(items)

    def write(self, store: Store, nodes: Nodes) -> Nodes:
        """Write everything; the same names, with the nodes as the store has them then."""
        store.put(**self._parts)
        kinds = {kind: [node.id for node in nodes.values() if node.kind == kind] for kind in KINDS}
        stored = {(kind, node.id): node for kind, ids in kinds.items() for node in to_nodes(store.rows(kind, ids=ids))}
        return {name: stored[node.kind, node.id] for name, node in nodes.items()}


def artifact(store: Store | Draft, type: str, name: str | None = None, **fields: Any) -> Artifact:
    """Store one artifact."""
    node = Artifact(type=type, name=name, **fields)
    store.put(artifacts=[node])
    return node


def context(store: Store | Draft, type: str, name: str, parents: Sequence[Context] = (), **fields: Any) -> Context:
    """Store one context and its parent links."""
    node = Context(type=type, name=name, **fields)
    store.put(contexts=[node], parents=[ParentContext(node, parent) for parent in parents])
    return node


def step(
    store: Store | Draft,
    type: str,
    inputs: Mapping[Path, Artifact] | Sequence[Artifact] = (),
    outputs: Mapping[Path, Artifact] | Sequence[Artifact] = (),
    contexts: Sequence[Context] = (),
    state: str = "COMPLETE",
    **fields: Any,
) -> Execution:
    """Store one execution with its events and contexts."""
    node = Execution(type=type, state=state, **fields)
    took, made = _with_paths(inputs), _with_paths(outputs)
    members = {id(each): each for _, each in [*took, *made]}.values()
    store.put(
        executions=[node],
        events=[
            *(Event(each, node, "INPUT", path) for path, each in took),
            *(Event(each, node, "OUTPUT", path) for path, each in made),
        ],
        associations=[Association(node, each) for each in contexts],
        attributions=[Attribution(member, each) for each in contexts for member in members],
    )
    return node


def _with_paths(given: Mapping[Path, Artifact] | Sequence[Artifact]) -> list[tuple[Path, Artifact]]:
    if isinstance(given, Mapping):
        return list(given.items())
    return [((), each) for each in given]


# ---------------------------------------------------------------- graphmeta's recorder


def recorded(store: Store) -> Nodes:
    """Two versions of a dataset, three versions of a model, one model built on the last, evaluations.

    raw.csv@1 -clean-> train.csv@1 -train-> churn@1        -evaluate-> scores@1
    raw.csv@1 -clean-> train.csv@2 -train-> churn@2, churn@3 -evaluate-> scores@2, scores@3
    churn@3, extra.csv@1 -finetune-> big@1
    """
    add_types(store, "artifact", "Dataset", "Model", "Metrics", properties=vocabulary.RECORDED_ARTIFACT)
    steps = ("clean", "train", "evaluate", "finetune")
    add_types(store, "execution", *steps, properties=vocabulary.RECORDED_EXECUTION)
    add_types(store, "context", "Run", properties=vocabulary.RECORDED_RUN)
    add_types(store, "context", "Experiment", properties={"display_name": "STRING"})
    add_types(store, "context", "Environment", properties=vocabulary.RECORDED_ENVIRONMENT)
    nodes: Nodes = {}
    draft = Draft()

    def file(type: str, name: str, version: int, **custom: Any) -> Artifact:
        made = artifact(
            draft,
            type,
            f"{name}@{version}",
            uri=f"file:///data/{name}.{version}",
            state="LIVE",
            properties={"display_name": name, "version": version, "digest": f"sha256:{name}{version}", "size": 10},
            custom_properties=custom,
        )
        nodes[f"{name}@{version}"] = made
        return made

    def run(number: int) -> list[Context]:
        made = context(
            draft,
            "Run",
            f"churn@{number}",
            [nodes["experiment"]],
            properties={"display_name": "churn", "version": number, "user": "ann", "command": "train.py"},
        )
        nodes[f"run@{number}"] = made
        return [made, nodes["environment"]]

    def did(key: str, type: str, ins: Sequence[Artifact], outs: Sequence[Artifact], where: Any, **params: Any) -> None:
        nodes[key] = step(
            draft,
            type,
            {(each.name or "",): each for each in ins},
            {(each.name or "",): each for each in outs},
            where,
            properties={"display_name": type, "started": 1, "ended": 2, "git_commit": f"c{key}", "git_dirty": False},
            custom_properties=params,
        )

    nodes["experiment"] = context(draft, "Experiment", "spring", properties={"display_name": "spring"})
    nodes["environment"] = context(
        draft,
        "Environment",
        "sha256:e1",
        properties={
            "display_name": "Python 3.11.7",
            "python": "3.11.7",
            "implementation": "CPython",
            "platform": "Linux",
            "host": "box",
            "packages": {"numpy": "1.26.4", "scikit_learn": "1.5.2", "PyYAML": "6.0"},
        },
    )
    raw = file("Dataset", "raw.csv", 1)
    test = file("Dataset", "test.csv", 1)
    for version, lr in ((1, 0.1), (2, 0.2), (3, 0.3)):
        where = run(version)
        data = nodes.get(f"train.csv@{min(version, 2)}") or file("Dataset", "train.csv", version, rows=100)
        if version < 3:
            did(f"clean@{version}", "clean", [raw], [data], where, drop=version)
        model = file("Model", "churn", version, auc=version / 10)
        did(f"train@{version}", "train", [data], [model], where, lr=lr, epochs=5)
        scores = file("Metrics", "scores", version, f1=version / 100, rows_size=7)
        did(f"evaluate@{version}", "evaluate", [model, test], [scores], where)
    extra = file("Dataset", "extra.csv", 1)
    big = file("Model", "big", 1, loss="NaN")
    did("finetune@1", "finetune", [nodes["churn@3"], extra], [big], run(4), lr=0.01)
    nodes["failed"] = step(draft, "train", [raw], [], run(5), state="FAILED", properties={"error": "ValueError: no"})
    return draft.write(store, nodes)


# ---------------------------------------------------------------- others


def tfx(store: Store) -> Nodes:
    """A TFX run and a second one whose trainer was cached."""
    names = {
        "CsvExampleGen": "tfx.components.example_gen.csv_example_gen.component.CsvExampleGen",
        "Transform": "tfx.components.transform.component.Transform",
        "Trainer": "tfx.components.trainer.component.Trainer",
        "Evaluator": "tfx.components.evaluator.component.Evaluator",
        "Pusher": "tfx.components.pusher.component.Pusher",
    }
    add_types(store, "artifact", "Examples", properties={"span": "INT", "version": "INT", "split_names": "STRING"})
    add_types(store, "artifact", "TransformGraph", "ModelEvaluation", "ModelBlessing", "PushedModel")
    add_types(store, "artifact", "Model", base_type="MODEL")
    add_types(store, "execution", *names.values(), base_type=None)
    add_types(store, "context", "pipeline", "pipeline_run", "node")
    nodes: Nodes = {}
    draft = Draft()
    pipeline = context(draft, "pipeline", "taxi")

    def put(key: str, type: str, name: str, **custom: Any) -> Artifact:
        nodes[key] = artifact(
            draft,
            type,
            f"taxi:{key}",
            uri=f"/pipelines/taxi/{key}",
            state="LIVE",
            custom_properties={"name": name, "tfx_version": "1.17.3", **custom},
        )
        return nodes[key]

    def did(
        key: str,
        component: str,
        run: Context,
        ins: Mapping[str, Artifact],
        outs: Mapping[str, Artifact],
        state: str = "COMPLETE",
        **custom: Any,
    ) -> None:
        node = context(draft, "node", f"{run.name}.{component}")
        nodes[key] = step(
            draft,
            names[component],
            {(name, 0): each for name, each in ins.items()},
            {(name, 0): each for name, each in outs.items()},
            [pipeline, run, node],
            state=state,
            custom_properties=custom,
        )

    first = nodes["run1"] = context(draft, "pipeline_run", "taxi.1", [pipeline])
    second = nodes["run2"] = context(draft, "pipeline_run", "taxi.2", [pipeline])
    examples = put("examples", "Examples", "examples", span=3)
    transformed = put("transformed", "Examples", "transformed_examples")
    graph = put("graph", "TransformGraph", "transform_graph")
    model = put("model", "Model", "model")
    baseline = put("baseline", "Model", "model")
    evaluation = put("evaluation", "ModelEvaluation", "evaluation")
    blessing = put("blessing", "ModelBlessing", "blessing", blessed=1)
    pushed = put("pushed", "PushedModel", "pushed_model", pushed_version="17")
    did("gen", "CsvExampleGen", first, {}, {"examples": examples}, input_base="/data")
    did("transform", "Transform", first, {"examples": examples}, {"transform_graph": graph, "t": transformed})
    trainer = {"train_args": '{"num_steps": 100}', "module_file": "/src/taxi.py", "run_id": "1"}
    ins = {"examples": transformed, "transform_graph": graph}
    did("cached", "Trainer", second, ins, {"model": model}, state="CACHED", **trainer)
    did("trainer", "Trainer", first, ins, {"model": model}, **trainer)
    did(
        "evaluator",
        "Evaluator",
        first,
        {"examples": examples, "model": model, "baseline_model": baseline},
        {"evaluation": evaluation, "blessing": blessing},
    )
    did("pusher", "Pusher", first, {"model": model, "model_blessing": blessing}, {"pushed_model": pushed})
    return draft.write(store, nodes)


def kfp(store: Store) -> Nodes:
    """A Kubeflow Pipelines run; its last trainer is recorded as cached only, by the id of the first."""
    add_types(store, "context", "system.Pipeline", "system.PipelineRun")
    add_types(store, "execution", "system.DAGExecution", "system.ContainerExecution")
    add_types(store, "artifact", "system.Dataset", "system.Model", "system.Metrics")
    pipeline = context(store, "system.Pipeline", "iris")
    run = context(store, "system.PipelineRun", "6c1e", [pipeline], custom_properties={"namespace": "kubeflow"})

    def put(type: str, name: str, **custom: Any) -> Artifact:
        return artifact(
            store,
            type,
            uri=f"minio://b/{name}",
            state="LIVE",
            custom_properties={"display_name": name, **custom},
        )

    data = put("system.Dataset", "iris_data")
    model = put("system.Model", "iris_model", framework="XGBoost", framework_version="1.7.6")
    cached_model = put("system.Model", "cached_model")
    scores = put("system.Metrics", "scores", accuracy=0.97)
    train = step(
        store,
        "system.ContainerExecution",
        {("data",): data},
        {("model",): model},
        [pipeline, run],
        name="run/6c1e/train",
        custom_properties={
            "display_name": "train",
            "image": "python:3.11",
            "pod_name": "p-1",
            "inputs": {"lr": 0.5, "depth": 3.0},
        },
    )
    again = step(
        store,
        "system.ContainerExecution",
        {("data",): data},
        {("model",): cached_model},
        [pipeline, run],
        state="CACHED",
        custom_properties={"task_name": "train", "cached_execution_id": str(train.id)},
    )
    evaluate = step(store, "system.ContainerExecution", {("model",): model}, {("metrics",): scores}, [pipeline, run])
    return {
        "pipeline": pipeline,
        "run": run,
        "data": data,
        "model": model,
        "cached_model": cached_model,
        "scores": scores,
        "train": train,
        "again": again,
        "evaluate": evaluate,
    }


def kale(store: Store) -> Nodes:
    """A Kale notebook: a type for each step, snapshots that are no Datasets, states in properties."""
    add_types(store, "context", "KfpRun", properties={"run_id": "STRING", "pipeline_name": "STRING"})
    declared = {"run_id": "STRING", "pipeline_name": "STRING", "component_id": "STRING", "state": "STRING"}
    add_types(store, "execution", "load-data", "fit-model", properties=declared)
    add_types(store, "artifact", "RokSnapshot", "Model", properties={"name": "STRING", "version": "STRING"})
    run = context(store, "KfpRun", "titanic-1", properties={"run_id": "r1", "pipeline_name": "titanic"})

    def did(type: str, state: str, ins: Sequence[Artifact], outs: Sequence[Artifact], number: int) -> Execution:
        return step(
            store,
            type,
            {(each.properties["name"],): each for each in ins},  # type: ignore[misc]
            {(each.properties["name"],): each for each in outs},  # type: ignore[misc]
            [run],
            state="RUNNING",
            properties={"run_id": "r1", "pipeline_name": "titanic", "component_id": type, "state": state},
            custom_properties={"kfp_pod_name": f"pod-{number}", "kubeflow-kale.org/state": state, "depth": number},
        )

    snapshot = artifact(store, "RokSnapshot", uri="rok:1", properties={"name": "data-dir", "version": "v1"})
    model = artifact(store, "Model", uri="rok:2", properties={"name": "titanic", "version": "v1"})
    load = did("load-data", "COMPLETE", [], [snapshot], 1)
    cached = did("fit-model", "CACHED", [snapshot], [model], 2)
    fit = did("fit-model", "COMPLETE", [snapshot], [model], 3)
    return {"run": run, "snapshot": snapshot, "model": model, "load": load, "fit": fit, "cached": cached}


def plain(store: Store) -> None:
    """Types for graphs made by hand: Dataset, Model, Metrics, Thing; Step, Trainer, Evaluator."""
    add_types(store, "artifact", "Dataset", "Model", "Metrics", "Thing")
    add_types(store, "execution", "Step", "Trainer", "Evaluator")
    add_types(store, "context", "Group")
