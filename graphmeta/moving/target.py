"""What is copied to: whether it may be, how far a copy got, and the next portion of it.

A note in the target (`Writer.note`) says of which source it is a copy and how far. It is written in the transaction of
the portion that it speaks of, so that a copy that ended at any moment goes on behind its last whole portion.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from graphmeta.backends.batch import Batch, EventWrite, NodeWrite, Writer, Written
from graphmeta.backends.requests import ParentQuery
from graphmeta.backends.rows import EventColumns, NodeRows
from graphmeta.errors import FailedPreconditionError, InvalidArgumentError, UnsupportedError
from graphmeta.model import KINDS, SYSTEM_TYPES, Kind, Type
from graphmeta.moving.source import Part, Source, Trouble
from graphmeta.store import Store, connect

_NOTE = "copy"
_SYSTEM = frozenset(SYSTEM_TYPES)
_WITH_IDS: tuple[Part, ...] = (*KINDS, "event")
# Sources that cannot be targets yet.
_ONLY_SOURCES = ("mysql", "postgresql", "grpc", "grpcs")
# As many types tell one source from another.
_TYPES_KEPT = 50


@dataclass
class Mark:
    """Of which source a target is a copy, and how far.

    Attributes:
        source: its URL when the copy began, for people.
        known_by: what the source is known by wherever it moves: its first types, and the first piece of each part.
        done: of each part the highest number that was copied, as the source numbers it.
        told: how many troubles the portions had that are there.
    """

    source: str
    known_by: dict[str, list[Any]] = field(default_factory=dict)
    done: dict[Part, int] = field(default_factory=dict)
    told: int = 0

    def text(self) -> str:
        """As it is noted."""
        return json.dumps(
            {"source": self.source, "known_by": self.known_by, "done": self.done, "told": self.told},
            ensure_ascii=False,
            sort_keys=True,
        )

    @classmethod
    def of(cls, text: str) -> Mark:
        """What `text` gave."""
        return cls(**json.loads(text))


class Target:
    """A store that is written as the copy of a source.

    Args:
        store: opened for writing; closed with the target.

    Attributes:
        mark: how far it is; set by `judge`.
    """

    def __init__(self, store: Store) -> None:
        self.store = store
        self.backend = store.backend
        self.mark = Mark("")
        self._noted: str | None = None

    @property
    def url(self) -> str:
        """Where it is, without a password."""
        return self.store.url

    def close(self) -> None:
        """Give back connections. Again is harmless."""
        self.store.close()

    def __enter__(self) -> Target:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def judge(self, source: Source, types: Sequence[Type], *, shared: bool = False) -> None:
        """See whether the source may be copied here, and how far that is.

        Args:
            types: the source's.
            shared: what somebody else wrote to the copy is told to `source.report` and left alone; otherwise it is
                refused.

        Raises:
            FailedPreconditionError: it holds something else.
        """
        self.store.initialise()
        noted = self._noted = self.backend.transact(lambda writer: writer.note(_NOTE))
        if noted is None:
            self._check_empty(source)
            self.mark = Mark(source.url, {"types": [_known_type(type) for type in types[:_TYPES_KEPT]]})
            return
        self.mark = Mark.of(noted)
        # What is odd about the pieces that are looked at was told when they were copied.
        report, source.report = source.report, lambda trouble: None
        try:
            known = _is_known(source, types, self.mark)
        finally:
            source.report = report
        if not known:
            raise FailedPreconditionError(
                f"{self.url} is a copy of {self.mark.source}, and {source.url} is another source. Copy it to a target "
                "of its own: a new file, or an empty Neo4j database."
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
        after = self._after(batch, done or {}, told)
        text = after.text()

        def work(writer: Writer) -> None:
            found = writer.note(_NOTE)
            if found == text and found != self._noted:
                return  # it was written, and the answer was lost
            if found != self._noted:
                raise FailedPreconditionError(
                    f"Another process copies to {self.url} at this moment. Wait for it, or end it, and run the copy "
                    "again."
                )
            if types is not None:
                writer.take_types(types)
            writer.write(batch, Written())
            writer.write_note(_NOTE, text)

        self.backend.transact(work)
        self.mark, self._noted = after, text

    def parents(self) -> set[tuple[int, int]]:
        """The links between contexts that are there."""
        return set(self.backend.parents(ParentQuery()))

    # ------------------------------------------------------------ within

    def _after(self, batch: Batch, done: Mapping[Part, int], told: int) -> Mark:
        """What the mark is once a batch is written."""
        mark = self.mark
        after = Mark(mark.source, dict(mark.known_by), dict(mark.done), mark.told + told)
        new: dict[Part, int] = dict(done)
        for node in batch.nodes:
            if node.create:
                new[node.kind] = max(node.row.id, new.get(node.kind, node.row.id))
        if batch.events:
            last = max(event.id for event in batch.events)
            new["event"] = max(last, new.get("event", last))
        for part, number in new.items():
            after.done[part] = max(number, after.done.get(part, number))
        for part in _WITH_IDS:
            first = _known_piece(part, batch)
            if first is not None:
                after.known_by.setdefault(part, first)
        return after

    def _check_empty(self, source: Source) -> None:
        numbers = self.backend.totals().numbers
        own = [type for type in self.backend.types() if (type.kind, type.name) not in _SYSTEM or type.version]
        held = [f"{number:,} {part}s" for part, number in numbers.items() if number]
        held += [f"{len(own)} types of its own"] if own else []
        if held:
            raise FailedPreconditionError(
                f"{self.url} is not empty: it holds {', '.join(held)}, and is no copy of {source.url}. A copy keeps "
                "ids, so it needs a target of its own: a new file, or an empty Neo4j database."
            )

    def _strangers(self) -> Iterator[tuple[str, str]]:
        """What is behind all that was copied: where, and a sentence."""
        highest = self.backend.totals().highest
        for part in _WITH_IDS:
            done = self.mark.done.get(part, 0)
            if highest.get(part, 0) > done:
                where = f"{part}/{highest[part]}"
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


def open_target(url: str, source: Source) -> Target:
    """Open what is to be written.

    Args:
        url: a file (`lineage.db`, `sqlite:///lineage.db`) or a store in Neo4j (`neo4j://…`, `bolt://…`).

    Raises:
        UnsupportedError: it is of a kind that can only be copied from.
        InvalidArgumentError: it is of no known kind, or the source itself.
        StoreUnavailableError, ForeignStoreError, SchemaVersionError: at once or with the first use.
    """
    found = re.match(r"([A-Za-z][A-Za-z0-9+.-]*)://", url)
    if found and found[1].lower() in _ONLY_SOURCES:
        raise UnsupportedError(
            f"graphmeta copies from {found[1].lower()}://, but not yet to it. Give a file such as lineage.db, or "
            "neo4j://host:7687."
        )
    store = connect(url)
    if _same_place(source.url, store):
        store.close()
        raise InvalidArgumentError(f"Source and target are the same, {store.url}. Name another target.")
    return Target(store)


def _same_place(source: str, store: Store) -> bool:
    if source == store.url:
        return True
    start = "sqlite:///"
    if source.startswith(start) and store.url.startswith(start):
        one, other = Path(source[len(start) :]), Path(store.url[len(start) :])
        return one.exists() and other.exists() and os.path.samefile(one, other)  # noqa: PTH121
    return False


# ---------------------------------------------------------------- what a source is known by


def _known_type(type: Type) -> list[Any]:
    return [type.id, type.kind, type.name, type.version]


def _known_piece(part: Part, batch: Batch) -> list[Any] | None:
    """What never changes of the first piece of a portion; None where it has none by which a source is known."""
    if part in KINDS:
        first = next((node.row for node in batch.nodes if node.kind == part), None)
        return None if first is None else [first.id, first.type_id, first.created]
    if part == "event" and batch.events:
        event = batch.events[0]
        return [event.id, event.artifact_id, event.execution_id, event.time]
    return None


def _is_known(source: Source, types: Sequence[Type], mark: Mark) -> bool:
    """Whether this is the source that a mark speaks of; it may have gained since."""
    known = mark.known_by
    there = {type.id: type for type in types}
    for each in known.get("types", ()):
        type = there.get(each[0])
        if type is None or _known_type(type) != each:
            return False
    return all(_same_first(source, kind, known[kind]) for kind in KINDS if kind in known) and (
        "event" not in known or _same_first_event(source, known["event"])
    )


def _same_first(source: Source, kind: Kind, known: list[Any]) -> bool:
    rows = source.nodes_by_id(kind, [known[0]])
    return len(rows) == 1 and [rows[0].id, rows[0].type_id, rows[0].created] == known


def _same_first_event(source: Source, known: list[Any]) -> bool:
    events = source.events(known[0] - 1, 1)
    first = next(events.rows(), None)
    return first is not None and [first[0], first[1], first[2], first[4]] == known
