"""Run by the interpreter that has ml-metadata: `write` an example file, `add` to one, or `dump` one as JSON."""

import base64
import json
import sys

from google.protobuf import json_format
from ml_metadata.metadata_store import metadata_store
from ml_metadata.proto import metadata_store_pb2 as pb

command, path = sys.argv[1:]
config = pb.ConnectionConfig()
config.sqlite.filename_uri = path
config.sqlite.connection_mode = 3
store = metadata_store.MetadataStore(config)


def write():
    data = pb.ArtifactType(name="Data", description="about data", external_id="type-1", base_type=1)
    data.properties.update({"int": 1, "double": 2, "string": 3, "struct": 4, "proto": 5, "bool": 6})
    data_id = store.put_artifact_type(data)
    store.put_artifact_type(pb.ArtifactType(name="Data", version="v2"))
    step = pb.ExecutionType(name="Step", properties={"seed": 1}, base_type=3)
    step.input_type.dict.properties["x"].any.SetInParent()
    step_id = store.put_execution_type(step)
    run_id = store.put_context_type(pb.ContextType(name="Run"))
    full = pb.Artifact(type_id=data_id, name="full", uri="s3://b/é", state=2, external_id="x-1")
    full.properties["int"].int_value = -(2**63)
    full.properties["double"].double_value = 0.25
    full.properties["string"].string_value = "hé\U0001f600"
    full.properties["struct"].struct_value.update({"a": 1, "b": [None, True, {"c": "d"}]})
    full.properties["proto"].proto_value.Pack(pb.Artifact(id=3))
    full.properties["bool"].bool_value = False
    full.custom_properties["int"].string_value = ""
    full.custom_properties["struct"].struct_value.SetInParent()
    bare = pb.Artifact(type_id=data_id)
    execution = pb.Execution(type_id=step_id, last_known_state=3)
    execution.properties["seed"].int_value = 7
    used, made = pb.Event(type=3, milliseconds_since_epoch=5), pb.Event(type=4, milliseconds_since_epoch=6)
    made.path.steps.add(key="model")
    made.path.steps.add(index=0)
    contexts = [pb.Context(type_id=run_id, name=name) for name in ("outer", "inner")]
    store.put_execution(execution, [(full, used), (bare, made)], contexts)
    there = store.get_contexts()
    store.put_parent_contexts([pb.ParentContext(parent_id=there[0].id, child_id=there[1].id)])


def add():
    (kind,) = {each.id for each in store.get_artifact_types() if each.name == "Data" and not each.version}
    artifact = pb.Artifact(type_id=kind, name="added")
    artifact.properties["int"].int_value = 5
    (first,) = store.put_artifacts([artifact])
    (execution,) = store.put_executions([pb.Execution(type_id=store.get_execution_type("Step").id, name="added")])
    store.put_events([pb.Event(artifact_id=first, execution_id=execution, type=3, milliseconds_since_epoch=9)])


def value(each):
    kind = each.WhichOneof("value")
    if kind == "struct_value":
        return ["dict", json_format.MessageToDict(each.struct_value)]
    if kind == "proto_value":
        return ["any", each.proto_value.type_url, base64.b64encode(each.proto_value.value).decode()]
    return [{"int": "int", "double": "float", "string": "str", "bool": "bool"}[kind[:-6]], getattr(each, kind)]


def optional(message, field):
    return getattr(message, field) if message.HasField(field) else None


def node(each, state=None):
    return {
        "id": each.id,
        "type_id": each.type_id,
        "type": each.type,
        "name": each.name,
        "state": state,
        "external_id": optional(each, "external_id"),
        "created": each.create_time_since_epoch,
        "updated": each.last_update_time_since_epoch,
        "properties": {key: value(each.properties[key]) for key in sorted(each.properties)},
        "custom": {key: value(each.custom_properties[key]) for key in sorted(each.custom_properties)},
    }


def types(kind, all_types):
    return [
        {
            "kind": kind,
            "id": each.id,
            "name": each.name,
            "version": each.version,
            "properties": {key: pb.PropertyType.Name(each.properties[key]) for key in sorted(each.properties)},
            "base": base(each) if kind != "context" else None,
            "description": optional(each, "description"),
        }
        for each in all_types
    ]


def base(each):
    return type(each).SystemDefinedBaseType.Name(each.base_type) if each.HasField("base_type") else None


def step(each):
    return each.index if each.HasField("index") else each.key


def dump():
    artifacts = sorted(store.get_artifacts(), key=lambda each: each.id)
    executions = sorted(store.get_executions(), key=lambda each: each.id)
    contexts = sorted(store.get_contexts(), key=lambda each: each.id)
    all_types = types("artifact", store.get_artifact_types())
    all_types += types("execution", store.get_execution_types()) + types("context", store.get_context_types())
    state = lambda enum, message, field: enum.Name(getattr(message, field)) if message.HasField(field) else None  # noqa: E731
    return {
        "types": sorted(all_types, key=lambda each: each["id"]),
        "artifacts": [{**node(each, state(pb.Artifact.State, each, "state")), "uri": each.uri} for each in artifacts],
        "executions": [node(each, state(pb.Execution.State, each, "last_known_state")) for each in executions],
        "contexts": [node(each) for each in contexts],
        "events": [
            {
                "artifact": each.artifact_id,
                "execution": each.execution_id,
                "type": pb.Event.Type.Name(each.type),
                "time": each.milliseconds_since_epoch,
                "path": [step(one) for one in each.path.steps],
            }
            for each in (store.get_events_by_execution_ids([one.id for one in executions]) if executions else [])
        ],
        "attributions": sorted([a.id, c.id] for c in contexts for a in store.get_artifacts_by_context(c.id)),
        "associations": sorted([e.id, c.id] for c in contexts for e in store.get_executions_by_context(c.id)),
        "parents": sorted([c.id, p.id] for c in contexts for p in store.get_parent_contexts_by_context(c.id)),
    }


if command == "write":
    write()
elif command == "add":
    add()
else:
    json.dump(dump(), sys.stdout)
