"""Nodes as rows of a table: what a list shows of each, with the runs that they belong to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypedDict

from graphmeta.backends.predicates import Field, OneOf
from graphmeta.backends.requests import MembershipQuery, NodeQuery, ParentQuery
from graphmeta.model import AnyNode, Context, node_id
from graphmeta.pages.nodes import Nodes
from graphmeta.query.annotations import without_annotations
from graphmeta.query.production import is_bookkeeping, is_run
from graphmeta.render.words import caption
from graphmeta.store import Store
from graphmeta.store.hydrate import to_nodes

LONGEST = 500  # characters of a name or a URI; the node's own page has all of it
_MOST_CONTEXTS = 2  # of one row
_AT_EACH_END = 4  # contexts that are looked at, of those that a row was joined to first and last


class WithinJson(TypedDict):
    """A context that a row belongs to."""

    id: int
    type: str
    title: str


class RowJson(TypedDict):
    """A node in a list. `within` are the runs (else other contexts) that it belongs to, two at most: the first, which
    made an artifact, and the last; `within_more` is the number of further contexts. Of a context those that it is part
    of. Names and URIs beyond 500 characters are cut. Times are milliseconds
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
    within_more: int


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
                "within": (found := within.get(node_id(node), ([], 0)))[0],
                "within_more": found[1],
            }
        )
    return rows


def _within(store: Store, nodes: Sequence[AnyNode]) -> dict[int, tuple[list[WithinJson], int]]:
    """By the id of a node, the contexts to show of it, and how many more there are."""
    ids = [node_id(node) for node in nodes]
    kind = nodes[0].kind
    if kind == "context":
        pairs = store.backend.parents(ParentQuery(child_ids=ids))
    else:
        pairs = store.backend.memberships(MembershipQuery(kind, node_ids=ids))
    groups = set(without_annotations(store, [context for _, context in pairs]))
    of: dict[int, list[int]] = {}
    for node, context in pairs:
        if context in groups:
            of.setdefault(node, []).append(context)
    looked = {
        node: list(dict.fromkeys([*contexts[:_AT_EACH_END], *contexts[-_AT_EACH_END:]]))
        for node, contexts in of.items()
    }
    wanted = sorted({context for contexts in looked.values() for context in contexts})
    if not wanted:
        return {}
    found = to_nodes(store.backend.nodes(NodeQuery("context", OneOf(Field("id"), wanted))), Context)
    known = {node_id(context): context for context in found if not is_bookkeeping(context.type)}
    shown = {}
    for node, contexts in looked.items():
        those = [known[id] for id in contexts if id in known]
        runs = [each for each in those if is_run(each)]
        # The first run made an artifact; where a node belongs to one run or none, what else it belongs to.
        chosen = [runs[0], runs[-1]] if len(runs) > 1 else [*runs, *(each for each in those if each not in runs)]
        chosen = chosen[:_MOST_CONTEXTS]
        hidden = len(contexts) - len(those)
        shown[node] = [_as_within(each) for each in chosen], len(of[node]) - hidden - len(chosen)
    return shown


def _as_within(context: Context) -> WithinJson:
    return {"id": node_id(context), "type": context.type, "title": caption(context)}


def _cut(text: str | None) -> str | None:
    return text if text is None or len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
