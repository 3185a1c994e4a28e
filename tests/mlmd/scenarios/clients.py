"""What real clients ask, in their order: /work of TFX, Kubeflow Pipelines, its web page, and Kale."""

from __future__ import annotations

from typing import Any

from graphmeta.mlmd.proto import metadata_store_pb2 as pb
from graphmeta.testing.mlmd.making import artifact, context, event, execution, options, order
from graphmeta.testing.mlmd.scenarios import Play, scenario
from tests.mlmd.scenarios.world import put, put_one

ADD_AND_OMIT = {"can_add_fields": True, "can_omit_fields": True}
ALL_REUSED = {
    "reuse_context_if_already_exist": True,
    "reuse_artifact_if_already_exist_by_external_id": True,
    "force_reuse_context": True,
}


def tfx_types(play: Play) -> dict[str, int]:
    """As TFX's handlers put them, each time a node runs."""
    ids = {}
    for name in ("pipeline", "pipeline_run", "node", "execution_cache"):
        play("GetContextType", type_name=name)
        ids[name] = play("PutContextType", context_type={"name": name}, **ADD_AND_OMIT).response.type_id
    for name, base in (("Examples", "DATASET"), ("Model", "MODEL")):
        kind = pb.ArtifactType(name=name, base_type=getattr(pb.ArtifactType, base))
        kind.properties.update({"span": pb.INT, "split_names": pb.STRING, "extra": pb.STRUCT})
        play("GetArtifactType", type_name=name)
        ids[name] = play("PutArtifactType", artifact_type=kind, **ADD_AND_OMIT).response.type_id
    for name, base in (("tfx.ExampleGen", 3), ("tfx.Trainer", 1)):
        play("GetExecutionType", type_name=name)
        given = {"name": name, "base_type": base}
        ids[name] = play("PutExecutionType", execution_type=given, **ADD_AND_OMIT).response.type_id
    return ids


def tfx_contexts(play: Play, ids: dict[str, int], run: str, node: str) -> list[Any]:
    """The contexts of one node's run, put or found, and the run's parent."""
    found = []
    for type_name, name in (("pipeline", "taxi"), ("pipeline_run", run), ("node", f"taxi.{node}")):
        there = play("GetContextByTypeAndName", type_name=type_name, context_name=name).response
        if not there.HasField("context"):
            put(play, "context", context(ids[type_name], name=name))
            there = play("GetContextByTypeAndName", type_name=type_name, context_name=name).response
        found.append(there.context)
    play("GetParentContextsByContext", context_id=found[1].id)
    play("PutParentContexts", parent_contexts=[{"parent_id": found[0].id, "child_id": found[1].id}])
    return found


@scenario
def tfx_runs_a_pipeline_twice(play: Play) -> None:
    ids = tfx_types(play)
    cached = None
    for run in ("run-1", "run-2"):
        contexts = tfx_contexts(play, ids, run, "ExampleGen")
        query = " AND ".join(f"(contexts_{place}.id = {each.id})" for place, each in enumerate(contexts))
        by = pb.ListOperationOptions.OrderByField(is_asc=True)
        asked = pb.ListOperationOptions(max_result_size=100, order_by_field=by, filter_query=query)
        play("GetExecutions", options=asked)
        step = execution(ids["tfx.ExampleGen"], last_known_state=2, c={"tfx_version": "1.17", "is_external": 0})
        step.id = play("PutExecution", execution=step, contexts=contexts, options=ALL_REUSED).response.execution_id
        cache = context(ids["execution_cache"], name="sha256-of-the-inputs")
        made = play("GetContextByTypeAndName", type_name="execution_cache", context_name=cache.name).response
        if made.HasField("context"):
            play(
                "GetExecutionsByContext",
                context_id=made.context.id,
                options=options(size=100, by=order("CREATE_TIME", False)),
            )
            play("GetEventsByExecutionIDs", execution_ids=[cached])
            step.last_known_state = 5
            play(
                "PutLineageSubgraph",
                executions=[step],
                contexts=contexts,
                options={
                    "reuse_context_if_already_exist": True,
                    "reuse_artifact_if_already_exist_by_external_id": True,
                },
            )
            play(
                "PutLineageSubgraph",
                executions=[step],
                contexts=[context(each.type_id, name=each.name) for each in contexts],
                artifacts=[artifact(ids["Examples"], uri="/out/1", state=2)],
                event_edges=[
                    {
                        "execution_index": 0,
                        "artifact_index": 0,
                        "event": event(None, None, "OUTPUT", path=["examples", 0]),
                    }
                ],
                options={
                    "reuse_context_if_already_exist": True,
                    "reuse_artifact_if_already_exist_by_external_id": True,
                },
            )
        else:
            step.last_known_state = 3
            out = artifact(
                ids["Examples"],
                uri="/out/1",
                state=2,
                p={"span": 0, "split_names": '["train"]', "extra": {"a": [1]}},
                c={"name": "examples", "__is_null__": 0},
            )
            pair = {"artifact": out, "event": event(None, None, "OUTPUT", path=["examples", 0])}
            answer = play(
                "PutExecution", execution=step, artifact_event_pairs=[pair], contexts=contexts, options=ALL_REUSED
            )
            play("PutExecution", execution=step, contexts=[*contexts, cache], options=ALL_REUSED)
            cached = answer.response.execution_id
        play(
            "GetExecutionsByContext",
            context_id=contexts[2].id,
            options=options(size=100, by=order("CREATE_TIME", False)),
        )
        play("GetExecutionsByID", execution_ids=[step.id])
        play("GetArtifacts", options=options('id IN (1) AND (type = "Examples" AND state = LIVE)'))


@scenario
def a_write_that_changes_nothing_keeps_the_key_of_tfx_caches(play: Play) -> None:
    ids = tfx_types(play)
    contexts = tfx_contexts(play, ids, "run", "Trainer")
    out = artifact(ids["Model"], uri="/m", state=2, p={"extra": {"a": 1}}, c={"n": 1.5})
    pair = {"artifact": out, "event": event(None, None, "OUTPUT", path=["model", 0])}
    answer = play(
        "PutExecution",
        execution=execution(ids["tfx.Trainer"]),
        artifact_event_pairs=[pair],
        contexts=contexts,
        options=ALL_REUSED,
    )
    before = play("GetArtifactsByID", artifact_ids=answer.response.artifact_ids).response.artifacts[0]
    reader = execution(ids["tfx.Trainer"])
    pairs = [{"artifact": before, "event": event(None, None, "INPUT", path=["model", 0])}]
    play("PutExecution", execution=reader, artifact_event_pairs=pairs, contexts=contexts, options=ALL_REUSED)
    play("GetArtifactsByID", artifact_ids=[before.id])
    play("GetContexts")


@scenario
def tfx_resolves_artifacts(play: Play) -> None:
    ids = tfx_types(play)
    contexts = tfx_contexts(play, ids, "run", "Trainer")
    data = artifact(ids["Examples"], uri="/data", state=2)
    model = artifact(ids["Model"], uri="/model", state=2)
    (data.id,) = put(play, "artifact", data)
    play(
        "PutExecution",
        execution=execution(ids["tfx.Trainer"], last_known_state=3),
        contexts=contexts,
        options=ALL_REUSED,
        artifact_event_pairs=[
            {"artifact": data, "event": event(None, None, "INPUT", path=["examples", 0])},
            {"artifact": model, "event": event(None, None, "OUTPUT", path=["model", 0])},
        ],
    )
    for start, direction in ((f"id IN ({data.id})", 2), ('uri = "/model"', 1)):
        for mask in (["artifacts", "events"], ["artifacts", "events", "artifact_types"]):
            play(
                "GetLineageSubgraph",
                read_mask={"paths": mask},
                lineage_subgraph_query_options={
                    "starting_artifacts": {"filter_query": start},
                    "max_num_hops": 100,
                    "direction": direction,
                },
            )
    for query in (
        "last_known_state = COMPLETE",
        'contexts_0.type = "node"',
        'contexts_0.name = "taxi.Trainer"',
        'type IN ("tfx.Trainer")',
    ):
        play("GetExecutions", options=options(query, size=100))
    play("GetArtifactsByType", type_name="Model")
    play("GetArtifactTypesByID", type_ids=[ids["Model"], ids["Examples"]])


@scenario
def kubeflow_pipelines_runs_a_dag(play: Play) -> None:
    ids: dict[str, int] = {}
    for name in ("system.Pipeline", "system.PipelineRun"):
        play("GetContextType", type_name=name, says="No type found")
        ids[name] = play("PutContextType", context_type={"name": name}).response.type_id
    play("GetContextByTypeAndName", type_name="system.Pipeline", context_name="p")
    p = put_one(play, "context", ids["system.Pipeline"], name="p", c={"pipeline_root": "s3://x"})
    play("PutContexts", contexts=[context(ids["system.Pipeline"], name="p")])
    r = put_one(
        play, "context", ids["system.PipelineRun"], name="run-id", c={"namespace": "ns", "resource_name": "run"}
    )
    for _ in range(2):
        play("PutParentContexts", parent_contexts=[{"parent_id": p, "child_id": r}])
    for name in ("system.DAGExecution", "system.ContainerExecution", "system.ImporterExecution"):
        for _ in range(2):
            ids[name] = play("PutExecutionType", execution_type={"name": name}).response.type_id
    both = [context(ids["system.Pipeline"], id=p, name="p"), context(ids["system.PipelineRun"], id=r, name="run-id")]
    root = execution(
        ids["system.DAGExecution"],
        name="run/run-id",
        last_known_state=2,
        c={"display_name": "root", "inputs": {"a": 1}},
    )
    dag = play("PutExecution", execution=root, contexts=both).response.execution_id
    play("PutExecution", execution=root, contexts=both)
    ids["system.Dataset"] = play("PutArtifactType", artifact_type={"name": "system.Dataset"}).response.type_id
    for task in ("one", "two"):
        custom = {
            "task_name": task,
            "parent_dag_id": dag,
            "image": "python",
            "inputs": {},
            "iteration_index": 0,
            "cache_fingerprint": task,
        }
        step = execution(ids["system.ContainerExecution"], c=custom, last_known_state=2)
        step.id = play("PutExecution", execution=step, contexts=both).response.execution_id
        step.last_known_state = 3
        pair = {
            "artifact": artifact(ids["system.Dataset"], uri=f"s3://x/{task}", state=2, c={"display_name": "out"}),
            "event": event(None, None, "OUTPUT", path=["out"]),
        }
        play("PutExecution", execution=step, artifact_event_pairs=[pair], contexts=both)
    for given in (
        options(f"custom_properties.parent_dag_id.int_value = {dag}", token=""),
        options(token=""),
        options("", token=""),
        None,
    ):
        more = {} if given is None else {"options": given}
        play("GetExecutionsByContext", context_id=r, **more)
        play("GetExecutionsByContext", context_id=p, **more)
    play("GetExecutionByTypeAndName", type_name="system.DAGExecution", execution_name="run/run-id")
    play("GetExecutionsByID", execution_ids=[dag, 999])
    play("GetContextsByExecution", execution_id=dag)
    made = play("GetArtifactsByURI", uris=["s3://x/one"]).response.artifacts[0].id
    play("GetContextsByArtifact", artifact_id=made)
    play("GetParentContextsByContext", context_id=r)
    play("GetArtifactsByURI", uris=["s3://x/one"])
    play("GetEventsByArtifactIDs", artifact_ids=[made])
    # Its web page: one hop each way, of nothing as well.
    play("GetEventsByExecutionIDs", execution_ids=[])
    play("GetArtifactsByID", artifact_ids=[])
    play("GetExecutionsByID", execution_ids=[])
    play("GetEventsByArtifactIDs", artifact_ids=[])
    play("GetArtifactsByContext", context_id=r)
    play("GetArtifacts", options=options(size=10, token=""))
    play("GetExecutions", options=options(size=1, token=""))


@scenario
def kale_writes_its_runs(play: Play) -> None:
    play("GetContextTypes")
    play("GetContextByTypeAndName", type_name="KfpRun", context_name="workflow")
    run = play(
        "PutContextType",
        context_type={"name": "KfpRun", "properties": {"run_id": 3, "pipeline_name": 3, "workflow_name": 3}},
    ).response.type_id
    c = put_one(
        play, "context", run, name="workflow", p={"run_id": "1", "pipeline_name": "p", "workflow_name": "workflow"}
    )
    names = ("run_id", "pipeline_name", "component_id", "state")
    step_type = play(
        "PutExecutionType", execution_type={"name": "train", "properties": dict.fromkeys(names, 3)}
    ).response.type_id
    custom = {"kfp_pod_name": "pod", "pod_namespace": "ns", "kubeflow-kale.org/state": "RUNNING"}
    step = execution(step_type, last_known_state=2, p={**dict.fromkeys(names, "x"), "state": "RUNNING"}, c=custom)
    (step.id,) = put(play, "execution", step)
    play("PutAttributionsAndAssociations", associations=[{"execution_id": step.id, "context_id": c}])
    play("GetArtifactType", type_name="RokSnapshot")
    snapshot = play(
        "PutArtifactType", artifact_type={"name": "RokSnapshot", "properties": {"name": 3, "version": 3, "size": 1}}
    ).response.type_id
    (used,) = put(play, "artifact", artifact(snapshot, uri="rok:1", p={"name": "in", "size": 2**40}))
    (made,) = put(play, "artifact", artifact(snapshot, uri="rok:2", p={"name": "out", "version": "2"}))
    play("PutEvents", events=[event(used, step.id, "INPUT", path=["in"])])
    play("PutEvents", events=[event(made, step.id, "OUTPUT", path=["out"])])
    play("PutAttributionsAndAssociations", attributions=[{"artifact_id": made, "context_id": c}])
    step.properties["state"].string_value = "COMPLETE"
    step.custom_properties["kubeflow-kale.org/state"].string_value = "done"
    put(play, "execution", step)
    play("GetExecutionsByID", execution_ids=[step.id])
    play("GetArtifactsByID", artifact_ids=[used, made])
    play("GetExecutions", options=options("custom_properties.`kubeflow-kale.org/state`.string_value = 'done'"))


@scenario
def kubeflow_metadata_asks_for_types_first(play: Play) -> None:
    for name in ("data_set", "model", "metrics"):
        play("GetArtifactType", type_name=f"kubeflow.org/alpha/{name}", says="No type found")
    play("GetContextsByType", type_name="kubeflow.org/alpha/workspace")
    id = play("PutArtifactType", artifact_type={"name": "kubeflow.org/alpha/model"}).response.type_id
    put(play, "artifact", artifact(id, uri="m"))
    play("GetArtifactsByType", type_name="kubeflow.org/alpha/model")
