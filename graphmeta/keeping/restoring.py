"""Bringing back what a dump holds, with the same ids and times; what is there already stays as it is."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from pathlib import Path
from typing import Any, Literal, cast

from graphmeta.backends.batch import Batch, EventWrite, MissingNodesError, NodeWrite, TakenError, Writer, Written
from graphmeta.backends.predicates import Field, OneOf, TypeAndName
from graphmeta.backends.requests import EventQuery, MembershipQuery, NodeQuery, ParentQuery
from graphmeta.backends.rows import NodeRow, NodeRows, PropertyRow
from graphmeta.errors import FailedPreconditionError
from graphmeta.keeping.dump import Head, Line, event_of, node_of, read_head, read_lines, type_of
from graphmeta.keeping.tombstones import is_tombstone_of
from graphmeta.model import SYSTEM_TYPES, Kind, Properties, Type
from graphmeta.moving.digests import event_fields, node_fields, type_names
from graphmeta.query.answers.base import Answer, Json
from graphmeta.store.store import Store

_PORTION = 1_000
_SHOWN = 100
_FIELDS_SHOWN = 3
_SYSTEM = frozenset(SYSTEM_TYPES)
_Node = tuple[NodeRow, Properties, Properties]
_MEMBER_KINDS: Mapping[str, Literal["artifact", "execution"]] = {"attribution": "artifact", "association": "execution"}


@dataclass(slots=True)
class Restored(Answer):
    """What came back.

    Attributes:
        store: where, a URL without a password.
        head: what the dump says of itself.
        applied: whether it was written; else it is what would be.
        written: how many of each sort came back: nodes by kind, and edges.
        there: how many were there as they were.
        overwritten: how many tombstones got back what they had lost.
        troubles: the first hundred things that could not be brought back, a sentence each.
        trouble: how many those are.
    """

    store: str
    head: Head
    applied: bool
    written: Counter[str] = field(default_factory=Counter)
    there: Counter[str] = field(default_factory=Counter)
    overwritten: int = 0
    troubles: list[str] = field(default_factory=list)
    trouble: int = 0

    def tell(self, sentence: str) -> None:
        """Note what could not be brought back."""
        self.trouble += 1
        if len(self.troubles) < _SHOWN:
            self.troubles.append(sentence)

    def to_json(self) -> Json:
        """The attributes by name."""
        return {
            "store": self.store,
            "dump": {"store": self.head.store, "time": self.head.time, "why": self.head.why},
            "applied": self.applied,
            "written": dict(self.written),
            "there": dict(self.there),
            "overwritten": self.overwritten,
            "number_of_troubles": self.trouble,
            "troubles": [*self.troubles],
        }


def restore(
    store: Store,
    path: Path,
    *,
    dry_run: bool = False,
    overwrite: bool = False,
    portion: int = _PORTION,
    tell: Callable[[int], None] = lambda number: None,
) -> Restored:
    """Bring back what a dump holds; again is harmless. What is there and differs is told and left as it is.

    Args:
        dry_run: write nothing, and tell what would be.
        overwrite: give tombstones back what they lost.
        portion: so many things in one transaction.
        tell: is told, after each transaction, how many things were looked at.

    Raises:
        InvalidArgumentError: the dump is not whole, or none.
        AlreadyExistsError: the store has a type of the same name with other properties.
        ReadOnlyError, StoreUnavailableError: what came back until then is there; again brings the rest.
    """
    head = read_head(path)
    done = Restored(store.url, head, not dry_run)
    restorer = _Restorer(store, done, dry_run=dry_run, overwrite=overwrite)
    number = 0
    for sort, lines in groupby(read_lines(path), key=lambda line: next(iter(line))):
        if sort == "type":
            restorer.types([type_of(line) for line in lines])
            continue
        for kind, own in groupby(lines, key=lambda line: cast("str", line[sort]) if sort in ("node", "joined") else ""):
            for some in _in_portions(own, portion):
                restorer.take(sort, kind, some)
                number += len(some)
                tell(number)
    return done


def _in_portions(lines: Iterable[Line], number: int) -> Iterator[list[Line]]:
    some: list[Line] = []
    for line in lines:
        some.append(line)
        if len(some) == number:
            yield some
            some = []
    if some:
        yield some


class _Rows:
    """Nodes of a dump, as a store would give them."""

    def __init__(self, nodes: Sequence[_Node]) -> None:
        self._values = {row.id: (declared, custom) for row, declared, custom in nodes}

    def of(self, id: int) -> tuple[Properties, Properties]:
        return self._values[id]

    def rows(self) -> Iterator[PropertyRow]:
        raise NotImplementedError


class _Restorer:
    def __init__(self, store: Store, done: Restored, *, dry_run: bool, overwrite: bool) -> None:
        self._store = store
        self._backend = store.backend
        self._done = done
        self._dry_run = dry_run
        self._overwrite = overwrite
        self._of_dump: dict[int, Type] = {}  # types of the store, by their ids in the dump
        self._names: dict[int, object] = {}
        self._strange: set[tuple[Kind, int]] = set()  # nodes that are not those of the dump

    def take(self, sort: str, kind: str, lines: list[Line]) -> None:
        """Lines of one sort, and of nodes of one kind."""
        if sort == "node":
            self._nodes(cast("Kind", kind), lines)
        elif sort == "joined":
            self._joined(cast("Kind", kind), lines)
        elif sort == "event":
            self._events(lines)
        elif sort in _MEMBER_KINDS:
            self._memberships(cast("Literal['attribution', 'association']", sort), lines)
        else:
            self._parents(lines)

    # ------------------------------------------------------------ types

    def types(self, types: list[Type]) -> None:
        """See to it that the types are there, as `Store.put_types` does."""
        own = [type for type in types if (type.kind, type.name) not in _SYSTEM or type.version]
        if not self._dry_run:
            self._store.put_types(own, can_add_fields=True, can_omit_fields=True)
        there = {(type.kind, type.name, type.version): type for type in self._store.types(system=True)}
        for type in types:
            # (A type that is missing, in a dry run, has no id: no node that is there is of it.)
            known = there.get((type.kind, type.name, type.version))
            self._of_dump[type.id or 0] = known or replace(type, id=None)
        self._names = {**type_names(list(there.values()))}

    # ------------------------------------------------------------ nodes

    def _nodes(self, kind: Kind, lines: list[Line]) -> None:
        nodes = [node_of(line, self._of_dump[line["type_id"]]) for line in lines]
        given = NodeRows(kind, [node[0] for node in nodes], _Rows(nodes))
        there = self._backend.nodes(NodeQuery(kind, OneOf(Field("id"), [row.id for row in given])))
        by_id = {row.id: row for row in there}
        taken = self._taken(kind, [node for node in nodes if node[0].id not in by_id])
        new: list[NodeWrite] = []
        tombstones = 0
        for node in nodes:
            row = node[0]
            held = by_id.get(row.id)
            if held is None and row.id in taken:
                self._refuse(kind, row.id, taken[row.id])
            elif held is None:
                new.append(NodeWrite(kind, True, *node, self._of_dump_base(row)))
            elif repr(node_fields(there, held, self._names)) == repr(node_fields(given, row, self._names)):
                self._done.there[kind] += 1
            elif (held.type_id, held.created) != (row.type_id, row.created):
                self._refuse(kind, row.id, "that id is something else's here")
            elif self._overwrite and is_tombstone_of(there, held, node):
                new.append(NodeWrite(kind, False, *node, self._of_dump_base(row)))
                tombstones += 1
            else:
                self._differs(kind, there, held, given, row, node)
        self._write(Batch(_key(), nodes=new))
        self._done.written[kind] += len(new) - tombstones
        self._done.overwritten += tombstones

    def _of_dump_base(self, row: NodeRow) -> str | None:
        return next((type.base_type for type in self._of_dump.values() if type.id == row.type_id), None)

    def _taken(self, kind: Kind, nodes: list[_Node]) -> dict[int, str]:
        """Of nodes that are to come back, those whose name or external id another has, with a sentence's end."""
        found: dict[int, str] = {}
        names = {(row.type_id, row.name): row.id for row, _, _ in nodes if row.name is not None}
        if names:
            for other in self._backend.nodes(NodeQuery(kind, TypeAndName(list(names)), bare=True)):
                found[names[other.type_id, other.name or ""]] = (
                    f"{kind}/{other.id} has its name, {other.name!r:.200}, now"
                )
        external = {row.external_id: row.id for row, _, _ in nodes if row.external_id is not None}
        if external:
            where = OneOf(Field("external_id"), list(external))
            for other in self._backend.nodes(NodeQuery(kind, where, bare=True)):
                found[external[other.external_id or ""]] = f"{kind}/{other.id} has its external id now"
        return found

    def _refuse(self, kind: Kind, id: int, why: str) -> None:
        self._strange.add((kind, id))
        self._done.tell(f"{kind}/{id} cannot come back: {why}.")

    def _differs(self, kind: Kind, there: NodeRows, held: NodeRow, given: NodeRows, row: NodeRow, node: _Node) -> None:
        one, other = node_fields(given, row, self._names), node_fields(there, held, self._names)
        names = [name for name in dict.fromkeys((*one, *other)) if repr(one.get(name)) != repr(other.get(name))]
        more = len(names) - _FIELDS_SHOWN
        shown = ", ".join(names[:_FIELDS_SHOWN]) + (f" and {more} more" if more > 0 else "")
        advice = (
            " It is a tombstone: --overwrite gives it back what it had." if is_tombstone_of(there, held, node) else ""
        )
        self._done.tell(f"{kind}/{row.id} is there and differs in {shown}; it is left as it is.{advice}")

    def _joined(self, kind: Kind, lines: list[Line]) -> None:
        """What edges end at: only what is the same thing as then is joined."""
        ids = [line["id"] for line in lines]
        rows = {row.id: row for row in self._backend.nodes(NodeQuery(kind, OneOf(Field("id"), ids), bare=True))}
        for line in lines:
            row = rows.get(line["id"])
            if row is None or (row.type, row.created) != (line["type"], line["created"]):
                self._strange.add((kind, line["id"]))

    # ------------------------------------------------------------ edges

    def _events(self, lines: list[Line]) -> None:
        rows = [event_of(line) for line in lines]
        found = self._backend.events(EventQuery(execution_ids=sorted({row[2] for row in rows})))
        by_id = {row[0]: row for row in found.rows()}
        by_ends = {(row[1], row[2], row[3]): row[0] for row in found.rows()}
        new: list[EventWrite] = []
        requires: dict[Kind, set[int]] = {"artifact": set(), "execution": set()}
        for line, row in zip(lines, rows, strict=True):
            id, artifact, execution, type, time, path = row
            what = f"event {id} of execution/{execution} and artifact/{artifact}"
            held = by_id.get(id)
            if held is not None and event_fields(held) == event_fields(row):
                self._done.there["event"] += 1
            elif not self._can_join(what, ("artifact", artifact), ("execution", execution)):
                continue
            elif held is not None or (artifact, execution, type) in by_ends:
                self._done.tell(f"The {what} was recorded anew and differs; it is left as it is.")
            else:
                new.append(EventWrite(id, artifact, execution, type, path, time))  # type: ignore[arg-type]
                if not line.get("dangling"):
                    requires["artifact"].add(artifact)
                    requires["execution"].add(execution)
        needed = {} if self._dry_run else {kind: sorted(ids) for kind, ids in requires.items()}
        written = len(new)
        try:
            self._write(Batch(_key(), requires=needed, events=new))
        except (TakenError, MissingNodesError):
            written = sum(self._alone(event, needed) for event in new)
        self._done.written["event"] += written

    def _alone(self, event: EventWrite, needed: Mapping[Kind, Sequence[int]]) -> bool:
        """Write one event by itself, after several together could not be written."""
        requires: dict[Kind, list[int]] = {
            "artifact": [event.artifact_id] if event.artifact_id in needed.get("artifact", ()) else [],
            "execution": [event.execution_id] if event.execution_id in needed.get("execution", ()) else [],
        }
        try:
            self._write(Batch(_key(), requires=requires, events=[event]))
        except (TakenError, MissingNodesError):
            self._done.tell(
                f"The event {event.id} of execution/{event.execution_id} and artifact/{event.artifact_id} cannot come "
                "back: its id is another's here, or one of its ends is gone."
            )
            return False
        return True

    def _memberships(self, sort: Literal["attribution", "association"], lines: list[Line]) -> None:
        kind = _MEMBER_KINDS[sort]
        pairs = [(line[sort][0], line[sort][1]) for line in lines]
        there = set(self._backend.memberships(MembershipQuery(kind, node_ids=sorted({node for node, _ in pairs}))))
        self._done.there[sort] += sum(pair in there for pair in pairs)
        new = [
            (node, context)
            for node, context in pairs
            if (node, context) not in there
            and self._can_join(f"{sort} of {kind}/{node} to context/{context}", (kind, node), ("context", context))
        ]
        attributions, associations = (new, []) if sort == "attribution" else ([], new)
        self._write(Batch(_key(), attributions=attributions, associations=associations))
        self._done.written[sort] += len(new)

    def _parents(self, lines: list[Line]) -> None:
        pairs = [(line["parent"][0], line["parent"][1]) for line in lines]
        there = set(self._backend.parents(ParentQuery(child_ids=sorted({child for child, _ in pairs}))))
        self._done.there["parent"] += sum(pair in there for pair in pairs)
        new = [
            (child, parent)
            for child, parent in pairs
            if (child, parent) not in there
            and self._can_join(f"parent of context/{child}: context/{parent}", ("context", child), ("context", parent))
        ]
        self._write(Batch(_key(), parents=new))
        self._done.written["parent"] += len(new)

    def _can_join(self, what: str, *ends: tuple[Kind, int]) -> bool:
        strange = [end for end in ends if end in self._strange]
        if strange:
            names = " and ".join(f"{kind}/{id}" for kind, id in strange)
            self._done.tell(f"The {what} cannot come back: {names} is not here, or something else.")
        return not strange

    # ------------------------------------------------------------ writing

    def _write(self, batch: Batch) -> None:
        """Write in one transaction, where there is anything and it is meant to be.

        Raises:
            TakenError, MissingNodesError: of a batch of events.
            FailedPreconditionError: somebody else takes the names at this moment.
        """
        whole: Sequence[Sequence[Any]] = (
            batch.nodes,
            batch.events,
            batch.attributions,
            batch.associations,
            batch.parents,
        )
        if self._dry_run or not any(whole):
            return

        def work(writer: Writer) -> None:
            writer.write(batch, Written())

        try:
            self._backend.transact(work)
        except (TakenError, MissingNodesError):
            if batch.events:
                raise
            raise FailedPreconditionError(
                f"Somebody else writes to {self._backend.url} what is to come back. Run the command again: what came "
                "back is there, and the rest is added."
            ) from None


def _key() -> str:
    return os.urandom(16).hex()
