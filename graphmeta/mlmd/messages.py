"""Rows of a backend -> MLMD's messages. The native interface has a hydrator of its own for the same rows.

Messages are filled in place, field by field: with protobuf's C runtime that is quicker than making them by
arguments, or from dataclasses. Where the field is a group of messages (`response.artifacts`), it is given as `into`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from itertools import compress
from typing import Any

from google.protobuf.any_pb2 import Any as AnyMessage
from google.protobuf.struct_pb2 import Struct

from graphmeta.backends.rows import EventColumns, NodeRows
from graphmeta.mlmd.proto import metadata_store_pb2 as pb
from graphmeta.model import ARTIFACT_STATES, EVENT_TYPES, EXECUTION_STATES

# The messages of a repeated field; its own class differs between protobuf's runtimes.
Messages = Any


def add_nodes(rows: NodeRows, into: Messages) -> dict[int, Any]:
    """Add every node to a repeated field of its kind's messages.

    Returns:
        the messages, by id of the node.
    """
    by_id: dict[int, Any] = {}
    if rows.kind == "artifact":
        _add_artifacts(rows, into.add, by_id)
    elif rows.kind == "execution":
        _add_executions(rows, into.add, by_id)
    else:
        _add_contexts(rows, into.add, by_id)
    _set_properties(rows, by_id)
    return by_id


def _add_artifacts(rows: NodeRows, add: Callable[[], Any], by_id: dict[int, Any]) -> None:
    for id, type_id, type, name, uri, state, external_id, created, updated in rows.rows:
        message = by_id[id] = add()
        message.id = id
        message.type_id = type_id
        message.type = type
        message.uri = uri or ""  # MLMD always gives one
        message.create_time_since_epoch = created
        message.last_update_time_since_epoch = updated
        if name is not None:
            message.name = name
        if state is not None:
            message.state = ARTIFACT_STATES[state]
        if external_id is not None:
            message.external_id = external_id


def _add_executions(rows: NodeRows, add: Callable[[], Any], by_id: dict[int, Any]) -> None:
    for id, type_id, type, name, _, state, external_id, created, updated in rows.rows:
        message = by_id[id] = add()
        message.id = id
        message.type_id = type_id
        message.type = type
        message.create_time_since_epoch = created
        message.last_update_time_since_epoch = updated
        if name is not None:
            message.name = name
        if state is not None:
            message.last_known_state = EXECUTION_STATES[state]
        if external_id is not None:
            message.external_id = external_id


def _add_contexts(rows: NodeRows, add: Callable[[], Any], by_id: dict[int, Any]) -> None:
    for id, type_id, type, name, _, _, external_id, created, updated in rows.rows:
        message = by_id[id] = add()
        message.id = id
        message.type_id = type_id
        message.type = type
        message.create_time_since_epoch = created
        message.last_update_time_since_epoch = updated
        if name is not None:
            message.name = name
        if external_id is not None:
            message.external_id = external_id


def _set_properties(rows: NodeRows, by_id: Mapping[int, Any]) -> None:
    before = None
    properties: Any = None
    custom_properties: Any = None
    for id, key, custom, value in rows.property_rows():
        if id != before:
            # Reaching into a message costs more than filling a field: once for all properties of a node.
            message = by_id[id]
            properties, custom_properties = message.properties, message.custom_properties
            before = id
        set_value(custom_properties[key] if custom else properties[key], value)


def set_value(into: pb.Value, value: Any) -> None:
    """Fill a Value.

    Args:
        value: an int, a float, a str, a bool, a Struct or an Any.
    """
    kind = value.__class__
    if kind is str:
        into.string_value = value
    elif kind is int:
        into.int_value = value
    elif kind is float:
        into.double_value = value
    elif kind is bool:
        into.bool_value = value
    elif kind is Struct:
        into.struct_value.SetInParent()
        into.struct_value.MergeFrom(value)
    elif kind is AnyMessage:
        into.proto_value.SetInParent()
        into.proto_value.MergeFrom(value)
    else:
        raise TypeError(f"a property cannot be a {kind.__name__}")


def add_events(columns: EventColumns, into: Messages, wanted: Iterable[bool] | None = None) -> None:
    """Add events to a repeated field, in their order.

    Args:
        wanted: says of each event whether to add it; None adds all.
    """
    add = into.add
    paths: dict[tuple[str | int, ...], Any] = {}  # few differ, and one is quicker copied than made
    rows: Iterable[tuple[int, int, str, int | None, tuple[str | int, ...]]] = zip(
        columns.artifact_ids, columns.execution_ids, columns.types, columns.times, columns.paths, strict=True
    )
    if wanted is not None:
        rows = compress(rows, wanted)
    for artifact_id, execution_id, type, time, path in rows:
        message = add()
        message.artifact_id = artifact_id
        message.execution_id = execution_id
        message.type = EVENT_TYPES.get(type, 0)
        if time is not None:
            message.milliseconds_since_epoch = time
        if path:
            known = paths.get(path)
            if known is None:
                paths[path] = _add_steps(path, message.path)
            else:
                message.path.MergeFrom(known)


def _add_steps(path: tuple[str | int, ...], into: Any) -> Any:
    add = into.steps.add
    for step in path:
        if step.__class__ is str:
            add().key = step
        else:
            add().index = step
    return into
