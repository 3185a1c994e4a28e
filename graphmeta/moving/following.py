"""Following a source: round after round, what changed there comes to its copy.

A round looks at

- the types, if any are new or gained something;
- what is new, and the last two thousand ids before it: where ids are drawn before the commit (MySQL, PostgreSQL), a
  transaction that commits late leaves a gap that is filled only then;
- what was updated since the last round, and somewhat before, for clocks differ and milliseconds are equal;
- one further portion of everything, so that in the end nothing is missed, however late it was committed.

Where it stands is the target's mark, so that whoever is ended at any moment goes on from there. What was removed in the
source (by graphmeta's `gc`; ML Metadata never does) stays in the copy.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from graphmeta.errors import NotFoundError, StoreUnavailableError
from graphmeta.model import INT64, Kind
from graphmeta.moving.came import Came
from graphmeta.moving.catching_up import CatchingUp
from graphmeta.moving.edges import MEMBER_PARTS, Edges, MemberKind
from graphmeta.moving.source import PARTS, Part, Source, Trouble
from graphmeta.moving.target import Target
from graphmeta.portions import portions

EVERY = 5.0  # seconds between rounds
LOOK_BACK = 2000  # ids before the highest
OVERLAP = 60_000  # milliseconds of updates before the last
_PORTION = 2000
_SWEPT = 500  # pieces of each part that are compared besides, each round
_PAUSES = (1.0, 60.0)  # seconds: the first and the longest before trying again
_SINCE = "updated"  # what the mark calls the latest update of a node that is in the copy for certain
_NODES: tuple[Kind, ...] = ("context", "artifact", "execution")
_MEMBERS: tuple[MemberKind, ...] = ("artifact", "execution")
# Servers tell no ids of events and members, so theirs are made of those of executions and contexts (see ServerSource).
_SERVER_STEPS: dict[Part, int] = {"event": 2**20, "attribution": 2**32, "association": 2**32}


class StopError(Exception):
    """Following was asked to end."""


def follow(
    source: Source,
    target: Target,
    *,
    say: Callable[[str], None],
    report: Callable[[Trouble], None],
    pause: Callable[[float], bool],
    every: float = EVERY,
    once: bool = False,
) -> None:
    """Bring what changes, until told to end.

    Args:
        target: a copy of the source, judged.
        say: is told of each round that brought something, and when a side is away.
        report: is told of what cannot be as it is in the source.
        pause: waits so many seconds, or less; True where it is time to end. Asked between portions too, with 0.
        every: seconds from the end of a round to the next.
        once: end after one round.

    Raises:
        StoreUnavailableError, NotFoundError: a side is away, and `once` is wanted; else it is tried again.
        GraphmetaError: what trying again does not help.
    """
    follower = Follower(source, target, report, pause)
    away = 0
    while True:
        try:
            came = follower.round()
            if came:
                say(line(came))
        except StopError:
            return
        except (StoreUnavailableError, NotFoundError) as error:  # a file may be on a disk that is away
            if once:
                raise
            wait = min(_PAUSES[0] * 2**away, _PAUSES[1])
            away += 1
            say(f"{error} Trying again in {wait:g} s.")
            follower = Follower(source, target, report, pause)
        else:
            if once:
                return
            if away:
                say("It answers again.")
            away, wait = 0, every
        if pause(wait):
            return


def line(came: Came) -> str:
    """As `artifacts 3 new 1 changed, events 5 new; 0.8 s behind`."""
    said = []
    for part in PARTS:
        new, changed = came.new.get(part), came.changed.get(part)
        numbers = [f"{number:,} {word}" for number, word in ((new, "new"), (changed, "changed")) if number]
        if numbers:
            said.append(f"{part}s {' '.join(numbers)}")
    behind = "" if came.oldest is None else f"; {max(0.0, time.time() - came.oldest / 1000):.1f} s behind"
    return ", ".join(said) + behind


class Follower:
    """Brings what changed, a round at a time."""

    def __init__(
        self,
        source: Source,
        target: Target,
        report: Callable[[Trouble], None],
        pause: Callable[[float], bool] = lambda seconds: False,
    ) -> None:
        self._source = source
        self._target = target
        self._pause = pause
        self._catching_up = CatchingUp(source, target, report)
        self._edges = Edges(self._catching_up)
        self._by_server = source.url.startswith(("grpc://", "grpcs://"))
        # Where the look through everything stands.
        self._swept: dict[Part, int] = dict.fromkeys(PARTS, 0)

    def round(self) -> Came:
        """Bring what changed since the last round.

        Raises:
            StopError: it was asked to end; what came is there.
            GraphmetaError: a side cannot be read or written.
        """
        came = self._catching_up.came = Came()
        self._catching_up.types()
        since = self._since()
        latest = since
        for kind in _NODES:
            latest = max(latest, self._changed(kind, since))
            self._newest(kind)
        self._catching_up.again()
        self._newest("event")
        for kind in _MEMBERS:
            if came or not self._by_server:
                self._newest(MEMBER_PARTS[kind])
        self._edges.parents()
        for part in PARTS:
            if part != "parent":
                self._sweep(part)
        self._catching_up.again()
        self._note(latest)
        return came

    def _changed(self, kind: Kind, since: int) -> int:
        """Bring the nodes that were updated; returns the latest time of an update among them."""
        latest = since
        ids = self._source.changed(kind, max(0, since - OVERLAP), INT64.stop - 1)
        for some in portions(ids, _PORTION):
            self._check()
            rows = self._source.nodes_by_id(kind, some)
            self._catching_up.nodes(kind, rows)
            latest = max([latest, *(row.updated for row in rows)])
        return latest

    def _newest(self, part: Part) -> None:
        """Bring what is new, and what was committed late."""
        back = LOOK_BACK * (_SERVER_STEPS.get(part, 1) if self._by_server else 1)
        after: int | None = max(0, self._target.mark.done.get(part, 0) - back)
        if self._by_server and part in MEMBER_PARTS.values():
            after = 0  # an old context may have got new members
        while after is not None:
            self._check()
            after = self._portion(part, after, _PORTION)

    def _sweep(self, part: Part) -> None:
        """Compare the next portion of all that there is."""
        self._check()
        self._swept[part] = self._portion(part, self._swept[part], _SWEPT) or 0

    def _portion(self, part: Part, after: int, number: int) -> int | None:
        """Bring so many behind a number; returns the last one's, None where there are none."""
        if part == "event":
            columns = self._source.events(after, number)
            self._edges.events(columns)
            return columns.ids[-1] if columns else None
        for kind in _MEMBERS:
            if MEMBER_PARTS[kind] == part:
                members = self._source.memberships(kind, after, number)
                self._edges.members(kind, members)
                return members[-1].number if members else None
        kind_of_node = next(kind for kind in _NODES if kind == part)
        rows = self._source.nodes(kind_of_node, after, number)
        self._catching_up.nodes(kind_of_node, rows)
        return rows[-1].id if rows else None

    def _note(self, latest: int) -> None:
        """Let the next run begin where this round ended."""
        if latest != self._since():
            self._target.mark.known_by[_SINCE] = [latest]
            self._catching_up.note()

    def _since(self) -> int:
        """The latest update that is in the copy for certain; 0 makes the first round compare all nodes."""
        return int(self._target.mark.known_by.get(_SINCE, [0])[0])

    def _check(self) -> None:
        if self._pause(0):
            raise StopError
