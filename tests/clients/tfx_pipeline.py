"""A TFX pipeline of three Python functions, run by TFX's own runner. It is a program of its own, in the environment
that graphmeta.testing.tfx makes: TFX needs Python 3.9 or 3.10, and the tests run on any.

    python tfx_pipeline.py '{"store": ..., "install": false, "root": "/tmp/x", "runs": ["fresh", "cached"]}'

`store` is {"file": path} or {"host": ..., "port": ...}. With `install` what imports ml_metadata finds graphmeta.
It writes one JSON object: what each run did, what TFX's resolvers found, and all that the store holds, in words that
do not depend on when or where it was run.
"""

import json
import sys

request = json.loads(sys.argv[1])
if request["install"]:
    import graphmeta.mlmd

    graphmeta.mlmd.install()

from pathlib import Path  # noqa: E402

import ml_metadata as mlmd  # noqa: E402
from ml_metadata.proto import metadata_store_pb2 as pb  # noqa: E402
from tfx.dsl.component.experimental.annotations import InputArtifact, OutputArtifact, Parameter  # noqa: E402
from tfx.dsl.component.experimental.decorators import component  # noqa: E402
from tfx.dsl.components.common.importer import Importer  # noqa: E402
from tfx.dsl.components.common.resolver import Resolver  # noqa: E402
from tfx.dsl.input_resolution.ops import ops  # noqa: E402
from tfx.dsl.input_resolution.resolver_op import Context  # noqa: E402
from tfx.dsl.input_resolution.strategies.latest_artifact_strategy import LatestArtifactStrategy  # noqa: E402
from tfx.orchestration import pipeline as pipelines  # noqa: E402
from tfx.orchestration.local.local_dag_runner import LocalDagRunner  # noqa: E402
from tfx.orchestration.metadata import Metadata  # noqa: E402
from tfx.orchestration.portable.input_resolution.mlmd_resolver.metadata_resolver import MetadataResolver  # noqa: E402
from tfx.types import system_executions  # noqa: E402
from tfx.types.artifact_utils import deserialize_artifact  # noqa: E402
from tfx.types.channel import Channel  # noqa: E402
from tfx.types.standard_artifacts import Examples, ExampleStatistics, Model, ModelEvaluation, Schema  # noqa: E402

# ---------------------------------------------------------------- the steps


@component(component_annotation=system_executions.Process)
def Generate(  # noqa: N802 (a component is a class)
    examples: OutputArtifact[Examples], statistics: OutputArtifact[ExampleStatistics], rows: Parameter[int]
):
    examples.span = 3
    examples.split_names = '["train", "eval"]'
    examples.set_string_custom_property("format", "csv")
    _write(examples.uri, "\n".join(str(row) for row in range(rows)))
    _write(statistics.uri, f"{rows} rows")


@component(component_annotation=system_executions.Train)
def Train(  # noqa: N802
    examples: InputArtifact[Examples],
    schema: InputArtifact[Schema],
    model: OutputArtifact[Model],
    rate: Parameter[float],
    fails: Parameter[int] = 0,
):
    if fails:
        raise ValueError("the step was told to fail")
    model.set_float_custom_property("loss", rate / 2)
    model.set_json_value_custom_property("layers", {"hidden": [16, 8]})
    _write(model.uri, f"{rate} from {examples.uri} and {schema.uri}")


@component(component_annotation=system_executions.Evaluate)
def Evaluate(  # noqa: N802
    model: InputArtifact[Model], examples: InputArtifact[Examples], evaluation: OutputArtifact[ModelEvaluation]
):
    _write(evaluation.uri, f"{model.uri} on {examples.uri}")


@component
def Deploy(model: InputArtifact[Model], examples: InputArtifact[Examples]):  # noqa: N802
    pass


def _write(folder, text):
    Path(folder).mkdir(parents=True, exist_ok=True)
    (Path(folder) / "data.txt").write_text(text)


# ---------------------------------------------------------------- the pipelines


def training(rate=0.5, fails=0):
    schema = Importer(source_uri="s3://bucket/schema", artifact_type=Schema).with_id("Import")
    generate = Generate(rows=10)
    train = Train(examples=generate.outputs["examples"], schema=schema.outputs["result"], rate=rate, fails=fails)
    evaluate = Evaluate(model=train.outputs["model"], examples=generate.outputs["examples"])
    return pipeline([schema, generate, train, evaluate])


def deploying():
    latest = Resolver(
        strategy_class=LatestArtifactStrategy, model=Channel(type=Model), examples=Channel(type=Examples)
    ).with_id("Latest")
    return pipeline([latest, Deploy(model=latest.outputs["model"], examples=latest.outputs["examples"])])


def pipeline(components):
    """Both have one name: TFX resolves among what its own pipeline made."""
    return pipelines.Pipeline(
        pipeline_name="training",
        pipeline_root=request["root"],
        components=components,
        enable_cache=True,
        metadata_connection_config=config,
    )


RUNS = {
    "fresh": training,
    "cached": training,
    "failed": lambda: training(rate=0.25, fails=1),
    "resolved": deploying,
}


def run(name):
    """Run a pipeline to its end; what it raised, if it did."""
    try:
        LocalDagRunner().run(RUNS[name]())
    except ValueError as error:
        return str(error)
    return ""


# ---------------------------------------------------------------- what TFX's resolvers ask


def resolve(handle):
    """What TFX's MetadataResolver and its operators on lineage find from each end of it: ids."""
    store = handle.store
    resolver = MetadataResolver(store)
    upstream, downstream = (
        resolver.get_upstream_artifacts_by_artifact_ids,
        resolver.get_downstream_artifacts_by_artifact_ids,
    )
    examples, model, evaluation = (
        store.get_artifacts_by_type(name)[0] for name in ("Examples", "Model", "ModelEvaluation")
    )

    def is_output(event):
        return event.type == pb.Event.OUTPUT

    def ids(found):
        """Ids of the artifacts by what they were found for; some answers have the type beside each."""
        return {
            str(key): sorted((node[0] if isinstance(node, (tuple, list)) else node).id for node in nodes)
            for key, nodes in found.items()
        }

    def operate(operator, start, **properties):
        """One of the operators that a resolver function is made of, on an artifact."""
        made = operator.create(**properties)
        made.set_context(Context(handle))
        (type_,) = store.get_artifact_types_by_id([start.type_id])
        return ids(made.apply([deserialize_artifact(type_, start)]))

    return {
        "downstream": ids(downstream([examples.id, model.id])),
        "downstream, two hops": ids(downstream([examples.id], max_num_hops=2)),
        "downstream, models that live": ids(downstream([examples.id], filter_query='type = "Model" AND state = LIVE')),
        "upstream": ids(upstream([evaluation.id])),
        "upstream, no hop": ids(upstream([model.id], max_num_hops=0, filter_query='type = "Model"')),
        "upstream, outputs": ids(upstream([model.id], event_filter=is_output)),
        "upstream by URI": ids(resolver.get_upstream_artifacts_by_artifact_uri(evaluation.uri)),
        "downstream by URI": ids(resolver.get_downstream_artifacts_by_artifact_uri(examples.uri)),
        "siblings": operate(ops.Siblings, examples),
        "traversal": operate(
            ops.GraphTraversal, evaluation, traverse_upstream=True, artifact_type_names=["Examples"],
            node_ids=["Generate"],
        ),
    }  # fmt: skip


# ---------------------------------------------------------------- what the store holds


def holdings(store):
    """Types, nodes, events and what belongs together, without times."""
    artifacts, executions, contexts = store.get_artifacts(), store.get_executions(), store.get_contexts()
    belongs = {
        "attributions": [[node.id, [each.id for each in contexts_of(store.get_contexts_by_artifact, node)]]
                         for node in artifacts],
        "associations": [[node.id, [each.id for each in contexts_of(store.get_contexts_by_execution, node)]]
                         for node in executions],
        "parents": [[node.id, [each.id for each in store.get_parent_contexts_by_context(node.id)]]
                    for node in contexts],
    }  # fmt: skip
    return {
        "artifact types": [plain(each) for each in store.get_artifact_types()],
        "execution types": [plain(each) for each in store.get_execution_types()],
        "context types": [plain(each) for each in store.get_context_types()],
        "artifacts": [plain(each) for each in artifacts],
        "executions": [plain(each) for each in executions],
        "contexts": [plain(each) for each in contexts],
        "events": [plain(each) for each in store.get_events_by_execution_ids([node.id for node in executions])],
        **belongs,
    }


def contexts_of(ask, node):
    try:
        return sorted(ask(node.id), key=lambda context: context.id)
    except mlmd.errors.NotFoundError:
        return []


def plain(message):
    """A message as JSON, without what is a time."""
    from google.protobuf import json_format

    found = json_format.MessageToDict(message, preserving_proto_field_name=True)
    for field in ("create_time_since_epoch", "last_update_time_since_epoch", "milliseconds_since_epoch"):
        found.pop(field, None)
    return found


def timeless(text, store):
    """The text with numbers in place of what a run draws from the clock or by lot: run ids, the digests of the
    cache, the names of executions."""
    drawn = {
        "pipeline_run": store.get_contexts_by_type("pipeline_run"),
        "execution_cache": store.get_contexts_by_type("execution_cache"),
        "execution": store.get_executions(),
    }
    for kind, nodes in drawn.items():
        for number, node in enumerate(sorted(nodes, key=lambda node: node.id), 1):
            text = text.replace(node.name, f"<{kind} {number}>")
    return text.replace(request["root"], "<root>")


# ---------------------------------------------------------------- the program


def connection_config():
    if "file" in request["store"]:
        made = pb.ConnectionConfig()
        made.sqlite.filename_uri = request["store"]["file"]
        made.sqlite.connection_mode = pb.SqliteMetadataSourceConfig.READWRITE_OPENCREATE
        return made
    return pb.MetadataStoreClientConfig(host=request["store"]["host"], port=request["store"]["port"])


config = connection_config()


def main():
    raised = {name: run(name) for name in request["runs"]}
    with Metadata(config) as handle:
        store = handle.store
        told = {"raised": raised, "resolved": resolve(handle), "holds": holdings(store)}
        told = json.loads(timeless(json.dumps(told, sort_keys=True), store))
    told["ml_metadata"] = mlmd.__file__ or ""
    sys.stdout.write(json.dumps(told))


main()
