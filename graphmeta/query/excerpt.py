"""So much of a lineage as one can look at: read step by step from the start, and no further than so many nodes.

`lineage` reads all of what is asked for; a page cannot know beforehand whether that is a dozen nodes or a million.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Literal

from graphmeta.backends.predicates import Field, OneOf
from graphmeta.backends.requests import EventFlow, EventQuery, MembershipQuery, NodeQuery
from graphmeta.backends.rows import Closure
from graphmeta.model import AnyNode, Context, node_id
from graphmeta.query.answers.lineage import Lineage
from graphmeta.query.flow import Key, key_of
from graphmeta.query.limits import context_of, of_types
from graphmeta.query.nearby import EVENTS_A_NODE, Chosen, Nearby, walk_nearby
from graphmeta.query.reading import given_with_lineage
from graphmeta.store.store import Store

_LOOKED_AT = 500  # events of the last nodes: one that leads on is enough


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A lineage, as far as it was read.

    Attributes:
        lineage: what was found.
        unfiltered: the same without `types`.
        complete: whether that is all; else reading was stopped, and there are more nodes upstream or downstream.
        further: whether more lies upstream, and downstream, behind the steps that were asked for.
    """

    lineage: Lineage
    unfiltered: Lineage
    complete: bool
    further: tuple[bool, bool]


def excerpt(
    store: Store,
    node: AnyNode | str,
    *,
    up: int | None,
    down: int | None,
    most: int,
    types: Sequence[str] | None = None,
    until: Sequence[str] | None = None,
    within: Context | str | None = None,
) -> Excerpt:
    """As `lineage`, of so many nodes at most on each side.

    Args:
        up, down: node steps at most against and along the flow of the data; None for all.
        most: nodes read on each side, those nearest to the start (see `walk_nearby`).
        types, until, within: see `lineage`. With `until` and `within` what is left out is not read, so that there is
            room for more; `types` chooses among what was read.

    Raises:
        NotFoundError, AmbiguousNameError, InvalidArgumentError: see `lineage`.
    """
    start = given_with_lineage(store, node)
    allowed = None if within is None else _members(store, context_of(store, within))
    shut = None if until is None else _of_types(store, until)
    ways: list[tuple[Literal["upstream", "downstream"], int | None]] = [("upstream", up), ("downstream", down)]
    sides = [
        walk_nearby(
            store.backend,
            [key_of(start)],
            way,
            hops=hops,
            most_nodes=most,
            most_events=EVENTS_A_NODE * most,
            allowed=allowed,
            shut=shut,
        )
        for way, hops in ways
    ]
    closures = [_closure(store, side) for side in sides]
    whole = Lineage(store, start, closures, (up, down))
    part = whole if types is None else Lineage(store, start, closures, (up, down), types)
    further = [_goes_on(store, side, way, hops, allowed, shut) for side, (way, hops) in zip(sides, ways, strict=True)]
    return Excerpt(part, whole, all(side.complete for side in sides), (further[0], further[1]))


def _goes_on(
    store: Store, side: Nearby, way: str, hops: int | None, allowed: Chosen | None, shut: Chosen | None
) -> bool:
    """Whether the last nodes of a side lead on to others."""
    last = [key for key, distance in side.nodes.items() if distance == hops]
    if shut is not None and hops:
        closed = set(shut(last))
        last = [key for key in last if key not in closed]
    if not last:
        return False
    ids, of_artifacts = sorted(key.id for key in last), last[0].kind == "artifact"
    # Downstream of an artifact are the steps that it went into, of a step what came out of it.
    flow: EventFlow = "in" if of_artifacts == (way == "downstream") else "out"
    ends = {"artifact_ids": ids} if of_artifacts else {"execution_ids": ids}
    rows = store.backend.events(EventQuery(**ends, flow=flow, limit=_LOOKED_AT)).rows()  # type: ignore[arg-type]
    others = {Key("execution", row[2]) if of_artifacts else Key("artifact", row[1]) for row in rows}
    new = others - side.nodes.keys()
    return bool(new if allowed is None else allowed(new))


def _closure(store: Store, side: Nearby) -> Closure:
    artifacts = sorted(key.id for key in side.nodes if key.kind == "artifact")
    executions = sorted(key.id for key in side.nodes if key.kind == "execution")
    rows = store.backend.nodes(NodeQuery("artifact", OneOf(Field("id"), artifacts), bare=True)) if artifacts else ()
    there = {row.id for row in rows}
    missing = [id for id in artifacts if id not in there]
    return Closure([id for id in artifacts if id in there], executions, side.events, missing)


def _members(store: Store, context: Context) -> Chosen:
    """Tells which of some nodes belong to a context."""

    def chosen(keys: Collection[Key]) -> set[Key]:
        found: set[Key] = set()
        for kind in ("artifact", "execution"):
            ids = sorted(key.id for key in keys if key.kind == kind)
            pairs = store.backend.memberships(MembershipQuery(kind, node_ids=ids)) if ids else []
            found.update(Key(kind, id) for id, of in pairs if of == node_id(context))
        return found

    return chosen


def _of_types(store: Store, types: Sequence[str]) -> Chosen:
    """Tells which of some nodes are of one of the types.

    Raises:
        NotFoundError: an unknown type.
    """

    def chosen(keys: Collection[Key]) -> set[Key]:
        artifacts = [key.id for key in keys if key.kind == "artifact"]
        return of_types(store, types, artifacts, [key.id for key in keys if key.kind == "execution"])

    chosen(())  # an unknown type is told even of a node that nothing joins
    return chosen
