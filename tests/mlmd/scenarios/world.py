"""Where most scenarios start: one type of each kind, with a property of each sort of value."""

from __future__ import annotations

from typing import Any, NamedTuple

from graphmeta.testing.mlmd.making import artifact, context, event, execution
from graphmeta.testing.mlmd.scenarios import Play

KINDS = ("artifact", "execution", "context")
PROPERTIES = {"int": 1, "double": 2, "string": 3, "struct": 4, "proto": 5, "bool": 6}
PUT = {"artifact": "PutArtifacts", "execution": "PutExecutions", "context": "PutContexts"}
GET = {"artifact": "GetArtifactsByID", "execution": "GetExecutionsByID", "context": "GetContextsByID"}
MAKE = {"artifact": artifact, "execution": execution, "context": context}


class Types(NamedTuple):
    """The ids of a type of each kind."""

    artifact: int
    execution: int
    context: int

    def of(self, kind: str) -> int:
        return int(getattr(self, kind))


def put_type(play: Play, kind: str, *, says: Any = (), flags: dict[str, bool] | None = None, **fields: Any) -> Any:
    """Put one type; the answer."""
    return play(f"Put{kind.title()}Type", says=says, **{f"{kind}_type": fields}, **(flags or {}))


def types(play: Play) -> Types:
    """Put the types `Data`, `Step` and `Run`."""
    ids = [
        put_type(play, kind, name=name, properties=PROPERTIES).response.type_id
        for kind, name in zip(KINDS, ("Data", "Step", "Run"), strict=True)
    ]
    return Types(*ids)


def put(play: Play, kind: str, *nodes: Any, **more: Any) -> list[int]:
    """Put nodes of one kind; their ids."""
    return list(getattr(play(PUT[kind], **{f"{kind}s": list(nodes)}, **more).response, f"{kind}_ids"))


def put_one(play: Play, kind: str, type_id: int, **fields: Any) -> int:
    """Put one node that is well-formed; its id."""
    (id,) = put(play, kind, MAKE[kind](type_id, **fields))
    return id


def get(play: Play, kind: str, *ids: int) -> Any:
    """Read nodes by their ids; the response's list."""
    return getattr(play(GET[kind], **{f"{kind}_ids": list(ids)}).response, f"{kind}s")


def link(play: Play, *edges: tuple[Any, ...]) -> None:
    """Put events, each (artifact id, execution id, type), with times 1, 2, 3…"""
    events = [event(*edge, milliseconds_since_epoch=time) for time, edge in enumerate(edges, 1)]
    play("PutEvents", events=events)
