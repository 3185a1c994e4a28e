"""What is copied to: whether it may be, how far a copy got, and the next portion of it.

A note in the target says of which source it is a copy and how far. It is written in the transaction of the portion that
it speaks of, so that a copy that ended at any moment goes on behind its last whole portion.
"""

from __future__ import annotations

import abc
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Literal

from graphmeta.backends.batch import Batch, EventWrite, NodeWrite
from graphmeta.backends.rows import EventColumns, NodeRows, Totals
from graphmeta.errors import FailedPreconditionError
from graphmeta.model import SYSTEM_TYPES, Kind, Type
from graphmeta.moving.marks import WITH_IDS, Mark
from graphmeta.moving.source import Part, Source, Trouble

_SYSTEM = frozenset(SYSTEM_TYPES)
Report = Callable[[Trouble], None]


class Target(abc.ABC):
    """What is written as the copy of a source.

    Attributes:
        url: where it is, without a password.
        mark: how far it is; set by `judge`.
    """

    url: str

    def __init__(self) -> None:
        self.mark = Mark("")
        self._noted: str | None = None
        self._report: Report = lambda trouble: None

    # ------------------------------------------------------------ what is there

    @abc.abstractmethod
    def types(self) -> list[Type]:
        """All types, system types included, by id."""

    @abc.abstractmethod
    def totals(self) -> Totals:
        """How much there is in all."""

    @abc.abstractmethod
    def nodes(self, kind: Kind, ids: Sequence[int]) -> NodeRows:
        """The nodes with these ids, with their properties."""

    @abc.abstractmethod
    def there(self, kind: Kind, ids: Sequence[int]) -> set[int]:
        """Those of the ids that nodes have."""

    @abc.abstractmethod
    def called(self, kind: Kind, names: Sequence[tuple[int, str]], external_ids: Sequence[str]) -> list[NodeRows]:
        """The nodes that have one of these names (type id, name) or external ids; one may come twice."""

    @abc.abstractmethod
    def events(self, after: int, limit: int) -> EventColumns:
        """The events with the lowest ids above `after`, with their paths."""

    @abc.abstractmethod
    def members(self, kind: Literal["artifact", "execution"], pairs: Sequence[tuple[int, int]]) -> set[tuple[int, int]]:
        """Those of the (node id, context id) that are there."""

    @abc.abstractmethod
    def parents(self) -> set[tuple[int, int]]:
        """The links between contexts that are there."""

    # ------------------------------------------------------------ what it can hold

    def fitting(self, nodes: Sequence[NodeWrite], report: Report) -> list[NodeWrite]:
        """Nodes as they can be held here; what must change is told."""
        return list(nodes)

    def fitting_events(self, events: Sequence[EventWrite], report: Report) -> list[EventWrite]:
        """Events as they can be held here; what must change is told."""
        return list(events)

    def fitting_types(self, types: Sequence[Type], report: Report) -> list[Type]:
        """Types as they can be held here; what must change is told."""
        return list(types)

    def foreign(self, kind: Kind, after: int) -> int | None:
        """The highest id above this one of a node that is no annotation."""
        highest = self.totals().highest.get(kind, 0)
        return highest if highest > after else None

    def weights(self, texts: Sequence[str]) -> Mapping[str, str]:
        """What texts are compared by where they must be unique: two are the same here where these are."""
        return {text: text for text in texts}

    # ------------------------------------------------------------ writing

    def judge(self, source: Source, types: Sequence[Type], *, shared: bool = False) -> None:
        """See whether the source may be copied here, and how far that is.

        Args:
            types: the source's.
            shared: it is going to be followed: what somebody else wrote to the copy is told to `source.report` and left
                alone; otherwise it is refused. What was said of its nodes (`own`) is no matter either way.

        Raises:
            FailedPreconditionError: it holds something else.
        """
        noted = self._noted = self._prepare()
        if noted is None:
            self._check_empty(source)
            self.mark = Mark.first(source, types)
            self.mark.followed = shared
            return
        self.mark = Mark.of(noted)
        self.mark.followed = self.mark.followed or shared
        judgement = self.mark.knows(source, types)
        if judgement == "gone":
            raise FailedPreconditionError(
                f"{self.url} is a copy of {self.mark.source}, and nothing by which {source.url} could be known for the "
                "same is there any longer: it was removed. Copy it to a target of its own: a new file, or an empty "
                "database; the copy keeps what was removed."
            )
        if judgement == "other":
            raise FailedPreconditionError(
                f"{self.url} is a copy of {self.mark.source}, and {source.url} is another source. Copy it to a target "
                "of its own: a new file, or an empty database."
            )
        for where, what in self._strangers():
            if not shared:
                raise FailedPreconditionError(f"{what} Copy to another target.")
            source.report(Trouble(where, f"{what} It is left alone."))

    def take_types(self, types: Sequence[Type]) -> None:
        """Let the types be the source's; again is harmless, and brings what they gained.

        Args:
            types: all of them, with their ids.

        Raises:
            FailedPreconditionError: the target has types of its own.
        """
        self.write(types=types)

    def write(
        self,
        *,
        nodes: Sequence[NodeWrite] = (),
        requires: Mapping[Kind, Sequence[int]] | None = None,
        events: Sequence[EventWrite] = (),
        attributions: Sequence[tuple[int, int]] = (),
        associations: Sequence[tuple[int, int]] = (),
        parents: Sequence[tuple[int, int]] = (),
        types: Sequence[Type] | None = None,
        done: Mapping[Part, int] | None = None,
        told: int = 0,
    ) -> None:
        """Write a portion, and note that it is there, in one transaction.

        Args:
            requires: what `Batch.requires` is.
            types: all types of the source, where any of them may be new.
            done: how far the copy is then, of parts whose numbers the portion does not show: memberships. New nodes and
                events show theirs.
            told: how many troubles the portion had.

        Raises:
            MissingNodesError, TakenError: as `Writer.write`; nothing was written.
            FailedPreconditionError: somebody else copies to this target now.
        """
        batch = Batch(
            os.urandom(16).hex(),
            nodes=nodes,
            requires=requires or {},
            events=events,
            attributions=attributions,
            associations=associations,
            parents=parents,
        )
        after = self.mark.after(batch, done or {}, told)
        text = after.text()
        self._write(batch, types, text)
        self.mark, self._noted = after, text

    @abc.abstractmethod
    def close(self) -> None:
        """Give back connections. Again is harmless."""

    def __enter__(self) -> Target:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    # ------------------------------------------------------------ within

    @abc.abstractmethod
    def _prepare(self) -> str | None:
        """Set up what is empty; returns what is noted of a copy.

        Raises:
            ForeignStoreError, SchemaVersionError, StoreUnavailableError: it cannot be written.
        """

    @abc.abstractmethod
    def _write(self, batch: Batch, types: Sequence[Type] | None, text: str) -> None:
        """Write a batch and the note in one transaction; types first, where they are given.

        Raises:
            MissingNodesError, TakenError, FailedPreconditionError: see `write`.
        """

    def _is_written(self, found: str | None, text: str) -> bool:
        """Whether a portion is there already, for its answer was lost, by the note that its transaction finds.

        Raises:
            FailedPreconditionError: somebody else copies to this target now.
        """
        if found == text and found != self._noted:
            return True
        if found != self._noted:
            raise FailedPreconditionError(
                f"Another process copies to {self.url} at this moment. Wait for it, or end it, and run the copy again."
            )
        return False

    def _check_empty(self, source: Source) -> None:
        numbers = self.totals().numbers
        own = [type for type in self.types() if (type.kind, type.name) not in _SYSTEM or type.version]
        held = [f"{number:,} {part}s" for part, number in numbers.items() if number]
        held += [f"{len(own)} types of its own"] if own else []
        if held:
            raise FailedPreconditionError(
                f"{self.url} is not empty: it holds {', '.join(held)}, and is no copy of {source.url}. A copy keeps "
                "ids, so it needs a target of its own: a new file, or an empty database."
            )

    def _strangers(self) -> Iterator[tuple[str, str]]:
        """What is behind all that was copied: where, and a sentence."""
        highest = self.totals().highest
        for part in WITH_IDS:
            done = self.mark.done.get(part, 0)
            found: int | None = highest.get(part, 0)
            if part == "context" and found:
                found = self.foreign(part, done)
            if found and found > done:
                where = f"{part}/{found}"
                yield (
                    where,
                    f"{self.url} is a copy of {self.mark.source} up to {part}/{done}, and somebody wrote {where} to it "
                    "since; the source may give that id to something else.",
                )


def node_writes(
    rows: NodeRows, types: Mapping[int | None, Type], create: Callable[[int], bool] = lambda id: True
) -> list[NodeWrite]:
    """Nodes of a source as they are written.

    Args:
        types: the source's, by id.
        create: whether the node with an id is new to the target.
    """
    kind, properties = rows.kind, rows.properties
    bases = {id: type.base_type for id, type in types.items()}
    return [NodeWrite(kind, create(row.id), row, *properties(row.id), bases.get(row.type_id)) for row in rows]


def event_writes(columns: EventColumns) -> list[EventWrite]:
    """Events of a source as they are written. Some have no time, and keep none."""
    return [
        EventWrite(id, artifact_id, execution_id, type, path, time)  # type: ignore[arg-type]
        for id, artifact_id, execution_id, type, time, path in columns.rows()
    ]
