"""How a store grew: what came in each period, what it is mostly made of, and what that takes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any, Literal, get_args

from graphmeta.backends.predicates import Compare, Field
from graphmeta.backends.requests import NodeQuery
from graphmeta.backends.rows import Growth
from graphmeta.keeping.arrows import arrows_of
from graphmeta.keeping.coding import coded
from graphmeta.keeping.made import only_made_by
from graphmeta.model import KINDS
from graphmeta.store.store import Store

Span = Literal["day", "week", "month", "year"]
SPANS: tuple[Span, ...] = get_args(Span)
NO_TIME = "no time"  # what files of old schemas hold has time 0; dates beyond the calendar say nothing either
_EPOCH = date(1970, 1, 1)


@dataclass(frozen=True, slots=True)
class Period:
    """What came in one period, in UTC.

    Attributes:
        name: `2026-11-23`, the Monday of a week, `2026-11`, `2026`; `no time` of what has none.
        artifacts, executions, contexts, events: how many.
        nodes_so_far, events_so_far: with all that came before.
    """

    name: str
    artifacts: int
    executions: int
    contexts: int
    events: int
    nodes_so_far: int
    events_so_far: int

    @property
    def nodes(self) -> int:
        """How many nodes of all kinds came."""
        return self.artifacts + self.executions + self.contexts


@dataclass(frozen=True, slots=True)
class TypeShare:
    """How many nodes of a type there are, and which share of all nodes that is."""

    kind: str
    type: str
    nodes: int
    share: float


@dataclass(frozen=True, slots=True)
class Failed:
    """What failed steps left.

    Attributes:
        executions: those whose state is FAILED.
        artifacts: those that nothing but failed steps made, as `graphmeta gc --state FAILED` has it.
        share: of all nodes, both together.
    """

    executions: int
    artifacts: int
    share: float


@dataclass(frozen=True, slots=True)
class History:
    """How a store grew.

    Attributes:
        store: its URL, without a password.
        by: how long a period is.
        periods: those in which something came, the first first; what has no time comes before.
        types: those with the most nodes first.
        nodes, events: how many there are now.
        size: bytes on disk now; None where the store does not tell.
        failed: what failed steps left.
    """

    store: str
    by: Span
    periods: Sequence[Period]
    types: Sequence[TypeShare]
    nodes: int
    events: int
    size: int | None
    failed: Failed

    @property
    def bytes_a_node(self) -> int | None:
        """Bytes on disk for each node, with all that belongs to it; None where that is not known."""
        return None if self.size is None or not self.nodes else round(self.size / self.nodes)

    def to_json(self) -> dict[str, Any]:
        """The attributes by name, the size as "bytes", and "bytes_a_node"."""
        return {
            "store": self.store,
            "by": self.by,
            "periods": [{"period": each.name, **_numbers(each)} for each in self.periods],
            "types": [asdict(each) for each in self.types],
            "nodes": self.nodes,
            "events": self.events,
            "bytes": self.size,
            "bytes_a_node": self.bytes_a_node,
            "failed": asdict(self.failed),
        }


def _numbers(period: Period) -> dict[str, int]:
    held = asdict(period)
    del held["name"]
    return held


def growth(store: Store, by: Span = "month") -> History:
    """How a store grew, by the times at which nodes were stored and events happened; what was removed since is not
    known any longer.

    Args:
        by: how long a period is.
    """
    came = store.backend.growth()
    periods = _periods(came, by)
    nodes = sum(each.number for each in came if each.kind != "event")
    return History(
        store.url,
        by,
        periods,
        _types(store, came, nodes),
        nodes,
        sum(each.number for each in came if each.kind == "event"),
        store.backend.size(),
        _failed(store, nodes),
    )


def _periods(came: Sequence[Growth], by: Span) -> list[Period]:
    numbers: dict[str, Counter[str]] = {}
    for each in sorted(came, key=lambda each: each.day):
        numbers.setdefault(_period(each.day, by), Counter())[each.kind] += each.number
    if NO_TIME in numbers:
        numbers = {NO_TIME: numbers.pop(NO_TIME), **numbers}
    nodes = events = 0
    periods: list[Period] = []
    for name, counted in numbers.items():
        nodes += sum(counted[kind] for kind in KINDS)
        events += counted["event"]
        periods.append(
            Period(
                name,
                counted["artifact"],
                counted["execution"],
                counted["context"],
                counted["event"],
                nodes,
                events,
            )
        )
    return periods


_NAMES: Mapping[Span, Callable[[date], str]] = {
    "day": date.isoformat,
    "week": lambda day: (day - timedelta(days=day.weekday())).isoformat(),
    "month": lambda day: day.isoformat()[:7],
    "year": lambda day: day.isoformat()[:4],
}


def _period(day: int, by: Span) -> str:
    """The name of the period that a day, counted from the epoch, is in."""
    if day == 0:
        return NO_TIME
    try:
        return _NAMES[by](_EPOCH + timedelta(days=day))
    except OverflowError:
        return NO_TIME


def _types(store: Store, came: Sequence[Growth], nodes: int) -> list[TypeShare]:
    numbers: Counter[tuple[str, int]] = Counter()
    for each in came:
        if each.kind != "event":
            numbers[each.kind, each.type_id] += each.number
    names = {type.id: type.name for type in store.types(system=True)}
    found = [
        TypeShare(kind, names.get(id, f"type {id}"), number, number / nodes) for (kind, id), number in numbers.items()
    ]
    return sorted(found, key=lambda each: (-each.nodes, each.kind, each.type))


def _failed(store: Store, nodes: int) -> Failed:
    where = Compare(Field("state"), "=", "FAILED")
    steps = {coded("execution", row.id) for row in store.backend.nodes(NodeQuery("execution", where, bare=True))}
    made = sum(1 for _ in only_made_by(store, steps, arrows_of(store, steps))) if steps else 0
    return Failed(len(steps), made, (len(steps) + made) / nodes if nodes else 0.0)
