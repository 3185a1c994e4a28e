"""Removing nodes and edges, inside the caller's transaction."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence

from graphmeta.backends.batch import HeldError, Removal
from graphmeta.backends.statements import statement
from graphmeta.model import KINDS, Kind


def remove(raw: sqlite3.Connection, removal: Removal) -> None:
    """Remove just what is named. The tables that count ids are left alone, so that none is given again.

    Raises:
        HeldError: a node has an edge that is not named; the caller undoes the transaction.
    """
    _delete(raw, "event/delete_paths", removal.events)
    _delete(raw, "event/delete", removal.events)
    raw.executemany(statement("sql", "attribution/delete"), removal.attributions)
    raw.executemany(statement("sql", "association/delete"), removal.associations)
    raw.executemany(statement("sql", "parent/delete"), removal.parents)
    held: dict[Kind, list[int]] = {}
    for kind in KINDS:
        ids = json.dumps(list(removal.nodes.get(kind, ())))
        joined = [row[0] for row in raw.execute(statement("sql", f"{kind}/joined"), (ids,))]
        if joined:
            held[kind] = joined
    if held:
        raise HeldError(held)
    for kind in KINDS:
        _delete(raw, f"{kind}/delete_all_properties", removal.nodes.get(kind, ()))
        _delete(raw, f"{kind}/delete", removal.nodes.get(kind, ()))


def _delete(raw: sqlite3.Connection, name: str, ids: Sequence[int]) -> None:
    if ids:
        raw.execute(statement("sql", name), (json.dumps(list(ids)),))
