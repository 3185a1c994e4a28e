"""All that a source holds, in a form that compares."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Literal

from graphmeta.backends.rows import EventRow
from graphmeta.model import KINDS, AnyNode, Kind, Type
from graphmeta.moving.source import Member, Source
from graphmeta.store.hydrate import to_nodes


def all_nodes(source: Source, kind: Kind, portion: int = 2) -> list[AnyNode]:
    """Every node of a kind, read in portions."""
    found: list[AnyNode] = []
    while rows := source.nodes(kind, found[-1].id or 0 if found else 0, portion):
        found += to_nodes(rows)
    return found


def all_events(source: Source, portion: int = 2) -> list[EventRow]:
    """Every event, read in portions."""
    found: list[EventRow] = []
    while columns := source.events(found[-1][0] if found else 0, portion):
        found += columns.rows()
    return found


def all_members(source: Source, kind: Literal["artifact", "execution"], portion: int = 2) -> list[Member]:
    """Every membership, read in portions."""
    found: list[Member] = []
    while members := source.memberships(kind, found[-1].number if found else 0, portion):
        found += members
    return found


def own_types(source: Source) -> list[Type]:
    """The types that are not ML Metadata's own."""
    return [type for type in source.types() if not type.name.startswith("mlmd.")]


def timeless(nodes: list[AnyNode]) -> list[AnyNode]:
    """Nodes without their times."""
    return [replace(node, created=None, updated=None) for node in nodes]


def everything(source: Source) -> dict[str, Any]:
    """All of it."""
    return {
        "types": source.types(),
        **{kind: all_nodes(source, kind) for kind in KINDS},
        "events": all_events(source),
        "attributions": all_members(source, "artifact"),
        "associations": all_members(source, "execution"),
        "parents": source.parents(),
    }
