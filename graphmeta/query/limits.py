"""A lineage cut short: not beyond some types, only within a context."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from graphmeta.backends.predicates import And, Field, OneOf
from graphmeta.backends.requests import MembershipQuery
from graphmeta.backends.rows import Closure, EventColumns
from graphmeta.errors import InvalidArgumentError
from graphmeta.model import AnyNode, Context, node_id
from graphmeta.query.flow import Flow, Key, edges_of, union
from graphmeta.query.nodes import label
from graphmeta.query.reading import given
from graphmeta.query.type_names import chosen_types
from graphmeta.store.store import Store


def limited(
    store: Store,
    closures: Sequence[Closure],
    start: Key,
    hops: tuple[int | None, int | None],
    until: Sequence[str] | None,
    within: Context | str | None,
) -> list[Closure]:
    """What is left of the closures of a lineage.

    Args:
        hops: node steps at most up and down; None for all.
        until: types behind whose nodes nothing is reached.
        within: the context that all but the start must belong to.

    Raises:
        NotFoundError, AmbiguousNameError: an unknown type or context.
        InvalidArgumentError: `within` is no context.
    """
    events = union([closure.events for closure in closures])
    artifacts = sorted({id for closure in closures for id in closure.artifact_ids})
    executions = sorted({id for closure in closures for id in closure.execution_ids})
    if within is not None:
        members = {start, *_members(store, within)}
        events = _between(events, members, members)
    barrier = set() if until is None else of_types(store, until, artifacts, executions)
    flow = Flow(events)
    above = flow.upstream([start], barrier, hops[0]).distance
    below = flow.downstream([start], barrier, hops[1]).distance
    reached = {**above, **below}
    missing = {id for closure in closures for id in closure.missing_artifact_ids}
    return [
        Closure(
            sorted(key.id for key in reached if key.kind == "artifact" and key.id not in missing),
            sorted(key.id for key in reached if key.kind == "execution"),
            _between(events, above, below, barrier - {start}),
            sorted(key.id for key in reached if key.kind == "artifact" and key.id in missing),
        )
    ]


def of_types(store: Store, texts: Sequence[str], artifacts: list[int], executions: list[int]) -> set[Key]:
    """The keys of the nodes, out of these, that are of one of the types.

    Raises:
        NotFoundError: an unknown type.
    """
    wanted = chosen_types(store, (type for type in store.types(system=True) if type.kind != "context"), texts)
    chosen = OneOf(Field("type_id"), sorted(wanted))
    return {Key("artifact", row.id) for row in store.rows("artifact", And((OneOf(Field("id"), artifacts), chosen)))} | {
        Key("execution", row.id) for row in store.rows("execution", And((OneOf(Field("id"), executions), chosen)))
    }


def context_of(store: Store, context: Context | str) -> Context:
    """The context that a lineage stays within.

    Raises:
        NotFoundError, AmbiguousNameError: no context, or several, answer to it.
        InvalidArgumentError: it is no context.
    """
    found: AnyNode = given(store, context, ("context",))
    if not isinstance(found, Context):
        raise InvalidArgumentError(
            f"{label(found)} is no context, and nothing belongs to it; name one, as Run:churn@7."
        )
    return found


def _members(store: Store, context: Context | str) -> set[Key]:
    """The artifacts and executions that belong to a context."""
    ids = [node_id(context_of(store, context))]
    artifacts = store.backend.memberships(MembershipQuery("artifact", context_ids=ids))
    executions = store.backend.memberships(MembershipQuery("execution", context_ids=ids))
    return {Key("artifact", id) for id, _ in artifacts} | {Key("execution", id) for id, _ in executions}


def _between(
    events: EventColumns, above: Collection[Key], below: Collection[Key], closed: Collection[Key] = ()
) -> EventColumns:
    """The events whose two ends are both among the nodes above, or both among those below. What lies behind a closed
    node is not looked at: upstream it is left by no event of its own making, downstream by none that took it."""
    kept = []
    for row, edge in zip(events.rows(), edges_of(events), strict=True):
        up = edge.source in above and edge.target in above and edge.target not in closed
        down = edge.source in below and edge.target in below and edge.source not in closed
        if up or down:
            kept.append(row)
    return EventColumns.of(kept)
