"""The dump that is written before anything is removed: JSON Lines, from which `graphmeta restore` brings it back.

One line a thing, each with all that it says; gzip where the name ends in .gz:

    {"graphmeta_dump": 1, "store": …, "time": …, "why": …, "known_by": …}
    {"is": "type", "id": 10, "kind": "artifact", "name": …, …}
    {"is": "node", "kind": "artifact", "id": 42, "type_id": 10, …}
    {"is": "joined", "kind": "artifact", "id": 7, …}      what stays and an edge ends at, so that it is known again
    {"is": "event", "id": 99, "artifact": 42, "execution": 5, …}
    {"is": "attribution", "ends": [42, 3]}, and so association and parent
    {"is": "end", "numbers": {"type": 1, "node": 1, …}, "sha256": …}

The last line counts the lines of each sort and has the digest of all lines before it, so that a dump that is not whole
is seen. Text is ASCII with JSON's escapes; values are JSON's, but a struct is {"struct": …}, a message {"any": …} and a
number that JSON lacks {"double": "NaN"}. An edge is "dangling" where one of its ends was not there.
"""

from __future__ import annotations

import base64
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal, cast

from graphmeta.backends.rows import EventRow, NodeRow
from graphmeta.model import (
    ARTIFACT_STATES,
    EVENT_TYPES,
    EXECUTION_STATES,
    INT64,
    KINDS,
    AnyValue,
    Kind,
    Properties,
    Type,
    Value,
)

VERSION = 1
Line = dict[str, Any]
Pair = Literal["attribution", "association", "parent"]
# What pairs join.
ENDS: Mapping[Pair, tuple[Kind, Kind]] = {
    "attribution": ("artifact", "context"),
    "association": ("execution", "context"),
    "parent": ("context", "context"),
}
# The sorts of lines, in the order in which they come.
SORTS = ("type", "node", "joined", "event", *ENDS)
_STATES: Mapping[Kind, Any] = {"artifact": ARTIFACT_STATES, "execution": EXECUTION_STATES, "context": ()}
_TEXTS = ("name", "uri", "state", "external_id")


@dataclass(frozen=True, slots=True)
class Head:
    """What a dump says of itself.

    Attributes:
        store: the URL of the store that it is of.
        time: when it was written, in milliseconds since the epoch.
        why: the command.
        known_by: what that store is known by (see `identity`).
        numbers: how many things of each sort it holds.
    """

    store: str
    time: int
    why: str
    known_by: Mapping[str, Any]
    numbers: Mapping[str, int]

    @classmethod
    def of(cls, first: Line, last: Line) -> Head:
        """From the first and the last line.

        Raises:
            KeyError, TypeError, ValueError: they are no such lines.
        """
        for name in ("store", "why"):
            _check(isinstance(first[name], str), f"{name} is no text")
        _check(isinstance(first["known_by"], dict) and isinstance(last["numbers"], dict), "known_by is no object")
        return cls(first["store"], _whole(first["time"]), first["why"], first["known_by"], last["numbers"])


# ---------------------------------------------------------------- things as lines


def type_line(type: Type) -> Line:
    """A type."""
    return {"is": "type", **asdict(type)}


def node_line(kind: Kind, row: NodeRow, properties: Properties, custom_properties: Properties) -> Line:
    """A node whole."""
    return {
        "is": "node",
        "kind": kind,
        "id": row.id,
        "type_id": row.type_id,
        "name": row.name,
        "uri": row.uri,
        "state": row.state,
        "external_id": row.external_id,
        "created": row.created,
        "updated": row.updated,
        "properties": {key: _as_json(value) for key, value in properties.items()},
        "custom_properties": {key: _as_json(value) for key, value in custom_properties.items()},
    }


def joined_line(kind: Kind, row: NodeRow) -> Line:
    """A node that stays: what never changes of it."""
    return {"is": "joined", "kind": kind, "id": row.id, "type": row.type, "created": row.created}


def event_line(row: EventRow, *, dangling: bool) -> Line:
    """An event; `dangling` where one of its ends is not there."""
    id, artifact, execution, type, time, path = row
    line: Line = {"is": "event", "id": id, "artifact": artifact, "execution": execution, "type": type, "time": time}
    return {**line, "path": [*path], **({"dangling": True} if dangling else {})}


def pair_line(sort: Pair, pair: tuple[int, int], *, dangling: bool) -> Line:
    """A membership or a parent link; `dangling` where one of its ends is not there."""
    return {"is": sort, "ends": [*pair], **({"dangling": True} if dangling else {})}


def _as_json(value: Value) -> Any:
    if isinstance(value, AnyValue):
        return {"any": {"type_url": value.type_url, "value": base64.b64encode(value.value).decode("ascii")}}
    if isinstance(value, dict):
        return {"struct": value}
    if isinstance(value, float) and not math.isfinite(value):
        return {"double": repr(value)}
    return value


# ---------------------------------------------------------------- lines as things


def type_of(line: Line) -> Type:
    """What `type_line` gave."""
    return Type(**{name: held for name, held in line.items() if name != "is"})


def node_of(line: Line, type: Type) -> tuple[NodeRow, Properties, Properties]:
    """What `node_line` gave, of a type of the store that it is for."""
    row = NodeRow(
        line["id"],
        type.id or 0,
        type.name,
        line["name"],
        line["uri"],
        line["state"],
        line["external_id"],
        line["created"],
        line["updated"],
    )
    declared, custom = (
        {key: _from_json(value) for key, value in line[name].items()} for name in ("properties", "custom_properties")
    )
    return row, declared, custom


def event_of(line: Line) -> EventRow:
    """What `event_line` gave."""
    return line["id"], line["artifact"], line["execution"], line["type"], line["time"], tuple(line["path"])


def pair_of(line: Line) -> tuple[int, int]:
    """What `pair_line` gave."""
    first, second = line["ends"]
    return first, second


def _from_json(held: Any) -> Value:
    if not isinstance(held, dict):
        return held  # type: ignore[no-any-return]
    if "any" in held:
        return AnyValue(held["any"]["type_url"], base64.b64decode(held["any"]["value"]))
    return float(held["double"]) if "double" in held else held["struct"]


# ---------------------------------------------------------------- whether lines are as they should be


class Things:
    """What the lines of a dump name, one after the other."""

    def __init__(self) -> None:
        self._sort = 0
        self._types: dict[int, Type] = {}
        self._nodes: dict[Kind, set[int]] = {kind: set() for kind in KINDS}

    def take(self, line: Line) -> None:
        """See whether a line is as this module writes them.

        Raises:
            KeyError, TypeError, ValueError, AttributeError: it is not.
        """
        sort = line["is"]
        _check(sort in SORTS, f"{sort!r} is no sort of line")
        _check(SORTS.index(sort) >= self._sort, f"a {sort} comes too late")
        self._sort = SORTS.index(sort)
        if sort == "type":
            type = type_of(line)
            _check(type.kind in KINDS and isinstance(type.name, str) and bool(type.name), "no such type can be")
            self._types[_id(line["id"])] = type
        elif sort == "node":
            self._node(line)
        elif sort == "joined":
            _check(isinstance(line["type"], str), "its type is no text")
            _whole(line["created"])
            self._nodes[line["kind"]].add(_id(line["id"]))
        elif sort == "event":
            self._event(line)
        else:
            self._join(line, *zip(ENDS[cast("Pair", sort)], pair_of(line), strict=True))

    def _node(self, line: Line) -> None:
        kind = line["kind"]
        id = _id(line["id"])
        type = self._types.get(line["type_id"])
        _check(type is not None and type.kind == kind, f"the dump has no type {line['type_id']!r:.20} of {kind}s")
        _check(id not in self._nodes[kind], f"{kind}/{id} is there twice")
        _check(line["state"] in (None, "UNKNOWN", *_STATES[kind]), f"{line['state']!r:.50} is no state")
        for name in _TEXTS:
            _check(line[name] is None or isinstance(line[name], str), f"{name} is no text")
        _whole(line["created"]), _whole(line["updated"])
        _, declared, custom = node_of(line, cast("Type", type))
        for value in (*declared.values(), *custom.values()):
            _check(isinstance(value, (int, float, str, bool, dict, AnyValue)), "a property has no value")
            _check(not isinstance(value, int) or value in INT64, "a number is beyond 64 bits")
        self._nodes[kind].add(id)

    def _event(self, line: Line) -> None:
        _id(line["id"])
        _check(line["type"] in EVENT_TYPES, f"{line['type']!r:.50} is no type of event")
        _check(line["time"] is None or _whole(line["time"]) is not None, "its time is no number")
        _check(all(isinstance(step, (int, str)) for step in line["path"]), "its path is none")
        self._join(line, ("artifact", line["artifact"]), ("execution", line["execution"]))

    def _join(self, line: Line, *ends: tuple[Kind, int]) -> None:
        for kind, id in ends:
            known = _id(id) in self._nodes[kind] or line.get("dangling") is True
            _check(known, f"{kind}/{id} is not in the dump")


def _check(holds: bool, problem: str) -> None:
    if not holds:
        raise ValueError(problem)


def _whole(number: Any) -> int:
    _check(type(number) is int and number in INT64, f"{number!r:.50} is no 64-bit integer")
    return cast("int", number)


def _id(number: Any) -> int:
    _check(_whole(number) > 0, f"{number} is no id")
    return cast("int", number)
