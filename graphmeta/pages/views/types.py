"""`/types`: the schema, how many nodes there are of each type, and examples."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypedDict

from graphmeta import vocabulary
from graphmeta.backends.predicates import Compare, Field
from graphmeta.backends.requests import Order
from graphmeta.model import KINDS, AnyNode, Kind, Type
from graphmeta.pages.nodes import NodeJson, Nodes
from graphmeta.pages.parameters import AT, flag
from graphmeta.pages.view import Page, View
from graphmeta.store import Store
from graphmeta.store.hydrate import to_nodes

_EXAMPLES = 3
_NEWEST = Order("id", descending=True)
# Examples of most types are among these; to find the newest of one type an engine sorts all of that type.
_LOOKED_AT = 500


class TypeJson(TypedDict):
    """A type with its declared properties and the newest of its nodes; `role` is what it is taken for."""

    kind: str
    id: int | None
    name: str
    version: str
    base_type: str | None
    role: str | None
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
    types = store.types(system=asked["system"])
    nodes = Nodes(store)
    found = []
    for kind in KINDS:
        of_kind = sorted((type for type in types if type.kind == kind), key=lambda type: (type.name, type.version))
        newest = _newest(store, kind) if of_kind else {}
        for type in of_kind:
            number = counts.get(type.id, 0)
            examples = newest.get(type.id, [])[:_EXAMPLES]
            if len(examples) < min(number, _EXAMPLES):
                examples = _of_type(store, type)
            found.append(_type(nodes, type, number, examples))
    data: TypesJson = {"types": found, "system": asked["system"]}
    return Page("Types", data)


def _newest(store: Store, kind: Kind) -> dict[int | None, list[AnyNode]]:
    """The newest nodes of a kind by their types' ids."""
    found: dict[int | None, list[AnyNode]] = {}
    for node in to_nodes(store.rows(kind, order=_NEWEST, limit=_LOOKED_AT)):
        found.setdefault(node.type_id, []).append(node)
    return found


def _of_type(store: Store, type: Type) -> list[AnyNode]:
    where = Compare(Field("type_id"), "=", type.id or 0)
    return to_nodes(store.rows(type.kind, where, order=_NEWEST, limit=_EXAMPLES))


def _type(nodes: Nodes, type: Type, number: int, examples: Sequence[AnyNode]) -> TypeJson:
    return {
        "kind": type.kind,
        "id": type.id,
        "name": type.name,
        "version": type.version,
        "base_type": type.base_type,
        "role": vocabulary.role(type.kind, type.name, type.base_type),
        "properties": dict(sorted(type.properties.items())),
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
