"""By what a dump knows the store that it is of, wherever that lies by now."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from itertools import islice
from pathlib import Path
from typing import Any

from graphmeta.errors import InvalidArgumentError, NotFoundError
from graphmeta.keeping.dump import Head
from graphmeta.keeping.dump_reading import checked_lines
from graphmeta.keeping.rows import rows_in_portions, rows_of
from graphmeta.model import KINDS, Kind
from graphmeta.portions import bundles
from graphmeta.store.store import Store

_TYPES_KEPT = 50
_NODES_KEPT = 20  # of each kind
_PORTION = 1_000


def known_by(store: Store, going: Mapping[Kind, Collection[int]]) -> dict[str, Any]:
    """What a store is known by once some nodes are gone: its first types, which never go, and the first nodes that
    stay.

    Args:
        going: ids, by kind.
    """
    types = [[type.id, type.kind, type.name, type.version] for type in store.types(system=True)]
    nodes: dict[str, list[Any]] = {}
    for kind in KINDS:
        staying = (row for row in rows_in_portions(store, kind, [], 5_000) if row.id not in going[kind])
        nodes[kind] = [[row.id, row.type, row.created] for row in islice(staying, _NODES_KEPT)]
    return {"types": sorted(types)[:_TYPES_KEPT], "nodes": nodes}


def check_dump(store: Store, path: Path, head: Head, *, another: bool) -> None:
    """See that a dump is what graphmeta writes, and of this very store. Nothing is written.

    Ids are never given again. So in the store that it is of, what has an id of the dump's is the same thing; and of the
    nodes that stayed some are there still, unless nothing is.

    Args:
        another: the dump may be of another store.

    Raises:
        InvalidArgumentError: it is not.
    """
    lines = checked_lines(path)
    if another:
        for _ in lines:
            pass
        return
    try:
        types = {(type.id, type.kind, type.name, type.version) for type in store.types(system=True)}
    except NotFoundError:
        raise _another(store, head, "there is no store yet") from None
    for type in head.known_by.get("types", ()):
        if tuple(type) not in types:
            raise _another(store, head, f"that store has a type {type[2]!r:.100} with the number {type[0]}")
    stayed = {kind: [*head.known_by.get("nodes", {}).get(kind, ())] for kind in KINDS}
    for some in bundles(lines, _PORTION):
        for kind in KINDS:
            own = [line for line in some if line["is"] in ("node", "joined") and line["kind"] == kind]
            gone = [[line["id"], None, line["created"]] for line in own if line["is"] == "node"]
            _same(store, head, kind, gone)
            stayed[kind] += [[line["id"], line["type"], line["created"]] for line in own if line["is"] == "joined"]
    met = sum(len(_same(store, head, kind, nodes)) for kind, nodes in stayed.items())
    if not met and any(stayed.values()) and any(store.backend.totals().numbers.values()):
        raise _another(store, head, "nothing of what stayed there is here")


def _same(store: Store, head: Head, kind: Kind, nodes: Collection[Any]) -> set[int]:
    """The ids of the nodes that are there.

    Args:
        nodes: (id, name of the type or None, when it was stored).

    Raises:
        InvalidArgumentError: one of them is something else.
    """
    expected = {id: (type, created) for id, type, created in nodes}
    found = set()
    for row in rows_of(store, kind, expected.keys()):
        type, created = expected[row.id]
        if row.created != created or type not in (None, row.type):
            raise _another(store, head, f"{kind}/{row.id} is something else here")
        found.add(row.id)
    return found


def _another(store: Store, head: Head, why: str) -> InvalidArgumentError:
    return InvalidArgumentError(
        f"The dump is of another store, {head.store}, and not of {store.url}: {why}. Nothing was written. Name its own "
        "store with --store; or, to bring what the dump holds into this one nevertheless, say --into-another-store."
    )
