"""`/types`: the schema, how many nodes there are of each type, and examples."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypedDict

from graphmeta.backends.predicates import Compare, Field
from graphmeta.backends.requests import Order
from graphmeta.model import Type
from graphmeta.pages.nodes import NodeJson, Nodes
from graphmeta.pages.parameters import AT, flag
from graphmeta.pages.view import Page, View
from graphmeta.store import Store
from graphmeta.store.hydrate import to_nodes

_EXAMPLES = 3


class TypeJson(TypedDict):
    """A type with its declared properties and the newest of its nodes."""

    kind: str
    id: int | None
    name: str
    version: str
    base_type: str | None
    properties: dict[str, str]
    nodes: int
    examples: list[NodeJson]


class TypesJson(TypedDict):
    """All types, by kind and name."""

    types: list[TypeJson]
    system: bool


def answer(store: Store, asked: Mapping[str, Any]) -> Page:
    """All types."""
    counts: dict[int | None, int] = {count.type_id: count.number for count in store.counts()}
    nodes = Nodes(store)
    found = [_type(store, nodes, type, counts.get(type.id, 0)) for type in store.types(system=asked["system"])]
    found.sort(key=lambda type: (("artifact", "execution", "context").index(type["kind"]), type["name"]))
    data: TypesJson = {"types": found, "system": asked["system"]}
    return Page("Types", data)


def _type(store: Store, nodes: Nodes, type: Type, number: int) -> TypeJson:
    examples = []
    if number:
        newest = Order("id", descending=True)
        where = Compare(Field("type_id"), "=", type.id or 0)
        examples = to_nodes(store.rows(type.kind, where, order=newest, limit=_EXAMPLES))
    return {
        "kind": type.kind,
        "id": type.id,
        "name": type.name,
        "version": type.version,
        "base_type": type.base_type,
        "properties": dict(type.properties),
        "nodes": number,
        "examples": [nodes.json(node) for node in examples],
    }


VIEW = View(
    "types",
    "/types",
    "The types of artifacts, executions and contexts, with counts and examples.",
    answer,
    TypesJson,
    (flag("system", "The nine system types of MLMD as well."), AT),
)
