"""The one walk that stops once it has met enough: what lies nearest to where it began."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from typing import Literal, NamedTuple

from graphmeta.backends.base import Backend
from graphmeta.backends.requests import EventFlow, EventQuery
from graphmeta.backends.rows import EventColumns, EventRow
from graphmeta.query.flow import Key, edges_of

EVENTS_A_NODE = 10  # read for each node of a budget: of most nodes there are two or three
MOST_REQUESTS = 1_000  # a chain takes one for each node, so long a one is looked at by nobody
_FIRST_PORTION = 16  # nodes whose events are asked for at once; each portion is twice the last
_SMALLEST_PAGE = 64

Chosen = Callable[[Collection[Key]], Collection[Key]]


class Nearby(NamedTuple):
    """What a walk met.

    Attributes:
        events: between the nodes that were met, by id.
        nodes: node steps from the nearest start, in the order of the walk; 0 for the starts.
        depth: node steps within which no node is left out; None where nothing at all is.
    """

    events: EventColumns
    nodes: dict[Key, int]
    depth: int | None

    @property
    def complete(self) -> bool:
        """Whether that is all that was asked for."""
        return self.depth is None


def walk_nearby(
    backend: Backend,
    starts: Sequence[Key],
    direction: Literal["upstream", "downstream"],
    *,
    hops: int | None = None,
    most_nodes: int,
    most_events: int,
    allowed: Chosen | None = None,
    shut: Chosen | None = None,
) -> Nearby:
    """The nodes up or down from some nodes, level by level, until there is no more room.

    Where it has to stop, it keeps steps with all that lies behind them, those with the lowest ids: downstream a step
    with its outputs, upstream with its inputs. So whatever was met is joined to a start by what was met. No engine is
    asked for many more events than there is room for, however many a node has.

    Args:
        starts: of one kind.
        hops: node steps at most; None for all.
        most_nodes: the starts included; those nearest to a start.
        most_events: read at most for them; as many again to join the last nodes to others.
        allowed: which of some nodes may be met at all; None is all.
        shut: which of some nodes are not gone on from; the starts always are.
    """
    walk = _Walk(backend, direction, hops, most_nodes, most_events, allowed, shut)
    walk.go(list(dict.fromkeys(starts)))
    walk.join()
    return walk.found()


class _Walk:
    def __init__(
        self,
        backend: Backend,
        direction: Literal["upstream", "downstream"],
        hops: int | None,
        most_nodes: int,
        most_events: int,
        allowed: Chosen | None,
        shut: Chosen | None,
    ) -> None:
        self._backend = backend
        self._down = direction == "downstream"
        # The events that lead on from artifacts, and from executions.
        self._from_artifacts: EventFlow = "in" if self._down else "out"
        self._from_steps: EventFlow = "out" if self._down else "in"
        self._hops = hops
        self._most_nodes, self._most_events = most_nodes, most_events
        self._allowed, self._shut = allowed, shut
        self._nodes: dict[Key, int] = {}
        self._rows: dict[int, EventRow] = {}
        self._closed: set[Key] = set()
        self._expanded: set[Key] = set()  # all events that lead on from these were read
        self._requests = 0
        self._depth: int | None = None

    # ------------------------------------------------------------ level by level

    def go(self, starts: list[Key]) -> None:
        """Meet what there is room for."""
        self._nodes.update(dict.fromkeys(starts, 0))
        frontier, distance = sorted(key.id for key in starts), 0
        if starts and starts[0].kind == "execution" and self._hops != 0:
            frontier, distance = self._through(frontier, 0), 1
        while frontier and self._depth is None and (self._hops is None or distance < self._hops):
            if self._requests >= MOST_REQUESTS:
                self._depth = distance
                return
            steps = self._beside(frontier, distance)
            if self._hops == distance + 1:
                taken = steps[: self._room()]
                self._cut(distance, len(taken) < len(steps))
                self._nodes.update(dict.fromkeys([Key("execution", id) for id in taken], distance + 1))
                return
            frontier = self._through(steps, distance + 1)
            distance += 2

    def _beside(self, artifacts: list[int], distance: int) -> list[int]:
        """The new steps that some artifacts lead to, by id."""
        found: dict[int, None] = {}
        # What is left of the room is for what lies behind the steps.
        most = len(self._rows) + max(1, self._room_for_events() // 2)
        for portion in _portions([id for id in artifacts if Key("artifact", id) not in self._closed]):
            after = 0
            while True:
                limit = 1 + min(max(_SMALLEST_PAGE, self._room() - len(found)), max(0, most - len(self._rows)))
                query = EventQuery(artifact_ids=portion, flow=self._from_artifacts, after=after, limit=limit)
                rows = self._read(query)
                met = dict.fromkeys(Key("execution", row[2]) for row in rows)
                found.update((key.id, None) for key in self._new(met))
                if len(found) > self._room() or len(self._rows) > most:
                    self._cut(distance, True)
                    return sorted(found)
                if len(rows) < limit:
                    break
                after = rows[-1][0]
            self._expanded.update(Key("artifact", id) for id in portion)
        return sorted(found)

    def _through(self, steps: list[int], distance: int) -> list[int]:
        """Meet steps, each with the artifacts that it leads to, as many as there is room for; returns those that are
        new, by id.

        Args:
            distance: of the steps.
        """
        found: list[int] = []
        portion = _FIRST_PORTION
        place = 0
        while place < len(steps):
            keys = [Key("execution", id) for id in steps[place : place + portion]]
            fresh = [key for key in keys if key not in self._nodes]
            self._closed.update(self._shut(fresh) if self._shut is not None and fresh else ())
            ids = [key.id for key in keys if key not in self._closed]
            limit = max(0, self._room_for_events()) + 1
            rows = self._read(EventQuery(execution_ids=ids, flow=self._from_steps, limit=limit)) if ids else []
            whole = len(rows) < limit
            if not whole and len(keys) > 1:
                for row in rows:
                    del self._rows[row[0]]  # they are asked for again, fewer at a time
                portion = len(keys) // 2
                continue
            if not whole and found:
                self._cut(distance - 1, True)
                break
            behind: dict[Key, dict[Key, None]] = {key: {} for key in keys}
            for row in rows:
                behind[Key("execution", row[2])][Key("artifact", row[1])] = None
            allowed = set(self._new({key: None for each in behind.values() for key in each}))
            if not self._take(behind, allowed, distance, found) or not whole:
                # Before this level all are there; of the steps at the start themselves that is so, too.
                self._cut(max(0, distance - 1), True)
                break
            self._expanded.update(keys)
            place += len(keys)
            portion = 2 * len(keys)
        new = sorted(found)
        if new and self._shut is not None:
            self._closed.update(self._shut([Key("artifact", id) for id in new]))
        return new

    def _take(
        self, behind: dict[Key, dict[Key, None]], allowed: Collection[Key], distance: int, found: list[int]
    ) -> bool:
        """Meet steps with what lies behind them; returns whether there was room for all."""
        for step, artifacts in behind.items():
            own = [] if step in self._nodes else [step]
            new = [key for key in artifacts if key in allowed and key not in self._nodes]
            room = self._room()
            fits = len(own) + len(new) <= room
            # One with more than there is room for at all is taken in part; any other one is left to those who look
            # for more.
            if not fits and own and (found or room < 2):
                return False
            taken = new if fits else new[: max(0, room - len(own))]
            self._nodes.update(dict.fromkeys(own, distance))
            self._nodes.update(dict.fromkeys(taken, distance + 1))
            found += [key.id for key in taken]
            if not fits:
                return False
        return True

    # ------------------------------------------------------------ at the end

    def join(self) -> None:
        """Read how the nodes that were not gone on from lead to others that were met."""
        if not any(self._nodes.values()):
            return
        last = [key for key in self._nodes if key not in self._expanded and key not in self._closed]
        steps = sorted(key.id for key in self._nodes if key.kind == "execution")
        most = len(self._rows) + self._most_events
        # By the steps: an artifact may be read by any number, a step seldom reads many.
        wanted: list[tuple[list[int], EventFlow]] = [
            (steps if any(key.kind == "artifact" for key in last) else [], self._from_artifacts),
            (sorted(key.id for key in last if key.kind == "execution"), self._from_steps),
        ]
        for ids, flow in wanted:
            for portion in _portions(ids):
                limit = max(0, most - len(self._rows)) + 1
                if len(self._read(EventQuery(execution_ids=portion, flow=flow, limit=limit))) == limit:
                    self._cut(max(self._nodes.values()), True)
                    return

    def found(self) -> Nearby:
        """The answer."""
        rows = EventColumns.of([self._rows[id] for id in sorted(self._rows)])
        between = []
        for row, edge in zip(rows.rows(), edges_of(rows), strict=True):
            behind = edge.source if self._down else edge.target
            if edge.source in self._nodes and edge.target in self._nodes and behind not in self._closed:
                between.append(row)
        return Nearby(EventColumns.of(between), self._nodes, self._depth)

    # ------------------------------------------------------------ parts

    def _room(self) -> int:
        return max(0, self._most_nodes - len(self._nodes))

    def _room_for_events(self) -> int:
        return self._most_events - len(self._rows)

    def _cut(self, depth: int, left_out: bool) -> None:
        if left_out:
            self._depth = depth if self._depth is None else min(depth, self._depth)

    def _new(self, keys: Collection[Key]) -> list[Key]:
        """Those that were not met, and may be."""
        new = [key for key in keys if key not in self._nodes]
        if self._allowed is None or not new:
            return new
        allowed = set(self._allowed(new))
        return [key for key in new if key in allowed]

    def _read(self, query: EventQuery) -> list[EventRow]:
        self._requests += 1
        rows = list(self._backend.events(query).rows())
        self._rows.update((row[0], row) for row in rows)
        return rows


def _portions(ids: list[int]) -> Iterator[list[int]]:
    """Few at first, so that the first with a great many events does not make the engine look at those of all."""
    place, size = 0, _FIRST_PORTION
    while place < len(ids):
        yield ids[place : place + size]
        place, size = place + size, 2 * size
