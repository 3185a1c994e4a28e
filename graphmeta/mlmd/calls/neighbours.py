"""The calls that read what lies next to a node: its events, its contexts, their parents and children."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Literal, TypeVar

from google.protobuf.message import Message

from graphmeta.backends.predicates import Field, OneOf
from graphmeta.backends.requests import EventQuery, MembershipQuery, NodeQuery, ParentQuery
from graphmeta.mlmd import errors
from graphmeta.mlmd.messages import add_events, add_nodes
from graphmeta.mlmd.proto import metadata_store_service_pb2 as service_pb2
from graphmeta.store import Store

Response = TypeVar("Response", bound=Message)


def get_events_by_artifact_ids(store: Store, request: Any) -> Message:
    """The events of some artifacts, in the order in which they were put."""
    response = service_pb2.GetEventsByArtifactIDsResponse()
    if request.artifact_ids:
        add_events(store.backend.events(EventQuery(artifact_ids=request.artifact_ids)), response.events)
    return response


def get_events_by_execution_ids(store: Store, request: Any) -> Message:
    """The events of some executions, in the order in which they were put."""
    response = service_pb2.GetEventsByExecutionIDsResponse()
    if request.execution_ids:
        add_events(store.backend.events(EventQuery(execution_ids=request.execution_ids)), response.events)
    return response


def get_contexts_by_artifact(store: Store, request: Any) -> Message:
    """The contexts that an artifact belongs to, by id.

    Raises:
        NotFoundError: there is none.
    """
    return _contexts_of(store, "artifact", request.artifact_id, service_pb2.GetContextsByArtifactResponse())


def get_contexts_by_execution(store: Store, request: Any) -> Message:
    """The contexts that an execution belongs to, by id.

    Raises:
        NotFoundError: there is none.
    """
    return _contexts_of(store, "execution", request.execution_id, service_pb2.GetContextsByExecutionResponse())


def _contexts_of(store: Store, kind: Literal["artifact", "execution"], id: int, response: Response) -> Response:
    pairs = store.backend.memberships(MembershipQuery(kind, node_ids=[id]))
    if not pairs:
        raise errors.NotFoundError(f"No contexts found for {kind}_id: {id}")
    fields: Any = response
    _add_contexts(store, [context for _, context in pairs], fields.contexts)
    return response


def get_parent_contexts_by_context(store: Store, request: Any) -> Message:
    """The contexts that a context is part of, by id."""
    response = service_pb2.GetParentContextsByContextResponse()
    pairs = store.backend.parents(ParentQuery(child_ids=[request.context_id]))
    _add_contexts(store, [parent for _, parent in pairs], response.contexts)
    return response


def get_children_contexts_by_context(store: Store, request: Any) -> Message:
    """The contexts that are part of a context, by id."""
    response = service_pb2.GetChildrenContextsByContextResponse()
    pairs = store.backend.parents(ParentQuery(parent_ids=[request.context_id]))
    _add_contexts(store, [child for child, _ in pairs], response.contexts)
    return response


def get_parent_contexts_by_contexts(store: Store, request: Any) -> Message:
    """For each of some contexts that is part of any, those that it is part of, by id."""
    response = service_pb2.GetParentContextsByContextsResponse()
    pairs = store.backend.parents(ParentQuery(child_ids=request.context_ids))
    _group_contexts(store, pairs, lambda id: response.contexts[id].parent_contexts)
    return response


def get_children_contexts_by_contexts(store: Store, request: Any) -> Message:
    """For each of some contexts that has parts, its parts, by id."""
    response = service_pb2.GetChildrenContextsByContextsResponse()
    pairs = store.backend.parents(ParentQuery(parent_ids=request.context_ids))
    turned = sorted((parent, child) for child, parent in pairs)
    _group_contexts(store, turned, lambda id: response.contexts[id].children_contexts)
    return response


def _add_contexts(store: Store, ids: Sequence[int], into: Any) -> dict[int, Any]:
    if not ids:
        return {}
    return add_nodes(store.backend.nodes(NodeQuery("context", OneOf(Field("id"), ids))), into)


def _group_contexts(store: Store, pairs: Sequence[tuple[int, int]], group: Callable[[int], Any]) -> None:
    """Add the second of each pair to the group of the first."""
    messages = _add_contexts(store, [id for _, id in pairs], service_pb2.GetContextsByIDResponse().contexts)
    for of, id in pairs:
        if id in messages:
            group(of).append(messages[id])


ANSWERS = {
    "GetEventsByArtifactIDs": get_events_by_artifact_ids,
    "GetEventsByExecutionIDs": get_events_by_execution_ids,
    "GetContextsByArtifact": get_contexts_by_artifact,
    "GetContextsByExecution": get_contexts_by_execution,
    "GetParentContextsByContext": get_parent_contexts_by_context,
    "GetChildrenContextsByContext": get_children_contexts_by_context,
    "GetParentContextsByContexts": get_parent_contexts_by_contexts,
    "GetChildrenContextsByContexts": get_children_contexts_by_contexts,
}
