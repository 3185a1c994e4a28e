"""Which artifacts a question of several is about, and what to suggest while they are not all chosen."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from graphmeta.model import AnyNode, Artifact, node_id
from graphmeta.pages.nodes import NodeJson, Nodes
from graphmeta.query.catalogue import newest_of_role
from graphmeta.query.reading import given_artifact
from graphmeta.query.versions import age, sure_versions
from graphmeta.store import Store

# Of what things were made from, and of what came of them, a page looks at so many nodes, and at fewer for a plan:
# in half a second there is no time for more. The command line looks at all.
NEAREST = 4_000
PLANNED = 1_500
_SUGGESTED = 10
_LOOKED_THROUGH = 200


def chosen(store: Store, texts: Iterable[str]) -> list[Artifact]:
    """The artifacts with these names or ids, each once.

    Raises:
        NotFoundError, AmbiguousNameError, InvalidArgumentError: no artifact, or several, answer to one of them.
    """
    found = (given_artifact(store, text, "Model") for text in texts)
    return list({node_id(each): each for each in found}.values())


def reference(node: AnyNode) -> str:
    """How an address names a node: short, and never mistaken for another."""
    return f"{node.kind}/{node.id}"


def suggestions(store: Store, nodes: Nodes, known: Sequence[Artifact]) -> list[NodeJson]:
    """What else could be chosen: other versions of the first one; of nothing, or of something that has none, the
    newest models. The newest come first."""
    found: list[Artifact] = []
    if known:
        found = sorted(sure_versions(store, known[0], _LOOKED_THROUGH), key=age, reverse=True)
    taken = {each.id for each in known}
    others = [each for each in found if each.id not in taken]
    if not others:
        others = [each for each in newest_of_role(store, "Model", _SUGGESTED + len(taken)) if each.id not in taken]
    return [nodes.json(each) for each in others[:_SUGGESTED]]
