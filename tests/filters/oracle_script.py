"""Run by the interpreter that has ml-metadata: answers lines of JSON, one world and then many queries.

The first line is a world (see `worlds.World`); the answer is its ids. Every further line is a list of
[kind, query]; the answer is a list of ids found, or of the name of an error's code and its text.
"""

import json
import sys

from ml_metadata import errors
from ml_metadata.metadata_store import metadata_store
from ml_metadata.proto import metadata_store_pb2 as pb
from ml_metadata.proto import metadata_store_service_pb2 as service

config = pb.ConnectionConfig()
config.fake_database.SetInParent()
store = metadata_store.MetadataStore(config)
NODES = {"artifact": pb.Artifact, "execution": pb.Execution, "context": pb.Context}
TYPES = {"artifact": pb.ArtifactType, "execution": pb.ExecutionType, "context": pb.ContextType}


def write(world):
    type_ids = {}
    for kind in NODES:
        for name, declared in world["types"][kind]:
            made = TYPES[kind](name=name)
            for key, value in declared.items():
                made.properties[key] = pb.PropertyType.Value(value)
            type_ids[kind, name] = getattr(store, f"put_{kind}_type")(made)
    ids = {}
    for kind in NODES:
        nodes = [node(kind, type_ids, given) for given in world["nodes"][kind]]
        ids[kind] = getattr(store, f"put_{kind}s")(nodes)
    store.put_events(
        [
            pb.Event(artifact_id=a, execution_id=e, type=pb.Event.Type.Value(type), milliseconds_since_epoch=time)
            for a, e, type, time in world["events"]
        ]
    )
    store.put_attributions_and_associations(
        [pb.Attribution(artifact_id=a, context_id=c) for a, c in world["attributions"]],
        [pb.Association(execution_id=e, context_id=c) for e, c in world["associations"]],
    )
    if world["parents"]:
        store.put_parent_contexts([pb.ParentContext(child_id=child, parent_id=up) for child, up in world["parents"]])
    ids["types"] = [[kind, name, id] for (kind, name), id in type_ids.items()]
    return ids


def node(kind, type_ids, given):
    made = NODES[kind](type_id=type_ids[kind, given["type"]])
    for field in ("name", "uri", "external_id"):
        if given.get(field) is not None:
            setattr(made, field, given[field])
    if given.get("state") is not None:
        if kind == "artifact":
            made.state = pb.Artifact.State.Value(given["state"])
        else:
            made.last_known_state = pb.Execution.State.Value(given["state"])
    for space in ("properties", "custom_properties"):
        for key, value in given.get(space, {}).items():
            held = getattr(made, space)[key]
            if isinstance(value, bool):
                held.bool_value = value
            elif isinstance(value, int):
                held.int_value = value
            elif isinstance(value, float):
                held.double_value = value
            elif isinstance(value, dict):
                held.struct_value.update(value)
            else:
                held.string_value = value
    return made


def ask(kind, query):
    request = getattr(service, f"Get{kind.capitalize()}sRequest")()
    request.options.max_result_size = 100
    request.options.order_by_field.field = 3  # ID
    request.options.order_by_field.is_asc = True
    request.options.filter_query = query
    response = getattr(service, f"Get{kind.capitalize()}sResponse")()
    try:
        store._call(f"Get{kind.capitalize()}s", request, response)
    except errors.StatusError as error:
        return [type(error).__name__, str(error)]
    return [each.id for each in getattr(response, f"{kind}s")]


for line in sys.stdin:
    given = json.loads(line)
    answer = write(given) if isinstance(given, dict) else [ask(kind, query) for kind, query in given]
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()
