"""Kubeflow Pipelines 2.x: the calls of its driver, launcher and importer (Go) in their order, and what they rely on."""

from __future__ import annotations

from typing import Any

import pytest
from google.protobuf.struct_pb2 import Struct
from grpc import StatusCode

from graphmeta.mlmd.proto import metadata_store_pb2 as pb
from tests.clients.raw import Raw

STEPS = 25  # more than the 20 of one page


def struct(**fields: Any) -> pb.Value:
    made = Struct()
    made.update(fields)
    return pb.Value(struct_value=made)


def text(value: str) -> pb.Value:
    return pb.Value(string_value=value)


class Driver:
    """One pipeline run, as the Go client writes it."""

    def __init__(self, raw: Raw) -> None:
        self.raw = raw
        self.pipeline = self.context("system.Pipeline", "my-pipeline")
        self.run = self.context(
            "system.PipelineRun",
            "0f0e8a4e-run",
            namespace="kubeflow",
            resource_name="my-pipeline-x2k",
            pipeline_root="minio://mlpipeline/v2",
            store_session_info="{}",
        )
        if not raw.GetParentContextsByContext(context_id=self.run.id).contexts:
            raw.PutParentContexts(parent_contexts=[pb.ParentContext(child_id=self.run.id, parent_id=self.pipeline.id)])

    def start(self) -> None:
        """Begin the run: the execution that stands for the whole of it."""
        self.dag = self.execution("system.DAGExecution", "run/0f0e8a4e-run")

    def context(self, type: str, name: str, **custom: str) -> pb.Context:
        """Get or insert: the type is asked for and put where missing; so is the context."""
        try:
            type_id = self.raw.GetContextType(type_name=type).context_type.id
        except Exception as error:
            assert error.code() is StatusCode.NOT_FOUND  # type: ignore[attr-defined]
            type_id = self.raw.PutContextType(context_type=pb.ContextType(name=type)).type_id
        found = self.raw.GetContextByTypeAndName(type_name=type, context_name=name)
        if not found.HasField("context"):
            made = pb.Context(type_id=type_id, name=name)
            for key, value in custom.items():
                made.custom_properties[key].string_value = value
            self.raw.PutContexts(contexts=[made])
            found = self.raw.GetContextByTypeAndName(type_name=type, context_name=name)
        return found.context

    def execution(self, type: str, name: str, reads: Any = (), **custom: pb.Value) -> pb.Execution:
        """A new step in the run, with the artifacts that it reads."""
        type_id = self.raw.PutExecutionType(execution_type=pb.ExecutionType(name=type)).type_id
        made = pb.Execution(type_id=type_id, name=name, last_known_state=pb.Execution.RUNNING)
        for key, value in custom.items():
            made.custom_properties[key].CopyFrom(value)
        put = self.raw.PutExecution(
            execution=made, contexts=[self.pipeline, self.run], artifact_event_pairs=list(reads)
        )
        (stored,) = self.raw.GetExecutionsByID(execution_ids=[put.execution_id]).executions
        return stored

    def publish(self, execution: pb.Execution, outputs: Any = (), **results: Any) -> list[int]:
        """The step's end: its state, its parameters, its artifacts."""
        execution.last_known_state = pb.Execution.COMPLETE
        execution.custom_properties["outputs"].CopyFrom(struct(**results))
        put = self.raw.PutExecution(
            execution=execution, contexts=[self.pipeline, self.run], artifact_event_pairs=list(outputs)
        )
        return list(put.artifact_ids)

    def steps_of(self, dag: int) -> list[pb.Execution]:
        """The steps of a DAG, a page at a time, as the driver asks for them: neither a size nor an order."""
        found, token = [], ""
        while True:
            options = pb.ListOperationOptions(
                filter_query=f"custom_properties.parent_dag_id.int_value = {dag}", next_page_token=token
            )
            page = self.raw.GetExecutionsByContext(context_id=self.run.id, options=options)
            found += page.executions
            token = page.next_page_token
            if not token:
                return found
            assert len(page.executions) == 20


def pair(kind: int, key: str, artifact: pb.Artifact) -> dict[str, Any]:
    event = pb.Event(type=kind)
    event.path.steps.add().key = key
    if artifact.id:
        event.artifact_id = artifact.id
    return {"artifact": artifact, "event": event}


@pytest.fixture
def driver(raw: Raw) -> Driver:
    driver = Driver(raw)
    driver.start()
    return driver


def test_a_run(driver: Driver) -> None:
    """Driver, launcher, driver, launcher: what the second step reads, the first one made."""
    raw = driver.raw
    train = driver.execution(
        "system.ContainerExecution",
        "run/train",
        display_name=text("train"),
        task_name=text("train"),
        image=text("python:3.11"),
        pod_name=text("train-pod"),
        pod_uid=text("7b1c"),
        namespace=text("kubeflow"),
        cached_execution_id=text(""),
        cache_fingerprint=text("c0ffee"),
        parent_dag_id=pb.Value(int_value=driver.dag.id),
        inputs=struct(rate=0.5, layers=[16, 8], names={"a": None}),
    )
    model_type = raw.PutArtifactType(artifact_type=pb.ArtifactType(name="system.Model")).type_id
    assert raw.GetArtifactType(type_name="system.Model").artifact_type.id == model_type
    model = pb.Artifact(type_id=model_type, uri="minio://mlpipeline/v2/model", state=pb.Artifact.LIVE)
    model.custom_properties["display_name"].string_value = "model"
    model.custom_properties["store_session_info"].string_value = "{}"
    model.custom_properties["accuracy"].double_value = 0.875
    (model_id,) = driver.publish(train, [pair(pb.Event.OUTPUT, "model", model)], loss=0.25)

    (event,) = raw.GetEventsByExecutionIDs(execution_ids=[train.id]).events
    assert (event.artifact_id, event.type) == (model_id, pb.Event.OUTPUT)
    assert [step.key for step in event.path.steps] == ["model"]
    (stored,) = raw.GetArtifactsByID(artifact_ids=[model_id]).artifacts
    assert stored.custom_properties == model.custom_properties
    evaluate = driver.execution("system.ContainerExecution", "run/evaluate", [pair(pb.Event.INPUT, "model", stored)])
    events = raw.GetEventsByArtifactIDs(artifact_ids=[model_id]).events
    assert [(each.execution_id, each.type) for each in events] == [
        (train.id, pb.Event.OUTPUT),
        (evaluate.id, pb.Event.INPUT),
    ]

    (done,) = raw.GetExecutionsByID(execution_ids=[train.id]).executions
    assert done.last_known_state == pb.Execution.COMPLETE
    assert done.custom_properties["outputs"] == struct(loss=0.25)
    assert done.custom_properties["inputs"] == struct(rate=0.5, layers=[16, 8], names={"a": None})
    assert done.custom_properties["cached_execution_id"].string_value == ""
    of_run = [each.id for each in raw.GetContextsByExecution(execution_id=train.id).contexts]
    assert sorted(of_run) == [driver.pipeline.id, driver.run.id]
    of_model = [each.id for each in raw.GetContextsByArtifact(artifact_id=model_id).contexts]
    assert sorted(of_model) == [driver.pipeline.id, driver.run.id]
    assert (
        raw.GetContextByTypeAndName(type_name="system.PipelineRun", context_name=driver.run.name).context == driver.run
    )


def test_the_steps_of_a_dag_in_pages(driver: Driver) -> None:
    expected = []
    for number in range(STEPS):
        step = driver.execution(
            "system.ContainerExecution", f"run/step-{number}", parent_dag_id=pb.Value(int_value=driver.dag.id)
        )
        expected.append(step.id)
        driver.execution("system.ContainerExecution", f"run/other-{number}", parent_dag_id=pb.Value(int_value=10_000))
    found = [each.id for each in driver.steps_of(driver.dag.id)]
    assert sorted(found) == expected and len(set(found)) == STEPS
    assert driver.steps_of(77) == []


def test_a_filter_that_is_present_but_empty(driver: Driver) -> None:
    options = pb.ListOperationOptions(filter_query="", next_page_token="")
    page = driver.raw.GetExecutionsByContext(context_id=driver.run.id, options=options)
    assert [each.id for each in page.executions] == [driver.dag.id]
    assert not page.next_page_token


def test_a_driver_that_comes_second(driver: Driver) -> None:
    """A retried pod does all again: it finds what is there, and is told where a name is taken."""
    again = Driver(driver.raw)
    assert (again.pipeline, again.run) == (driver.pipeline, driver.run)
    raw, run = driver.raw, driver.run
    same = pb.Context(type_id=run.type_id, name=run.name)
    assert raw.code("PutContexts", contexts=[same]) is StatusCode.ALREADY_EXISTS
    parent = pb.ParentContext(child_id=run.id, parent_id=driver.pipeline.id)
    assert raw.code("PutParentContexts", parent_contexts=[parent]) is StatusCode.ALREADY_EXISTS
    execution = pb.Execution(type_id=driver.dag.type_id, name=driver.dag.name)
    contexts = [driver.pipeline, run]
    assert raw.code("PutExecution", execution=execution, contexts=contexts) is StatusCode.ALREADY_EXISTS
    found = raw.GetExecutionByTypeAndName(type_name="system.DAGExecution", execution_name=driver.dag.name)
    assert found.execution == driver.dag


def test_what_is_not_there(raw: Raw) -> None:
    assert raw.code("GetContextType", type_name="system.Pipeline") is StatusCode.NOT_FOUND
    assert raw.code("GetArtifactType", type_name="system.Model") is StatusCode.NOT_FOUND
    assert not raw.GetContextByTypeAndName(type_name="system.Pipeline", context_name="p").HasField("context")
    assert not raw.GetExecutionByTypeAndName(type_name="t", execution_name="e").HasField("execution")
    for call, ids in (
        ("GetExecutionsByID", "execution_ids"),
        ("GetArtifactsByID", "artifact_ids"),
        ("GetEventsByExecutionIDs", "execution_ids"),
        ("GetEventsByArtifactIDs", "artifact_ids"),
    ):
        for asked in ([77], []):
            assert not getattr(raw, call)(**{ids: asked}).ListFields(), (call, asked)


def test_an_importer(driver: Driver) -> None:
    """It looks an artifact up by its URI, and puts it only where there is none of that kind."""
    raw = driver.raw
    type_id = raw.PutArtifactType(artifact_type=pb.ArtifactType(name="system.Dataset")).type_id
    assert not raw.GetArtifactsByURI(uris=["gs://bucket/data"]).artifacts
    dataset = pb.Artifact(type_id=type_id, uri="gs://bucket/data", state=pb.Artifact.LIVE)
    (dataset_id,) = raw.PutArtifacts(artifacts=[dataset]).artifact_ids
    (found,) = raw.GetArtifactsByURI(uris=["gs://bucket/data"]).artifacts
    assert found.id == dataset_id
    step = driver.execution("system.ImporterExecution", "run/import")
    assert driver.publish(step, [pair(pb.Event.OUTPUT, "artifact", found)]) == [dataset_id]
    (again,) = raw.GetArtifactsByURI(uris=["gs://bucket/data"]).artifacts
    assert again == found


def test_large_messages(driver: Driver) -> None:
    """Inputs and outputs travel in properties: far over gRPC's usual 4 MB."""
    large = "x" * (12 * 1024 * 1024)
    step = driver.execution("system.ContainerExecution", "run/large", inputs=struct(parameter=large))
    assert step.custom_properties["inputs"].struct_value["parameter"] == large
