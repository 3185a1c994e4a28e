"""Kale 0.7 and kubeflow-metadata 0.3, which wrote many of the stores that are there: their calls, in their order."""

from __future__ import annotations

from typing import Any

from grpc import StatusCode

from graphmeta.mlmd.proto import metadata_store_pb2 as pb
from tests.clients.raw import Raw


def texts(node: Any, declared: dict[str, str], custom: dict[str, str] | None = None) -> Any:
    for key, value in declared.items():
        node.properties[key].string_value = value
    for key, value in (custom or {}).items():
        node.custom_properties[key].string_value = value
    return node


def strings(*names: str) -> dict[str, int]:
    return dict.fromkeys(names, pb.STRING)


class Kale:
    """One notebook step of a workflow, as kale.common.mlmdutils records it."""

    RUN = strings("run_id", "pipeline_name", "workflow_name")
    STEP = strings("run_id", "pipeline_name", "component_id", "state")
    SNAPSHOT = strings("name", "id", "version", "object", "bucket", "URL", "hash", "members")

    def __init__(self, raw: Raw) -> None:
        self.raw = raw
        raw.GetContextTypes()  # is the server there?
        self.run_type = raw.PutContextType(context_type=pb.ContextType(name="KfpRun", properties=self.RUN)).type_id
        found = raw.GetContextByTypeAndName(type_name="KfpRun", context_name="workflow-7")
        assert not found.HasField("context")
        run = texts(
            pb.Context(type_id=self.run_type, name="workflow-7"),
            {"run_id": "7", "pipeline_name": "titanic", "workflow_name": "workflow-7"},
        )
        (self.run,) = raw.PutContexts(contexts=[run]).context_ids
        step_type = pb.ExecutionType(name="titanic.train", properties=self.STEP)
        self.step_type = raw.PutExecutionType(execution_type=step_type).type_id
        step = texts(
            pb.Execution(type_id=self.step_type, last_known_state=pb.Execution.RUNNING),
            {"run_id": "7", "pipeline_name": "titanic", "component_id": "titanic.train", "state": "RUNNING"},
            {"kfp_pod_name": "pod-1", "pod_name": "pod-1", "pod_namespace": "kubeflow",
             "kubeflow-kale.org/state": "RUNNING", "kubeflow-kale.org/execution-hash": "abc"},
        )  # fmt: skip
        (self.step,) = raw.PutExecutions(executions=[step]).execution_ids
        raw.PutAttributionsAndAssociations(associations=[pb.Association(execution_id=self.step, context_id=self.run)])

    def snapshot(self, name: str, kind: int) -> int:
        """An artifact of the step; an output belongs to the run, an input need not."""
        type_id = self.raw.PutArtifactType(
            artifact_type=pb.ArtifactType(name="RokSnapshot", properties=self.SNAPSHOT)
        ).type_id
        assert self.raw.GetArtifactType(type_name="RokSnapshot").artifact_type.id == type_id
        fields = {key: f"{key} of {name}" for key in self.SNAPSHOT}
        (made,) = self.raw.PutArtifacts(
            artifacts=[texts(pb.Artifact(type_id=type_id, uri=f"/rok/buckets/{name}"), fields)]
        ).artifact_ids
        event = pb.Event(artifact_id=made, execution_id=self.step, type=kind)
        event.path.steps.add().key = name
        self.raw.PutEvents(events=[event])
        if kind == pb.Event.OUTPUT:
            attribution = pb.Attribution(artifact_id=made, context_id=self.run)
            self.raw.PutAttributionsAndAssociations(attributions=[attribution])
        return int(made)

    def finish(self, state: str) -> None:
        """The end of a step; its last_known_state is left as it was."""
        (step,) = self.raw.GetExecutionsByID(execution_ids=[self.step]).executions
        step.properties["state"].string_value = state
        step.custom_properties["kubeflow-kale.org/state"].string_value = state
        self.raw.PutExecutions(executions=[step])


def test_a_step_of_kale(raw: Raw) -> None:
    kale = Kale(raw)
    before, after = kale.snapshot("input", pb.Event.INPUT), kale.snapshot("output", pb.Event.OUTPUT)
    kale.finish("COMPLETE")
    (step,) = raw.GetExecutionsByContext(context_id=kale.run).executions
    assert step.properties["state"].string_value == "COMPLETE"
    assert step.last_known_state == pb.Execution.RUNNING
    assert step.custom_properties["pod_name"].string_value == "pod-1"
    events = raw.GetEventsByExecutionIDs(execution_ids=[step.id]).events
    assert [(each.artifact_id, each.type, each.path.steps[0].key) for each in events] == [
        (before, pb.Event.INPUT, "input"),
        (after, pb.Event.OUTPUT, "output"),
    ]
    assert [each.id for each in raw.GetArtifactsByContext(context_id=kale.run).artifacts] == [after]
    (snapshot,) = raw.GetArtifactsByID(artifact_ids=[after]).artifacts
    assert snapshot.properties["members"].string_value == "members of output"
    found = raw.GetContextByTypeAndName(type_name="KfpRun", context_name="workflow-7").context
    assert found.properties["pipeline_name"].string_value == "titanic"
    # Its state lies under a key that only back quotes can name.
    options = pb.ListOperationOptions(
        filter_query='custom_properties.`kubeflow-kale.org/state`.string_value = "COMPLETE"'
    )
    assert [each.id for each in raw.GetExecutions(options=options).executions] == [kale.step]


KUBEFLOW_TYPES = {
    "data_set": ("artifact", strings("name", "description", "owner", "version", "query")),
    "model": ("artifact", strings("name", "model_type", "version", "training_framework", "hyperparameters")),
    "metrics": ("artifact", strings("name", "data_set_id", "model_id", "metrics_type", "values")),
    "execution": ("execution", strings("name", "description", "create_time")),
}


def test_kubeflow_metadata_finds_its_types_or_is_told(raw: Raw) -> None:
    """Its SDK puts no types: where the server has none it must hear NOT_FOUND."""
    for name, (kind, _) in KUBEFLOW_TYPES.items():
        code = raw.code(f"Get{kind.title()}Type", type_name=f"kubeflow.org/alpha/{name}")
        assert code is StatusCode.NOT_FOUND


def test_a_run_of_kubeflow_metadata(raw: Raw) -> None:
    types = {}
    for name, (kind, properties) in KUBEFLOW_TYPES.items():
        made = getattr(pb, f"{kind.title()}Type")(name=f"kubeflow.org/alpha/{name}", properties=properties)
        getattr(raw, f"Put{kind.title()}Type")(**{f"{kind}_type": made})
        found = getattr(raw, f"Get{kind.title()}Type")(type_name=made.name)
        types[name] = getattr(found, f"{kind}_type").id
    workspace = pb.ContextType(name="kubeflow.org/alpha/workspace", properties=strings("description", "labels"))
    types["workspace"] = raw.PutContextType(context_type=workspace).type_id
    context = texts(
        pb.Context(type_id=types["workspace"], name="ws-1"), {"description": "d"}, {"__kf_workspace__": "1"}
    )
    (context_id,) = raw.PutContexts(contexts=[context]).context_ids
    (listed,) = raw.GetContextsByType(type_name=workspace.name).contexts
    assert (listed.id, listed.name) == (context_id, "ws-1")

    step = texts(pb.Execution(type_id=types["execution"]), {"name": "train"}, {"__kf_run__": "run-1"})
    (step_id,) = raw.PutExecutions(executions=[step]).execution_ids
    data = texts(pb.Artifact(type_id=types["data_set"], uri="file:/data"), {"name": "rows", "version": "1"})
    model = texts(pb.Artifact(type_id=types["model"], uri="file:/model"), {"name": "net", "hyperparameters": "{}"})
    data_id, model_id = raw.PutArtifacts(artifacts=[data, model]).artifact_ids
    raw.PutAttributionsAndAssociations(
        attributions=[pb.Attribution(artifact_id=each, context_id=context_id) for each in (data_id, model_id)],
        associations=[pb.Association(execution_id=step_id, context_id=context_id)],
    )
    kinds = {data_id: pb.Event.DECLARED_INPUT, model_id: pb.Event.DECLARED_OUTPUT}
    raw.PutEvents(events=[pb.Event(artifact_id=each, execution_id=step_id, type=kind) for each, kind in kinds.items()])
    events = raw.GetEventsByArtifactIDs(artifact_ids=[model_id, data_id]).events
    assert {each.artifact_id: each.type for each in events} == kinds
    assert {each.id for each in raw.GetArtifactsByContext(context_id=context_id).artifacts} == set(kinds)
    (of_type,) = raw.GetArtifactsByType(type_name="kubeflow.org/alpha/model").artifacts
    assert (of_type.id, of_type.properties["name"].string_value) == (model_id, "net")
