"""Short ways to write MLMD's messages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from google.protobuf import any_pb2, struct_pb2

from graphmeta.mlmd.proto import metadata_store_pb2 as pb

Values = Mapping[str, Any]


def value(given: Any) -> Any:
    """A `Value` of a Python value; a dict makes a struct, a message an Any, None one that holds nothing."""
    made = pb.Value()
    if isinstance(given, bool):
        made.bool_value = given
    elif isinstance(given, int):
        made.int_value = given
    elif isinstance(given, float):
        made.double_value = given
    elif isinstance(given, str):
        made.string_value = given
    elif isinstance(given, Mapping):
        made.struct_value.update(given) if given else made.struct_value.SetInParent()
    elif isinstance(given, struct_pb2.Struct):
        made.struct_value.CopyFrom(given)
    elif isinstance(given, any_pb2.Any):
        made.proto_value.CopyFrom(given)
    elif given is not None:
        made.proto_value.Pack(given)
    return made


def values(given: Values) -> dict[str, Any]:
    """Several."""
    return {name: value(each) for name, each in given.items()}


def _node(kind: Any, type_id: int | None, p: Values, c: Values, fields: dict[str, Any]) -> Any:
    made = kind(**fields)
    if type_id is not None:
        made.type_id = type_id
    for name, each in p.items():
        made.properties[name].CopyFrom(value(each))
    for name, each in c.items():
        made.custom_properties[name].CopyFrom(value(each))
    return made


def artifact(type_id: int | None = None, *, p: Values = {}, c: Values = {}, **fields: Any) -> Any:  # noqa: B006
    """An `Artifact`; `p` are its properties, `c` its custom properties."""
    return _node(pb.Artifact, type_id, p, c, fields)


def execution(type_id: int | None = None, *, p: Values = {}, c: Values = {}, **fields: Any) -> Any:  # noqa: B006
    """An `Execution`."""
    return _node(pb.Execution, type_id, p, c, fields)


def context(type_id: int | None = None, *, p: Values = {}, c: Values = {}, **fields: Any) -> Any:  # noqa: B006
    """A `Context`."""
    return _node(pb.Context, type_id, p, c, fields)


def event(artifact_id: int | None, execution_id: int | None, type: str | None = "INPUT", **fields: Any) -> Any:
    """An `Event`; `path` is a list of keys (text) and indexes (numbers)."""
    path = fields.pop("path", None)
    made = pb.Event(**fields)
    if artifact_id is not None:
        made.artifact_id = artifact_id
    if execution_id is not None:
        made.execution_id = execution_id
    if type is not None:
        made.type = getattr(pb.Event, type)
    for step in path or ():
        made.path.steps.add(**({"index": step} if isinstance(step, int) else {"key": step}))
    return made


def order(field: str = "ID", ascending: bool = True) -> Any:
    """An `OrderByField`."""
    by = pb.ListOperationOptions.OrderByField
    return by(field=getattr(by, field), is_asc=ascending)


def options(query: str | None = None, *, size: int | None = None, by: Any = None, token: str | None = None) -> Any:
    """`ListOperationOptions`; what is not given is not set."""
    given = {"filter_query": query, "max_result_size": size, "order_by_field": by, "next_page_token": token}
    return pb.ListOperationOptions(**{name: each for name, each in given.items() if each is not None})
