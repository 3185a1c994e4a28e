"""`/types`: the schema, how many nodes there are of each type, and examples."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypedDict

from graphmeta import vocabulary
from graphmeta.model import KINDS, AnyNode, Kind, Type
from graphmeta.pages.nodes import NodeJson, Nodes
from graphmeta.pages.parameters import AT, count, flag
from graphmeta.pages.view import Page, View
from graphmeta.query.examples import examples_of
from graphmeta.store import Store

_AT_ONCE = 50  # types on a page
_MOST_PROPERTIES, _LONGEST = 100, 300  # of a type, and characters of a name


class TypeJson(TypedDict):
    """A type with its declared properties, a hundred at most, and the newest of its nodes; `role` is what it is taken
    for."""

    kind: str
    id: int | None
    name: str
    version: str
    base_type: str | None
    role: str | None
    properties: dict[str, str]
    more_properties: int
    nodes: int
    examples: list[NodeJson]


class TypesOfKindJson(TypedDict):
    """How many types there are of a kind, and how many nodes of those types."""

    kind: str
    types: int
    nodes: int


class TypesJson(TypedDict):
    """A page of the types, by kind and name; `kinds` counts all of them."""

    types: list[TypeJson]
    kinds: list[TypesOfKindJson]
    total: int
    page: int
    pages: int
    system: bool


def answer(store: Store, asked: Mapping[str, Any]) -> Page:
    """A page of the types."""
    numbers: dict[int | None, int] = {count.type_id: count.number for count in store.counts()}
    types = sorted(
        store.types(system=asked["system"]), key=lambda type: (KINDS.index(type.kind), type.name, type.version)
    )
    pages = max(1, -(-len(types) // _AT_ONCE))
    page = min(asked["page"], pages)
    shown = types[(page - 1) * _AT_ONCE : page * _AT_ONCE]
    examples = {
        id: found
        for kind in KINDS
        for id, found in examples_of(store, kind, [type for type in shown if type.kind == kind], numbers).items()
    }
    nodes = Nodes(store)
    data: TypesJson = {
        "types": [_type(nodes, type, numbers.get(type.id, 0), examples.get(type.id or 0, ())) for type in shown],
        "kinds": [_of_kind(kind, types, numbers) for kind in KINDS],
        "total": len(types),
        "page": page,
        "pages": pages,
        "system": asked["system"],
    }
    return Page("Types", data)


def _of_kind(kind: Kind, types: Sequence[Type], numbers: Mapping[int | None, int]) -> TypesOfKindJson:
    ids = [type.id or 0 for type in types if type.kind == kind]
    return {"kind": kind, "types": len(ids), "nodes": sum(numbers.get(id, 0) for id in ids)}


def _type(nodes: Nodes, type: Type, number: int, examples: Sequence[AnyNode]) -> TypeJson:
    properties = sorted(type.properties.items())
    shown = {key: kind for key, kind in properties if len(key) <= _LONGEST}
    return {
        "kind": type.kind,
        "id": type.id,
        "name": type.name,
        "version": type.version,
        "base_type": type.base_type,
        "role": vocabulary.role(type.kind, type.name, type.base_type),
        "properties": dict(list(shown.items())[:_MOST_PROPERTIES]),
        "more_properties": len(properties) - min(len(shown), _MOST_PROPERTIES),
        "nodes": number,
        "examples": [nodes.json(node) for node in examples],
    }


VIEW = View(
    "types",
    "/types",
    "The types of artifacts, executions and contexts, with counts and examples.",
    answer,
    TypesJson,
    (
        flag("system", "The nine system types of MLMD as well."),
        count("page", "Which page of them.", 1, least=1, most=1_000_000),
        AT,
    ),
)
