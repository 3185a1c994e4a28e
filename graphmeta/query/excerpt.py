"""So much of a lineage as one can look at: read step by step from the start, and no further than so many nodes.

`lineage` reads all of what is asked for; a page cannot know beforehand whether that is a dozen nodes or a million.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from graphmeta.backends.requests import Direction, EventQuery, Walk
from graphmeta.backends.rows import Closure, EventColumns
from graphmeta.model import AnyNode, Context
from graphmeta.query.ancestry import Lineage
from graphmeta.query.flow import Key, key_of
from graphmeta.query.limits import limited
from graphmeta.query.reading import given_with_lineage
from graphmeta.store.store import Store

MOST_STEPS = 500  # one request each: so long a chain is drawn by nobody


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A lineage, as far as it was read.

    Attributes:
        lineage: what was found.
        unfiltered: the same without `types`.
        complete: whether that is all; else reading was stopped, and there are more nodes upstream or downstream.
    """

    lineage: Lineage
    unfiltered: Lineage
    complete: bool


def excerpt(
    store: Store,
    node: AnyNode | str,
    *,
    up: int | None,
    down: int | None,
    most: int,
    types: Sequence[str] | None = None,
    until: Sequence[str] | None = None,
    within: Context | str | None = None,
) -> Excerpt:
    """As `lineage`, of so many nodes at most on each side.

    Args:
        up, down: node steps at most against and along the flow of the data; None for all.
        most: nodes read on each side, those nearest to the start; of those equally near the ones with the lowest ids.
        types, until, within: see `lineage`. `until` and `within` are applied to what was read.

    Raises:
        NotFoundError, AmbiguousNameError, InvalidArgumentError: see `lineage`.
    """
    start = given_with_lineage(store, node)
    key = key_of(start)
    above, all_above = _side(store, key, "upstream", up, most)
    below, all_below = _side(store, key, "downstream", down, most)
    closures = [above, below]
    if until is not None or within is not None:
        closures = limited(store, closures, key, (up, down), until, within)
    whole = Lineage(store, start, closures, (up, down))
    part = whole if types is None else Lineage(store, start, closures, (up, down), types)
    return Excerpt(part, whole, all_above and all_below)


def _side(store: Store, start: Key, way: Direction, hops: int | None, most: int) -> tuple[Closure, bool]:
    """What one direction reaches, and whether that is all of it."""
    seen = {start: None}
    missing: set[int] = set()
    nearest = [start]
    complete = True
    step = 0
    while nearest and complete and (hops is None or step < hops):
        step += 1
        kind = nearest[0].kind
        found = store.backend.walk(Walk(kind, [key.id for key in nearest], way, 1))
        missing.update(found.missing_artifact_ids)
        # One step leads from artifacts to executions, or the other way.
        if kind == "artifact":
            reached = [Key("execution", id) for id in found.execution_ids]
        else:
            reached = [Key("artifact", id) for id in sorted({*found.artifact_ids, *found.missing_artifact_ids})]
        new = [key for key in reached if key not in seen]
        nearest = new[: most - len(seen)]
        complete = len(nearest) == len(new) and (step < MOST_STEPS or not new)
        seen.update(dict.fromkeys(nearest))
    artifacts = sorted(key.id for key in seen if key.kind == "artifact")
    executions = sorted(key.id for key in seen if key.kind == "execution")
    known = set(artifacts)
    # As in a walk: all events whose two ends were reached.
    rows = store.backend.events(EventQuery(execution_ids=executions)).rows()
    events = EventColumns.of([row for row in rows if row[1] in known])
    return Closure(artifacts, executions, events, sorted(missing & known)), complete
