"""Lists, a page at a time: in some order, from some place on, quick over a million nodes.

A place is said by values of the node that is there, and not by a number of nodes before it: nodes that are stored
meanwhile move nothing, and a late page costs what the first costs.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from graphmeta.backends.predicates import And, Compare, Field, KnownAs, NameContains, Or, Predicate, StartsWith
from graphmeta.backends.requests import NodeQuery, Order
from graphmeta.errors import InvalidArgumentError
from graphmeta.model import INT64, AnyNode, Kind, Type
from graphmeta.store.hydrate import to_nodes
from graphmeta.store.store import Store

Sort = Literal["id", "created", "updated", "name", "type"]
SORTS: tuple[Sort, ...] = ("id", "created", "updated", "name", "type")
# What no index serves is looked for among so many of the newest nodes of a kind.
LOOKED_THROUGH = 50_000
# So many rows are found by an index and sorted sooner than half a million are gone through.
FEW = 5_000
# Whether many nodes fit is tried on so many.
_TRIED = 20_000
_PLACE = re.compile(r"(\d{1,19})(?:\.(-?\d{1,19}))?")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which nodes, and in which order.

    Attributes:
        where: conditions that all hold.
        few: whether one of them may hold for few nodes and an index may serve it. Without that the nodes are gone
            through in their order.
        sort: "name" is that of stored names, and leaves out nodes that have none; "type" is by the type's name and then
            by id.
        numbers: how many nodes there are by type id, where that is known; types without any are passed over.
    """

    kind: Kind
    where: Sequence[Predicate] = field(default=())
    few: bool = False
    sort: Sort = "id"
    descending: bool = True
    numbers: Mapping[int, int] | None = None

    def few_of(self, type_id: int) -> bool:
        """Whether there are so few nodes of a type that they are best found by it and then sorted."""
        return self.numbers is not None and self.numbers.get(type_id, 0) <= FEW


class Part(NamedTuple):
    """One page of a list; `before` and `after` lead to the pages beside it, None where there is none."""

    nodes: Sequence[AnyNode]
    before: str | None
    after: str | None


class _Place(NamedTuple):
    """Where in an order a node is: at a value of what is ordered by, and there at its id."""

    id: int
    value: int | str | None = None


def part(store: Store, wanted: Wanted, size: int, *, after: str | None = None, before: str | None = None) -> Part:
    """A page of a list: its first, or what comes after or before a place.

    Args:
        size: nodes at most.
        after, before: a place, as a part says it; one of the two at most.

    Raises:
        InvalidArgumentError: it is no place of such a list, or there are two.
    """
    if after is not None and before is not None:
        raise InvalidArgumentError("A page of a list is after a place or before it: give one of the two.")
    place = _read(store, wanted, after or before)
    backwards = before is not None
    found = _selected(store, wanted, wanted.descending != backwards, place, size + 1)
    more, nodes = len(found) > size, found[:size]
    if backwards:
        nodes.reverse()
    if not nodes:
        return Part(nodes, None, None)
    is_first, is_last = (not more, False) if backwards else (place is None, not more)
    return Part(
        nodes,
        None if is_first else _written(nodes[0], wanted.sort),
        None if is_last else _written(nodes[-1], wanted.sort),
    )


def newest_id(store: Store, kind: Kind) -> int:
    """The id of the node of a kind that was stored last; 0 where there is none."""
    rows = store.backend.nodes(NodeQuery(kind, None, Order("id", True), 1, bare=True))
    return rows[0].id if rows else 0


def named(store: Store, kind: Kind, text: str) -> tuple[Predicate, bool]:
    """The condition that a text is in what people call a node, and whether it leaves some out: beyond the newest
    `LOOKED_THROUGH` only those count that are called so, or whose name begins so."""
    last = newest_id(store, kind)
    if last <= LOOKED_THROUGH:
        return NameContains(text), False
    recent = And((Compare(Field("id"), ">", last - LOOKED_THROUGH), NameContains(text)))
    beginning = [StartsWith(Field(name), text) for name in (("name", "uri") if kind == "artifact" else ("name",))]
    return Or((*beginning, KnownAs([text]), recent)), True


# ---------------------------------------------------------------- what is asked


def _selected(store: Store, wanted: Wanted, descending: bool, place: _Place | None, number: int) -> list[AnyNode]:
    """So many nodes from a place on, in one direction."""
    if wanted.sort == "type":
        return _by_type(store, wanted, descending, place, number)
    order = Order(wanted.sort, descending)
    where = [*wanted.where, *_beyond(order, place)]
    if wanted.sort == "name":
        where.append(StartsWith(Field("name"), ""))
    elif wanted.few and wanted.sort == "id":
        # Where many fit after all, some are near, and an index would bring all of them to be sorted.
        start = place.id if place is not None else newest_id(store, wanted.kind) + 1 if descending else 0
        near = Compare(Field("id"), *((">", start - _TRIED) if descending else ("<", start + _TRIED)))
        found = _asked(store, wanted.kind, [*where, near], order, number, many=True)
        if len(found) == number:
            return found
    return _asked(store, wanted.kind, where, order, number, many=not wanted.few)


def _by_type(store: Store, wanted: Wanted, descending: bool, place: _Place | None, number: int) -> list[AnyNode]:
    """As `_selected`, type by type: no store has an index of all types' names."""
    types = _types(store, wanted.kind)
    if descending:
        types.reverse()
    found: list[AnyNode] = []
    order = Order("id", descending)
    first = 0 if place is None else [type.id for type in types].index(int(place.value or 0))
    for type in types[first:]:
        if wanted.numbers is not None and not wanted.numbers.get(type.id or 0):
            continue
        here = [Compare(Field("type_id"), "=", type.id or 0), *wanted.where]
        if place is not None and type.id == place.value:
            here += _beyond(order, place)
        many = not wanted.few and not wanted.few_of(type.id or 0)
        found += _asked(store, wanted.kind, here, order, number - len(found), many=many)
        if len(found) == number:
            break
    return found


def _asked(
    store: Store, kind: Kind, where: Sequence[Predicate], order: Order, number: int, *, many: bool
) -> list[AnyNode]:
    whole = None if not where else where[0] if len(where) == 1 else And(tuple(where))
    return to_nodes(store.backend.nodes(NodeQuery(kind, whole, order, number, many=many)))


def _types(store: Store, kind: Kind) -> list[Type]:
    types = store.types(kind, system=True)
    return sorted(types, key=lambda type: (type.name, type.version, type.id or 0))


def _beyond(order: Order, place: _Place | None) -> list[Predicate]:
    """The condition that a node comes after a place."""
    if place is None:
        return []
    after: Literal["<", ">"] = "<" if order.descending else ">"
    further = Compare(Field("id"), after, place.id)
    if order.by == "id" or place.value is None:
        return [further]
    # Said like this, so that an index begins at the value and goes on in order.
    by = Field(order.by)
    return [
        Compare(by, "<=" if order.descending else ">=", place.value),
        Or((Compare(by, after, place.value), further)),
    ]


# ---------------------------------------------------------------- places as texts


def _written(node: AnyNode, sort: Sort) -> str:
    """The place of a node. Of a name, which may be long, the id alone says it."""
    values = {"created": node.created, "updated": node.updated, "type": node.type_id}
    return f"{node.id}.{values[sort]}" if sort in values else str(node.id)


def _read(store: Store, wanted: Wanted, text: str | None) -> _Place | None:
    if text is None:
        return None
    found = _PLACE.fullmatch(text)
    numbers = [int(each) for each in found.groups() if each is not None] if found else []
    if len(numbers) != (1 if wanted.sort in ("id", "name") else 2) or not all(each in INT64 for each in numbers):
        raise _no_place(wanted, text)
    if wanted.sort == "name":
        rows = store.backend.nodes(NodeQuery(wanted.kind, Compare(Field("id"), "=", numbers[0]), bare=True))
        if not rows or rows[0].name is None:
            raise _no_place(wanted, text)
        return _Place(numbers[0], rows[0].name)
    if wanted.sort == "type" and all(type.id != numbers[1] for type in _types(store, wanted.kind)):
        raise _no_place(wanted, text)
    return _Place(*numbers)


def _no_place(wanted: Wanted, text: str) -> InvalidArgumentError:
    return InvalidArgumentError(
        f"{text[:50]!r} is no place in a list of {wanted.kind}s by {wanted.sort}. Begin at the first page, and follow "
        "its links."
    )
