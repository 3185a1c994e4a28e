"""Every method of ml_metadata's own MetadataStore, with good and bad arguments. It is a program of its own, in the
environment that graphmeta.testing.oracle makes; the same calls are put to ml-metadata itself and to a server.

    python mlmd_client.py '{"file": path}'
    python mlmd_client.py '{"host": ..., "port": ...}'

It writes one JSON object: `methods`, the names that the class has, and `answers`, one for each call in turn: its
method, and what came back, without times, or the class and code of the error.
"""

import json
import sys

import ml_metadata as mlmd
from ml_metadata.proto import metadata_store_pb2 as pb
from mlmd_recorder import Recorder, ranked

# ---------------------------------------------------------------- the calls


def put_types(store):
    data = pb.ArtifactType(
        name="Data", version="2", description="rows", external_id="type-data", base_type=pb.ArtifactType.DATASET
    )
    for name, kind in {"rows": pb.INT, "rate": pb.DOUBLE, "split": pb.STRING, "shape": pb.STRUCT}.items():
        data.properties[name] = kind
    ids = {"Data": store.put_artifact_type(data), "again": store.put_artifact_type(data)}
    more = pb.ArtifactType(name="Data", version="2", properties={"sorted": pb.BOOLEAN})
    store.put_artifact_type(more)
    store.put_artifact_type(more, can_add_fields=True)
    store.put_artifact_type(more, can_add_fields=True, can_omit_fields=True)
    store.put_artifact_type(pb.ArtifactType())
    ids["Model"] = store.put_artifact_type(pb.ArtifactType(name="Model", base_type=pb.ArtifactType.MODEL))
    train = pb.ExecutionType(name="Train", external_id="type-train", base_type=pb.ExecutionType.TRAIN)
    train.properties["epochs"] = pb.INT
    train.input_type.dict.properties["data"].simple.name = "Data"
    ids["Train"] = store.put_execution_type(train)
    store.put_execution_type(pb.ExecutionType(name="Train", properties={"epochs": pb.STRING}))
    ids["Clean"] = store.put_execution_type(pb.ExecutionType(name="Clean"))
    ids["Run"] = store.put_context_type(
        pb.ContextType(name="Run", external_id="type-run", properties={"owner": pb.STRING})
    )
    ids["Project"] = store.put_context_type(pb.ContextType(name="Project"))
    store.put_context_type(pb.ContextType(name="Run", properties={"team": pb.STRING}), can_omit_fields=True)
    return ids


def read_types(store, ids):
    for kind, name, version, other in (
        ("artifact", "Data", "2", "type-data"),
        ("execution", "Train", None, "type-train"),
        ("context", "Run", None, "type-run"),
    ):
        one, many = getattr(store, f"get_{kind}_type"), f"get_{kind}_types"
        one(name, version)
        one(name, "7")
        one("mlmd.Dataset")
        getattr(store, many)()
        by_id, by_external = getattr(store, f"{many}_by_id"), getattr(store, f"{many}_by_external_ids")
        by_id([ids[name], 10_000, 1])
        by_id([])
        by_external([other, "nobody"])
        by_external(["nobody"])
        by_external([""])


def put_nodes(store, ids):
    data = pb.Artifact(
        type_id=ids["Data"], name="churn", uri="s3://bucket/churn", external_id="ext-1", state=pb.Artifact.LIVE
    )
    data.properties["rows"].int_value = 9_007_199_254_740_993
    data.properties["rate"].double_value = 0.25
    data.properties["split"].string_value = "train — ü"
    data.properties["shape"].struct_value.update({"columns": ["a", None, {"b": 1.5}], "wide": True})
    data.custom_properties["note"].string_value = ""
    data.custom_properties["checked"].bool_value = True
    data.custom_properties["kubeflow-kale.org/state"].string_value = "done"
    many = [pb.Artifact(type_id=ids["Model"], uri=f"s3://models/{number % 7}") for number in range(230)]
    (first, *_) = store.put_artifacts([data, *many])
    store.put_artifacts([data])
    store.put_artifacts([pb.Artifact(uri="no type")])
    store.put_artifacts([pb.Artifact(type_id=ids["Train"])])
    wrong = pb.Artifact(type_id=ids["Data"])
    wrong.properties["rows"].double_value = 1.0
    store.put_artifacts([wrong])
    (before,) = store.get_artifacts_by_id([first])
    store.put_artifacts([before])
    (after,) = store.get_artifacts_by_id([first])
    store.note("an update of nothing keeps the time", before == after)
    masked = pb.Artifact(id=first, type_id=ids["Data"], uri="s3://elsewhere", state=pb.Artifact.DELETED)
    masked.custom_properties["note"].string_value = "masked"
    store.put_artifacts([masked], field_mask_paths=["uri", "custom_properties.note"])
    store.get_artifacts_by_id([first])
    store.note("a change moves the time", last_update(store, first) > before.last_update_time_since_epoch)

    runs = [pb.Context(type_id=ids["Run"], name=f"run-{number}", external_id=f"run-{number}") for number in range(3)]
    runs[0].properties["owner"].string_value = "ada"
    project = pb.Context(type_id=ids["Project"], name="project")
    contexts = store.put_contexts([*runs, project])
    store.put_contexts([runs[0]])
    store.put_contexts([pb.Context(type_id=ids["Run"])])
    renamed = pb.Context(id=contexts[2], type_id=ids["Run"], name="renamed")
    renamed.custom_properties["seen"].int_value = -1
    store.put_contexts([renamed], field_mask_paths=["name", "custom_properties"])

    clean = pb.Execution(type_id=ids["Clean"], name="clean-1", external_id="exec-1", last_known_state=pb.Execution.NEW)
    train = pb.Execution(type_id=ids["Train"], last_known_state=pb.Execution.RUNNING)
    train.properties["epochs"].int_value = 3
    executions = store.put_executions([clean, train])
    store.put_executions([clean])
    done = pb.Execution(id=executions[1], type_id=ids["Train"], last_known_state=pb.Execution.COMPLETE)
    store.put_executions([done], field_mask_paths=["last_known_state"])
    store.put_executions([pb.Execution(id=10_000, type_id=ids["Train"])])
    return first, executions, contexts


def last_update(store, id):
    (artifact,) = store.get_artifacts_by_id([id])
    return artifact.last_update_time_since_epoch


def event(kind, artifact, execution, *path):
    made = pb.Event(type=kind, artifact_id=artifact, execution_id=execution)
    for step in path:
        if isinstance(step, int):
            made.path.steps.add().index = step
        else:
            made.path.steps.add().key = step
    return made


def put_edges(store, first, executions, contexts):
    clean, train = executions
    store.put_events(
        [
            event(pb.Event.OUTPUT, first, clean, "data", 0),
            event(pb.Event.INPUT, first, train, "data", 0),
            event(pb.Event.DECLARED_OUTPUT, first + 1, train, 7, "model"),
        ]
    )
    store.put_events([event(pb.Event.INPUT, first, train)])
    store.put_events([event(pb.Event.INPUT, 10_000, train)])
    store.put_events([pb.Event(artifact_id=first, execution_id=train)])
    run, project = contexts[0], contexts[3]
    attributions = [pb.Attribution(artifact_id=node, context_id=run) for node in (first, first + 1)]
    associations = [pb.Association(execution_id=node, context_id=run) for node in executions]
    for _ in range(2):
        store.put_attributions_and_associations(attributions, associations)
    store.put_attributions_and_associations([pb.Attribution(artifact_id=first, context_id=10_000)], [])
    parents = [pb.ParentContext(child_id=child, parent_id=project) for child in contexts[:2]]
    store.put_parent_contexts(parents)
    store.put_parent_contexts(parents)
    store.put_parent_contexts([pb.ParentContext(child_id=project, parent_id=run)])


def put_whole(store, ids):
    """The two calls that write a piece of lineage at once."""
    source = pb.Artifact(type_id=ids["Data"], uri="s3://source", external_id="ext-source")
    model = pb.Artifact(type_id=ids["Model"], name="model-1", state=pb.Artifact.PENDING)
    run = pb.Context(type_id=ids["Run"], name="run-0")
    step = pb.Execution(type_id=ids["Train"], name="train-1")
    pairs = [(source, event(pb.Event.INPUT, None, None, "data")), (model, event(pb.Event.OUTPUT, None, None, "model"))]
    store.put_execution(step, pairs, [run])
    step.id, made, _ = store.put_execution(step, pairs, [run], reuse_context_if_already_exist=True)
    again = pb.Artifact(type_id=ids["Data"], uri="s3://source/again", external_id="ext-source")
    store.put_execution(
        pb.Execution(type_id=ids["Clean"]), [(again,)], [], reuse_artifact_if_already_exist_by_external_id=True
    )
    store.put_execution(pb.Execution(type_id=ids["Clean"]), [(pb.Artifact(type_id=10_000), None)], [])
    known = pb.Context(id=1)
    store.put_execution(step, [], [known], reuse_context_if_already_exist=True, force_reuse_context=True)
    (before,) = store.get_executions_by_id([step.id])
    store.put_execution(before, [(None, event(pb.Event.INPUT, made[1], step.id))], [], force_update_time=True)
    (after,) = store.get_executions_by_id([step.id])
    store.note("the time was forced on", after.last_update_time_since_epoch > before.last_update_time_since_epoch)

    steps = [pb.Execution(type_id=ids["Clean"]), pb.Execution(type_id=ids["Train"])]
    nodes = [pb.Artifact(type_id=ids["Data"], external_id="ext-9"), pb.Artifact(type_id=ids["Model"])]
    contexts = [run, pb.Context(type_id=ids["Project"], name="another")]
    edges = [
        (0, 0, event(pb.Event.OUTPUT, None, None, "out", 0)),
        (1, 0, event(pb.Event.INPUT, None, None, "in", 0)),
        (1, 1, event(pb.Event.OUTPUT, None, None, "model", 0)),
        (0, None, event(pb.Event.INPUT, made[0], None, "in", 0)),
    ]
    store.put_lineage_subgraph(steps, nodes, contexts, edges)
    store.put_lineage_subgraph(steps, nodes, contexts, edges, reuse_context_if_already_exist=True)
    store.put_lineage_subgraph(
        [], nodes[:1], contexts, [], reuse_context_if_already_exist=True,
        reuse_artifact_if_already_exist_by_external_id=True,
    )  # fmt: skip
    store.put_lineage_subgraph(steps, nodes, [], [(5, 0, event(pb.Event.OUTPUT, None, None))])


def read_nodes(store, first, executions, contexts):
    for kind, node, name, ext, type_name, version in (
        ("artifact", first, "churn", "ext-9", "Data", "2"),
        ("execution", executions[0], "clean-1", "exec-1", "Clean", None),
        ("context", contexts[0], "run-0", "run-0", "Run", None),
    ):
        getattr(store, f"get_{kind}s_by_id")([node, 10_000, node + 1, node])
        getattr(store, f"get_{kind}s_by_id")([])
        getattr(store, f"get_{kind}s_by_type")(type_name, version)
        getattr(store, f"get_{kind}s_by_type")("Nothing")
        getattr(store, f"get_{kind}_by_type_and_name")(type_name, name, version)
        getattr(store, f"get_{kind}_by_type_and_name")(type_name, "nobody", version)
        getattr(store, f"get_{kind}_by_type_and_name")("Nothing", name)
        getattr(store, f"get_{kind}s_by_external_ids")([ext, "nobody"])
        getattr(store, f"get_{kind}s_by_external_ids")(["nobody"])
    store.get_artifacts_by_uri("s3://models/3")
    store.get_artifacts_by_uri("s3://nowhere")
    store.get_artifacts_and_types_by_artifact_ids([first, first + 1, 10_000])
    store.get_artifacts_and_types_by_artifact_ids([])


def read_edges(store, first, executions, contexts):
    store.get_events_by_artifact_ids([first, first + 1, 10_000])
    store.get_events_by_execution_ids([*executions, 10_000])
    store.get_events_by_execution_ids([])
    store.get_contexts_by_artifact(first)
    store.get_contexts_by_artifact(first + 5)
    store.get_contexts_by_execution(executions[0])
    store.get_contexts_by_execution(10_000)
    for context in (contexts[0], contexts[3], 10_000):
        store.get_parent_contexts_by_context(context)
        store.get_children_contexts_by_context(context)
        store.get_artifacts_by_context(context)
        store.get_executions_by_context(context)


def read_lists(store, contexts):
    order = mlmd.OrderByField
    for options in (
        None,
        mlmd.ListOptions(),
        mlmd.ListOptions(limit=3),
        mlmd.ListOptions(limit=150, order_by=order.CREATE_TIME, is_asc=False),
        mlmd.ListOptions(limit=-1),
    ):
        store.get_artifacts(options)
        store.get_executions(options)
        store.get_contexts(options)
        store.get_artifacts_by_context(contexts[0], options)
        store.get_executions_by_context(contexts[0], options)
    for method in ("get_artifacts", "get_executions", "get_contexts"):
        found = getattr(store, method)(mlmd.ListOptions(order_by=order.UPDATE_TIME))
        # What was written within one millisecond is in the order of ids: which these are, a clock decides.
        store.unordered()
        keys = [(node.last_update_time_since_epoch, node.id) for node in found]
        store.note("the last updated come last", keys == sorted(keys))
    for query in (
        'type = "Model" AND uri LIKE "s3://models/%"',
        "properties.rows.int_value > 5 OR custom_properties.checked.bool_value = TRUE",
        'custom_properties.`kubeflow-kale.org/state`.string_value = "done"',
        'contexts_0.type = "Run" AND contexts_0.name = "run-0"',
        "(contexts_0.id = 1) AND (contexts_1.id = 1)",
        "events_0.type = OUTPUT AND state = LIVE",
        "state = PENDING",
        "id IN (1, 2, 3) AND create_time_since_epoch > 0",
        "no_such_field = 1",
        "id = 1; DROP TABLE Artifact",
    ):
        store.get_artifacts(mlmd.ListOptions(filter_query=query))
        store.get_artifacts_by_context(contexts[0], mlmd.ListOptions(filter_query=query))
    for query in (
        "last_known_state = COMPLETE",
        'type IN ("Train", "Clean") AND contexts_a.name = "run-0"',
        "properties.epochs.int_value BETWEEN 1 AND 5",
        "events_x.artifact_id = 1 AND events_x.type = INPUT",
    ):
        store.get_executions(mlmd.ListOptions(filter_query=query))
        store.get_executions_by_context(contexts[0], mlmd.ListOptions(limit=5, filter_query=query))
    for query in (
        'properties.owner.string_value = "ada"',
        'parent_contexts_p.name = "project"',
        "child_contexts_c.id = 1 OR artifacts_a.state = LIVE",
        "executions_e.last_known_state = COMPLETE",
    ):
        store.get_contexts(mlmd.ListOptions(filter_query=query))


def read_lineage(store):
    options = pb.LineageSubgraphQueryOptions
    for asked in (
        options(starting_artifacts={"filter_query": 'name = "churn"'}),
        options(starting_artifacts={"filter_query": 'name = "churn"'}, direction=options.DOWNSTREAM, max_num_hops=2),
        options(starting_executions={"filter_query": "id = 2"}, direction=options.UPSTREAM),
        options(starting_executions={"filter_query": "id = 2"}, max_num_hops=0),
        options(
            starting_artifacts={"filter_query": "id = 1"},
            ending_executions={"filter_query": 'type = "Train"', "include_ending_nodes": True},
        ),
        options(starting_artifacts={"filter_query": "id = 10000"}),
        options(starting_artifacts={"filter_query": "id = 1"}, max_num_hops=-1),
        options(),
    ):
        store.get_lineage_subgraph(asked)
        store.unordered()
        store.get_lineage_subgraph(asked, ["artifacts", "events", "artifact_types"])
        store.unordered()


# ---------------------------------------------------------------- the program


def connect(where):
    if "file" in where:
        config = pb.ConnectionConfig()
        config.sqlite.filename_uri = where["file"]
        config.sqlite.connection_mode = pb.SqliteMetadataSourceConfig.READWRITE_OPENCREATE
        return mlmd.MetadataStore(config)
    return mlmd.MetadataStore(pb.MetadataStoreClientConfig(host=where["host"], port=where["port"]))


def main():
    unrecorded = connect(json.loads(sys.argv[1]))
    store = Recorder(unrecorded)
    ids = put_types(store)
    read_types(store, ids)
    first, executions, contexts = put_nodes(store, ids)
    put_edges(store, first, executions, contexts)
    put_whole(store, ids)
    read_nodes(store, first, executions, contexts)
    read_edges(store, first, executions, contexts)
    read_lists(store, contexts)
    read_lineage(store)
    methods = [
        name
        for name in dir(mlmd.MetadataStore)
        if not name.startswith("_") and callable(getattr(mlmd.MetadataStore, name))
    ]
    sys.stdout.write(json.dumps({"methods": methods, "answers": ranked(store.answers, unrecorded)}))


main()
