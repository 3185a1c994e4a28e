"""What is asked of MLMD's interface, in the words of ml_metadata's API alone: the same code runs on either package.

Each workload is a function `(store, ids) -> once`; `once(number)` makes one call and returns how much it wrote or
found, so that both sides can be held to the same answer. Runs in the oracle's environment too, without graphmeta.
"""

import importlib
from functools import partial

# Set by `choose`: the package that is measured, and its messages.
mlmd = pb = None

DECLARED = {"span": 1, "rate": 2, "split": 3, "digest": 3}  # INT, DOUBLE, STRING, STRING
LAYERS, WIDTH = 100, 100
OF_ONE_TYPE = 8_000


def choose(package):
    """Take `ml_metadata` or what mirrors it, by name."""
    global mlmd, pb
    mlmd = importlib.import_module(package)
    pb = importlib.import_module(f"{package}.proto.metadata_store_pb2")


def put_types(store):
    """The types of every workload, and a context and an artifact that puts refer to."""
    ids = {name: store.put_artifact_type(pb.ArtifactType(name=name, properties=DECLARED)) for name in
           ("Dataset", "Model", "Feature")}  # fmt: skip
    ids["Trainer"] = store.put_execution_type(pb.ExecutionType(name="Trainer", properties={"epochs": pb.INT}))
    ids["Run"] = store.put_context_type(pb.ContextType(name="Run"))
    run = store.get_context_by_type_and_name("Run", "bench")
    ids["run"] = run.id if run else store.put_contexts([pb.Context(type_id=ids["Run"], name="bench")])[0]
    (ids["schema"],) = store.put_artifacts([artifact(ids["Dataset"], "schema", 0)])
    return ids


def artifact(type_id, name, number):
    made = pb.Artifact(type_id=type_id, uri=f"s3://bucket/{name}/{number}", state=pb.Artifact.LIVE)
    made.properties["span"].int_value = number
    made.properties["rate"].double_value = number / 8
    made.properties["split"].string_value = "train"
    made.properties["digest"].string_value = f"sha256:{number:064x}"
    return made


def execution(ids, number):
    made = pb.Execution(type_id=ids["Trainer"], last_known_state=pb.Execution.COMPLETE)
    made.properties["epochs"].int_value = number
    return made


def event(kind, key, artifact_id=None, index=0):
    made = pb.Event(type=kind, artifact_id=artifact_id)
    made.path.steps.add().key = key
    made.path.steps.add().index = index
    return made


# ---------------------------------------------------------------- writing


def put_execution(store, ids):
    """One execution, two artifacts with four properties each, three events with paths, one association and two
    attributions: the put of graphs.put_step."""
    run = pb.Context(type_id=ids["Run"], name="bench")

    def once(number):
        pairs = [
            (artifact(ids["Dataset"], "dataset", number), event(pb.Event.INPUT, "examples")),
            (artifact(ids["Model"], "model", number), event(pb.Event.OUTPUT, "model")),
            (None, event(pb.Event.INPUT, "schema", ids["schema"])),
        ]
        done = store.put_execution(execution(ids, number), pairs, [run], reuse_context_if_already_exist=True)
        return len(done[1])

    return once


def put_artifacts(many, store, ids):
    def once(number):
        made = [artifact(ids["Feature"], "feature", number * many + each) for each in range(many)]
        return len(store.put_artifacts(made))

    return once


def put_lineage_subgraph(store, ids):
    """100 executions and 100 artifacts, 400 events: each execution makes one and reads three of the others."""
    run = pb.Context(type_id=ids["Run"], name="bench")

    def once(number):
        executions = [execution(ids, number * 100 + each) for each in range(100)]
        artifacts = [artifact(ids["Feature"], "feature", number * 100 + each) for each in range(100)]
        edges = []
        for each in range(100):
            edges.append((each, each, event(pb.Event.OUTPUT, "made")))
            edges += [(each, (each + other) % 100, event(pb.Event.INPUT, "read", index=other)) for other in (1, 2, 3)]
        done = store.put_lineage_subgraph(executions, artifacts, [run], edges, reuse_context_if_already_exist=True)
        return len(done[0]) + len(done[1])

    return once


# ---------------------------------------------------------------- reading, in a store that `fill` has filled


def fill(store, ids):
    """A DAG of 10,000 executions with one model each: 100 layers of 100, each execution reads two models of the
    layer before. Each layer is in a context of its own. And 8,000 datasets beside it.

    Returns:
        the id of a model of the last layer, and of one in the middle.
    """
    before = []
    for layer in range(LAYERS):
        run = pb.Context(type_id=ids["Run"], name=f"layer-{layer}")
        executions, models, edges = [], [], []
        for each in range(WIDTH):
            number = layer * WIDTH + each
            executions.append(execution(ids, number))
            made = artifact(ids["Model"], "layered", number)
            made.name = f"model-{number}"
            models.append(made)
            edges.append((each, each, event(pb.Event.OUTPUT, "model")))
            if before:
                inputs = (before[each], before[(each + 1) % WIDTH])
                edges += [(each, None, event(pb.Event.INPUT, "base", node, index)) for index, node in enumerate(inputs)]
        _, before, _ = store.put_lineage_subgraph(executions, models, [run], edges)
    for start in range(0, OF_ONE_TYPE - 1, 1_000):
        # The schema is of this type already.
        many = min(1_000, OF_ONE_TYPE - 1 - start)
        store.put_artifacts([artifact(ids["Dataset"], "data", start + each) for each in range(many)])
    first = before[0] - LAYERS * WIDTH + WIDTH
    return {"last": before[0], "middle": first + LAYERS * WIDTH // 2}


def filtered(query, store, ids):
    def once(number):
        return len(store.get_artifacts(mlmd.ListOptions(filter_query=query.format(middle=ids["middle"]))))

    return once


def get_lineage_subgraph(store, ids):
    """Upstream, 100 hops: a triangle of 50 layers."""
    options = pb.LineageSubgraphQueryOptions(max_num_hops=100, direction=pb.LineageSubgraphQueryOptions.UPSTREAM)
    options.starting_artifacts.filter_query = f"id = {ids['last']}"

    def once(number):
        found = store.get_lineage_subgraph(options, ["artifacts", "executions", "events"])
        return len(found.artifacts) + len(found.executions) + len(found.events)

    return once


def by_id(many, store, ids):
    wanted = list(range(ids["middle"], ids["middle"] + many))
    return lambda number: len(store.get_artifacts_by_id(wanted))


def by_type(store, ids):
    return lambda number: len(store.get_artifacts_by_type("Dataset"))


def by_context(store, ids):
    context = store.get_context_by_type_and_name("Run", "layer-50").id
    return lambda number: len(store.get_artifacts_by_context(context))


def by_type_and_name(store, ids):
    return lambda number: len(store.get_artifact_by_type_and_name("Model", "model-77").properties)


def events_by_artifact(store, ids):
    return lambda number: len(store.get_events_by_artifact_ids([ids["middle"]]))


WRITES = {
    "put_execution": put_execution,
    "put_artifacts, one": partial(put_artifacts, 1),
    "put_artifacts, 1,000": partial(put_artifacts, 1_000),
    "put_lineage_subgraph": put_lineage_subgraph,
}
READS = {
    "filter by URI": partial(filtered, 'uri = "s3://bucket/layered/5000"'),
    "filter by property and type": partial(filtered, 'type = "Model" AND properties.span.int_value < 50'),
    "filter by context": partial(filtered, 'contexts_0.name = "layer-50"'),
    "filter by event": partial(filtered, "events_0.type = INPUT AND events_0.execution_id IN (1001, 2001, 3001)"),
    "get_lineage_subgraph": get_lineage_subgraph,
    "by id, 100": partial(by_id, 100),
    "by type, 8,000": by_type,
    "by context, 100": by_context,
    "by id, one": partial(by_id, 1),
    "by type and name": by_type_and_name,
    "events by artifact": events_by_artifact,
}
