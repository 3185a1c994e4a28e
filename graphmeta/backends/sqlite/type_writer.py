"""Types into the file."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Any

from graphmeta.backends.batch import TakenError
from graphmeta.backends.sqlite.types import SYSTEM_NAMES, TYPE_KINDS, TypeTable
from graphmeta.backends.statements import statement
from graphmeta.errors import InternalError
from graphmeta.model import BASE_TYPES, PROPERTY_TYPES, Type


def write_types(connection: sqlite3.Connection, types: Sequence[Type], there: TypeTable, last_id: int) -> list[int]:
    """Write types whole, the new ones (without an id) after `last_id`; returns all their ids.

    Raises:
        TakenError: the (kind, name, version) of a new one is there. MLMD's schema has no rule against it.
    """
    keys = set(there.keys)
    ids: list[int] = []
    for type in types:
        fields = _fields(type)
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
        _write_properties(connection, id, type)
        if type.base_type is not None:
            _write_base(connection, id, type)
        ids.append(id)
    return ids


def replace_types(connection: sqlite3.Connection, types: Sequence[Type]) -> None:
    """Let these be all the types, each with its id."""
    for name in ("type/delete_all_properties", "type/delete_all_bases", "type/delete_all"):
        connection.execute(statement("sql", name))
    connection.executemany(statement("sql", "type/insert"), [(type.id, *_fields(type)) for type in types])
    for type in types:
        assert type.id is not None
        _write_properties(connection, type.id, type)
        if type.base_type is not None:
            _write_base(connection, type.id, type)


def _fields(type: Type) -> tuple[Any, ...]:
    """The columns of a type's row, but for its id."""
    return (
        type.name,
        type.version or None,
        TYPE_KINDS[type.kind],
        type.description,
        type.input_type,
        type.output_type,
        type.external_id,
    )


def _write_properties(connection: sqlite3.Connection, id: int, type: Type) -> None:
    connection.executemany(
        statement("sql", "type/insert_property"),
        [(id, name, PROPERTY_TYPES[value_type]) for name, value_type in type.properties.items()],
    )


def _write_base(connection: sqlite3.Connection, id: int, type: Type) -> None:
    assert type.base_type in BASE_TYPES[type.kind]
    name = SYSTEM_NAMES[type.base_type]
    try:
        connection.execute(statement("sql", "type/insert_base"), (id, name, TYPE_KINDS[type.kind]))
    except sqlite3.IntegrityError as error:
        if "NOT NULL" not in str(error):
            raise
        raise InternalError(
            f"The file lacks the system type {name}, which every ML Metadata file holds; open it once with "
            "ml-metadata, which adds it."
        ) from None
