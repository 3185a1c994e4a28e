"""`/artifacts`, `/executions`, `/contexts`: all nodes of a kind, filtered and sorted by the store, a page at a time."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypedDict

from graphmeta.backends.as_of import AsOfBackend
from graphmeta.backends.predicates import Compare, Field, InContext, Not, OneOf, Predicate, StartsWith
from graphmeta.errors import InvalidArgumentError
from graphmeta.model import ARTIFACT_STATES, EXECUTION_STATES, INT64, Kind, node_id
from graphmeta.pages.parameters import AT, Parameter, choice, count, text
from graphmeta.pages.rows import RowJson, rows_of
from graphmeta.pages.view import Page, View
from graphmeta.query.annotations import annotation_types
from graphmeta.query.listing import FEW, LOOKED_THROUGH, SORTS, Wanted, named, part
from graphmeta.query.naming import resolve
from graphmeta.store import Store
from graphmeta.store.moments import milliseconds

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


class _Asked:
    """What a list is asked for, as conditions.

    Attributes:
        where: all of them.
        few: whether one of them may hold for few nodes and an index may serve it.
        notes: what they leave out that people might expect.
    """

    def __init__(self, store: Store, kind: Kind, asked: Mapping[str, Any], numbers: Mapping[int, int] | None) -> None:
        self.where: list[Predicate] = []
        self.few = False
        self.notes: list[str] = []
        if asked["type"]:
            self._type(store, kind, asked["type"], numbers)
        if asked.get("state"):
            self.where.append(Compare(Field("state"), "=", asked["state"]))
        if asked["name"]:
            self._name(store, kind, asked["name"], asked["match"])
        if asked.get("uri"):
            self._add(StartsWith(Field("uri"), asked["uri"]))
        if asked.get("context"):
            self._add(InContext([_context(store, asked["context"])]))
        if asked["filter"]:
            from graphmeta.filters import parse  # late: the parser takes long to load, and most lists have no filter

            self._add(parse(asked["filter"], kind))
        if asked["since"]:
            self.where.append(Compare(Field("created"), ">=", _moment(asked["since"], end=False)))
        if asked["until"]:
            self.where.append(Compare(Field("created"), "<=", _moment(asked["until"], end=True)))

        if kind == "context" and not asked["type"] and not asked["filter"]:
            # They are shown with the nodes that they are of.
            hidden = annotation_types(store)
            self.where += [Not(OneOf(Field("type_id"), hidden))] if hidden else []

    def _add(self, condition: Predicate) -> None:
        self.where.append(condition)
        self.few = True

    def _type(self, store: Store, kind: Kind, name: str, numbers: Mapping[int, int] | None) -> None:
        ids = [type.id or 0 for type in store.types(kind, system=True) if type.name == name]
        self.where.append(Compare(Field("type_id"), "=", ids[0]) if len(ids) == 1 else OneOf(Field("type_id"), ids))
        self.few |= numbers is not None and sum(numbers.get(id, 0) for id in ids) <= FEW
        if not ids:
            self.notes.append(f"No {kind} type is called {name[:100]!r}.")

    def _name(self, store: Store, kind: Kind, name: str, match: str) -> None:
        if match == "begins":
            self._add(StartsWith(Field("name"), name))
            return
        condition, some = named(store, kind, name)
        self.where.append(condition)
        if some:
            self.notes.append(
                f"Of {kind}s whose name only contains {name[:100]!r}, the newest {LOOKED_THROUGH:,} were looked "
                "through; of the older ones those are here that are called so, or whose name or URI begins so."
            )


def _context(store: Store, text: str) -> int:
    """The id of the context that a text names; a bare number is its id."""
    text = text.strip()
    given = f"context/{text}" if text.isascii() and text.isdigit() else text
    return node_id(resolve(store, given, kinds=("context",)))


def _moment(text: str, *, end: bool) -> int:
    """A moment in milliseconds since the epoch; a day means its end, or its beginning."""
    moment = milliseconds(text if end or len(text) > len("2026-11-23") else f"{text}T00:00")
    if moment not in INT64:
        raise InvalidArgumentError(f"{text[:50]!r} is beyond the times that a store holds.")
    return moment


# ---------------------------------------------------------------- the page


def _answer(kind: Kind) -> Callable[[Store, Mapping[str, Any]], Page]:
    def answer(store: Store, asked: Mapping[str, Any]) -> Page:
        # (The past has to be counted node by node.)
        numbers = None if isinstance(store.backend, AsOfBackend) else _numbers(store, kind)
        conditions = _Asked(store, kind, asked, numbers)
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
