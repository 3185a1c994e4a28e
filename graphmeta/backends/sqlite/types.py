"""Types as the file holds them, and a copy of them that is right as long as nobody else wrote."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import replace

from graphmeta.backends.batch import TakenError
from graphmeta.backends.statements import statement
from graphmeta.errors import InternalError
from graphmeta.model import BASE_TYPES, PROPERTY_TYPES, SYSTEM_TYPES, Kind, PropertyType, Type

TYPE_KINDS: dict[Kind, int] = {"execution": 0, "artifact": 1, "context": 2}
_KINDS: dict[int, Kind] = {number: kind for kind, number in TYPE_KINDS.items()}
_PROPERTY_TYPES: dict[int, PropertyType] = {number: name for name, number in PROPERTY_TYPES.items()}  # type: ignore[misc]
# As BASE_TYPES says them and as the rows of the system types are called.
_SYSTEM_NAMES = {name.removeprefix("mlmd.").upper(): name for _, name in SYSTEM_TYPES}
_BASES = {name: base for base, name in _SYSTEM_NAMES.items()}


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
                properties=properties.get(id, {}),
                description=description,
                base_type=_BASES.get(bases.get(id, "")),
                external_id=external_id,
                input_type=input_type,
                output_type=output_type,
                id=id,
            )
        )
    return TypeTable(types)


def write_types(connection: sqlite3.Connection, types: Sequence[Type], there: TypeTable, last_id: int) -> list[int]:
    """Write types whole, the new ones (without an id) after `last_id`; returns all their ids.

    Raises:
        TakenError: the (kind, name, version) of a new one is there. MLMD's schema has no rule against it.
    """
    keys = set(there.keys)
    ids: list[int] = []
    for type in types:
        fields = (
            type.name,
            type.version or None,
            TYPE_KINDS[type.kind],
            type.description,
            type.input_type,
            type.output_type,
            type.external_id,
        )
        if type.id is None:
            key = (type.kind, type.name, type.version)
            if key in keys:
                raise TakenError("name", "type", f"{type.kind} type {type.name!r} {type.version}".strip())
            keys.add(key)
            last_id += 1
            id = last_id
            connection.execute(statement("sql", "type/insert"), (id, *fields))
        else:
            id = type.id
            connection.execute(statement("sql", "type/update"), (*fields, id))
            connection.execute(statement("sql", "type/delete_properties"), (id,))
            connection.execute(statement("sql", "type/delete_base"), (id,))
        connection.executemany(
            statement("sql", "type/insert_property"),
            [(id, name, PROPERTY_TYPES[value_type]) for name, value_type in type.properties.items()],
        )
        if type.base_type is not None:
            _write_base(connection, id, type)
        ids.append(id)
    return ids


def _write_base(connection: sqlite3.Connection, id: int, type: Type) -> None:
    assert type.base_type in BASE_TYPES[type.kind]
    name = _SYSTEM_NAMES[type.base_type]
    try:
        connection.execute(statement("sql", "type/insert_base"), (id, name, TYPE_KINDS[type.kind]))
    except sqlite3.IntegrityError as error:
        if "NOT NULL" not in str(error):
            raise
        raise InternalError(
            f"The file lacks the system type {name}, which every ML Metadata file holds; open it once with "
            "ml-metadata, which adds it."
        ) from None
