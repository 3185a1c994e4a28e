"""What a copy has of its own: what somebody said of its nodes afterwards (`keeping.annotating`).

A copy that is followed gets the source's ids for as long as that grows. So what is said of it there has ids that no
source reaches: its type from 2^30, which still fits into 32 bits, and its contexts from 2^40.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace

from graphmeta.backends.batch import Batch, NodeWrite, Removal, Writer, Written
from graphmeta.backends.predicates import Compare, Field
from graphmeta.backends.requests import NodeQuery
from graphmeta.backends.rows import NodeRow
from graphmeta.model import Type
from graphmeta.moving.marks import NOTE, Mark
from graphmeta.store.store import Store
from graphmeta.vocabulary import ANNOTATION_TYPE

OWN_TYPES = 2**30
OWN_CONTEXTS = 2**40
_HELD = 2_000  # ids: more than a process draws in advance


def keep_apart(store: Store, type: Type) -> None:
    """Let what is said from now on of the nodes of a copy that was ever followed have ids of its own; to any other
    store it does nothing. Again is harmless.

    Args:
        type: of annotations; it is there afterwards.
    """

    def prepare(writer: Writer) -> bool:
        noted = writer.note(NOTE)
        if noted is None or not Mark.of(noted).followed:
            return False
        types = writer.types(lock=True)
        if _annotations(types) is None:
            writer.take_types([*types, replace(type, id=_beyond(types))])
        return not _are_apart(writer)

    if store.backend.transact(prepare):
        store.backend.transact(_go_on_from_there)
        store.backend.transact(_are_apart)


def make_way(writer: Writer, types: Sequence[Type]) -> Sequence[Type]:
    """Give the type of a copy's own annotations another id where the source wants that for another type, or has such a
    type itself.

    Args:
        types: the source's.

    Returns:
        the types that the copy is to take.
    """
    stored = writer.types(lock=True)
    own, given = _annotations(stored), _annotations(types)
    if own is None or own == given or (given is not None and given.id == own.id):
        return types
    if given is None and own.id not in {type.id for type in types}:
        return types
    if given is None:
        given = replace(own, id=_beyond([*types, *stored]))
        types = [*types, given]
    rows = writer.nodes(NodeQuery("context", Compare(Field("type_id"), "=", own.id or 0)), lock=True)
    moved = [NodeWrite("context", False, row._replace(type_id=given.id or 0), *rows.properties(row.id)) for row in rows]
    writer.write(Batch(os.urandom(16).hex(), nodes=moved), Written())
    return types


def _go_on_from_there(writer: Writer) -> None:
    """Let new contexts have ids beyond those of any source: ids are never given again, so one that was there for a
    moment does it."""
    type = _annotations(writer.types())
    assert type is not None
    row = NodeRow(OWN_CONTEXTS, type.id or 0, type.name, os.urandom(16).hex(), None, None, None, 0, 0)
    writer.write(Batch(os.urandom(16).hex(), nodes=[NodeWrite("context", True, row, {}, {})]), Written())
    writer.remove(Removal(nodes={"context": [OWN_CONTEXTS]}))


def _are_apart(writer: Writer) -> bool:
    """Whether the next context has an id beyond those of any source; what this process drew before is given up."""
    return any(writer.ids("context", 1)[0] >= OWN_CONTEXTS for _ in range(_HELD))


def _annotations(types: Sequence[Type]) -> Type | None:
    return next(
        (type for type in types if (type.kind, type.name, type.version) == ("context", ANNOTATION_TYPE, "")), None
    )


def _beyond(types: Sequence[Type]) -> int:
    return max(OWN_TYPES, *((type.id or 0) + 1 for type in types))
