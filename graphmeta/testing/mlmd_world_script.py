"""Run by the oracle's interpreter: fill a database with ml-metadata itself, or bring a file to an older schema.

    python mlmd_world_script.py fill < {"config": "sqlite {…}", "world": {…}}
    python mlmd_world_script.py downgrade < {"config": "sqlite {…}", "schema": 4}

It needs nothing of graphmeta.
"""

# mypy: ignore-errors
# (Its interpreter is ml-metadata's: none of that is importable from here.)

from __future__ import annotations

import base64
import json
import sys
from typing import Any

from google.protobuf import text_format
from ml_metadata import metadata_store
from ml_metadata.proto import metadata_store_pb2 as pb

TYPES = {"artifact": pb.ArtifactType, "execution": pb.ExecutionType, "context": pb.ContextType}


def fill(config: Any, world: dict[str, Any]) -> None:
    store = metadata_store.MetadataStore(config)
    ids = [put_type(store, **each) for each in world["types"]]
    store.put_artifacts([node(pb.Artifact, ids, **each) for each in world["artifacts"]])
    store.put_executions([node(pb.Execution, ids, **each) for each in world["executions"]])
    store.put_contexts([node(pb.Context, ids, **each) for each in world["contexts"]])
    store.put_events([event(*each) for each in world["events"]])
    for artifact_id, context_id in world["attributions"]:
        store.put_attributions_and_associations([pb.Attribution(artifact_id=artifact_id, context_id=context_id)], [])
    for execution_id, context_id in world["associations"]:
        store.put_attributions_and_associations([], [pb.Association(execution_id=execution_id, context_id=context_id)])
    store.put_parent_contexts(
        [pb.ParentContext(child_id=child, parent_id=parent) for child, parent in world["parents"]]
    )


def put_type(store: Any, kind: str, properties: dict[str, str], base_type: str | None = None, **fields: Any) -> int:
    made = TYPES[kind](**fields)
    for key, value_type in properties.items():
        made.properties[key] = pb.PropertyType.Value(value_type)
    if base_type is not None:
        made.base_type = made.SystemDefinedBaseType.Value(base_type)
    return int(getattr(store, f"put_{kind}_type")(made))


def node(
    message: Any,
    types: list[int],
    type: int,
    properties: dict[str, Any],
    custom_properties: dict[str, Any],
    state: str | None = None,
    **fields: Any,
) -> Any:
    made = message(type_id=types[type], **fields)
    if state is not None and message is pb.Artifact:
        made.state = pb.Artifact.State.Value(state)
    elif state is not None:
        made.last_known_state = pb.Execution.State.Value(state)
    for given, into in ((properties, made.properties), (custom_properties, made.custom_properties)):
        for key, (kind, value) in given.items():
            if kind == "struct":
                into[key].struct_value.SetInParent()
                into[key].struct_value.update(value)
            elif kind == "any":
                into[key].proto_value.SetInParent()
                into[key].proto_value.type_url = value[0]
                into[key].proto_value.value = base64.b64decode(value[1])
            else:
                setattr(into[key], f"{kind}_value", value)
    return made


def event(artifact_id: int, execution_id: int, type: str, path: list[str | int], time: int) -> Any:
    made = pb.Event(
        artifact_id=artifact_id,
        execution_id=execution_id,
        type=pb.Event.Type.Value(type),
        milliseconds_since_epoch=time,
    )
    for step in path:
        made.path.steps.add(**({"index": step} if isinstance(step, int) else {"key": step}))
    return made


request = json.load(sys.stdin)
where = text_format.Parse(request["config"], pb.ConnectionConfig())
if sys.argv[1] == "fill":
    fill(where, request["world"])
else:
    metadata_store.downgrade_schema(where, downgrade_to_schema_version=request["schema"])
