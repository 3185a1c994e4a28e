"""ml-metadata 1.17.1 in a process of its own: it must not share one with Python's sqlite3.

Runs in the oracle's environment, without graphmeta. Reads one JSON request a line, answers one a line.
"""

import json
import sys
import time

from ml_metadata.metadata_store import metadata_store
from ml_metadata.proto import metadata_store_pb2 as pb


def connect(path):
    config = pb.ConnectionConfig()
    config.sqlite.filename_uri = path
    config.sqlite.connection_mode = pb.SqliteMetadataSourceConfig.READWRITE_OPENCREATE
    return metadata_store.MetadataStore(config)


class Puts:
    """The put of graphs.put_step, through put_execution."""

    def __init__(self, path):
        self.store = connect(path)
        declared = {"span": pb.INT, "rate": pb.DOUBLE, "split": pb.STRING, "digest": pb.STRING}
        self.data = self.store.put_artifact_type(pb.ArtifactType(name="Dataset", properties=declared))
        self.model = self.store.put_artifact_type(pb.ArtifactType(name="Model", properties=declared))
        self.step = self.store.put_execution_type(pb.ExecutionType(name="Trainer", properties={"epochs": pb.INT}))
        run_type = self.store.put_context_type(pb.ContextType(name="Run"))
        self.run = pb.Context(type_id=run_type, name="bench")
        self.run.id = self.store.put_contexts([self.run])[0]
        self.schema = self.store.put_artifacts([self.artifact(self.data, "Schema", 0)])[0]

    def artifact(self, type_id, name, number):
        made = pb.Artifact(type_id=type_id, uri=f"s3://bucket/{name}/{number}", state=pb.Artifact.LIVE)
        made.properties["span"].int_value = number
        made.properties["rate"].double_value = number / 8
        made.properties["split"].string_value = "train"
        made.properties["digest"].string_value = f"sha256:{number:064x}"
        return made

    def put(self, number):
        step = pb.Execution(type_id=self.step, last_known_state=pb.Execution.COMPLETE)
        step.properties["epochs"].int_value = number
        pairs = [
            (self.artifact(self.data, "Dataset", number), self.event(pb.Event.INPUT, "examples")),
            (self.artifact(self.model, "Model", number), self.event(pb.Event.OUTPUT, "model")),
            (None, self.event(pb.Event.INPUT, "schema", self.schema)),
        ]
        self.store.put_execution(step, pairs, [self.run], reuse_context_if_already_exist=True)

    def event(self, kind, key, artifact_id=None):
        event = pb.Event(type=kind, artifact_id=artifact_id)
        event.path.steps.add().key = key
        event.path.steps.add().index = 0
        return event


def main():
    puts = readers = None
    for line in sys.stdin:
        request = json.loads(line)
        if request["do"] == "open":
            puts = Puts(request["path"])
            answer = {}
        elif request["do"] == "puts":
            start = time.perf_counter()
            for number in range(request["first"], request["first"] + request["count"]):
                puts.put(number)
            answer = {"ms": (time.perf_counter() - start) * 1000 / request["count"]}
        elif request["do"] == "read":
            readers = connect(request["path"])
            answer = {}
        elif request["do"] == "lineage":
            options = pb.LineageSubgraphQueryOptions(
                max_num_hops=100, direction=pb.LineageSubgraphQueryOptions.UPSTREAM
            )
            options.starting_artifacts.filter_query = f"id = {request['artifact']}"
            start = time.perf_counter()
            found = readers.get_lineage_subgraph(options, request["paths"])
            answer = {
                "ms": (time.perf_counter() - start) * 1000,
                "nodes": len(found.artifacts) + len(found.executions),
                "events": len(found.events),
            }
        print(json.dumps(answer), flush=True)


main()
