"""Lineage: what a node was made from, and what was made from it. (Being written.)"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal, NamedTuple

from graphmeta.model import AnyNode, Artifact, Event, Execution
from graphmeta.store.store import Store


class Key(NamedTuple):
    """Which node of a lineage: ("artifact", 1)."""

    kind: Literal["artifact", "execution"]
    id: int


class Edge(NamedTuple):
    """One edge of a lineage, in the direction of the data.

    Attributes:
        event: its id; None where the edge stands for a way whose nodes were left out (`types`).
        type: the event's type, or None.
        path: the event's path.
        time: milliseconds since the epoch, or None.
        hidden: how many nodes were left out between the two, on the shortest way; 0 for an event.
    """

    source: Key
    target: Key
    event: int | None = None
    type: str | None = None
    path: tuple[str | int, ...] = ()
    time: int | None = None
    hidden: int = 0


class Lineage:
    """Nodes and the events between them, around a start. Columns; nodes become objects on access.

    Attributes:
        start: the node that was asked about.
        start_key: its key.
        nodes: every artifact and execution by key, start included: artifacts by id, then executions.
            Artifacts that an event names but that do not exist are in `missing` instead.
        edges: in the direction of the data, by event id, then the hidden ways.
        missing: keys of artifacts that do not exist.
    """

    start: AnyNode
    start_key: Key
    nodes: Mapping[Key, AnyNode]
    edges: Sequence[Edge]
    missing: Sequence[Key]

    @property
    def artifacts(self) -> list[Artifact]:
        """The artifacts, by id."""
        raise NotImplementedError

    @property
    def executions(self) -> list[Execution]:
        """The executions, by id."""
        raise NotImplementedError

    @property
    def events(self) -> list[Event]:
        """The events between its nodes, by id."""
        raise NotImplementedError

    def parents(self, node: AnyNode | Key) -> list[Edge]:
        """The edges that end at a node, by event id: where its data came from."""
        raise NotImplementedError

    def children(self, node: AnyNode | Key) -> list[Edge]:
        """The edges that begin at a node, by event id: where its data went."""
        raise NotImplementedError

    def depth(self, node: AnyNode | Key) -> int:
        """Node steps from the start: negative upstream, positive downstream, 0 the start itself.

        A node on both sides (a cycle) has the depth of its shorter way, upstream where equal."""
        raise NotImplementedError

    def role(self, node: AnyNode | Key) -> str | None:
        """What the node is for (`vocabulary.role`), or None."""
        raise NotImplementedError

    def upstream_of(self, node: AnyNode | Key) -> list[AnyNode]:
        """Everything in this lineage that a node was made from, artifacts by id, then executions."""
        raise NotImplementedError

    def downstream_of(self, node: AnyNode | Key) -> list[AnyNode]:
        """Everything in this lineage that was made from a node."""
        raise NotImplementedError

    def producers(self, artifact: Artifact | Key | int) -> list[Execution]:
        """The executions in this lineage that made an artifact, by id."""
        raise NotImplementedError

    def consumers(self, artifact: Artifact | Key | int) -> list[Execution]:
        """The executions in this lineage that used an artifact, by id."""
        raise NotImplementedError

    def to_networkx(self) -> Any:
        """A networkx.MultiDiGraph in the direction of the data."""
        raise NotImplementedError

    def to_json(self) -> dict[str, Any]:
        """{"start", "nodes", "events"}, and "ways" where `types` left nodes out."""
        raise NotImplementedError

    def __len__(self) -> int:
        """How many nodes there are."""
        return len(self.nodes)

    def _repr_html_(self) -> str:
        from graphmeta.render import svg

        return str(svg(self))


def lineage(
    store: Store,
    node: AnyNode | str,
    *,
    up: int | None = None,
    down: int | None = None,
    types: Sequence[str] | None = None,
) -> Lineage:
    """What a node was made from, and what was made from it."""
    raise NotImplementedError
