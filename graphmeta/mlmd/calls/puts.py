"""The calls that write nodes of one kind, or edges between what is there already."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from google.protobuf.message import Message

from graphmeta.mlmd import errors
from graphmeta.mlmd.given import Unlike, artifact_from, context_from, event_from, execution_from, mask_from
from graphmeta.mlmd.proto import metadata_store_pb2 as pb
from graphmeta.mlmd.proto import metadata_store_service_pb2 as service_pb2
from graphmeta.model import Association, Attribution, Event, ParentContext
from graphmeta.store import PutOptions, Store

# What the model calls differently.
_EXECUTION_FIELDS: Mapping[str, str] = {"last_known_state": "state"}


def put_artifacts(store: Store, request: service_pb2.PutArtifactsRequest) -> service_pb2.PutArtifactsResponse:
    """Create artifacts, or update those that have an id."""
    artifacts = [artifact_from(each) for each in request.artifacts]
    written = store.put(
        artifacts=artifacts,
        options=PutOptions(
            abort_if_changed=request.options.abort_if_latest_updated_time_changed,
            update_mask=mask_from(request.update_mask.paths),
            counts_as_change=Unlike(lambda: zip(artifacts, request.artifacts, strict=True)),
        ),
    )
    return service_pb2.PutArtifactsResponse(artifact_ids=written.artifact_ids)


def put_executions(store: Store, request: service_pb2.PutExecutionsRequest) -> service_pb2.PutExecutionsResponse:
    """Create executions, or update those that have an id."""
    executions = [execution_from(each) for each in request.executions]
    written = store.put(
        executions=executions,
        options=PutOptions(
            update_mask=mask_from(request.update_mask.paths, _EXECUTION_FIELDS),
            counts_as_change=Unlike(lambda: zip(executions, request.executions, strict=True)),
        ),
    )
    return service_pb2.PutExecutionsResponse(execution_ids=written.execution_ids)


def put_contexts(store: Store, request: service_pb2.PutContextsRequest) -> service_pb2.PutContextsResponse:
    """Create contexts, or update those that have an id."""
    contexts = [context_from(each) for each in request.contexts]
    written = store.put(
        contexts=contexts,
        options=PutOptions(
            update_mask=mask_from(request.update_mask.paths),
            counts_as_change=Unlike(lambda: zip(contexts, request.contexts, strict=True)),
        ),
    )
    return service_pb2.PutContextsResponse(context_ids=written.context_ids)


def put_events(store: Store, request: service_pb2.PutEventsRequest) -> service_pb2.PutEventsResponse:
    """Create events between artifacts and executions that are there."""
    if request.events:
        store.put(events=[_event(each) for each in request.events])
    return service_pb2.PutEventsResponse()


def _event(message: pb.Event) -> Event:
    for kind in ("artifact", "execution"):
        if not message.HasField(f"{kind}_id"):
            raise errors.InvalidArgumentError(
                f"No {kind} id is specified. Every event names an artifact and an execution."
            )
    return event_from(message, message.artifact_id, message.execution_id)


def put_attributions_and_associations(
    store: Store, request: service_pb2.PutAttributionsAndAssociationsRequest
) -> service_pb2.PutAttributionsAndAssociationsResponse:
    """Join artifacts and executions to contexts; those that are joined already are left as they are."""
    if request.attributions or request.associations:
        # An id that was not given reads as 0, which no node has.
        store.put(
            attributions=[Attribution(each.artifact_id, each.context_id) for each in request.attributions],
            associations=[Association(each.execution_id, each.context_id) for each in request.associations],
        )
    return service_pb2.PutAttributionsAndAssociationsResponse()


def put_parent_contexts(
    store: Store, request: service_pb2.PutParentContextsRequest
) -> service_pb2.PutParentContextsResponse:
    """Make contexts parts of others."""
    for each in request.parent_contexts:
        if not each.HasField("child_id") or not each.HasField("parent_id"):
            raise errors.InvalidArgumentError(
                "Missing parent / child id in the parent_context. Every one names a child and a parent."
            )
    if request.parent_contexts:
        store.put(parents=[ParentContext(each.child_id, each.parent_id) for each in request.parent_contexts])
    return service_pb2.PutParentContextsResponse()


ANSWERS: dict[str, Callable[[Store, Any], Message]] = {
    "PutArtifacts": put_artifacts,
    "PutExecutions": put_executions,
    "PutContexts": put_contexts,
    "PutEvents": put_events,
    "PutAttributionsAndAssociations": put_attributions_and_associations,
    "PutParentContexts": put_parent_contexts,
}
