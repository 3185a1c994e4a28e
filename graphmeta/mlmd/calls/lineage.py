"""The calls that read lineage: what leads to some nodes, what they led to, and what lies around them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from google.protobuf.message import Message

from graphmeta.backends.predicates import And, Field, OneOf
from graphmeta.backends.requests import MembershipQuery, NodeQuery, Walk
from graphmeta.backends.rows import Closure
from graphmeta.mlmd import errors
from graphmeta.mlmd.messages import add_events
from graphmeta.mlmd.pages import parsed
from graphmeta.mlmd.proto import metadata_store_pb2 as pb
from graphmeta.mlmd.proto import metadata_store_service_pb2 as service_pb2
from graphmeta.mlmd.traversal import Ends, Side, Visited, Way, traverse
from graphmeta.mlmd.type_messages import to_message
from graphmeta.model import KINDS
from graphmeta.store import Store

Options = pb.LineageSubgraphQueryOptions

# MLMD says that it starts at 100 nodes at most, and takes one more.
MOST_STARTS = 101
MOST_HOPS = 100
_WAYS: Mapping[int, Way] = {Options.UPSTREAM: "upstream", Options.DOWNSTREAM: "downstream"}
_EVERYTHING = frozenset(field.name for field in pb.LineageGraph.DESCRIPTOR.fields)


def get_lineage_subgraph(store: Store, request: Any) -> Message:
    """The part of the lineage graph that some nodes reach: nodes by their ids alone, and what joins them.

    Raises:
        InvalidArgumentError (of either package): the options name no start, or say what cannot be.
        NotFoundError: no node is where it should start.
    """
    options = request.lineage_subgraph_query_options
    kind, start = _start(store, options)
    way = _WAYS.get(options.direction, "any")
    hops = min(options.max_num_hops, MOST_HOPS) if options.HasField("max_num_hops") else MOST_HOPS
    closure = store.backend.walk(Walk(kind, start, way, hops, events=True))
    ends: dict[Side, Ends] = {
        "artifact": _ends(store, "artifact", options.ending_artifacts, closure.artifact_ids),
        "execution": _ends(store, "execution", options.ending_executions, closure.execution_ids),
    }
    visited = traverse(closure, kind, start, way, hops, ends)
    response = service_pb2.GetLineageSubgraphResponse()
    response.lineage_subgraph.SetInParent()  # said even where nothing is in it
    wanted = frozenset(request.read_mask.paths) or _EVERYTHING
    _fill(response.lineage_subgraph, store, closure, visited, wanted)
    return response


def get_lineage_graph(store: Store, request: Any) -> Message:
    """What MLMD has a call for, and never wrote.

    Raises:
        UnimplementedError: always.
    """
    raise errors.UnimplementedError("GetLineageGraph is not implemented; GetLineageSubgraph reads lineage.")


def _start(store: Store, options: pb.LineageSubgraphQueryOptions) -> tuple[Side, list[int]]:
    """The kind and the ids of the nodes to start from."""
    field = options.WhichOneof("starting_nodes")
    if field is None:
        raise errors.InvalidArgumentError("Missing arguments for listing starting nodes.")
    filter_query = getattr(options, field).filter_query
    if not filter_query:
        raise errors.InvalidArgumentError("Cannot list starting nodes if `filter_query` is unspecified.")
    if options.max_num_hops < 0:
        raise errors.InvalidArgumentError(f"max_num_hops cannot be negative: max_num_hops = {options.max_num_hops}")
    kind: Side = "artifact" if field == "starting_artifacts" else "execution"
    found = store.backend.nodes(NodeQuery(kind, parsed(filter_query, kind), limit=MOST_STARTS))
    if not found:
        raise errors.NotFoundError("Cannot find qualified nodes to start the traversal.")
    return kind, [row.id for row in found]


def _ends(store: Store, kind: Side, ending: Any, ids: Collection[int]) -> Ends:
    """Which of some nodes a traversal ends at. A filter that is given and empty holds for all of them."""
    if not ending.HasField("filter_query"):
        return Ends()
    if ending.filter_query:
        where = And((OneOf(Field("id"), list(ids)), parsed(ending.filter_query, kind)))
        ids = [row.id for row in store.backend.nodes(NodeQuery(kind, where))]
    return Ends(frozenset(ids), ending.include_ending_nodes)


def _fill(graph: Any, store: Store, closure: Closure, visited: Visited, wanted: frozenset[str]) -> None:
    """Fill the fields of a LineageGraph that are wanted."""
    for field, ids in (("artifacts", visited.artifact_ids), ("executions", visited.execution_ids)):
        if field in wanted:
            _add_ids(ids, getattr(graph, field))
    if "events" in wanted:
        add_events(closure.events, graph.events, visited.crossed)
    if not wanted.isdisjoint({"contexts", "attributions", "associations"}):
        _add_contexts(graph, store, visited, wanted)
    if not wanted.isdisjoint({f"{kind}_types" for kind in KINDS}):
        for type in store.types(system=True):
            if f"{type.kind}_types" in wanted:
                message = to_message(type, base_type=False, external_id=False)
                getattr(graph, f"{type.kind}_types").append(message)


def _add_contexts(graph: Any, store: Store, visited: Visited, wanted: frozenset[str]) -> None:
    """Add the memberships of the nodes, and the contexts that these are in."""
    context_ids: set[int] = set()
    sides: tuple[tuple[Side, list[int], str], ...] = (
        ("artifact", visited.artifact_ids, "attributions"),
        ("execution", visited.execution_ids, "associations"),
    )
    for kind, ids, field in sides:
        if not ids or not ("contexts" in wanted or field in wanted):
            continue
        pairs = store.backend.memberships(MembershipQuery(kind, node_ids=ids))
        context_ids.update(context for _, context in pairs)
        if field in wanted:
            add = getattr(graph, field).add
            for id, context in pairs:
                message = add()
                setattr(message, f"{kind}_id", id)
                message.context_id = context
    if "contexts" in wanted:
        _add_ids(sorted(context_ids), graph.contexts)


def _add_ids(ids: list[int], into: Any) -> None:
    add = into.add
    for id in ids:
        add().id = id


ANSWERS = {"GetLineageSubgraph": get_lineage_subgraph, "GetLineageGraph": get_lineage_graph}
