"""Bringing to a copy what its source has and it lacks, or has otherwise: nodes, events, memberships, parent links.

Everything is compared with what is there before it is written, so that doing it again does nothing, and what somebody
else wrote to the copy is found: a taken id is told and left as it is.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, TypeVar

from graphmeta.backends.batch import MissingNodesError, NodeWrite, TakenError
from graphmeta.backends.rows import EventColumns, EventRow, NodeRow, NodeRows
from graphmeta.model import Kind, Type
from graphmeta.moving.digests import event_fields, node_fields, type_names
from graphmeta.moving.renaming import renamed
from graphmeta.moving.source import Member, Part, Source, Trouble
from graphmeta.moving.target import Target, event_writes

Piece = TypeVar("Piece")
Portion = dict[str, Any]  # what `Target.write` is given
MemberKind = Literal["artifact", "execution"]
MEMBER_PARTS: dict[MemberKind, Part] = {"artifact": "attribution", "execution": "association"}
# How many pieces of a part are remembered to be in the target as they are in the source.
_REMEMBERED = 20_000
_ATTEMPTS = 4


@dataclass
class Came:
    """What came.

    Attributes:
        new, changed: how many pieces of each part.
        oldest: the earliest time at which one of them was written to the source, in milliseconds since the epoch.
    """

    new: dict[Part, int] = field(default_factory=dict)
    changed: dict[Part, int] = field(default_factory=dict)
    oldest: int | None = None

    def __bool__(self) -> bool:
        return bool(self.new or self.changed)

    def count(self, part: Part, new: int, changed: int = 0, times: Iterable[int | None] = ()) -> None:
        """So many more came, that were written at these times."""
        if new:
            self.new[part] = self.new.get(part, 0) + new
        if changed:
            self.changed[part] = self.changed.get(part, 0) + changed
        known = [time for time in (self.oldest, *times) if time]
        self.oldest = min(known, default=None)


class CatchingUp:
    """Writes to a target what its source has more.

    Args:
        report: is told of what cannot be as it is in the source; the same is told once.

    Attributes:
        came: what came so far; whoever wants to count anew sets a new one.
    """

    def __init__(self, source: Source, target: Target, report: Callable[[Trouble], None]) -> None:
        self._source = source
        self._target = target
        self._report = report
        self._told: set[Trouble] = set()
        self._types: dict[int | None, Type] = {}
        self._type_text = ""
        self._same: dict[Part, dict[int, bytes]] = {}
        self._parents: set[tuple[int, int]] | None = None
        # Nodes that gave up their names to others, to be brought anew.
        self._behind: dict[Kind, set[int]] = {}
        self.came = Came()

    # ------------------------------------------------------------ types

    def types(self) -> None:
        """Bring new types and what types gained."""
        types = self._source.types()
        self._types = {type.id: type for type in types}
        text = repr(types)
        if text != self._type_text:
            self._target.take_types(self._target.fitting_types(types, self._report_once))
            self._type_text = text

    def note(self) -> None:
        """Write the target's mark, and nothing else."""
        self._target.write()

    # ------------------------------------------------------------ nodes

    def nodes(self, kind: Kind, rows: NodeRows) -> None:
        """Bring nodes that the target lacks, and those that are otherwise there."""
        if any(row.type_id not in self._types for row in rows):
            self.types()
        names = type_names(list(self._types.values()))
        texts = {row.id: repr(node_fields(rows, row, names)) for row in rows}
        fresh = {row.id: row for row in rows if not self._is_known(kind, row.id, texts[row.id])}
        if not fresh:
            return
        there = self._target.nodes(kind, sorted(fresh))
        before = {row.id: row for row in there}
        writes: list[NodeWrite] = []
        for id, row in fresh.items():
            was = before.get(id)
            if was is not None and repr(node_fields(there, was, names)) == texts[id]:
                self._remember(kind, id, texts[id])
            elif was is not None and (was.created, was.type_id) != (row.created, row.type_id):
                self._tell(f"{kind}/{id}", "somebody else wrote one with this id to the target; it is left as it is.")
            else:
                writes.append(self._write_of(kind, rows, row, create=was is None))
        if writes:
            self._write_nodes(kind, writes, texts)

    def _write_of(self, kind: Kind, rows: NodeRows, row: NodeRow, *, create: bool) -> NodeWrite:
        type = self._types.get(row.type_id)
        return NodeWrite(kind, create, row, *rows.properties(row.id), None if type is None else type.base_type)

    def _write_nodes(self, kind: Kind, writes: list[NodeWrite], texts: dict[int, str]) -> None:
        given = writes = self._target.fitting(writes, self._report_once)
        for attempt in range(_ATTEMPTS):
            try:
                self._target.write(nodes=writes)
                break
            except TakenError as taken:
                if taken.what not in ("name", "external_id") or attempt == _ATTEMPTS - 1:
                    raise
                if attempt == 0:
                    self._free(kind, writes)
                else:
                    writes = renamed(self._target, kind, given, self._report_once)
                    writes = self._target.fitting(writes, self._report_once)
        for node in writes:
            self._remember(kind, node.row.id, texts[node.row.id])
        created = sum(node.create for node in writes)
        self.came.count(kind, created, len(writes) - created, (node.row.updated for node in writes))

    def _free(self, kind: Kind, writes: Sequence[NodeWrite]) -> None:
        """Let nodes of the source that are called otherwise there by now give up their names and external ids: one may
        have taken what another gave up, even in a circle. They are brought anew at once, or with the next round."""
        wanted = {node.row.id: node.row for node in writes}
        pairs = [(row.type_id, row.name) for row in wanted.values() if row.name is not None]
        external_ids = [row.external_id for row in wanted.values() if row.external_id is not None]
        freed: dict[int, NodeWrite] = {}
        for holders in self._target.called(kind, pairs, external_ids):
            now = {row.id: row for row in self._source.nodes_by_id(kind, [row.id for row in holders])}
            for row in holders:
                mine = now.get(row.id)
                if mine is None or mine.created != row.created:
                    continue  # somebody else's
                if (mine.name, mine.external_id) == (row.name, row.external_id):
                    continue
                kept = freed[row.id].row if row.id in freed else row
                name = kept.name if mine.name == row.name else f"graphmeta-moving:{kind}/{row.id}"
                external_id = kept.external_id if mine.external_id == row.external_id else None
                kept = kept._replace(name=name, external_id=external_id, updated=0)
                freed[row.id] = self._write_of(kind, holders, kept, create=False)
                self._same.get(kind, {}).pop(row.id, None)
        if freed:
            self._target.write(nodes=list(freed.values()))
            others = [id for id in freed if id not in wanted]
            if others:
                self._behind.setdefault(kind, set()).update(others)

    def again(self) -> None:
        """Bring anew the nodes that gave up their names to others."""
        behind, self._behind = self._behind, {}
        for kind, ids in behind.items():
            self.nodes(kind, self._source.nodes_by_id(kind, sorted(ids)))

    # ------------------------------------------------------------ events

    def events(self, columns: EventColumns) -> None:
        """Bring events that the target lacks."""
        texts = {row[0]: repr(event_fields(row)) for row in columns.rows()}
        fresh = [row for row in columns.rows() if not self._is_known("event", row[0], texts[row[0]])]
        if not fresh:
            return
        there = self._events_there(fresh[0][0], fresh[-1][0])
        new = []
        for row in fresh:
            was = there.get(row[0])
            if was is None:
                new.append(row)
            elif was == texts[row[0]]:
                self._remember("event", row[0], was)
            else:
                self._tell(
                    f"event/{row[0]}", "somebody else wrote one with this id to the target; it is left as it is."
                )
        if new:
            self._write_events(new, texts)

    def _events_there(self, first: int, last: int) -> dict[int, str]:
        found: dict[int, str] = {}
        after = first - 1
        while after < last and (columns := self._target.events(after, 5000)):
            found.update((row[0], repr(event_fields(row))) for row in columns.rows() if row[0] <= last)
            after = columns.ids[-1]
        return found

    def _write_events(self, new: list[EventRow], texts: dict[int, str]) -> None:
        def portion(some: Sequence[EventRow]) -> Portion:
            return {
                "requires": {"execution": sorted({row[2] for row in some})},
                "events": self._target.fitting_events(event_writes(EventColumns.of(some)), self._report_once),
            }

        def named(row: EventRow) -> str:
            return f"event/{row[0]}"

        written = self._write(new, portion, named)
        for row in written:
            self._remember("event", row[0], texts[row[0]])
        self.came.count("event", len(written), times=(row[4] for row in written))

    # ------------------------------------------------------------ memberships and parents

    def members(self, kind: MemberKind, members: Sequence[Member]) -> None:
        """Bring memberships that the target lacks."""
        part = MEMBER_PARTS[kind]
        fresh = [member for member in members if not self._is_known(part, member.number, _pair(member))]
        if not fresh:
            return
        there = self._target.members(kind, [(member.node_id, member.context_id) for member in fresh])
        new = [member for member in fresh if (member.node_id, member.context_id) not in there]

        def portion(some: Sequence[Member]) -> Portion:
            nodes, contexts = {member.node_id for member in some}, {member.context_id for member in some}
            return {
                "requires": {kind: sorted(nodes), "context": sorted(contexts)},
                f"{part}s": [(member.node_id, member.context_id) for member in some],
                "done": {part: max(member.number for member in some)},
            }

        def named(member: Member) -> str:
            return f"{part} of {kind}/{member.node_id} to context/{member.context_id}"

        written = self._write(new, portion, named)
        for member in fresh if len(written) == len(new) else written:
            self._remember(part, member.number, _pair(member))
        self.came.count(part, len(written))

    def parents(self) -> None:
        """Bring links between contexts that the target lacks."""
        if self._parents is None:
            self._parents = self._target.parents()
        new = [link for link in dict.fromkeys(self._source.parents()) if link not in self._parents]

        def portion(some: Sequence[tuple[int, int]]) -> Portion:
            return {"requires": {"context": sorted({id for link in some for id in link})}, "parents": list(some)}

        def named(link: tuple[int, int]) -> str:
            return f"context/{link[0]} parent context/{link[1]}"

        written = self._write(new, portion, named)
        self._parents.update(written)
        self.came.count("parent", len(written))

    # ------------------------------------------------------------ within

    def _write(
        self, pieces: Sequence[Piece], portion: Callable[[Sequence[Piece]], Portion], named: Callable[[Piece], str]
    ) -> list[Piece]:
        """Write edges, their nodes first where the target lacks them; returns those that were written."""
        left = list(pieces)
        for _ in range(_ATTEMPTS):
            if not left:
                return []
            try:
                self._target.write(**portion(left))
            except MissingNodesError as missing:
                lacking = self._fetch(missing)
                gone = [piece for piece in left if _needs(portion([piece]), lacking)]
                for piece in gone:
                    self._tell(named(piece), "one of its nodes is not there; it is left out.")
                left = [piece for piece in left if piece not in gone]
            except TakenError:
                if len(left) > 1:
                    return [done for piece in left for done in self._write([piece], portion, named)]
                self._tell(named(left[0]), "somebody else wrote one like it to the target; theirs is left as it is.")
                return []
            else:
                return left
        return []

    def _fetch(self, missing: MissingNodesError) -> dict[Kind, set[int]]:
        """Bring nodes that edges name; returns those that there are none of."""
        lacking: dict[Kind, set[int]] = {}
        for kind, ids in missing.ids.items():
            self.nodes(kind, self._source.nodes_by_id(kind, sorted(ids)))
            lacking[kind] = set(ids) - self._target.there(kind, sorted(ids))
        return lacking

    def _is_known(self, part: Part, number: int, text: str) -> bool:
        return self._same.get(part, {}).get(number) == _short(text)

    def _remember(self, part: Part, number: int, text: str) -> None:
        same = self._same.setdefault(part, {})
        same.pop(number, None)  # the newest come last
        same[number] = _short(text)
        if len(same) > _REMEMBERED:
            del same[next(iter(same))]

    def _tell(self, where: str, what: str) -> None:
        self._report_once(Trouble(where, what))

    def _report_once(self, trouble: Trouble) -> None:
        if trouble not in self._told:
            self._told.add(trouble)
            self._report(trouble)


def _needs(portion: Portion, lacking: dict[Kind, set[int]]) -> bool:
    return any(not lacking.get(kind, set()).isdisjoint(ids) for kind, ids in portion["requires"].items())


def _pair(member: Member) -> str:
    return f"{member.node_id} {member.context_id}"  # in Neo4j several may share a number


def _short(text: str) -> bytes:
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()
