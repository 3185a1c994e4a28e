"""The catalogues of models and of datasets: what both pages show and may be asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypedDict

from graphmeta.model import AnyNode
from graphmeta.pages.bounds import fitting
from graphmeta.pages.nodes import NodeJson, Nodes
from graphmeta.pages.parameters import AT, Parameter, count, text
from graphmeta.pages.view import Page
from graphmeta.query import value_json
from graphmeta.query.catalogue import Entry, catalogue
from graphmeta.query.neighbourhood import CatalogueRole
from graphmeta.store import Store

_PAGE = 20
_MOST_METRICS, _LONGEST_VALUE, _ROOM = 50, 200, 4_000  # of an entry
_LONGEST = 1_000  # characters of a name or a folder
_MOST_TYPES = 300


class EntryJson(TypedDict):
    """One name: its latest version, and what goes with that. `related` are the nearest datasets of a model, and the
    nearest models of a dataset; `assumed` says that they are inputs which nothing calls datasets, and `related_cut`
    that there may be more. There may be more than `versions` where `more_versions` says so; `folder` is how their URIs
    begin, where that is what they have in common."""

    name: str
    latest: NodeJson
    previous: NodeJson | None
    folder: str
    versions: int
    more_versions: bool
    metrics: dict[str, Any]
    related: list[NodeJson]
    related_cut: bool
    assumed: bool
    step: NodeJson | None
    run: NodeJson | None


class CatalogueJson(TypedDict):
    """Entries, the last stored first; `next` is what to give as `below` for the next page. `complete` says whether all
    artifacts of these types were looked at, `looked_at` how many."""

    entries: list[EntryJson]
    types: list[str]
    looked_at: int
    complete: bool
    next: int | None
    notes: list[str]


def parameters(things: str) -> Sequence[Parameter]:
    """What the page of a catalogue may be asked.

    Args:
        things: "models" or "datasets".
    """
    return (
        text("name", f"Only {things} whose name holds this text."),
        text("type", f"Only {things} of the type with this name."),
        count("below", "Only names whose latest version has a lower id: the next page.", 0, most=2**63 - 1),
        count("limit", "Entries at most.", _PAGE, least=1, most=100),
        AT,
    )


def page(store: Store, asked: Mapping[str, Any], role: CatalogueRole, title: str) -> Page:
    """The catalogue of a role."""
    below = asked["below"] or None
    found = catalogue(store, role, name=asked["name"], type=asked["type"], below=below, limit=asked["limit"])
    nodes = Nodes(store)
    data: CatalogueJson = {
        "entries": [_entry(nodes, entry) for entry in found.entries],
        "types": [*found.types][:_MOST_TYPES],
        "looked_at": found.looked_at,
        "complete": found.complete,
        "next": found.next,
        "notes": [*found.notes],
    }
    return Page(title, data)


def _entry(nodes: Nodes, entry: Entry) -> EntryJson:
    beside = entry.beside
    metrics = {key: value_json(value) for key, value in sorted(beside.metrics.items())}
    return {
        # (Their beginnings are found in lists as well as the whole is.)
        "name": entry.name[:_LONGEST],
        "latest": nodes.json(entry.latest),
        "previous": _optional(nodes, entry.previous),
        "folder": entry.folder[:_LONGEST],
        "versions": entry.versions,
        "more_versions": entry.more,
        "metrics": fitting(metrics, most=_MOST_METRICS, longest=_LONGEST_VALUE, room=_ROOM).values,
        "related": [nodes.json(each) for each in beside.related],
        "related_cut": beside.cut,
        "assumed": beside.assumed,
        "step": _optional(nodes, beside.step),
        "run": _optional(nodes, beside.run),
    }


def _optional(nodes: Nodes, node: AnyNode | None) -> NodeJson | None:
    return None if node is None else nodes.json(node)
