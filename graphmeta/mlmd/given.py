"""MLMD's messages -> graphmeta's model, for puts. Messages are only read.

As in MLMD, what the server fills in does not count when a client sends it: the name of the type, and the
times (but the time of the last update, for who asks that nobody else have changed an artifact).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from operator import attrgetter
from typing import Any, Union

from google.protobuf.struct_pb2 import ListValue, Struct
from google.protobuf.struct_pb2 import Value as StructValue

from graphmeta.mlmd import errors
from graphmeta.mlmd.proto import metadata_store_pb2 as pb
from graphmeta.model import (
    ARTIFACT_STATES,
    EVENT_TYPES,
    EXECUTION_STATES,
    AnyNode,
    AnyValue,
    Artifact,
    Context,
    Event,
    Execution,
    Properties,
)

NodeMessage = Union[pb.Artifact, pb.Execution, pb.Context]
_ARTIFACT_STATES: Mapping[int, str] = {number: name for name, number in ARTIFACT_STATES.items()}
_EXECUTION_STATES: Mapping[int, str] = {number: name for name, number in EXECUTION_STATES.items()}
_EVENT_TYPES: Mapping[int, str] = {number: name for name, number in EVENT_TYPES.items()}


def artifact_from(message: pb.Artifact) -> Artifact:
    """The artifact that a message gives. An artifact without a URI has the empty one, as MLMD stores it."""
    has = message.HasField
    return Artifact(
        type_id=message.type_id if has("type_id") else None,
        name=message.name if has("name") else None,
        properties=_properties(message.properties),
        custom_properties=_properties(message.custom_properties),
        external_id=message.external_id if has("external_id") else None,
        id=message.id if has("id") else None,
        uri=message.uri,
        state=_ARTIFACT_STATES[message.state] if has("state") else None,
        updated=message.last_update_time_since_epoch,
    )


def execution_from(message: pb.Execution) -> Execution:
    """The execution that a message gives."""
    has = message.HasField
    return Execution(
        type_id=message.type_id if has("type_id") else None,
        name=message.name if has("name") else None,
        properties=_properties(message.properties),
        custom_properties=_properties(message.custom_properties),
        external_id=message.external_id if has("external_id") else None,
        id=message.id if has("id") else None,
        state=_EXECUTION_STATES[message.last_known_state] if has("last_known_state") else None,
    )


def context_from(message: pb.Context) -> Context:
    """The context that a message gives."""
    has = message.HasField
    return Context(
        type_id=message.type_id if has("type_id") else None,
        name=message.name if has("name") else None,
        properties=_properties(message.properties),
        custom_properties=_properties(message.custom_properties),
        external_id=message.external_id if has("external_id") else None,
        id=message.id if has("id") else None,
    )


def event_from(message: pb.Event, artifact: Artifact | int, execution: Execution | int) -> Event:
    """The event that a message gives, between ends that the caller knows.

    Raises:
        graphmeta.mlmd.errors.InvalidArgumentError: it has no type.
    """
    type = _EVENT_TYPES.get(message.type)
    if type is None:
        raise errors.InvalidArgumentError("No event type is specified. Give every event a type other than UNKNOWN.")
    time = message.milliseconds_since_epoch if message.HasField("milliseconds_since_epoch") else None
    return Event(artifact, execution, type, _path(message.path.SerializeToString()), time)


@lru_cache(maxsize=1024)
def _path(serialized: bytes) -> tuple[str | int, ...]:
    """The steps of a serialized `Event.Path`. (Most events have one of a few paths: finding it by its bytes is
    quicker than taking each apart.)"""
    # A step that is neither a key nor an index is none, as in MLMD.
    return tuple(
        [
            step.key if which == "key" else step.index
            for step in pb.Event.Path.FromString(serialized).steps
            if (which := step.WhichOneof("value")) is not None
        ]
    )


class Unlike:
    """Says of an update that changes nothing whether it moves the time of the last update all the same, as MLMD has
    it: unless the node given equals the stored one as it is read, with its `type`, its name, and what an update mask
    leaves out; only the number of the type, the times and properties that the mask leaves out do not count.

    Args:
        pairs: gives what is put, and the message that each was made from; called when there is an update.
    """

    def __init__(self, pairs: Callable[[], Iterable[tuple[AnyNode, NodeMessage]]]) -> None:
        self._pairs = pairs
        self._by_node: dict[int, NodeMessage] = {}

    def __call__(self, given: AnyNode, stored: AnyNode) -> bool:
        if not self._by_node:
            self._by_node = {id(node): message for node, message in self._pairs()}
        message = self._by_node[id(given)]
        return (
            message.type != stored.type
            or message.HasField("system_metadata")
            or (given.name, given.external_id) != (stored.name, stored.external_id)
            or getattr(given, "state", None) != getattr(stored, "state", None)
            or (getattr(given, "uri", None) or "") != (getattr(stored, "uri", None) or "")
        )


def mask_from(paths: Iterable[str], renamed: Mapping[str, str] | None = None) -> Sequence[str] | None:
    """The paths of an update mask as `PutOptions.update_mask` has them; None, which replaces all, for none.

    Args:
        renamed: the fields that the model calls by another name; a path that has the model's names no field.
    """
    given = list(paths)
    if not given:
        return None
    if renamed:
        given = [renamed.get(path, path) for path in given if path not in renamed.values()]
    return given


# ---------------------------------------------------------------- values


def _properties(values: Mapping[str, pb.Value]) -> Properties:
    """Property values as Python's. An empty value is None, which the store refuses where it is used."""
    found: Properties = {}
    for key in values:
        value = values[key]
        which = value.WhichOneof("value")
        found[key] = _READ[which](value)
    return found


def _struct(struct: Struct) -> dict[str, Any]:
    fields = struct.fields
    return {key: _struct_value(fields[key]) for key in fields}


def _list(values: ListValue) -> list[Any]:
    return [_struct_value(each) for each in values.values]


def _struct_value(value: StructValue) -> Any:
    which = value.WhichOneof("kind")
    if which == "struct_value":
        return _struct(value.struct_value)
    if which == "list_value":
        return _list(value.list_value)
    if which is None or which == "null_value":
        return None
    return getattr(value, which)


_READ: Mapping[str | None, Callable[[pb.Value], Any]] = {
    "int_value": attrgetter("int_value"),
    "string_value": attrgetter("string_value"),
    "double_value": attrgetter("double_value"),
    "bool_value": attrgetter("bool_value"),
    "struct_value": lambda value: _struct(value.struct_value),
    "proto_value": lambda value: AnyValue(value.proto_value.type_url, value.proto_value.value),
    None: lambda value: None,
}
