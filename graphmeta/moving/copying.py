"""Copying a source to a target: types, nodes, events, memberships and parents, a portion at a time.

Each portion is one transaction, and the target notes in it how far it is (`target.Mark`): after whatever end the next
run goes on behind the last whole portion. Events and memberships are copied up to the highest that were there when the
run began, so that their nodes are copied before them even while somebody writes the source.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import Any, Literal

from graphmeta.backends.batch import EventWrite, MissingNodesError, NodeWrite, TakenError
from graphmeta.backends.rows import NodeRows
from graphmeta.errors import InternalError
from graphmeta.model import Kind, Type
from graphmeta.moving.copied import Copied, removed
from graphmeta.moving.progress import Progress
from graphmeta.moving.renaming import renamed
from graphmeta.moving.source import PARTS, Part, Source, Summary, Trouble
from graphmeta.moving.target import Target, event_writes, node_writes
from graphmeta.portions import portions
from graphmeta.vocabulary import ANNOTATION_TYPE

PORTION = 5000
_NODES: tuple[Kind, ...] = ("context", "artifact", "execution")
# How often a portion is mended and written again: for names taken twice, for nodes that came late.
_ATTEMPTS = 5


def copy(
    source: Source,
    target: Target,
    *,
    progress: Progress | None = None,
    portion: int = PORTION,
    shared: bool = False,
) -> Copied:
    """Copy what the target does not have yet.

    Args:
        progress: is told how far it is.
        portion: so many pieces are read and written at a time; memory is bounded by it.
        shared: see `Target.judge`.

    Returns:
        what was done. What did not come over as it was, was told to the source's `report`.

    Raises:
        FailedPreconditionError: the target holds something else.
        GraphmetaError: a store cannot be read or written. The target has whole portions only.
    """
    return Copying(source, target, progress or Progress(), portion, shared=shared).run()


class Copying:
    """One run."""

    def __init__(self, source: Source, target: Target, progress: Progress, portion: int, *, shared: bool) -> None:
        self.source = source
        self.target = target
        self._progress = progress
        self._portion = portion
        self._shared = shared
        self._told = 0
        self._noted = 0  # how many of these the mark knows, or a later run tells again
        self._report, source.report = source.report, self._tell
        self._types: dict[int | None, Type] = {}
        self._written: dict[Part, int] = {}
        self._there: dict[Part, int] = {}
        # Nodes that edges name and the source does not have.
        self._lacking: set[tuple[Kind, int]] = set()
        # Nodes whose ids the target has for something of its own: nothing is joined to them.
        self._left_out: set[tuple[Kind, int]] = set()

    def run(self) -> Copied:
        """See `copy`."""
        start = time.monotonic()
        try:
            types = self.source.types()
            self.target.judge(self.source, types, shared=self._shared)
            earlier = self.target.mark.told
            self._take(types)
            summary, parents = self.source.summary(), self.source.parents()
            self._noted = self._told
            numbers = self.target.totals().numbers
            self._there = there = {part: numbers[part] for part in PARTS}
            self._progress.begin(summary.numbers, there)
            for kind in _NODES:
                self.copy_nodes(kind)
            self._copy_events(summary)
            self._copy_memberships("artifact", summary)
            self._copy_memberships("execution", summary)
            self._copy_parents(parents)
            if self._told > self._noted:  # by the last portion, while it was written
                self._write()
        finally:
            self.source.report = self._report
        seconds = time.monotonic() - start
        told = self._told + earlier
        return Copied(self.source.url, self.target.url, self._written, there, told, seconds, removed(there, summary))

    # ------------------------------------------------------------ types and nodes

    def copy_nodes(self, kind: Kind) -> None:
        """Copy the nodes of a kind that are behind those that the target has."""
        while True:
            before = self._told
            rows = self.source.nodes(kind, self.target.mark.done.get(kind, 0), self._portion)
            if not rows:
                self._leave(before)
                return
            self._write_nodes(kind, rows, done={kind: rows[-1].id})

    def _take(self, types: Sequence[Type]) -> None:
        self._types = {type.id: type for type in types}
        self.target.take_types(self.target.fitting_types(types, self.source.report))

    def _write_nodes(self, kind: Kind, rows: NodeRows, done: Mapping[Part, int] | None = None) -> None:
        new = None
        if any(row.type_id not in self._types for row in rows):
            new = self.source.types()
            self._types = {type.id: type for type in new}
            new = self.target.fitting_types(new, self.source.report)
        nodes = self.target.fitting(node_writes(rows, self._types), self.source.report)
        for _ in range(_ATTEMPTS):
            try:
                self._write(nodes=nodes, types=new, done=done)
            except TakenError as taken:
                left = self._without_taken(kind, nodes) if taken.what == "id" else nodes
                if len(left) < len(nodes):
                    nodes = left
                    continue
                if taken.what not in ("name", "external_id") or taken.kind == "type":
                    raise _unexpected(self.target, taken) from taken
                nodes = renamed(self.target, kind, nodes, self.source.report)
                nodes = self.target.fitting(nodes, self.source.report)
            else:
                self._count(kind, len(nodes))
                return
        raise InternalError(f"The names of {kind}s {nodes[0].row.id} to {nodes[-1].row.id} cannot be told apart.")

    def _without_taken(self, kind: Kind, nodes: list[NodeWrite]) -> list[NodeWrite]:
        """Nodes without those whose ids annotations of the target have; such a one is told and left as it is."""
        there = self.target.nodes(kind, [node.row.id for node in nodes])
        taken = {row.id for row in there if row.type == ANNOTATION_TYPE}
        for id in sorted(taken):
            what = f"{self.target.url} has an annotation of its own with this id; that stays, and this is left out."
            self.source.report(Trouble(f"{kind}/{id}", what))
        self._left_out.update((kind, id) for id in taken)
        return [node for node in nodes if node.row.id not in taken]

    # ------------------------------------------------------------ what joins them

    def _copy_events(self, summary: Summary) -> None:
        until = summary.highest.get("event", 0)
        while (after := self.target.mark.done.get("event", 0)) < until:
            before = self._told
            found = self.source.events(after, self._portion)
            events = [event for event in event_writes(found) if event.id <= until]
            if not events:
                self._leave(before)
                return
            self._write_events(self.target.fitting_events(events, self.source.report))

    def _write_events(self, events: list[EventWrite]) -> None:
        done: dict[Part, int] = {"event": events[-1].id}
        for _ in range(_ATTEMPTS):
            needed: dict[Kind, list[int]] = {"execution": sorted({event.execution_id for event in events})}
            try:
                self._write(events=events, requires=needed, done=done)
            except MissingNodesError as missing:
                self._fetch(missing)
                events = [
                    event
                    for event in events
                    if self._is_there("execution", event.execution_id, f"event/{event.id}", "it is left out")
                ]
            except TakenError as taken:
                raise _unexpected(self.target, taken) from taken
            else:
                self._count("event", len(events))
                return
        raise _missing(self.source)

    def _copy_memberships(self, kind: Literal["artifact", "execution"], summary: Summary) -> None:
        part: Part = "attribution" if kind == "artifact" else "association"
        until = summary.highest.get(part, 0)
        while (after := self.target.mark.done.get(part, 0)) < until:
            before = self._told
            members = [each for each in self.source.memberships(kind, after, self._portion) if each.number <= until]
            if not members:
                self._leave(before)
                return
            done: dict[Part, int] = {part: members[-1].number}
            self._write_pairs(kind, part, [(each.node_id, each.context_id) for each in members], done)

    def _copy_parents(self, parents: Sequence[tuple[int, int]]) -> None:
        there = self.target.parents()
        new = [link for link in dict.fromkeys(parents) if link not in there]
        for some in portions(new, self._portion):
            self._write_pairs("context", "parent", some, {})

    def _write_pairs(self, kind: Kind, part: Part, pairs: Sequence[tuple[int, int]], done: Mapping[Part, int]) -> None:
        """Write (node id, context id): memberships of a kind, or parent links of contexts."""
        if self._left_out:
            pairs = [pair for pair in pairs if self._left_out.isdisjoint(((kind, pair[0]), ("context", pair[1])))]
        for _ in range(_ATTEMPTS):
            requires: dict[Kind, Sequence[int]] = {"context": sorted({context for _, context in pairs})}
            requires[kind] = sorted({node for node, _ in pairs}.union(requires.get(kind, ())))
            edges: dict[str, Any] = {f"{part}s": pairs}
            # Of an earlier run's some may come again: what it noted need not be all that is there.
            before = self.target.members(kind, pairs) if kind != "context" and self._there[part] else ()
            try:
                self._write(**edges, requires=requires, done=done)
            except MissingNodesError as missing:
                self._fetch(missing)
                pairs = [
                    (node, context)
                    for node, context in pairs
                    if self._is_there(kind, node, f"{kind}/{node} in context/{context}", f"the {part} is left out")
                    and self._is_there(
                        "context", context, f"{kind}/{node} in context/{context}", f"the {part} is left out"
                    )
                ]
            except TakenError as taken:
                raise _unexpected(self.target, taken) from taken
            else:
                self._count(part, len(pairs) - len(before))
                return
        raise _missing(self.source)

    # ------------------------------------------------------------ nodes that come late

    def _fetch(self, missing: MissingNodesError) -> None:
        """Copy nodes that edges name and the target lacks: they were written meanwhile, or their transaction ended
        after one that has higher ids."""
        for kind, ids in missing.ids.items():
            self.copy_nodes(kind)
            lacking = set(ids) - self.target.there(kind, list(ids))
            rows = self.source.nodes_by_id(kind, sorted(lacking)) if lacking else ()
            if isinstance(rows, NodeRows) and rows:
                self._write_nodes(kind, rows)
            self._lacking.update((kind, id) for id in lacking.difference(row.id for row in rows))

    def _is_there(self, kind: Kind, id: int, where: str, becomes: str) -> bool:
        if (kind, id) not in self._lacking:
            return True
        self.source.report(Trouble(where, f"there is no {kind}/{id}; {becomes}."))
        return False

    # ------------------------------------------------------------ writing and telling

    def _write(self, **portion: Any) -> None:
        """`Target.write`, with the troubles that it was not told of yet."""
        told = self._told
        self.target.write(**portion, told=told - self._noted)
        self._noted = told

    def _leave(self, before: int) -> None:
        """What was told since is of pieces that were read and not written: a later run tells it again."""
        self._noted += self._told - before

    def _tell(self, trouble: Trouble) -> None:
        self._told += 1
        self._report(trouble)

    def _count(self, part: Part, number: int) -> None:
        self._written[part] = self._written.get(part, 0) + number
        self._progress.add(part, number)


def _unexpected(target: Target, taken: TakenError) -> InternalError:
    return InternalError(f"{target.url} has something already that is copied now: {taken}. Copy to another target.")


def _missing(source: Source) -> InternalError:
    return InternalError(f"{source.url} changes faster than it can be copied. Run the copy again when less is written.")
