"""Types as the file holds them, and a copy of them that is right as long as nobody else wrote."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import replace

from graphmeta.backends.statements import statement
from graphmeta.model import PROPERTY_TYPES, SYSTEM_TYPES, Kind, PropertyType, Type

TYPE_KINDS: dict[Kind, int] = {"execution": 0, "artifact": 1, "context": 2}
_KINDS: dict[int, Kind] = {number: kind for kind, number in TYPE_KINDS.items()}
_PROPERTY_TYPES: dict[int, PropertyType] = {number: name for name, number in PROPERTY_TYPES.items()}  # type: ignore[misc]
# As BASE_TYPES says them and as the rows of the system types are called.
SYSTEM_NAMES = {name.removeprefix("mlmd.").upper(): name for _, name in SYSTEM_TYPES}
_BASES = {name: base for base, name in SYSTEM_NAMES.items()}


class _Names(dict[int, str]):
    """Names of types by id; a node whose type's row is gone has the type ''."""

    def __missing__(self, id: int) -> str:
        return ""


class TypeTable:
    """All types of a file at one moment. Its `Type` objects are shared: nobody changes them."""

    def __init__(self, types: Sequence[Type]) -> None:
        self.types = types
        self.by_id = {type.id: type for type in types}
        self.names = _Names((type.id, type.name) for type in types if type.id is not None)
        self.keys = {(type.kind, type.name, type.version) for type in types}

    def copies(self) -> list[Type]:
        """The types as objects that the caller may change."""
        return [replace(type, properties=dict(type.properties)) for type in self.types]


def read_types(connection: sqlite3.Connection) -> TypeTable:
    """All types, by id."""
    properties: dict[int, dict[str, PropertyType]] = {}
    for type_id, name, number in connection.execute(statement("sql", "type/properties")):
        properties.setdefault(type_id, {})[name] = _PROPERTY_TYPES[number]
    bases: dict[int, str] = dict(connection.execute(statement("sql", "type/bases")).fetchall())
    types = []
    for row in connection.execute(statement("sql", "type/select")):
        id, name, version, kind, description, input_type, output_type, external_id = row
        types.append(
            Type(
                kind=_KINDS[kind],
                name=name,
                version=version or "",
                properties=dict(sorted(properties.get(id, {}).items())),
                description=description,
                base_type=_BASES.get(bases.get(id, "")),
                external_id=external_id,
                input_type=input_type,
                output_type=output_type,
                id=id,
            )
        )
    return TypeTable(types)
