"""What a backend is asked: a request is an object, so that it can be traced and shown as Cypher."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple, Union

from graphmeta.backends.predicates import Predicate
from graphmeta.model import Kind

Direction = Literal["upstream", "downstream", "both", "any"]
EventFlow = Literal["in", "out"]
DIRECTIONS: tuple[Direction, ...] = ("upstream", "downstream", "both", "any")


class Order(NamedTuple):
    """How nodes are ordered; ties are broken by id in the same direction."""

    by: Literal["id", "created", "updated", "name"] = "id"
    descending: bool = False


BY_ID = Order()


@dataclass(slots=True)
class NodeQuery:
    """Nodes of one kind that a predicate holds for; None is all.

    Attributes:
        bare: nobody will look at their properties, so that a backend need not read them.
        many: the predicate is thought to hold for many, so that trying one node after another in the order asked for
            finds the first of them sooner than finding all and sorting them. A backend that knows better may do as it
            likes.
    """

    kind: Kind
    where: Predicate | None = None
    order: Order = BY_ID
    limit: int | None = None
    bare: bool = False
    many: bool = False


@dataclass(slots=True)
class EventQuery:
    """Events of these artifacts or of these executions; with neither, of all, so many at a time.

    Attributes:
        flow: of some nodes: only those by which artifacts went into executions ("in"), or came out of them ("out");
            None for both.
        after: only those whose id is greater.
        limit: so many at most, those with the lowest ids; None for all.
        bare: nobody will look at their paths, which are half the work of reading all events; they come as ().
    """

    artifact_ids: Sequence[int] | None = None
    execution_ids: Sequence[int] | None = None
    flow: EventFlow | None = None
    after: int = 0
    limit: int | None = None
    bare: bool = False


@dataclass(slots=True)
class MembershipQuery:
    """Attributions (kind "artifact") or associations (kind "execution"), as (node id, context id)
    pairs in the order of insertion: of these nodes or of these contexts; one of the two is given."""

    kind: Literal["artifact", "execution"]
    node_ids: Sequence[int] | None = None
    context_ids: Sequence[int] | None = None


@dataclass(slots=True)
class MembershipPage:
    """All attributions (kind "artifact") or associations (kind "execution") in the order of insertion, so many at a
    time, as (number, node id, context id): the numbers ascend in that order, and have no other meaning.

    Attributes:
        after: only those whose number is greater.
        limit: so many at most, those with the lowest numbers; any that share the last number come besides. None is
            all.
    """

    kind: Literal["artifact", "execution"]
    after: int = 0
    limit: int | None = None


@dataclass(slots=True)
class ParentQuery:
    """Parent links as (child id, parent id) pairs: of these children or of these parents; with neither, all."""

    child_ids: Sequence[int] | None = None
    parent_ids: Sequence[int] | None = None


@dataclass(slots=True)
class Walk:
    """Everything reached from some nodes along the events.

    Upstream goes against the flow of the data: from an artifact to the executions that have it as an
    output, from an execution to its inputs. Both means the union of an upstream and a downstream walk
    from the same start, not what a walk reaches that changes direction on the way. Any means that: every event
    is taken either way.

    Attributes:
        kind: of the start, "artifact" or "execution".
        ids: of the start.
        hops: node steps at most in that direction, None for all: artifact to execution is one.
        events: whether to bring the events between the reached nodes: all whose two ends it reached; of
            both, those of the upstream walk and those of the downstream walk, each once.
        at: only along what was recorded at that time, in milliseconds since the epoch: events that had happened,
            between nodes that were stored (the start is taken as it is); None for all.
    """

    kind: Literal["artifact", "execution"]
    ids: Sequence[int]
    direction: Direction
    hops: int | None = None
    events: bool = False
    at: int | None = None


@dataclass(slots=True)
class TypeQuery:
    """All types of all kinds."""


@dataclass(slots=True)
class CountQuery:
    """How many nodes there are of each type.

    Attributes:
        at: only those that were stored by then, in milliseconds since the epoch; None for all.
    """

    at: int | None = None


@dataclass(slots=True)
class TotalsQuery:
    """How much there is in all."""


@dataclass(slots=True)
class GrowthQuery:
    """How many nodes of each type, and how many events, came on each day.

    Attributes:
        at: only those that were there by then, in milliseconds since the epoch: nodes that were stored, events that
            had happened between them; None for all.
    """

    at: int | None = None


@dataclass(slots=True)
class DanglingQuery:
    """Events whose artifact or whose execution is not there, by ascending id.

    Attributes:
        limit: so many at most; None for all.
    """

    limit: int | None = None


Request = Union[
    NodeQuery,
    EventQuery,
    MembershipQuery,
    MembershipPage,
    ParentQuery,
    Walk,
    TypeQuery,
    CountQuery,
    TotalsQuery,
    GrowthQuery,
    DanglingQuery,
]
