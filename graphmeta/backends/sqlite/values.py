"""Values of properties, between Python and the columns of MLMD's property tables."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from typing import Any, Literal

from graphmeta.model import AnyValue, Value

STRUCT = "mlmd-struct::"

Column = Literal["int_value", "double_value", "string_value", "proto_value", "bool_value"]


_COLUMNS: Mapping[type, Column] = {str: "string_value", int: "int_value", float: "double_value"}


def to_column(value: Value) -> tuple[Column, Any]:
    """The column that holds values of this kind, and the value as it holds it."""
    column = _COLUMNS.get(type(value))
    if column is not None:  # as most
        return column, value
    if isinstance(value, str):
        return "string_value", value
    if isinstance(value, bool):
        return "bool_value", int(value)
    if isinstance(value, int):
        return "int_value", int(value)
    if isinstance(value, float):
        return "double_value", float(value)
    if isinstance(value, dict):
        return "string_value", _struct_text(value)
    if isinstance(value, AnyValue):
        return "proto_value", _any_text(value)
    raise TypeError(f"a property cannot be a {type(value).__name__}")


def from_column(value: Any, flags: int) -> Value:
    """The value that one column held.

    Args:
        flags: as the properties statements give it: 2 marks a bool, 4 an Any.
    """
    if flags & 2:
        return bool(value)
    if flags & 4:
        return _any_from(value)
    if isinstance(value, str) and value.startswith(STRUCT):
        return _struct_from(value)
    return value  # type: ignore[no-any-return]


def message_from_column(value: Any, flags: int) -> Any:
    """As `from_column`, but a struct and an Any are given as protobuf's messages."""
    if flags & 2:
        return bool(value)
    return _any_message(value) if flags & 4 else _struct_message(value)


def _struct_text(value: dict[str, Any]) -> str:
    # Here and below protobuf is imported late: it takes longer than opening a store, and few need it.
    from google.protobuf.struct_pb2 import Struct

    struct = Struct()
    struct.update(value)
    return STRUCT + base64.b64encode(struct.SerializeToString(deterministic=True)).decode("ascii")


def _struct_from(text: str) -> Value:
    struct = _struct_message(text)
    return text if struct is text else _plain_struct(struct)


def _struct_message(text: str) -> Any:
    from google.protobuf.message import DecodeError
    from google.protobuf.struct_pb2 import Struct

    struct = Struct()
    try:
        struct.ParseFromString(base64.b64decode(text[len(STRUCT) :], validate=True))
    except (binascii.Error, DecodeError, ValueError):
        return text  # a string that only begins like a struct
    return struct


def _plain_struct(struct: Any) -> dict[str, Any]:
    # Protobuf's maps have another order in every process.
    return {key: _plain(struct.fields[key]) for key in sorted(struct.fields)}


def _plain(value: Any) -> Any:
    kind = value.WhichOneof("kind")
    if kind == "struct_value":
        return _plain_struct(value.struct_value)
    if kind == "list_value":
        return [_plain(each) for each in value.list_value.values]
    if kind is None or kind == "null_value":
        return None
    return getattr(value, kind)


def _any_text(value: AnyValue) -> str:
    from google.protobuf.any_pb2 import Any as AnyMessage

    message = AnyMessage(type_url=value.type_url, value=value.value)
    return base64.b64encode(message.SerializeToString()).decode("ascii")


def _any_from(column: str | bytes) -> AnyValue:
    message = _any_message(column)
    return AnyValue(message.type_url, message.value)


def _any_message(column: str | bytes) -> Any:
    from google.protobuf.any_pb2 import Any as AnyMessage

    message = AnyMessage()
    message.ParseFromString(base64.b64decode(column))
    return message
