"""Which contexts go with their members."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

from graphmeta.backends.predicates import Field, OneOf
from graphmeta.backends.requests import EventQuery, MembershipPage, MembershipQuery, ParentQuery
from graphmeta.keeping.arrows import Arrows
from graphmeta.keeping.coding import Flowing, by_kind, coded
from graphmeta.keeping.rows import rows_in_portions, rows_of
from graphmeta.portions import portions
from graphmeta.query.production import says_run
from graphmeta.store.store import Store

# With more nodes than that it is quicker to read all memberships of a store than those of the nodes.
_FEW = 20_000
_PORTION = 100_000
# Which steps of a context stay decides whether its artifacts matter.
_STEPS_FIRST: tuple[Flowing, ...] = ("execution", "artifact")


@dataclass(slots=True)
class GoingContexts:
    """What goes besides artifacts and executions.

    Attributes:
        contexts: ids of those that go.
        edges: how many memberships and parent links go.
        unlisted: how many artifacts stay that were listed in a context which goes.
        emptied_runs: those of the contexts that go because every step of theirs does.
        staying: contexts that were named and stay, each with a member of theirs that stays (see `coded`), or None where
            a context that is part of them stays.
    """

    contexts: set[int] = field(default_factory=set)
    edges: int = 0
    unlisted: int = 0
    emptied_runs: set[int] = field(default_factory=set)
    staying: dict[int, int | None] = field(default_factory=dict)


def going_contexts(
    store: Store, going: Collection[int], arrows: Arrows, kept: Collection[int], named: Collection[int]
) -> GoingContexts:
    """The contexts of which nothing stays: all their members go, and all contexts that are part of them. A run goes as
    well when all its steps do, if what stays of its members was only used in it, or made elsewhere.

    Args:
        going: artifacts and executions (see `coded`).
        arrows: their events.
        kept: contexts that stay in any case.
        named: contexts that go even without any member, and even if artifacts stay that were listed in them; not if
            a step of theirs stays.
    """
    found = GoingContexts()
    parents, children = _links(store)
    members = _Members(store, going, kept, named)
    members.judge_runs(arrows)
    found.edges = members.edges
    staying = members.staying
    possible = _with_parents({*members.touched, *named}, parents) - set(kept)
    if not members.whole:
        _look_for_others(store, going, possible - members.touched - set(named), staying)
    emptied = _emptied(possible - staying.keys(), parents, children)
    # (A membership may name a context that is not there.)
    found.contexts = {row.id for row in rows_of(store, "context", emptied)}
    found.staying = {id: staying.get(id) for id in named if id not in found.contexts}
    found.emptied_runs = members.emptied_runs & found.contexts
    found.edges += sum(len(parents.get(id, ())) for id in found.contexts)
    gone = [artifacts for context, artifacts in members.listed.items() if context in found.contexts]
    found.edges += sum(map(len, gone))
    found.unlisted = len(set().union(*gone))
    return found


class _Members:
    """Who belongs to the contexts of what goes.

    Attributes:
        whole: whether all memberships of the store were read.
        edges: how many are those of what goes.
        touched: contexts of what goes.
        staying: contexts, each with a member that stays and holds it.
        listed: artifacts that stay, by contexts that may go nevertheless.
        emptied_runs: runs that go although artifacts stay in them.
    """

    def __init__(self, store: Store, going: Collection[int], kept: Collection[int], named: Collection[int]) -> None:
        self.whole = len(going) > _FEW
        self.edges = 0
        self.touched: set[int] = set()
        self.staying: dict[int, int] = {}
        self.listed: dict[int, set[int]] = {}
        self.emptied_runs: set[int] = set()
        self._store = store
        self._steps: dict[int, set[int]] = {}  # of runs: those that go
        contexts = None if self.whole else _contexts_of(store, going) | set(named)
        self._runs = _runs(store, contexts) - set(kept) - set(named)
        for kind, id, context in _all(store) if contexts is None else _of(store, contexts):
            node = coded(kind, id)
            if node in going:
                self.edges += 1
                self.touched.add(context)
                if kind == "execution" and context in self._runs:
                    self._steps.setdefault(context, set()).add(node)
            elif kind == "artifact" and (context in named or self._loses_all_steps(context)):
                self.listed.setdefault(context, set()).add(id)
            else:
                self.staying.setdefault(context, node)

    def _loses_all_steps(self, context: int) -> bool:
        return context in self._steps and context not in self.staying

    def judge_runs(self, arrows: Arrows) -> None:
        """Which of the runs that lose all steps go: those of which each artifact that stays was used by one of these
        steps, or made by one that stays."""
        theirs = {run: {coded("artifact", id) for id in self.listed[run]} for run in self._steps if run in self.listed}
        every = set().union(*theirs.values())
        used: dict[int, set[int]] = {}
        for source, target in arrows.pairs():
            if source in every:
                used.setdefault(source, set()).add(target)
        unused = {
            run: {id for id in those if not used.get(id, set()) & self._steps[run]} for run, those in theirs.items()
        }
        elsewhere = _made(self._store, set().union(*unused.values()))
        for run, those in unused.items():
            own = those - elsewhere
            if own:
                self.staying[run] = min(own)
                del self.listed[run]
            else:
                self.emptied_runs.add(run)


def _made(store: Store, artifacts: Collection[int]) -> set[int]:
    """Those of some artifacts (see `coded`) that a step made which is there."""
    found: dict[int, set[int]] = {}
    for part in portions(by_kind(artifacts)["artifact"]):
        events = store.backend.events(EventQuery(artifact_ids=part, flow="out", bare=True))
        for artifact, step in zip(events.artifact_ids, events.execution_ids, strict=True):
            found.setdefault(artifact, set()).add(step)
    there = {row.id for row in rows_of(store, "execution", set().union(*found.values()))}
    return {coded("artifact", artifact) for artifact, steps in found.items() if steps & there}


def _runs(store: Store, contexts: Collection[int] | None) -> set[int]:
    """Those of some contexts that are runs; None for all of the store."""
    types = [type.id or 0 for type in store.types("context") if says_run(type.name)]
    if not types:
        return set()
    where = OneOf(Field("type_id"), types)
    rows = (
        rows_in_portions(store, "context", [where]) if contexts is None else rows_of(store, "context", contexts, where)
    )
    return {row.id for row in rows}


def _contexts_of(store: Store, nodes: Collection[int]) -> set[int]:
    """The contexts that some nodes belong to."""
    found: set[int] = set()
    for kind, ids in by_kind(nodes).items():
        for part in portions(sorted(ids)):
            found.update(id for _, id in store.backend.memberships(MembershipQuery(kind, node_ids=part)))
    return found


def _all(store: Store) -> Iterator[tuple[Flowing, int, int]]:
    """(kind, node id, context id) of all memberships of a store."""
    for kind in _STEPS_FIRST:
        after = 0
        while page := store.backend.membership_page(MembershipPage(kind, after, _PORTION)):
            yield from ((kind, node, context) for _, node, context in page)
            after = page[-1][0]


def _of(store: Store, contexts: Collection[int]) -> Iterator[tuple[Flowing, int, int]]:
    """Likewise, of some contexts."""
    for kind in _STEPS_FIRST:
        for part in portions(sorted(contexts)):
            for node, context in store.backend.memberships(MembershipQuery(kind, context_ids=part)):
                yield kind, node, context


def _links(store: Store) -> tuple[dict[int, list[int]], dict[int, list[int]]]:
    """Parents by child, and children by parent."""
    parents: dict[int, list[int]] = {}
    children: dict[int, list[int]] = {}
    for child, parent in store.backend.parents(ParentQuery()):
        parents.setdefault(child, []).append(parent)
        children.setdefault(parent, []).append(child)
    return parents, children


def _look_for_others(store: Store, going: Collection[int], contexts: Collection[int], staying: dict[int, int]) -> None:
    """Note of contexts above others whether anything in them stays."""
    for kind, id, context in _of(store, contexts):
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
