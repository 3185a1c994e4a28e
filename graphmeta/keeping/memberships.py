"""Which contexts go with their members."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

from graphmeta.backends.requests import MembershipPage, MembershipQuery, ParentQuery
from graphmeta.keeping.selection import FLOWING, Flowing, coded, decoded, portions
from graphmeta.store.store import Store

# With more nodes than that it is quicker to read all memberships of a store than those of the nodes.
_FEW = 20_000
_PORTION = 100_000


@dataclass(slots=True)
class GoingContexts:
    """What goes besides artifacts and executions.

    Attributes:
        contexts: ids of those that go.
        edges: how many memberships and parent links go.
        unlisted: how many artifacts stay that were listed in a context which somebody named and which goes.
        staying: contexts that were named and stay, each with a member of theirs that stays (see `coded`), or None where
            a context that is part of them stays.
    """

    contexts: set[int] = field(default_factory=set)
    edges: int = 0
    unlisted: int = 0
    staying: dict[int, int | None] = field(default_factory=dict)


def going_contexts(
    store: Store, going: Collection[int], kept: Collection[int], named: Collection[int]
) -> GoingContexts:
    """The contexts of which nothing stays: all their members go, and all contexts that are part of them.

    Args:
        going: artifacts and executions (see `coded`).
        kept: contexts that stay in any case.
        named: contexts that go even without any member, and even if artifacts stay that were listed in them; not if
            a step of theirs stays.
    """
    found = GoingContexts()
    parents, children = _links(store)
    touched: set[int] = set()
    staying: dict[int, int] = {}
    listed: set[tuple[int, int]] = set()  # (artifact that stays, named context)
    for kind, id, context in _memberships(store, going, named):
        node = coded(kind, id)
        if node in going:
            found.edges += 1
            touched.add(context)
        elif kind == "artifact" and context in named:
            listed.add((id, context))
        else:
            staying.setdefault(context, node)
    possible = _with_parents({*touched, *named}, parents) - set(kept)
    if len(going) <= _FEW:
        _look_for_others(store, going, possible - touched - set(named), staying)
    found.contexts = _emptied(possible - staying.keys(), parents, children)
    found.staying = {id: staying.get(id) for id in named if id not in found.contexts}
    found.edges += sum(len(parents.get(id, ())) for id in found.contexts)
    gone = {artifact for artifact, context in listed if context in found.contexts}
    found.edges += sum(context in found.contexts for _, context in listed)
    found.unlisted = len(gone)
    return found


def _links(store: Store) -> tuple[dict[int, list[int]], dict[int, list[int]]]:
    """Parents by child, and children by parent."""
    parents: dict[int, list[int]] = {}
    children: dict[int, list[int]] = {}
    for child, parent in store.backend.parents(ParentQuery()):
        parents.setdefault(child, []).append(parent)
        children.setdefault(parent, []).append(child)
    return parents, children


def _memberships(store: Store, going: Collection[int], named: Collection[int]) -> Iterator[tuple[Flowing, int, int]]:
    """(kind, node id, context id) of all contexts that nodes which go belong to, and of those that were named; of the
    whole store where that is quicker."""
    if len(going) > _FEW:
        for kind in FLOWING:
            after = 0
            while page := store.backend.membership_page(MembershipPage(kind, after, _PORTION)):
                yield from ((kind, node, context) for _, node, context in page)
                after = page[-1][0]
        return
    contexts = set(named)
    for kind in FLOWING:
        own = sorted(id for each, id in map(decoded, going) if each == kind)
        for part in portions(own):
            contexts.update(id for _, id in store.backend.memberships(MembershipQuery(kind, node_ids=part)))
    yield from _members(store, contexts)


def _members(store: Store, contexts: Collection[int]) -> Iterator[tuple[Flowing, int, int]]:
    for kind in FLOWING:
        for part in portions(sorted(contexts)):
            for node, context in store.backend.memberships(MembershipQuery(kind, context_ids=part)):
                yield kind, node, context


def _look_for_others(store: Store, going: Collection[int], contexts: Collection[int], staying: dict[int, int]) -> None:
    """Note of contexts above others whether anything in them stays."""
    for kind, id, context in _members(store, contexts):
        if coded(kind, id) not in going:
            staying.setdefault(context, coded(kind, id))


def _with_parents(contexts: set[int], parents: dict[int, list[int]]) -> set[int]:
    found, new = set(contexts), deque(contexts)
    while new:
        for parent in parents.get(new.popleft(), ()):
            if parent not in found:
                found.add(parent)
                new.append(parent)
    return found


def _emptied(possible: Collection[int], parents: dict[int, list[int]], children: dict[int, list[int]]) -> set[int]:
    """Those of some contexts whose children are all among them, from the innermost outwards."""
    waits = {id: len(children.get(id, ())) for id in possible}
    ready = deque(sorted(id for id, number in waits.items() if not number))
    found: set[int] = set()
    while ready:
        context = ready.popleft()
        found.add(context)
        for parent in parents.get(context, ()):
            if parent in waits:
                waits[parent] -= 1
                if not waits[parent]:
                    ready.append(parent)
    return found
