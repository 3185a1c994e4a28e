"""Load the messages of two packages, the first one first, and say whether they are the same; prints JSON."""

import importlib
import json
import sys

from google.protobuf.internal import api_implementation

first, second = sys.argv[1:]
service = [importlib.import_module(f"{each}.proto.metadata_store_service_pb2") for each in (first, second)]
store = [importlib.import_module(f"{each}.proto.metadata_store_pb2") for each in (first, second)]

messages = [
    [
        (name, value)
        for module in (store[number], service[number])
        for name, value in sorted(vars(module).items())
        if hasattr(value, "DESCRIPTOR") and hasattr(value, "SerializeToString")
    ]
    for number in (0, 1)
]
value = store[0].Artifact(id=1)
value.properties["a"].struct_value.update({"b": [1, None]})
request = service[1].PutArtifactsRequest(artifacts=[value])
request.artifacts.add().CopyFrom(value)
copy = service[0].PutArtifactsRequest.FromString(request.SerializeToString())
base_types = store[0].ArtifactType.SystemDefinedBaseType.DESCRIPTOR.values_by_number
json.dump(
    {
        "implementation": api_implementation.Type(),
        "messages": len(messages[0]),
        "same": messages[0] == messages[1],
        "descriptors": [store[0].DESCRIPTOR is store[1].DESCRIPTOR, service[0].DESCRIPTOR is service[1].DESCRIPTOR],
        "enums": store[0].Artifact.State.Name(2) == store[1].Artifact.State.Name(2) == "LIVE",
        "instance": isinstance(value, store[1].Artifact) and isinstance(copy.artifacts[1], store[1].Artifact),
        "equal": copy.artifacts[0] == copy.artifacts[1] == value,
        "extension": base_types[1].GetOptions().Extensions[store[1].system_type_extension].type_name,
    },
    sys.stdout,
)
