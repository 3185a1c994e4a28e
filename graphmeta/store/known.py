"""The nodes that one put has to do with, by what they may be known by."""

from __future__ import annotations

from graphmeta.model import AnyNode, Kind, Type
from graphmeta.store.options import PutOptions

Key = tuple[Kind, int]


class Known:
    """Nodes as a put leaves them: those of the store that it found, as it changes them, and its new ones.

    Args:
        options: say by what else than its id a node may be known.
    """

    def __init__(self, options: PutOptions) -> None:
        self.nodes: dict[Key, AnyNode] = {}
        self._options = options
        self._artifacts: dict[str | None, int] = {}  # by external id
        self._contexts: dict[tuple[int | None, str | None], int] = {}  # by type and name

    def keep(self, number: int, node: AnyNode) -> None:
        """Note what the node with an id is to be."""
        self.nodes[node.kind, number] = node
        if node.kind == "artifact":
            self._artifacts[node.external_id] = number
        elif node.kind == "context":
            self._contexts[node.type_id, node.name] = number

    def find(self, node: AnyNode, type: Type | None) -> AnyNode | None:
        """What there is for a node of this type: by its id, or by what the options let it be known by."""
        if node.id is not None:
            return self.nodes.get((node.kind, node.id))
        # What was kept may have got another name, or external id, since.
        if node.kind == "context" and self._options.reuse_contexts:
            wanted = (None if type is None else type.id, node.name)
            found = self.nodes.get(("context", self._contexts.get(wanted, -1)))
            return found if found is not None and (found.type_id, found.name) == wanted else None
        if self.reusable(node):
            found = self.nodes.get(("artifact", self._artifacts.get(node.external_id, -1)))
            return found if found is not None and found.external_id == node.external_id else None
        return None

    def reusable(self, node: AnyNode) -> bool:
        """Whether an artifact may be known by its external id; an empty one says nothing, as in MLMD."""
        return self._options.reuse_artifacts_by_external_id and node.kind == "artifact" and bool(node.external_id)
