"""The calls that list nodes: all of a kind, or all of a context, whole or in pages."""

from __future__ import annotations

from typing import Any, TypeVar

from google.protobuf.message import Message

from graphmeta.backends.predicates import InContext, Predicate
from graphmeta.backends.requests import NodeQuery
from graphmeta.mlmd.messages import add_nodes
from graphmeta.mlmd.pages import page
from graphmeta.mlmd.proto import metadata_store_service_pb2 as service_pb2
from graphmeta.model import Kind
from graphmeta.store import Store

Response = TypeVar("Response", bound=Message)


def get_artifacts(store: Store, request: Any) -> Message:
    """All artifacts."""
    return _listed(store, "artifact", None, request, service_pb2.GetArtifactsResponse())


def get_executions(store: Store, request: Any) -> Message:
    """All executions."""
    return _listed(store, "execution", None, request, service_pb2.GetExecutionsResponse())


def get_contexts(store: Store, request: Any) -> Message:
    """All contexts."""
    return _listed(store, "context", None, request, service_pb2.GetContextsResponse())


def get_artifacts_by_context(store: Store, request: Any) -> Message:
    """The artifacts that belong to a context; none where there is no such context."""
    where = InContext([request.context_id])
    return _listed(store, "artifact", where, request, service_pb2.GetArtifactsByContextResponse())


def get_executions_by_context(store: Store, request: Any) -> Message:
    """The executions that belong to a context; none where there is no such context."""
    where = InContext([request.context_id])
    return _listed(store, "execution", where, request, service_pb2.GetExecutionsByContextResponse())


def _listed(store: Store, kind: Kind, where: Predicate | None, request: Any, response: Response) -> Response:
    """Fill a response with all nodes by id, or with one page of them where the request has options."""
    fields: Any = response
    into = getattr(response, f"{kind}s")
    if request.HasField("options"):
        found = page(store, kind, where, request.options)
        if found.rows is not None:
            add_nodes(found.rows, into)
        if found.token:
            fields.next_page_token = found.token
    else:
        add_nodes(store.backend.nodes(NodeQuery(kind, where)), into)
    return response


ANSWERS = {
    "GetArtifacts": get_artifacts,
    "GetExecutions": get_executions,
    "GetContexts": get_contexts,
    "GetArtifactsByContext": get_artifacts_by_context,
    "GetExecutionsByContext": get_executions_by_context,
}
