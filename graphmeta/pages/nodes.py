"""A node as the pages show it and as their JSON twins hold it."""

from __future__ import annotations

from typing import Any, TypedDict, cast

from graphmeta import vocabulary
from graphmeta.model import AnyNode, Execution
from graphmeta.query.nodes import label, node_json
from graphmeta.query.production import state_of
from graphmeta.render.words import title
from graphmeta.store import Store


class NodeJson(TypedDict):
    """A node; `title` is what people call it, `label` finds it again, `state` is how a step ended, also where only a
    property says so, times are milliseconds since the epoch."""

    kind: str
    id: int
    type: str
    name: str | None
    uri: str | None
    state: str | None
    title: str
    label: str
    role: str | None
    properties: dict[str, Any]
    custom_properties: dict[str, Any]
    created: int | None
    updated: int | None


class Nodes:
    """Turns nodes of one store into JSON.

    Args:
        store: whose types say what roles they have.
    """

    def __init__(self, store: Store) -> None:
        self._base_types = {type.id: type.base_type for type in store.types(system=True)}

    def json(self, node: AnyNode) -> NodeJson:
        """One node."""
        held = node_json(node)
        role = vocabulary.role(node.kind, node.type, self._base_types.get(node.type_id))
        if isinstance(node, Execution) and node.state is not None:
            held["state"] = state_of(node)
        return cast("NodeJson", {**held, "title": title(node), "label": label(node), "role": role})
