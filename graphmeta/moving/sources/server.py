"""A running server of ML Metadata's, Google's or graphmeta's, as a source: with the calls of its interface only."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, Literal

from graphmeta.backends.rows import EventColumns, EventRow, NodeRow, NodeRows, PropertyRow
from graphmeta.errors import UnsupportedError
from graphmeta.mlmd.given import artifact_from, context_from, event_from, execution_from
from graphmeta.mlmd.type_messages import from_message
from graphmeta.model import KINDS, Kind, Properties, Type
from graphmeta.moving.source import Member, Part, Source, Summary, Trouble
from graphmeta.moving.sources.server_calls import NOUNS, Server
from graphmeta.portions import portions

_FROM: Mapping[Kind, Callable[[Any], Any]] = {
    "artifact": artifact_from,
    "execution": execution_from,
    "context": context_from,
}
_IDS_AT_ONCE = 1000  # nodes of one call: some megabytes
_EMPTY_RANGES = 50  # of ids, one behind another, before the list is asked where the ids go on
_TYPES_BEHIND = 32  # system types may come behind all others, and no list has them
# Events and members have no numbers here, so they get some: the execution's, or the context's, times this, and what
# comes within it.
_EVENTS_OF_ONE = 2**20
_NODES = 2**32


class ServerSource(Source):
    """A server that answers ML Metadata's 52 calls.

    What the interface does not tell, cannot come:

    - events have no ids: they are numbered by execution and, within one, in the order in which the server gives them
      (`execution id * 2**20 + place`), so that the same event has the same number each time. An event that is added
      later to an execution that was read already has a number below the highest;
    - the order of memberships: they are numbered by context and node;
    - events of no execution are not seen; what lies in the database in odd forms comes as the server reads it;
    - a file or a name that is unset: a server gives artifacts without a URI the empty one.

    `summary` reads everything, for a server counts nothing.

    Args:
        url: `grpc://host:port`, or `grpcs://host:port` with TLS (the certificates that are trusted are the system's, or
            those of $GRPC_DEFAULT_SSL_ROOTS_FILE_PATH).
    """

    def __init__(self, url: str, report: Callable[[Trouble], None] = lambda trouble: None) -> None:
        self._server = Server(url)
        super().__init__(self._server.url, "a server of ML Metadata's interface", report)
        self._told: set[int] = set()
        self._names: dict[int, str] = {}
        # Where each walk through the members of contexts stands, and what it has not given yet.
        self._walks: dict[Kind, tuple[int, Iterator[Member]]] = {}
        self._server.highest("context")  # says at once where nobody answers

    def summary(self) -> Summary:
        numbers: dict[Part, int] = {}
        highest: dict[Part, int] = {}
        by_type: dict[tuple[Kind, str], int] = {}
        times: list[int] = []
        for kind in KINDS:
            numbers[kind] = 0
            for rows in _all(lambda after, kind=kind: self.nodes(kind, after, _IDS_AT_ONCE)):  # type: ignore[misc]
                numbers[kind] += len(rows)
                highest[kind] = rows[-1].id
                for row in rows:
                    by_type[kind, row.type] = by_type.get((kind, row.type), 0) + 1
                    times += (row.created, row.updated)
                times = [min(times), max(times)]
        numbers["event"] = 0
        while columns := self.events(highest.get("event", 0), 10 * _IDS_AT_ONCE):
            numbers["event"] += len(columns)
            highest["event"] = columns.ids[-1]
        members: tuple[tuple[Part, Literal["artifact", "execution"]], ...]
        members = (("attribution", "artifact"), ("association", "execution"))
        for part, member_kind in members:
            numbers[part] = 0
            while found := self.memberships(member_kind, highest.get(part, 0), 10 * _IDS_AT_ONCE):
                numbers[part] += len(found)
                highest[part] = found[-1].number
        numbers["parent"] = len(self.parents())
        first, last = (times[0], times[-1]) if times else (None, None)
        return Summary(None, numbers, highest, by_type, first, last)

    def highest(self) -> Mapping[Part, int]:
        highest: dict[Part, int] = {kind: self._server.highest(kind) for kind in KINDS}
        # Of that execution's events, if it has any, the first.
        highest["event"] = highest["execution"] * _EVENTS_OF_ONE + 1
        return {part: number for part, number in highest.items() if number}

    def types(self) -> list[Type]:
        ids = [
            type.id for kind in KINDS for type in getattr(self._server.call(f"Get{NOUNS[kind]}Types"), f"{kind}_types")
        ]
        wanted = range(1, max(ids, default=0) + _TYPES_BEHIND)
        found: list[Type] = []
        for kind in KINDS:
            answer = self._server.call(f"Get{NOUNS[kind]}TypesByID", type_ids=wanted)
            for message in getattr(answer, f"{kind}_types"):
                type = from_message(message, kind)
                type.id = message.id
                found.append(type)
        self._names = {type.id: type.name for type in found if type.id is not None}
        return sorted(found, key=lambda type: type.id or 0)

    def nodes(self, kind: Kind, after: int, limit: int) -> NodeRows:
        highest = self._server.highest(kind)
        empty = 0
        while after < highest:
            last = min(after + min(limit, _IDS_AT_ONCE), highest)
            rows = self.nodes_by_id(kind, range(after + 1, last + 1))
            if rows:
                return rows
            after, empty = last, empty + 1
            if empty == _EMPTY_RANGES:
                after = next(message.id for message in self._server.nodes(kind) if message.id > after) - 1
        return self._rows(kind, [])

    def changed(self, kind: Kind, since: int, until_id: int) -> Sequence[int]:
        found = []
        for message in self._server.nodes(kind, by="LAST_UPDATE_TIME", ascending=False):
            if message.last_update_time_since_epoch < since:
                break
            if message.id <= until_id:
                found.append(message.id)
        return sorted(found)

    def nodes_by_id(self, kind: Kind, ids: Sequence[int]) -> NodeRows:
        found: list[Any] = []
        for some in portions(ids, _IDS_AT_ONCE):
            found += getattr(self._server.call(f"Get{NOUNS[kind]}sByID", **{f"{kind}_ids": some}), f"{kind}s")
        return self._rows(kind, sorted(found, key=lambda message: message.id))

    def events(self, after: int, limit: int) -> EventColumns:
        found: list[EventRow] = []
        last_read, highest = after // _EVENTS_OF_ONE - 1, self._server.highest("execution")
        while len(found) < limit and last_read < highest:
            ids = range(last_read + 1, min(last_read + _IDS_AT_ONCE, highest) + 1)
            last_read = ids[-1]
            messages = self._server.call("GetEventsByExecutionIDs", execution_ids=ids).events
            found += [row for row in self._numbered(messages) if row[0] > after]
        return EventColumns.of(sorted(found)[:limit])

    def memberships(self, kind: Literal["artifact", "execution"], after: int, limit: int) -> list[Member]:
        reached, walk = self._walks.pop(kind, (None, iter(())))
        if reached != after or not after:
            walk = (member for member in self._members(kind, after // _NODES) if member.number > after)
        found = list(islice(walk, limit))
        if found:
            self._walks[kind] = (found[-1].number, walk)
        return found

    def parents(self) -> list[tuple[int, int]]:
        found: list[tuple[int, int]] = []
        for some in portions(range(1, self._server.highest("context") + 1), _IDS_AT_ONCE):
            answer = self._server.call("GetParentContextsByContexts", context_ids=some)
            for child_id, parents in answer.contexts.items():
                found += [(child_id, parent.id) for parent in parents.parent_contexts]
        return sorted(found)

    def close(self) -> None:
        self._walks.clear()

    # ------------------------------------------------------------ within

    def _rows(self, kind: Kind, messages: Sequence[Any]) -> NodeRows:
        if any(message.type_id not in self._names for message in messages):
            self.types()  # fills the names
        rows = []
        for message in messages:
            given = _FROM[kind](message)
            rows.append(
                NodeRow(
                    message.id,
                    message.type_id,
                    self._names.get(message.type_id, message.type),
                    given.name,
                    getattr(given, "uri", None),
                    getattr(given, "state", None),
                    given.external_id,
                    message.create_time_since_epoch,
                    message.last_update_time_since_epoch,
                )
            )
            for key, value in (*message.properties.items(), *message.custom_properties.items()):
                if value.WhichOneof("value") is None:
                    self._tell(f"{kind}/{message.id} property {key}", "it holds no value; the property is left out.")
        return NodeRows(kind, rows, _Properties(kind, messages))

    def _numbered(self, messages: Iterable[Any]) -> Iterator[EventRow]:
        """Events with the numbers that they get."""
        places: dict[int, int] = {}
        for message in messages:
            place = places[message.execution_id] = places.get(message.execution_id, 0) + 1
            number = message.execution_id * _EVENTS_OF_ONE + place
            if place >= _EVENTS_OF_ONE:
                raise UnsupportedError(
                    f"execution/{message.execution_id} has more than {_EVENTS_OF_ONE - 1} events, and their numbers do "
                    "not reach so far: copy from the database itself, not from its server."
                )
            if not message.type:
                self._tell(f"event/{number}", "it has no type; it is left out.")
                continue
            event = event_from(message, message.artifact_id, message.execution_id)
            yield number, message.artifact_id, message.execution_id, event.type, event.time, event.path

    def _members(self, kind: Literal["artifact", "execution"], first: int) -> Iterator[Member]:
        """The members of contexts, from one context on."""
        context_id = max(first, 1) - 1
        while contexts := self.nodes("context", context_id, _IDS_AT_ONCE):
            for context in contexts:
                context_id = context.id
                call, field = f"Get{NOUNS[kind]}sByContext", f"{kind}s"
                for message in self._server.listed(call, field, context_id=context_id):
                    yield Member(context_id * _NODES + message.id, message.id, context_id)

    def _tell(self, where: str, what: str) -> None:
        trouble = Trouble(where, what)
        if hash(trouble) not in self._told:
            self._told.add(hash(trouble))
            self.report(trouble)


class _Properties:
    """The properties of messages."""

    def __init__(self, kind: Kind, messages: Sequence[Any]) -> None:
        self._kind = kind
        self._by_id = {message.id: message for message in messages}

    def of(self, id: int) -> tuple[Properties, Properties]:
        node = _FROM[self._kind](self._by_id[id])
        declared, custom = (
            {key: value for key, value in given.items() if value is not None}
            for given in (node.properties, node.custom_properties)
        )
        return declared, custom

    def rows(self) -> Iterator[PropertyRow]:
        for id, message in self._by_id.items():
            for custom, values in ((0, message.properties), (1, message.custom_properties)):
                for key, value in values.items():
                    which = value.WhichOneof("value")
                    if which is not None:
                        yield id, key, custom, getattr(value, which)


def _all(read: Callable[[int], NodeRows]) -> Iterator[NodeRows]:
    """Nodes, a portion at a time, to the last."""
    after = 0
    while rows := read(after):
        yield rows
        after = rows[-1].id
