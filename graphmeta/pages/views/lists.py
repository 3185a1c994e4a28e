"""`/artifacts`, `/executions`, `/contexts`: all nodes of a kind, filtered and sorted by the store, a page at a time."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypedDict

from graphmeta.backends.as_of import AsOfBackend
from graphmeta.model import ARTIFACT_STATES, EXECUTION_STATES, Kind
from graphmeta.pages.parameters import AT, Parameter, choice, count, text
from graphmeta.pages.rows import RowJson, rows_of
from graphmeta.pages.view import Page, View
from graphmeta.query.annotations import annotation_types
from graphmeta.query.listing import SORTS, Wanted, part
from graphmeta.query.narrowing import Narrowing
from graphmeta.store import Store

_STATES: Mapping[Kind, Sequence[str]] = {
    "artifact": tuple(ARTIFACT_STATES),
    "execution": tuple(EXECUTION_STATES),
    "context": (),
}
# The parameters that leave something out of a list.
_MOST_TYPES = 300
_FILTERS = ("type", "state", "name", "uri", "context", "filter", "since", "until")


class TypeOfJson(TypedDict):
    """A type that nodes of the list are of; how many is null of a store as it was."""

    name: str
    nodes: int | None


class ListJson(TypedDict):
    """A page of a list. `before` and `after` are what the pages beside it are asked by, null where there is none.
    `total` counts all that fit, and is null where that would take long. `notes` say what was left out."""

    kind: str
    rows: list[RowJson]
    before: str | None
    after: str | None
    total: int | None
    sort: str
    order: str
    types: list[TypeOfJson]
    states: list[str]
    filtered: bool
    notes: list[str]


# ---------------------------------------------------------------- the page


def _answer(kind: Kind) -> Callable[[Store, Mapping[str, Any]], Page]:
    def answer(store: Store, asked: Mapping[str, Any]) -> Page:
        # (The past has to be counted node by node.)
        numbers = None if isinstance(store.backend, AsOfBackend) else _numbers(store, kind)
        given = {name: asked.get(name) for name in _FILTERS}
        conditions = Narrowing(store, kind, numbers, **given, begins=asked["match"] == "begins")
        sort = asked["sort"]
        order = asked["order"] or ("up" if sort in ("name", "type") else "down")
        wanted = Wanted(kind, conditions.where, conditions.few, sort, order == "down", numbers)
        found = part(store, wanted, asked["limit"], after=asked["after"], before=asked["before"])
        if sort == "name":
            conditions.notes.append(f"In this order are the {kind}s that have a name of their own; sort by id for all.")
        data: ListJson = {
            "kind": kind,
            "rows": rows_of(store, found.nodes),
            "before": found.before,
            "after": found.after,
            "total": _total(asked, numbers, store, kind),
            "sort": sort,
            "order": order,
            "types": _types(store, kind, numbers),
            "states": list(_STATES[kind]),
            "filtered": any(asked.get(name) for name in _FILTERS),
            "notes": conditions.notes,
        }
        return Page(f"{kind.capitalize()}s", data)

    return answer


def _numbers(store: Store, kind: Kind) -> Mapping[int, int]:
    """How many nodes of the kind there are, by type id."""
    return {each.type_id: each.number for each in store.counts() if each.kind == kind}


def _types(store: Store, kind: Kind, numbers: Mapping[int, int] | None) -> list[TypeOfJson]:
    """The types of a kind by name, versions of one name as one; without nodes only where nobody counted. Of very many
    types those with the most nodes."""
    found: dict[str, int | None] = {}
    for type in sorted(store.types(kind, system=True), key=lambda type: type.name):
        if numbers is None:
            found[type.name] = None
        elif numbers.get(type.id or 0):
            found[type.name] = (found.get(type.name) or 0) + numbers[type.id or 0]
    most = sorted(found, key=lambda name: -(found[name] or 0))[:_MOST_TYPES]
    return [{"name": name, "nodes": found[name]} for name in sorted(most)]


def _total(asked: Mapping[str, Any], numbers: Mapping[int, int] | None, store: Store, kind: Kind) -> int | None:
    """How many fit, where that is known without looking: all of them, or all of a type."""
    others = any(asked.get(name) for name in _FILTERS if name != "type")
    if numbers is None or others or asked["sort"] == "name":
        return None
    if not asked["type"]:
        return sum(numbers.values()) - sum(numbers.get(id, 0) for id in annotation_types(store))
    return sum(numbers.get(type.id or 0, 0) for type in store.types(kind, system=True) if type.name == asked["type"])


def _csv(data: Mapping[str, Any]) -> Sequence[Sequence[Any]]:
    """The rows that the page shows."""
    names = ("id", "type", "name", "uri", "state", "created", "updated")
    header = [*names, "title", "within"]
    return [header] + [
        [*(row[name] for name in names), row["title"], " ".join(f"context/{each['id']}" for each in row["within"])]
        for row in data["rows"]
    ]


def _parameters(kind: Kind) -> list[Parameter]:
    found = [
        text("type", "Only of types with this name."),
        text("name", "Only those whose name (or URI) has this in it, whatever the case of letters."),
        choice(
            "match",
            "How the name is compared: it contains the text, or the stored name begins with it.",
            ("contains", "begins"),
            "contains",
        ),
        text("filter", "Only those that MLMD's filter language says: properties.lr.double_value > 0.1."),
        text("since", "Only what was stored then or later: 2026-11-23, 2026-11-23T12:30."),
        text("until", "Only what was stored by then; a day means its end."),
        choice("sort", "What the list is ordered by; ties are by id. By name, what has none is left out.", SORTS, "id"),
        choice("order", "Ascending or descending; by name and type it is up unless told, else down.", ("up", "down")),
        text("after", "The page after a place in the list, as the page before says it."),
        text("before", "The page before a place in the list."),
        count("limit", "Rows of a page.", 50, least=10, most=200),
        AT,
    ]
    if kind != "context":
        found.insert(1, choice("state", "Only in this state.", _STATES[kind]))
        found.insert(2, text("context", "Only what belongs to this context: its id, or its name."))
    if kind == "artifact":
        found.insert(3, text("uri", "Only those whose URI begins so."))
    return found


VIEWS = tuple(
    View(
        f"{kind}s",
        f"/{kind}s",
        f"All {kind}s, filtered and sorted, a page at a time.",
        _answer(kind),
        ListJson,
        _parameters(kind),
        _csv,
    )
    for kind in _STATES
)
