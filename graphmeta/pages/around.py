"""What is around a node: the events that join it to others, what it belongs to, and what was said of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypedDict

from graphmeta.backends.rows import EventRow
from graphmeta.model import AnyNode, Artifact, Execution, Kind
from graphmeta.pages.bounds import LONGEST_VALUE, MOST_VALUES, short, short_text
from graphmeta.pages.nodes import NodeJson, Nodes
from graphmeta.query.annotations import annotations_of_one
from graphmeta.query.belonging import belonging
from graphmeta.query.lookup import nodes_with_ids
from graphmeta.store import Store

MOST_BESIDE = 100  # events of each sort that a page lists
MOST_CONTEXTS = 50
_MOST_PARENTS = 10  # of each of them
_MOST_PARTS, _LONGEST_PART = 20, 200  # of an event's path, and characters of one


class UseJson(TypedDict):
    """An event, with the node at its other end; `node` is null where the event names one that is not in the store."""

    kind: str
    id: int
    node: NodeJson | None
    type: str
    path: list[str | int]
    time: int | None


class UsesJson(TypedDict):
    """Events of one sort: the newest, and how many there are in all."""

    events: list[UseJson]
    total: int


class BelongsJson(TypedDict):
    """A context that the node belongs to, and the contexts that this one is part of."""

    context: NodeJson
    parents: list[NodeJson]


class AnnotationJson(TypedDict):
    """What somebody said of the node afterwards, and when, in milliseconds since the epoch. Texts are cut to 2,000
    characters."""

    key: str
    value: str | int | float | bool | None
    by: str
    time: int
    note: str


class ContextsJson(TypedDict):
    """The contexts that a node belongs to, runs first, the newest first of both, and how many there are in all;
    annotations are none of them."""

    contexts: list[BelongsJson]
    total: int


def uses(store: Store, nodes: Nodes, rows: Sequence[EventRow], kind: Kind) -> UsesJson:
    """Events with the nodes at their ends of one kind: the newest `MOST_BESIDE`, the oldest of those first."""
    shown = rows[-MOST_BESIDE:]
    ends = [row[1] if kind == "artifact" else row[2] for row in shown]
    known = nodes_with_ids(store, kind, ends)
    return {
        "events": [_use(nodes, known, kind, row, end) for row, end in zip(shown, ends, strict=True)],
        "total": len(rows),
    }


def _use(nodes: Nodes, known: dict[int, AnyNode], kind: Kind, row: EventRow, id: int) -> UseJson:
    node = known.get(id)
    return {
        "kind": kind,
        "id": id,
        "node": None if node is None else nodes.json(node),
        "type": row[3],
        "path": [short(part, _LONGEST_PART) for part in row[5][:_MOST_PARTS]],
        "time": row[4],
    }


def belongs(store: Store, nodes: Nodes, node: Artifact | Execution) -> ContextsJson:
    """The contexts of a node, and theirs."""
    found = belonging(store, node, MOST_CONTEXTS)
    return {
        "contexts": [
            {
                "context": nodes.json(group.context),
                "parents": [nodes.json(parent) for parent in group.parents[:_MOST_PARENTS]],
            }
            for group in found.groups
        ],
        "total": found.total,
    }


def said_of(store: Store, node: AnyNode) -> list[AnnotationJson]:
    """What counts of all that was said of a node, by key."""
    return [
        {
            "key": each.key,
            "value": short(each.value, LONGEST_VALUE),
            "by": short_text(each.by, LONGEST_VALUE),
            "time": each.time,
            "note": short_text(each.note, LONGEST_VALUE),
        }
        for each in list(annotations_of_one(store, node).current.values())[:MOST_VALUES]
    ]
