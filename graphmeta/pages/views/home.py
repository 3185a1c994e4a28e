"""`/`: the search; and where nothing is searched for, what is new, what failed, and where to go."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypedDict

from graphmeta.errors import InvalidArgumentError
from graphmeta.model import KINDS, Kind
from graphmeta.pages.bounds import short
from graphmeta.pages.nodes import NodeJson, Nodes
from graphmeta.pages.parameters import choice, count, text
from graphmeta.pages.rows import RowJson, rows_of
from graphmeta.pages.view import Page, View
from graphmeta.query.nodes import value_json
from graphmeta.query.overview import overview
from graphmeta.query.search import Found, Hit, search
from graphmeta.store import Store

_NEW = 8  # nodes of each kind that are shown as new, and steps that failed
_MATCHES = ("exact", "begins", "contains")
_MOST_TYPES = 20
_LONGEST_VALUE = 200


class HitJson(TypedDict):
    """A node that was found; `where` is what matched: id, name, URI, external id, the key of a property, or filter.
    Of a property `value` is what it holds, cut to 200 characters; of a model that a Metrics artifact says it of, `on`
    is that."""

    node: RowJson
    where: str
    match: str
    value: Any
    on: NodeJson | None


class GroupJson(TypedDict):
    """What was found of one kind, the best first; `more` says that there is more."""

    kind: str
    hits: list[HitJson]
    more: bool


class FoundTypeJson(TypedDict):
    """A type whose name has the words in it."""

    kind: str
    name: str


class NewJson(TypedDict):
    """How many nodes of a kind there are, and those that were stored last."""

    kind: str
    nodes: int
    newest: list[RowJson]


class OverviewJson(TypedDict):
    """What a store holds. `failed` are the last steps that failed, of the newest `looked_through` executions."""

    kinds: list[NewJson]
    failed: list[RowJson]
    looked_through: int


class ProblemJson(TypedDict):
    """Why it could not be asked."""

    code: str
    message: str
    candidates: list[str]


class HomeJson(TypedDict):
    """The results of a search, or, without `q`, the overview."""

    q: str | None
    how: str
    kind: str | None
    groups: list[GroupJson]
    types: list[FoundTypeJson]
    comparison: bool
    notes: list[str]
    overview: OverviewJson | None
    error: ProblemJson | None


def answer(store: Store, asked: Mapping[str, Any]) -> Page:
    """The results, or the overview."""
    q: str | None = asked["q"]
    kinds: Sequence[Kind] = KINDS if asked["kind"] is None else (asked["kind"],)
    found, problem = Found(), None
    if q is not None:
        try:
            found = search(store, q, how=asked["how"], kinds=kinds, limit=asked["limit"])
        except InvalidArgumentError as error:
            # Said above the form that asked it, to be mended there.
            problem = error
    data: HomeJson = {
        "q": q,
        "how": asked["how"],
        "kind": asked["kind"],
        "groups": [
            {"kind": kind, "hits": _hits(store, hits), "more": kind in found.more} for kind, hits in found.hits.items()
        ],
        "types": [{"kind": type.kind, "name": type.name} for type in found.types[:_MOST_TYPES]],
        "comparison": found.comparison is not None,
        "notes": found.notes,
        "overview": _overview(store) if q is None else None,
        "error": None if problem is None else {"code": problem.code, "message": str(problem), "candidates": []},
    }
    return Page("Overview" if q is None else "Search", data, status=200 if problem is None else 400)


def _hits(store: Store, hits: Sequence[Hit]) -> list[HitJson]:
    rows = rows_of(store, [hit.node for hit in hits])
    nodes = Nodes(store)
    return [
        {
            "node": row,
            "where": hit.where,
            "match": _MATCHES[hit.rank],
            "value": None if hit.value is None else short(value_json(hit.value), _LONGEST_VALUE),
            "on": None if hit.on is None else nodes.json(hit.on),
        }
        for row, hit in zip(rows, hits, strict=True)
    ]


def _overview(store: Store) -> OverviewJson:
    found = overview(store, _NEW)
    return {
        "kinds": [
            {"kind": kind, "nodes": found.numbers[kind], "newest": rows_of(store, found.newest[kind])} for kind in KINDS
        ],
        "failed": rows_of(store, found.failed),
        "looked_through": found.looked_through,
    }


VIEW = View(
    "home",
    "/",
    "Search by name, URI, property, id or filter; without q what is new and what failed.",
    answer,
    HomeJson,
    (
        text(
            "q",
            "What to look for: words, an id (artifact/42), a comparison with a property (accuracy>0.9), or a filter.",
        ),
        choice("how", "How q is read: as words, or as MLMD's filter language.", ("words", "filter"), "words"),
        choice("kind", "Only nodes of this kind.", KINDS),
        count("limit", "Hits of each kind.", 20, least=1, most=100),
    ),
)
