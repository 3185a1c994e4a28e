"""The small lineage of a node, and the graph of what belongs to a context: what pictures of both show."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from itertools import islice
from typing import Literal, NamedTuple

from graphmeta.backends.rows import Closure, EventColumns, EventRow
from graphmeta.model import INPUT_EVENTS, Artifact, Execution, Kind
from graphmeta.query.answers.lineage import Lineage
from graphmeta.query.flow import Key, key_of
from graphmeta.query.lookup import existing
from graphmeta.query.nearby import EVENTS_A_NODE, walk_nearby
from graphmeta.store.store import Store

_Way = Literal["upstream", "downstream"]
_MOST_BESIDE = 100  # neighbours on each side that are looked at
_MOST_GONE_ON_FROM = 30  # of more neighbours on a side they alone are there
_MOST_LOOKED_AT = 400
MOST_STEPS = 500  # of a context


class Vicinity(NamedTuple):
    """Some nodes with what joins them.

    Attributes:
        left_out: how many nodes at least belong there and were not looked at.
    """

    lineage: Lineage
    left_out: int


def used_and_made(events: EventColumns) -> tuple[list[EventRow], list[EventRow]]:
    """The events by which artifacts were used, and those by which they were made; by id."""
    used: list[EventRow] = []
    made: list[EventRow] = []
    for row in events.rows():
        (used if row[3] in INPUT_EVENTS else made).append(row)
    return used, made


def around(store: Store, node: Artifact | Execution, used: Sequence[EventRow], made: Sequence[EventRow]) -> Vicinity:
    """A node with what is two steps from it at most; of very many neighbours those that were joined to it last.

    Args:
        used, made: the node's events, see `used_and_made`.
    """
    start = key_of(node)
    kept: dict[Key, None] = {start: None}
    above, below = (made, used) if start.kind == "artifact" else (used, made)
    sides: list[tuple[_Way, Sequence[EventRow]]] = [("upstream", above), ("downstream", below)]
    rows: dict[int, EventRow] = {}
    left_out = 0
    for direction, joining in sides:
        # By event id: the last ones are of the neighbours that were joined last.
        neighbours = dict.fromkeys(row[2] if start.kind == "artifact" else row[1] for row in reversed(joining))
        beside = set(islice(neighbours, _MOST_BESIDE))
        left_out += len(neighbours) - len(beside)
        kind: Literal["artifact", "execution"] = "execution" if start.kind == "artifact" else "artifact"
        kept.update((Key(kind, id), None) for id in sorted(beside))
        rows.update((row[0], row) for row in joining if (row[2] if kind == "execution" else row[1]) in beside)
        if 0 < len(beside) <= _MOST_GONE_ON_FROM:
            left_out += _go_on(store, [Key(kind, id) for id in sorted(beside)], direction, kept, rows)
    return Vicinity(_lineage(store, node, kept, [rows[id] for id in sorted(rows)]), left_out)


def _go_on(
    store: Store, beside: Sequence[Key], direction: _Way, kept: dict[Key, None], rows: dict[int, EventRow]
) -> int:
    """Add what is one step further, as far as there is room; returns how many nodes at least there was none for."""
    room = max(0, _MOST_LOOKED_AT - len(kept))
    found = walk_nearby(
        store.backend,
        beside,
        direction,
        hops=1,
        most_nodes=len(beside) + room,
        most_events=EVENTS_A_NODE * _MOST_LOOKED_AT,
    )
    kept.update(dict.fromkeys(found.nodes))
    rows.update((row[0], row) for row in found.events.rows())
    return 0 if found.complete else 1


def work_within(store: Store, executions: Sequence[int], artifacts: Iterable[int]) -> Vicinity | None:
    """The steps of a context and what they used and made, joined; None where there is no step.

    Args:
        executions: its steps by id; of very many the last are taken.
        artifacts: what belongs to it besides.
    """
    last = executions[-MOST_STEPS:]
    known = existing(store, "execution", last)
    taken = [id for id in last if id in known]
    if not taken:
        return None
    events = store.event_columns(executions=taken)
    joined = sorted(set(events.artifact_ids))
    beside = [] if len(taken) < len(executions) else sorted(set(artifacts) - set(joined))
    drawn = [*joined, *beside][: 4 * MOST_STEPS]
    kept = dict.fromkeys([*(Key("execution", id) for id in taken), *(Key("artifact", id) for id in drawn)])
    left_out = len(executions) - len(taken) + len(joined) + len(beside) - len(drawn)
    return Vicinity(_lineage(store, store.execution(taken[0]), kept, list(events.rows())), left_out)


def _lineage(store: Store, start: Artifact | Execution, kept: Collection[Key], rows: Sequence[EventRow]) -> Lineage:
    """The nodes and those of the events that join two of them."""
    artifacts, executions = _ids(kept, "artifact"), _ids(kept, "execution")
    there = existing(store, "artifact", artifacts)
    steps = existing(store, "execution", executions)
    between = [row for row in rows if row[1] in artifacts and row[2] in steps]
    return Lineage(
        store,
        start,
        [Closure(sorted(there), sorted(steps), EventColumns.of(between), sorted(artifacts - there))],
    )


def _ids(keys: Iterable[Key], kind: Kind) -> set[int]:
    return {key.id for key in keys if key.kind == kind}
