"""What can be copied from: pieces in the order of their ids, as the rows that backends answer with."""

from __future__ import annotations

import abc
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from graphmeta.backends.rows import EventColumns, NodeRows
from graphmeta.model import Kind, Type

Part = Literal["artifact", "execution", "context", "event", "attribution", "association", "parent"]
PARTS: tuple[Part, ...] = ("context", "artifact", "execution", "event", "attribution", "association", "parent")


class Member(NamedTuple):
    """That an artifact or an execution belongs to a context; `number` ascends in the order in which it was said."""

    number: int
    node_id: int
    context_id: int


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something that does not come over as it is.

    Attributes:
        where: the row, as `artifact/42 property note`.
        what: a sentence: what is there, and what becomes of it.
    """

    where: str
    what: str


@dataclass(frozen=True, slots=True)
class Summary:
    """What is in a source.

    Attributes:
        schema: of ML Metadata's schema; None where it has none (Neo4j, a server).
        numbers: how many there are of each part.
        highest: the highest id of each part that has ids.
        by_type: how many nodes there are by (kind, type name).
        first, last: the earliest creation and the latest update, in milliseconds since the epoch; None in an empty one.
    """

    schema: int | None
    numbers: Mapping[Part, int]
    highest: Mapping[Part, int]
    by_type: Mapping[tuple[Kind, str], int]
    first: int | None
    last: int | None


@dataclass
class Source(abc.ABC):
    """Somebody's lineage, to read. Everything comes in ascending order of ids, so many at a time; what is read later
    may hold what was written meanwhile.

    Attributes:
        url: where it is, without a password.
        what: what it is, in words: "an ML Metadata file of schema 4".
        report: is told of what does not come over as it is, once for each.
    """

    url: str
    what: str
    report: Callable[[Trouble], None] = field(default=lambda trouble: None)

    @abc.abstractmethod
    def summary(self) -> Summary:
        """What is there."""

    @abc.abstractmethod
    def highest(self) -> Mapping[Part, int]:
        """The highest id of nodes and events, of each that there are some of, without looking at all that is there."""

    @abc.abstractmethod
    def types(self) -> list[Type]:
        """All types with their ids, system types included, by id."""

    @abc.abstractmethod
    def nodes(self, kind: Kind, after: int, limit: int) -> NodeRows:
        """The nodes of a kind with the lowest ids above `after`, with their properties."""

    @abc.abstractmethod
    def changed(self, kind: Kind, since: int, until_id: int) -> Sequence[int]:
        """The ids, up to `until_id`, of nodes that were last updated at `since` or later.

        Args:
            since: in milliseconds since the epoch.
        """

    @abc.abstractmethod
    def nodes_by_id(self, kind: Kind, ids: Sequence[int]) -> NodeRows:
        """The nodes with these ids, by id."""

    @abc.abstractmethod
    def events(self, after: int, limit: int) -> EventColumns:
        """The events with the lowest ids above `after`, with their paths. Their artifacts need not exist."""

    @abc.abstractmethod
    def memberships(self, kind: Literal["artifact", "execution"], after: int, limit: int) -> list[Member]:
        """Attributions or associations with the lowest numbers above `after`."""

    @abc.abstractmethod
    def parents(self) -> list[tuple[int, int]]:
        """All (child id, parent id) of contexts."""

    @abc.abstractmethod
    def close(self) -> None:
        """Give back connections. Again is harmless."""

    def __enter__(self) -> Source:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()
