"""Rows of a backend -> native objects. The MLMD interface has a hydrator of its own for the same rows."""

from __future__ import annotations

from typing import TypeVar, cast, overload

from graphmeta.backends.rows import EventColumns, NodeRow, NodeRows
from graphmeta.model import AnyNode, Artifact, Context, Event, Execution

NodeT = TypeVar("NodeT", Artifact, Execution, Context)


@overload
def to_nodes(rows: NodeRows) -> list[AnyNode]: ...
@overload
def to_nodes(rows: NodeRows, as_class: type[NodeT]) -> list[NodeT]: ...
def to_nodes(rows: NodeRows, as_class: type[NodeT] | None = None) -> list[AnyNode] | list[NodeT]:
    """Every row as an object; `as_class` only tells the type checker which."""
    return cast("list[NodeT]", [to_node(rows, row) for row in rows])


def to_node(rows: NodeRows, row: NodeRow) -> AnyNode:
    """One row of `rows` as an object."""
    properties, custom_properties = rows.properties(row.id)
    if rows.kind == "artifact":
        return Artifact(
            id=row.id,
            type_id=row.type_id,
            type=row.type,
            name=row.name,
            uri=row.uri,
            state=row.state,
            external_id=row.external_id,
            created=row.created,
            updated=row.updated,
            properties=properties,
            custom_properties=custom_properties,
        )
    if rows.kind == "execution":
        return Execution(
            id=row.id,
            type_id=row.type_id,
            type=row.type,
            name=row.name,
            state=row.state,
            external_id=row.external_id,
            created=row.created,
            updated=row.updated,
            properties=properties,
            custom_properties=custom_properties,
        )
    return Context(
        id=row.id,
        type_id=row.type_id,
        type=row.type,
        name=row.name,
        external_id=row.external_id,
        created=row.created,
        updated=row.updated,
        properties=properties,
        custom_properties=custom_properties,
    )


def to_events(columns: EventColumns) -> list[Event]:
    """Every event as an object whose ends are ids."""
    return [
        Event(artifact_id, execution_id, type, path, time, id)
        for id, artifact_id, execution_id, type, time, path in columns.rows()
    ]
