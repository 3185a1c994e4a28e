"""Tombstones: what is held stays, without its bulk."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

from graphmeta import words
from graphmeta.backends.batch import Batch, NodeWrite, Writer, Written
from graphmeta.backends.predicates import Field, OneOf
from graphmeta.backends.requests import NodeQuery
from graphmeta.backends.rows import NodeRow, NodeRows
from graphmeta.keeping.coding import FLOWING, Flowing, portions
from graphmeta.keeping.dumping import Dumped
from graphmeta.keeping.removal import RemovalPlan
from graphmeta.model import Kind, Properties
from graphmeta.store.store import Store

# The properties that say what a thing is and how it ended, declared or custom; all others are bulk.
KEPT_KEYS = frozenset(
    {
        *words.DISPLAY_KEYS,
        *words.STEP_KEYS,
        "version",
        "digest",
        "checksum_md5",
        "size",
        "state",
        "started",
        "ended",
    }
)
_PORTION = 1_000


def without_bulk(
    kind: Kind, row: NodeRow, properties: Properties, custom_properties: Properties, now: int
) -> tuple[NodeRow, Properties, Properties] | None:
    """A node as its tombstone says it: identity, type, times, digest and state; an artifact is DELETED. (MLMD has no
    such state of executions: they keep theirs.) None where there is nothing to take from it.

    Args:
        now: milliseconds since the epoch.
    """
    declared, custom = (
        {key: value for key, value in values.items() if key in KEPT_KEYS} for values in (properties, custom_properties)
    )
    state = "DELETED" if kind == "artifact" else row.state
    if state == row.state and len(declared) == len(properties) and len(custom) == len(custom_properties):
        return None
    return row._replace(state=state, updated=max(now, row.updated + 1)), declared, custom


def bury(store: Store, plan: RemovalPlan, dumped: Dumped, *, tell: Callable[[int], None] = lambda number: None) -> int:
    """Make tombstones of what matched and is held, so many in one transaction. What was changed since it was dumped is
    left as it is.

    Returns:
        how many there are now.

    Raises:
        ReadOnlyError, StoreUnavailableError: those before are made; the dump holds them as they were.
    """
    bases = {type.id: type.base_type for type in store.types(system=True)}
    number = 0
    for kind in FLOWING:
        for part in portions(sorted(plan.held[kind]), _PORTION):
            number += store.backend.transact(
                lambda writer, kind=kind, part=part: _bury(writer, kind, part, dumped, bases)  # type: ignore[misc]
            )
            tell(number)
    return number


def _bury(writer: Writer, kind: Flowing, ids: list[int], dumped: Dumped, bases: dict[int | None, Any]) -> int:
    rows: NodeRows = writer.nodes(NodeQuery(kind, OneOf(Field("id"), ids)), lock=True)
    nodes = []
    for row in rows:
        if row.updated == dumped.updated[kind].get(row.id):
            after = without_bulk(kind, row, *rows.properties(row.id), writer.now())
            if after is not None:
                nodes.append(NodeWrite(kind, False, *after, bases.get(row.type_id)))
    if nodes:
        writer.write(Batch(os.urandom(16).hex(), nodes=nodes), Written())
    return len(nodes)


def is_tombstone_of(there: NodeRows, row: NodeRow, was: tuple[NodeRow, Properties, Properties]) -> bool:
    """Whether a node is what `without_bulk` made of another: it says nothing that the other did not."""
    made = without_bulk(there.kind, *was, row.updated)
    if made is None:
        return False
    expected, declared, custom = made
    own = there.properties(row.id)
    return (
        row._replace(updated=0) == expected._replace(updated=0)
        and repr(_ordered(own[0])) == repr(_ordered(declared))
        and repr(_ordered(own[1])) == repr(_ordered(custom))
    )


def _ordered(values: Properties) -> Properties:
    return {key: values[key] for key in sorted(values)}
