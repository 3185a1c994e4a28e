"""What a node, an event or a type says, in one form for every engine; and digests of it.

Two are the same if these say the same, to the bit: 1 is not 1.0 and not True, -0.0 is not 0.0, "" is not nothing. What
cannot be told apart in every kind of source is taken for the same on both sides:

- an event without a time (old schemas) and one of time 0; nodes of schema 4, which keeps no times, have times 0;
- ids of types: nodes are compared by the name and version of their type;
- the order in which members joined a context; places of properties and of types;
- system types that one side lacks: every store of today has them;
- where a server of ML Metadata's is a side: no URI and the empty one, and ids of events, which it does not tell.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from graphmeta.backends.rows import EventRow, NodeRow, NodeRows
from graphmeta.model import SYSTEM_TYPES, Kind, Type

# What something says: by the words for each part of it. Parts are in one order, so that texts can be compared.
Fields = dict[str, Any]
TypeKey = tuple[Kind, str, str]  # kind, name, version
TypeNames = Mapping[int, object]

_DIGEST_BYTES = 16
_WHOLE = 1 << (8 * _DIGEST_BYTES)


class Digest:
    """A digest of many things, whatever the order in which they come.

    Attributes:
        number: how many have come.
    """

    def __init__(self) -> None:
        self.number = 0
        self._sum = 0

    def add(self, text: str) -> None:
        """Take one thing."""
        found = hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=_DIGEST_BYTES).digest()
        self._sum = (self._sum + int.from_bytes(found, "big")) % _WHOLE
        self.number += 1

    def hex(self) -> str:
        """The digest in hexadecimal digits."""
        return f"{self._sum:0{2 * _DIGEST_BYTES}x}"


def whole_digest(parts: Mapping[str, Digest]) -> str:
    """The digest of a store, of those of its parts."""
    said = "\n".join(f"{name} {parts[name].number} {parts[name].hex()}" for name in sorted(parts))
    return hashlib.blake2b(said.encode(), digest_size=_DIGEST_BYTES).hexdigest()


def node_fields(rows: NodeRows, row: NodeRow, types: TypeNames, *, unset_is_empty: bool = False) -> Fields:
    """What a node says.

    Args:
        types: what `type_names` gives.
        unset_is_empty: take a URI that is not there for an empty one.
    """
    declared, custom = rows.properties(row.id)
    uri = row.uri
    if unset_is_empty and rows.kind == "artifact":
        uri = uri or ""
    fields: Fields = {
        "type": types.get(row.type_id, row.type),
        "name": row.name,
        "URI": uri,
        "state": row.state,
        "external id": row.external_id,
        "created": row.created,
        "updated": row.updated,
    }
    for key in sorted(declared):
        fields[f"property {key}"] = _exact(declared[key])
    for key in sorted(custom):
        fields[f"custom property {key}"] = _exact(custom[key])
    return fields


def event_fields(row: EventRow) -> Fields:
    """What an event says."""
    _, artifact_id, execution_id, type, time, path = row
    return {"artifact": artifact_id, "execution": execution_id, "type": type, "path": tuple(path), "time": time or 0}


def types_by_key(types: Iterable[Type]) -> dict[TypeKey, Fields]:
    """What types say, the system types that are missing included, by kind, name and version."""
    said: dict[TypeKey, Fields] = {
        (kind, name, ""): _type_fields(Type(kind=kind, name=name)) for kind, name in SYSTEM_TYPES
    }
    said.update({(type.kind, type.name, type.version): _type_fields(type) for type in types})
    return dict(sorted(said.items()))


def type_names(types: Sequence[Type]) -> dict[int, object]:
    """What a node says of its type: its name, and its version where it has one; by id."""
    return {type.id: (type.name, type.version) if type.version else type.name for type in types if type.id is not None}


def _type_fields(type: Type) -> Fields:
    fields: Fields = {
        "description": type.description,
        "base type": type.base_type,
        "external id": type.external_id,
        "input type": type.input_type,
        "output type": type.output_type,
    }
    for key in sorted(type.properties):
        fields[f"property {key}"] = type.properties[key]
    return fields


def _exact(value: Any, *, within: bool = False) -> Any:
    """A value whose `repr` tells it from every other.

    Args:
        within: it lies in a struct, whose numbers are doubles.
    """
    if isinstance(value, dict):
        return {key: _exact(value[key], within=True) for key in sorted(value)}
    if isinstance(value, list):
        return [_exact(each, within=True) for each in value]
    if within and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    return value
