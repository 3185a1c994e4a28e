"""Nodes as rows of a table: what a list shows of each, with the runs that they belong to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypedDict

from graphmeta.model import AnyNode, Context, node_id
from graphmeta.pages.nodes import Nodes
from graphmeta.query.belonging import Within, within
from graphmeta.render.words import caption
from graphmeta.store import Store

LONGEST = 500  # characters of a name or a URI; the node's own page has all of it


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
    belongs = within(store, nodes)
    as_json = Nodes(store)
    rows: list[RowJson] = []
    for node in nodes:
        held, own = as_json.json(node), belongs.get(node_id(node), Within([], 0))
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
                "within": [_as_within(context) for context in own.contexts],
                "within_more": own.more,
            }
        )
    return rows


def _as_within(context: Context) -> WithinJson:
    return {"id": node_id(context), "type": context.type, "title": caption(context)}


def _cut(text: str | None) -> str | None:
    return text if text is None or len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
