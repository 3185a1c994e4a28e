"""An answer as plain data, without what may differ between two stores that agree.

- An id becomes its place among the ids of its kind that the recording has shown, in ascending order within one
  answer: numbers may differ, their order and their equality may not. Ids of 0 and below stay (-1 has a meaning).
- A time of the store's clock becomes its place among the times that this node or event has shown, and for an
  update whether it lies at, before or behind the creation. A time that the scenario gave (a small one) stays.
- A page's token is opened: the options that it carries, and the id where the next page starts.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator
from typing import Any

from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import DecodeError, Message

from graphmeta.mlmd.proto import metadata_store_pb2 as pb

CLOCK = 1_500_000_000_000  # milliseconds (2017): later times are the clock's, earlier ones a scenario's
_NODES = {"Artifact": "artifact", "Execution": "execution", "Context": "context"}
_TYPES = {"ArtifactType", "ExecutionType", "ContextType"}
_CONTEXT_FIELDS = {"child_id", "parent_id"}
_TIMES = {"create_time_since_epoch", "last_update_time_since_epoch", "milliseconds_since_epoch"}
Path = tuple[str, str]


class Normaliser:
    """Remembers the ids and times of one recording; give it the answers in the order in which they came."""

    def __init__(self) -> None:
        self._handles: dict[str, dict[int, int]] = {}
        self._times: dict[Any, list[int]] = {}

    def response(self, message: Message, unordered: tuple[str, ...] = ()) -> Any:
        """A response as plain data.

        Args:
            message: the response.
            unordered: names of its (or its parts') lists whose order means nothing.
        """
        for kind, id in sorted(set(_ids(message))):
            known = self._handles.setdefault(kind, {})
            if id > 0 and id not in known:
                known[id] = len(known) + 1
        return self._message(message, frozenset(unordered))

    def _handle(self, kind: str, id: int) -> Any:
        handle = self._handles.get(kind, {}).get(id)
        return id if handle is None else f"{kind} #{handle}"

    def _message(self, message: Message, unordered: frozenset[str]) -> Any:
        plain: dict[str, Any] = {}
        for descriptor, value in message.ListFields():
            name = descriptor.name
            if _is_map(descriptor):
                kind = _kind(message, name)
                plain[name] = {
                    self._handle(kind, key) if kind else key: self._one(message, descriptor, value[key], unordered)
                    for key in sorted(value)
                }
            elif _is_list(descriptor, value):
                plain[name] = [self._one(message, descriptor, each, unordered) for each in value]
                if name in unordered:
                    plain[name].sort(key=repr)
            else:
                plain[name] = self._one(message, descriptor, value, unordered)
        return plain

    def _one(self, owner: Message, descriptor: FieldDescriptor, value: Any, unordered: frozenset[str]) -> Any:
        if isinstance(value, Message):
            return self._message(value, unordered)
        name = descriptor.name
        if name in _TIMES:
            return self._time(owner, name, value)
        if name == "next_page_token":
            return self._token(value, _listed(owner))
        kind = _kind(owner, name)
        return self._handle(kind, value) if kind else value

    def _time(self, owner: Any, name: str, time: int) -> Any:
        if time < CLOCK:
            return time
        if name == "milliseconds_since_epoch":
            key: Any = (owner.artifact_id, owner.execution_id, owner.type)
        else:
            key = (owner.DESCRIPTOR.name, owner.id)
        seen = self._times.setdefault(key, [])
        if time not in seen:
            seen.append(time)
        place = f"time #{seen.index(time) + 1}"
        if name == "last_update_time_since_epoch":
            created = owner.create_time_since_epoch
            place += " at creation" if time == created else " after creation" if time > created else " BEFORE creation"
        return place

    def _token(self, text: str, kind: str) -> Any:
        if not text:
            return ""
        token = open_token(text)
        return {
            "after": self._handle(kind, token.id_offset),
            "options": self._message(token.set_options, frozenset()) if token.HasField("set_options") else None,
        }


def open_token(text: str) -> Any:
    """What a page's token holds.

    Raises:
        ValueError: it is none.
    """
    token = pb.ListOperationNextPageToken()
    try:
        token.ParseFromString(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except DecodeError as error:
        raise ValueError(f"{text!r} is no page token") from error
    return token


def _is_list(descriptor: FieldDescriptor, value: Any) -> bool:
    return not isinstance(value, (str, bytes, Message)) and hasattr(value, "__len__")


def _is_map(descriptor: FieldDescriptor) -> bool:
    kind = descriptor.message_type
    return kind is not None and kind.GetOptions().map_entry


def _listed(response: Message) -> str:
    """The kind of the nodes that a page lists."""
    for name, kind in (("artifacts", "artifact"), ("executions", "execution"), ("contexts", "context")):
        if name in response.DESCRIPTOR.fields_by_name:
            return kind
    return ""


def _kind(owner: Message, name: str) -> str:
    """Of what a field holds ids; '' for a field of another sort."""
    of = owner.DESCRIPTOR.name
    if name == "id":
        return _NODES.get(of) or ("type" if of in _TYPES else "")
    if name == "contexts":  # the key of the map in Get{Parent,Children}ContextsByContextsResponse
        return "context"
    if name in _CONTEXT_FIELDS:
        return "context"
    stem = name.removesuffix("s").removesuffix("_id")
    if stem == name.removesuffix("s"):
        return ""
    if stem.endswith("type"):
        return "type"
    return stem if stem in _NODES.values() else ""


def _ids(message: Message) -> Iterator[tuple[str, int]]:
    """Every id in a message, with its kind."""
    for descriptor, value in message.ListFields():
        kind = _kind(message, descriptor.name)
        if _is_map(descriptor):
            for key in value:
                if kind:
                    yield kind, key
                if isinstance(value[key], Message):
                    yield from _ids(value[key])
        else:
            for each in value if _is_list(descriptor, value) else (value,):
                if isinstance(each, Message):
                    yield from _ids(each)
                elif kind and isinstance(each, int):
                    yield kind, each
