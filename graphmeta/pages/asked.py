"""What a page asked, as Cypher: what one would ask Neo4j by hand to see the same."""

from __future__ import annotations

from collections.abc import Iterable

from graphmeta.backends.as_of import AsOfBackend
from graphmeta.backends.predicates import Field, OneOf
from graphmeta.backends.requests import MembershipQuery, NodeQuery, Request
from graphmeta.model import Context, Kind, node_id
from graphmeta.query import Key, resolve
from graphmeta.query.ancestry import walks_of
from graphmeta.render.cypher import to_cypher
from graphmeta.store import Store

MOST_IDS = 100  # that a statement shows: what follows is more of the same


def lineage_as_cypher(
    store: Store, start: Key, up: int | None, down: int | None, keys: Iterable[Key], within: str | None = None
) -> str:
    """The statements of a lineage: the walk from its start, what belongs to the context, the nodes.

    (Not what was traced: a page reads step by step, to stop where there is too much of it, and other pages ask the same
    store meanwhile.)

    Args:
        up, down: node steps at most; None for all.
        keys: the nodes that were found; the first of them are named.
        within: a context's name.
    """
    at = store.backend.time if isinstance(store.backend, AsOfBackend) else None
    requests: list[Request] = [*walks_of(start, up, down, at)]
    if within is not None:
        context = resolve(store, within, kinds=("context",))
        if isinstance(context, Context):
            ids = [node_id(context)]
            requests += [MembershipQuery("artifact", context_ids=ids), MembershipQuery("execution", context_ids=ids)]
    found = list(keys)
    kinds: tuple[Kind, ...] = ("artifact", "execution")
    for kind in kinds:
        named = [key.id for key in found if key.kind == kind][:MOST_IDS]
        if named:
            requests.append(NodeQuery(kind, OneOf(Field("id"), named)))
    return to_cypher(store.url, requests)
