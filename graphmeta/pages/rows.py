"""Nodes as rows of a table: what a list shows of each, with the runs that they belong to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypedDict

from graphmeta.backends.predicates import Field, OneOf
from graphmeta.backends.requests import MembershipQuery, NodeQuery, ParentQuery
from graphmeta.model import AnyNode, Context, node_id
from graphmeta.pages.nodes import Nodes
from graphmeta.query.production import is_bookkeeping, is_run
from graphmeta.render.words import caption
from graphmeta.store import Store
from graphmeta.store.hydrate import to_nodes

LONGEST = 500  # characters of a name or a URI; the node's own page has all of it
_MOST_CONTEXTS = 2  # of one row
_LAST = 5  # contexts that a row belongs to and that are looked at, those that it was joined to last


class WithinJson(TypedDict):
    """A context that a row belongs to."""

    id: int
    type: str
    title: str


class RowJson(TypedDict):
    """A node in a list. `within` are the runs (else other contexts) that it belongs to, two at most and the last
    ones; of a context those that it is part of. Names and URIs beyond 500 characters are cut. Times are milliseconds
    since the epoch."""

    kind: str
    id: int
    type: str
    name: str | None
    uri: str | None
    state: str | None
    title: str
    label: str
    role: str | None
    created: int | None
    updated: int | None
    within: list[WithinJson]


def rows_of(store: Store, nodes: Sequence[AnyNode]) -> list[RowJson]:
    """Nodes of one kind as rows; what they belong to is asked for once for all of them."""
    if not nodes:
        return []
    within = _within(store, nodes)
    as_json = Nodes(store)
    rows: list[RowJson] = []
    for node in nodes:
        held = as_json.json(node)
        rows.append(
            {
                "kind": held["kind"],
                "id": held["id"],
                "type": held["type"],
                "name": _cut(held["name"]),
                "uri": _cut(held["uri"]),
                "state": held["state"],
                "title": held["title"],
                "label": held["label"],
                "role": held["role"],
                "created": held["created"],
                "updated": held["updated"],
                "within": within.get(node_id(node), []),
            }
        )
    return rows


def _within(store: Store, nodes: Sequence[AnyNode]) -> dict[int, list[WithinJson]]:
    """By the id of a node, the contexts to show of it."""
    ids = [node_id(node) for node in nodes]
    kind = nodes[0].kind
    if kind == "context":
        pairs = store.backend.parents(ParentQuery(child_ids=ids))
    else:
        pairs = store.backend.memberships(MembershipQuery(kind, node_ids=ids))
    of: dict[int, list[int]] = {}
    for node, context in pairs:
        of.setdefault(node, []).append(context)
    last = {node: contexts[: -_LAST - 1 : -1] for node, contexts in of.items()}
    wanted = sorted({context for contexts in last.values() for context in contexts})
    if not wanted:
        return {}
    found = to_nodes(store.backend.nodes(NodeQuery("context", OneOf(Field("id"), wanted))), Context)
    known = {node_id(context): context for context in found if not is_bookkeeping(context.type)}
    shown = {}
    for node, contexts in last.items():
        # The runs first; then, or where a node belongs to none, what else it belongs to.
        those = sorted((known[id] for id in contexts if id in known), key=lambda each: not is_run(each))
        shown[node] = [_as_within(each) for each in those[:_MOST_CONTEXTS]]
    return shown


def _as_within(context: Context) -> WithinJson:
    return {"id": node_id(context), "type": context.type, "title": caption(context)}


def _cut(text: str | None) -> str | None:
    return text if text is None or len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
