"""How old nodes are."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from datetime import date

from graphmeta.backends.predicates import Compare, Field, Predicate
from graphmeta.backends.requests import EventQuery
from graphmeta.backends.rows import NodeRow
from graphmeta.errors import InvalidArgumentError
from graphmeta.keeping.coding import Flowing
from graphmeta.keeping.rows import rows_in_portions, rows_of
from graphmeta.portions import portions
from graphmeta.store.moments import milliseconds
from graphmeta.store.store import Store

DAY = 86_400_000  # milliseconds
_UNITS = {"h": DAY // 24, "d": DAY, "w": 7 * DAY}
_AGE = re.compile(r"(\d{1,6})\s*([hdw])")
# Files of MLMD's oldest schemas say of no node when it was stored: they have 0 there.
_KNOWN = Compare(Field("updated"), ">", 0)
_UNKNOWN = Compare(Field("updated"), "<=", 0)


def moment_before(text: str, now: int) -> int:
    """The last moment at which something old enough was updated, in milliseconds since the epoch.

    Args:
        text: `90d`, `12h`, `2w`, or a time in ISO 8601; a day means its beginning.
        now: milliseconds since the epoch.

    Raises:
        InvalidArgumentError: it is none of these.
    """
    age = _AGE.fullmatch(text.strip())
    if age:
        return now - int(age[1]) * _UNITS[age[2]]
    try:
        day = date.fromisoformat(text)
    except ValueError:
        pass
    else:
        return milliseconds(f"{day.isoformat()}T00:00") - 1
    try:
        return milliseconds(text)
    except InvalidArgumentError:
        raise InvalidArgumentError(
            f"{text[:100]!r} is no age and no time; write 90d (days), 12h (hours), 2w (weeks), or 2026-11-23."
        ) from None


class Ages:
    """Which nodes are old enough. Of what has no time the last of its events counts; without any it is not old.

    Args:
        before: the last moment of an update that is old enough, in milliseconds since the epoch; None for any.

    Attributes:
        by_events: how many were found old enough by their events.
        unknown: how many would match, but nothing says how old they are.
    """

    def __init__(self, store: Store, before: int | None) -> None:
        self._store = store
        self._before = before
        self.by_events = 0
        self.unknown = 0

    def matching(self, kind: Flowing, parts: Sequence[Predicate]) -> Iterator[NodeRow]:
        """Those of a kind that are old enough and for which all of these hold."""
        if self._before is None:
            yield from rows_in_portions(self._store, kind, parts)
            return
        yield from rows_in_portions(self._store, kind, [*parts, _KNOWN, Compare(Field("updated"), "<=", self._before)])
        yield from self._old_by_events(kind, list(rows_in_portions(self._store, kind, [*parts, _UNKNOWN])))

    def among(self, kind: Flowing, ids: Collection[int]) -> Iterator[NodeRow]:
        """Those of these ids that are old enough."""
        if self._before is None:
            yield from rows_of(self._store, kind, ids)
            return
        yield from rows_of(self._store, kind, ids, _KNOWN, Compare(Field("updated"), "<=", self._before))
        yield from self._old_by_events(kind, list(rows_of(self._store, kind, ids, _UNKNOWN)))

    def _old_by_events(self, kind: Flowing, rows: Sequence[NodeRow]) -> Iterator[NodeRow]:
        last: dict[int, int] = {}
        for some in portions([row.id for row in rows]):
            asked = EventQuery(artifact_ids=some) if kind == "artifact" else EventQuery(execution_ids=some)
            events = self._store.backend.events(asked)
            ends = events.artifact_ids if kind == "artifact" else events.execution_ids
            for id, time in zip(ends, events.times, strict=True):
                last[id] = max(last.get(id, 0), time or 0)
        for row in rows:
            time = last.get(row.id, 0)
            if time <= 0:
                self.unknown += 1
            elif self._before is not None and time <= self._before:
                self.by_events += 1
                yield row

    def notes(self) -> list[str]:
        """What people should know of what has no time."""
        said = []
        if self.by_events:
            what = "1 node has" if self.by_events == 1 else f"{self.by_events:,} nodes have"
            said.append(f"{what} no time of an update: the last event counts instead.")
        if self.unknown:
            what = "1 node stays" if self.unknown == 1 else f"{self.unknown:,} nodes stay"
            said.append(f"{what}: neither an update nor an event has a time that says how old.")
        return said
