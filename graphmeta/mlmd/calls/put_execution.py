"""The two calls that write a piece of lineage at once: an execution with what it used and made, or a subgraph."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, TypeVar

from google.protobuf.message import Message

from graphmeta.backends.predicates import Compare, Field
from graphmeta.mlmd import errors
from graphmeta.mlmd.given import NodeMessage, Unlike, artifact_from, context_from, event_from, execution_from
from graphmeta.mlmd.proto import metadata_store_pb2 as pb
from graphmeta.mlmd.proto import metadata_store_service_pb2 as service_pb2
from graphmeta.model import AnyNode, Artifact, Association, Attribution, Context, Event, Execution
from graphmeta.store import PutOptions, Store

NodeT = TypeVar("NodeT", Artifact, Execution)

# ---------------------------------------------------------------- PutExecution


def put_execution(store: Store, request: service_pb2.PutExecutionRequest) -> service_pb2.PutExecutionResponse:
    """Write an execution, its artifacts and events, and join them all to its contexts."""
    if not request.HasField("execution"):
        raise errors.InvalidArgumentError("No execution is found. A PutExecution request has one.")
    options = PutOptions(
        reuse_contexts=request.options.reuse_context_if_already_exist,
        force_reuse_contexts=request.options.force_reuse_context,
        reuse_artifacts_by_external_id=request.options.reuse_artifact_if_already_exist_by_external_id,
        force_update_time=request.options.force_update_time,
        counts_as_change=Unlike(lambda: _nodes(request, execution, artifacts, contexts)),
        allow_missing_artifacts=True,
    )
    for message in request.contexts:
        _check_context(message, by_id=options.force_reuse_contexts)
    execution = execution_from(request.execution)
    contexts = [context_from(each) for each in request.contexts]
    artifacts: list[Artifact] = []
    events: list[Event] = []
    # What each pair is about; None for an empty one.
    ends: list[Artifact | int | None] = []
    for pair in request.artifact_event_pairs:
        end = _end_of(pair, store, options)
        if isinstance(end, Artifact):
            artifacts.append(end)
        if pair.HasField("event") and end is not None:
            _check_execution_id(pair.event, request.execution)
            events.append(event_from(pair.event, end, execution))
        ends.append(end)
    written = store.put(
        executions=[execution],
        artifacts=artifacts,
        contexts=contexts,
        events=events,
        attributions=[Attribution(end, context) for context in contexts for end in ends if end is not None],
        associations=[Association(execution, context) for context in contexts],
        options=options,
    )
    return service_pb2.PutExecutionResponse(
        execution_id=written.execution_ids[0],
        artifact_ids=[_number(end) for end in ends],
        context_ids=written.context_ids,
    )


def _nodes(
    request: service_pb2.PutExecutionRequest,
    execution: Execution,
    artifacts: Sequence[Artifact],
    contexts: Sequence[Context],
) -> Iterator[tuple[AnyNode, NodeMessage]]:
    """The nodes of a put beside their messages."""
    yield execution, request.execution
    yield from zip(contexts, request.contexts, strict=True)
    given = (pair.artifact for pair in request.artifact_event_pairs if pair.HasField("artifact"))
    yield from zip(artifacts, given, strict=True)


def _end_of(
    pair: service_pb2.PutExecutionRequest.ArtifactAndEvent, store: Store, options: PutOptions
) -> Artifact | int | None:
    """The artifact of a pair, or the id that its event names, or None where the pair is empty.

    Raises:
        graphmeta.mlmd.errors.InvalidArgumentError: an event that names no artifact, or another one.
    """
    if not pair.HasField("artifact"):
        if not pair.HasField("event"):
            return None
        if not pair.event.HasField("artifact_id"):
            raise errors.InvalidArgumentError(
                "If no artifact is present, given event must have an artifact_id. Give the pair one of the two."
            )
        return pair.event.artifact_id
    artifact = artifact_from(pair.artifact)
    if pair.HasField("event") and pair.event.HasField("artifact_id"):
        wanted = pair.event.artifact_id
        if artifact.id is None and artifact.external_id and options.reuse_artifacts_by_external_id:
            there = store.rows("artifact", Compare(Field("external_id"), "=", artifact.external_id))
            artifact.id = there[0].id if there else None
        if artifact.id != wanted:
            raise errors.InvalidArgumentError(
                f"Given event.artifact_id is not aligned with the artifact: the event names artifact {wanted}, and the "
                f"artifact beside it {'is new' if artifact.id is None else f'has id {artifact.id}'}."
            )
    return artifact


def _check_execution_id(event: pb.Event, execution: pb.Execution) -> None:
    if event.HasField("execution_id") and (not execution.HasField("id") or event.execution_id != execution.id):
        raise errors.InvalidArgumentError(
            "Request's event.execution_id does not match with the given execution: the event names execution "
            f"{event.execution_id}. Leave the field out: the request's execution is meant."
        )


def _check_context(message: pb.Context, *, by_id: bool) -> None:
    """Refuse a context that neither is known by its id, where that is enough, nor has a type and a name."""
    if by_id and message.HasField("id"):
        return
    for field, words in (("type_id", "a type_id"), ("name", "a name")):
        if not message.HasField(field):
            raise errors.InvalidArgumentError(f"Context is missing {words}. Give context {message.name!r:.100} both.")


def _number(end: Artifact | int | None) -> int:
    """The id that a pair is answered by: MLMD's is -1 for an empty pair."""
    if isinstance(end, Artifact):
        assert end.id is not None
        return end.id
    return -1 if end is None else end


# ---------------------------------------------------------------- PutLineageSubgraph


def put_lineage_subgraph(
    store: Store, request: service_pb2.PutLineageSubgraphRequest
) -> service_pb2.PutLineageSubgraphResponse:
    """Write executions, artifacts and contexts, every one of the former two joined to every context, and events."""
    executions = [execution_from(each) for each in request.executions]
    artifacts = [artifact_from(each) for each in request.artifacts]
    events = [_event_of(each, artifacts, executions) for each in request.event_edges]
    for nodes in (request.contexts, request.artifacts, request.executions):
        _check_types(nodes)
    for message in request.contexts:
        _check_context(message, by_id=False)
    contexts = [context_from(each) for each in request.contexts]
    written = store.put(
        executions=executions,
        artifacts=artifacts,
        contexts=contexts,
        events=events,
        associations=[Association(execution, context) for context in contexts for execution in executions],
        attributions=[Attribution(artifact, context) for context in contexts for artifact in artifacts],
        options=PutOptions(
            reuse_contexts=request.options.reuse_context_if_already_exist,
            reuse_artifacts_by_external_id=request.options.reuse_artifact_if_already_exist_by_external_id,
            counts_as_change=Unlike(
                lambda: (
                    *zip(executions, request.executions, strict=True),
                    *zip(artifacts, request.artifacts, strict=True),
                    *zip(contexts, request.contexts, strict=True),
                )
            ),
            allow_missing_artifacts=True,
        ),
    )
    return service_pb2.PutLineageSubgraphResponse(
        execution_ids=written.execution_ids, artifact_ids=written.artifact_ids, context_ids=written.context_ids
    )


def _check_types(messages: Iterable[NodeMessage]) -> None:
    """Refuse nodes without a type, even those that have an id."""
    for message in messages:
        if not message.HasField("type_id"):
            raise errors.InvalidArgumentError("Type id is missing. Every node of a subgraph has one, stored or new.")


def _event_of(
    edge: service_pb2.PutLineageSubgraphRequest.EventEdge,
    artifacts: Sequence[Artifact],
    executions: Sequence[Execution],
) -> Event:
    """The event of an edge.

    Raises:
        graphmeta.mlmd.errors.InvalidArgumentError: a part is missing, or contradicts another.
        graphmeta.mlmd.errors.OutOfRangeError: an index beyond the request's nodes.
    """
    has = edge.HasField
    if not has("event"):
        raise errors.InvalidArgumentError("No event found for event_edge. Every edge has one.")
    event = edge.event
    execution = _end(
        "execution",
        edge.execution_index if has("execution_index") else None,
        event.execution_id if event.HasField("execution_id") else None,
        executions,
    )
    artifact = _end(
        "artifact",
        edge.artifact_index if has("artifact_index") else None,
        event.artifact_id if event.HasField("artifact_id") else None,
        artifacts,
    )
    return event_from(event, artifact, execution)


def _end(kind: str, index: int | None, id: int | None, nodes: Sequence[NodeT]) -> NodeT | int:
    """One end of an edge: the node of the request at `index`, which has the `id` that the event names, if it does;
    or that id alone."""
    if index is None:
        if id is None:
            raise errors.InvalidArgumentError(
                f"Event_edge is missing an {kind}. Could not find either an {kind}_index or an event.{kind}_id."
            )
        return id
    if not 0 <= index < len(nodes):
        raise errors.OutOfRangeError(
            f"The event_edge has an {kind}_index {index} that is outside the bounds of the request's {kind}s list, "
            f"[0, {len(nodes)})."
        )
    node = nodes[index]
    if id is not None and node.id is None:
        raise errors.InvalidArgumentError(
            f"Missing {kind} ID. The referenced {kind} at {kind}_index {index} does not have an ID even though the "
            f"event_edge specifies an event.{kind}_id of {id}."
        )
    if id is not None and node.id != id:
        raise errors.InvalidArgumentError(
            f"{kind.capitalize()} ID mismatch. The referenced {kind} at {kind}_index {index} has an ID of {node.id} "
            f"that does not match the event_edge's event.{kind}_id of {id}."
        )
    return node


ANSWERS: dict[str, Callable[[Store, Any], Message]] = {
    "PutExecution": put_execution,
    "PutLineageSubgraph": put_lineage_subgraph,
}
