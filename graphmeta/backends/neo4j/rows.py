"""Records of Neo4j as the rows and columns of the interface."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from operator import itemgetter
from typing import Any

from graphmeta.backends.neo4j.values import (
    CUSTOM,
    DECLARED,
    message_from_neo4j,
    path_from_neo4j,
    properties_of,
    property_key,
    whole_text,
)
from graphmeta.backends.rows import Closure, Count, EventColumns, Growth, NodeRow, NodeRows, PropertyRow
from graphmeta.model import Kind, Properties, Type

Record = Mapping[str, Any]
Path = tuple[str | int, ...]


def node_rows(kind: Kind, nodes: Sequence[dict[str, Any]]) -> NodeRows:
    """The nodes of the statement `nodes`."""
    return NodeRows(kind, [_node_row(node) for node in nodes], _Properties(nodes))


class _Properties:
    """The properties among the values of nodes, turned into values when they are asked for."""

    __slots__ = ("_by_id",)

    def __init__(self, nodes: Sequence[dict[str, Any]]) -> None:
        self._by_id: dict[int, dict[str, Any]] = {node["id"]: node for node in nodes}

    def of(self, id: int) -> tuple[Properties, Properties]:
        return properties_of(self._by_id[id])

    def rows(self) -> Iterator[PropertyRow]:
        keys: dict[str, tuple[str, int] | None] = {}  # nodes share their few names
        for id, node in self._by_id.items():
            for name, value in node.items():
                try:
                    key = keys[name]
                except KeyError:
                    key = keys[name] = _key(name)
                if key is not None:
                    yield id, *key, value if value.__class__ in _PLAIN else message_from_neo4j(value)


_PLAIN = frozenset({str, int, float, bool})


def _key(name: str) -> tuple[str, int] | None:
    """The key that a Neo4j property stands for, and whether it is a custom one; None for a field of the node."""
    if name.startswith(DECLARED):
        return property_key(name), 0
    return (property_key(name), 1) if name.startswith(CUSTOM) else None


def _node_row(values: dict[str, Any]) -> NodeRow:
    get = values.get
    return NodeRow(
        values["id"],
        values["type_id"],
        whole_text(values, "type") or "",
        whole_text(values, "name"),
        whole_text(values, "uri"),
        get("state"),
        whole_text(values, "external_id"),
        get("created", 0),
        get("updated", 0),
    )


def event_columns(record: Record) -> EventColumns:
    """The events of the statements `events_of_…`."""
    decoded: dict[tuple[str, ...], Path] = {}
    return EventColumns(
        record["ids"],
        record["artifact_ids"],
        record["execution_ids"],
        record["types"],
        record["times"],
        [_path(path, decoded) for path in record["paths"]] or [()] * len(record["ids"]),
    )


def _path(steps: list[str] | None, decoded: dict[tuple[str, ...], Path]) -> Path:
    """The path of an event; paths repeat, so that each is decoded once."""
    known = tuple(steps or ())
    found = decoded.get(known)
    if found is None:
        found = decoded[known] = path_from_neo4j(known)
    return found


def closure(record: Record, *, events: bool) -> Closure:
    """What the statements `walk_…` reached; with `events`, those of `walk_…_events`."""
    return Closure(
        sorted(set(record["artifact_ids"])),
        sorted(set(record["execution_ids"])),
        _ungrouped(record["events"]) if events else EventColumns(),
        sorted(set(record["missing_artifact_ids"])),
    )


def _ungrouped(groups: Iterable[Sequence[Any]]) -> EventColumns:
    """Columns by ascending id from groups of events that share a type and a path."""
    ids: list[int] = []
    artifact_ids: list[int] = []
    execution_ids: list[int] = []
    types: list[str] = []
    times: list[int | None] = []
    paths: list[Path] = []
    for type, steps, *columns in groups:
        for whole, part in zip((ids, artifact_ids, execution_ids, times), columns, strict=True):
            whole.extend(part)  # type: ignore[attr-defined]
        number = len(columns[0])
        types.extend([type] * number)
        paths.extend([path_from_neo4j(steps or ())] * number)
    if len(ids) < 2:
        return EventColumns(ids, artifact_ids, execution_ids, types, times, paths)
    order = itemgetter(*sorted(range(len(ids)), key=ids.__getitem__))
    return EventColumns(order(ids), order(artifact_ids), order(execution_ids), order(types), order(times), order(paths))


def counts(records: Iterable[Record]) -> list[Count]:
    """The numbers of the statement `counts`, by kind and type id."""
    kinds = ("artifact", "execution", "context")
    found = [
        Count(record["kind"], record["type_id"], record["type_text"] or record["type"], record["number"])
        for record in records
    ]
    return sorted(found, key=lambda count: (kinds.index(count.kind), count.type_id))


def growth(records: Iterable[Record]) -> list[Growth]:
    """The numbers of the statement `growth`."""
    return Growth.ordered(
        Growth(record["kind"], record["type_id"], record["day"], record["number"]) for record in records
    )


def types(record: Record) -> list[Type]:
    """The types of the statement `types`."""
    return [_type(each["values"], each["base"]) for each in record["types"]]


def _type(values: dict[str, Any], base: str | None) -> Type:
    return Type(
        kind=values["kind"],
        name=whole_text(values, "name") or "",
        version=whole_text(values, "version") or "",
        properties={property_key(name): values[name] for name in sorted(values) if name.startswith(DECLARED)},
        description=values.get("description"),
        base_type=None if base is None else base.removeprefix("mlmd.").upper(),
        external_id=whole_text(values, "external_id"),
        input_type=values.get("input_type"),
        output_type=values.get("output_type"),
        id=values["id"],
    )
