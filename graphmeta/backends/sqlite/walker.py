"""Walks along the events: breadth first, one statement a step."""

from __future__ import annotations

import json
import sqlite3
from typing import Literal

from graphmeta.backends.requests import Walk
from graphmeta.backends.rows import Closure
from graphmeta.backends.sqlite.reader import event_columns
from graphmeta.backends.statements import statement

Side = Literal["artifact", "execution"]
EventRow = tuple[int, int, int, int, "int | None"]

_STEPS: dict[tuple[str, Side], str] = {
    ("upstream", "artifact"): "walk/producers",
    ("upstream", "execution"): "walk/inputs",
    ("downstream", "artifact"): "walk/consumers",
    ("downstream", "execution"): "walk/outputs",
    ("any", "artifact"): "walk/executions",
    ("any", "execution"): "walk/artifacts",
}


def walk(raw: sqlite3.Connection, request: Walk) -> Closure:
    """See `Backend.walk`."""
    start = set(request.ids)
    start -= _missing(raw, request.kind, start)
    reached: dict[Side, set[int]] = {"artifact": set(), "execution": set()}
    events: list[EventRow] = []
    for direction in ("upstream", "downstream") if request.direction == "both" else (request.direction,):
        _walk_one_way(raw, request, direction, start, reached, events)
    if request.direction in ("both", "any"):
        # A cycle may be walked both ways, and any event is met from both its ends.
        events = list({event[0]: event for event in events}.values())
    events.sort()
    missing = _missing(raw, "artifact", reached["artifact"])
    return Closure(
        sorted(reached["artifact"] - missing),
        sorted(reached["execution"]),
        event_columns(raw, events),
        sorted(missing),
    )


def _walk_one_way(
    raw: sqlite3.Connection,
    request: Walk,
    direction: str,
    start: set[int],
    all_reached: dict[Side, set[int]],
    events: list[EventRow],
) -> None:
    """Walk upstream, downstream or either way; add what is reached to `all_reached` and the events to `events`."""
    reached: dict[Side, set[int]] = {"artifact": set(), "execution": set()}
    near: Side = request.kind
    frontier = start
    reached[near] |= start
    hops = 0
    while frontier:
        last = request.hops is not None and hops >= request.hops
        if last and not request.events:
            break
        far: Side = "execution" if near == "artifact" else "artifact"
        if request.events:
            column = 2 if far == "execution" else 1
            rows = _step(raw, f"{_STEPS[direction, near]}_events", frontier, request.at).fetchall()
            if last:
                # What lies beyond the last hop is not reached, but these nodes may lead back to what is.
                there = reached[far]
                events.extend(row for row in rows if row[column] in there)
                break
            events.extend(rows)
            ids = {row[column] for row in rows}
        else:
            text = _step(raw, _STEPS[direction, near], frontier, request.at).fetchone()[0]
            ids = set(json.loads(text))
        frontier = ids - reached[far]
        reached[far] |= frontier
        near = far
        hops += 1
    for side in reached:
        all_reached[side] |= reached[side]


def _step(raw: sqlite3.Connection, name: str, frontier: set[int], at: int | None) -> sqlite3.Cursor:
    """One step of a walk from the frontier."""
    text = statement("sql", name)
    if at is None:
        return raw.execute(text, (_json(frontier),))
    return raw.execute(text.replace("/*by_then", "").replace("*/", ""), (_json(frontier), at, at))


def _missing(raw: sqlite3.Connection, kind: Side, ids: set[int]) -> set[int]:
    return {row[0] for row in raw.execute(statement("sql", f"{kind}/missing"), (_json(ids),))}


def _json(ids: set[int]) -> str:
    # In order: neighbouring ids lie on neighbouring pages.
    return json.dumps(sorted(ids))
