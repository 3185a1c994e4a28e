"""Tombstones: what is held stays, without its bulk."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from graphmeta import words
from graphmeta.backends.batch import Batch, NodeWrite, Writer, Written
from graphmeta.backends.predicates import Field, OneOf
from graphmeta.backends.requests import NodeQuery
from graphmeta.backends.rows import NodeRow, NodeRows
from graphmeta.keeping.coding import FLOWING, Flowing
from graphmeta.keeping.dumping import Dumped
from graphmeta.model import AnyValue, Kind, Properties, Value
from graphmeta.portions import portions
from graphmeta.store.store import Store

# Properties that say what a thing is and how it ended.
_ALWAYS = frozenset({"version", "digest", "checksum_md5", "size", "state", "started", "ended"})
# Of the others those are bulk that are longer, in bytes: parameters, metrics, a license and tags are short.
BULK = 200
_PORTION = 1_000


def kept_keys() -> frozenset[str]:
    """The properties that stay however long they are: what names a thing, and what checks read."""
    parts = [key for keys in words.READ_PARTS_KEYS.values() for key in keys]
    return _ALWAYS | {*words.DISPLAY_KEYS, *words.STEP_KEYS, *words.PARTS_KEYS, *words.CODE_KEYS, *parts}


def _is_long(value: Value) -> bool:
    if isinstance(value, (bool, int, float)):
        return False
    if isinstance(value, AnyValue):
        return len(value.value) > BULK
    text = value if isinstance(value, str) else json.dumps(value)
    return len(text.encode("utf-8", "surrogatepass")) > BULK


def without_bulk(
    kind: Kind, row: NodeRow, properties: Properties, custom_properties: Properties, now: int
) -> tuple[NodeRow, Properties, Properties] | None:
    """A node as its tombstone says it, without what is long; an artifact is DELETED. (MLMD has no such state of
    executions: they keep theirs.) None where there is nothing to take from it.

    Args:
        now: milliseconds since the epoch.
    """
    kept = kept_keys()
    declared, custom = (
        {key: value for key, value in values.items() if key in kept or not _is_long(value)}
        for values in (properties, custom_properties)
    )
    state = "DELETED" if kind == "artifact" else row.state
    if state == row.state and len(declared) == len(properties) and len(custom) == len(custom_properties):
        return None
    return row._replace(state=state, updated=max(now, row.updated + 1)), declared, custom


@dataclass(slots=True)
class Burial:
    """What a plan makes tombstones of.

    Attributes:
        ids: of what stays and has bulk or another state, by kind.
        lost: how many nodes lose what: by kind, name of the type and key, the most first.
    """

    ids: dict[Flowing, set[int]] = field(default_factory=lambda: {kind: set() for kind in FLOWING})
    lost: Counter[tuple[Flowing, str, str]] = field(default_factory=Counter)

    @property
    def number(self) -> int:
        """How many nodes."""
        return sum(map(len, self.ids.values()))


def burial(store: Store, held: Mapping[Flowing, Collection[int]]) -> Burial:
    """What would be made tombstones of, of what matched and is held. What is one already is left out."""
    found = Burial()
    for kind in FLOWING:
        for part in portions(sorted(held[kind]), _PORTION):
            rows = store.rows(kind, ids=part)
            for row in rows:
                own = rows.properties(row.id)
                after = without_bulk(kind, row, *own, 0)
                if after is not None:
                    found.ids[kind].add(row.id)
                    gone = {key for was, now in zip(own, after[1:], strict=True) for key in was.keys() - now.keys()}
                    found.lost.update((kind, row.type, key) for key in gone)
    return found


def bury(
    store: Store,
    ids: Mapping[Flowing, Collection[int]],
    dumped: Dumped,
    *,
    tell: Callable[[int], None] = lambda number: None,
) -> int:
    """Make tombstones of nodes, so many in one transaction. What was changed since it was dumped is left as it is.

    Args:
        tell: is told, after each transaction, how many there are.

    Returns:
        how many there are now.

    Raises:
        ReadOnlyError, StoreUnavailableError: those before are made; the dump holds them as they were.
    """
    bases = {type.id: type.base_type for type in store.types(system=True)}
    number = 0
    for kind in FLOWING:
        for part in portions(sorted(ids[kind]), _PORTION):
            number += store.backend.transact(
                lambda writer, kind=kind, part=part: _bury(writer, kind, part, dumped, bases)  # type: ignore[misc]
            )
            tell(number)
    return number


def _bury(writer: Writer, kind: Flowing, ids: Sequence[int], dumped: Dumped, bases: dict[int | None, Any]) -> int:
    rows: NodeRows = writer.nodes(NodeQuery(kind, OneOf(Field("id"), list(ids))), lock=True)
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
