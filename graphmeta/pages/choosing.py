"""Which artifacts a question of several is about, and what to suggest while they are not all chosen."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from graphmeta.backends.predicates import Field, OneOf
from graphmeta.backends.requests import Order
from graphmeta.model import AnyNode, Artifact, node_id
from graphmeta.pages.nodes import NodeJson, Nodes
from graphmeta.query.comparison import age
from graphmeta.query.naming import versions
from graphmeta.query.reading import Reader, given_artifact
from graphmeta.store import Store
from graphmeta.vocabulary import display_name

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


def versions_of(store: Store, artifact: Artifact, limit: int) -> list[Artifact]:
    """The versions of the same thing, this one included, the last stored first. What has no name but the last part of
    its URI is no version of anything."""
    named = display_name(artifact.name, None, artifact.properties, artifact.custom_properties)
    return versions(store, artifact, limit) if named else [artifact]


def suggestions(store: Store, nodes: Nodes, known: Sequence[Artifact]) -> list[NodeJson]:
    """What else could be chosen: other versions of the first one; of nothing, or of something that has none, the
    newest models. The newest come first."""
    found: list[Artifact] = []
    if known:
        found = sorted(versions_of(store, known[0], _LOOKED_THROUGH), key=age, reverse=True)
    taken = {each.id for each in known}
    others = [each for each in found if each.id not in taken]
    if not others:
        others = [each for each in _newest_models(store, len(taken)) if each.id not in taken]
    return [nodes.json(each) for each in others[:_SUGGESTED]]


def _newest_models(store: Store, besides: int) -> list[Artifact]:
    """The newest models; mostly they are among the newest artifacts, which are found at once in a store of any size."""
    types = Reader(store).type_ids("artifact", ("Model",))
    newest, limit = Order("id", descending=True), _SUGGESTED + besides
    if not types:
        return []
    found = [each for each in store.artifacts(order=newest, limit=_LOOKED_THROUGH) if each.type_id in types]
    return found[:limit] or store.artifacts(OneOf(Field("type_id"), types), order=newest, limit=limit)
