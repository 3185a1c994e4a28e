"""Bringing to a copy the edges that its source has and it lacks: events, memberships, links between contexts.

They are compared with what is there before they are written, as nodes are (see `catching_up`); the nodes that they name
come first.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Literal, TypeVar

from graphmeta.backends.batch import MissingNodesError, TakenError
from graphmeta.backends.rows import EventColumns, EventRow
from graphmeta.model import Kind
from graphmeta.moving.catching_up import CatchingUp
from graphmeta.moving.digests import event_fields
from graphmeta.moving.source import Member, Part
from graphmeta.moving.target import event_writes

Piece = TypeVar("Piece")
Portion = dict[str, Any]  # what `Target.write` is given
MemberKind = Literal["artifact", "execution"]
MEMBER_PARTS: dict[MemberKind, Part] = {"artifact": "attribution", "execution": "association"}
_ATTEMPTS = 4


class Edges:
    """Writes to a target the edges that its source has more.

    Args:
        nodes: brings what they name, counts, and tells.
    """

    def __init__(self, nodes: CatchingUp) -> None:
        self._nodes = nodes
        self._source, self._target = nodes.source, nodes.target
        self._parents: set[tuple[int, int]] | None = None

    # ------------------------------------------------------------ events

    def events(self, columns: EventColumns) -> None:
        """Bring events that the target lacks."""
        texts = {row[0]: repr(event_fields(row)) for row in columns.rows()}
        fresh = [row for row in columns.rows() if not self._nodes.known.has("event", row[0], texts[row[0]])]
        if not fresh:
            return
        there = self._events_there(fresh[0][0], fresh[-1][0])
        new = []
        for row in fresh:
            was = there.get(row[0])
            if was is None:
                new.append(row)
            elif was == texts[row[0]]:
                self._nodes.known.add("event", row[0], was)
            else:
                self._nodes.tell(
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
                "events": self._target.fitting_events(event_writes(EventColumns.of(some)), self._nodes.report),
            }

        def named(row: EventRow) -> str:
            return f"event/{row[0]}"

        written = self._write(new, portion, named)
        for row in written:
            self._nodes.known.add("event", row[0], texts[row[0]])
        self._nodes.came.count("event", len(written), times=(row[4] for row in written))

    # ------------------------------------------------------------ memberships and parents

    def members(self, kind: MemberKind, members: Sequence[Member]) -> None:
        """Bring memberships that the target lacks."""
        part = MEMBER_PARTS[kind]
        fresh = [member for member in members if not self._nodes.known.has(part, member.number, _pair(member))]
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
            self._nodes.known.add(part, member.number, _pair(member))
        self._nodes.came.count(part, len(written))

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
        self._nodes.came.count("parent", len(written))

    # ------------------------------------------------------------ within

    def _write(
        self, pieces: Sequence[Piece], portion: Callable[[Sequence[Piece]], Portion], named: Callable[[Piece], str]
    ) -> list[Piece]:
        """Write edges, their nodes first where the target lacks them; returns those that were written."""
        left = [piece for piece in pieces if not self._is_foreign(portion, piece)]
        for _ in range(_ATTEMPTS):
            if not left:
                return []
            try:
                self._target.write(**portion(left))
            except MissingNodesError as missing:
                lacking = self._fetch(missing)
                gone = [piece for piece in left if _needs(portion([piece]), lacking)]
                for piece in gone:
                    self._nodes.tell(named(piece), "one of its nodes is not there; it is left out.")
                left = [piece for piece in left if piece not in gone]
            except TakenError:
                if len(left) > 1:
                    return [done for piece in left for done in self._write([piece], portion, named)]
                self._nodes.tell(
                    named(left[0]), "somebody else wrote one like it to the target; theirs is left as it is."
                )
                return []
            else:
                return left
        return []

    def _is_foreign(self, portion: Callable[[Sequence[Piece]], Portion], piece: Piece) -> bool:
        """Whether an end is a node of somebody else's that has the id of the source's."""
        foreign = self._nodes.foreign
        return bool(foreign) and any(
            (kind, id) in foreign for kind, ids in portion([piece])["requires"].items() for id in ids
        )

    def _fetch(self, missing: MissingNodesError) -> dict[Kind, set[int]]:
        """Bring nodes that edges name; returns those that there are none of."""
        lacking: dict[Kind, set[int]] = {}
        for kind, ids in missing.ids.items():
            self._nodes.nodes(kind, self._source.nodes_by_id(kind, sorted(ids)))
            lacking[kind] = set(ids) - self._target.there(kind, sorted(ids))
        return lacking


def _needs(portion: Portion, lacking: dict[Kind, set[int]]) -> bool:
    return any(not lacking.get(kind, set()).isdisjoint(ids) for kind, ids in portion["requires"].items())


def _pair(member: Member) -> str:
    return f"{member.node_id} {member.context_id}"  # in Neo4j several may share a number
