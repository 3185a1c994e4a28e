"""What a lineage holds: nodes, the events between them, and what can be asked of both."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, cast

from graphmeta import vocabulary
from graphmeta.backends.rows import Closure
from graphmeta.errors import NotFoundError
from graphmeta.model import AnyNode, Artifact, Event, Execution
from graphmeta.query.flow import Edge, Flow, Key, edges_of, key_of, union, ways
from graphmeta.query.lazy import LazyNodes
from graphmeta.query.limits import of_types
from graphmeta.query.nodes import label, node_json
from graphmeta.store.store import Store

if TYPE_CHECKING:
    import networkx
    import pandas


class Lineage:
    """Nodes and the events between them, around a start. Nodes become objects when they are looked at.

    Attributes:
        start: the node that was asked about.
        start_key: its key.
        nodes: artifacts and executions by key, the start included: artifacts by id, then executions by id.
        missing: keys of artifacts that events name and that do not exist; they are not in `nodes`.
        hops: node steps at most up and down; None for all.
        types: what was asked to be kept; None for all.
        edges: in the direction of the data, by event id; then those that stand for nodes left out.
    """

    def __init__(
        self,
        store: Store,
        start: Artifact | Execution,
        closures: Sequence[Closure],
        hops: tuple[int | None, int | None] = (None, None),
        types: Sequence[str] | None = None,
    ) -> None:
        self._store = store
        self.hops = hops
        self.types = None if types is None else tuple(types)
        self.start: Artifact | Execution = start
        self.start_key = key_of(start)
        self._events = union([closure.events for closure in closures])
        artifacts = sorted({id for closure in closures for id in closure.artifact_ids})
        executions = sorted({id for closure in closures for id in closure.execution_ids})
        missing = {id for closure in closures for id in closure.missing_artifact_ids}
        self._kept: set[Key] | None = None
        if types is not None:
            self._kept = {self.start_key, *of_types(store, types, artifacts, executions)}
            artifacts = [id for id in artifacts if Key("artifact", id) in self._kept]
            executions = [id for id in executions if Key("execution", id) in self._kept]
        self.missing: Sequence[Key] = [] if self._kept is not None else [Key("artifact", id) for id in sorted(missing)]
        self.nodes: Mapping[Key, AnyNode] = LazyNodes(
            store, [id for id in artifacts if id not in missing], executions, self.start
        )

    def __len__(self) -> int:
        """How many nodes there are."""
        return len(self.nodes)

    def __repr__(self) -> str:
        return f"<Lineage of {label(self.start)}: {len(self.nodes)} nodes>"

    def __str__(self) -> str:
        from graphmeta.render.plain import to_plain
        from graphmeta.render.text.trees import lineage

        return "\n".join(to_plain(lineage(self)))

    def _repr_html_(self) -> str:
        from graphmeta.render.svg import to_notebook

        return to_notebook(self)

    # ------------------------------------------------------------ nodes

    @property
    def artifacts(self) -> list[Artifact]:
        """The artifacts, by id."""
        return [cast("Artifact", self.nodes[key]) for key in self.nodes if key.kind == "artifact"]

    @property
    def executions(self) -> list[Execution]:
        """The executions, by id."""
        return [cast("Execution", self.nodes[key]) for key in self.nodes if key.kind == "execution"]

    def role(self, node: Artifact | Execution | Key) -> str | None:
        """What a node is for (`vocabulary.role`), or None where nothing says or it is missing."""
        key = _key(node)
        found = self.nodes.get(key)
        return None if found is None else self._roles(found)

    def depth(self, node: Artifact | Execution | Key) -> int:
        """Node steps from the start, those of nodes that `types` left out too: negative upstream, positive
        downstream, 0 for the start itself. A node on both sides, in a cycle, has that of its shorter way,
        upstream where they are equally long.

        Raises:
            NotFoundError: it is not in this lineage.
        """
        key = _key(node)
        up, down = self._distances
        if key not in self.nodes and key not in self.missing:
            raise NotFoundError(f"{key.kind}/{key.id} is not in the lineage of {label(self.start)}.")
        further = float("inf")
        return -up[key] if up.get(key, further) <= down.get(key, further) else down[key]

    # ------------------------------------------------------------ what joins them

    @property
    def events(self) -> list[Event]:
        """The events between its nodes, by id; their ends are ids."""
        found = []
        for edge in self.edges:
            if edge.type is not None:
                ends = (edge.source, edge.target) if edge.source.kind == "artifact" else (edge.target, edge.source)
                found.append(Event(ends[0].id, ends[1].id, edge.type, edge.path, edge.time, edge.event))
        return found

    @cached_property
    def edges(self) -> Sequence[Edge]:
        edges = [
            edge
            for edge in edges_of(self._events)
            if self._kept is None or (edge.source in self._kept and edge.target in self._kept)
        ]
        return edges if self._kept is None else [*edges, *ways(self._flow, sorted(self._kept))]

    def parents(self, node: Artifact | Execution | Key) -> list[Edge]:
        """The edges that end at a node, by event id: where its data came from."""
        return self._adjacent[0].get(_key(node), [])

    def children(self, node: Artifact | Execution | Key) -> list[Edge]:
        """The edges that begin at a node, by event id: where its data went."""
        return self._adjacent[1].get(_key(node), [])

    def upstream_of(self, node: Artifact | Execution | Key) -> list[AnyNode]:
        """What a node was made from, as far as it is in this lineage: artifacts by id, then executions. The
        node itself is among them only where it was made from itself, in a cycle."""
        return self._beyond(_key(node), lambda key: [edge.source for edge in self.parents(key)])

    def downstream_of(self, node: Artifact | Execution | Key) -> list[AnyNode]:
        """What was made from a node, likewise."""
        return self._beyond(_key(node), lambda key: [edge.target for edge in self.children(key)])

    def producers(self, artifact: Artifact | Key | int) -> list[Execution]:
        """The executions in this lineage that made an artifact, by id."""
        return self._executions(edge.source for edge in self.parents(_artifact_key(artifact)))

    def consumers(self, artifact: Artifact | Key | int) -> list[Execution]:
        """The executions in this lineage that used an artifact, by id."""
        return self._executions(edge.target for edge in self.children(_artifact_key(artifact)))

    # ------------------------------------------------------------ for others

    def to_networkx(self) -> networkx.MultiDiGraph:
        """A `networkx.MultiDiGraph` in the direction of the data.

        Nodes are ("artifact", 1) and ("execution", 2), with the attributes kind, id, type, display_name,
        and, where they have any, name, role, uri, state, created, updated; artifacts that do not exist
        have `missing`. Edges have the event's id as their key, and the attributes type, path, time; those
        that stand for nodes left out have `hidden`.
        """
        from graphmeta.query.graph import to_networkx

        return to_networkx(self)

    def to_pandas(self) -> tuple[pandas.DataFrame, pandas.DataFrame]:
        """The nodes and the events as tables, where pandas is installed.

        Raises:
            UnsupportedError: it is not.
        """
        from graphmeta.query.answers.frames import lineage_to_pandas

        return lineage_to_pandas(self)

    def to_json(self) -> dict[str, Any]:
        """{"start": a node, "nodes": [nodes], "events": [{"artifact": 1, "execution": 2, "type": "INPUT",
        "path": […], "time": …}]}; with `types` also "ways": [{"source": {"kind", "id"}, "target": …,
        "hidden": 2}], and "missing": [ids] where artifacts do not exist."""
        document: dict[str, Any] = {
            "start": node_json(self.start),
            "nodes": [node_json(node) for node in self.nodes.values()],
            "events": [
                {
                    "artifact": event.artifact_id,
                    "execution": event.execution_id,
                    "type": event.type,
                    "path": list(event.path),
                    "time": event.time,
                }
                for event in self.events
            ],
        }
        if self._kept is not None:
            document["ways"] = [
                {"source": edge.source._asdict(), "target": edge.target._asdict(), "hidden": edge.hidden}
                for edge in self.edges
                if edge.event is None
            ]
        if self.missing:
            document["missing"] = [key.id for key in self.missing]
        return document

    # ------------------------------------------------------------ inside

    @cached_property
    def _flow(self) -> Flow:
        """All that was walked, what `types` leaves out included."""
        return Flow(self._events)

    @cached_property
    def _distances(self) -> tuple[dict[Key, int], dict[Key, int]]:
        start = [self.start_key]
        up, down = self.hops
        return self._flow.upstream(start, hops=up).distance, self._flow.downstream(start, hops=down).distance

    @cached_property
    def _adjacent(self) -> tuple[dict[Key, list[Edge]], dict[Key, list[Edge]]]:
        """The edges by their target, and by their source."""
        ending: dict[Key, list[Edge]] = {}
        beginning: dict[Key, list[Edge]] = {}
        for edge in self.edges:
            ending.setdefault(edge.target, []).append(edge)
            beginning.setdefault(edge.source, []).append(edge)
        return ending, beginning

    @cached_property
    def _base_types(self) -> dict[int | None, str | None]:
        return {type.id: type.base_type for type in self._store.types(system=True)}

    def _roles(self, node: AnyNode) -> str | None:
        return vocabulary.role(node.kind, node.type, self._base_types.get(node.type_id))

    def _beyond(self, start: Key, next_to: Any) -> list[AnyNode]:
        seen: set[Key] = set()
        waiting = [start]
        while waiting:
            for key in next_to(waiting.pop()):
                if key not in seen:
                    seen.add(key)
                    waiting.append(key)
        return [self.nodes[key] for key in sorted(seen) if key in self.nodes]

    def _executions(self, keys: Iterable[Key]) -> list[Execution]:
        return [cast("Execution", self.nodes[key]) for key in sorted(set(keys)) if key.kind == "execution"]


def _key(node: Artifact | Execution | Key) -> Key:
    return node if isinstance(node, Key) else Key(*node) if isinstance(node, tuple) else key_of(node)


def _artifact_key(artifact: Artifact | Key | int) -> Key:
    return Key("artifact", artifact) if isinstance(artifact, int) else _key(artifact)
