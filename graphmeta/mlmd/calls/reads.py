"""The calls that read artifacts, executions and contexts by what they are known by."""

from __future__ import annotations

from typing import Any

from google.protobuf.message import Message

from graphmeta.backends.predicates import And, Compare, Field, Not, OfType, OneOf, Or, Predicate, StartsWith
from graphmeta.backends.requests import NodeQuery
from graphmeta.mlmd import errors
from graphmeta.mlmd.messages import add_nodes
from graphmeta.mlmd.pages import page
from graphmeta.mlmd.proto import metadata_store_service_pb2 as service_pb2
from graphmeta.mlmd.type_messages import to_message
from graphmeta.model import KINDS, Kind
from graphmeta.store import Store


def get_by_id(kind: Kind, store: Store, request: Any, response: Any) -> Any:
    """The nodes with some ids, by id; unknown ids are left out."""
    ids = getattr(request, f"{kind}_ids")
    if not ids:
        return response
    rows = store.backend.nodes(NodeQuery(kind, OneOf(Field("id"), ids)))
    add_nodes(rows, getattr(response, f"{kind}s"))
    if kind == "artifact" and request.populate_artifact_types:
        types = {type.id: type for type in store.types("artifact", system=True)}
        for type_id in dict.fromkeys(row.type_id for row in rows):
            if type_id in types:
                response.artifact_types.append(to_message(types[type_id], base_type=False))
    return response


def get_by_type(kind: Kind, store: Store, request: Any, response: Any) -> Any:
    """The nodes of a type and a version, all by id, or in pages where the request has options."""
    of_type = OfType(request.type_name, request.type_version)
    into = getattr(response, f"{kind}s")
    if request.HasField("options"):
        found = page(store, kind, of_type, request.options)
        if found.rows is not None:
            add_nodes(found.rows, into)
            response.next_page_token = found.token
    else:
        add_nodes(store.backend.nodes(NodeQuery(kind, of_type)), into)
    return response


def get_by_type_and_name(kind: Kind, store: Store, request: Any, response: Any) -> Any:
    """The one node of a type, a version and a name, if there is one."""
    name = getattr(request, f"{kind}_name")
    of_type = OfType(request.type_name, request.type_version)
    rows = store.backend.nodes(NodeQuery(kind, And((of_type, Compare(Field("name"), "=", name)))))
    add_nodes(rows, _Only(response, kind))
    return response


def get_by_external_ids(kind: Kind, store: Store, request: Any, response: Any) -> Any:
    """The nodes with some external ids, by id.

    Raises:
        InvalidArgumentError: one of them is empty.
        NotFoundError: no node has any of them.
    """
    external_ids = list(request.external_ids)
    if not external_ids:
        return response
    if "" in external_ids:
        raise errors.InvalidArgumentError("Invalid argument because at least one empty external_id exists.")
    rows = store.backend.nodes(NodeQuery(kind, OneOf(Field("external_id"), external_ids)))
    if not rows:
        raise errors.NotFoundError(f"No {kind}s found for external_ids.")
    add_nodes(rows, getattr(response, f"{kind}s"))
    return response


def get_artifacts_by_uri(store: Store, request: Any) -> Message:
    """The artifacts with some URIs, by id.

    Raises:
        InvalidArgumentError: the request is of a client so old that it says its one URI in another field.
    """
    response = service_pb2.GetArtifactsByURIResponse()
    known = service_pb2.GetArtifactsByURIRequest()
    known.CopyFrom(request)
    known.DiscardUnknownFields()
    if known.ByteSize() != request.ByteSize():
        raise errors.InvalidArgumentError(
            "The request contains deprecated field `uri`. Please upgrade the client library version above 0.21.0. "
            f"GetArtifactsByURIRequest: {request}"
        )
    uris = list(request.uris)
    if uris:
        where: Predicate = OneOf(Field("uri"), uris)
        if "" in uris:
            where = Or((where, Not(StartsWith(Field("uri"), ""))))  # to MLMD an artifact without a URI has this one
        add_nodes(store.backend.nodes(NodeQuery("artifact", where)), response.artifacts)
    return response


class _Only:
    """A field that holds one message, where one of a repeated field is wanted."""

    def __init__(self, message: Any, field: str) -> None:
        self._message = message
        self._field = field

    def add(self) -> Any:
        only = getattr(self._message, self._field)
        only.SetInParent()
        return only


def _answer(call: Any, kind: Kind, name: str) -> Any:
    """A call of one kind as a function of the store and the request."""
    response_class = getattr(service_pb2, f"{name}Response")

    def answer(store: Store, request: Any) -> Any:
        return call(kind, store, request, response_class())

    return answer


ANSWERS: dict[str, Any] = {"GetArtifactsByURI": get_artifacts_by_uri}
for _kind in KINDS:
    _one = _kind.capitalize()
    for _name, _call in (
        (f"Get{_one}sByID", get_by_id),
        (f"Get{_one}sByType", get_by_type),
        (f"Get{_one}ByTypeAndName", get_by_type_and_name),
        (f"Get{_one}sByExternalIds", get_by_external_ids),
    ):
        ANSWERS[_name] = _answer(_call, _kind, _name)
