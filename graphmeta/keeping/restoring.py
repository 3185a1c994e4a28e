"""Bringing back what a dump holds, with the same ids and times; what is there already stays as it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import groupby
from pathlib import Path
from typing import cast

from graphmeta.keeping.dump import Line, Pair, type_of
from graphmeta.keeping.dump_reading import read_head, read_lines
from graphmeta.keeping.identity import check_dump
from graphmeta.keeping.restored import Restored
from graphmeta.keeping.returning_edges import Edges
from graphmeta.keeping.returning_nodes import Nodes
from graphmeta.model import SYSTEM_TYPES, Kind, Type
from graphmeta.portions import bundles
from graphmeta.store.store import Store

_PORTION = 1_000
_SYSTEM = frozenset(SYSTEM_TYPES)


def restore(
    store: Store,
    path: Path,
    *,
    dry_run: bool = False,
    overwrite: bool = False,
    another: bool = False,
    portion: int = _PORTION,
    tell: Callable[[int], None] = lambda number: None,
) -> Restored:
    """Bring back what a dump holds; again is harmless. What is there and differs is told and left as it is.

    Args:
        dry_run: write nothing, and tell what would be.
        overwrite: give tombstones back what they lost.
        another: also into a store that the dump is not of.
        portion: so many things in one transaction.
        tell: is told, after each transaction, how many things were looked at.

    Raises:
        InvalidArgumentError: the dump is not whole, none, or of another store; nothing was written.
        AlreadyExistsError: the store has a type of the same name with other properties.
        ReadOnlyError, StoreUnavailableError: what came back until then is there; again brings the rest.
    """
    head = read_head(path)
    check_dump(store, path, head, another=another)
    done = Restored(store.url, head, not dry_run)
    nodes = Nodes(store, done, dry_run=dry_run, overwrite=overwrite)
    edges = Edges(store, done, dry_run=dry_run)
    number = 0
    for (sort, kind), lines in groupby(read_lines(path), key=_sort_and_kind):
        if sort == "type":
            nodes.types = _types(store, [type_of(line) for line in lines], dry_run=dry_run)
            continue
        for some in bundles(lines, portion):
            if sort == "node":
                nodes.put(cast("Kind", kind), some)
            elif sort == "joined":
                nodes.look_at_joined(cast("Kind", kind), some)
            elif sort == "event":
                edges.events(some)
            else:
                edges.pairs(cast("Pair", sort), some)
            number += len(some)
            tell(number)
    return done


def _sort_and_kind(line: Line) -> tuple[str, str]:
    """Lines are taken up together that are alike in this."""
    sort = line["is"]
    return sort, line["kind"] if sort in ("node", "joined") else ""


def _types(store: Store, types: list[Type], *, dry_run: bool) -> dict[int, Type]:
    """See to it that the types are there, as `Store.put_types` does; returns those of the store by their ids in the
    dump."""
    own = [replace(type, id=None) for type in types if (type.kind, type.name) not in _SYSTEM or type.version]
    if not dry_run:
        store.put_types(own, can_add_fields=True, can_omit_fields=True)
    there = {(type.kind, type.name, type.version): type for type in store.types(system=True)}
    # (A type that is missing, in a dry run, has no id: no node that is there is of it.)
    return {type.id or 0: there.get((type.kind, type.name, type.version)) or replace(type, id=None) for type in types}
