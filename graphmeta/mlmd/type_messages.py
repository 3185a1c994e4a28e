"""Types between graphmeta's model and MLMD's messages."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Union, cast

from google.protobuf import json_format

from graphmeta.errors import InternalError, UnsupportedError
from graphmeta.mlmd.proto import metadata_store_pb2 as pb
from graphmeta.model import PROPERTY_TYPES, Kind, PropertyType, Type

TypeMessage = Union[pb.ArtifactType, pb.ExecutionType, pb.ContextType]
TYPE_CLASSES: Mapping[Kind, type[TypeMessage]] = {
    "artifact": pb.ArtifactType,
    "execution": pb.ExecutionType,
    "context": pb.ContextType,
}
_PROPERTY_TYPES: Mapping[int, PropertyType] = {
    number: cast("PropertyType", name) for name, number in PROPERTY_TYPES.items()
}


def to_message(type: Type, *, base_type: bool = True, external_id: bool = True) -> TypeMessage:
    """A stored type as MLMD's message of its kind.

    Args:
        base_type, external_id: whether to say these: some of MLMD's calls leave one out.

    Raises:
        InternalError: the store's text of an input or output type is no ArtifactStructType.
    """
    message = TYPE_CLASSES[type.kind](id=type.id, name=type.name)
    if type.version:
        message.version = type.version
    for key, value_type in type.properties.items():
        message.properties[key] = PROPERTY_TYPES[value_type]  # type: ignore[assignment]  # a number, as they are typed
    if type.description is not None:
        message.description = type.description
    if external_id and type.external_id is not None:
        message.external_id = type.external_id
    if base_type and type.base_type is not None:
        message.base_type = message.SystemDefinedBaseType.Value(type.base_type)  # type: ignore[assignment]
    if isinstance(message, pb.ExecutionType):
        for field in ("input_type", "output_type"):
            text = getattr(type, field)
            if text is not None:
                _read_struct_type(text, getattr(message, field), type)
    return message


def from_message(message: TypeMessage, kind: Kind) -> Type:
    """The type that a message gives. As in MLMD its id does not count; a property of the value type UNKNOWN is
    left for the store to refuse.

    Raises:
        UnsupportedError: the base type is given as UNSET, which MLMD reads as a wish to remove it.
    """
    base_type = None
    if message.HasField("base_type"):
        if not message.base_type:
            raise UnsupportedError(
                f"base_type deletion is not supported yet: {kind} type {message.name!r} gives its base type as "
                "UNSET; leave the field out."
            )
        base_type = message.SystemDefinedBaseType.Name(message.base_type)
    return Type(
        kind=kind,
        name=message.name,
        version=message.version,
        properties={
            key: _PROPERTY_TYPES.get(number, cast("PropertyType", "UNKNOWN"))
            for key, number in message.properties.items()
        },
        description=message.description if message.HasField("description") else None,
        base_type=base_type,
        external_id=message.external_id if message.HasField("external_id") else None,
        input_type=_struct_type(message, "input_type"),
        output_type=_struct_type(message, "output_type"),
    )


def _struct_type(message: TypeMessage, field: str) -> str | None:
    """An ArtifactStructType as the JSON that MLMD stores."""
    if not isinstance(message, pb.ExecutionType) or not message.HasField(field):
        return None
    return json.dumps(json_format.MessageToDict(getattr(message, field)), ensure_ascii=False, separators=(",", ":"))


def _read_struct_type(text: str, into: pb.ArtifactStructType, type: Type) -> None:
    into.SetInParent()
    try:
        json_format.Parse(text, into, ignore_unknown_fields=True)
    except json_format.ParseError as error:
        raise InternalError(
            f"The {type.kind} type {type.name!r} has an input or output type that ML Metadata cannot have written "
            f"({error})."
        ) from None
