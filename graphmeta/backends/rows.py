"""What a backend answers: rows and columns. Nothing is hydrated until somebody looks."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from graphmeta.model import Kind, Properties


class NodeRow(NamedTuple):
    """One node without its properties. `state` is a name; `type` the name of the type."""

    id: int
    type_id: int
    type: str
    name: str | None
    uri: str | None
    state: str | None
    external_id: str | None
    created: int
    updated: int


class NodeRows(Sequence[NodeRow]):
    """Nodes of one kind, in the order asked for; their properties are decoded when asked for.

    Args:
        kind: the kind of all of them.
        rows: one row a node.
        decode: gives (properties, custom properties) of the node with an id. It must not go back to
            the store: what it decodes was read together with the rows.
    """

    __slots__ = ("_decode", "kind", "rows")

    def __init__(
        self, kind: Kind, rows: Sequence[NodeRow], decode: Callable[[int], tuple[Properties, Properties]]
    ) -> None:
        self.kind: Kind = kind
        self.rows = rows
        self._decode = decode

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, index: Any) -> Any:
        return self.rows[index]

    def __iter__(self) -> Iterator[NodeRow]:
        return iter(self.rows)

    def properties(self, id: int) -> tuple[Properties, Properties]:
        """The declared and the custom properties of the node with this id."""
        return self._decode(id)


@dataclass(slots=True)
class EventColumns:
    """Events as columns of equal length, by ascending event id. `paths` holds tuples of str and int."""

    ids: Sequence[int] = ()
    artifact_ids: Sequence[int] = ()
    execution_ids: Sequence[int] = ()
    types: Sequence[str] = ()
    times: Sequence[int | None] = ()
    paths: Sequence[tuple[str | int, ...]] = ()

    def __len__(self) -> int:
        return len(self.ids)


@dataclass(slots=True)
class Closure:
    """What a walk reached, the start included: ids, ascending, and the events between them.

    Ids of artifacts that do not exist (an event may name one) are in `missing_artifact_ids`.
    """

    artifact_ids: Sequence[int]
    execution_ids: Sequence[int]
    events: EventColumns = field(default_factory=EventColumns)
    missing_artifact_ids: Sequence[int] = ()


class Count(NamedTuple):
    """How many nodes there are of a type."""

    kind: Kind
    type_id: int
    type: str
    number: int
