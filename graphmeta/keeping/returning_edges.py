"""The edges of a dump, back into a store."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from graphmeta.backends.batch import Batch, EventWrite, MissingNodesError, TakenError, Writer, Written
from graphmeta.backends.requests import EventQuery, MembershipQuery, ParentQuery
from graphmeta.keeping.dump import ENDS, Line, Pair, event_of, pair_of
from graphmeta.keeping.restored import Restored
from graphmeta.keeping.returning_nodes import meanwhile
from graphmeta.model import KINDS, Kind
from graphmeta.moving.digests import event_fields
from graphmeta.store.store import Store

_End = tuple[Kind, int]


class _Event(NamedTuple):
    """An event that is to come back, and what has to be there for it."""

    write: EventWrite
    ends: Sequence[_End]


class Edges:
    """Brings edges back, each only to what is the same as it was."""

    def __init__(self, store: Store, done: Restored, *, dry_run: bool) -> None:
        self._backend = store.backend
        self._done = done
        self._dry_run = dry_run

    # ------------------------------------------------------------ events

    def events(self, lines: list[Line]) -> None:
        """Events, in one transaction where nothing is in their way."""
        rows = [event_of(line) for line in lines]
        found = self._backend.events(EventQuery(execution_ids=sorted({row[2] for row in rows})))
        by_id = {row[0]: row for row in found.rows()}
        by_ends = {(row[1], row[2], row[3]): row[0] for row in found.rows()}
        new: list[_Event] = []
        for line, row in zip(lines, rows, strict=True):
            id, artifact, execution, type, time, path = row
            ends: list[_End] = [("artifact", artifact), ("execution", execution)]
            held = by_id.get(id)
            if held is not None and event_fields(held) == event_fields(row):
                self._done.there["event"] += 1
            elif self._ends_are_strange(ends):
                continue
            elif held is not None or (artifact, execution, type) in by_ends:
                self._done.tell(f"The {_name(row[:3])} was recorded anew and differs; it is left as it is.")
            else:
                write = EventWrite(id, artifact, execution, type, path, time)  # type: ignore[arg-type]
                new.append(_Event(write, [] if line.get("dangling") else ends))
        try:
            self._put(new)
            written = len(new)
        except (TakenError, MissingNodesError):
            written = sum(map(self._alone, new))
        self._done.written["event"] += written

    def _alone(self, event: _Event) -> bool:
        """Write one event by itself, after several together could not be written."""
        try:
            self._put([event])
        except (TakenError, MissingNodesError):
            self._done.tell(
                f"The {_name(event.write[:3])} cannot come back: its id is another's here, or one of its ends is gone."
            )
            return False
        return True

    def _put(self, events: Sequence[_Event]) -> None:
        requires = _by_kind([end for event in events for end in event.ends])
        if events:
            self._write(Batch(os.urandom(16).hex(), requires=requires, events=[event.write for event in events]))

    # ------------------------------------------------------------ memberships and parents

    def pairs(self, sort: Pair, lines: list[Line]) -> None:
        """Attributions, associations or parent links, in one transaction.

        Raises:
            FailedPreconditionError: somebody else writes them at this moment.
        """
        dangling = {pair_of(line) for line in lines if line.get("dangling")}
        pairs = [pair_of(line) for line in lines]
        there = self._there(sort, sorted({first for first, _ in pairs}))
        self._done.there[sort] += sum(pair in there for pair in pairs)
        new = [
            pair
            for pair in pairs
            if pair not in there and not self._ends_are_strange(zip(ENDS[sort], pair, strict=True))
        ]
        while new:
            ends = [end for pair in new if pair not in dangling for end in zip(ENDS[sort], pair, strict=True)]
            try:
                self._write(_batch(sort, new, _by_kind(ends)))
                break
            except MissingNodesError as missing:  # somebody removes something at this moment
                self._lose(missing.ids)
                new = [pair for pair in new if not self._ends_are_strange(zip(ENDS[sort], pair, strict=True))]
            except TakenError:
                raise meanwhile(self._backend.url) from None
        self._done.written[sort] += len(new)

    def _there(self, sort: Pair, first: list[int]) -> set[tuple[int, int]]:
        if sort == "parent":
            return set(self._backend.parents(ParentQuery(child_ids=first)))
        return set(self._backend.memberships(MembershipQuery(ENDS[sort][0], node_ids=first)))  # type: ignore[arg-type]

    def _lose(self, ids: Mapping[Kind, Sequence[int]]) -> None:
        for kind, those in ids.items():
            for id in those:
                self._done.strange.add((kind, id))
                self._done.tell(f"{kind}/{id}, to which something was joined, is not here any longer.")

    # ------------------------------------------------------------ both

    def _ends_are_strange(self, ends: Iterable[_End]) -> bool:
        strange = any(end in self._done.strange for end in ends)
        self._done.edges_left += strange
        return strange

    def _write(self, batch: Batch) -> None:
        """Write in one transaction, where it is meant to be.

        Raises:
            TakenError, MissingNodesError: and nothing is written.
        """
        if self._dry_run:
            return

        def work(writer: Writer) -> None:
            writer.write(batch, Written())

        self._backend.transact(work)


def _batch(sort: Pair, pairs: Sequence[tuple[int, int]], requires: Mapping[Kind, Sequence[int]]) -> Batch:
    batch = Batch(os.urandom(16).hex(), requires=requires)
    if sort == "attribution":
        batch.attributions = pairs
    elif sort == "association":
        batch.associations = pairs
    else:
        batch.parents = pairs
    return batch


def _by_kind(ends: Sequence[_End]) -> dict[Kind, list[int]]:
    return {kind: sorted({id for each, id in ends if each == kind}) for kind in KINDS}


def _name(event: tuple[int, ...]) -> str:
    id, artifact, execution = event
    return f"event {id} of execution/{execution} and artifact/{artifact}"
