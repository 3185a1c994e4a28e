"""What a backend answers: rows and columns. Nothing is hydrated until somebody looks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple, Protocol

from graphmeta.model import KINDS, Kind, Properties


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


# One property of one node: the node's id, the key, whether it is custom (1 or 0) and the value: an int, a float,
# a str, a bool, or a message, which is a google.protobuf Struct or Any.
PropertyRow = tuple[int, str, int, Any]


class PropertySource(Protocol):
    """The properties of some nodes, as they were read together with the nodes: it never goes back to the store."""

    def of(self, id: int) -> tuple[Properties, Properties]:
        """The declared and the custom properties of one node."""

    def rows(self) -> Iterable[PropertyRow]:
        """The properties of all nodes, those of one node in a row."""


class NodeRows(Sequence[NodeRow]):
    """Nodes of one kind, in the order asked for; their properties are decoded when asked for.

    Args:
        kind: the kind of all of them.
        rows: one row a node.
        source: gives their properties.
    """

    __slots__ = ("_source", "kind", "rows")

    def __init__(self, kind: Kind, rows: Sequence[NodeRow], source: PropertySource) -> None:
        self.kind: Kind = kind
        self.rows = rows
        self._source = source

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, index: Any) -> Any:
        return self.rows[index]

    def __iter__(self) -> Iterator[NodeRow]:
        return iter(self.rows)

    def first(self, number: int) -> NodeRows:
        """The first of them."""
        rows = self.rows[:number]
        return NodeRows(self.kind, rows, _Some(self._source, {row.id for row in rows}))

    def properties(self, id: int) -> tuple[Properties, Properties]:
        """The declared and the custom properties of the node with this id."""
        return self._source.of(id)

    def property_rows(self) -> Iterable[PropertyRow]:
        """The properties of all of them one by one, for whoever makes something else of them than dicts."""
        return self._source.rows()


class _Some:
    """The properties of some of a source's nodes."""

    __slots__ = ("_ids", "_source", "of")

    def __init__(self, source: PropertySource, ids: set[int]) -> None:
        self._source = source
        self._ids = ids
        self.of = source.of

    def rows(self) -> Iterator[PropertyRow]:
        ids = self._ids
        return (row for row in self._source.rows() if row[0] in ids)


EventRow = tuple[int, int, int, str, "int | None", tuple["str | int", ...]]


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

    def rows(self) -> Iterator[EventRow]:
        """The events one by one, as (id, artifact id, execution id, type, time, path)."""
        return zip(self.ids, self.artifact_ids, self.execution_ids, self.types, self.times, self.paths, strict=True)

    @classmethod
    def of(cls, rows: Sequence[EventRow]) -> EventColumns:
        """Rows as columns."""
        return cls(*map(list, zip(*rows, strict=True))) if rows else cls()


@dataclass(slots=True)
class Closure:
    """What a walk reached, the start included: ids, ascending, and the events between them.

    Ids of artifacts that do not exist (an event may name one) are in `missing_artifact_ids`.
    """

    artifact_ids: Sequence[int]
    execution_ids: Sequence[int]
    events: EventColumns = field(default_factory=EventColumns)
    missing_artifact_ids: Sequence[int] = ()


class Totals(NamedTuple):
    """How much there is in all.

    Attributes:
        numbers: of artifacts, executions, contexts, events, attributions, associations and parent links, by the word
            for one of them (`parent` for the last).
        highest: the highest id, or number in the order of insertion, of each of them but parents; without those that
            there are none of.
        first, last: the earliest creation and the latest update of a node, in milliseconds since the epoch; None
            without nodes.
    """

    numbers: Mapping[str, int]
    highest: Mapping[str, int]
    first: int | None
    last: int | None

    @classmethod
    def of(cls, columns: Mapping[str, int | None]) -> Totals:
        """From the columns of the statements called `totals`."""
        parts = [name.removesuffix("s") for name in columns if name.endswith("s")]
        highest = {part: columns.get(f"last_{part}") for part in parts}
        return cls(
            {part: columns[f"{part}s"] or 0 for part in parts},
            {part: number for part, number in highest.items() if number is not None},
            columns["earliest"],
            columns["latest"],
        )


class Growth(NamedTuple):
    """What came on one day.

    Attributes:
        kind: "event", or a kind of node.
        type_id: of the nodes; 0 of events.
        day: days since the epoch, in UTC: of nodes the day they were stored, of events their own.
        number: how many.
    """

    kind: Kind | Literal["event"]
    type_id: int
    day: int
    number: int

    @classmethod
    def ordered(cls, growths: Iterable[Growth]) -> list[Growth]:
        """By day, kind and type id, events last."""
        return sorted(growths, key=lambda each: (each.day, _GROWING.index(each.kind), each.type_id))


_GROWING = (*KINDS, "event")


class Count(NamedTuple):
    """How many nodes there are of a type."""

    kind: Kind
    type_id: int
    type: str
    number: int
