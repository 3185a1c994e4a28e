"""The calls about types."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from google.protobuf.message import Message

from graphmeta.errors import NotFoundError as StoreNotFoundError
from graphmeta.mlmd import errors
from graphmeta.mlmd.proto import metadata_store_pb2 as pb
from graphmeta.mlmd.proto import metadata_store_service_pb2 as service_pb2
from graphmeta.mlmd.type_messages import from_message, to_message
from graphmeta.model import KINDS, SYSTEM_TYPES, Kind, Type
from graphmeta.store import Store

Answer = Callable[[Store, Any], Message]
_SYSTEM_NAMES = frozenset(name for _, name in SYSTEM_TYPES)


def put_types(store: Store, request: service_pb2.PutTypesRequest) -> service_pb2.PutTypesResponse:
    """Make sure that types of any kind exist as given, all or none."""
    _must_match(request)
    types = [from_message(each, kind) for kind in KINDS for each in getattr(request, f"{kind}_types")]
    ids = iter(store.put_types(types, can_add_fields=request.can_add_fields, can_omit_fields=request.can_omit_fields))
    return service_pb2.PutTypesResponse(
        artifact_type_ids=[next(ids) for _ in request.artifact_types],
        execution_type_ids=[next(ids) for _ in request.execution_types],
        context_type_ids=[next(ids) for _ in request.context_types],
    )


def _must_match(request: Any) -> None:
    """Refuse the deprecated wish to leave given fields out of a stored type, as MLMD does."""
    if not request.all_fields_match:
        raise errors.UnimplementedError("Must match all fields.")


def _answers_of(kind: Kind) -> dict[str, Answer]:
    """The calls about the types of one kind: they differ in the names of their messages and fields only."""
    noun = kind.capitalize()
    one, many = f"{kind}_type", f"{kind}_types"

    def put(store: Store, request: Any) -> Message:
        _must_match(request)
        type = from_message(getattr(request, one), kind)
        number = store.put_type(type, can_add_fields=request.can_add_fields, can_omit_fields=request.can_omit_fields)
        return _response(f"Put{noun}Type", type_id=number)

    def get(store: Store, request: Any) -> Message:
        try:
            found = store.type(kind, request.type_name, request.type_version)
        except StoreNotFoundError as missing:
            version = f"`{request.type_version}`" if request.HasField("type_version") else "`nullopt`"
            raise errors.NotFoundError(
                f"No type found for query, name: `{request.type_name}`, version: {version}. {missing}"
            ) from None
        return _response(f"Get{noun}Type", **{one: to_message(found)})

    def get_all(store: Store, request: Any) -> Message:
        # MLMD leaves the external ids out of this answer, and what has the name of a system type of whatever kind.
        hidden = () if kind == "context" else _SYSTEM_NAMES
        messages = [to_message(each, external_id=False) for each in store.types(kind) if each.name not in hidden]
        return _response(f"Get{noun}Types", **{many: messages})

    def get_by_id(store: Store, request: Any) -> Message:
        by_id = {each.id: each for each in store.types(kind, system=True)}
        found = [by_id[each] for each in request.type_ids if each in by_id]
        return _response(f"Get{noun}TypesByID", **{many: [to_message(each) for each in found]})

    def get_by_external_id(store: Store, request: Any) -> Message:
        found = _with_external_ids(store.types(kind, system=True), request.external_ids)
        messages = [to_message(each, base_type=False) for each in found]
        for message in messages:
            if isinstance(message, pb.ExecutionType):  # MLMD leaves these out of this answer
                message.ClearField("input_type")
                message.ClearField("output_type")
        return _response(f"Get{noun}TypesByExternalIds", **{many: messages})

    return {
        f"Put{noun}Type": put,
        f"Get{noun}Type": get,
        f"Get{noun}Types": get_all,
        f"Get{noun}TypesByID": get_by_id,
        f"Get{noun}TypesByExternalIds": get_by_external_id,
    }


def _with_external_ids(types: Iterable[Type], wanted: Iterable[str]) -> list[Type]:
    """The types that have one of these external ids, by external id.

    Raises:
        graphmeta.mlmd.errors.InvalidArgumentError: one of them is empty.
        graphmeta.mlmd.errors.NotFoundError: no type has any of them.
    """
    ids = set(wanted)
    if "" in ids:
        raise errors.InvalidArgumentError("Invalid argument because at least one empty external_id exists.")
    found = sorted((each for each in types if each.external_id in ids), key=lambda each: each.external_id or "")
    if ids and not found:
        raise errors.NotFoundError("No types found for external_ids.")
    return found


def _response(call: str, **fields: Any) -> Message:
    message: Message = getattr(service_pb2, f"{call}Response")(**fields)
    return message


ANSWERS: dict[str, Answer] = {"PutTypes": put_types}
for _kind in KINDS:
    ANSWERS.update(_answers_of(_kind))
