"""What a picture of a lineage shows, as JSON: its nodes, what is between them, and what was folded."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, TypedDict, cast

from graphmeta.pages.nodes import NodeJson, Nodes
from graphmeta.query import Lineage
from graphmeta.render.graph import Graph
from graphmeta.render.safe import shortened
from graphmeta.render.svg import MOST_NODES, key_text

LONGEST, MOST_PROPERTIES = 500, 50  # characters of a text, and properties of a node: its own page has all of them
_MOST_BESIDE = 20


class DrawnJson(NodeJson):
    """A node that is drawn, by itself or in a fold.

    `depth`: steps from the start, negative upstream; `before`: what made it, or what it used. Texts are cut to 500
    characters, and properties to 50; the node's own page has all of them.
    """

    depth: int
    before: list[str]


class EdgeJson(TypedDict):
    """What is drawn between two nodes: the types of its events; or none, and how many nodes between are not shown."""

    source: str
    target: str
    types: list[str]
    hidden: int


class FoldJson(TypedDict):
    """Nodes that are drawn as one; `key` is its name in the picture."""

    key: str
    label: str
    members: list[str]


def nodes_of(lineage: Lineage, nodes: Nodes, graph: Graph) -> list[DrawnJson]:
    """What is known of the nodes that are drawn: the nearest first, `MOST_NODES` of them."""
    keys = [key for vertex in graph.vertices for key in vertex.members if key in lineage.nodes][:MOST_NODES]
    found: list[DrawnJson] = []
    for key in sorted(keys, key=lambda key: (lineage.depth(key), key)):
        before = dict.fromkeys(key_text(edge.source) for edge in lineage.parents(key))
        held = nodes.json(lineage.nodes[key])
        own = {name: _short(held[name]) for name in ("properties", "custom_properties")}
        held = cast("NodeJson", {**{name: _cut(value) for name, value in held.items()}, **own})
        found.append({**held, "depth": lineage.depth(key), "before": [*before][:_MOST_BESIDE]})
    return found


def _short(held: Mapping[str, Any]) -> dict[str, Any]:
    """Values by name, as much of them as somebody reads in passing."""
    return {key: _cut(value) for key, value in list(held.items())[:MOST_PROPERTIES]}


def _cut(value: Any) -> Any:
    if isinstance(value, (dict, list)):
        text = json.dumps(value, ensure_ascii=False)
        return value if len(text) <= LONGEST else shortened(text, LONGEST)
    return shortened(value, LONGEST) if isinstance(value, str) else value


def edges_of(graph: Graph) -> list[EdgeJson]:
    """What is drawn between nodes."""
    return [
        {
            "source": key_text(each.source),
            "target": key_text(each.target),
            "types": [*each.types],
            "hidden": each.hidden,
        }
        for each in graph.edges
    ]


def folds_of(graph: Graph) -> list[FoldJson]:
    """The folds."""
    return [
        {"key": key_text(each.key), "label": each.title, "members": [key_text(key) for key in each.members]}
        for each in graph.vertices
        if each.folded
    ]
