"""A node as the pages show it and as their JSON twins hold it."""

from __future__ import annotations

from typing import Any, TypedDict, cast

from graphmeta import vocabulary
from graphmeta.model import AnyNode, Execution
from graphmeta.pages.bounds import fitting, short_text
from graphmeta.query.nodes import label, node_json
from graphmeta.query.production import state_of
from graphmeta.render.words import title
from graphmeta.store import Store

# Characters of a text, properties of each sort, and the room for the properties of all nodes that a page only names.
_LONGEST, _MOST, _ROOM = 500, 50, 400_000
# The same of the node that the page is about.
_LONGEST_OWN, _MOST_OWN, _ROOM_OWN = 100_000, 10_000, 2_000_000


class NodeJson(TypedDict):
    """A node; `title` is what people call it, `label` finds it again, `state` is how a step ended, also where only a
    property says so, times are milliseconds since the epoch. Of a node that a page only names texts are cut to 500
    characters and properties to 50 of each sort; of a page's own node to 100,000 characters, and two million in all.
    `cut` counts the texts that are not whole, `more_properties` the properties that are left out."""

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
    cut: int
    more_properties: int


class Nodes:
    """Turns nodes of one store into JSON, for one page: there is room for so much, whatever the nodes hold.

    Args:
        store: whose types say what roles they have.
    """

    def __init__(self, store: Store) -> None:
        self._base_types = {type.id: type.base_type for type in store.types(system=True)}
        self._room = _ROOM

    def json(self, node: AnyNode) -> NodeJson:
        """A node that a page names."""
        held, used = self._bounded(node, _LONGEST, _MOST, self._room)
        self._room -= used
        return held

    def whole(self, node: AnyNode) -> NodeJson:
        """The node that a page is about, with nearly all that it holds."""
        return self._bounded(node, _LONGEST_OWN, _MOST_OWN, _ROOM_OWN)[0]

    def _bounded(self, node: AnyNode, longest: int, most: int, room: int) -> tuple[NodeJson, int]:
        """A node, and how much of the room its properties take."""
        held = node_json(node)
        role = vocabulary.role(node.kind, node.type, self._base_types.get(node.type_id))
        if isinstance(node, Execution) and node.state is not None:
            held["state"] = state_of(node)
        cut = more = used = 0
        for name in ("type", "name", "uri"):
            whole = held[name]
            if whole is not None and len(whole) > longest:
                held[name] = short_text(whole, longest)
                cut += 1
        for name in ("properties", "custom_properties"):
            found = fitting(held[name], most=most, longest=longest, room=room - used)
            held[name] = found.values
            cut += found.cut
            more += found.more
            used += found.size
        made = {"title": title(node), "label": label(node), "role": role, "cut": cut, "more_properties": more}
        return cast("NodeJson", {**held, **made}), used
