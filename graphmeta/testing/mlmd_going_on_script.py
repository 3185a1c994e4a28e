"""Run by the oracle's interpreter: ml-metadata opens a database that graphmeta made, reads it and writes to it.

    python mlmd_going_on_script.py < {"config": "mysql {…}", "type": "Thing"}

It prints how much of what it sees, and the ids that it gave. It needs nothing of graphmeta.
"""

# mypy: ignore-errors
# (Its interpreter is ml-metadata's: none of that is importable from here.)

from __future__ import annotations

import json
import sys

from google.protobuf import text_format
from ml_metadata import metadata_store
from ml_metadata.proto import metadata_store_pb2 as pb

request = json.load(sys.stdin)
store = metadata_store.MetadataStore(text_format.Parse(request["config"], pb.ConnectionConfig()))
seen = {
    "artifacts": [[each.id, each.name, each.uri] for each in store.get_artifacts()],
    "executions": [each.id for each in store.get_executions()],
    "contexts": [[each.id, each.name] for each in store.get_contexts()],
    "events": len(store.get_events_by_execution_ids([each.id for each in store.get_executions()])),
    "members": [[each.id for each in store.get_artifacts_by_context(context.id)] for context in store.get_contexts()],
    "texts": [
        [each.custom_properties[key].string_value for key in sorted(each.custom_properties)]
        for each in store.get_artifacts()
    ],
}
type_id = store.get_artifact_type(request["type"], request.get("version")).id
artifact = pb.Artifact(type_id=type_id, name="later", uri="s3://büro/später")
artifact.properties["note"].string_value = "später 数据"
execution = pb.Execution(type_id=store.get_execution_type(request["type"]).id)
given = {"type": store.put_artifact_type(pb.ArtifactType(name="Later"))}
given["execution"], [given["artifact"]], _ = store.put_execution(
    execution, [(artifact, pb.Event(type=pb.Event.OUTPUT))], []
)
print(json.dumps({"seen": seen, "given": given}))  # noqa: T201
