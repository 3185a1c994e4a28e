"""What nodes belong to: runs before other contexts, annotations left out; and what belongs to a context."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from graphmeta.backends.requests import MembershipQuery, ParentQuery
from graphmeta.model import AnyNode, Artifact, Context, Execution, Kind, node_id
from graphmeta.query.annotations import without_annotations
from graphmeta.query.lookup import nodes_with_ids
from graphmeta.query.production import is_bookkeeping, is_run
from graphmeta.store.store import Store
from graphmeta.vocabulary import ANNOTATION_TYPE

_SHORT = 2  # contexts that are shown of one of many nodes
_AT_EACH_END = 4  # contexts that are looked at, of those that it was joined to first and last


class Group(NamedTuple):
    """A context that a node belongs to, and the contexts that this one is part of."""

    context: Context
    parents: list[Context]


class Belonging(NamedTuple):
    """What a node belongs to: runs first, what pipeline systems write for themselves last, the newest first of each;
    and how many contexts there are in all."""

    groups: list[Group]
    total: int


class Within(NamedTuple):
    """In short what a node belongs to: the first run, which made an artifact, and the last; else other contexts. `more`
    is the number of further ones."""

    contexts: list[Context]
    more: int


def belonging(store: Store, node: Artifact | Execution, most: int) -> Belonging:
    """The contexts that a node belongs to, so many at most, and theirs."""
    kind = "artifact" if isinstance(node, Artifact) else "execution"
    pairs = store.backend.memberships(MembershipQuery(kind, node_ids=[node_id(node)]))  # type: ignore[arg-type]
    ids = without_annotations(store, sorted({context for _, context in pairs}, reverse=True))
    shown = ids[:most]
    above: dict[int, list[int]] = {}
    if shown:
        for child, parent in store.backend.parents(ParentQuery(child_ids=shown)):
            above.setdefault(child, []).append(parent)
    known = _contexts(store, [*shown, *(id for ids in above.values() for id in ids)])
    groups = [
        Group(known[id], [known[up] for up in above.get(id, ()) if up in known and known[up].type != ANNOTATION_TYPE])
        for id in shown
        if id in known
    ]
    # The run is what people look for: TFX has a context for each kind of step and for its cache, too.
    groups.sort(key=lambda group: (not is_run(group.context), is_bookkeeping(group.context.type)))
    return Belonging(groups, len(ids))


def within(store: Store, nodes: Sequence[AnyNode]) -> dict[int, Within]:
    """What each of some nodes of one kind belongs to, in short, by id; of a context what it is part of. Asked for once
    for all of them."""
    if not nodes:
        return {}
    ids, kind = [node_id(node) for node in nodes], nodes[0].kind
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
    found = _contexts(store, [context for contexts in looked.values() for context in contexts])
    known = {id: context for id, context in found.items() if not is_bookkeeping(context.type)}
    shown = {}
    for node, contexts in looked.items():
        those = [known[id] for id in contexts if id in known]
        runs = [each for each in those if is_run(each)]
        # The first run made an artifact; where a node belongs to one run or none, what else it belongs to.
        chosen = [runs[0], runs[-1]] if len(runs) > 1 else [*runs, *(each for each in those if each not in runs)]
        chosen = chosen[:_SHORT]
        hidden = len(contexts) - len(those)
        shown[node] = Within(chosen, len(of[node]) - hidden - len(chosen))
    return shown


def members(store: Store, context_id: int, kind: Kind) -> list[int]:
    """The ids of the artifacts, or of the executions, that belong to a context."""
    pairs = store.backend.memberships(MembershipQuery(kind, context_ids=[context_id]))  # type: ignore[arg-type]
    return sorted({node for node, _ in pairs})


def _contexts(store: Store, ids: Sequence[int]) -> dict[int, Context]:
    return {id: each for id, each in nodes_with_ids(store, "context", ids).items() if isinstance(each, Context)}
