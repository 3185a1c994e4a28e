"""What a backend writes: one complete batch in one transaction, and what it says where it cannot."""

from __future__ import annotations

import abc
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from graphmeta import vocabulary
from graphmeta.backends.requests import NodeQuery
from graphmeta.backends.rows import NodeRow, NodeRows
from graphmeta.model import Kind, Properties, PropertyType, Type

Counted = Literal["artifact", "execution", "context", "event"]


@dataclass(slots=True)
class NodeWrite:
    """One node, complete: created where `create`, else replaced whole except for `created`; `base_type` is its
    type's."""

    kind: Kind
    create: bool
    row: NodeRow
    properties: Properties
    custom_properties: Properties
    base_type: str | None = None

    @property
    def role(self) -> str | None:
        """What kind of thing the node is (see `vocabulary`), for backends that keep it."""
        return vocabulary.role(self.kind, self.row.type, self.base_type)

    @property
    def display_name(self) -> str:
        """What people call the node (see `vocabulary`), for backends that keep it."""
        row = self.row
        return vocabulary.display_name(row.name, row.uri, self.properties, self.custom_properties, row.type)


class EventWrite(NamedTuple):
    id: int
    artifact_id: int
    execution_id: int
    type: str
    path: tuple[str | int, ...]
    time: int


class TypeUse(NamedTuple):
    """A type as the store believed it to be when it checked a batch against it.

    Types are never removed and properties never change their value type, so a batch that fits a type
    as it once was still fits; the backend checks that the type is there, declares what the nodes have, and has
    this base type, from which the nodes have their roles."""

    kind: Kind
    id: int
    name: str
    declared: Mapping[str, PropertyType]
    base_type: str | None = None


class ContextUse(NamedTuple):
    """A context that is meant by its type and name, with the id that it had when it was last seen; the backend checks
    that this is still so."""

    id: int
    type_id: int
    name: str


@dataclass(slots=True)
class Batch:
    """What one transaction writes, in this order, whole or not at all.

    Attributes:
        key: made by the client; a batch whose key was written before is not written again.
        keep_key: whether the caller chose the key, so that it must outlive the process.
        uses: the types that the nodes were checked against.
        reuses: contexts that the memberships name by ids that were believed, or looked up without a lock.
        requires: ids of nodes, by kind, that are not in the batch and must exist.
        events: their nodes are in the batch, or in `requires`, or are artifacts that may be missing.
        attributions, associations: (node id, context id); those that exist are left as they are.
        parents: (child id, parent id); one that exists is an error.
    """

    key: str
    keep_key: bool = False
    uses: Sequence[TypeUse] = ()
    reuses: Sequence[ContextUse] = ()
    nodes: Sequence[NodeWrite] = ()
    requires: Mapping[Kind, Sequence[int]] = field(default_factory=dict)
    events: Sequence[EventWrite] = ()
    attributions: Sequence[tuple[int, int]] = ()
    associations: Sequence[tuple[int, int]] = ()
    parents: Sequence[tuple[int, int]] = ()


@dataclass(frozen=True, slots=True)
class Written:
    """The ids that a put's nodes have, by kind and in the order given. A repeated key brings back the
    ids of the first time."""

    artifact_ids: tuple[int, ...] = ()
    execution_ids: tuple[int, ...] = ()
    context_ids: tuple[int, ...] = ()


class StaleTypesError(Exception):
    """A type that a batch was checked against is not as believed: read the types and check again."""


class StaleContextsError(Exception):
    """A context in `Batch.reuses` is not as believed: look it up by its type and name."""


class MissingNodesError(Exception):
    """Nodes in `Batch.requires` are not there. Attributes: ids, by kind."""

    def __init__(self, ids: Mapping[Kind, Sequence[int]]) -> None:
        super().__init__(f"missing: {ids}")
        self.ids = ids


Taken = Literal["name", "external_id", "id", "event", "parent"]


@dataclass(slots=True)
class Removal:
    """What one transaction removes, whole or not at all: nodes with their properties, and every edge that touches them.

    Attributes:
        nodes: ids, by kind; those that are not there (any longer) are no error.
        events: ids.
        attributions, associations: (node id, context id).
        parents: (child id, parent id).
    """

    nodes: Mapping[Kind, Sequence[int]] = field(default_factory=dict)
    events: Sequence[int] = ()
    attributions: Sequence[tuple[int, int]] = ()
    associations: Sequence[tuple[int, int]] = ()
    parents: Sequence[tuple[int, int]] = ()


class HeldError(Exception):
    """Nodes of a removal are joined to something that is not part of it: it came since the removal was planned.
    Attributes: ids, by kind."""

    def __init__(self, ids: Mapping[Kind, Sequence[int]]) -> None:
        super().__init__(f"held: {ids}")
        self.ids = ids


class TakenError(Exception):
    """Something that must be unique is there already.

    Attributes:
        what: which rule it broke.
        detail: the value or ids in words, where the engine says.
    """

    def __init__(self, what: Taken, kind: Kind | Literal["type"] | None = None, detail: str = "") -> None:
        super().__init__(f"{kind or ''} {what} is taken {detail}".strip())
        self.what: Taken = what
        self.kind = kind
        self.detail = detail


class Writer(abc.ABC):
    """What a writing transaction may do. Whatever raises undoes the whole transaction."""

    @abc.abstractmethod
    def now(self) -> int:
        """The time of this transaction in milliseconds since the epoch."""

    @abc.abstractmethod
    def ids(self, counted: Counted, number: int) -> Sequence[int]:
        """New ids, ascending, that nobody else gets."""

    @abc.abstractmethod
    def types(self, *, lock: bool = False) -> list[Type]:
        """All types, as this transaction sees them; with `lock` nobody else writes types until it ends."""

    @abc.abstractmethod
    def nodes(self, query: NodeQuery, *, lock: bool = False) -> NodeRows:
        """As `Backend.nodes`; with `lock` nobody else changes them until the transaction ends."""

    @abc.abstractmethod
    def ancestors(self, context_ids: Sequence[int]) -> set[int]:
        """The contexts above these, at any distance. No other parent link is written meanwhile."""

    @abc.abstractmethod
    def remembered(self, key: str) -> Written | None:
        """What the batch with this key wrote, where one was written before."""

    @abc.abstractmethod
    def write(self, batch: Batch, written: Written, *, last: bool = False) -> Written:
        """Write the batch and remember `written` under its key.

        Args:
            last: this transaction does nothing after it, so that a backend may commit it at once.

        Returns:
            `written`, or what was remembered if the key is known.

        Raises:
            StaleTypesError, StaleContextsError, MissingNodesError, TakenError: and nothing is written.
        """

    @abc.abstractmethod
    def write_types(self, types: Sequence[Type]) -> list[int]:
        """Write types whole: new ones have no id yet, the others replace what has their id.

        Returns:
            their ids, index by index.

        Raises:
            TakenError: a new one's (kind, name, version) or an external id is there already.
        """

    @abc.abstractmethod
    def take_types(self, types: Sequence[Type]) -> None:
        """Take over the types of another store whole, with their ids; what they are becomes what is stored. System
        types that are not among them stay, or move behind the highest id where theirs is wanted; other types that are
        not among them stay. New types get higher ids than all of them.

        Raises:
            FailedPreconditionError: the store has another type of its own with an id that is wanted, or nodes of a type
                that would have to move.
        """

    @abc.abstractmethod
    def note(self, name: str) -> str | None:
        """What was noted under a name; nobody else changes it until the transaction ends."""

    @abc.abstractmethod
    def write_note(self, name: str, text: str) -> None:
        """Keep a text under a name, in place of what was noted there: what a program that comes back wants to know of
        this store. ml-metadata does not see it."""

    @abc.abstractmethod
    def remove(self, removal: Removal) -> None:
        """Remove just what is named. Ids are never given again.

        Raises:
            HeldError: an edge that is not named touches a node that would go; nothing is removed.
        """
